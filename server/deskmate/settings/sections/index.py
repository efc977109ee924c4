"""`[index]`."""

from __future__ import annotations

from dataclasses import dataclass

from deskmate.settings.setting import setting


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """What Deskmate knows of the project's files that are not open."""

    enabled: bool = setting(
        True,
        "Keep an index of what the project's source files define, import and use, in the cache "
        "folder. A process of its own builds it with low priority and keeps it up to date. Without "
        "it, Deskmate follows a file's imports each time.",
    )
