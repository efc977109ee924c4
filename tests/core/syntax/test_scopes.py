"""What is found where: `tests/cases/scopes`, one case a heading.

A cursor is `‸`, a selection `⟦…⟧`. The list below the code is the smallest scope around it, with a
line end shown as `⏎`; `pytest --update` writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, get_args

import pytest
from _pytest.mark import ParameterSet

from deskmate.core.syntax.document import Document, open_document
from deskmate.core.syntax.language import languages, query
from deskmate.core.syntax.queries import Kind, Scope, all_scopes, enclosing, scopes
from deskmate.core.text.text import Span

FOLDER = Path(__file__).parents[2] / "cases" / "scopes"
KINDS: tuple[Kind, ...] = get_args(Kind)


CASE = re.compile(
    r"^## (?P<title>[^\n]*)\n\n"
    r"(?P<fence>```+)(?P<language>\w+)\n(?P<text>.*?\n)(?P=fence)\n"
    r"\n*(?P<expected>(?:- [^\n]*\n)*)",
    re.MULTILINE | re.DOTALL,
)


class Case(NamedTuple):
    file: Path
    title: str
    fence: str
    language: str
    text: str
    expected: str

    def place(self, line_end: str = "\n") -> tuple[Document, Span]:
        marked = self.text.replace("\n", line_end)
        start, end = re.search("[‸⟦]", marked), re.search("[‸⟧]", marked)
        assert start and end, f"{self.title} in {self.file.name} has no cursor."
        span = Span(start.start(), end.start() - (end[0] == "⟧"))
        text = re.sub("[‸⟦⟧]", "", marked)
        language = next(one for one in languages() if one.fence == self.language)
        return open_document("untitled:1", text, language_id=language.ids[0]), span


def read() -> Iterator[Case]:
    for file in sorted(FOLDER.glob("*.md")):
        for found in CASE.finditer(file.read_text(encoding="utf-8")):
            yield Case(file, **found.groupdict())


CASES = list(read())


def cases() -> Iterator[ParameterSet]:
    for case in CASES:
        yield pytest.param(case, id=f"{case.file.stem}: {case.title}")


@pytest.mark.parametrize("case", list(cases()))
def test_scope(case: Case, update: bool) -> None:
    document, span = case.place()
    found = shown(document, enclosing(document, span, KINDS, anonymous=True))
    if update:
        rewrite(case, found)
    else:
        assert found == case.expected


@pytest.mark.parametrize("case", list(cases()))
def test_scope_in_a_file_of_windows(case: Case) -> None:
    as_it_is, there = case.place()
    document, span = case.place("\r\n")
    expected = shown(as_it_is, enclosing(as_it_is, there, KINDS, anonymous=True))
    assert shown(document, enclosing(document, span, KINDS, anonymous=True)) == expected


@pytest.mark.parametrize("case", list(cases()))
def test_what_encloses_a_place_is_one_of_all_scopes(case: Case) -> None:
    document, _ = case.place()
    every = all_scopes(document)
    for offset in range(len(document.text) + 1):
        found = enclosing(document, Span(offset, offset), KINDS, anonymous=True)
        assert found is None or found in every
        inside = [s for s in scopes(document) if s.span.start <= offset < s.span.end]
        assert found is not None or not inside


@pytest.mark.parametrize("case", list(cases()))
def test_the_parts_of_a_scope_lie_where_they_belong(case: Case) -> None:
    document, _ = case.place()
    for scope in all_scopes(document):
        assert scope.span.start == scope.head.start
        assert scope.outer.contains(scope.span)
        assert document.slice(scope.span) == document.slice(scope.span).strip()
        assert scope.span.contains(scope.head)
        if scope.body is not None:
            assert scope.span.contains(scope.body)
            assert scope.head.end <= scope.body.start
        if scope.doc is not None:
            assert scope.outer.contains(scope.doc)


def test_every_language_has_cases() -> None:
    shown = {case.language for case in CASES}
    scoped = [one for one in languages() if query(one, "scopes") or query(one, "sections")]
    assert shown == {language.fence for language in scoped}


def test_no_title_is_used_twice() -> None:
    titles = [(case.file, case.title) for case in CASES]
    assert len(titles) == len(set(titles))


def shown(document: Document, scope: Scope | None) -> str:
    if scope is None:
        return "- none\n"
    qualified = ".".join([*scope.path, scope.name or "(no name)"])
    lines = [f"- {scope.kind} {qualified}{', a stub' if scope.stub else ''}"]
    for part in ("span", "doc", "head", "body"):
        span = getattr(scope, part)
        if span is not None:
            lines.append(f"- {part}: {brief(document.slice(span))}")
    return "".join(f"{line}\n" for line in lines)


def brief(text: str) -> str:
    """A text on one line: where it is long, how it begins and ends."""
    text = re.sub(r"\r\n|\r|\n", "⏎", text)
    return f"`{text}`" if len(text) <= 90 else f"`{text[:42]} … {text[-42:]}`"


def rewrite(case: Case, expected: str) -> None:
    text = case.file.read_text(encoding="utf-8")
    found = next(m for m in CASE.finditer(text) if m["title"] == case.title)
    before = text[: found.start("expected")].rstrip("\n")
    after = text[found.end() :].lstrip("\n")
    parts = [before, expected.rstrip("\n"), after.rstrip("\n")]
    case.file.write_text("\n\n".join(filter(None, parts)) + "\n", encoding="utf-8")
