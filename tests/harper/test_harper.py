"""The real rule checker, in its process."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from deskmate.core.prose.spelling import corrected, findings
from deskmate.harper import client as rules


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    yield
    rules.end()


def put_right(*lines: str) -> list[str]:
    found = findings(lines, rules.lint(lines))
    return [corrected(line, one) for line, one in zip(lines, found, strict=True)]


def test_it_finds_what_is_misspelled() -> None:
    assert put_right("I recieve teh letter.", "It is a apple.") == [
        "I receive the letter.",
        "It is an apple.",
    ]


def test_british_and_american_spelling_are_both_right() -> None:
    line = "The colour of the center is gray, and we organise it."
    assert rules.lint([line]) == [()]


def test_code_and_links_are_not_looked_at() -> None:
    line = "See `code1` and [the docs](link2) of [teh page](link3)."
    assert put_right(line) == ["See `code1` and [the docs](link2) of [the page](link3)."]


def test_places_are_counted_in_characters() -> None:
    assert put_right("🙂 é teh end") == ["🙂 é the end"]


def test_it_is_started_again_after_it_has_died() -> None:
    rules.lint(["One."])
    assert rules._process is not None
    rules._process.kill()
    rules._process.wait()
    assert put_right("I recieve it.") == ["I receive it."]


def test_where_it_cannot_run_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert rules.lint(["I recieve it.", "So."]) == [(), ()]
