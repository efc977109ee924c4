"""Instructions that say that what the code does has to stay, and those that do not."""

from __future__ import annotations

import pytest

from deskmate.requests.kept_behaviour import says_it_stays


@pytest.mark.parametrize(
    ("instruction", "stays"),
    [
        ("Fewer branches. It must do exactly what it does now.", True),
        ("use early returns, same behaviour", True),
        ("flatten it without changing its behavior", True),
        ("split it; the results have to stay the same", True),
        ("don't change what it does, only make it shorter", True),
        ("keep the behaviour", True),
        ("weniger verschachtelt, das Verhalten muss gleich bleiben", True),
        ("kürzer, ohne das Verhalten zu ändern", True),
        ("give None for an empty list", False),
        ("change the behaviour for empty lists", False),
        ("do not print the output", False),
        ("return the same type as `other`", False),
        ("keep the results in a list and return them", False),
        ("don't change its name, but round the result", False),
    ],
)
def test_whether_it_is_said_that_what_the_code_does_stays(instruction: str, stays: bool) -> None:
    assert says_it_stays(instruction) == stays
