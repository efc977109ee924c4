"""The catalogue of actions: each one a file, built in, the user's own or the project's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from itertools import islice
from pathlib import Path

from deskmate.actions.action import Action, parse_action, read_action
from deskmate.errors import ActionError
from deskmate.files.disk import asks
from deskmate.files.guarded import read_small


def load_actions(
    folders: Iterable[Path] = (), projects: Iterable[Path] = (), disabled: Iterable[str] = ()
) -> tuple[dict[str, Action], tuple[str, ...]]:
    """The actions by id, in the order in which they are listed, and what is wrong with any file.

    A file in `folders`, which are the user's, replaces a built-in action of the same name. So does
    one in `projects`, the `.deskmate/actions` of those whose actions the user wants, but its title
    says that it is the project's; it lies in the project, replaces none of the user's, and may keep
    requests here and not send them elsewhere. One that is broken is left out.
    """
    found: dict[str, Action] = {}
    problems: list[str] = []
    taken: set[str] = set()
    sources: list[tuple[Path, Path | None, bool]] = []
    for name in BUILTIN:
        found |= {one.id: one for one in _variants(_read_builtin(name))}
    for folder in folders:
        sources += [(path, None, True) for path in list_action_files(folder, problems)]
    for folder in projects:
        top = folder.parent.parent
        sources += [(path, top, False) for path in list_action_files(folder, problems)]
    for source, within, own in sources:
        name = source.name.removesuffix(".md")
        try:
            action = parse_action(name, read_small(source, within, LARGEST))
            if not own:
                _stays_here(action)
                action = replace(action, title=f"{action.title} (.deskmate/actions/{source.name})")
            made = {one.id: one for one in _variants(action)}
            if not own:
                _is_new(made, taken)
            if len(taken | made.keys()) > MOST:
                raise ActionError(f"with it there would be more than {MOST} of such actions.")
            taken |= made.keys()
            found |= made
        except (ActionError, OSError, UnicodeDecodeError) as error:
            problems.append(f"The action file {source} is left out: {error}")
    return {key: found[key] for key in found if key not in set(disabled)}, tuple(problems)


LARGEST = 100_000
"""Bytes of a file with an action."""

FILES = 100
"""Files of one folder."""

MOST = 300
"""Actions that all files together may make: each menu looks at every one."""

BUILTIN = (
    "fix-bug",
    "generate",
    "add-docstring",
    "refactor",
    "write-tests",
    "proofread",
    "clarify",
    "shorten",
    "simplify",
    "tone",
    "audience",
    "translate",
    "summarize",
    "summarize-bullets",
    "tldr",
    "minutes",
    "expand",
    "to-bullets",
    "to-prose",
    "continue",
    "fix-structure",
    "describe",
    "tags",
    "category",
    "extract",
    "classify",
    "convert",
    "clean",
    "explain",
    "explain-together",
    "change-together",
    "review-concurrency",
    "plan-change",
    "commit-message",
)
"""In the order in which a menu lists them."""


def hover_action() -> Action:
    """What explains a function or class in a hover. No menu lists it."""
    return _read_builtin("hover", "unlisted")


def use_action() -> Action:
    """What fits code to other code that it uses. No menu lists it."""
    return _read_builtin("fit-use", "unlisted")


@cache
def _read_builtin(name: str, folder: str = "builtin") -> Action:
    file = f"{folder}/{name}.md"
    text = resources.files(__package__).joinpath(file).read_text(encoding="utf-8")
    return read_action(name, text)


@asks(())
def list_action_files(folder: Path, problems: list[str]) -> Sequence[Path]:
    """The files of actions in a folder, and a problem where those are too many."""
    found = list(islice(folder.glob("*.md"), FILES + 1))
    if len(found) > FILES:
        problems.append(f"Of {folder} no action is read: it has more than {FILES} files.")
        return []
    return sorted(found)


def _is_new(made: Iterable[str], taken: set[str]) -> None:
    """Raises ActionError where a project's action would take the place of one of the user's, or of
    another project's.
    """
    if both := sorted(taken.intersection(made)):
        raise ActionError(
            f"you have an action `{both[0]}` already, and a project cannot replace it. Give one of "
            "the files another name."
        )


def _stays_here(action: Action) -> None:
    """Raises ActionError where a project's action would have requests leave the machine."""
    for key, value in (("route", action.route), ("hard", action.hard)):
        if value not in ("", "local"):
            raise ActionError(
                f"`{key}: {value}` is for your own actions; a project's may only have "
                "`route: local`."
            )


def _variants(action: Action) -> Iterator[Action]:
    """The action once for each of its choices."""
    if not action.choices:
        yield action
    for choice in action.choices:
        name, title = f"{action.id}-{choice.replace(' ', '-')}", f"{action.title}: {choice}"
        yield replace(action, id=name, title=title, choice=choice)
