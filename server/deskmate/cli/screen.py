"""A terminal that nothing steers but ourselves: names of files, replies of models and whatever else
is printed show their control characters instead of sending them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from deskmate.core.text.safe import visible


@contextmanager
def guard_screen() -> Iterator[None]:
    """Whatever is written to a terminal meanwhile passes `visible`; a file or a program is written
    to exactly.
    """
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (
        cast(TextIO, _Screen(stream)) if stream is not None and stream.isatty() else stream
        for stream in before
    )
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def unguarded(stream: TextIO) -> TextIO:
    """The terminal behind a guarded stream, for colours and progress of our own: what is in them
    of others has to pass `visible` before.
    """
    return stream.stream if isinstance(stream, _Screen) else stream


class _Screen:
    """A stream to a terminal. It has no number, which is what programs write past it by, and what
    Python asks whether to colour what it says.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        self.stream.write(visible(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        if name in ("fileno", "buffer"):
            raise AttributeError(name)
        return getattr(self.stream, name)
