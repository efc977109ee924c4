"""What a correction of a verb says of the time."""

from __future__ import annotations

import pytest

from deskmate.core.prose.tenses import changes_tense


@pytest.mark.parametrize(
    ("gone", "came", "changes"),
    [
        ("sell", "sold", True),
        ("walks", "walked", True),
        ("need", "needed", True),
        ("exceeds", "exceeded", True),
        ("exceed", "exceeded", True),
        ("agree", "agreed", True),
        ("exceed", "exceeds", False),
        ("procede", "proceed", False),
        ("they", "we", False),
    ],
)
def test_another_form_of_a_verb_may_be_another_time(gone: str, came: str, changes: bool) -> None:
    assert changes_tense([gone], [came], f"You {gone} it.") is changes
    assert changes_tense([came], [gone], f"You {came} it.") is changes


def test_where_the_text_says_when_it_is_no_other_time() -> None:
    assert not changes_tense(["need"], ["needed"], "They need it yesterday.")
