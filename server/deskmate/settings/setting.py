"""How a setting is declared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Any, Literal


def setting(
    default: Any,
    help: str,
    *,
    project: bool | Literal["earlier", "inside"] = False,
    secret: bool = False,
    within: tuple[float, float] | None = None,
    begins: tuple[str, ...] = (),
    command: bool = False,
    choices: Callable[[], tuple[str, ...]] | None = None,
) -> Any:
    """A field with what is written about it in docs/settings.md and what its values must be. With
    "earlier" a project may choose only what stands before the user's value among the choices, with
    "inside" only a file in its own folder.
    A `command` is split into words as a shell would.
    `choices` gives those of a text that are known elsewhere.
    """
    about = {
        "help": help,
        "project": project,
        "secret": secret,
        "within": within,
        "begins": begins,
        "command": command,
        "choices": choices,
    }
    return field(default=default, repr=not secret, metadata=about)
