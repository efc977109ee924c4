"""A disk that never answers: every request is answered, and those about other files as ever."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest_asyncio
from lsp_editor import WATCHED, Editor, editing, vscode
from watched_disk import silence

READS_ALL = {
    "hover": {"show": "all"},
    "text": {"diagnostics": True},
    "docstrings": {"on_save": "all"},
    "index": {"enabled": True},
}

CODE = "from other import one\n\n\ndef add(a):\n    return one() + a\n"


@pytest_asyncio.fixture
async def editor(tmp_path: Path) -> AsyncGenerator[Editor, None]:
    """One of whose two folders will not answer."""
    for name in ("silent", "well"):
        (tmp_path / name / ".git").mkdir(parents=True)
        (tmp_path / name / "other.py").write_text("def one():\n    return 1\n", encoding="utf-8")
    serve = (sys.executable, WATCHED, str(tmp_path / "silent"), str(tmp_path / "asked"), "1")
    async with editing(tmp_path, vscode(), serve=serve) as editor:
        yield editor


async def test_every_request_is_answered(editor: Editor) -> None:
    await editor.script({"text": "It adds.", "again": True}, settings=READS_ALL)
    there = [editor.open(f"silent/{name}.py", CODE) for name in "abcdefghij"]
    with silence(editor.folder / "silent"):
        answers = await asyncio.gather(*(use(editor, uri) for uri in there))
        assert {one["status"] for one in answers} <= {"shown", "refused", "failed"}
        await editor.message("does not answer. Until it does, nothing is read there.")
        unread = await editor.command("deskmate.run", closed(editor, "silent/other.py"))
        assert "does not answer" in unread["message"]
        well = await use(editor, editor.open("well/a.py", CODE))
        assert well["status"] == "shown"
    assert (await use(editor, there[0]))["status"] == "shown"


async def test_a_disk_with_what_is_kept_holds_nothing_up(tmp_path: Path) -> None:
    """The user's own folders, where figures, answers and words are kept."""
    (tmp_path / "silent").mkdir()
    (tmp_path / "project").mkdir()
    kinds = ("CONFIG", "CACHE", "STATE", "DATA")
    own = {f"XDG_{kind}_HOME": str(tmp_path / "silent" / kind) for kind in kinds}
    serve = (sys.executable, WATCHED, str(tmp_path / "silent"), str(tmp_path / "asked"), "1")
    async with editing(tmp_path / "project", vscode(), environment=own, serve=serve) as editor:
        settings = {**READS_ALL, "cache": {"megabytes": 10}}
        await editor.script({"text": "It adds.", "again": True}, settings=settings)
        there = [editor.open(f"{name}.py", CODE) for name in "abcdefghij"]
        assert (await use(editor, there[0]))["status"] == "shown"
        with silence(tmp_path / "silent"):
            answers = await asyncio.gather(*(use(editor, uri) for uri in there))
            assert {one["status"] for one in answers} == {"shown"}
            await editor.message("does not answer. Until it does, nothing is read there.")
        assert (await use(editor, there[0]))["status"] == "shown"


async def test_a_disk_with_the_log_holds_nothing_up(tmp_path: Path) -> None:
    for name in ("silent", "project"):
        (tmp_path / name).mkdir()
    log = tmp_path / "silent" / "some.log"
    serve = (sys.executable, WATCHED, str(tmp_path / "silent"), str(tmp_path / "asked"), "1")
    async with editing(tmp_path / "project", vscode(), serve=serve) as editor:
        with silence(tmp_path / "silent"):
            settings = {**READS_ALL, "log": {"file": str(log), "level": "debug"}}
            await editor.script({"text": "It adds.", "again": True}, settings=settings)
            there = editor.open("a.py", CODE)
            assert (await use(editor, there))["status"] == "shown"
        await editor.run("explain", there, CODE.index("add"))
    assert "DEBUG" in log.read_text(encoding="utf-8")


async def use(editor: Editor, uri: str) -> Any:
    """All that is asked about a document; what came of an action."""
    at = CODE.index("add")
    await editor.actions(uri, at)
    await editor.hover(uri, at)
    await editor.hover(uri, CODE.index("one() +"))
    await editor.save(uri)
    asked = {"question": "What does `one` do, and @other.py?", "uri": uri, "wait": True}
    await editor.command("deskmate.ask", asked)
    await editor.command("deskmate.addWord", {"word": "silent", "uri": uri})
    await editor.run("write-tests", uri, at)
    return await editor.run("explain", uri, at)


def closed(editor: Editor, name: str) -> dict[str, Any]:
    """The argument of an action for a file that is not open."""
    start = {"line": 0, "character": 5}
    where = {"start": start, "end": start}
    return {"action": "explain", "uri": editor.uri(name), "range": where, "wait": True}
