"""Test files that are cut off anywhere: what is kept of them is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.core.gate.edits.cut_tests import keep_whole_tests
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import language_for
from deskmate.core.syntax.queries import problems

FILES = sorted((Path(__file__).parents[2] / "cases" / "whole-tests").iterdir())
"""Their tests are parted by blank lines, which stand nowhere else."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_is_kept_is_whole(file: Path) -> None:
    text, uri = file.read_text(encoding="utf-8"), file.as_uri()
    language = language_for(None, uri)
    tests = [_without_closers(part) for part in text.split("\n\n")]
    ends = [[line for test in tests[:count] for line in test] for count in range(len(tests) + 1)]
    found = list[list[str]]()
    for end in [*range(0, len(text), 7), len(text) - 1]:
        kept = keep_whole_tests(text[:end], Document(uri, None, "", language))
        assert not problems(Document(uri, None, kept, language)), text[:end]
        found.append(_without_closers(kept))
        assert found[-1] in ends, text[:end]
    kept_ones = [lines for at, lines in enumerate(found) if lines not in found[:at]]
    assert kept_ones[-1] in ends[-2:]
    assert len(kept_ones) > 2


def _without_closers(text: str) -> list[str]:
    """The lines that do more than close something."""
    return [line for line in text.splitlines() if line.strip("\t )}];end")]
