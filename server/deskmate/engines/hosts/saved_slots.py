"""What a model has read of a prompt, kept on disk, so that it need not read it again after a
restart.

llama.cpp's server calls the state of one prompt a slot, and writes one to a file in milliseconds.
Which file fits a prompt is told by fingerprints of its beginning; what it really has in common with
it, the server finds out itself, so the worst that a wrong file can do is to be of no use.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from deskmate.engines.engine import Prompt
from deskmate.files.replace import replace_file

log = logging.getLogger(__name__)

BLOCK = 256
"""Characters of a prompt that have a fingerprint of their own."""

WORTH = 3
"""Blocks more than the model knows that make a file worth reading, or writing."""

ABANDONED = 600
"""Seconds after which a file that belongs to nothing is what a process left that was ended."""

Marks = tuple[str, ...]
"""The fingerprints of a prompt: the n-th is of its first n blocks."""


def fingerprint(prompt: Prompt) -> Marks:
    """The marks of a prompt, without what is written of its answer; a rest of a block has none."""
    text = "\0".join(f"{one.role}\n{one.content}" for one in prompt.messages)
    data = hashlib.sha256()
    marks = []
    for end in range(BLOCK, len(text) + 1, BLOCK):
        data.update(text[end - BLOCK : end].encode(errors="surrogatepass"))
        marks.append(data.hexdigest()[:16])
    return tuple(marks)


def in_common(one: Marks, other: Marks) -> int:
    """With how many of the same blocks two prompts begin."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


@dataclass(frozen=True, slots=True)
class SavedSlot:
    """A file in which the state of a slot is, and the marks of its prompt."""

    path: Path
    marks: Marks
    sum: str


class SavedSlots:
    """The files of one `identity`: a model as it is run, by a build of llama.cpp. All that is in
    the folder, also of others, may take `limit` bytes; the longest unused go first.

    A file counts from when its description is there, which is written last: what a process leaves
    that is ended meanwhile is never read.
    """

    def __init__(self, folder: Path, limit: int, identity: str) -> None:
        self._folder = folder
        self._limit = limit
        self._identity = hashlib.sha256(identity.encode(errors="surrogatepass")).hexdigest()[:16]

    def find(self, marks: Marks) -> tuple[SavedSlot | None, int]:
        """The one that has most in common with a prompt, and how many blocks that is."""
        found = [(in_common(marks, one.marks), one) for one in self._slots()]
        most = max(found, key=lambda each: each[0], default=(0, None))
        return most[1], most[0]

    def take(self, slot: SavedSlot) -> bool:
        """Whether the file is whole, as it was written; one that is not is deleted."""
        try:
            with slot.path.open("rb") as file:
                whole = hashlib.file_digest(file, "sha256").hexdigest() == slot.sum
            if whole:
                _description(slot.path).touch()
        except OSError:
            whole = False
        if not whole:
            self.drop(slot)
        return whole

    def drop(self, slot: SavedSlot) -> None:
        """Deletes a file that is of no use."""
        _delete(slot.path)

    def new_name(self) -> str:
        """A name in the folder for the server to write to. Raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return f"{self._identity}-{secrets.token_hex(8)}.slot"

    def has_room(self, size: int) -> bool:
        """Whether so many bytes may be kept at all."""
        return size <= self._limit

    def forget(self, name: str) -> None:
        """Deletes a file that the server has written and that is not kept."""
        _delete(self._folder / name)

    def keep(self, name: str, marks: Marks) -> None:
        """Counts the file that the server has written from now on; it takes the place of those of
        an earlier state of the same prompt, of which at least half is the same. Raises OSError.
        """
        path = self._folder / name
        path.chmod(0o600)
        if not self.has_room(path.stat().st_size):
            path.unlink()
            return
        with path.open("rb") as file:
            total = hashlib.file_digest(file, "sha256").hexdigest()
        earlier = [one for one in self._slots() if in_common(marks, one.marks) * 2 > len(one.marks)]
        about = {"marks": marks, "sum": total}
        replace_file(_description(path), json.dumps(about).encode(), private=True)
        for one in earlier:
            _delete(one.path)
        self._trim()

    def _slots(self) -> Iterator[SavedSlot]:
        for description in self._folder.glob(f"{self._identity}-*.json"):
            try:
                about = json.loads(description.read_bytes())
                slot = SavedSlot(
                    description.with_suffix(".slot"), tuple(about["marks"]), about["sum"]
                )
            except (OSError, ValueError, KeyError, TypeError):
                continue  # gone meanwhile, or damaged: then it is the longest unused some day
            yield slot

    def _trim(self) -> None:
        """Lets the longest unused go until the rest fits, and what belongs to nothing."""
        described = list(self._folder.glob("*.json"))
        for path in self._folder.iterdir():
            with suppress(OSError):
                abandoned = time.time() - path.stat().st_mtime > ABANDONED
                if abandoned and path.with_suffix(".json") not in described:
                    path.unlink()
        total = 0
        for description in sorted(described, key=_last_use, reverse=True):
            path = description.with_suffix(".slot")
            with suppress(OSError):
                total += path.stat().st_size
            if total > self._limit or not path.exists():
                _delete(path)


def forget_slots(folder: Path) -> None:
    """Deletes every file of slots. Raises OSError."""
    if folder.is_dir():
        for path in folder.iterdir():
            path.unlink(missing_ok=True)


def _description(path: Path) -> Path:
    return path.with_suffix(".json")


def _delete(path: Path) -> None:
    with suppress(OSError):
        _description(path).unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def _last_use(description: Path) -> float:
    try:
        return description.stat().st_mtime
    except OSError:
        return 0.0
