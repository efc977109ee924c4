"""Messages at the wrong time, and what only looks like one: every request is answered."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pygls.exceptions import JsonRpcException
from test_lifecycle import ask, send, started, tell

from deskmate.lsp.server import create_server

INITIALIZE: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Any]:
    process = started(tmp_path)
    yield process
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        pipe.close()


def test_a_request_before_initialize_is_refused_and_nothing_is_broken(server: Any) -> None:
    tell(server, "textDocument/didOpen", {"textDocument": None})  # ignored, whatever it is
    for method in ("textDocument/hover", "shutdown", "deskmate/unknown"):
        assert ask(server, method, {})["error"]["code"] == -32002
    assert "result" in ask(server, "initialize", INITIALIZE)


def test_a_request_after_shutdown_is_refused(server: Any) -> None:
    ask(server, "initialize", INITIALIZE)
    assert ask(server, "shutdown", None).get("error") is None
    assert ask(server, "textDocument/hover", {})["error"]["code"] == -32600
    tell(server, "exit", None)
    assert server.wait(30) == 0


LIKE_MESSAGES: list[Any] = [
    {"jsonrpc": "2.0", "id": 7, "method": "textDocument/hover", "params": {}},
    {"jsonrpc": "2.0", "id": 7, "result": None},
    {"jsonrpc": "2.0", "id": 7, "error": {"code": 1, "message": "no"}},
    {"jsonrpc": "2.0", "method": "exit"},
    {"jsonrpc": "1.0", "deep": [{"jsonrpc": "2.0", "id": None}]},
]


@pytest.mark.parametrize("data", LIKE_MESSAGES, ids=json.dumps)
def test_what_a_linter_keeps_in_a_diagnostic_is_no_message(server: Any, data: Any) -> None:
    ask(server, "initialize", INITIALIZE)
    tell(server, "initialized", {})
    uri = "file:///tmp/a.py"
    item = {"uri": uri, "languageId": "python", "version": 1, "text": "def f():\n    return 1\n"}
    tell(server, "textDocument/didOpen", {"textDocument": item})
    place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 3}}
    found = {"range": place, "message": "odd", "data": data}
    params = {"textDocument": {"uri": uri}, "range": place, "context": {"diagnostics": [found]}}
    send(server, {"id": "actions", "method": "textDocument/codeAction", "params": params})
    answer = read_answer(server, "actions")
    assert "Fix bug" in [one["title"] for one in answer["result"]]


ODD: tuple[Any, ...] = (-1, True, 1.5, "x", {"a": 1}, [[1]])


def test_an_argument_of_another_type_is_said_and_is_no_fault(server: Any) -> None:
    """Whichever it is, of whichever command."""
    begun = ask(server, "initialize", INITIALIZE)["result"]["capabilities"]
    tell(server, "initialized", {})
    place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 3}}
    right = {"uri": "file:///a.py", "range": place, "action": "explain", "question": "Why?"}
    for command in begun["executeCommandProvider"]["commands"]:
        for key in ("uri", "range", "diagnostics"):
            for odd in ODD:
                params = {"command": command, "arguments": [{**right, key: odd}]}
                named = f"{command} {key} {odd}"
                send(server, {"id": named, "method": "workspace/executeCommand", "params": params})
                assert "error" not in read_answer(server, named), named


def test_a_damaged_message_leaves_no_more_behind_than_another() -> None:
    """An error for each letter of what should have been a list took 14 MB until somebody looked for
    garbage, which nobody does while messages come.
    """
    protocol = create_server()[0].protocol
    params = {"textDocument": {"uri": "file:///a", "version": 1}, "contentChanges": "a" * 9000}
    message = {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        with pytest.raises(JsonRpcException):
            protocol.structure_message(message)
        left = len(gc.get_objects()) - before
    finally:
        gc.enable()
    assert left < 5000


def read_answer(server: Any, wanted: str) -> Any:
    """The answer to that request; what the server asks meanwhile is answered with nothing."""
    while True:
        length = 0
        while (line := server.stdout.readline().strip()) != b"":
            if line.startswith(b"Content-Length: "):
                length = int(line.removeprefix(b"Content-Length: "))
        message = json.loads(server.stdout.read(length))
        if message.get("id") == wanted and "method" not in message:
            return message
        if "id" in message and "method" in message:
            send(server, {"id": message["id"], "result": None})
