"""The user's files on disk: read and written as they are, so that encoding, byte order mark, line
ends and permissions stay what they were.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from deskmate.errors import ActionError, Stale
from deskmate.files.guarded import read_contents
from deskmate.files.replace import replace_file

LARGEST = 50_000_000
"""Bytes of a file that is read to be changed, or to be asked about."""

_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A text file as it is now. `mark` says whether it begins with a byte order mark, which is no
    part of `text`; one that does not exist yet is empty.
    """

    path: Path
    text: str = ""
    mark: bool = False
    exists: bool = True


def read_source(path: Path) -> SourceFile:
    """The file at `path`. Raises ActionError where it is nothing that could be written back
    unharmed.
    """
    path = path.resolve()
    if not path.exists():
        return SourceFile(path, exists=False)
    if not path.is_file():
        raise ActionError(f"{path} is not a file.")
    try:
        text = read_contents(path, None, LARGEST).data.decode("utf-8")
    except OSError as error:
        raise ActionError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise ActionError(
            f"{path} is not UTF-8 (see byte {error.start}), so it is left alone. Save it as UTF-8."
        ) from error
    return SourceFile(path, text.removeprefix(_MARK), mark=text.startswith(_MARK))


def refuse_link_out(path: Path, root: Path) -> None:
    """Raises ActionError where what would be written to `path`, in the project in `root`, would be
    written elsewhere, for a link leads there.
    """
    goal = path.resolve()
    if not goal.is_relative_to(root.resolve()):
        raise ActionError(
            f"{path} is a link that leads out of {root}, to {goal}, so it is left alone. Name that "
            "file itself to have it changed."
        )


def write_source(path: Path, before: str, after: str) -> None:
    """Makes the file's text `after` in one step: all of it or, when anything fails, nothing.

    Raises Stale where its text is not `before` any more, OSError where it cannot be written.
    """
    source = read_source(path)
    path = source.path
    if source.text != before:
        raise Stale(f"{path} was changed in the meantime, so nothing was written. Run it again.")
    replace_file(path, (_MARK * source.mark + after).encode("utf-8"))


@dataclass(frozen=True, slots=True)
class Place:
    """A file and, where they were given, the first and last line in it, counted from 1."""

    path: Path
    first: int | None = None
    last: int | None = None


def parse_place(text: str) -> Place:
    """`FILE`, `FILE:LINE` or `FILE:LINE-LINE`. A colon may be part of the file's name, as in
    `C:\\\\shop.py`.
    """
    parts = re.fullmatch(r"(.+):(\d+)(?:-(\d+))?", text, re.DOTALL)
    if parts is None or Path(text).exists():
        return Place(Path(text))
    first, last = int(parts[2]), int(parts[3] or parts[2])
    return Place(Path(parts[1]), first, last)
