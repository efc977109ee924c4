"""What another command writes into ours: `make test 2>&1 | deskmate ask "why?"`."""

from __future__ import annotations

import os
import stat
import sys
from typing import BinaryIO

HEAD, TAIL = 60_000, 240_000
"""Bytes that are kept of the beginning and of the end: more than any model here reads."""


def read_piped() -> str:
    """The text of standard input where a command or a file stands behind it, else ""; of a long one
    the beginning and the end. It waits until that command has ended.
    """
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError, AttributeError):
        return ""
    if not (stat.S_ISFIFO(mode) or stat.S_ISREG(mode)):
        return ""
    return _read_ends(sys.stdin.buffer).decode("utf-8", "replace")


def _read_ends(stream: BinaryIO) -> bytes:
    head, tail, left_out = b"", bytearray(), False
    while piece := stream.read(HEAD):
        more = HEAD - len(head)
        head += piece[:more]
        tail += piece[more:]
        left_out = left_out or len(tail) > TAIL
        del tail[:-TAIL]
    return head + (b"\n\xe2\x80\xa6\n" if left_out else b"") + bytes(tail)
