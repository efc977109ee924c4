"""Offsets, positions and edits of text."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deskmate.core.text.differences import minimal_edits
from deskmate.core.text.text import Edit, Encoding, LineIndex, Position, Span, apply_edits, line_end

ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}

CHARACTERS = "ab \t.\n\r\x00\x0b\x0c\x1c\x85\u2028é\u0301€𝒜👩\ud83d\udc00"
TEXTS = st.lists(st.sampled_from([*CHARACTERS, "\r\n", "word ", "\n\n"])).map("".join)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a\n", ["a", ""]),
        ("a\r\nb\rc\nd", ["a", "b", "c", "d"]),
        ("\r\r\n\n\r", ["", "", "", "", ""]),
        ("a\n\rb", ["a", "", "b"]),
        ("a\x0bb\x0cc\x1cd\x85e\u2028f\x00g", ["a\x0bb\x0cc\x1cd\x85e\u2028f\x00g"]),
        ("𝒜\ud83d\n\u0301", ["𝒜\ud83d", "\u0301"]),
    ],
)
def test_lines_end_as_lsp_says(text: str, lines: list[str]) -> None:
    index = LineIndex(text)
    spans = [(index.start(line), index.end(line)) for line in range(len(index))]
    assert [text[start:end] for start, end in spans] == lines


@pytest.mark.parametrize(
    ("encoding", "character", "expected"),
    [
        ("utf-8", 0, "|aé𝒜z"),
        ("utf-8", 1, "a|é𝒜z"),
        ("utf-8", 2, "a|é𝒜z"),  # inside é
        ("utf-8", 3, "aé|𝒜z"),
        ("utf-8", 6, "aé|𝒜z"),  # inside 𝒜
        ("utf-8", 7, "aé𝒜|z"),
        ("utf-8", 8, "aé𝒜z|"),
        ("utf-8", 99, "aé𝒜z|"),
        ("utf-16", 2, "aé|𝒜z"),
        ("utf-16", 3, "aé|𝒜z"),  # between the halves of 𝒜
        ("utf-16", 4, "aé𝒜|z"),
        ("utf-16", 5, "aé𝒜z|"),
        ("utf-16", 6, "aé𝒜z|"),
        ("utf-32", 3, "aé𝒜|z"),
        ("utf-32", 5, "aé𝒜z|"),
        ("utf-16", -1, "|aé𝒜z"),
    ],
)
def test_a_position_is_the_offset_of_a_character(
    encoding: Encoding, character: int, expected: str
) -> None:
    above, line = "é𝒜\r\n", "aé𝒜z"
    index = LineIndex(f"{above}{line}\r\nb")
    at = index.offset(Position(1, character), encoding) - len(above)
    assert f"{line[:at]}|{line[at:]}" == expected


def test_a_line_that_is_not_there_is_the_end_of_the_text_or_its_start() -> None:
    index = LineIndex("a\nb")
    assert index.offset(Position(2, 0), "utf-16") == 3
    assert index.offset(Position(9, 9), "utf-8") == 3
    assert index.offset(Position(-1, 9), "utf-8") == 0


def test_between_cr_and_lf_is_the_end_of_the_line() -> None:
    assert LineIndex("a\r\nb").position(2, "utf-8") == Position(0, 1)


@given(TEXTS, st.sampled_from(ENCODINGS))
def test_every_offset_has_the_position_that_its_encoded_text_says(
    text: str, encoding: Encoding
) -> None:
    index = LineIndex(text)
    codec, size = CODECS[encoding]
    for offset in range(len(text) + 1):
        if text[max(0, offset - 1) : offset + 1] == "\r\n":
            continue
        before = re.split(r"\r\n|\r|\n", text[:offset])
        units = len(before[-1].encode(codec, "surrogatepass")) // size
        position = index.position(offset, encoding)
        assert position == Position(len(before) - 1, units)
        assert index.offset(position, encoding) == offset
        assert index.line_at(offset) == position.line


def test_spans() -> None:
    span = Span(3, 6)
    assert len(span) == 3
    assert span.shifted(-2) == Span(1, 4)
    assert span.contains(Span(3, 6)) and span.contains(Span(6, 6))
    assert not span.contains(Span(5, 7))
    assert span.overlaps(Span(5, 9)) and span.overlaps(Span(0, 9)) and span.overlaps(Span(6, 6))
    assert not span.overlaps(Span(6, 9)) and not span.overlaps(Span(7, 7))


def test_edits_are_made_at_once_with_the_offsets_of_the_original() -> None:
    edits = [Edit(Span(4, 5), "two"), Edit(Span(0, 1), ""), Edit(Span(2, 2), "x")]
    assert apply_edits("1 = 2", edits) == " x= two"


@pytest.mark.parametrize("spans", [[(0, 3), (2, 4)], [(0, 6)], [(3, 2)], [(-1, 2)]])
def test_edits_that_cannot_be_made_at_once_are_an_error(spans: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError):
        apply_edits("hello", [Edit(Span(*span), "") for span in spans])


LONG = "Each sentence of this paragraph is on one line, as in many a Markdown file, {}, and {}."


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("a\nb\nc\n", "a\nb\nc\n", ""),
        ("a\nb\nc\n", "a\nx\nc\n", "a\n[b→x]\nc\n"),
        ("a\nb\nc\n", "a\nc\n", "a\n[b\n→]c\n"),
        ("a\nc\n", "a\nb\nc\n", "a\n[→b\n]c\n"),
        ("a\nb", "a\nb\n", "a\nb[→\n]"),
        ("x = 1\ny = 2\n", "x = 10\ny = 20\n", "x = 1[→0]\ny = 2[→0]\n"),
        ("f(a)\nk\ng(b)\n", "f(x)\nk\ng(y)\n", "f([a→x])\nk\ng([b→y])\n"),
        ("a\nk\nb\nk\n", "x\nk\n", "[a\nk\nb→x]\nk\n"),
        ("a\nb\n", "a\n1\n2\nb\n", "a\n[→1\n2\n]b\n"),
        ("a\r\n", "a\n", "a[\r\n→\n]"),
        ("a\n", "a\r\n", "a[\n→\r\n]"),
        ("a\r", "a\r\n", "a[\r→\r\n]"),
        ("\r\n", "\n", "[\r\n→\n]"),
        ("a\rb", "a\nb", "a[\r→\n]b"),
        ("\ud83d\udc00", "\ud83d\udc01", "[\ud83d\udc00→\ud83d\udc01]"),
        ("👩!", "👧!", "[👩→👧]!"),
        (
            LONG.format("who writes it", "or reads it") + LONG.format("still", "always"),
            LONG.format("who write it", "or reads this") + LONG.format("still", "ever"),
            LONG.format("who write[s→] it", "or reads [it→this]")
            + LONG.format("still", "[always→ever]"),
        ),
    ],
)
def test_edits_touch_only_what_changes(old: str, new: str, changes: str) -> None:
    edits = minimal_edits(old, new)
    assert apply_edits(old, edits) == new
    if changes:
        shown = [Edit(edit.span, f"[{_at(old, edit.span)}→{edit.text}]") for edit in edits]
        assert apply_edits(old, shown) == changes
    else:
        assert not edits


def _at(text: str, span: Span) -> str:
    return text[span.start : span.end]


def test_a_long_line_that_is_mostly_new_is_one_edit() -> None:
    old, new = LONG.format("who writes it", "or reads it"), "Nothing is like it was, " * 6
    assert len(minimal_edits(old, new)) == 1


def test_edits_stand_where_the_old_text_does() -> None:
    assert minimal_edits("a\nb\n", "a\nc\n", at=100) == (Edit(Span(102, 103), "c"),)


@settings(max_examples=200)
@given(TEXTS, TEXTS, st.integers(0, 3))
@example("a\rb", "a\r\nb", 0)
@example("\r\n", "\r\r\n", 0)
@example("\r\n\r\n", "\r\n", 0)
@example("\n", "\r\n\n", 0)
def test_edits_make_the_new_text_and_part_no_character(old: str, new: str, longer: int) -> None:
    old, new = "word, " * 30 * longer + old, "word, " * 30 * longer + new
    edits = minimal_edits(old, new)
    assert apply_edits(old, edits) == new
    assert all(edit.text or len(edit.span) for edit in edits)
    assert all(one.span.end < other.span.start for one, other in pairwise(edits))
    moved = 0
    for edit in edits:
        start, end = edit.span.start, edit.span.end
        assert not _parts(old, start) and not _parts(old, end)
        assert not _parts(new, start + moved)
        moved += len(edit.text) - len(edit.span)
        assert not _parts(new, end + moved)


def _parts(text: str, at: int) -> bool:
    around = text[max(0, at - 1) : at + 1]
    return re.fullmatch("\r\n|[\ud800-\udbff][\udc00-\udfff]", around) is not None


@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("abcd")))
def test_as_many_lines_stay_as_can(old: list[str], new: list[str]) -> None:
    text = "".join(f"{line}\n" for line in old)
    edits = minimal_edits(text, "".join(f"{line}\n" for line in new))
    index = LineIndex(text)
    touched = {
        line
        for edit in edits
        for line in range(len(old))
        if edit.span.start < index.start(line + 1) and edit.span.end > index.start(line)
    }
    assert len(old) - len(touched) == _longest_common(old, new)


def _longest_common(old: list[str], new: list[str]) -> int:
    """The textbook table."""
    above = [0] * (len(new) + 1)
    for line in old:
        row = [0]
        for j, other in enumerate(new):
            row.append(above[j] + 1 if line == other else max(above[j + 1], row[j]))
        above = row
    return above[-1]


def test_thousands_of_lines_full_of_repetitions_are_no_trouble() -> None:
    """A comparison that tries every pair of equal lines would not come to an end here."""
    old = "".join(f"a{n % 7}\n\n}}\n" for n in range(1500))
    new = "".join(f"b{n % 5}\n}}\n\n" for n in range(1500))
    edits = minimal_edits(old, new)
    assert apply_edits(old, edits) == new
    assert len(edits) > 1000


def test_a_change_too_large_to_compare_is_one_edit() -> None:
    lines = "".join(f"{n}\nkept\n" for n in range(10_000))
    new = "".join(f"-{n}\nkept\n" for n in range(10_001))
    assert minimal_edits(f"a\n{lines}b\n", f"a\n{new}b\n") == (
        Edit(Span(2, 2 + len(lines) - len("\nkept\n")), new.removesuffix("\nkept\n")),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "\n"),
        ("a", "\n"),
        ("a\nb\r\nc\n", "\n"),
        ("a\r\nb\nc\r\n", "\r\n"),
        ("a\rb\rc\n", "\r"),
        ("a\x0cb\u2028", "\n"),
    ],
)
def test_the_line_end_of_a_text_is_its_commonest(text: str, expected: str) -> None:
    assert line_end(text) == expected
