"""What the checks find in changes that no reading of a reply makes today: they do not rely on it.

What replies can make is tested with replies, in `tests/cases/replies`.
"""

from __future__ import annotations

import pytest

from deskmate.core.gate.change import Change, make_change
from deskmate.core.gate.checks import findings
from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.queries import scopes
from deskmate.core.target import Target
from deskmate.core.text.text import Edit

CODE = "def total(items):\n    return sum(items)\n"


def change(new: str) -> Change:
    document = open_document("file:///case.py", CODE)
    [scope] = scopes(document)
    target = Target(document, scope.span, "replace", scope)
    return make_change(target, Edit(scope.span, new))


@pytest.mark.parametrize(
    ("new", "finding"),
    [
        ("def total(items):\n    return 1  # <|im_end|>", "`<|im_end|>` is not part of the code."),
        (
            "def total(items):\n    # ... rest of the code ...\n    return 1",
            "Code is left out at `# ... rest of the code ...`; write all of it.",
        ),
        (
            "def total(items):\n    return one()\n\n\ndef one():\n    return 1",
            "Besides `total` the code defines `one`.",
        ),
        ("def total(items):\n    return 1", None),
    ],
)
def test_a_change_is_checked_whatever_read_it(new: str, finding: str | None) -> None:
    found = findings(change(new), ["one-definition"])
    assert list(found.values()) == ([finding] if finding else [])
