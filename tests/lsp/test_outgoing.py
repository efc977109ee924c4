"""Whatever is sent to a client is text that does nothing, whoever sends it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from lsprotocol import types as lsp

from deskmate.core.text.safe import UNSEEN
from deskmate.lsp.client import Client
from deskmate.lsp.outgoing import EXACT
from deskmate.lsp.pygls_protocol import Server

BAD = (
    "![](https://x.example/u) [Fix](command:rm) [a](file:///etc) <img src=x> \x1b]0;t\x07 a\u202eb"
)
RANGE = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 1))
DIAGNOSTIC = lsp.Diagnostic(RANGE, BAD, related_information=None)


class Wire:
    """What a server writes."""

    def __init__(self) -> None:
        self.server = Server("deskmate", "1")
        self.client = Client(self.server)
        self.messages: list[dict[str, Any]] = []
        self.server.protocol.set_writer(self, include_headers=False)

    def write(self, data: bytes) -> None:
        self.messages.append(json.loads(data))

    def close(self) -> None: ...


# By its name, what sends something with a text that bites in it.
SENT: dict[str, Any] = {
    "a message": lambda wire: wire.client.say(BAD),
    "a log message": lambda wire: wire.server.window_log_message(
        lsp.LogMessageParams(lsp.MessageType.Info, BAD)
    ),
    "a question": lambda wire: wire.server.window_show_message_request(
        lsp.ShowMessageRequestParams(lsp.MessageType.Info, BAD, [lsp.MessageActionItem(BAD)])
    ),
    "diagnostics": lambda wire: wire.client.publish("file:///x.md", 1, [DIAGNOSTIC]),
    "progress": lambda wire: wire.client.progress(
        "token", lsp.WorkDoneProgressBegin(title=BAD, message=BAD)
    ),
    "a hover": lambda wire: wire.server.protocol._send_response(
        1, lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, BAD))
    ),
    "a plain hover": lambda wire: wire.server.protocol._send_response(
        1, lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.PlainText, BAD))
    ),
    "code actions": lambda wire: wire.server.protocol._send_response(
        1,
        [
            lsp.CodeAction(
                BAD,
                command=lsp.Command(BAD, "deskmate.run", arguments=[{"instruction": BAD}]),
                disabled=lsp.CodeActionDisabled(BAD),
                edit=lsp.WorkspaceEdit(changes={"file:///x.md": [lsp.TextEdit(RANGE, BAD)]}),
            )
        ],
    ),
    "an edit": lambda wire: wire.server.protocol.send_request(
        lsp.WORKSPACE_APPLY_EDIT,
        lsp.ApplyWorkspaceEditParams(
            lsp.WorkspaceEdit(changes={"file:///x.md": [lsp.TextEdit(RANGE, BAD)]}), label=BAD
        ),
    ),
    "an outcome": lambda wire: wire.server.protocol._send_response(
        1, {"status": "failed", "message": BAD, "target": BAD, "found": [BAD, {"x": BAD}]}
    ),
    "an error": lambda wire: wire.server.protocol._send_response(
        1, error=lsp.ResponseError(-32603, BAD)
    ),
    "a stream": lambda wire: [
        wire.client.stream({"id": 1, "title": BAD}, piece, done=piece == "") for piece in (*BAD, "")
    ],
    "a notification of ours": lambda wire: wire.server.protocol.notify(
        "deskmate/x", {"title": BAD}
    ),
}


@pytest.mark.parametrize("case", SENT)
def test_nothing_that_is_sent_bites(case: str) -> None:
    wire = Wire()
    SENT[case](wire)
    assert wire.messages, "nothing was sent"
    texts = list(texts_of(wire.messages))
    assert any("x.example" in text for text in texts), "the text itself is there"
    for text in texts:
        assert not re.search(rf"[{UNSEEN}]|\]\(\w+:", text), text
    shown = "".join(m["params"]["text"] for m in wire.messages if "text" in m.get("params", {}))
    assert "![" not in shown and "<img" not in shown.replace("\\<", "")


def texts_of(message: Any, key: str = "") -> Iterator[str]:
    """Every string that is to be read; `text` is one here, for it was made safe before."""
    if isinstance(message, dict):
        for name, value in message.items():
            exact = name in EXACT - {"text"} and not isinstance(value, dict)
            if not exact:
                yield from texts_of(value, name)
    elif isinstance(message, list):
        for value in message:
            yield from texts_of(value, key)
    elif isinstance(message, str) and key not in EXACT - {"text"}:
        yield message


def test_a_hover_shows_no_image_and_no_html() -> None:
    wire = Wire()
    SENT["a hover"](wire)
    value = wire.messages[0]["result"]["contents"]["value"]
    assert value.startswith("https://x.example/u Fix (command:rm) a (file:///etc) \\<img src=x>")


def test_what_is_to_the_letter_stays_so() -> None:
    """An edit has passed the gate, and arguments come back to us."""
    wire = Wire()
    SENT["code actions"](wire)
    action = wire.messages[0]["result"][0]
    assert action["edit"]["changes"]["file:///x.md"][0]["newText"] == BAD
    assert action["command"]["arguments"] == [{"instruction": BAD}]


def test_an_item_that_is_shown_otherwise_is_found_again() -> None:
    from deskmate.lsp.client import _find_item

    assert _find_item("[x] (command:y)", ["a", "[x](command:y)"]) == "[x](command:y)"
    assert _find_item("none of them", ["a"]) == ""
