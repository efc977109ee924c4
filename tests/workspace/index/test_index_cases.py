"""What a name means in a project: `tests/cases/index`, one case a heading: its files, each a code
block under its name, then questions with their answers, which `pytest --update` writes.

- `app.py`: `Order.total` is what `lookup` says of that name in that file.
- `app.py`: neighbours, what it sees without an import.
- find `Order`, references of `Order`: what is found by name alone.

Every case is asked without an index, and again with one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from _pytest.mark import ParameterSet

from deskmate.core.syntax.file_symbols import Found
from deskmate.settings.project import Project, project_of
from deskmate.workspace.index.build import index_all
from deskmate.workspace.index.index import ProjectIndex
from deskmate.workspace.index.store import open_store

FOLDER = Path(__file__).parents[2] / "cases" / "index"

CASE = re.compile(r"^## (?P<title>[^\n]*)\n(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
FILE = re.compile(
    r"^`(?P<name>[^`\n]+)`\n\n(?P<fence>```+)[\w+#-]*\n(?P<text>.*?)(?P=fence)\n",
    re.MULTILINE | re.DOTALL,
)
QUESTION = re.compile(
    r"^- (?:`(?P<file>[^`]+)`: )?(?P<what>find |references of |neighbours)?(?:`(?P<name>[^`]+)`)?"
    r"(?: → (?P<answer>[^\n]*))?$",
    re.MULTILINE,
)


class Case(NamedTuple):
    file: Path
    title: str
    body: str

    def write(self, folder: Path) -> Project:
        for found in FILE.finditer(self.body):
            path = folder / found["name"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(found["text"], encoding="utf-8")
        project = project_of(folder / "x", folder)
        assert project is not None
        return project

    def questions(self) -> Iterator[re.Match[str]]:
        return QUESTION.finditer(FILE.sub(lambda found: " " * len(found[0]), self.body))


def read() -> Iterator[Case]:
    for file in sorted(FOLDER.glob("*.md")):
        for found in CASE.finditer(file.read_text(encoding="utf-8")):
            yield Case(file, found["title"], found["body"])


def cases() -> Iterator[ParameterSet]:
    for case in read():
        yield pytest.param(case, id=f"{case.file.stem}: {case.title}")


@pytest.mark.parametrize("case", list(cases()))
def test_with_an_index(case: Case, tmp_path: Path, update: bool) -> None:
    project = case.write(tmp_path / "project")
    store = open_store(project.folder)
    index_all(store, project)
    index = ProjectIndex(project, {}, store)
    if update:
        body = case.body
        for question in reversed(list(case.questions())):
            asked = question[0].partition(" → ")[0]
            body = (
                body[: question.start()]
                + f"{asked} → {ask(index, question)}"
                + body[question.end() :]
            )
        text = case.file.read_text(encoding="utf-8")
        case.file.write_text(text.replace(case.body, body), encoding="utf-8")
        return
    for question in case.questions():
        assert f"{question[0].partition(' → ')[0]} → {ask(index, question)}" == question[0]


@pytest.mark.parametrize("case", list(cases()))
def test_without_an_index(case: Case, tmp_path: Path, update: bool) -> None:
    project = case.write(tmp_path)
    index = ProjectIndex(project, {}, None)
    for question in case.questions():
        if question["file"] and not update:
            assert f"{question[0].partition(' → ')[0]} → {ask(index, question)}" == question[0]


def ask(index: ProjectIndex, question: re.Match[str]) -> str:
    folder, name = index.project.folder, question["name"]
    if question["file"] and question["what"] == "neighbours":
        paths = index.neighbours(folder / question["file"])
        found = [f"`{one.relative_to(folder)}`" for one in paths]
    elif question["file"]:
        found = [shown(one, folder) for one in index.lookup(folder / question["file"], name)]
    elif question["what"] == "find ":
        found = [shown(one, folder) for one in index.find(name)]
    else:
        uses = index.references(name)
        found = [f"`{one.path.relative_to(folder)}:{one.line + 1}`" for one in uses]
    return ", ".join(found) or "nothing"


def shown(found: Found, folder: Path) -> str:
    head = found.definition.head.replace("\n", "⏎")
    return f"`{found.path.relative_to(folder)}:{found.definition.line + 1}` `{head}`"
