"""Repetition without end, as small models write it."""

from __future__ import annotations

from deskmate.core.reply.loops import find_loop, without_loop

UNIT = "- **Desk**: the session.\n- **Job**: one piece of work.\n- **Outcome**: how it ended.\n"


def test_what_is_repeated_is_said_once() -> None:
    assert without_loop("Who does what:\n" + UNIT * 9) == "Who does what:\n" + UNIT.rstrip()


def test_a_last_line_that_was_cut_off_hides_no_loop() -> None:
    cut = "Who does what:\n" + UNIT * 9 + "- **Desk**: the se"
    assert find_loop(cut) == ""
    assert without_loop(cut).count("Desk") == 1


def test_a_text_that_repeats_nothing_stays() -> None:
    text = "One.\nTwo.\nThree.\nFour, cut o"
    assert without_loop(text) == text
