"""A conversation in Neovim: questions that follow an answer, and what is done with its code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from neovim_editor import Neovim
from neovim_start import Start
from test_story import LOOP, TEXT

from command_line import Project

pytestmark = pytest.mark.editors

CODE = "So:\n\n```python\nif not items:\n    raise ValueError\n```\n"


def read_asked(log: Path) -> list[list[str]]:
    """The messages of each request to the model."""
    lines = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    return [one["messages"] for one in lines if one["event"] == "asked"]


def go_to_answer(editor: Neovim) -> None:
    editor.terminal.keys("C-w", "j")


def test_a_question_follows_an_explanation(start: Start, project: Project) -> None:
    editor = start("It adds up the price.", "Only the last one.", "Anew.")
    editor.command("Deskmate explain")
    editor.terminal.shows("It adds up the price.")
    editor.terminal.shows("function total")
    editor.insert(1, "# typed above")
    go_to_answer(editor)
    editor.terminal.type("a")
    editor.terminal.shows("Follow up:")
    editor.terminal.type("Which ones?")
    editor.terminal.keys("Enter")
    editor.terminal.shows("Only the last one.")
    assert "It adds up the price." in editor.terminal.screen(), "below what was said before"
    shown, said, asked = read_asked(project.log)[-1][1:]
    assert "result = item.price" in shown
    assert said == "It adds up the price."
    assert asked.endswith("Which ones?")
    assert "# typed above" not in asked, "the function has moved, and is what was asked about"
    editor.terminal.keys("Enter")
    editor.terminal.until(lambda: editor.lua("vim.fn.line('.')") == 16, "the way to the function")
    editor.command("Deskmate ask What is a tuple?")
    editor.terminal.shows("Anew.")
    assert len(read_asked(project.log)[-1]) == 2


def test_its_code_is_inserted_where_the_cursor_is(start: Start) -> None:
    editor = start(CODE)
    editor.command("Deskmate ask How do I refuse nothing?")
    editor.terminal.shows("raise ValueError")
    go_to_answer(editor)
    editor.terminal.type("c")
    editor.terminal.shows("The code is copied")
    editor.terminal.type("i")
    lines = TEXT.splitlines(keepends=True)
    margin = lines[LOOP - 1].partition("for")[0]
    code = f"{margin}if not items:\n{margin}    raise ValueError\n"
    expected = "".join(lines[:LOOP]) + code + "".join(lines[LOOP:])
    editor.terminal.until(lambda: editor.text() == expected, "the code is in the file")
    assert editor.lua("vim.fn.getreg('\"')") == "if not items:\n    raise ValueError\n"


def show_pieces(editor: Neovim, *pieces: dict[str, object]) -> None:
    """Has the plugin take these as the server would send them."""
    for piece in pieces:
        whole = {"title": "Ask", "text": "", "done": False, **piece}
        editor.lua(
            f"require('deskmate.explanation').add(vim.json.decode([==[{json.dumps(whole)}]==]))"
        )


def test_of_two_answers_at_once_neither_is_lost(start: Start) -> None:
    editor = start("unasked")
    one, two = ({"id": at, "conversation": f"c{at}", "title": f"Number {at}"} for at in (1, 2))
    show_pieces(
        editor,
        {**one, "text": "one begins, "},
        {**two, "text": "two begins, "},
        {**one, "text": "one ends."},
        {**two, "text": "two ends."},
        {**one, "done": True},
        {**two, "done": True},
    )
    editor.terminal.shows("one begins, one ends.")
    editor.terminal.shows("two begins, two ends.")
    follow = {"id": 3, "conversation": "c1", "title": "Third"}
    show_pieces(editor, {**follow, "text": "one goes on."}, {**follow, "done": True})
    editor.terminal.shows("one goes on.")
    show_pieces(editor, {"id": 4, "conversation": "c4", "text": "A new one."})
    editor.terminal.shows("A new one.")
    assert "ends." not in editor.terminal.screen(), "it takes the place of what is done"


def test_an_answer_whose_window_is_closed_opens_one_with_what_follows(start: Start) -> None:
    editor = start("It adds up the price.", "Only the last one.")
    editor.command("Deskmate explain")
    editor.terminal.shows("It adds up the price.")
    go_to_answer(editor)
    editor.terminal.type("q")
    editor.terminal.until(lambda: editor.lua("vim.fn.winnr('$')") == 1, "it is closed")
    editor.command("Deskmate follow-up Which ones?")
    editor.terminal.shows("Only the last one.")


def test_an_answer_of_a_server_that_is_started_anew_is_another(start: Start) -> None:
    editor = start("unasked")
    show_pieces(editor, {"id": 1, "conversation": "a", "text": "Of the first server."})
    editor.lua("require('deskmate.explanation').forget()")
    show_pieces(editor, {"id": 1, "conversation": "b", "text": "Of the second."})
    editor.terminal.shows("Of the second.")
    assert "Of the first server." not in editor.terminal.screen()


def test_the_model_pauses_and_goes_on(start: Start) -> None:
    editor = start("It adds up the price.")
    editor.command("Deskmate model")
    editor.terminal.shows("Pause: no model is asked")
    editor.terminal.type("1")
    editor.terminal.keys("Enter")
    editor.terminal.shows("Deskmate is paused")
    editor.command("Deskmate explain")
    editor.terminal.shows("let it go on")
    editor.command("Deskmate model")
    editor.terminal.shows("Go on: the model is asked again")
    editor.terminal.type("1")
    editor.terminal.keys("Enter")
    editor.command("Deskmate explain")
    editor.terminal.shows("It adds up the price.")
