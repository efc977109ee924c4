"""A problem that is reported in a document."""

from __future__ import annotations

from dataclasses import dataclass

from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A problem that the editor or another language server reports: its `code` in the words of who
    found it, what else has to do with it, each with its place in words, and its `severity`, 1 for
    an error to 4 for a hint.
    """

    span: Span
    message: str
    code: str = ""
    related: tuple[str, ...] = ()
    severity: int = 1

    @property
    def told(self) -> str:
        """All of it in words, what is related on further lines."""
        code = f" [{self.code}]" if self.code else ""
        return "\n  ".join((self.message + code, *self.related))
