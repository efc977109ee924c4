"""Documents, against an editor that keeps its text as code units and against a fresh parse."""

from __future__ import annotations

import gc
import re
import sys
import threading
import tracemalloc
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_sitter import Point, Tree

from deskmate.core.syntax import document as document_module
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.syntax.language import Language
from deskmate.core.syntax.parsing import parse
from deskmate.core.text.text import Edit, Encoding, Position, Span

ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)

# fmt: off
ODD = [
    "\n", "\n", "\r\n", "\r", " ", "    ", "\t", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\x00",
    "é", "e\u0301", "€", "𝒜", "👩\u200d🔬", "\ud83d", "\ufeff",
]
WHOLE = {
    "python": [
        "def f(a):\n    return a\n", "class A:\r\n    def g(self):\r\n        pass\r\n",
        "x = 'é𝒜'\n", "# \u2028 note\r\n", '"""A\r\rtext."""\n', "\x0c\n", "if x:\n    y(1, 2)\n",
        "\n", "@d\nasync def h(): ...\n", "match x:\n    case 1:\n        y\n", "z: int = 1\r\n",
    ],
    "javascript": [
        "function f(a) {\n  return a;\n}\n", "class A { m() {} }\r\n", "const x = 'é𝒜';\r", "\n",
        "`t ${y} \u2028`;\n", "/* 👩\r\n */\n", "// note\n", "s = /re/;\n", "if (x) y();\n",
        "t = <a>\x0c</a>;\n", "x = async () => {\r\n  await y;\r\n};\r\n",
    ],
    "markdown": [
        "# Title\n", "- item\r\n", "  - inner\n", "1. first\r", "> quoted\n", "é𝒜 \u2028 text\n",
        "\n\n", "    code\n", "```py\nx = 1\n```\n", "| a | b |\n|---|---|\n", "---\n", "<div>\n",
    ],
}
"""Lines that are right wherever they stand, so that texts of them mostly have no error."""
PARTS = {
    "python": [
        '"""', "'", "(", ")", "[", ":", "=", "x", "1", "\\\n", "lambda", 'f"{x}"', "async ",
        "if x:\n",
    ],
    "javascript": [
        "`t ${", "}`", "`", "{", "}", "(", ")", "/*", "*/", "=>", "<a>", "</a>", ";", "'", "x",
        "else ",
    ],
    "markdown": ["```", "~~~\n", "***", "===\n", "+++\n", "[a](b)", "`c`", "[x]: y\n", "|", "* "],
}
# fmt: on


@dataclass(frozen=True)
class Change:
    """What an editor reports: two places, in its units, and the text that goes between."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str
    read: bool
    """Whether somebody then looks at the tree."""


class Editor:
    """A text as an editor has it: lines of code units, which know nothing of Python's `str`."""

    def __init__(self, encoding: Encoding, text: str) -> None:
        self.codec = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(encoding, encoding)
        self.size = int(encoding.removeprefix("utf-")) // 8
        self.lines = self._lines(self._encode(text))

    def units(self) -> list[int]:
        return [unit for line in self.lines for unit in line]

    def change(self, change: Change) -> None:
        """Replaces what lies between two places."""
        (line, at), (last, to) = sorted((self._place(change.start), self._place(change.end)))
        before = [unit for above in self.lines[:line] for unit in above] + self.lines[line][:at]
        after = self.lines[last][to:] + [unit for below in self.lines[last + 1 :] for unit in below]
        self.lines = self._lines(before + self._encode(change.text) + after)

    def _place(self, position: tuple[int, int]) -> tuple[int, int]:
        line, character = position
        if line >= len(self.lines):
            return len(self.lines) - 1, len(self.lines[-1])
        units = self.lines[line]
        length = len(units)
        while length and units[length - 1] in (0x0A, 0x0D):
            length -= 1
        character = min(character, length)
        while 0 < character < length and self._continues(units[character]):
            character -= 1
        return line, character

    def _continues(self, unit: int) -> bool:
        """Whether a unit is the rest of a character that the one before it begins."""
        return {1: unit & 0xC0 == 0x80, 2: 0xDC00 <= unit < 0xE000, 4: False}[self.size]

    def _encode(self, text: str) -> list[int]:
        data = text.encode(self.codec, "surrogatepass")
        parts = range(0, len(data), self.size)
        return [int.from_bytes(data[at : at + self.size], "little") for at in parts]

    def _lines(self, units: list[int]) -> list[list[int]]:
        lines: list[list[int]] = [[]]
        for at, unit in enumerate(units):
            lines[-1].append(unit)
            if unit == 0x0A or (unit == 0x0D and units[at + 1 : at + 2] != [0x0A]):
                lines.append([])
        return lines


