"""What the guard against the network has noted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Tried:
    """The hosts that somebody tried to reach, as the guard notes them."""

    file: Path

    @property
    def hosts(self) -> list[str]:
        """In order."""
        return self.file.read_text(encoding="utf-8").split() if self.file.exists() else []

    def clear(self) -> None:
        """Forgets them."""
        self.file.unlink(missing_ok=True)
