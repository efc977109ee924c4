"""The tasks of HumanEvalPack: real functions, each right and with a bug, and tests of them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from importlib import resources
from pathlib import Path
from typing import Any

from deskmate.core.syntax.document import Document, open_document
from deskmate.core.syntax.queries import enclosing
from deskmate.core.text.text import Span
from deskmate.evaluation.documentation import find_function, undocumented
from deskmate.evaluation.judges import Program, documented, passes, simpler, tells
from deskmate.evaluation.measures import Measure, measure
from deskmate.evaluation.tasks import Task


def humanevalpack(suite: str, folder: Path | None) -> tuple[list[Task], list[str]]:
    """The tasks of a suite from the files in a folder, and which languages have none there."""
    if folder is None:
        return [], [_GET]
    paths = {language: folder / about["data"] for language, about in _languages().items()}
    missing = [f"{name}: there is no {path}." for name, path in paths.items() if not path.is_file()]
    rows = [
        _Row(language, json.loads(line))
        for language, path in paths.items()
        if path.is_file()
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    if not rows:
        return [], [_GET, *missing]
    rows = [row for row in rows if row.values["task_id"] not in row.about.get("unsound", ())]
    made = (_MAKERS[suite](row) for row in rows)
    return [replace(task, suite=suite) for task in made if task is not None], missing


_GET = (
    "The suites from HumanEvalPack need its files (python.jsonl, js.jsonl, go.jsonl, java.jsonl; "
    "bigcode/humanevalpack on Hugging Face): name their folder with --data."
)


@cache
def _languages() -> Mapping[str, Any]:
    text = (resources.files(__package__) / "humanevalpack.toml").read_text(encoding="utf-8")
    languages: Mapping[str, Any] = tomllib.loads(text)
    return languages


@dataclass(frozen=True)
class _Row:
    """A line of a file, and the language that it is in."""

    language: str
    values: Mapping[str, Any]

    @property
    def about(self) -> Mapping[str, Any]:
        about: Mapping[str, Any] = _languages()[self.language]
        return about

    @cached_property
    def name(self) -> str:
        """The function that the prompt begins; `entry_point` is now and then another's name."""
        at = len(self.prompt.rstrip()) - 1
        scope = enclosing(self.document(self.right), Span(at, at))
        return scope.name if scope else str(self.values["entry_point"])

    @property
    def prompt(self) -> str:
        return str(self.about.get("opening", "") + self.values["prompt"])

    @property
    def right(self) -> str:
        return str(self.prompt + self.values["canonical_solution"])

    @property
    def wrong(self) -> str:
        return str(self.prompt + self.values["buggy_solution"])

    @property
    def stub(self) -> str:
        return str(self.prompt + self.about["stub"])

    def filled(self, text: str, code: str = "{code}") -> str:
        parts = {"{name}": self.name, "{test}": self.values["test"], "{code}": code}
        parts["{test_setup}"] = self.values.get("test_setup") or ""
        for mark in ("{name}", "{test_setup}", "{test}", "{code}"):
            text = text.replace(mark, parts[mark])
        return text

    def program(self, how: Mapping[str, Any]) -> Program:
        files = {name: self.filled(text) for name, text in how["files"].items()}
        return files, tuple(how["command"])

    def document(self, text: str) -> Document:
        return open_document(f"file:///{self.about['document']}", text)

    def task(self, action: str, text: str, wish: str, **more: Any) -> Task:
        """A task at the name of the function, whose tests are run unless `more` says otherwise."""
        scope = find_function(self.document(text), self.name)
        at = scope.head.start if scope else len(self.prompt.rstrip()) - 1
        run = self.about["run"]
        values: dict[str, Any] = {
            "judge": partial(passes, self.program(run)),
            "runs_code": True,
            "files": self.about.get("around", {}),
            "needs": tuple(run["needs"]),
        }
        return Task(
            id=self.values["task_id"],
            suite="",
            action=action,
            language=self.language,
            document=self.about["document"],
            text=text,
            span=Span(at, at),
            wish=wish,
            **(values | more),
        )


def _fix(row: _Row) -> Task:
    wish = f"Fix the bug in the function `{row.name}` in this file. {_WHOLE}"
    return row.task("fix-bug", row.wrong, wish)


def _generate(row: _Row) -> Task:
    return row.task("generate", row.stub, f"Write the function `{row.name}` in this file. {_WHOLE}")


def _tests(row: _Row) -> Task | None:
    how = row.about.get("tests")
    if how is None:
        return None
    right, wrong = (row.filled(how.get("text", "{code}"), code) for code in (row.right, row.wrong))
    program = row.program(how)
    around = {name: text for name, text in program[0].items() if name != row.about["document"]}
    return row.task(
        "write-tests",
        right,
        f"Write tests with {how['with']} for the function `{row.name}` in this file, which is "
        f"called {row.about['document']}. Answer with the whole file {how['made']}.",
        judge=partial(tells, program, right, wrong),
        files=around,  # by which the tests' runner knows the project
        makes=how["made"],
        needs=tuple(how["needs"]),
    )


def _docstring(row: _Row) -> Task | None:
    """The right solution without its documentation; where that is in no place that is known, there
    is no task.
    """
    whole, how = row.document(row.right), row.about["documentation"]
    scope = find_function(whole, row.name)
    if scope is None:
        return None
    before = row.document(undocumented(whole, scope))
    scope, examples = find_function(before, row.name), how.get("examples")
    if scope is None or scope.doc is not None or before.text == whole.text:
        return None
    program = row.program(examples) if examples else None
    return row.task(
        "add-docstring",
        before.text,
        f"Write the documentation of the function `{row.name}` in this file. {_WHOLE}",
        judge=partial(documented, before, row.name, how["named"], program),
        runs_code=examples is not None,
        needs=tuple(examples["needs"]) if examples else (),
    )


def _refactor(row: _Row) -> Task | None:
    """The right solution, where it has enough of something to have less of it."""
    before = row.document(row.right)
    figures = {what: measure(what, before, row.name) for what in _LEAST}
    what = next((what for what, least in _LEAST.items() if figures[what] >= least), None)
    if what is None:
        return None
    return row.task(
        "refactor",
        row.right,
        f"Refactor the function `{row.name}` in this file. {_ASKED[what]} It must do exactly what "
        f"it does now. {_WHOLE}",
        instruction=f"{_ASKED[what]} It must do exactly what it does now.",
        judge=partial(simpler, what, before, row.name, row.program(row.about["run"])),
    )


_WHOLE = "Answer with the whole function."

_LEAST: dict[Measure, int] = {"repeated lines": 1, "branches": 4, "length": 60}
"""How much of a measure a function has that is asked to have less of it, the first that it has."""

_ASKED: dict[Measure, str] = {
    "repeated lines": "Write no line twice.",
    "branches": "Use fewer branches: less `if`, loops, and conditions that are joined.",
    "length": "Make it shorter.",
}

_MAKERS: dict[str, Callable[[_Row], Task | None]] = {
    "fix": _fix,
    "generate": _generate,
    "tests": _tests,
    "docstring": _docstring,
    "refactor": _refactor,
}
