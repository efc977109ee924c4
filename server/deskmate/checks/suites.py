"""Judges that run code, in the jail: the examples in its documentation, and tests that reach it.

Each is run with the code as it is and with an answer; what counts is the difference.
"""

from __future__ import annotations

import asyncio
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import resources
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

from deskmate.checks.reaching import says
from deskmate.checks.sandbox import Limits, Ran, TooLarge, run_code
from deskmate.checks.toolchains import (
    find_interpreter,
    find_wrapped,
    has_any,
    kept_folder,
    read_inside,
    read_rows,
    spell_out,
    surround,
)
from deskmate.checks.verdict import Subject
from deskmate.errors import DeskmateError
from deskmate.workspace.reading import read_text_file


@dataclass(frozen=True, slots=True)
class Suite:
    """What is run: the `command` of a row of `suites.toml`, where the other fields are described.
    `files` are the test files, and `title` is what it is called before the user. It `reaches` what
    was asked for where what it runs names that.
    """

    name: str
    title: str
    command: tuple[str, ...]
    files: tuple[str, ...] = ()
    test: str = ""
    passed: str = ""
    tells: str = ""
    absent: str = ""
    more: tuple[tuple[str, str], ...] = ()
    reaches: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How a run of a suite went: which tests passed, and which did not; `said` is what tells why,
    `output` all that it said. `problem` is what kept it from telling more, "" where nothing did:
    that no test ran, or, where it was `cut` off, the limit that it went beyond. It was `near` one
    where it used more than half of its time, or said more than half of what it may.
    """

    tests: Mapping[str, bool]
    said: str = ""
    problem: str = ""
    output: str = field(default="", repr=False)
    cut: bool = False
    near: bool = False

    @property
    def good(self) -> frozenset[str]:
        """The tests that passed."""
        return frozenset(name for name, passed in self.tests.items() if passed)

    @property
    def bad(self) -> frozenset[str]:
        """Those that did not."""
        return frozenset(self.tests) - self.good


RUN_LIMITS = {
    "file": 256 << 20,
    "disk": 512 << 20,
    "output": 2 << 20,
    "files": 1024,
    "processes": 256,
}
"""What tests may use of a machine, besides their time and memory."""


COMMAND, EXAMPLES = "test command", "examples"
"""What the user's own is called, and what stands in documentation."""


def find_examples(subject: Subject, texts: Sequence[str]) -> Suite | None:
    """The examples in the documentation of what was asked for, where one of these texts of the
    file has some.
    """
    rows = read_rows("toolchains.toml")
    row = rows.get(subject.language, {}).get("examples", {})
    if not row:
        return None
    symbol = re.escape(subject.symbol) or r"\w+"
    owner = r"(?:(?:new )?\w[\w.]*(?:\(\))?\.)?" if row.get("owned") else ""
    promise = rows["promises"]["begins"] if row.get("promises") else "(?!)"
    begins, of_one = (
        re.compile(f"{row[key]}|{promise}".replace("{symbol}", owner + symbol), re.M)
        for key in ("begins", "line")
    )
    if not any(map(begins.search, texts)):
        return None
    told: Any = {key: row[key] for key in ("test", "passed", "tells")}
    lines = [line for text in texts for line in text.splitlines() if of_one.match(line)]
    reaches = any(says(line, subject.symbol) for line in lines)
    title, more = "the documentation", _read_script(row)
    if any("{inside}" in word for word in row["command"]):
        more += tuple(read_inside().items())
    command = tuple(spell_out(row["command"], subject.language))
    return Suite(EXAMPLES, title, command, **told, more=more, reaches=reaches)


