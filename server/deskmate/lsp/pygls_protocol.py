"""pygls, where Deskmate needs it to behave otherwise.

- Documents are kept by `documents.py` alone: pygls's own store splits lines at characters that
  are no line ends in LSP, and would do the work of every keystroke twice.
- A command is a task of its own, so that `$/cancelRequest` reaches it while it runs.
- Progress is cancelled by `jobs.py`, which knows the jobs.
- A message that cannot be read, or comes before `initialize`, is answered with an error; nobody is
  left waiting. What only looks like a message, in another, is none.
- What is sent passes `outgoing.py`, whoever sends it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from cattrs import Converter
from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method
from pygls.protocol.json_rpc import MsgId

from deskmate.lsp.outgoing import make_safe

log = logging.getLogger(__name__)

RUN = "deskmate.run"
"""The command that starts an action."""

MORE = "deskmate.more"
"""The command that lists what the menu has no room for."""

ASK = "deskmate.ask"
"""The command that asks a question."""

CANCEL = "deskmate.cancel"
"""The command that ends what runs."""

SHOW_LAST_REPLY = "deskmate.showLastReply"
"""The command that shows what the model said last."""

SHOW_PROMPT = "deskmate.showPrompt"
"""The command that shows what an action would show the model."""

DOCSTRINGS = "deskmate.docstrings"
"""The command that documents a whole file."""

COMMIT_MESSAGE = "deskmate.commitMessage"
"""The command that writes a message for what is staged."""

CLEAR_CACHE = "deskmate.clearCache"
"""The command that forgets the answers that are kept."""

ADD_WORD = "deskmate.addWord"
"""The command that puts a word into a dictionary."""

MODEL = "deskmate.model"
"""The command that says what is loaded, and lets another answer."""

STATUS = "deskmate.status"
"""The command that says what would answer."""

STREAM = "deskmate/stream"
"""The notification for clients that announce `experimental.deskmate.stream`."""

PICK = "deskmate/pick"
"""The request to let the user take one of a long list, for clients that announce
`experimental.deskmate.pick`.
"""

CONSENT = "deskmate/consent"
"""The request whether something may leave this machine, for clients that announce
`experimental.deskmate.consent`.
"""

CONSENT_OVER = "deskmate/consentOver"
"""The notification that nobody waits for its answer any more."""

SOURCE = "deskmate"
"""Whose the diagnostics are that we publish."""

PROBLEMS = "deskmate/problems"
"""The request what other servers find in an edit, for clients that announce
`experimental.deskmate.problems`.
"""


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """All diagnostics of a document, just before our last edit and now."""

    before: list[types.Diagnostic]
    after: list[types.Diagnostic]


@dataclass(frozen=True, slots=True)
class _ProblemsResponse:
    id: int | str
    result: Diagnosed | None = None
    jsonrpc: str = "2.0"


class Protocol(LanguageServerProtocol):
    """The messages of one client. `exit_code` is what the process ends with; no message is handled
    until what it `awaits` is done.
    """

    exit_code = 1
    awaits: asyncio.Future[Any] | None = None
    _begun = False

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        for method in _OURS:
            del self.fm.builtin_features[method]

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    async def lsp_workspace__execute_command(  # type: ignore[override]
        self, params: types.ExecuteCommandParams
    ) -> Any:
        """Runs a command with whatever arguments it was given."""
        command = self.fm.commands.get(params.command)
        if command is None:
            raise JsonRpcInvalidParams(f"There is no command `{params.command}`.")
        return await command(*(params.arguments or ()))

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_: Any) -> None:  # type: ignore[override]
        """Ends the reading of messages; what runs the server then cleans up."""
        self.exit_code = 0 if self._shutdown else 1
        self._server.stopping.set()

    def receive(self, data: Any) -> None:
        """Handles the message in `data`. A request before `initialize` or after `shutdown` is
        refused; other messages are ignored then. Raises what is wrong with it.
        """
        if not isinstance(data, dict) or data.get("jsonrpc") != self.VERSION:
            log.warning("What is no message is ignored.")
            return
        method = data.get("method")
        if method == types.INITIALIZE:
            self._begun = True
        if not self._begun or self._shutdown:
            if method is not None and "id" in data:
                self._send_response(data["id"], error=_OVER if self._shutdown else _NOT_YET)
                return
            if method != types.EXIT:
                return
        self.handle_message(self.structure_message(data))

    def get_result_type(self, method: str) -> type[Any] | None:  # type: ignore[override]
        """How the answer to a request is read."""
        return _ProblemsResponse if method == PROBLEMS else super().get_result_type(method)

    def structure_message(self, data: dict[str, Any]) -> Any:
        """The message in `data`. A request that is not valid is answered here, and whoever waits
        for a response that is not valid is told.
        """
        try:
            if data.get("method") == types.TEXT_DOCUMENT_DID_CHANGE:
                with suppress(KeyError, TypeError, ValueError, AttributeError):
                    return _read_change(data)
            return super().structure_message(data)
        except JsonRpcException:
            wrong = JsonRpcInvalidParams().to_response_error()
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=wrong)
            elif "id" in data:
                self._handle_response(data["id"], error=wrong)
            raise

    def _handle_response(
        self, msg_id: MsgId, result: Any = None, error: types.ResponseError | None = None
    ) -> None:
        """Hands on what the client answers, unless nobody waits for it any more."""
        waiting = self._request_futures.get(msg_id)
        if waiting is not None and waiting.cancelled():
            del self._request_futures[msg_id]
            return
        super()._handle_response(msg_id, result, error)

    def _send_data(self, data: Any) -> None:
        """Sends a message, made safe; to nobody where the client is gone: the end of its own
        messages is what ends the server, and until then jobs clean up.
        """
        with suppress(BrokenPipeError):
            super()._send_data(make_safe(self._converter.unstructure(data)))

    _server: Server


def _read_change(data: dict[str, Any]) -> types.DidChangeTextDocumentNotification:
    """As pygls reads it, in a third of the time: every keystroke comes so, and a thousand of them
    where an editor replaces a word everywhere. What is not valid raises what pygls says better.
    """
    params = data["params"]
    named = params["textDocument"]
    return types.DidChangeTextDocumentNotification(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(named["version"], named["uri"]),
            [_read_part(one) for one in params["contentChanges"]],
        )
    )


def _read_part(given: dict[str, Any]) -> types.TextDocumentContentChangeEvent:
    where = given.get("range")
    if where is None:
        return types.TextDocumentContentChangeWholeDocument(given["text"])
    start, end = (types.Position(one["line"], one["character"]) for one in map(where.get, _ENDS))
    return types.TextDocumentContentChangePartial(types.Range(start, end), given["text"])


_ENDS = ("start", "end")

_NOT_YET = types.ResponseError(
    types.ErrorCodes.ServerNotInitialized, "The server waits for `initialize` first."
)
_OVER = types.ResponseError(types.ErrorCodes.InvalidRequest, "The server has been shut down.")

_OURS = (
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    types.WINDOW_WORK_DONE_PROGRESS_CANCEL,
)
"""What pygls would do by itself and our own handlers do instead."""


def _make_converter() -> Converter:
    """pygls's own, which stops at the first thing that is wrong in a message: to find all of them
    takes a hundred times as long, and as much memory.
    """
    converter: Converter = default_converter()  # type: ignore[no-untyped-call]
    converter.detailed_validation = False
    return converter


class Server(LanguageServer):
    """A pygls server that talks to the user only through our own messages. `stopping` is set when
    no further message is to be read; `options` are the initializationOptions, and `client_name` is
    what the client calls itself, "" where it does not say.
    """

    protocol: Protocol

    def __init__(self, name: str, version: str) -> None:
        super().__init__(name, version, protocol_cls=Protocol, converter_factory=_make_converter)
        self.stopping = threading.Event()
        self.options: Any = None
        self.client_name = ""

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Logs what pygls would show to the user word for word."""
        log.error("%s: %s", getattr(source, "__name__", source), error)
