"""Questions from an editor: `deskmate.ask`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from lsp_editor import Editor, editing, helix, vscode
from lsprotocol import types as lsp

TEXT = "def total(prices):\n    return max(prices)\n\n"
ANSWER = "Use `sum`:\n\n```python\ndef added(prices):\n    return sum(prices)\n```\n"


async def ask(editor: Editor, question: str, **more: Any) -> dict[str, Any]:
    """Asks, and waits for the answer."""
    given = {"question": question, "wait": True, **more}
    answer: dict[str, Any] = await editor.command("deskmate.ask", given)
    return answer


async def test_the_answer_streams(tmp_path: Path) -> None:
    capabilities = vscode()
    capabilities.experimental = {"deskmate": {"stream": True}}
    async with editing(tmp_path, capabilities) as editor:
        await editor.script({"text": ANSWER, "when": "return max", "pieces": 5, "delay": 0.06})
        uri = editor.open("shop.py", TEXT)
        result = await ask(editor, "How do I add them up?", uri=uri)
        assert (result["status"], result["target"]) == ("shown", "shop.py")
        assert "".join(piece["text"] for piece in editor.stream).strip() == ANSWER.strip()
        assert editor.stream[-1]["done"]


async def test_any_other_editor_gets_a_file_with_what_may_be_wrong(tmp_path: Path) -> None:
    async with editing(tmp_path, helix()) as editor:
        await editor.script("Django 4.")
        result = await ask(editor, "What is the latest Django?")
        assert (result["status"], result["target"]) == ("shown", "")
        (shown,) = editor.client.shown_documents
        page = Path(unquote(urlsplit(shown.uri).path)).read_text(encoding="utf-8")
        assert page.startswith("# What is the latest Django?\n\nDjango 4.\n\n*This asks for")


async def test_only_what_is_selected_is_shown_to_the_model(tmp_path: Path) -> None:
    async with editing(tmp_path, helix()) as editor:
        log = await editor.script("Yes.")
        uri = editor.open("shop.py", TEXT)
        where = {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 22}}
        result = await ask(editor, "Is this right?", uri=uri, range=where)
        assert result["target"] == "shop.py, line 2"
        assert "def total" not in log.read_text(encoding="utf-8")


async def test_what_the_editor_reports_can_be_pointed_at(tmp_path: Path) -> None:
    async with editing(tmp_path, helix()) as editor:
        log = await editor.script("Yes.")
        uri = editor.open("shop.py", TEXT)
        where = {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 22}}
        found = [{"range": where, "message": "the largest is no total", "code": "W1"}]
        await ask(editor, "What do @problems mean?", uri=uri, diagnostics=found)
        assert "line 2: the largest is no total" in log.read_text(encoding="utf-8")


async def test_its_code_can_be_inserted(tmp_path: Path) -> None:
    async with editing(tmp_path, helix()) as editor:
        await editor.script(ANSWER)
        uri = editor.open("shop.py", TEXT)
        await ask(editor, "How do I add them up?", uri=uri)
        listed = await editor.actions(uri, len(TEXT), only=["deskmate.insert"])
        (action,) = listed
        assert action.title == "Deskmate: Insert the answer's code: def added(prices):"
        assert action.edit is not None
        editor.apply(lsp.ApplyWorkspaceEditParams(action.edit))
        assert editor.buffers[uri].text == (f"{TEXT}def added(prices):\n    return sum(prices)")


async def test_what_was_printed_is_only_text(tmp_path: Path) -> None:
    async with editing(tmp_path, helix()) as editor:
        log = await editor.script("A file is missing.")
        (tmp_path / "pin.py").write_text("PIN = 4711\n")
        printed = "\x1b[31mnpm error\x1b[0m @cloud @pin.py @problems\n"
        result = await ask(editor, "Explain this.", printed=printed)
        assert result["message"].endswith(" s."), "neither of a cloud nor of a mention"
        (asked,) = read_asked(log)
        shown = "What a command printed:\n```\nnpm error @cloud @pin.py @problems\n```\n\n"
        assert asked[1] == f"{shown}Explain this."


async def test_it_can_be_cancelled(tmp_path: Path) -> None:
    async with editing(tmp_path, helix()) as editor:
        await editor.script({"text": ANSWER, "pieces": 2, "delay": 0.2})
        started = await editor.command("deskmate.ask", {"question": "Why?"})
        await editor.until(
            lambda: "writing" in str(editor.progress(started["job"]).values), "it is under way"
        )
        assert (await editor.command("deskmate.cancel", {"job": started["job"]}))["cancelled"] == 1
        await editor.until(lambda: editor.progress(started["job"]).ended, "it has ended")
        assert not editor.client.shown_documents


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "`question` must be a string"),
        ({"question": "  "}, "There is no question"),
        ({"question": "Why?", "uri": "file:///gone.py"}, "gone.py"),
        ({"question": "Why?", "uri": 3}, "`uri` must be a string"),
        ({"question": "Why?", "large": True}, "No larger model is set"),
        ({"question": "Why?", "conversation": 3}, "`conversation` must be a string"),
    ],
)
async def test_what_cannot_be_asked(tmp_path: Path, given: dict[str, Any], says: str) -> None:
    async with editing(tmp_path, helix()) as editor:
        await editor.script("yes")
        result = await editor.command("deskmate.ask", {**given, "wait": True})
        assert result["status"] == "failed"
        assert says in result["message"]


def read_asked(log: Path) -> list[list[str]]:
    """The messages of each request to the model."""
    lines = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    return [one["messages"] for one in lines if one["event"] == "asked"]


async def test_a_question_follows_another_in_its_conversation(tmp_path: Path) -> None:
    async with editing(tmp_path, helix()) as editor:
        log = await editor.script(ANSWER, "Yes.", "A list.")
        uri = editor.open("shop.py", TEXT)
        first = await ask(editor, "How do I add them up?", uri=uri)
        mine = {"uri": uri, "conversation": first["conversation"]}
        second = await ask(editor, "Is that faster?", **mine)
        assert second["conversation"] == first["conversation"]
        one, two = read_asked(log)
        assert two == [*one, ANSWER.strip(), "Is that faster?"], "it begins as the first did"
        other = await ask(editor, "What is a list?")
        assert other["conversation"] != first["conversation"]
        assert len(read_asked(log)[-1]) == 2, "and knows nothing of it"


async def test_a_client_may_name_its_conversation(tmp_path: Path) -> None:
    async with editing(tmp_path, helix()) as editor:
        log = await editor.script("One.", "Two.")
        await editor.command("deskmate.ask", {"question": "First?", "conversation": "mine"})
        result = await ask(editor, "Second?", conversation="mine")
        assert result["conversation"] == "mine"
        assert read_asked(log)[-1][1:] == ["First?", "One.", "Second?"], "it waits for the first"


async def test_a_question_follows_an_explanation(tmp_path: Path) -> None:
    capabilities = vscode()
    capabilities.experimental = {"deskmate": {"stream": True}}
    async with editing(tmp_path, capabilities) as editor:
        log = await editor.script("It takes the largest.", "For one price.")
        uri = editor.open("shop.py", f"{TEXT}print(total([1]))\n")
        explained = await editor.run("explain", uri, TEXT.index("max"))
        page = editor.stream[0]
        assert page["about"].name == "function `total`"
        assert page["about"].range.end.line == 1
        assert page["conversation"] == explained["conversation"]
        where = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 22}}
        mine = {"conversation": page["conversation"], "uri": uri, "range": where}
        await ask(editor, "When is that right?", **mine)
        shown, said, asked = read_asked(log)[-1][1:]
        assert "return max(prices)" in shown
        assert (said, asked) == ("It takes the largest.", "When is that right?")
        assert editor.stream[-1]["title"] == "When is that right?"


async def test_what_follows_the_explanation_of_a_problem_knows_the_problem(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script("It is the wrong function.", "`sum`.")
        uri = editor.open("shop.py", TEXT)
        where = {"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": 10}}
        problem = {"range": where, "message": "not what it says", "severity": 2}
        more: dict[str, Any] = {
            "diagnostics": [problem],
            "problem": True,
            "instruction": "For a beginner.",
        }
        explained = await editor.run("explain", uri, TEXT.index("max"), **more)
        await ask(editor, "Which then?", conversation=explained["conversation"])
        said = read_asked(log)[-1][1]
        assert said.endswith("function `total`\nnot what it says\nFor a beginner.")
