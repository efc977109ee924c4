"""A session with a real server over stdio: what a user does with a document, while a request comes
every 20 ms. The server says what its event loop did longest (`watched_server.py`).
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

BEAT = 0.02
"""Seconds between two requests."""

EDITS = 2000
"""Edits of one message, as when an editor replaces a word everywhere."""

PROBLEMS = 1000
"""Diagnostics that come with a request for actions."""

NOTHING = lsp.ExecuteCommandParams("deskmate.cancel", [{"job": "none"}])

SETTINGS = {
    "hover": {"show": "all"},
    "text": {"diagnostics": True},
    "docstrings": {"on_save": "all"},
    "local": {"model": "no-such-file.gguf", "preload": False},
}
"""Everything that reads a document by itself, and no model that takes the processor for it."""


@dataclass
class Watched:
    """A server and its client. Once it has ended, `steps` are what its loop did longest after
    `begin`, in seconds of the processor and in words, `holds` what held the interpreter longest, so
    that the loop could not run, and `unit` the seconds of a million steps of Python there.
    """

    client: LanguageClient
    steps: list[tuple[float, str]] = field(default_factory=list)
    holds: list[tuple[float, str]] = field(default_factory=list)
    unit: float = 0

    @property
    def process(self) -> int:
        """The server's process."""
        return int(self.client._server.pid)  # type: ignore[union-attr]


@asynccontextmanager
async def serve_watched(folder: Path, **settings: Any) -> AsyncGenerator[Watched, None]:
    """A server for a project in that folder, which has begun and is watched from then on."""
    client = LanguageClient("watching", "1")
    for method in _UNHEARD:
        client.feature(method)(lambda params: None)
    figures = folder / "figures.json"
    script = Path(__file__).with_name("watched_server.py")
    await client.start_io(sys.executable, str(script), str(figures))
    await client.initialize_async(
        lsp.InitializeParams(
            capabilities=lsp.ClientCapabilities(),
            workspace_folders=[lsp.WorkspaceFolder(folder.as_uri(), folder.name)],
            initialization_options={**SETTINGS, **settings},
        )
    )
    client.initialized(lsp.InitializedParams())
    await use(client, (folder / "first.py").as_uri(), "def f():\n    pass\n")
    await use(client, (folder / "first.md").as_uri(), "A word.\n")
    await client.workspace_execute_command_async(lsp.ExecuteCommandParams("watch.begin"))
    watched = Watched(client)
    yield watched
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()  # type: ignore[no-untyped-call]
    found = json.loads(figures.read_text(encoding="utf-8"))
    watched.steps, watched.unit = [tuple(one) for one in found["steps"]], found["unit"]
    watched.holds = [tuple(one) for one in found["holds"]]


_UNHEARD = (
    lsp.WINDOW_SHOW_MESSAGE,
    lsp.WINDOW_LOG_MESSAGE,
    lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
    "deskmate/stream",
)


async def find_longest(client: LanguageClient, work: Awaitable[None]) -> float:
    """The longest that an empty request took while `work` was done, in seconds."""
    task, longest = asyncio.ensure_future(work), 0.0
    while not task.done():
        began = time.perf_counter()
        await client.workspace_execute_command_async(NOTHING)
        longest = max(longest, time.perf_counter() - began)
        await asyncio.sleep(BEAT)
    await task
    return longest


async def use(client: LanguageClient, uri: str, text: str) -> None:
    """What a user does with a document: it is opened, typed in, listed for, hovered, saved, closed;
    with a problem in every line, and all of it selected, too.
    """
    item = lsp.TextDocumentItem(uri, _find_language(uri), 1, text)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
    name, lines = lsp.TextDocumentIdentifier(uri), text.count("\n") + 1
    middle = text[: len(text) // 2]
    place = lsp.Position(middle.count("\n"), len(middle) - middle.rfind("\n") - 1)
    here, whole = lsp.Range(place, place), lsp.Range(lsp.Position(0, 0), lsp.Position(10**6, 0))
    problems = [
        lsp.Diagnostic(lsp.Range(lsp.Position(at % lines, 0), lsp.Position(at % lines, 9)), "odd")
        for at in range(PROBLEMS)
    ]
    for version, edits, given in ((2, 1, []), (3, EDITS, []), (4, 1, problems)):
        change(client, uri, version, [here] * edits)
        for span in (here, whole):
            await list_actions(client, uri, span, given)
        await list_actions(client, uri, here, given, "source.deskmate.docstrings")
        await client.text_document_hover_async(lsp.HoverParams(name, place))
        saving = lsp.WillSaveTextDocumentParams(name, lsp.TextDocumentSaveReason.Manual)
        await client.text_document_will_save_wait_until_async(saving)
        client.text_document_did_save(lsp.DidSaveTextDocumentParams(name))
    client.text_document_did_close(lsp.DidCloseTextDocumentParams(name))


def change(client: LanguageClient, uri: str, version: int, ranges: list[lsp.Range]) -> None:
    """A letter typed at each of those places, in one message."""
    client.text_document_did_change(
        lsp.DidChangeTextDocumentParams(
            lsp.VersionedTextDocumentIdentifier(version, uri),
            [lsp.TextDocumentContentChangePartial(one, "x") for one in ranges],
        )
    )


async def list_actions(
    client: LanguageClient, uri: str, span: lsp.Range, given: list[lsp.Diagnostic], *only: str
) -> Any:
    """What the menu lists."""
    context = lsp.CodeActionContext(given, only or None, lsp.CodeActionTriggerKind.Invoked)
    name = lsp.TextDocumentIdentifier(uri)
    return await client.text_document_code_action_async(lsp.CodeActionParams(name, span, context))


def _find_language(uri: str) -> str:
    names = {"py": "python", "js": "javascript", "ts": "typescript", "rs": "rust", "md": "markdown"}
    ending = uri.rsplit(".", 1)[1]
    return names.get(ending, "plaintext" if ending == "txt" else ending)
