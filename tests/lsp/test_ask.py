"""Questions from an editor: `deskmate.ask`."""

from __future__ import annotations

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
        assert action.title == "Insert the answer's code: def added(prices):"
        assert action.edit is not None
        editor.apply(lsp.ApplyWorkspaceEditParams(action.edit))
        assert editor.buffers[uri].text == (f"{TEXT}def added(prices):\n    return sum(prices)")


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
    ],
)
async def test_what_cannot_be_asked(tmp_path: Path, given: dict[str, Any], says: str) -> None:
    async with editing(tmp_path, helix()) as editor:
        await editor.script("yes")
        result = await editor.command("deskmate.ask", {**given, "wait": True})
        assert result["status"] == "failed"
        assert says in result["message"]