def _read_script(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What a row has put beside the project, by the name that it has there."""
    if not (name := row.get("script")):
        return ()
    script = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return ((f".deskmate-{name}", script),)


def find_suites(subject: Subject, files: Sequence[str], command: str) -> Iterator[Suite]:
    """The ways to run these test files, the likeliest first: the user's own `command`, or those of
    the language that the project has.
    """
    if words := shlex.split(command):
        words[0] = _WRAPPERS.get(PurePath(words[0]).stem, words[0])
        row = _find_row(words, subject.language)
        if "--" not in words:
            words += row.get("more", ())
        row = {**row, "command": words, "absent": ""}
        title = "" if {"{files}", "{folders}"} & {*words} else f"`{command.strip()}`"
        yield _make(COMMAND, row, subject, files, title)
        return
    for name, row in _read_suites().items():
        if subject.language not in row["languages"]:
            continue
        if "needs" in row and not has_any(subject.folder, row["needs"]):
            continue
        mine = [one for one in files if _is_of(row, subject, one)]
        if mine:
            yield _make(name, row, subject, mine)


def _read_suites() -> Mapping[str, Mapping[str, Any]]:
    rows = read_rows("suites.toml")
    return {name: row for name, row in rows.items() if name != "launchers"}


def _find_row(words: Sequence[str], language: str) -> Mapping[str, Any]:
    """The row of what a user's command runs: of one that is not known, its exit status tells."""
    launchers = read_rows("suites.toml")["launchers"]["programs"]
    names = [PurePath(word).stem for word in words if not word.startswith("-")]
    program = next((name for name in names if name not in launchers), "")
    program = _WRAPPED.get(program, program)
    for row in _read_suites().values():
        if language in row["languages"] and program == _program(row["command"]):
            return row
    return {}


def _program(command: Sequence[str]) -> str:
    own = [word for word in command if word != "{interpreter}" and not word.startswith("-")]
    return PurePath(own[0]).name


def _is_of(row: Mapping[str, object], subject: Subject, name: str) -> bool:
    pattern = row.get("uses")
    return not isinstance(pattern, str) or bool(re.search(pattern, read_test(subject, name)))


def read_test(subject: Subject, name: str) -> str:
    """The text of a test file, as an editor has it if it is open; "" where it cannot be read."""
    if name in subject.others:
        return subject.others[name]
    file = read_text_file(subject.folder / name, subject.folder)
    return file.text if file else ""


def _make(
    name: str, row: Mapping[str, Any], subject: Subject, files: Sequence[str], title: str = ""
) -> Suite:
    title = title or (f"`{' '.join(row['command'])}`" if not row.get("test") else title)
    title = title or (files[0] if len(files) == 1 else f"{len(files)} files")
    keys = ("test", "passed", "tells", "absent")
    told: Any = {key: str(row.get(key, "")) for key in keys}
    reaches = any(says(read_test(subject, one), subject.symbol) for one in files)
    more, command = _read_script(row), tuple(row["command"])
    return Suite(name, title, command, tuple(files), **told, more=more, reaches=reaches)


async def run_suite(suite: Suite, subject: Subject, text: str, limits: Limits) -> Tally:
    """How the suite goes where the file has this text."""
    kept = kept_folder(subject.folder)
    files = subject.files(text) | dict(suite.more)
    try:
        around = await asyncio.to_thread(surround, subject.folder, subject.language, whole=True)
        command = await asyncio.to_thread(_fill, suite, subject, str(kept))
        ran = await run_code(files, command, limits, around)
    except TooLarge as error:
        return Tally({}, problem=str(error))
    except (OSError, DeskmateError) as error:
        return Tally({}, problem=f"{suite.title} could not be run ({error})")
    return await asyncio.to_thread(read_tally, suite, ran, limits)


def _fill(suite: Suite, subject: Subject, kept: str) -> list[str]:
    """The command with what its words stand for."""
    folders = dict.fromkeys(f"./{PurePosixPath(one).parent.as_posix()}" for one in suite.files)
    many = {"{files}": list(suite.files), "{folders}": list(folders)}
    one = {"{file}": subject.name, "{symbol}": subject.symbol}
    words: list[str] = []
    for word in suite.command:
        if word in many:
            words += many[word]
            continue
        if find := _FOUND.get(word):
            word = find(subject.folder)
        word = word.replace("{cache}", kept)
        for name, value in one.items():
            word = word.replace(name, value)
        words.append(word)
    return words


_FOUND: Mapping[str, Callable[[Path], str]] = {
    "{interpreter}": find_interpreter,
    "{gradle}": partial(find_wrapped, "gradle"),
    "{maven}": partial(find_wrapped, "mvn"),
}
_WRAPPERS = {"gradlew": "{gradle}", "mvnw": "{maven}"}
_WRAPPED = {"gradle": "{gradle}", "mvn": "{maven}"}
"""What rows call a program; a user who names that itself means the one that is there."""


def read_tally(suite: Suite, ran: Ran, limits: Limits) -> Tally:
    """What a run says of its tests."""
    if suite.absent and suite.absent in ran.output:
        return Tally({}, problem=f"{suite.name} is not installed")
    if ran.status == 127 and "cannot be run" in ran.output:
        return Tally({}, problem=f"{suite.command[0]} cannot be run")
    said = _shorten(suite, ran.output)
    tests: dict[str, bool] = {}
    if suite.test:
        for match in re.finditer(suite.test, ran.output, re.MULTILINE):
            passed = match["status"] == suite.passed
            tests[match["name"].strip()] = tests.get(match["name"].strip(), True) and passed
    used = max(ran.seconds / limits.seconds, len(ran.output) / limits.output)
    tally = Tally(tests, said, "", ran.output, ran.ending != "ended", used > 0.5)
    if ran.ending == "time":
        return replace(tally, problem=f"{suite.title} did not end within {limits.seconds:g} s")
    if tally.cut:
        what = f"{suite.title} went beyond the limit of {_LIMITS[ran.ending]}"
        return replace(tally, problem=what)
    if not tests and (not suite.test or suite.name == COMMAND):
        return replace(tally, tests={suite.title: ran.passed})
    return tally if tests else replace(tally, problem=f"no test ran of {suite.title}")


_LIMITS = {
    "memory": "memory",
    "processes": "processes",
    "output": "output",
    "disk": "disk space",
}


def _shorten(suite: Suite, output: str) -> str:
    """The lines that tell what went wrong."""
    lines = [line.rstrip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if suite.tells and re.search(suite.tells, line)]
    return "\n".join(line[:_WIDE] for line in telling[:_LINES] or lines[-_LINES:])


_LINES, _WIDE = 12, 160
