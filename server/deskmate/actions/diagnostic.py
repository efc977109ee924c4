"""A problem that is reported in a document."""

from __future__ import annotations

import re
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
        """All of it in words: the problem, its code, its reasons and how it may be put right on one
        line; what is related on further lines.
        """
        lines = (" ".join(line.split()) for line in self.message.splitlines())
        said = [line for line in lines if line and not _NO_USE.match(line)] or [""]
        if self.code:
            said[0] = f"{said[0].rstrip('.')} [{self.code}]".lstrip()
        first = "; ".join((*(line.rstrip(".;") for line in said[:-1]), said[-1]))
        return "\n  ".join((first, *(" ".join(one.split()) for one in self.related)))


_NO_USE = re.compile(r"for further information visit |`#\[\w+\(.*by default$")
"""What Rust adds of its own pages and settings."""
