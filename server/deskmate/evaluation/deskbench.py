"""Our own tasks, over all actions: the files of the folder `deskbench`, which say what is right.

No public set has documentation, tests and prose. A task is a table:

- `action`, `file` and `text`, with the cursor or the selection between `‸`; `instruction`, `files`.
- what is right, for the tests of this set: `change` (pairs of what is there and what it becomes),
  `after` (what stands there then), `appended`, `front` (front matter), `answer`, or `made` (the
  new file `makes`). And what is not: `bad`, which says something else.
- how that is told, all of it data: see `checking.Expected`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

from deskmate.core.text.text import Span
from deskmate.evaluation.checking import Expected, check
from deskmate.evaluation.judges import Program
from deskmate.evaluation.tasks import Task

PARTS = {
    "proofread": ("proofread",),
    "rewrite": ("clarify", "shorten", "simplify", "tone", "audience"),
    "extract": ("extract",),
    "tag": ("tags", "category", "classify"),
}
"""Suites that are parts of it, by the actions of which they are made."""

CURSOR = "‸"


def deskbench(suite: str, data: Path | None = None) -> tuple[list[Task], list[str]]:
    """The tasks of a suite; those of all its parts for `deskbench` itself."""
    found = [_task(row, wishes) for row, wishes in rows()]
    return [one for one in found if suite in ("deskbench", one.suite)], []


@cache
def rows() -> tuple[tuple[Mapping[str, Any], Mapping[str, str]], ...]:
    """Every task as it is written, with the plain wishes of its file."""
    return tuple(_read())


def _read() -> Iterator[tuple[Mapping[str, Any], Mapping[str, str]]]:
    folder = resources.files(__package__) / "deskbench"
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".toml"):
            given = tomllib.loads(file.read_text(encoding="utf-8"))
            for row in given["task"]:
                yield row, given["wish"]


def _task(row: Mapping[str, Any], wishes: Mapping[str, str]) -> Task:
    text, span = unmarked(row["text"])
    expected = expected_of(row)
    asked = f" {row['instruction']}" if row.get("instruction") else ""
    return Task(
        id=row["id"],
        suite=_suite(row["action"]),
        action=row["action"],
        language=Path(row["file"]).suffix.removeprefix("."),
        document=row["file"],
        text=text,
        span=span,
        wish=wishes[row["action"]] + asked,
        judge=partial(check, expected),
        files=row.get("files", {}),
        instruction=row.get("instruction", ""),
        makes=row.get("makes", ""),
        runs_code=expected.program is not None,
        needs=_NEEDS.get(Path(row["file"]).suffix, ()) if expected.program else (),
    )


def _suite(action: str) -> str:
    family = action.partition("-")[0]
    return next((name for name, of in PARTS.items() if family in of), "deskbench")


def unmarked(text: str) -> tuple[str, Span]:
    """A text without its marks, and what they select: without any, all of it."""
    first, *more = text.split(CURSOR)
    whole = text.replace(CURSOR, "")
    if not more:
        return whole, Span(0, len(whole))
    return whole, Span(len(first), len(first) + (len(more[0]) if len(more) > 1 else 0))


def expected_of(row: Mapping[str, Any]) -> Expected:
    """What a task expects."""
    text, _ = unmarked(row["text"])
    planted = tuple((wrong, right) for wrong, right in row.get("change", ()))
    return Expected(
        before=text,
        document=row["file"],
        shows="answer" in row,
        makes=row.get("makes", ""),
        keeps=_suite(row["action"]) == "rewrite" or row["action"].startswith("translate"),
        planted=planted if row["action"] == "proofread" else (),
        exact=_changed(text, planted) if row.get("exact") else "",
        program=_program(row),
        wrong=_changed(text, [tuple(row["wrong"])]) if "wrong" in row else "",
        **{name: _frozen(row[name]) for name in _PLAIN if name in row},
    )


_PLAIN = (
    *("has", "facts", "lacks", "kept", "accept", "words", "shorter", "longer", "fewer"),
    *("value", "loose", "labels", "tags"),
)
"""What is taken as it is written."""


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _changed(text: str, change: Any) -> str:
    for old, new in change:
        text = text.replace(old, new)
    return text


def _program(row: Mapping[str, Any]) -> Program | None:
    name = row["file"]
    if "wrong" in row:
        return {name: "{code}", "pytest.ini": ""}, _PYTEST
    if "asserts" not in row:
        return None
    return {name: "{code}\n" + row["asserts"]}, (*_RUN[Path(name).suffix], name)


_RUN = {".py": ("{python}", "-I"), ".js": ("node",)}

_NEEDS = {".js": ("node",)}

_PYTEST = (
    "{python}",
    "-c",
    "import os, sys, pytest; os.environ['PYTEST_DISABLE_PLUGIN_AUTOLOAD'] = '1'; "
    "sys.exit(pytest.main(['-q', '--tb=no', '-p', 'no:cacheprovider', '{made}']))",
)
