"""Corrections that change what a text says are left to the user, right ones are made, and a
rewritten text says what the text said: `tests/cases/meaning`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deskmate.core.prose.edits import correct, rewrite
from deskmate.core.prose.units import open_markdown, units
from deskmate.core.target import Rejected
from deskmate.core.text.text import Span, apply_edits

CASES = Path(__file__).parents[2] / "cases" / "meaning"


def pairs(name: str) -> Iterator[tuple[str, str]]:
    for line in (CASES / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            text, reply = line.split(" → ")
            yield text, reply


def proofread(text: str, reply: str) -> str:
    """What becomes of a text that a model corrects to `reply`."""
    document = open_markdown(text)
    (unit,) = units(document, Span(0, len(text)))
    try:
        return apply_edits(text, correct(document, unit, reply).edits)
    except Rejected:
        return text


@pytest.mark.parametrize(("text", "reply"), [*pairs("changed.txt"), *pairs("changed-2.txt")])
def test_what_says_something_else_is_not_applied(text: str, reply: str) -> None:
    assert proofread(text, reply) != reply


@pytest.mark.parametrize(("name", "share"), [("corrected.txt", 0.1), ("corrected-2.txt", 0.12)])
def test_right_corrections_are_kept(name: str, share: float) -> None:
    wanted = list(pairs(name))
    lost = [(text, reply) for text, reply in wanted if proofread(text, reply) != reply]
    assert len(lost) <= len(wanted) * share, lost


def rewritten(text: str, reply: str) -> tuple[str, tuple[str, ...]]:
    """A text as a model rewrites it, and what is said of that. Raises Rejected."""
    document = open_markdown(text)
    (unit,) = units(document, Span(0, len(text)))
    done = rewrite(document, unit, reply, 0, "Make it clear")
    return apply_edits(text, done.edits), done.lost


@pytest.mark.parametrize(("text", "reply"), list(pairs("rewritten-otherwise.txt")))
def test_a_rewritten_text_that_says_something_else_is_asked_for_again(
    text: str, reply: str
) -> None:
    try:
        _, lost = rewritten(text, reply)
    except Rejected:
        return
    assert lost


def test_a_rewritten_text_that_says_the_same_is_taken() -> None:
    refused = []
    for text, reply in pairs("rewritten.txt"):
        try:
            after, lost = rewritten(text, reply)
        except Rejected as rejected:
            refused.append((reply, str(rejected)))
            continue
        if after != reply or lost:
            refused.append((reply, str(lost)))
    assert not refused


def test_a_list_is_no_paragraph() -> None:
    with pytest.raises(Rejected, match="one paragraph"):
        rewritten("It is fast, and it is small.", "It is:\n- fast\n- small")


def test_a_word_in_two_is_one_correction() -> None:
    assert (
        proofread("Alot of people use it.", "A lot of people use it.") == "A lot of people use it."
    )
