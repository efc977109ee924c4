"""An explanation reaches the user by the best means that their editor has."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lsp_editor import editing, helix, marked, plain, vscode
from lsprotocol import types as lsp

from deskmate.lsp.showing import wrap

TEXT, AT, _ = marked("def add(a, b):\n    return a ‸+ b\n")
REPLY = "It adds `a` and `b`.\n\nNothing about it is surprising."


# A piece of Markdown, and what is shown of it in lines of 72 characters.
LONG = "The words of this sentence go on and on until they reach the end of a line, and further."
WRAPPED = {
    "prose": (
        LONG,
        "The words of this sentence go on and on until they reach the end of a\nline, and further.",
    ),
    "an item": (
        f"- {LONG}",
        "- The words of this sentence go on and on until they reach the end of a\n"
        "  line, and further.",
    ),
    "a quotation": (
        f"> {LONG}",
        "> The words of this sentence go on and on until they reach the end of a\n"
        "> line, and further.",
    ),
    "code": (f"```\n{LONG}\n```", f"```\n{LONG}\n```"),
    "a fence in a fence": (f"~~~\n```\n{LONG}\n~~~", f"~~~\n```\n{LONG}\n~~~"),
    "a table": (f"| {LONG} |", f"| {LONG} |"),
    "a long word": ("x" * 100, "x" * 100),
    "short lines": ("One.\n\nTwo.", "One.\n\nTwo."),
}


@pytest.mark.parametrize("case", WRAPPED)
def test_prose_that_is_shown_is_wrapped(case: str) -> None:
    given, expected = WRAPPED[case]
    assert wrap(given) == expected


async def test_an_editor_that_streams_gets_it_while_it_is_written(tmp_path: Path) -> None:
    capabilities = vscode()
    capabilities.experimental = {"deskmate": {"stream": True}}
    async with editing(tmp_path, capabilities) as editor:
        await editor.script({"text": REPLY, "pieces": 5, "delay": 0.06})
        uri = editor.open("stream.py", TEXT)
        result = await editor.run("explain", uri, AT)
        assert result["status"] == "shown", result
        *pieces, last = editor.stream
        assert "".join(piece["text"] for piece in pieces) == REPLY
        assert len(pieces) > 5
        assert {(piece["id"], piece["title"], piece["done"]) for piece in pieces} == {
            (last["id"], "Explain", False)
        }
        assert (last["text"], last["done"]) == ("", True)
        assert not editor.client.shown_documents


async def test_what_a_fast_model_says_comes_in_larger_pieces(tmp_path: Path) -> None:
    capabilities = vscode()
    capabilities.experimental = {"deskmate": {"stream": True}}
    async with editing(tmp_path, capabilities) as editor:
        await editor.script({"text": REPLY * 20, "pieces": 1})
        uri = editor.open("fast.py", TEXT)
        await editor.run("explain", uri, AT)
        assert "".join(piece["text"] for piece in editor.stream) == REPLY * 20
        assert len(editor.stream) < len(REPLY)


async def test_a_stream_ends_where_the_model_fails(tmp_path: Path) -> None:
    capabilities = vscode()
    capabilities.experimental = {"deskmate": {"stream": True}}
    async with editing(tmp_path, capabilities) as editor:
        await editor.script({"text": REPLY, "pieces": 5, "error": "EngineLost"})
        uri = editor.open("lost.py", TEXT)
        result = await editor.run("explain", uri, AT)
        assert result["status"] == "failed"
        assert editor.stream[-1]["done"]


async def test_an_editor_that_opens_files_gets_it_in_a_file(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        await editor.script({"text": REPLY, "again": True})
        uri = editor.open("file.py", TEXT)
        for _ in range(2):
            result = await editor.run("explain", uri, AT)
            assert result["status"] == "shown", result
        first, second = editor.client.shown_documents
        assert first.uri != second.uri, "the first may still be open"
        path = Path(unquote(urlsplit(first.uri).path))
        assert path.suffix == ".md"
        assert path.read_text() == f"# Explain function `add`\n\n{REPLY}\n"
        assert not editor.client.messages
        assert editor.buffers[uri].text == TEXT


async def test_only_so_many_files_are_kept(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        await editor.script({"text": REPLY, "again": True})
        uri = editor.open("kept.py", TEXT)
        for _ in range(22):
            await editor.run("explain", uri, AT)
        last = Path(unquote(urlsplit(editor.client.shown_documents[-1].uri).path))
        assert last.exists()
        assert len(list(last.parent.iterdir())) == 20


async def test_any_other_editor_gets_it_in_a_message(tmp_path: Path) -> None:
    async with editing(tmp_path, plain()) as editor:
        await editor.script(REPLY)
        uri = editor.open("message.py", TEXT)
        result = await editor.run("explain", uri, AT)
        assert result["status"] == "shown", result
        message = await editor.message("It adds")
        assert message == lsp.ShowMessageParams(
            lsp.MessageType.Info, f"Explain function `add`\n\n{REPLY}"
        )


async def test_the_last_reply_can_be_seen_as_the_model_said_it(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        assert "said nothing" in (await editor.command("deskmate.showLastReply"))["message"]
        await editor.script({"text": "I like `this`:\n\n```\nno code", "again": True})
        uri = editor.open("last.py", TEXT)
        result = await editor.run("fix-bug", uri, AT)
        assert (result["status"], result["attempts"]) == ("refused", 3)
        await editor.command("deskmate.showLastReply")
        (shown,) = editor.client.shown_documents
        page = Path(unquote(urlsplit(shown.uri).path)).read_text(encoding="utf-8")
        assert result["message"] in " ".join(page.split())
        assert "````\nI like `this`:\n\n```\nno code\n````" in page
        assert "\n3. " in page, "what each of the three replies failed on"
        await editor.until(lambda: [*tmp_path.rglob("stats.sqlite")], "it is counted")


async def test_a_refusal_has_a_button_where_that_disturbs_nobody(tmp_path: Path) -> None:
    capabilities = vscode()
    capabilities.experimental = {"deskmate": {"buttons": True}}
    async with editing(tmp_path, capabilities) as editor:
        await editor.script({"text": "I cannot do that.", "again": True})
        uri = editor.open("button.py", TEXT)
        editor.answer = "Show reply"
        await editor.run("fix-bug", uri, AT, wait=False)
        await editor.until(lambda: editor.client.shown_documents, "the reply is shown")
        assert "nothing was changed" in editor.questions[0]


@pytest.mark.parametrize(("megabytes", "stay"), [(64, 1), (0, 0)])
async def test_where_no_answer_is_kept_none_that_was_shown_is(
    tmp_path: Path, megabytes: int, stay: int
) -> None:
    async with editing(tmp_path, vscode()) as editor:
        await editor.script(REPLY, settings={"cache": {"megabytes": megabytes}})
        await editor.run("explain", editor.open("kept.py", TEXT), AT)
        assert len([*tmp_path.rglob("shown/*.md")]) == 1
    assert len([*tmp_path.rglob("shown/*.md")]) == stay


async def test_who_types_on_keeps_the_cursor_where_showing_takes_it(tmp_path: Path) -> None:
    async with editing(tmp_path, helix()) as editor:
        log = await editor.script({"text": REPLY, "delay": 0.2})
        uri = editor.open("typing.py", TEXT)
        await editor.run("explain", uri, AT, wait=False)
        await editor.until(lambda: "asked" in log.read_text(), "the model is asked")
        editor.type(uri, 0, "# mine\n")
        await editor.message("the answer is there")
        assert not editor.client.shown_documents
        first = (await editor.actions(uri, AT))[0]
        assert first.title == "Deskmate: Show the answer: Explain function `add`"
        assert first.command is not None
        await editor.command(first.command.command)
        [shown] = editor.client.shown_documents
        path = unquote(urlsplit(shown.uri).path)
        assert REPLY in Path(path).read_text(encoding="utf-8")
        assert "Show the answer" not in (await editor.actions(uri, AT))[0].title


async def test_what_a_model_has_said_is_shown_while_it_pauses(tmp_path: Path) -> None:
    capabilities = vscode()
    capabilities.experimental = {"deskmate": {"stream": True}}
    async with editing(tmp_path, capabilities) as editor:
        go = tmp_path / ".script-go"
        await editor.script({"text": REPLY, "pieces": 1, "until": str(go)})
        uri = editor.open("paused.py", TEXT)
        answer = asyncio.create_task(editor.run("explain", uri, AT))
        first = REPLY.partition("\n")[0]
        await editor.until(
            lambda: first in "".join(piece["text"] for piece in editor.stream), "its first line"
        )
        go.touch()
        await answer
