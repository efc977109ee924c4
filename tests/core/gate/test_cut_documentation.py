"""Documentation that is cut off anywhere: what is kept of it is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.core.gate.gate import judge
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import language_for
from deskmate.core.syntax.queries import Scope, problems, scopes
from deskmate.core.target import Rejected, Target
from deskmate.core.text.text import Span

FILES = sorted((Path(__file__).parents[2] / "cases" / "whole-documentation").iterdir())
"""Each has one function with documentation, whose paragraphs are whole sentences or examples."""

ENDS = (".", "```", ".</param>", ".</returns>", "</summary>", "</exception>", "</ul>")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_is_kept_is_whole(file: Path) -> None:
    text, uri = file.read_text(encoding="utf-8"), file.as_uri()
    language = language_for(None, uri)
    whole = Document(uri, None, text, language)
    doc = _find_function(whole).doc
    assert doc is not None
    lines = whole.lines
    documented = Span(
        lines.start(lines.line_at(doc.start)), lines.end(lines.line_at(doc.end - 1)) + 1
    )
    bare = Document(uri, None, text[: documented.start] + text[documented.end :], language)
    scope = _find_function(bare)
    target = Target(bare, scope.span, "docstring", scope, ("code-unchanged",), name=scope.name)
    there = {_plain(line) for line in text.split("\n")}
    kept = set[str]()
    for end in range(documented.start + 1, documented.end - 4):
        begun = text[documented.start : end]
        try:
            after = judge(f"```\n{begun}", target, cut=True).after
        except Rejected:
            continue
        assert not problems(after), begun
        assert {_plain(line) for line in after.text.split("\n")} <= there, begun
        written = _find_function(after).doc
        assert written is not None
        said = after.slice(written).removesuffix("*/").removesuffix('"""').rstrip("\n */#")
        assert said.endswith(ENDS), begun
        kept.add(said)
    assert len(kept) > 1


def _find_function(document: Document) -> Scope:
    return next(one for one in scopes(document) if one.kind == "function")


def _plain(line: str) -> str:
    return "".join(line.split())
