"""Follow-ups: what a model still knows of what was said, on the command line and by value."""

from __future__ import annotations

import json

from command_line import Project
from deskmate.actions.pieces import estimate_tokens
from deskmate.requests.conversation import Turn, fit_turns, list_unseen

FILE = "`shop.py`:\n```python\ndef total(prices):\n    return max(prices)\n```\n\n"


def list_messages(project: Project) -> list[list[str]]:
    """What each request showed the model."""
    lines = map(json.loads, project.log.read_text(encoding="utf-8").splitlines())
    return [one["messages"] for one in lines if one["event"] == "asked"]


def test_a_follow_up_begins_with_all_that_was_said(project: Project) -> None:
    project.script("It takes the largest.", again=True)
    project.deskmate("ask", "What is wrong?", "shop.py")
    asked = project.deskmate("ask", "--continue", "How do I mend it?", "shop.py")
    assert asked.returncode == 0, asked.stderr
    project.deskmate("ask", "--continue", "Sure?")
    first, second, third = list_messages(project)
    said = "It takes the largest."
    assert second == [*first, said, "How do I mend it?"], "and the file is not shown again"
    assert third == [*second, said, "Sure?"]


def test_without_continue_a_conversation_begins_anew(project: Project) -> None:
    project.script("One.", again=True)
    project.deskmate("ask", "What is a tuple?")
    project.deskmate("ask", "And a list?")
    assert len(list_messages(project)[-1]) == 2


def test_there_may_be_nothing_to_continue(project: Project) -> None:
    project.script("One.", again=True)
    asked = project.deskmate("ask", "--continue", "And a list?")
    assert asked.returncode == 2
    assert "Ask without `--continue` first" in asked.stderr
    project.deskmate("ask", "What is a tuple?")
    project.variables["DESKMATE_CACHE__MEGABYTES"] = "0"
    project.deskmate("ask", "And a set?")
    assert project.deskmate("ask", "--continue", "And a list?").returncode == 2, "none is kept"


def test_an_answer_that_cannot_be_kept_is_an_answer(project: Project) -> None:
    project.script("One.", again=True)
    cache = project.home / "cache"
    cache.write_text("a file where a folder should be")
    project.variables["XDG_CACHE_HOME"] = str(cache)
    asked = project.deskmate("ask", "What is a tuple?")
    assert (asked.returncode, asked.stdout) == (0, "One.\n"), asked.stderr
    assert "A question with `--continue` cannot follow" in asked.stderr


def test_clearing_the_cache_forgets_it(project: Project) -> None:
    project.script("One.", again=True)
    project.deskmate("ask", "What is a tuple?")
    project.deskmate("cache", "clear")
    assert project.deskmate("ask", "--continue", "And a list?").returncode == 2


def test_a_file_that_has_changed_is_shown_again() -> None:
    turns = (Turn("What is wrong?", "It takes the largest.", FILE),)
    assert list_unseen(turns, [FILE]) == []
    changed = FILE.replace("max", "sum")
    assert list_unseen(turns, [changed]) == [changed]


def test_what_there_is_no_room_for_goes_from_the_front() -> None:
    turns = tuple(Turn(f"Question {at}?", "It is so. " * 40, FILE) for at in range(20))
    whole = sum(turn.cost for turn in turns)
    assert fit_turns(turns, [FILE], whole) == turns
    kept = fit_turns(turns, [FILE], whole // 3)
    assert kept, "something of it is kept"
    assert [turn.question for turn in kept] == [turn.question for turn in turns[-len(kept) :]]
    assert sum(turn.cost for turn in kept) + estimate_tokens(FILE) <= whole // 3
    assert list_unseen(kept, [FILE]) == [FILE], "the file is shown anew"


def test_a_file_that_never_fits_costs_no_turn() -> None:
    turns = (Turn("What is wrong?", "It takes the largest."),)
    assert fit_turns(turns, ["long " * 10_000], 1000) == turns
