"""What another command writes into ours: `make test 2>&1 | deskmate ask "why?"`."""

from __future__ import annotations

import codecs
import os
import re
import stat
import sys
from typing import BinaryIO

from deskmate.errors import ActionError

HEAD, TAIL = 60_000, 240_000
"""Bytes that are kept of the beginning and of the end: more than any model here reads."""


def read_piped() -> str:
    """The text of standard input where a command or a file stands behind it, else ""; of a long one
    the beginning and the end. It waits until that command has ended. Raises ActionError where it is
    no text.
    """
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError, AttributeError):
        return ""
    if not (stat.S_ISFIFO(mode) or stat.S_ISREG(mode)):
        return ""
    text = _read_text(sys.stdin.buffer)
    if _STRANGE * len(_CONTROL.findall(text)) > len(text):
        raise ActionError(
            "What was piped in is no text, so nothing was asked. Pipe in what a command prints, as "
            'in: make test 2>&1 | deskmate ask "Why does it fail?"'
        )
    return text


_CONTROL = re.compile(r"[\x00-\x07\x0e-\x1a\x1c-\x1f\x7f]")
"""What no text has, colours of a terminal aside."""
_STRANGE = 20
"""One in so many is not there by accident."""


def _read_text(stream: BinaryIO) -> str:
    head, tail, left_out = b"", bytearray(), False
    while piece := stream.read(HEAD):
        more = HEAD - len(head)
        head += piece[:more]
        tail += piece[more:]
        left_out = left_out or len(tail) > TAIL
        del tail[:-TAIL]
    encoding = _find_encoding(head)
    if left_out:
        return "\n…\n".join(part.decode(encoding, "replace") for part in (head, bytes(tail)))
    return (head + tail).decode(encoding, "replace").removeprefix("\ufeff")


def _find_encoding(data: bytes) -> str:
    """UTF-16 where it says so; else UTF-8 or, where more is none than is, as Windows writes it."""
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return name
    found = [one for one in data.decode("utf-8", "replace") if one > "\x7f"]
    return "cp1252" if 2 * found.count("\ufffd") > len(found) else "utf-8"
