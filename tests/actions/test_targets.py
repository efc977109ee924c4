"""What is offered where: `tests/cases/offers`, one case a heading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from _pytest.mark import ParameterSet

from deskmate.actions.catalog import load_actions
from deskmate.actions.diagnostic import Diagnostic
from deskmate.actions.problems import offer_problems
from deskmate.actions.prompt import describe
from deskmate.actions.targets import find_target, offers
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.text.text import Span
from deskmate.errors import ActionError

CASES = Path(__file__).parents[1] / "cases" / "offers"
SELECTIONS = Path(__file__).parents[1] / "cases" / "selections"
ACTIONS, _ = load_actions()


class Case(NamedTuple):
    document: Document
    span: Span
    diagnostics: list[Diagnostic]
    expected: list[str]
    file: Path
    section: str


def cases(folder: Path = CASES) -> Iterator[ParameterSet]:
    for file in sorted(folder.glob("*.md")):
        for section in re.split(r"^## ", file.read_text(encoding="utf-8"), flags=re.M)[1:]:
            title = section.partition("\n")[0]
            yield pytest.param(read(file, section), id=f"{file.stem}: {title}")


def read(file: Path, section: str) -> Case:
    code = re.search(r"^```(\w+)\n(.*?\n)```$", section, re.M | re.S)
    assert code, section
    text = code[2]
    if "‸" in text:
        span = Span(text.index("‸"), text.index("‸"))
        text = text.replace("‸", "")
    else:
        span = Span(text.index("⟦"), text.index("⟧") - 1)
        text = text.replace("⟦", "").replace("⟧", "")
    diagnostics = list(find_reported(text, span))
    document = open_document(f"file:///project/sample.{code[1]}", text, language_id=code[1])
    expected = re.findall(r"^- (.*)$", section[code.end() :], re.M)
    return Case(document, span, diagnostics, expected, file, section)


def find_reported(text: str, span: Span) -> Iterator[Diagnostic]:
    """What comments say is reported: of the cursor in its line, else of the first character."""
    for line in re.finditer(r"^[ \t>]*(.*)$", text, re.M):
        at = span.start if line.start() <= span.start <= line.end() else line.start(1)
        for word, message in re.findall(r"(?:#|//) (error|warning|hint): ([^#\n]*)", line[0]):
            severity = {"error": 1, "warning": 2, "hint": 4}[word]
            yield Diagnostic(Span(at, at + 1), message.strip(), severity=severity)


@pytest.mark.parametrize("case", list(cases()))
def test_offers(case: Case, update: bool) -> None:
    found = offers(ACTIONS.values(), case.document, case.span, case.diagnostics)
    listed = [
        f"{offer.action.id}: {offer.kind}, {offer.target.result}, {describe(offer.target)}"
        for offer in found
    ]
    for one in offer_problems(ACTIONS.values(), case.document, case.span, case.diagnostics):
        target = find_target(one.action, case.document, one.place)
        assert target is not None
        listed.append(f"{one.action.id} of {describe(target)}: {one.title}")
    compare(case, listed, update)


@pytest.mark.parametrize("case", list(cases(SELECTIONS)))
def test_what_is_selected_is_what_changes(case: Case, update: bool) -> None:
    target = find_target(ACTIONS["refactor"], case.document, case.span)
    assert target is not None
    whole = f" ({describe(target)})" if target.scope else ""
    compare(case, [f"`{target.original}`{whole}".replace("\n", "⏎")], update)


def compare(case: Case, listed: list[str], update: bool) -> None:
    if update:
        given = case.section[: case.section.rindex("\n```\n") + 4]
        new = given + "\n\n" + "".join(f"- {line}\n" for line in listed)
        text = case.file.read_text(encoding="utf-8")
        new += "\n" if not text.rstrip().endswith(case.section.rstrip()) else ""
        case.file.write_text(text.replace(case.section, new), encoding="utf-8")
    else:
        assert listed == case.expected


@pytest.mark.parametrize("case", list(cases()))
def test_what_was_offered_is_what_would_be_done(case: Case) -> None:
    for offer in offers(ACTIONS.values(), case.document, case.span):
        assert find_target(offer.action, case.document, case.span) == offer.target


def test_a_fix_is_first_only_where_the_problem_lies_in_it() -> None:
    text = "def a():\n    return 1\n\n\ndef b():\n    return 2\n"
    document = open_document("file:///sample.py", text)
    elsewhere = [Diagnostic(Span(text.index("2"), text.index("2") + 1), "wrong")]
    here = offers(ACTIONS.values(), document, Span(0, 0), elsewhere)
    there = offers(ACTIONS.values(), document, Span(text.index("b"), text.index("b")), elsewhere)
    assert not any(offer.fixes for offer in here)
    assert [offer.action.id for offer in there if offer.fixes] == ["fix-bug"]
    assert there[0].action.id == "fix-bug"


@pytest.mark.parametrize(
    ("uri", "offered"),
    [
        ("file:///project/box.py", True),
        ("file:///project/test_box.py", False),
        ("file:///project/tests/boxes.py", False),
        ("untitled:Untitled-1", False),
    ],
)
def test_tests_are_offered_of_what_is_no_test_and_has_a_place(uri: str, offered: bool) -> None:
    document = open_document(uri, "def double(x):\n    return 2 * x\n", language_id="python")
    ids = [offer.action.id for offer in offers(ACTIONS.values(), document, Span(0, 0))]
    assert ("write-tests" in ids) is offered


@pytest.mark.parametrize(("name", "wanted"), [("a.md", "text"), ("a.json", "code")])
def test_selected_prose_is_rewritten_as_text(name: str, wanted: str) -> None:
    text = "{}\n\n```python\nx = 1\n```\n"
    action = replace(load_actions([])[0]["fix-bug"], languages=("any",))
    target = find_target(action, open_document(f"file:///{name}", text), Span(0, len(text)))
    assert target is not None
    assert target.wanted == wanted


NOTEBOOK = '{"cells": [], "nbformat": 4}'
CELL = "vscode-notebook-cell:/project/book.ipynb#W0sZmlsZQ"


@pytest.mark.parametrize(
    ("uri", "language_id", "text", "offered"),
    [
        ("file:///book.ipynb", "json", NOTEBOOK, set()),
        (CELL, "python", "x = 1\ny = 2\n", {"fix-bug", "refactor", "explain"}),
        ("file:///page.vue", "vue", "<template>\n</template>\n", {"explain"}),
        ("file:///page.astro", "astro", "<p>{x}</p>\n", {"explain"}),
        ("file:///image.png", None, "\x89PNG\0", set()),
        ("file:///log.txt", None, "one line\n" * 300_000, set()),
    ],
)
def test_what_no_edit_can_be_checked_in_is_not_offered_one(
    uri: str, language_id: str | None, text: str, offered: set[str]
) -> None:
    document = open_document(uri, text, language_id=language_id)
    everything = Span(0, len(text))
    found = {offer.action.id for offer in offers(ACTIONS.values(), document, everything)}
    assert found == offered
    for action in ACTIONS.values():
        if action.id not in offered and not offered - {"explain"} and action.edits:
            with pytest.raises(ActionError, match=r"file|notebook|characters"):
                find_target(action, document, everything)


@pytest.mark.parametrize(
    ("name", "comment", "asks"),
    [
        ("a.py", "# a function that gives the size of a file", True),
        ("a.py", "# Copyright 2024 Example\n# SPDX-License-Identifier: MIT", False),
        ("a.py", "# -*- coding: utf-8 -*-", False),
        ("a.py", "# type: ignore[import]", False),
        ("a.py", "# ------------------------", False),
        ("a.sh", "#!/bin/bash", False),
        ("a.sh", "# sorts the lines of a file", True),
        ("a.js", "// eslint-disable-next-line no-console", False),
        ("a.js", "/* Licensed under the MIT licence. */", False),
        ("a.go", "// Code generated by protoc. DO NOT EDIT.", False),
        ("a.go", "// reads the file and gives its lines", True),
        ("a.yaml", "# the name of the box and its size", False),
        ("a.css", "/* what all pages look like */", False),
    ],
)
def test_a_comment_asks_for_a_function_or_not(name: str, comment: str, asks: bool) -> None:
    document = open_document(f"file:///project/{name}", f"{comment}\n\n")
    ids = [offer.action.id for offer in offers(ACTIONS.values(), document, Span(3, 3))]
    assert ("generate" in ids) is asks


@pytest.mark.parametrize(
    ("name", "language_id"),
    [
        ("a.mdx", "mdx"),
        ("a.qmd", "quarto"),
        ("a.Rmd", "rmd"),
        ("a.adoc", "asciidoc"),
        ("a.org", "org"),
        ("a.typ", "typst"),
        ("a.Rmd", None),
        ("a.mdx", None),
    ],
)
def test_prose_by_other_names_is_prose(name: str, language_id: str | None) -> None:
    text = "This are text.\n"
    document = open_document(f"file:///project/{name}", text, language_id=language_id)
    ids = {offer.action.id for offer in offers(ACTIONS.values(), document, Span(5, 5))}
    assert {"proofread", "shorten", "summarize", "explain"} <= ids
