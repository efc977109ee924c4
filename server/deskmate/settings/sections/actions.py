"""`[actions]`."""

from __future__ import annotations

from dataclasses import dataclass

from deskmate.settings.setting import setting


@dataclass(frozen=True, slots=True)
class ActionSettings:
    """Which actions are offered."""

    disabled: tuple[str, ...] = setting(
        (), "Ids of actions that should not be offered, such as `write-tests`.", project=True
    )
    large: tuple[str, ...] = setting(
        (),
        "Ids of actions that always go to the larger model of `local_large`, if there is one; "
        "`deskmate eval` shows which ones the first model is not good enough for.",
    )
