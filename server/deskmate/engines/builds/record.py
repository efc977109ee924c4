"""What was measured on this machine: how fast which build runs which model, and which files were
made for it. Kept in one file, which whoever starts an engine reads.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from filelock import FileLock

from deskmate.files.places import place
from deskmate.files.replace import replace_file

READ, WRITTEN = 400, 100
"""Tokens of a typical action: the median prompt of five actions on six files of a library, and an
answer of a few lines.
"""

CLEARLY = 1.15
"""How many times as fast the last core has to make it, which the editor then shares."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens a second that a build reads and writes with as many threads for both (0: as many as it
    takes by itself), in each turn of the run that began at `when`.
    """

    build: str
    model: str
    threads: int
    reads: tuple[float, ...]
    writes: tuple[float, ...]
    when: str = ""
    machine: str = ""


@dataclass(frozen=True, slots=True)
class Repacked:
    """A model's file made once more for a build and this machine. `original` tells the file that it
    was made of, `perplexity` is that of the original and its own; it is used where it `pays`. It
    was read whole on the day `checked`, when it was last `modified` at that time in nanoseconds.
    """

    original: str
    build: str
    file: str
    sha256: str
    size: int
    modified: int
    checked: str
    gain: float
    perplexity: tuple[float, float]
    pays: bool
    machine: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The threads that are fastest, and how fast they are in each turn of a run."""

    threads: int
    threads_batch: int
    reads: tuple[float, ...]
    writes: tuple[float, ...]
    when: str = ""

    @property
    def seconds(self) -> float:
        """How long a typical action takes at best: whatever else runs only makes it longer."""
        return READ / max(self.reads) + WRITTEN / max(self.writes)

    @property
    def turns(self) -> list[float]:
        """How long it takes in each turn."""
        pairs = zip(self.reads, self.writes, strict=True)
        return [READ / read + WRITTEN / written for read, written in pairs]


@dataclass(frozen=True, slots=True)
class Gain:
    """How many times as fast one is as another, compared turn by turn, so that whatever else runs
    slows down both: in the `middle`, the `least` and the `most`; and the `best` turns of both.
    """

    middle: float
    least: float
    most: float
    best: float

    @property
    def is_clear(self) -> bool:
        """Whether it is clearly faster by either: others that come and go in a turn mislead one of
        them, hardly both.
        """
        return min(self.middle, self.best) >= CLEARLY


def compare(before: Choice, after: Choice) -> Gain:
    """How many times as fast `after` is, of the same run."""
    gains = [old / new for old, new in zip(before.turns, after.turns, strict=True)]
    return Gain(median(gains), min(gains), max(gains), min(before.turns) / min(after.turns))


@dataclass(frozen=True, slots=True)
class Record:
    """All that was noted, of this machine."""

    speeds: tuple[Speed, ...] = ()
    repacked: tuple[Repacked, ...] = ()

    def choice(self, build: str, model: str) -> Choice | None:
        """The fastest that a build was measured with on a model; None where it was not."""
        return choose([one for one in self.speeds if (one.build, one.model) == (build, model)])

    def repack_of(self, build: str, model: str) -> Repacked | None:
        """The file that was made of a model for a build."""
        found = (one for one in self.repacked if (one.build, one.original) == (build, model))
        return next(found, None)


def choose(speeds: list[Speed]) -> Choice | None:
    """The threads that are fastest to write and to read. Of more, the fewer where those are not
    clearly slower.
    """
    if not speeds:
        return None
    few_first = sorted(speeds, key=lambda one: one.threads)
    writing = reading = few_first[0]
    for one in few_first[1:]:
        writing = one if _times(one.writes, writing.writes) > CLEARLY else writing
        reading = one if _times(one.reads, reading.reads) > CLEARLY else reading
    return Choice(writing.threads, reading.threads, reading.reads, writing.writes, reading.when)


def _times(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return median(mine / its for mine, its in zip(one, other, strict=True))


def read_record() -> Record:
    """What was noted here; nothing where nothing was, or where the file is damaged."""
    everywhere = _read()
    return Record(
        tuple(one for one in everywhere.speeds if one.machine == platform.node()),
        tuple(one for one in everywhere.repacked if one.machine == platform.node()),
    )


def note_speeds(speeds: Iterable[Speed]) -> None:
    """Keeps them in place of what was known of the same build and model. Raises OSError."""
    noted = tuple(replace(one, machine=platform.node()) for one in speeds)
    new = {(one.build, one.model, one.machine) for one in noted}
    with _alone():
        known = _read()
        kept = tuple(one for one in known.speeds if (one.build, one.model, one.machine) not in new)
        _write(replace(known, speeds=kept + noted))


def note_repacked(repacked: Repacked) -> None:
    """Keeps that a file was made. Raises OSError."""
    noted = replace(repacked, machine=platform.node())
    new = (noted.build, noted.original, noted.machine)
    with _alone():
        known = _read()
        kept = tuple(one for one in known.repacked if (one.build, one.original, one.machine) != new)
        _write(replace(known, repacked=(*kept, noted)))


def _alone() -> FileLock:
    """Held from reading to writing, so that nothing is lost that others note meanwhile."""
    path = place("engines").with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(path, timeout=10)


def _read() -> Record:
    """All that was noted, on whichever machine."""
    try:
        given = json.loads(place("engines").read_bytes())
        return Record(
            tuple(_speed(**one) for one in given["speeds"]),
            tuple(
                Repacked(**{**one, "perplexity": tuple(one["perplexity"])})
                for one in given["repacked"]
            ),
        )
    except (OSError, ValueError, TypeError, KeyError):
        return Record()


def _speed(*, reads: list[float], writes: list[float], **rest: Any) -> Speed:
    return Speed(reads=tuple(reads), writes=tuple(writes), **rest)


def _write(record: Record) -> None:
    replace_file(place("engines"), json.dumps(asdict(record), indent=1).encode(), private=True)


def identify_model(path: Path) -> str:
    """What tells a model's file from every other, and from what it was before."""
    about = path.stat()
    return f"{path} {about.st_size} {about.st_mtime_ns}"