def play(language: str, encoding: Encoding, text: str, changes: list[Change]) -> Tree:
    """Makes the changes in an editor and in a document, and compares them all the way; the last
    tree.
    """
    editor = Editor(encoding, text)
    document = open_document("file:///open", text, language_id=language, version=0)
    assert document.tree
    for version, change in enumerate(changes, start=1):
        ends = [
            document.lines.offset(Position(*place), encoding)
            for place in (change.start, change.end)
        ]
        edit = Edit(Span(min(ends), max(ends)), change.text)
        document = document.changed(edit, version)
        editor.change(change)
        mine = Editor(encoding, document.text)
        assert (document.version, mine.units()) == (version, editor.units())
        assert len(document.lines) == len(editor.lines)
        if change.read or version == len(changes):
            assert_as_fresh(document)
    assert document.tree
    return document.tree


def assert_as_fresh(document: Document) -> None:
    """The tree is that of a fresh parse, and its nodes lie where their text does."""
    fresh = Document(document.uri, document.version, document.text, document.language)
    assert document.tree and fresh.tree
    assert str(document.tree.root_node) == str(fresh.tree.root_node)
    nodes = list(places(document.tree))
    assert nodes == list(places(fresh.tree))
    ends = {byte for _, start, end, *_ in nodes for byte in (start, end)}
    for byte in ends:
        offset = document.offset_of(byte)
        assert len(document.text[:offset].encode("utf-8", "surrogatepass")) == byte
        assert document.bytes_span(Span(offset, offset)) == (byte, byte)


def places(tree: Tree) -> Iterator[tuple[str, int, int, Point, Point]]:
    """Every node of a tree, with all that says where it is."""
    cursor = tree.walk()
    while True:
        node = cursor.node
        assert node
        yield node.type, node.start_byte, node.end_byte, node.start_point, node.end_point
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("language", WHOLE)
def test_the_text_is_the_editors_and_the_tree_that_of_a_fresh_parse(
    language: str, encoding: Encoding
) -> None:
    """3,000 sequences of edits over all languages and encodings, others in each run."""
    without_error, first = 0, Random().randrange(10**9)
    for seed in range(first, first + 334):
        random = Random(f"{language} {encoding} {seed}")
        tidy = seed % 2 == 0
        text = some_text(random, language, tidy, 25)
        changes = [some_change(random, language, tidy) for _ in range(random.randint(1, 10))]
        try:
            without_error += not play(language, encoding, text, changes).root_node.has_error
        except BaseException as error:
            error.add_note(f"seed {seed}: {text!r}, {changes}")
            raise
    assert without_error > 30, "Trees with errors are parsed afresh and show little here."


def some_text(random: Random, language: str, tidy: bool, most: int) -> str:
    pieces = WHOLE[language] if tidy else WHOLE[language] + PARTS[language] + ODD
    return "".join(random.choice(pieces) for _ in range(random.randint(0, most)))


def some_change(random: Random, language: str, tidy: bool) -> Change:
    """Of whole lines; or anywhere, now and then far beyond a line's end or the text's."""
    text, line = some_text(random, language, tidy, 3), random.randint(0, 20)
    read = random.random() < 0.5
    if tidy:
        return Change((line, 0), (line + random.choice([0, 0, 1, 2]), 0), text, read)
    start = (line, random.choice([0, 0, 1, 2, 3, 5, 8, 13, 99]))
    end = (max(0, line + random.choice([-1, 0, 0, 1, 3])), random.randint(0, 9))
    return Change(start, random.choice([start, end]), text, read)


@st.composite
def sessions(draw: st.DrawFn) -> tuple[str, Encoding, str, list[Change]]:
    """What `play` takes."""
    language = draw(st.sampled_from(sorted(WHOLE)))
    text = st.lists(st.sampled_from(WHOLE[language] + PARTS[language] + ODD), max_size=12).map(
        "".join
    )
    place = st.tuples(st.integers(0, 9), st.integers(0, 12))
    change = st.builds(Change, place, place, text, st.booleans())
    return (
        language,
        draw(st.sampled_from(ENCODINGS)),
        draw(text),
        draw(st.lists(change, min_size=1, max_size=6)),
    )


