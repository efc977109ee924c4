"""Anchors: a span that follows the edits made around it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskmate.core.text.anchor import Anchor
from deskmate.core.text.text import Edit, Span, apply_edits


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # before the span
        ("[→x]ab «cd» ef", "xab «cd» ef"),
        ("[ab→] «cd» ef", " «cd» ef"),
        ("[ab→x\ny] «cd» ef", "x\ny «cd» ef"),
        # behind it
        ("ab «cd» [→x]ef", "ab «cd» xef"),
        ("ab «cd» [ef→]", "ab «cd» "),
        # inside
        ("ab «c[→x]d» ef", "ab «cxd»! ef"),
        ("ab «c[d→]e» ef", "ab «ce»! ef"),
        ("ab «[cd→x]» ef", "ab «x»! ef"),
        ("ab «c[→]d» ef", "ab «cd» ef"),
        # across a border
        ("a[b «c→x]d» ef", "a«xd»! ef"),
        ("ab «c[d» e→x]f", "ab «cx»!f"),
        ("[ab «cd» ef→]", "«»!"),
        # at the start: what keeps to lines of its own, and what is only taken away, is outside
        ("ab\n[→x\n]«cd»", "ab\nx\n«cd»"),
        ("ab\r[→x\r]«cd»", "ab\rx\r«cd»"),
        ("ab\n[→x]«cd»", "ab\n«xcd»!"),
        ("ab\n[→x\u2028]«cd»", "ab\n«x\u2028cd»!"),
        ("ab[\n→]«cd»", "ab«cd»"),
        ("ab[\n→\n\n]«cd»", "ab\n\n«cd»"),
        ("ab[\n→x]«cd»", "ab«xcd»!"),
        # at the end
        ("«ab»[→\nx]\ncd", "«ab»\nx\ncd"),
        ("«ab»[→\r\n]cd", "«ab»\r\ncd"),
        ("«ab»[→x]\ncd", "«abx»!\ncd"),
        ("«ab»[→\x0c]\ncd", "«ab\x0c»!\ncd"),
        ("«ab»[\n→]cd", "«ab»cd"),
        ("«ab»[\nc→x]d", "«abx»!d"),
        # an empty span
        ("ab\n«»[→x\n]cd", "ab\nx\n«»cd"),
        ("ab«»[→\nx]\ncd", "ab«»\nx\ncd"),
        ("ab«»[→x]cd", "ab«x»!cd"),
        ("a[b«»c→]d", "a«»!d"),
        ("a[→x]b«»cd", "axb«»cd"),
    ],
)
def test_an_edit(before: str, after: str) -> None:
    """`«»` is the span, `[old→new]` the edit, `!` that the span was touched."""
    text, anchor, edit = read(before)
    anchor = anchor.after(edit)
    assert show(apply_edits(text, [edit]), anchor) == after


def read(marked: str) -> tuple[str, Anchor, Edit]:
    """The text, the anchor and the edit of an example."""
    text, places, inserted, going_in = "", {}, "", False
    for character in marked:
        if character in "«»[→]":
            places[character] = len(text)
            going_in = character == "→"
        elif going_in:
            inserted += character
        else:
            text += character
    anchor = Anchor(Span(places["«"], places["»"]))
    return text, anchor, Edit(Span(places["["], places["→"]), inserted)


def show(text: str, anchor: Anchor) -> str:
    start, end = anchor.span.start, anchor.span.end
    mark = "!" if anchor.touched else ""
    return f"{text[:start]}«{text[start:end]}»{mark}{text[end:]}"


def test_once_touched_is_touched() -> None:
    anchor = Anchor(Span(5, 9)).after(Edit(Span(6, 6), "x")).after(Edit(Span(0, 2), ""))
    assert anchor == Anchor(Span(3, 8), touched=True)


@dataclass(frozen=True)
class Letter:
    """A character that knows whether it stood in the span at first."""

    character: str
    inside: bool


EDITS = st.tuples(
    st.integers(0, 30), st.integers(0, 30), st.sampled_from(["", "x", "\n", "x\n", "\nx", "\r"])
)


@given(st.integers(0, 6), st.integers(1, 6), st.integers(0, 6), st.lists(EDITS, max_size=12))
def test_any_edits_against_letters_that_know_where_they_belong(
    before: int, inside: int, behind: int, edits: list[tuple[int, int, str]]
) -> None:
    letters = [Letter("a", False)] * before + [Letter("b", True)] * inside
    letters += [Letter("c", False)] * behind
    anchor, touched = Anchor(Span(before, before + inside)), False
    for one, other, text in edits:
        start, end = sorted((min(one, len(letters)), min(other, len(letters))))
        touched = touched or touches(letters, start, end, text)
        anchor = anchor.after(Edit(Span(start, end), text))
        assert anchor.touched == touched
        letters[start:end] = [Letter(character, False) for character in text]
        if not touched:
            places = [at for at, letter in enumerate(letters) if letter.inside]
            assert anchor.span == Span(places[0], places[-1] + 1)


def touches(letters: list[Letter], start: int, end: int, text: str) -> bool:
    """Whether an edit concerns the span, said without any arithmetic of spans."""
    if any(letter.inside for letter in letters[start:end]):
        return True
    inside_before = any(letter.inside for letter in letters[start - 1 : start] if start)
    inside_behind = any(letter.inside for letter in letters[end : end + 1])
    if not text or not (inside_before or inside_behind):
        return False
    if inside_before and inside_behind:
        return True
    return text[0] not in "\r\n" if inside_before else text[-1] not in "\r\n"
