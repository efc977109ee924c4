"""What is found where: `tests/cases/scopes`, one case a heading.

A cursor is `‸`, a selection `⟦…⟧`. The list below the code is the smallest scope around it, with a
line end shown as `⏎`; `pytest --update` writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from _pytest.mark import ParameterSet

from deskmate.core.document import Document, open_document
from deskmate.core.syntax import Scope, enclosing, scopes
from deskmate.core.text import Span

CASES = Path(__file__).parents[1] / "cases" / "scopes"
KINDS = ("function", "class", "section")


class Case(NamedTuple):
    file: Path
    title: str
    document: Document
    span: Span
    expected: str


def cases() -> Iterator[ParameterSet]:
    for file in sorted(CASES.glob("*.md")):
        for section in re.split(r"^## ", file.read_text(encoding="utf-8"), flags=re.M)[1:]:
            case = read(file, section)
            yield pytest.param(case, id=f"{file.stem}: {case.title}")


def read(file: Path, section: str) -> Case:
    title, _, rest = section.partition("\n")
    fence, language, text = re.findall(r"^(````*)(\w+)\n(.*?\n)\1$", rest, re.M | re.S)[0]
    expected = rest.partition(f"\n{fence}\n")[2].strip()
    start = re.search("[‸⟦]", text)
    end = re.search("[‸⟧]", text)
    assert start and end, f"{file.name}: {title} has no cursor"
    span = Span(start.start(), end.start() - (end[0] == "⟧"))
    text = re.sub("[‸⟦⟧]", "", text)
    document = open_document(f"file:///sample.{language}", text, language_id=language)
    return Case(file, title, document, span, expected)


@pytest.mark.parametrize("case", list(cases()))
def test_scope(case: Case, update: bool) -> None:
    found = shown(case.document, enclosing(case.document, case.span, KINDS))
    if update:
        rewrite(case, found)
    else:
        assert found == case.expected


def shown(document: Document, scope: Scope | None) -> str:
    if scope is None:
        return "- none"
    qualified = ".".join([*scope.path, scope.name or "(no name)"])
    lines = [f"- {scope.kind} {qualified}{', a stub' if scope.stub else ''}"]
    for part in ("span", "doc", "head", "body"):
        span = getattr(scope, part)
        if span is not None:
            lines.append(f"- {part}: {brief(document.slice(span))}")
    return "\n".join(lines)


def brief(text: str) -> str:
    """A text on one line: where it is long, how it begins and ends."""
    text = re.sub(r"\r\n|\r|\n", "⏎", text)
    return f"`{text}`" if len(text) <= 90 else f"`{text[:42]} … {text[-42:]}`"


def rewrite(case: Case, found: str) -> None:
    text = case.file.read_text(encoding="utf-8")
    before, _, rest = text.partition(f"## {case.title}\n")
    section, mark, after = rest.partition("\n## ")
    code = section[: section.rindex("```") + 3]
    case.file.write_text(f"{before}## {case.title}\n{code}\n\n{found}\n{mark}{after}", "utf-8")
