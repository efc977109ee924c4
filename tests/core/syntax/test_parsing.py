"""Long texts are parsed as short ones are, keep nothing and let others have their turn."""

from __future__ import annotations

import tracemalloc

import pytest
from tree_sitter import Parser, Point

from deskmate.core.syntax import parsing
from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.file_symbols import find_symbols
from deskmate.core.syntax.language import Language, grammar, language_for
from deskmate.core.syntax.parsing import parse

LINES = {
    "a.py": "x = call(é, 1)  # 𝒜\n",
    "a.js": "f(`${x}`); // é\n",
    "a.md": "Some *prose* — and `code`.\n\n",
}


def language_of(name: str) -> Language:
    language = language_for(None, f"file:///{name}")
    assert language is not None
    return language


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("more", [0, 1, 2, 1023, 2047, 2048])
def test_a_long_text_is_read_as_a_short_one_is(name: str, more: int) -> None:
    language = language_of(name)
    data = (LINES[name] * 3000).encode()[: 2048 * 15 + more]
    tree = parse(language, data)
    assert str(tree.root_node) == str(Parser(grammar(language)).parse(data).root_node)
    edited = tree.copy()
    edited.edit(0, 0, 1, Point(0, 0), Point(0, 0), Point(0, 1))
    again = parse(language, b"y" + data, edited).root_node
    assert str(again) == str(Parser(grammar(language)).parse(b"y" + data).root_node)
    assert [node.text for node in again.children[-3:]] == [
        (b"y" + data)[node.start_byte : node.end_byte] for node in again.children[-3:]
    ]


def test_what_was_read_is_let_go() -> None:
    language, data = language_of("a.py"), b"x = 1\n" * 50_000
    parse(language, data)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(5):
        parse(language, data)
    kept = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert kept < len(data) / 10


@pytest.mark.parametrize("name", LINES)
def test_others_have_their_turn(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[int] = []

    def go_on(at: int, _: bool) -> bool:
        turns.append(at)
        return False

    monkeypatch.setattr(parsing, "_go_on", go_on)
    data = (LINES[name] * 5000).encode()
    parse(language_of(name), data)
    assert len(turns) > len(data) / 4096


@pytest.mark.parametrize("name", ["a.py", "a.js", "a.go", "a.rs", "a.cs"])
@pytest.mark.parametrize("text", ["[(" * 50_000, "f([\n" + "[" * 20_000 + "\nx\n" * 2_000])
def test_a_text_of_nothing_but_signs_has_no_tree(name: str, text: str) -> None:
    """A query over one of 100,000 brackets took half a minute, and held the whole process."""
    assert open_document(f"file:///{name}", text).tree is None


def test_a_bracket_that_is_left_open_costs_no_tree() -> None:
    text = "x = [\n" + "def f(a):\n    return g(a, [1, 2], {3: 4}, -a)\n\n" * 3_000
    document = open_document("file:///a.py", text)
    assert document.tree is not None
    assert len(find_symbols(document).definitions) > 2_000
