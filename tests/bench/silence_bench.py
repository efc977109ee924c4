"""The longest silence: a request every 20 ms while everything else happens to one document.

How long the server does not answer is given beside the same for a bare echo in the same run, for
each kind of document that once held it up.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

BEAT = 0.02
"""Seconds between two requests."""

LENGTH = 20_000
"""Characters of a document; LARGE of those that are in one piece."""

LARGE = {"statements": 1_000_000, "paragraphs": 1_000_000}

KINDS = (
    "statements",
    "paragraphs",
    "functions-in-python",
    "one-line-of-javascript",
    "functions-in-functions",
    "brackets",
    "open-brackets",
    "one-line-of-words",
    "a-log",
    "parameters",
    "open-links",
    "one-word",
)

NOTHING = lsp.ExecuteCommandParams("deskmate.cancel", [{"job": "none"}])

TEXTS: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "growth" / "texts.toml").read_text(encoding="utf-8")
)

Open = Callable[..., Awaitable[tuple[LanguageClient, Any]]]


async def silences(open_editor: Open, close_editor: Callable[..., Awaitable[None]]) -> None:
    """Prints the table, the worst first."""
    print(f"\n{'The longest silence (a request every 20 ms)':46}{'':>9}{'echo':>9}   goal ≤ 50 ms")
    found = []
    for kind in KINDS:
        given, length = TEXTS[kind], LARGE.get(kind, LENGTH)
        with tempfile.TemporaryDirectory() as folder:
            client, _ = await open_editor(Path(folder), "x = 1\n")
            uri = (Path(folder) / given["file"]).as_uri()
            await _use(client, uri + ".first", "x")
            echo = await _longest(client, asyncio.sleep(1))
            longest = await _longest(client, _use(client, uri, make_text(kind, length)))
            found.append((longest, echo, f"{kind}, {length:,} characters"))
            await close_editor(client)
    for longest, echo, name in sorted(found, reverse=True):
        print(f"  {name:44}{longest * 1000:>6.0f} ms{echo * 1000:>6.0f} ms")


def make_text(kind: str, length: int) -> str:
    """A text of the growth test, of about that length."""
    given = {"before": "", "after": "", "nested": False, **TEXTS[kind]}
    count = length // len(given["piece"] + given["after"] * given["nested"])
    pieces = "".join(given["piece"].replace("{n}", str(number)) for number in range(count))
    return f"{given['before']}{pieces}{given['after'] * (count if given['nested'] else 1)}"


async def _longest(client: LanguageClient, work: Awaitable[None]) -> float:
    """The longest that an empty request took while `work` was done."""
    task, longest = asyncio.ensure_future(work), 0.0
    while not task.done():
        began = time.perf_counter()
        await client.workspace_execute_command_async(NOTHING)
        longest = max(longest, time.perf_counter() - began)
        await asyncio.sleep(BEAT)
    await task
    return longest


async def _use(client: LanguageClient, uri: str, text: str) -> None:
    """What a user does with a document: it is opened, typed in, listed for, hovered, saved."""
    item = lsp.TextDocumentItem(uri, _language(uri), 1, text)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
    name = lsp.TextDocumentIdentifier(uri)
    middle = text[: len(text) // 2]
    place = lsp.Position(middle.count("\n"), len(middle) - middle.rfind("\n") - 1)
    here, whole = lsp.Range(place, place), lsp.Range(lsp.Position(0, 0), lsp.Position(10**6, 0))
    for version in range(2, 5):
        changed = [lsp.TextDocumentContentChangePartial(here, "x")] * (1 if version < 4 else 2000)
        identifier = lsp.VersionedTextDocumentIdentifier(version, uri)
        client.text_document_did_change(lsp.DidChangeTextDocumentParams(identifier, changed))
        for given in (here, whole):
            asked = lsp.CodeActionParams(name, given, lsp.CodeActionContext(diagnostics=[]))
            await client.text_document_code_action_async(asked)
        await client.text_document_hover_async(lsp.HoverParams(name, place))
        saving = lsp.WillSaveTextDocumentParams(name, lsp.TextDocumentSaveReason.Manual)
        await client.text_document_will_save_wait_until_async(saving)
        client.text_document_did_save(lsp.DidSaveTextDocumentParams(name))


def _language(uri: str) -> str:
    names = {"py": "python", "js": "javascript", "ts": "typescript", "rs": "rust", "md": "markdown"}
    ending = uri.rsplit(".", 1)[1]
    return names.get(ending, "plaintext" if ending == "txt" else ending)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    from bench import close_editor, open_editor

    asyncio.run(silences(open_editor, close_editor))
