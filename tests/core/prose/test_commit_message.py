"""What of a model's reply may be a commit message."""

from __future__ import annotations

import pytest

from deskmate.core.prose.commit_message import is_conventional, message_span, read_message
from deskmate.core.target import Rejected

DIFF = """\
diff --git a/shop/basket.py b/shop/basket.py
-        result = item.price * item.quantity
+        result += item.price * item.quantity
"""

MESSAGES = {
    "one line": ("Add up the prices of a basket", "Add up the prices of a basket"),
    "in a fence, with a full stop": ("```\nAdd up the prices.\n```", "Add up the prices"),
    "after the chat": ("Here is the commit message:\n\nAdd up the prices", "Add up the prices"),
    "in bold": ("**Add up the prices**", "Add up the prices"),
    "with a body": (
        "Add up the prices\n\n- `shop/basket.py`: each item counts now, and not only the last one "
        "that was in the basket",
        "Add up the prices\n\n- `shop/basket.py`: each item counts now, and not only the last one "
        "that\n  was in the basket",
    ),
    "a heading would be a comment": ("Add up the prices\n\n# Why\nIt was wrong.", None),
    "without the diff that it repeats": (
        "Add up the prices\n\ndiff --git a/shop/basket.py b/shop/basket.py",
        "Add up the prices",
    ),
}


@pytest.mark.parametrize("case", MESSAGES)
def test_a_message_is_read(case: str) -> None:
    reply, expected = MESSAGES[case]
    message = read_message(reply, DIFF)
    assert message == expected or (expected is None and "\n#" not in message)


REJECTED = {
    "nothing": ("```\n```", "empty"),
    "a long line": ("Add up the prices of all the items in the basket, " * 2, "72"),
    "a file that did not change": ("Fix the sum in `shop/prices.py`", "no shop/prices.py"),
    "a name that is not there": ("Call compute_total() in the basket", "no compute_total"),
    "an issue that nobody named": ("Fix the sum (#42)", "no #42"),
    "a refusal": ("I'm sorry, but I cannot help with that request.", "refuses"),
}


@pytest.mark.parametrize("case", REJECTED)
def test_what_the_change_does_not_show_is_no_message(case: str) -> None:
    reply, why = REJECTED[case]
    with pytest.raises(Rejected, match=why):
        read_message(reply, DIFF)


TYPED = ("fix: a", "feat(api)!: b", "Merge c")


def test_a_repository_with_types_gets_types() -> None:
    assert is_conventional(TYPED)
    assert not is_conventional(["Fix a", "feat: b"])
    assert not is_conventional([])
    with pytest.raises(Rejected, match="type"):
        read_message("Add up the prices", DIFF, TYPED)
    typed = "fix(shop): add up the prices"
    assert read_message(typed, DIFF, TYPED) == typed


# The last messages of a repository, what is none of its style, why, and what is.
STYLES = {
    "an area": (("Docs: a", "Tests: b"), "Add up the prices", "as “Docs: a” has", "Shop: add up"),
    "gitmoji": (("✨ Add a", "🐛 Fix b"), "Add up the prices", "✨, 🐛", "⚡️ Add up the prices"),
    "gitmoji by name": ((":bug: a", ":memo: b"), "Add up", ":bug:, :memo:", ":zap: Add up"),
    "gitmoji and types": (("✨ feat: a", "🐛 fix: b"), "✨ Add up", "type", "🐛 fix(shop): add up"),
    "gitmoji of several characters": (
        ("🧑‍💻 feat: a", "👷‍♂️ ci: b"),
        "🧑‍💻 Add up",
        "type",
        "🧑‍💻 feat: add up",
    ),
    "German": (
        ("Die Preise werden jetzt gerundet", "Behebe den Fehler in der Summe und in den Preisen"),
        "Add up the prices of all of the items that are in it",
        "in German",
        "Die Summe ist jetzt die der Preise",
    ),
    "another script": (
        ("合計を直す", "カートを追加する"),
        "Add up the prices",
        "合計を直す",
        "合計を計算する",
    ),
}


@pytest.mark.parametrize("case", STYLES)
def test_a_message_is_in_the_style_of_the_last_ones(case: str) -> None:
    subjects, other, why, like = STYLES[case]
    with pytest.raises(Rejected, match=why):
        read_message(other, DIFF, subjects)
    assert read_message(like, DIFF, subjects) == like


def test_a_message_of_before_is_none_of_now() -> None:
    with pytest.raises(Rejected, match="earlier commit"):
        read_message("Add a basket", DIFF, ["Add a basket"])


def test_the_message_is_above_gits_comments() -> None:
    text = "Mine\n\n# Please enter the commit message\n# On branch main\n"
    assert message_span(text).end == text.index("#")
    assert message_span("Mine\n").end == 5
    assert message_span(text.replace("#", ";"), ";").end == text.index("#")
