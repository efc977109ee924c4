"""What `run --help` and `batch --help` say of the actions that there are."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from deskmate.actions.action import Action
from deskmate.checks.project_actions import load_allowed
from deskmate.settings.project import project_root


def list_actions() -> str:
    """A line for each action, with its id and its title: those built in, the user's own, and those
    of the project that the current folder is in, where they may be used.
    """
    actions = load_allowed(project_root(Path.cwd() / "any file")).actions
    lines = [_line(list(group)) for _, group in groupby(actions.values(), key=_stem)]
    width = max(len(name) for name, _ in lines)
    return "actions:\n" + "".join(f"  {name:{width}}  {title}\n" for name, title in lines)


def _stem(action: Action) -> str:
    return action.id.removesuffix(_ending(action))


def _ending(action: Action) -> str:
    return f"-{action.choice.replace(' ', '-')}" if action.choice else ""


def _line(group: list[Action]) -> tuple[str, str]:
    """An action, or all choices of one."""
    first = group[0]
    if not first.choice:
        return first.id, first.title
    choices = ", ".join(_ending(one).removeprefix("-") for one in group)
    return f"{_stem(first)}-…", f"{first.title.removesuffix(f': {first.choice}')}: {choices}"
