"""A model's remarks on its own changes are taken out; comments about the code stay."""

from __future__ import annotations

import pytest

from deskmate.core.reply.remarks import without_remarks
from deskmate.core.syntax.document import open_document


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x += 1  # Corrected the calculation\n", "x += 1\n"),
        ("# Fixed: was off by one\nx += 1\n", "x += 1\n"),
        ("if x:\n    # Added a check\n    y()\n", "if x:\n    y()\n"),
        ("x += 1  # the next one\n", "x += 1  # the next one\n"),
        ("# Fix the sign of what is below zero\nx = abs(x)\n",) * 2,
        ("s = '# Fixed'\n", "s = '# Fixed'\n"),
        ("x = 1  # Added in 2019\n", "x = 1  # Added in 2019\n"),
    ],
)
def test_remarks(code: str, expected: str) -> None:
    document = open_document("file:///a.py", "x = 0  # Added in 2019\n")
    left, notes = without_remarks(code, document)
    assert left == expected
    assert bool(notes) is (code != expected)


def test_what_is_no_language_of_ours_is_left_alone() -> None:
    code = "x  # Fixed\n"
    assert without_remarks(code, open_document("file:///a.zig", "")) == (code, ())
