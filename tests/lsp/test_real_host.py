"""The host process of a real model lives and dies with the server."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from lsp_editor import Editor, editing, marked, vscode
from lsprotocol import types as lsp

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="it looks for processes in /proc"),
]

TEXT, AT, _ = marked("def add(a, b):\n    return a ‸- b\n")


async def test_it_is_loaded_in_the_background_and_ends_with_the_server(
    tmp_path: Path, smollm: Path
) -> None:
    async with editing(tmp_path, vscode(), settings={"local": {"model": str(smollm)}}) as editor:
        host = await loaded(editor)
        uri = editor.open("explain.py", TEXT)
        result = await editor.run("explain", uri, AT)
        assert result["status"] in ("shown", "refused"), result
        assert children(server_of(editor)) == [host], "it is the one that was loaded"
    await editor.until(lambda: not alive(host), "no orphan is left")


async def test_it_ends_with_a_server_that_is_killed(tmp_path: Path, smollm: Path) -> None:
    async with editing(tmp_path, vscode(), settings={"local": {"model": str(smollm)}}) as editor:
        host = await loaded(editor)
        editor.client._stop_event.set()  # the client is not to wait for what does not answer
        os.kill(server_of(editor), signal.SIGKILL)
        await editor.until(lambda: not alive(host), "no orphan is left")
        editor.client.capabilities = None  # nor to say goodbye


async def test_a_host_that_dies_costs_one_request_at_most(tmp_path: Path, smollm: Path) -> None:
    async with editing(tmp_path, vscode(), settings={"local": {"model": str(smollm)}}) as editor:
        host = await loaded(editor)
        os.kill(host, signal.SIGKILL)
        await editor.until(lambda: not alive(host), "the host is gone")
        uri = editor.open("again.py", TEXT)
        results = [await editor.run("explain", uri, AT) for _ in range(2)]
        assert results[-1]["status"] in ("shown", "refused"), results


async def test_cancelling_frees_it_for_the_next(tmp_path: Path, smollm: Path) -> None:
    async with editing(tmp_path, vscode(), settings={"local": {"model": str(smollm)}}) as editor:
        await loaded(editor)
        uri = editor.open("cancel.py", TEXT)
        started = await editor.run("explain", uri, AT, wait=False)
        await editor.until(lambda: writes(editor, started["job"]), "the model writes")
        assert await editor.command("deskmate.cancel") == {"cancelled": 1}
        result = await editor.run("explain", uri, AT)
        assert result["status"] in ("shown", "refused"), result


async def loaded(editor: Editor) -> int:
    """The process id of the host, once the model is loaded; its progress was seen."""
    await editor.until(lambda: editor.progress(1).ended, "the model is loaded")
    progress = editor.progress(1)
    assert progress.token == "deskmate: Loading model #1"
    (host,) = children(server_of(editor))
    return host


def writes(editor: Editor, job: int) -> bool:
    values: list[Any] = editor.progress(job).values
    return any(
        "writing" in (value.message or "")
        for value in values
        if isinstance(value, lsp.WorkDoneProgressReport)
    )


def server_of(editor: Editor) -> int:
    assert editor.client._server is not None
    return int(editor.client._server.pid)


def children(parent: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
