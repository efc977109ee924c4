"""Judges that read code and run none of it: what they find with an answer and not without it."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, cast

from deskmate.checks.layout import TooLarge, is_inside
from deskmate.checks.sandbox import Limits, Ran, Surroundings, find_outside, run_code
from deskmate.checks.toolchains import (
    fill_home,
    find_interpreter,
    has_any,
    kept_folder,
    read_rows,
    surround,
)
from deskmate.checks.verdict import Subject, Verdict
from deskmate.workspace.reading import read_text_file

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StaticJudge:
    """One row of `judges.toml`, where its fields are described."""

    name: str
    languages: tuple[str, ...]
    command: tuple[str, ...]
    finding: str
    syntax: str = "(?!)"
    elsewhere: str = "(?!)"
    nothing: str = "(?!)"
    lists: bool = False
    listing: tuple[str, ...] = ()
    configs: tuple[str, ...] = ()
    configured: tuple[str, ...] = ()
    runs_code: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a judge says of one state of the code: each finding without its line, how often, and
    the line where it is first. It is `unread` where it says that it cannot read some of the code,
    and so may not have looked at the rest; with those that are `fatal` code cannot be compiled.
    None in place of this is that it could not tell.
    """

    counts: Counter[str]
    lines: dict[str, str]
    unread: bool = False
    fatal: frozenset[str] = frozenset()


def find_static_judges(subject: Subject, *, may_run: bool) -> Iterator[StaticJudge]:
    """The judges of this language that are installed, from cheap to dear. Those that run a
    project's code on the way only where that `may_run`.
    """
    for name, row in read_rows("judges.toml").items():
        if subject.language not in row["languages"] or (row.get("runs_code") and not may_run):
            continue
        if _find_program(row["command"][0], subject.folder) is None:
            continue
        judge = make_judge(name, row)
        if not judge.configured or has_any(subject.folder, judge.configured):
            yield judge


def make_judge(name: str, row: Mapping[str, Any]) -> StaticJudge:
    """The judge of a row of `judges.toml`."""
    given = {key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}
    return StaticJudge(name=name, **cast(Any, given))


def _find_program(name: str, project: Path) -> str | None:
    """The program of the system's, not the project's, whatever links lead to it."""
    found = shutil.which(name, path=os.pathsep.join(find_outside(project)))
    if found is None or not Path(found).is_absolute() or is_inside(Path(found), project):
        return None
    return found


async def look(judge: StaticJudge, subject: Subject, text: str, limits: Limits) -> Found | None:
    """What a judge finds where the file has this text; None where it cannot tell."""
    ran = await _run(judge, judge.command, subject, text, limits)
    if ran is None:
        return None
    return await asyncio.to_thread(read_findings, judge, ran, subject.name)


async def looks_at(judge: StaticJudge, subject: Subject, limits: Limits) -> bool:
    """Whether a judge looks at the file, as far as that can be asked beforehand."""
    if not judge.listing:
        return True
    ran = await _run(judge, judge.listing, subject, subject.before, limits)
    return ran is not None and PurePosixPath(subject.name).name in ran.output.splitlines()


async def _run(
    judge: StaticJudge, command: Sequence[str], subject: Subject, text: str, limits: Limits
) -> Ran | None:
    try:
        laid_out = await asyncio.to_thread(_lay_out, judge, command, subject, text)
        if laid_out is None:
            return None
        words, files, around = laid_out
        return await run_code(files, words, limits, around)
    except (TooLarge, OSError) as error:
        log.info("%s cannot tell: %s", judge.name, error)
        return None


def _lay_out(
    judge: StaticJudge, command: Sequence[str], subject: Subject, text: str
) -> tuple[list[str], dict[str, str], Surroundings] | None:
    """The words of a command, the files and what is around them; None where there is no such
    program.
    """
    program = _find_program(command[0], subject.folder)
    if program is None:
        return None
    kept = kept_folder(subject.folder)
    # a name is no option, and no file of options
    name = f"./{subject.name}" if subject.name.startswith(("-", "@")) else subject.name
    folder = PurePosixPath(subject.name).parent.as_posix()
    names = {"{file}": name, "{folder}": folder}
    if judge.runs_code:
        names["{interpreter}"] = find_interpreter(subject.folder)
    words = [fill_home(word, kept) for word in command[1:]]
    for mark, value in names.items():
        words = [word.replace(mark, value) for word in words]
    files = {**_read_configs(judge, subject), subject.name: text}
    if judge.whole:
        files = subject.files(text)
    around = surround(
        subject.folder,
        subject.language,
        whole=judge.whole,
        runs=False,
        shares=not judge.runs_code,
    )
    return [program, *words], files, around


def _read_configs(judge: StaticJudge, subject: Subject) -> dict[str, str]:
    """What the project says of how the judge judges, in the file's folder and those above."""
    found: dict[str, str] = {}
    for folder in PurePosixPath(subject.name).parents:
        for name in judge.configs:
            inside = (folder / name).as_posix()
            path = subject.folder / inside
            if file := read_text_file(path, subject.folder):
                found[inside] = subject.others.get(inside, file.text)
    return found


def read_findings(judge: StaticJudge, ran: Ran, name: str) -> Found | None:
    """What a judge said; None where it could not tell, or did not look at the file of that name."""
    if ran.ending != "ended" or ran.status in (126, 127) or re.search(judge.nothing, ran.output):
        return None
    if judge.lists and not re.search(rf"(?m)^(?:(?:\w:)?/.*/)?{re.escape(name)}\r?$", ran.output):
        return None
    counts, lines, fatal = Counter[str](), dict[str, str](), set[str]()
    for match in re.finditer(judge.finding, ran.output, re.MULTILINE):
        says = re.sub(r"\bline \d+", "line …", match["says"].strip())
        counts[says] += 1
        lines.setdefault(says, match.groupdict().get("line") or "")
        if match.groupdict().get("compiles"):
            fatal.add(says)
    unread = any(re.search(judge.syntax, says) for says in counts)
    return Found(counts, lines, unread, frozenset(fatal)) if counts or ran.passed else None


def compare_findings(judge: StaticJudge, before: Found | None, after: Found | None) -> Verdict:
    """What is new; unknown where neither could be read whole, since most judges look no further
    than syntax errors. What is new `elsewhere` alone is said and fails nothing; that code does not
    compile which did is alarming: of code that did not, compilers often name one reason at a time.
    """
    name = judge.name
    if before is None or after is None or (before.unread and after.unread):
        return Verdict(name, "unknown")
    new = after.counts - before.counts
    if not new:
        less = sum((before.counts - after.counts).values())
        done = f", and {less} less than before" if less else ""
        return Verdict(name, "passes", f"{name} finds nothing new{done}")
    shown = [f"line {after.lines[says]}: {says}" if after.lines[says] else says for says in new]
    more = f" (and {len(shown) - _MOST} more)" if len(shown) > _MOST else ""
    words = f"{name} reports what it did not before: {'; '.join(shown[:_MOST])}{more}"
    if all(re.search(judge.elsewhere, says) for says in new):
        return Verdict(name, "passes", words)
    things = "1 new problem" if len(shown) == 1 else f"{len(shown)} new problems"
    breaks = not before.fatal and bool(after.fatal & {*new})
    return Verdict(name, "fails", f"{name} finds {things}", words, alarming=breaks)


_MOST = 3
"""Findings that are named."""
