"""A problem in the words of who found it, as a model is told of it."""

from __future__ import annotations

import pytest

from deskmate.actions.diagnostic import Diagnostic
from deskmate.core.text.text import Span

TOLD = [
    ("Undefined name `x`", "F821", (), "Undefined name `x` [F821]"),
    (  # ruff says how it is put right in a paragraph of its own
        "`os` imported but unused\n\nhelp: Remove unused import: `os`",
        "F401", (),
        "`os` imported but unused [F401]; help: Remove unused import: `os`",
    ),
    (  # TypeScript and pyright give their reasons step by step
        "Type 'A' is not assignable to type 'B'.\n  Types of 'q' are incompatible.\r\n"
        "    Type 'string' is not assignable to type 'number'.",
        "2322", (),
        "Type 'A' is not assignable to type 'B' [2322]; Types of 'q' are incompatible; "
        "Type 'string' is not assignable to type 'number'.",
    ),
    (  # what Rust says of its own settings and pages is of no use
        "unneeded `return` statement\nfor further information visit https://rust-lang.github.io/x\n"
        "`#[warn(clippy::needless_return)]` on by default",
        "needless_return", (),
        "unneeded `return` statement [needless_return]",
    ),
    ("wrong", "", ("a.py, line 3: it\n  is here",), "wrong\n  a.py, line 3: it is here"),
    ("", "E1", (), "[E1]"),
    ("", "", (), ""),
]  # fmt: skip


@pytest.mark.parametrize(("message", "code", "related", "told"), TOLD)
def test_each_problem_is_one_line(
    message: str, code: str, related: tuple[str, ...], told: str
) -> None:
    assert Diagnostic(Span(0, 1), message, code, related).told == told
