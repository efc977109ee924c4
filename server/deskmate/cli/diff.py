"""A change as a unified diff, for people to read and for `git apply` and `patch` to take."""

from __future__ import annotations

import difflib
import re


def unified_diff(before: str, after: str, path: str, *, created: bool = False) -> str:
    """The diff of one file with three lines around each change; "" where nothing changed."""
    lines = difflib.unified_diff(
        _lines(before), _lines(after), "/dev/null" if created else f"a/{path}", f"b/{path}"
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def coloured(diff: str) -> str:
    """The diff for a terminal."""
    return "".join(map(_coloured, _lines(diff)))


def _lines(text: str) -> list[str]:
    """Lines as `patch` knows them: they end with `\\n` and nothing else."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _coloured(line: str) -> str:
    for mark, code in _COLOURS.items():
        if line.startswith(mark):
            return f"\033[{code}m{line.removesuffix(chr(10))}\033[0m\n"
    return line


_COLOURS = {"+++": "1", "---": "1", "@@": "36", "+": "32", "-": "31"}
