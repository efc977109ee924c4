"""What the checks find in changes that no reading of a reply makes today: they do not rely on it.

What replies can make is tested with replies, in `tests/cases/replies`.
"""

from __future__ import annotations

import pytest

from deskmate.core.gate import bodies
from deskmate.core.gate.change import Change, make_change
from deskmate.core.gate.checks import findings
from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.queries import scopes
from deskmate.core.syntax.tokens import Token, tokens
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


def test_a_class_of_four_times_as_many_functions_takes_about_four_times_as_long() -> None:
    """Counted in tokens that are looked at, not in seconds."""
    small, large = (tokens_read(count) for count in (50, 200))
    assert large < 6 * small


def tokens_read(count: int) -> int:
    """How many tokens `not-emptied` looks at in a class of so many functions."""
    members = "".join(f"\n    def f{n}(self):\n        return {n}\n" for n in range(count))
    document = open_document("file:///case.py", f"class Many:{members}")
    target = Target(document, scopes(document)[0].span, "replace", scopes(document)[0])
    new = target.original.replace("return 7\n", "return 8\n")
    read = 0

    def counted(*given: object, **named: object) -> tuple[Token, ...]:
        nonlocal read
        found = tokens(*given, **named)  # type: ignore[arg-type]
        read += len(found)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bodies, "tokens", counted)
        assert not bodies.not_emptied(make_change(target, Edit(target.span, new)))
    return read
