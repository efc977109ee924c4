"""The help of the Neovim plugin: `docs/editors/neovim.txt`, and then the actions and the settings
as the program has them.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Mapping

from deskmate.actions.action import Action
from deskmate.settings.resolve import Key

WIDTH = 78


def vim_help(text: str, actions: Iterable[Action], settings: Mapping[str, Key]) -> str:
    """The whole help file; `text` is what comes before the lists, without a modeline."""
    parts = (
        text.rstrip(),
        _heading("ACTIONS", "deskmate-actions"),
        _wrapped(ABOUT_ACTIONS),
        *(_entry(one.title, f"deskmate-{one.id}", one.summary) for one in actions),
        _heading("SETTINGS", "deskmate-settings"),
        _wrapped(ABOUT_SETTINGS),
        *(
            _entry(f"`{one.name}`", f"deskmate.{one.name}", f"{one.help} {_values(one)}")
            for one in settings.values()
        ),
        " vim:tw=78:ts=8:noet:ft=help:norl:",
    )
    return "\n\n".join(parts) + "\n"


def vim_tags(name: str, text: str) -> str:
    """The file `tags` beside a help file of that name, as `:helptags` writes it."""
    tags = sorted(re.findall(r"(?<=[*\s])\*([^*\s|]+)\*(?=[*\s])", f"\n{text}"), key=str.encode)
    return "".join(f"{tag}\t{name}\t/*{tag}*\n" for tag in tags)


def _values(key: Key) -> str:
    expected = key.expected.replace("`", "")
    default = list(key.default) if isinstance(key.default, tuple) else key.default
    return f"{expected[0].upper()}{expected[1:]}; default {json.dumps(default)}."


def _heading(title: str, tag: str) -> str:
    return f"{'=' * WIDTH}\n{_tagged(title, tag)}"


def _entry(title: str, tag: str, text: str) -> str:
    return f"{_tagged(title, tag)}\n{_wrapped(text, '    ')}"


def _tagged(title: str, tag: str) -> str:
    return f"{title}{f'*{tag}*':>{max(WIDTH - len(title), len(tag) + 4)}}"


def _wrapped(text: str, indent: str = "") -> str:
    """Lines of help; a bar or a star would be taken for a link or a tag."""
    plain = text.replace("|", "¦").replace("*", "∗")
    return textwrap.fill(
        plain, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


ABOUT_ACTIONS = (
    "What `:Deskmate` and the menu of code actions know, by their ids. Only those that make sense "
    "at the cursor are offered."
)

ABOUT_SETTINGS = (
    "What the server knows. They go into `settings` of `require('deskmate').setup()`, nested at "
    "the dots, or into the file settings.toml; `deskmate doctor` says where that is."
)
