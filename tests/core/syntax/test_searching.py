"""A query that is run in pieces finds what it finds in one."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest
from tree_sitter import Node, Query, QueryCursor

from deskmate.core.syntax import searching
from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.language import Language, languages, query
from deskmate.core.syntax.searching import find_captures, find_matches

PYTHON = next(one for one in languages() if one.name == "python")
CASES = Path(__file__).parents[2] / "cases" / "scopes"
CODE = re.compile(r"```\w+\n(.*?)```", re.DOTALL)
SAMPLES = [one for one in languages() if one.grammar and (CASES / f"{one.name}.md").is_file()]
"""Languages whose code stands among the cases."""


@pytest.mark.parametrize("many", [8, 10_000])
@pytest.mark.parametrize("language", SAMPLES, ids=lambda one: one.name)
def test_all_is_found_once(language: Language, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_MANY", many)
    monkeypatch.setattr(searching, "PIECE", 61)
    monkeypatch.setattr(searching, "_MOST", 10_000)
    monkeypatch.setattr(searching, "_FEW", 10_000)
    text = (CASES / f"{language.name}.md").read_text(encoding="utf-8")
    root = read("\n".join(re.sub("[‸‹›]", "", code) for code in CODE.findall(text)), language)
    for name in ("scopes", "definitions", "locals"):
        wanted = query(language, name)
        if wanted is not None:
            whole = [
                one for one in QueryCursor(wanted).matches(root) if is_meant(wanted, one, root)
            ]
            found = find_matches(wanted, root)
            assert Counter(map(write, found)) == Counter(map(write, whole)), name


def read(text: str, language: Language = PYTHON) -> Node:
    tree = open_document("untitled:1", text, language_id=language.ids[0]).tree
    assert tree is not None
    return tree.root_node


def is_meant(wanted: Query, match: tuple[int, dict[str, list[Node]]], root: Node) -> bool:
    nodes = chain.from_iterable(match[1].values())
    top = wanted.pattern_settings(match[0]).get("only") == "top"
    return not top or any(node.parent == root for node in nodes)


def write(match: tuple[int, dict[str, list[Node]]]) -> str:
    nodes = ((name, *map(_place, nodes)) for name, nodes in match[1].items())
    return repr((match[0], sorted(nodes)))


def _place(node: Node) -> tuple[int, int, str]:
    return node.start_byte, node.end_byte, node.type


def test_what_is_said_of_the_top_level_is_about_that_alone() -> None:
    wanted = query(PYTHON, "imports")
    assert wanted is not None
    root = read("import a\n\n\ndef f():\n    import b\n\n\nfrom c import d\n")
    found = find_captures(wanted, root)["import"]
    assert [node.start_point.row for node in found] == [0, 7]


BESIDE = {
    "c": "#include <a.h>\n#include <b.h>\n#include <c.h>\n",
    "javascript": "import a from 'a';import b from 'b';import c from 'c';",
}


@pytest.mark.parametrize("name", BESIDE)
def test_what_only_borders_on_these_bytes_is_not_found(name: str) -> None:
    language = next(one for one in languages() if one.name == name)
    wanted = query(language, "imports")
    assert wanted is not None
    root = read(BESIDE[name], language)
    for node in root.named_children:
        found = find_captures(wanted, root, node.start_byte, node.end_byte)["import"]
        assert found == [node]


def test_others_have_their_turn_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = query(PYTHON, "references")
    assert wanted is not None
    root, reaches = read("x = call(y)\n" * 5000), watch(monkeypatch)
    assert len(list(find_matches(wanted, root))) == 15_000
    assert max(end - start for start, end in reaches) <= searching.PIECE + 2


def test_no_piece_ends_among_many_children(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = query(PYTHON, "members")
    assert wanted is not None
    lines = "x = call(y)\n" * 5000
    methods = "class A:\n" + "    def f(self):\n        self.x = 1\n\n" * 2000
    root, reaches = read(f"{lines}{methods}\n\n{lines}"), watch(monkeypatch)
    found = list(find_matches(wanted, root))
    assert len(found) == len(QueryCursor(wanted).matches(root))
    first, last = len(lines), len(lines + methods) - 2
    assert sum(start < last and end > first for start, end in reaches) == 1
    assert len(reaches) > 5


def test_what_stands_in_a_node_of_many_children_is_found_piece_by_piece(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    language = next(one for one in languages() if one.name == "markdown")
    wanted = query(language, "sections")
    assert wanted is not None
    paragraphs = "a word or two\n\n" * 5000
    text = f"# A\n\n{paragraphs}> # B\n\n{paragraphs}C\n===\n\n{paragraphs}"
    root, reaches = read(text, language), watch(monkeypatch)
    found = find_captures(wanted, root)
    places = [text.index(one) for one in ("# A", "# B", "C\n=")]
    assert [node.start_byte for node in found["level.1"]] == places
    assert max(end - start for start, end in reaches) <= searching.PIECE + 2


def watch(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """What the bytes are that queries are run over from now on."""
    reaches: list[tuple[int, int]] = []

    class Watched:
        def __init__(self, wanted: Query) -> None:
            self.cursor = QueryCursor(wanted)

        def set_byte_range(self, start: int, end: int) -> None:
            reaches.append((start, end))
            self.cursor.set_byte_range(start, end)

        def matches(self, node: Node) -> list[tuple[int, dict[str, list[Node]]]]:
            return self.cursor.matches(node)

    monkeypatch.setattr(searching, "QueryCursor", Watched)
    return reaches
