"""What is known of a request before any model is asked: plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from deskmate.core.syntax.document import Document
from deskmate.core.target import Hard, Wish
from deskmate.core.text.text import Span

Task = Literal["question", "explain", "fix", "change", "new", "test", "document", "text"]
"""What is to be done. A `text` is worked on a part at a time, whatever its length; a `document`
describes code and judges nothing.
"""

Tried = Literal["", "refused", "undone"]
"""What became of the same request before: no reply passed, or the user took the edit back."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A request as the signals see it.

    `document` and `span` are what it is about, None for a question about nothing in particular.
    `needed` are the tokens of the prompt and its answer, `window` those that the local model has
    for both. `modules` are the files of the project that the span uses. `wish` is the user's own or
    the action's. `failed` is what judges said of the answers that were `tried`.
    """

    task: Task
    instruction: str = ""
    document: Document | None = None
    span: Span = field(default_factory=lambda: Span(0, 0))
    needed: int = 0
    window: int = 8192
    modules: tuple[str, ...] = ()
    wish: Wish = ""
    hard: Hard = ""
    tried: Tried = ""
    failed: str = ""

    @property
    def text(self) -> str:
        """What the request is about."""
        return self.document.slice(self.span) if self.document else ""


def split_wish(instruction: str) -> tuple[str, Wish]:
    """The instruction without `@local` and `@cloud`, and which of them stood in it. Where both do,
    it is `local`.
    """
    found = {match[1].lower() for match in _WISH.finditer(instruction)}
    wish: Wish = "local" if "local" in found else "cloud" if "cloud" in found else ""
    return (_WISH.sub(" ", instruction).strip(), wish) if found else (instruction, "")


_WISH = re.compile(r"(?<![\w.@/-])@(local|cloud)(?![\w./-])[ \t]*", re.IGNORECASE)
