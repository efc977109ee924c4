"""Which names are unbound: the cases in `tests/cases/names`, and code that is known to be right."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import deskmate.core
from deskmate.core.syntax.bindings import Unbound, unbound_names
from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.language import languages

FOLDER = Path(__file__).parents[2] / "cases" / "names"
MARKS = {"no": "{}", "project": "{}?", "maybe": "({})"}
CASE = re.compile(r"^## (.+)\n\n```(\w+)\n((?s:.*?))^```\n(\nunbound: .*\n)?", re.MULTILINE)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("[a-z]*.md")), ids=lambda file: file.stem)
def test_the_names_that_nothing_binds(file: Path, update: bool) -> None:
    text = file.read_text(encoding="utf-8")
    found = CASE.sub(lambda case: _with_answer(*case.groups()), text)
    if update:
        file.write_text(found, encoding="utf-8")
    assert found == text


def _with_answer(title: str, language: str, code: str, _: str | None) -> str:
    known = next(one for one in languages() if one.name == language)
    document = open_document("file:///case", code, language_id=known.ids[0])
    names = dict.fromkeys(
        MARKS[one.elsewhere].format(f"{one.name}*" if one.wild else one.name)
        for one in unbound_names(document)
    )
    return f"## {title}\n\n```{language}\n{code}```\n\nunbound: {', '.join(names) or 'nothing'}\n"


def test_what_a_name_is_asked_for() -> None:
    document = open_document("file:///a.py", "re.match(a, b)\n")
    assert [(one.name, one.member) for one in unbound_names(document)][:2] == [
        ("re", "match"),
        ("a", ""),
    ]


@pytest.mark.parametrize(
    "folder", [Path(deskmate.core.__file__).parent, Path(json.__file__).parent], ids=str
)
def test_right_code_has_no_unbound_name(folder: Path) -> None:
    found: list[tuple[Path, Unbound]] = []
    for path in sorted(folder.rglob("*.py")):
        document = open_document(path.as_uri(), path.read_text(encoding="utf-8"))
        found += ((path, one) for one in unbound_names(document))
    assert not found


def test_a_file_that_a_tool_gives_names_to_is_left_alone() -> None:
    text = "env = Environment(CC=compiler)\n"
    assert unbound_names(open_document("file:///SConstruct", text)) == ()
    assert unbound_names(open_document("file:///build.py", text)) != ()
