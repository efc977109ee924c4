"""Tasks on small projects of several files, whose answers need what stands in another file, in the
class or in a constant: the files of the folder `deskbench/projects`.

A project's `files` are right. A task is a table: its `action`, the `file` and where in it (`at`, a
text behind which the cursor is), an `instruction`; then

- `change`, pairs of what the task has and what is right there, and what tells: `has`, `lacks` and
  `kept` as in `checking.Expected`, `asserts` that are run in the project's `check`;
- or for tests `wrong`, what is right and what is not, by which tests are told that tell something;
  `makes` and `made` are their file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any

from deskmate.checks.sandbox import Limits
from deskmate.core.text.text import Span
from deskmate.evaluation.checking import Expected, check
from deskmate.evaluation.judges import Program, passes, tells
from deskmate.evaluation.tasks import Outcome, Task, Verdict
from deskmate.evaluation.typescript import as_javascript


def project_tasks(data: Path | None = None) -> tuple[list[Task], list[str]]:
    """All of them."""
    return [_task(one) for one in project_rows()], []


@cache
def project_rows() -> tuple[ProjectRow, ...]:
    """Every task as it is written."""
    return tuple(_read())


def _read() -> Iterator[ProjectRow]:
    folder = resources.files(__package__) / "deskbench" / "projects"
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        project = tomllib.loads(file.read_text(encoding="utf-8"))
        project["files"] = {name: text.lstrip("\n") for name, text in project["files"].items()}
        yield from (ProjectRow(project, row) for row in project["task"])


@dataclass(frozen=True)
class ProjectRow:
    """A task, and the project that it is about."""

    project: Mapping[str, Any]
    row: Mapping[str, Any]

    @property
    def file(self) -> str:
        """The name of its file."""
        return str(self.row["file"])

    @property
    def right(self) -> str:
        """What the file should hold in the end."""
        return str(self.project["files"][self.file])

    @cached_property
    def text(self) -> str:
        """What the file holds when the task begins."""
        text = self.right
        for given, right in self.row.get("change", ()):
            text = text.replace(right, given, 1)
        return text

    @property
    def about(self) -> Mapping[str, Any]:
        """What holds for all tasks in its language."""
        about: Mapping[str, Any] = _book()[PurePosixPath(self.file).suffix]
        return about

    @property
    def how(self) -> Mapping[str, Any] | None:
        """How it is run, if it is."""
        kind = "tests" if "wrong" in self.row else "check" if "asserts" in self.row else ""
        return self.about[kind] if kind else None


@cache
def _book() -> Mapping[str, Any]:
    text = (resources.files(__package__) / "projects.toml").read_text(encoding="utf-8")
    book: Mapping[str, Any] = tomllib.loads(text)
    return book


def _task(one: ProjectRow) -> Task:
    row, how = one.row, one.how
    at = one.text.index(row["at"]) + len(row["at"])
    wish = _book()["wish"][row["action"]].replace("{name}", row["at"].split()[-1].rstrip("()"))
    asked = f" {row['instruction']}" if row.get("instruction") else ""
    return Task(
        id=row["id"],
        suite="projects",
        action=row["action"],
        language=PurePosixPath(one.file).suffix.removeprefix("."),
        document=one.file,
        text=one.text,
        span=Span(at, at),
        wish=wish.replace("{makes}", row.get("makes", "")) + asked,
        judge=partial(judge, one),
        files={name: text for name, text in one.project["files"].items() if name != one.file},
        instruction=row.get("instruction", ""),
        makes=row.get("makes", ""),
        runs_code=how is not None,
        needs=tuple(how.get("needs", ())) if how else (),
        unseen=one.project["half"] == "unseen",
    )


async def judge(one: ProjectRow, outcome: Outcome, limits: Limits) -> Verdict:
    """What the outcome of a task is worth."""
    has, lacks, kept = (tuple(one.row.get(name, ())) for name in ("has", "lacks", "kept"))
    makes = one.row.get("makes", "")
    expected = Expected(one.text, one.file, makes=makes, has=has, lacks=lacks, kept=kept)
    verdict = await check(expected, outcome, limits)
    if verdict.reason or one.how is None:
        return verdict
    made = {name: _as_run(name, text) for name, text in outcome.made.items()}
    outcome = replace(outcome, text=_as_run(one.file, outcome.text), made=made)
    program = _program(one, one.how)
    if "wrong" not in one.row:
        return await passes(program, outcome, limits)
    wrong = one.right.replace(*one.row["wrong"])
    right, wrong = (_as_run(one.file, text) for text in (one.right, wrong))
    return await tells(program, right, wrong, outcome, limits)


def _program(one: ProjectRow, how: Mapping[str, Any]) -> Program:
    """The files of the project, with the check of the task among them, and what runs it."""
    files = {name: _as_run(name, text) for name, text in one.project["files"].items()}
    files[one.file] = "{code}"
    name = one.project["check"]["file"]
    if "asserts" in one.row:
        place = PurePosixPath(one.file).parent / name if name.endswith(".ts") else name
        text = one.project["check"]["text"].replace("{asserts}", one.row["asserts"])
        files[str(place)] = _as_run(name, text)
    return files, [word.replace("{check}", name) for word in how["command"]]


def _as_run(name: str, text: str) -> str:
    return as_javascript(text) if name.endswith(".ts") else text
