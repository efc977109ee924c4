"""The event loop is never held: whatever a document is like, no step of the loop takes long.

A step is measured by the processor's time of the loop's thread, in units of what Python takes for a
million empty steps there and then, so that neither a slow nor a busy machine matters. 50 ms are
about four of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from growing_texts import TEXTS, make_text
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient
from silence import change, list_actions, serve_watched, use

UNITS = 6
"""Of a step at most: more than what is promised, as no two steps are measured alike."""

LENGTH = 10_000
"""Characters of each document."""

KINDS = (
    "functions-in-python",
    "one-line-of-javascript",
    "functions-in-functions",
    "brackets",
    "open-brackets",
    "rows",
    "keys",
    "one-line-of-words",
    "a-log",
    "parameters",
    "open-links",
    "one-word",
)


async def use_all(client: LanguageClient, folder: Path) -> None:
    """One document of each kind, one after the other."""
    for kind in KINDS:
        uri = (folder / kind / TEXTS[kind]["file"]).as_uri()
        await use(client, uri, make_text(kind, LENGTH))


async def use_large(client: LanguageClient, folder: Path) -> None:
    """What is so large that it is read in pieces."""
    for kind in ("statements", "paragraphs"):
        uri = (folder / kind / TEXTS[kind]["file"]).as_uri()
        await use(client, uri, make_text(kind, 150_000))


async def type_fast(client: LanguageClient, folder: Path) -> None:
    """A thousand keys that come at once, as from a macro, between requests."""
    uri = (folder / "typed.py").as_uri()
    text = make_text("statements", LENGTH)
    item = lsp.TextDocumentItem(uri, "python", 1, text)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
    here = lsp.Range(lsp.Position(3, 0), lsp.Position(3, 0))
    for version in range(2, 1002):
        change(client, uri, version, [here])
    await list_actions(client, uri, here, [])


async def open_many(client: LanguageClient, folder: Path) -> None:
    """Three hundred documents that stay open, with names as long as a file's can be."""
    for number in range(300):
        uri = (folder / f"{number:0>200}.py").as_uri()
        item = lsp.TextDocumentItem(uri, "python", 1, make_text("functions-in-python", 2000))
        client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
    here = lsp.Range(lsp.Position(3, 0), lsp.Position(3, 0))
    for number in range(0, 300, 30):
        uri = (folder / f"{number:0>200}.py").as_uri()
        await list_actions(client, uri, here, [])
        place = lsp.Position(4, 5)
        asked = lsp.HoverParams(lsp.TextDocumentIdentifier(uri), place)
        await client.text_document_hover_async(asked)


@pytest.mark.parametrize("work", [use_all, use_large, type_fast, open_many])
async def test_no_step_of_the_loop_is_long(work: object, tmp_path: Path) -> None:
    assert callable(work)
    async with serve_watched(tmp_path) as watched:
        await work(watched.client, tmp_path)
    assert watched.unit > 0
    long = [(seconds / watched.unit, step) for seconds, step in watched.steps]
    assert [one for one in long if one[0] > UNITS] == []


async def test_what_holds_the_loop_is_found(tmp_path: Path) -> None:
    async with serve_watched(tmp_path) as watched:
        hold = lsp.ExecuteCommandParams("watch.hold")
        await watched.client.workspace_execute_command_async(hold)
    assert watched.steps[0][0] > UNITS * watched.unit
