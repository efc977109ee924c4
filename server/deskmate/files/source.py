"""The user's files on disk: read and written as they are, so that encoding, byte order mark, line
ends and permissions stay what they were.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deskmate.errors import ActionError, DeskmateError, DiskSilent, Stale
from deskmate.files.disk import ask, follow_links
from deskmate.files.guarded import read_contents
from deskmate.files.replace import is_writable, replace_file

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
    unharmed, DiskSilent.
    """
    return ask(partial(_read, path), path)


def _read(path: Path) -> SourceFile:
    try:
        path = follow_links(path)
        if not stat.S_ISREG(path.stat().st_mode):
            raise ActionError(f"{path} is not a file.")
        text = read_contents(path, None, LARGEST).data.decode("utf-8")
    except DiskSilent:
        raise
    except (FileNotFoundError, NotADirectoryError):
        return SourceFile(path, exists=False)
    except OSError as error:
        raise ActionError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise ActionError(
            f"{path} is not UTF-8 (see byte {error.start}), so it is left alone. Save it as UTF-8."
        ) from error
    return SourceFile(path, text.removeprefix(_MARK), mark=text.startswith(_MARK))


def refuse_link_out(path: Path, root: Path) -> None:
    """Raises ActionError where what would be written to `path`, in the project in `root`, would be
    written elsewhere, for a link leads there; DiskSilent.
    """
    goal = ask(partial(follow_links, path), path)
    if not goal.is_relative_to(ask(partial(follow_links, root), root)):
        raise ActionError(
            f"{path} is a link that leads out of {root}, to {goal}, so it is left alone. Name that "
            "file itself to have it changed."
        )


def refuse_protected(path: Path, root: Path) -> None:
    """Raises ActionError where a file of the project in `root` may not be written: it is
    write-protected, or a link that leads out.
    """
    refuse_link_out(path, root)
    if ask(lambda: path.exists() and not is_writable(path), path):
        raise ActionError(f"{path} is write-protected, so nothing was changed.")


def write_sources(changes: Sequence[tuple[Path, str, str]]) -> None:
    """`write_source` for several files, each with its text before and after: all of them or, when
    anything fails, none. Raises ActionError that names those which could not be put back.
    """
    for path, before, _ in changes:
        _read_unchanged(path, before)
    begun: list[tuple[Path, str, str]] = []
    try:
        for one in changes:
            begun.append(one)
            write_source(*one)
    except BaseException as error:
        if stuck := _put_back(begun):
            names = ", ".join(map(str, stuck))
            told = f"{error} {names} could not be put back: look there for what was changed."
            raise ActionError(told.lstrip()) from error
        raise


def _put_back(begun: Sequence[tuple[Path, str, str]]) -> list[Path]:
    """Undoes changes, the last of which may not have been made; gives the files that it is not
    known of.
    """
    stuck = []
    for at, (path, before, after) in reversed(list(enumerate(begun, 1))):
        try:
            now = read_source(path).text
            if now == after:
                write_source(path, after, before)
            elif now != before and at < len(begun):
                stuck.append(path)
        except (DeskmateError, OSError):
            stuck.append(path)
    return stuck


def write_source(path: Path, before: str, after: str) -> None:
    """Makes the file's text `after` in one step: all of it or, when anything fails, nothing.

    Raises Stale where its text is not `before` any more, OSError where it cannot be written.
    """
    replace_source(_read_unchanged(path, before), after)


def replace_source(source: SourceFile, after: str) -> None:
    """The same for a file that was read just now. Raises OSError where it cannot be written."""
    replace_file(source.path, (_MARK * source.mark + after).encode("utf-8"))


def _read_unchanged(path: Path, text: str) -> SourceFile:
    source = read_source(path)
    if source.text != text:
        told = f"{source.path} was changed in the meantime, so nothing was written. Run it again."
        raise Stale(told)
    return source


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