@settings(max_examples=100, deadline=None)
@given(sessions())
def test_so_in_what_hypothesis_thinks_of(session: tuple[str, Encoding, str, list[Change]]) -> None:
    """The same, with small examples of what fails."""
    play(*session)


@dataclass
class Parses:
    """How often, and how, a parser was used."""

    fresh: int = 0
    incremental: int = 0


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> Parses:
    counted = Parses()

    def counting(language: Language, data: bytes, earlier: Tree | None = None) -> Tree:
        counted.fresh += earlier is None
        counted.incremental += earlier is not None
        return parse(language, data, earlier)

    monkeypatch.setattr(document_module, "parse", counting)
    return counted


FUNCTION = "def function_{n}(a, b):\n    c = a + b  # {n}\n    return c\n\n"
BIG = "".join(FUNCTION.format(n=n) for n in range(2500))


def test_typing_parses_nothing_and_reading_parses_once(parses: Parses) -> None:
    document = open_document("a.py", BIG)
    assert parses == Parses(0, 0)
    assert document.tree is document.tree
    assert parses == Parses(1, 0)
    for at in (4, 500, len(BIG) - 20):
        document = document.changed(Edit(Span(at, at), "x"))
    assert parses == Parses(1, 0)
    assert document.tree is document.tree
    assert parses == Parses(1, 1)
    assert_as_fresh(document)


def test_what_is_typed_on_in_one_place_is_one_edit(parses: Parses) -> None:
    document, at = open_document("a.py", BIG), BIG.index("    return c", 50_000)
    assert document.tree
    for letter in "    é = c\n":
        document = document.changed(Edit(Span(at, at), letter))
        at += 1
    for _ in range(6):  # backspace, and a letter in the middle
        document, at = document.changed(Edit(Span(at - 1, at), "")), at - 1
        document = document.changed(Edit(Span(at - 1, at - 1), "f"))
    assert document.tree
    assert parses == Parses(1, 1)
    assert_as_fresh(document)


def test_snapshots_made_from_one_tree_leave_it_as_it_is() -> None:
    first = open_document("a.py", "x = 1\n")
    assert first.tree
    before = str(first.tree.root_node), list(places(first.tree))
    for text in ("def f():\n", "y = 2\n", "((\n"):
        assert_as_fresh(first.changed(Edit(Span(0, 0), text)))
    assert (str(first.tree.root_node), list(places(first.tree))) == before
    assert first.text == "x = 1\n"


def test_an_error_is_parsed_afresh_and_its_mending_is_not(parses: Parses) -> None:
    document = open_document("a.py", "x = 1\ny = 2\n")
    assert document.tree
    broken = document.changed(Edit(Span(4, 4), "("))
    assert broken.tree and broken.tree.root_node.has_error
    assert parses == Parses(2, 1)
    fixed = broken.changed(Edit(Span(4, 5), ""))
    assert fixed.tree and not fixed.tree.root_node.has_error
    assert parses == Parses(2, 2)


def test_a_large_text_is_not_parsed_twice_for_an_error_and_is_right_again_once_mended(
    parses: Parses,
) -> None:
    document = open_document("a.py", BIG)
    assert document.tree
    broken = document.changed(Edit(Span(4, 4), "(")).changed(Edit(Span(90_000, 90_000), '"""'))
    assert broken.tree and broken.tree.root_node.has_error
    assert parses == Parses(1, 1)
    fixed = broken.changed(Edit(Span(90_000, 90_003), "")).changed(Edit(Span(4, 5), ""))
    assert fixed.tree and not fixed.tree.root_node.has_error
    assert parses.fresh + parses.incremental == 3
    assert_as_fresh(fixed)


@pytest.mark.parametrize(
    ("edits", "parsed"),
    [
        (1, Parses(fresh=1, incremental=1)),
        (64, Parses(fresh=1, incremental=1)),
        (160, Parses(fresh=2, incremental=0)),
        (10_000, Parses(fresh=2, incremental=0)),
    ],
)
def test_edits_that_nobody_looked_at_do_not_pile_up(
    edits: int, parsed: Parses, parses: Parses
) -> None:
    random = Random(edits)
    document = open_document("a.py", "x = 1\n" * 50)
    assert document.tree
    for _ in range(edits):
        at = 6 * random.randint(0, 50)
        document = document.changed(Edit(Span(at, at), random.choice(["y = 2\n", "é = 3\n"])))
    assert document.tree
    assert parses == parsed
    assert_as_fresh(document)


