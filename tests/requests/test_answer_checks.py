"""What an answer says of files, commands and the user's own world, before it is shown."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_uri
from deskmate.engines.scripted import Reply, ScriptedEngine
from deskmate.requests.answer_checks import NOT_SAID, UNKNOWN
from deskmate.requests.conversation import Turn
from deskmate.requests.doubts import is_private
from deskmate.requests.piped import fit_piped
from deskmate.requests.question import Answered, add_named, answer, resolve_question
from deskmate.requests.repair_loop import Update
from deskmate.requests.retrieval import Source
from deskmate.settings.project import Project

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "answers.toml").read_text("utf-8"))
SHOP = "def total(prices):\n    return max(prices)\n\n\ndef later(price):\n    pass\n"


async def ask(
    root: Path, reply: str, *, question: str = "What is wrong?", piped: str = "", shop: bool = False
) -> tuple[Answered, str]:
    """The answer, and what was streamed of it; the reply comes in pieces of a few letters."""
    (root / "src").mkdir(exist_ok=True)
    path = root / "src" / "shop.py"
    path.write_text(SHOP)
    document = open_document(file_uri(path), SHOP)
    sources = [Source(document, Span(0, len(SHOP)))] if shop else []
    asked = resolve_question(question, sources, piped=piped, project=Project(root, (root,)))
    streamed: list[str] = []

    def note(update: Update) -> None:
        streamed.append(update.text)

    engine = ScriptedEngine([Reply(reply, pieces=3)])
    return await answer(add_named(asked, ()), engine, note), "".join(streamed)


@pytest.mark.parametrize("case", CASES["lines"], ids=lambda case: case["says"])
async def test_a_line_that_was_not_given_is_not_quoted(
    case: dict[str, str], tmp_path: Path
) -> None:
    piped = case.get("piped", "")
    answered, streamed = await ask(tmp_path, case["says"], piped=piped, shop=not piped)
    assert answered.text == case.get("shown", case["says"])
    assert streamed == answered.text
    assert " ".join(answered.notes) == case.get("note", "")


@pytest.mark.parametrize("question", CASES["private"])
def test_what_only_the_user_knows_is_told_from_it(question: str) -> None:
    assert is_private(question)


async def test_what_only_the_user_knows_is_not_guessed(tmp_path: Path) -> None:
    question = "Who is my manager?"
    answered, streamed = await ask(tmp_path, "It is Ana.", question=question)
    assert (answered.text, streamed) == (UNKNOWN, UNKNOWN)


@pytest.mark.parametrize("question", CASES["general"])
def test_what_everybody_can_know_is_answered(question: str) -> None:
    assert not is_private(question)


@pytest.mark.parametrize(
    ("says", "shown"),
    [
        ("It is Rosalind Okafor.", NOT_SAID),
        ("Rosalind, since 2019.", NOT_SAID),
        ("It is Tadeusz.", "It is Tadeusz."),
        ("I do not know.", "I do not know."),
    ],
)
async def test_a_text_that_is_shown_tells_what_is_private(
    says: str, shown: str, tmp_path: Path
) -> None:
    answered, streamed = await ask(
        tmp_path, says, question="Who is my manager?", piped="Manager: Tadeusz\n"
    )
    assert (answered.text, streamed) == (shown, shown)


async def test_what_was_said_before_tells_what_is_private() -> None:
    earlier = (Turn("My manager is Tadeusz.", "Good to know."),)
    asked = resolve_question("Who is my manager?", earlier=earlier)
    told = await answer(asked, ScriptedEngine(["It is Tadeusz."]))
    assert told.text == "It is Tadeusz."
    assert (await answer(asked, ScriptedEngine(["It is Rosalind."]))).text == NOT_SAID
    alone = await answer(resolve_question("Who is my manager?"), ScriptedEngine(["It is Ana."]))
    assert [turn.answer for turn in alone.turns] == [UNKNOWN]


async def test_a_command_that_destroys_is_named_beside_the_answer(tmp_path: Path) -> None:
    answered, streamed = await ask(
        tmp_path, "Run `git reset --hard`.", question="How do I keep changes?"
    )
    assert answered.text == streamed
    assert answered.text.startswith(
        "Run `git reset --hard`.\n\n> **Before you run it:** `git reset"
    )


async def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    answered, _ = await ask(tmp_path, "See `src/shop.py` and `src/basket.py`.", shop=True)
    assert answered.notes == ("There is no src/basket.py in this project.",)
    for says, notes in (
        ("The legacy", answered.notes),
        ("Lege", ()),
        ("Then add", ()),
        ("Add a line to", answered.notes),
    ):
        assert (await ask(tmp_path, f"{says} `src/basket.py`.", shop=True))[0].notes == notes
    long = f"src/{'b' * 300}.py"  # no file system can say whether it is there
    assert (await ask(tmp_path, f"See `{long}`.", shop=True))[0].notes == ()


def test_a_long_text_is_shown_with_its_beginning_and_its_end() -> None:
    text = "\n".join(f"\x1b[31mline {number}\x1b[0m" for number in range(1, 2001))
    shown, notes = fit_piped(text, 500)
    assert "line 1\nline 2\n" in shown
    assert shown.rstrip("`\n").endswith("line 1999\nline 2000")
    assert "\x1b" not in shown
    head, tail = (part.count("\nline ") for part in shown.split("… lines left out …"))
    assert notes == (
        f"The model saw the first {head} and the last {tail} lines of what was printed.",
    )
    assert len(shown.encode()) <= 3 * 500
    assert fit_piped("a" * 1001, 2000)[1] == (
        "Of long lines that were printed it saw the first 1000 characters.",
    )
    assert fit_piped("one\r\ntwo\r\n", 500)[0].endswith("```\none\ntwo\n```\n\n")
    assert fit_piped(" \n", 500) == ("", ())
