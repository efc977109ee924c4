"""Whether a difference is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from results import several

from deskmate.evaluation.comparing import arms, compared, in_words, mcnemar, pairs


@pytest.mark.parametrize(
    ("better", "worse", "chance"),
    [(0, 0, 1.0), (5, 0, 0.0625), (6, 0, 0.03125), (8, 2, 0.109375), (12, 3, 0.03515625)],
)
def test_the_exact_chance(better: int, worse: int, chance: float) -> None:
    """Figures by hand: twice the binomial tail at one half."""
    assert mcnemar(better, worse) == pytest.approx(chance)


@given(st.integers(0, 300), st.integers(0, 300))
def test_it_is_a_chance_whichever_is_first(better: int, worse: int) -> None:
    assert 0 <= mcnemar(better, worse) == mcnemar(worse, better) <= 1


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        (0, 6, "More than chance: the second is better (McNemar's exact test, p = 0.031)."),
        (6, 0, "More than chance: the first is better (McNemar's exact test, p = 0.031)."),
        (0, 5, "That may be chance (McNemar's exact test, p = 0.062)."),
        (3, 3, "That is no difference."),
        (0, 20, "p = less than 0.001"),
    ],
)
def test_it_is_said_in_words(first: int, second: int, says: str) -> None:
    assert says in in_words(compared(pairs(several(first, 20), several(second, 20))))


def test_arms_of_one_run_are_paired_by_task() -> None:
    run = [*several(2, 4, arm="bare"), *several(3, 5)]
    one = compared(arms(run, "bare", "deskmate"))
    assert (one.tasks, one.first, one.second, one.better, one.worse) == (4, 2, 3, 1, 0)


def test_nothing_in_common_is_said() -> None:
    assert in_words(compared([])) == "They have no task in common."
