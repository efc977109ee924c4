"""Compares what code does with what it would do, on the same inputs, in the jail: for answers that
are to change nothing of that. What is in the folder `inside` does it there.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib import util
from pathlib import Path, PurePosixPath
from typing import Any

from deskmate.checks.inside.task import Task
from deskmate.checks.layout import TooLarge
from deskmate.checks.sandbox import Limits, Ran, run_code
from deskmate.checks.toolchains import (
    find_interpreter,
    kept_folder,
    read_inside,
    read_rows,
    spell_out,
    surround,
)
from deskmate.checks.verdict import Subject, Verdict
from deskmate.errors import DeskmateError
from deskmate.files.disk import exists

COMPARISON = "comparison"
"""What this judge is called."""

INPUTS = 200
"""How many inputs are tried."""

_SHARE = 0.6
"""Of the time that a run may take, what is spent on trying inputs."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How many inputs gave the same, how many `lines` of the code those reached, of how many. What
    was `left` out does something that cannot be compared; `difference` is what one input made of
    the code as it is and as it would be, in words, and "" where there is none.
    """

    inputs: int = 0
    reached: int = 0
    lines: int = 0
    left: tuple[str, ...] = ()
    difference: str = ""


def can_compare(language: str) -> bool:
    """Whether code of this language can be compared."""
    return "compare" in read_rows("toolchains.toml").get(language, {})


async def compare_results(
    subject: Subject, path: Sequence[str], tests: Sequence[str], text: str, limits: Limits
) -> Verdict:
    """Whether what has this `path` in the file does with this text what it does now. Its inputs are
    sought in these files of tests, too.
    """
    kept = kept_folder(subject.folder) / "compiled"
    hypothesis = await asyncio.to_thread(find_hypothesis)
    around = await asyncio.to_thread(surround, subject.folder, subject.language, whole=True)
    around = replace(around, reads=(*around.reads, *([hypothesis] if hypothesis else [])))
    new = f".deskmate-new{PurePosixPath(subject.name).suffix}"
    files = {**subject.files(subject.before), new: text, **read_inside()}
    task = Task(
        *await asyncio.to_thread(find_module, subject.folder, subject.name),
        new=new,
        path=list(path),
        texts=[subject.name, *tests],
        seconds=_SHARE * limits.seconds,
        inputs=INPUTS,
        hypothesis=str(hypothesis or ""),
        compiled=str(kept),
    )
    row = read_rows("toolchains.toml")[subject.language]
    try:
        command = await asyncio.to_thread(_fill, row["compare"], subject, task)
        ran = await run_code(files, command, limits, around)
    except (TooLarge, OSError, DeskmateError) as error:
        return Verdict(COMPARISON, "unknown", words=f"it could not be run ({error})")
    return judge_compared(read_compared(ran, limits, compiles="makes" in row))


def judge_compared(compared: Compared) -> Verdict:
    """What a comparison says of an answer."""
    if compared.difference:
        words = f"What the code does has changed: {compared.difference}."
        return Verdict(COMPARISON, "fails", "", words, ran=True, alarming=True, telling=True)
    left = ", ".join(compared.left)
    if not compared.inputs:
        return Verdict(COMPARISON, "unknown", words=left)
    inputs = "1 input gives" if compared.inputs == 1 else f"{compared.inputs} inputs give"
    evidence = f"{inputs} the same as before"
    if compared.reached < compared.lines:
        evidence += f", in {compared.reached} of {compared.lines} lines"
    return Verdict(COMPARISON, "passes", evidence, left, ran=True)


def read_compared(ran: Ran, limits: Limits, *, compiles: bool = False) -> Compared:
    """What a run said: of several differences that with the shortest input. Where it `compiles`
    first, it says when that is done.
    """
    told = list(_read_lines(ran.output))
    differences = [one for one in told if "call" in one]
    if differences:
        shortest = min(differences, key=lambda one: (len(one["call"]), one["call"]))
        return Compared(difference=_tell(**shortest))
    last: Mapping[str, Any] = next(
        (one for one in reversed(told) if {"compared", "problem"} & set(one)), {}
    )
    if "compared" in last:
        counts = last["compared"], last["reached"], last["lines"]
        return Compared(*counts, tuple(last["left"]))
    if "problem" in last:
        return Compared(left=(last["problem"],))
    if ran.ending == "time" and compiles and {"made": True} not in told:
        return Compared(left=("the compiler needed its time, the next time it is ready",))
    if ran.ending == "time":
        return Compared(left=(f"it did not end within {limits.seconds:g} s",))
    return Compared(left=("it ended without a word",))


def _tell(call: str, before: str, now: str) -> str:
    return f"for `{call}` it {before}, now it {now}" if call else f"{before}, now {now}"


def _read_lines(output: str) -> Iterator[Mapping[str, Any]]:
    for line in output.splitlines():
        if line.startswith("{"):
            try:
                told = json.loads(line)
            except ValueError:
                continue
            if {name: type(value) for name, value in told.items()} in _SAID:
                yield told


_SAID = (
    {"call": str, "before": str, "now": str},
    {"compared": int, "reached": int, "lines": int, "left": list},
    {"problem": str},
    {"made": bool},
)
"""What is said in there; what the code itself prints is passed over."""


def find_hypothesis() -> Path | None:
    """The folder in which our own Hypothesis is installed; it is not imported."""
    spec = util.find_spec("hypothesis")
    return Path(spec.origin).parents[1] if spec and spec.origin else None


def find_module(project: Path, name: str) -> tuple[str, str]:
    """The folder, in a project, from which a file is imported, and as what."""
    path = PurePosixPath(name)
    parts = [] if path.stem == "__init__" else [path.stem]
    folder = path.parent
    while folder.name and exists(project / folder / "__init__.py"):
        parts.insert(0, folder.name)
        folder = folder.parent
    return folder.as_posix(), ".".join(parts)


def _fill(command: Sequence[str], subject: Subject, task: Task) -> list[str]:
    known = {"{task}": json.dumps(asdict(task))}
    if "{interpreter}" in command:
        known["{interpreter}"] = find_interpreter(subject.folder)
    return [known.get(word, word) for word in spell_out(command, subject.language)]
