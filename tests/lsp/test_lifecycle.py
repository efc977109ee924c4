"""The server begins quickly, keeps stdout to itself, and ends with its client."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lsp_editor import SERVE, editing, helix, marked, neovim, vscode
from lsprotocol import types as lsp

TEXT, AT, _ = marked("def add(a, b):\n    return a ‸- b\n")


@pytest.mark.parametrize(
    ("profile", "encoding"), [(vscode, "utf-16"), (neovim, "utf-8"), (helix, "utf-8")]
)
async def test_the_editors_first_encoding_is_taken(
    tmp_path: Path, profile: Any, encoding: str
) -> None:
    async with editing(tmp_path, profile()) as editor:
        assert editor.capabilities.position_encoding == encoding


async def test_what_it_says_it_can_do(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        sync = editor.capabilities.text_document_sync
        assert isinstance(sync, lsp.TextDocumentSyncOptions)
        assert sync.open_close
        assert sync.change == lsp.TextDocumentSyncKind.Incremental
        commands = editor.capabilities.execute_command_provider
        assert commands is not None
        assert set(commands.commands) >= {"deskmate.run", "deskmate.cancel", "deskmate.clearCache"}
        actions = editor.capabilities.code_action_provider
        assert isinstance(actions, lsp.CodeActionOptions)
        assert not actions.resolve_provider


def test_nothing_heavy_is_imported_before_initialize_is_answered() -> None:
    code = (
        "import sys; from deskmate.lsp.server import create_server; create_server();"
        "print(*sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "tree_sitter",
        "openai",
        "jinja2",
        "yaml",
        "httpx",
        "platformdirs",
        "deskmate.requests.pipeline",
    }
    assert "pygls" in found.stdout
    assert not heavy & set(found.stdout.split())


def test_it_ends_with_0_after_shutdown_and_exit(tmp_path: Path) -> None:
    with started(tmp_path) as server:
        ask(server, "initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        ask(server, "shutdown", None)
        tell(server, "exit", None)
        assert server.wait(timeout=30) == 0


def test_it_ends_with_1_without_a_shutdown(tmp_path: Path) -> None:
    with started(tmp_path) as server:
        ask(server, "initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        tell(server, "exit", None)
        assert server.wait(timeout=30) == 1


def test_it_ends_when_its_stdin_does(tmp_path: Path) -> None:
    with started(tmp_path) as server:
        ask(server, "initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        assert server.stdin is not None
        server.stdin.close()
        server.wait(timeout=30)


def test_it_ends_when_its_client_dies_before_saying_anything(tmp_path: Path) -> None:
    with started(tmp_path) as server:
        assert server.stdin is not None
        server.stdin.close()
        server.wait(timeout=30)


async def test_a_job_under_way_ends_with_the_client(tmp_path: Path) -> None:
    async with editing(tmp_path, vscode()) as editor:
        log = await editor.script({"text": "word " * 10_000, "pieces": 5, "delay": 0.02})
        uri = editor.open("under way.py", TEXT)
        await editor.run("fix-bug", uri, AT, wait=False)
        await editor.until(lambda: '"asked"' in log.read_text(), "the model is asked")
    assert '"closed"' in log.read_text()


def test_a_job_under_way_ends_when_the_editor_is_killed(tmp_path: Path) -> None:
    log, script = tmp_path / "log.jsonl", tmp_path / "script.toml"
    log.touch()
    reply = f'[[reply]]\ntext = "{"word " * 1000}"\npieces = 5\ndelay = 0.02\n'
    script.write_text(f'[engine]\nlog = "{log}"\n\n{reply}')
    capabilities = {"window": {"workDoneProgress": True}}
    options = {"local": {"engine": "scripted", "model": str(script)}}
    with started(tmp_path) as server:
        params = {"processId": None, "rootUri": None, "capabilities": capabilities}
        ask(server, "initialize", params | {"initializationOptions": options})
        where = {"line": 1, "character": 4}
        uri = "file:///project/killed.py"
        item = {"uri": uri, "languageId": "python", "version": 1, "text": TEXT}
        tell(server, "textDocument/didOpen", {"textDocument": item})
        argument = {"action": "fix-bug", "uri": uri, "range": {"start": where, "end": where}}
        command = {"command": "deskmate.run", "arguments": [argument]}
        send(server, {"id": 2, "method": "workspace/executeCommand", "params": command})
        until(lambda: '"asked"' in log.read_text())
        assert server.stdin is not None and server.stdout is not None
        server.stdout.close()
        server.stdin.close()
        server.wait(timeout=30)
    assert '"closed"' in log.read_text()


async def test_over_tcp_it_serves_one_client_and_ends_with_it(tmp_path: Path) -> None:
    server = subprocess.Popen(
        [*SERVE, "--tcp", "127.0.0.1:0"], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    try:
        assert server.stderr is not None
        line = await asyncio.to_thread(server.stderr.readline)
        found = re.search(rb"127\.0\.0\.1:(\d+)", line)
        assert found, line
        reader, writer = await asyncio.open_connection("127.0.0.1", int(found[1]))
        params: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}
        writer.write(framed({"id": 1, "method": "initialize", "params": params}))
        assert (await reader.readline()).startswith(b"Content-Length")
        with pytest.raises(ConnectionError):
            await asyncio.open_connection("127.0.0.1", int(found[1]))
        writer.close()
        await asyncio.to_thread(server.wait, 30)
    finally:
        server.kill()
        server.communicate()


def test_an_address_that_is_taken_is_said_in_a_sentence() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        found = subprocess.run(
            [*SERVE, "--tcp", address], capture_output=True, text=True, timeout=30
        )
    assert found.returncode != 0
    assert f"Cannot listen on {address}" in found.stderr
    assert "Traceback" not in found.stderr


def started(folder: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {"HOME": str(folder), "DESKMATE_LOCAL__PRELOAD": "false"}
    return subprocess.Popen(
        SERVE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=folder
    )


def framed(message: dict[str, Any]) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def send(server: subprocess.Popen[bytes], message: dict[str, Any]) -> None:
    assert server.stdin is not None
    server.stdin.write(framed(message))
    server.stdin.flush()


def tell(server: subprocess.Popen[bytes], method: str, params: Any) -> None:
    send(server, {"method": method, "params": params})


def ask(server: subprocess.Popen[bytes], method: str, params: Any) -> dict[str, Any]:
    """Sends a request, and reads the one answer."""
    send(server, {"id": method, "method": method, "params": params})
    assert server.stdout is not None
    length = 0
    while (line := server.stdout.readline().strip()) != b"":
        if line.startswith(b"Content-Length: "):
            length = int(line.removeprefix(b"Content-Length: "))
    answer: dict[str, Any] = json.loads(server.stdout.read(length))
    return answer


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)
