"""The actions that a command may use, with the question about a project's own at the terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

from deskmate.actions.action import Action
from deskmate.checks.consent_store import decide_actions
from deskmate.checks.project_actions import CHOICES, load_allowed
from deskmate.cli.terminal import choose_at_terminal
from deskmate.errors import ActionError


def load_wanted(root: Path, action_id: str) -> tuple[Mapping[str, Action], tuple[str, ...]]:
    """The actions that may be used in the project in `root`, and what is to be told of them. Where
    the one that is wanted may be the project's, whoever sits at the terminal is asked for leave.

    Raises ActionError where it is, and may not be used; OSError.
    """
    loaded = load_allowed(root)
    asked = next((one for one in loaded.questions if one.brings(action_id)), None)
    if asked is None:
        return loaded.actions, loaded.problems
    answer = asyncio.run(
        choose_at_terminal(nullcontext, asked.words, tuple(CHOICES), "for not now")
    )
    if answer in CHOICES:
        decide_actions(asked.folder, CHOICES[answer])
        loaded = load_allowed(root)
        return loaded.actions, loaded.problems
    if action_id not in loaded.actions:
        raise ActionError(asked.how)
    return loaded.actions, (*loaded.problems, asked.how)
