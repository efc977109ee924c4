"""What is found in a file: `tests/cases/symbols`, one case a heading; `pytest --update` writes the
list below the code, of definitions, imports and used names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from _pytest.mark import ParameterSet
from hypothesis import given, settings
from hypothesis import strategies as st

from deskmate.core.syntax.comments import first_sentence
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.syntax.file_symbols import find_symbols
from deskmate.core.syntax.language import languages, query
from deskmate.core.syntax.references import find_references, name_at
from deskmate.core.text.text import Edit, Span

FOLDER = Path(__file__).parents[2] / "cases" / "symbols"

CASE = re.compile(
    r"^## (?P<title>[^\n]*)\n\n```(?P<language>\w+)\n(?P<text>.*?\n)```\n"
    r"\n*(?P<expected>(?:- [^\n]*\n)*)",
    re.MULTILINE | re.DOTALL,
)


class Case(NamedTuple):
    file: Path
    title: str
    language: str
    text: str
    expected: str

    def document(self, line_end: str = "\n") -> Document:
        language = next(one for one in languages() if self.language in (one.name, one.fence))
        text = self.text.replace("\n", line_end)
        return open_document("untitled:1", text, language_id=language.ids[0])


def read() -> Iterator[Case]:
    for file in sorted(FOLDER.glob("*.md")):
        for found in CASE.finditer(file.read_text(encoding="utf-8")):
            yield Case(file, **found.groupdict())


CASES = list(read())


def cases() -> Iterator[ParameterSet]:
    for case in CASES:
        yield pytest.param(case, id=f"{case.file.stem}: {case.title}")


@pytest.mark.parametrize("case", list(cases()))
def test_symbols(case: Case, update: bool) -> None:
    found = "".join(f"- {line}\n" for line in shown(case.document()))
    if update:
        text = case.file.read_text(encoding="utf-8")
        match = next(one for one in CASE.finditer(text) if one["title"] == case.title)
        before = text[: match.start("expected")].rstrip("\n")
        parts = [before, found.rstrip("\n"), text[match.end() :].strip("\n")]
        case.file.write_text("\n\n".join(filter(None, parts)) + "\n", encoding="utf-8")
    else:
        assert found == case.expected


@pytest.mark.parametrize("case", list(cases()))
def test_symbols_of_a_file_of_windows(case: Case) -> None:
    assert "".join(f"- {line}\n" for line in shown(case.document("\r\n"))) == case.expected


@pytest.mark.parametrize("case", list(cases()))
def test_a_definition_is_named_where_it_stands(case: Case) -> None:
    document = case.document()
    for one in find_symbols(document).definitions:
        assert one.name in document.slice(one.span)
        assert document.lines.line_at(one.span.start) == one.line


@pytest.mark.parametrize("case", list(cases()))
def test_every_reference_is_found_again(case: Case) -> None:
    document = case.document()
    symbols = find_symbols(document)
    for name in symbols.references - {one.name for one in symbols.definitions}:
        assert all(document.slice(span) == name for span in find_references(document, name))


def test_every_language_has_cases() -> None:
    indexed = {one.name for one in languages() if query(one, "references")}
    inherited = {one.name for one in languages() if one.inherits in indexed}
    assert indexed - inherited <= {case.file.stem for case in CASES} <= indexed


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(CASES), st.integers(0, 400), st.text(max_size=5))
def test_whatever_stands_in_a_file_can_be_read(case: Case, at: int, text: str) -> None:
    document = case.document()
    broken = document.changed(Edit(Span(min(at, len(document.text)), len(document.text)), text))
    for one in find_symbols(broken).definitions:
        assert one.name and one.head


@pytest.mark.parametrize(
    ("comment", "sentence"),
    [
        ('"""Sums the rows. Slowly."""', "Sums the rows."),
        (
            '"""\n    Sums the rows\n    and cents.\n\n    Slowly.\n    """',
            "Sums the rows and cents.",
        ),
        ("/** Half of n. */", "Half of n."),
        ("/**\n * Half of n,\n * rounded.\n * @param n what\n */", "Half of n, rounded."),
        ("/// Half of `n`.\n/// More.", "Half of `n`."),
        ("/// <summary>\n/// Half of n.\n/// </summary>", "Half of n."),
        ("# Half of n, e.g. 2 of 4. More.", "Half of n, e.g. 2 of 4."),
        ("//", ""),
        ('@doc "Half of n. More."', "Half of n."),
        ("(** Half of n. More. *)", "Half of n."),
        ("-- | Half of n.", "Half of n."),
        ("{- | Half of n. -}", "Half of n."),
        ("<#\n.SYNOPSIS\nHalf of n. More.\n#>", "Half of n."),
        ("<# .SYNOPSIS Half of n. #>", "Half of n."),
    ],
)
def test_the_first_sentence(comment: str, sentence: str) -> None:
    assert first_sentence(comment) == sentence


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ("shop.Or‸der()", "shop.Order"),
        ("sh‸op.Order()", "shop"),
        ("x = Order‸", "Order"),
        ("make().Or‸der", ""),
        ("rows[0].to‸tal", ""),
        ("x = 'Or‸der'", ""),
        ("# Or‸der", ""),
        ("x = 1‸2", ""),
        ("‸", ""),
    ],
)
def test_the_name_at_a_place(marked: str, name: str) -> None:
    document = open_document("untitled:1", marked.replace("‸", ""), language_id="python")
    assert name_at(document, marked.index("‸")) == name


def shown(document: Document) -> Iterator[str]:
    symbols = find_symbols(document)
    if symbols.package:
        yield f"package {symbols.package}"
    for one in symbols.definitions:
        parts = [f"{one.kind} {'.'.join((*one.container, one.name))} `{one.head}`"]
        parts += [f"says {one.doc}"] if one.doc else []
        parts += [f"is {one.type}"] if one.type else []
        parts += [f"with {', '.join(one.types)}"] if one.types else []
        parts += [f"from {', '.join(one.bases)}"] if one.bases else []
        yield " | ".join(re.sub(r"\r?\n", "⏎", part) for part in parts)
    for each in symbols.imports:
        names = ", ".join(f"{a} as {b}" if a != b else a for a, b in each.names)
        called = f" as {each.alias}" if each.alias else ""
        yield f"imports {each.module}{called}{f': {names}' if names else ''}" + (
            ", passed on" if each.passed_on else ""
        )
