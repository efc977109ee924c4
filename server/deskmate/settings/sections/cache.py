"""`[cache]`."""

from __future__ import annotations

from dataclasses import dataclass

from deskmate.settings.setting import setting


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """What is kept of finished answers."""

    megabytes: int = setting(
        64,
        "Disk space for finished answers and explanations, so that a repeated request is answered "
        "at once. Only you can read it; `deskmate cache clear` empties it; 0 keeps nothing.",
        within=(0, 100_000),
    )