def test_a_snapshot_does_not_keep_the_earlier_ones() -> None:
    document = open_document("a.py", "x = 1\n")
    earlier = []
    for number in range(50):
        assert number % 3 or document.tree
        earlier.append(weakref.ref(document))
        document = document.changed(Edit(Span(0, 0), "y = 2\n"))
    gc.collect()
    assert not any(snapshot() for snapshot in earlier)


@pytest.mark.parametrize("length", [1023, 1024, 1025, 2048, 4900])
def test_bytes_and_offsets_of_a_text_of_many_widths(length: int) -> None:
    text = ("aé€𝒜\ud83d\r\n" * 700)[:length]
    document = open_document("a.md", text)
    byte = 0
    for offset, character in enumerate(text):
        assert document.bytes_span(Span(offset, offset)) == (byte, byte)
        assert document.offset_of(byte) == offset
        byte += len(character.encode("utf-8", "surrogatepass"))
    assert document.bytes_span(Span(0, len(text))) == (0, byte)
    assert document.offset_of(byte) == len(text)


def test_a_node_is_found_in_text_of_many_widths() -> None:
    document = open_document("a.py", "é = '𝒜\ud83d'\ndef ö(): pass\n")
    assert document.tree
    function = document.tree.root_node.children[1]
    name = function.child_by_field_name("name")
    assert name
    assert document.slice(document.span_of(function)) == "def ö(): pass"
    assert document.slice(document.span_of(name)) == "ö"


def test_the_language_is_the_editors_word_or_the_names() -> None:
    by_word = open_document("file:///a.txt", "", language_id="python")
    by_name = open_document("file:///a.js", "")
    assert by_word.language and by_word.language.name == "python"
    assert by_name.language and by_name.language.name == "javascript"


def test_an_unknown_language_has_lines_but_no_tree() -> None:
    document = open_document("file:///a.unheard-of", "a\nb").changed(Edit(Span(1, 1), "\n"))
    assert (document.language, document.tree, len(document.lines)) == (None, None, 3)


def test_a_version_stays_unless_there_is_another() -> None:
    document = open_document("a.py", "", version=3)
    edit = Edit(Span(0, 0), "x")
    assert document.changed(edit).version == 3
    assert document.changed(edit, 7).version == 7


@pytest.mark.parametrize("broken", [False, True])
def test_typing_in_a_large_text_keeps_nothing_of_it(broken: bool) -> None:
    tracemalloc.start()
    document = open_document("file:///a.py", "x = call(x, 1)\n" * 11_000)
    assert document.is_large and document.tree
    kept = []
    try:
        for at in (5000, 70_000, 5001, 70_002):
            document = document.changed(Edit(Span(at, at), "(" if broken else "y"))
            assert document.tree
            kept.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert max(kept) - min(kept) < len(document.text)


def test_a_large_text_with_brackets_left_open_has_one_tree() -> None:
    random, lines = Random(0), [found.end() for found in re.finditer("\n", BIG)]
    before, document = sys.getallocatedblocks(), open_document("a.py", BIG)
    for _ in range(16):
        at = random.choice(lines)
        document = document.changed(Edit(Span(at, at), "("))
        assert document.tree
        held = sys.getallocatedblocks() - before
        assert held < 1.7 * document.tree.root_node.descendant_count


def test_a_thread_that_reads_a_long_text_keeps_no_other_from_reading_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    long, short = (open_document("file:///a.py", text) for text in ("x = 1\n" * 9, "y\n"))
    begun, may_end = threading.Event(), threading.Event()

    def parse_slowly(language: Language, data: bytes, earlier: Tree | None = None) -> Tree:
        if data.startswith(b"x"):
            begun.set()
            may_end.wait()
        return parse(language, data, earlier)

    monkeypatch.setattr(document_module, "parse", parse_slowly)
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(lambda: long.tree)
        begun.wait()
        try:
            assert pool.submit(lambda: short.tree).result(timeout=60) is not None
        finally:
            may_end.set()
        assert slow.result() is not None
