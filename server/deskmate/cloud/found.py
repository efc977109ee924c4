"""What is found in a text that must not leave."""

from __future__ import annotations

from dataclasses import dataclass

from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Found:
    """Something that must not leave the machine, and what kind of thing it is, in capitals."""

    span: Span
    kind: str
