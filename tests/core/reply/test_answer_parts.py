"""Whether an answer has the parts that it promises."""

from __future__ import annotations

import pytest

from deskmate.core.reply.answer_parts import list_missing
from deskmate.core.target import Part

PLAN: dict[str, Part] = {
    "What is there now": "text",
    "What it should become": "text",
    "Steps": "steps",
    "What could go wrong": "text",
}
WHOLE = """\
**What is there now**
`shop.py` does everything.

## What it should become:
Two modules.

**Steps:** 1. Split it.
2. Test it.

4. **What could go wrong**: imports that go round.
"""


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (WHOLE, ()),
        (
            WHOLE.replace("## What it should become:\nTwo modules.\n", ""),
            ("What it should become",),
        ),
        (WHOLE.replace("1. Split it.\n2. Test it.", "Split and test it."), ("Steps",)),
        ("# Heute\nA\n# Ziel\nB\n# Schritte\n1. C\n# Risiken\nD", ()),
        ("# Heute\nA\n# Ziel\nB\n# Risiken\nD", tuple(PLAN)),
        ("It is fine as it is.", tuple(PLAN)),
        (
            "## Current State (what is there)\nA\n## What it should be\nB\n## Steps\n- C\n",
            ("What could go wrong",),
        ),
    ],
)
def test_what_is_missing(text: str, missing: tuple[str, ...]) -> None:
    assert list_missing(text, PLAN) == missing
