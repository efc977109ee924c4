"""Text while its user types: what a key costs with it and without, and how soon text follows a key.

`bench.py` gives the editor: what opens one on a text, what types in it and what closes it.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from figures import line, ratio
from lsprotocol import types as lsp

from deskmate.engines.models.catalogue import installed

Open = Callable[[Path, str, dict[str, Any]], Awaitable[tuple[Any, Any]]]

FUNCTION = '''\
def function_{n}(first: int, second: int) -> int:
    """What number {n} is for."""
    total = first + second

    return total


'''
TYPED = "count = total * first"
NOTHING = lsp.ExecuteCommandParams("deskmate.cancel", [{"job": "none"}])
LINES = 16
"""Lines that are written; before the first the model reads what stands around it."""
SCRIPT = '[engine]\nfim = true\n[[reply]]\ntext = "1"\ndelay = 0.3\nagain = true\n'
"""A model that takes as long as a fast one does."""


async def measure(
    open_editor: Open, change: Callable[..., None], close: Callable[[Any], Awaitable[None]]
) -> None:
    """Prints the figures, each beside the same without suggestions."""
    ended = list[float]()
    found = {on: await _type(open_editor, change, close, ended, on=on) for on in (False, True)}
    print("Text while you type, in a file of 8,000 lines:")
    line("one keystroke without it", found[False])
    line("one keystroke with it", found[True])
    p95 = {on: statistics.quantiles(figures, n=20)[-1] for on, figures in found.items()}
    ratio("  ratio of the p95", p95[True] / p95[False], "≤ 1.2")
    line("from a key until the question before it ends", ended, "p95 ≤ 20 ms")
    for model in completing():
        lines, keys = await _suggest(open_editor, change, close, model)
        print(f"The same by {model}, in a file of 1,000 lines, where it has to be asked:")
        line("from a key to text", [*lines, *keys], "median ≤ 500 ms, p95 ≤ 1 s")
        line("  the first of a new line", lines)
        line("  one further down in it", keys)


def completing() -> list[str]:
    """The models for code, or just for completing it, that are installed, the smallest first."""
    found = [one for one in installed() if one.use in ("coding", "completing")]
    return [one.name for one in sorted(found, key=lambda one: one.size)]


async def _type(
    open_editor: Open, change: Any, close: Any, ended: list[float], *, on: bool
) -> list[float]:
    """Seconds until the server answers something else after each of many keys; those from a key
    until the question that it ends has its answer go to `ended`.
    """
    text = "".join(FUNCTION.format(n=n) for n in range(1143))
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script.toml"
        script.write_text(SCRIPT, encoding="utf-8")
        local = {"engine": "scripted", "model": str(script)}
        settings = {"local": local, "completion": {"enabled": on}}
        client, _ = await open_editor(Path(folder), text, settings)
        took, asked, version = list[float](), list[asyncio.Future[Any]](), 1
        for number in range(20, 1000, 140):
            row = 7 * number + 3
            for column, letter in enumerate(f"    {TYPED}"):
                version += 1
                began = time.perf_counter()
                if on and asked and not asked[-1].done():
                    asked[-1].add_done_callback(partial(_note_end, ended, began))
                change(client, folder, version, row, column, letter)
                asked.append(_ask(client, folder, row, column + 1))
                await client.workspace_execute_command_async(NOTHING)
                took.append(time.perf_counter() - began)
                await asyncio.sleep(0.06)
        await asyncio.gather(*asked, return_exceptions=True)
        await close(client)
    return took


def _note_end(ended: list[float], began: float, _: object) -> None:
    ended.append(time.perf_counter() - began)


async def _suggest(
    open_editor: Open, change: Any, close: Any, model: str
) -> tuple[list[float], list[float]]:
    """Seconds from a key to the text that follows it, of lines that are written below each other:
    at the beginning of each, and after a name in it that nobody can have suggested.
    """
    text = "".join(FUNCTION.format(n=n) for n in range(143))
    with tempfile.TemporaryDirectory() as folder:
        completion = {"enabled": True, "model": model, "slowest_ms": 60_000, "battery": 0}
        client, _ = await open_editor(Path(folder), text, {"completion": completion})
        took, version, row = (list[float](), list[float]()), 1, 7 * 70 + 3
        for number in range(LINES):
            begun = f"    part_{number} = "
            for column, typed, times in ((0, "    ", took[0]), (4, begun[4:], took[1])):
                version += 1
                change(client, folder, version, row, column, typed)
                began = time.perf_counter()
                with suppress(Exception):
                    if (await _ask(client, folder, row, column + len(typed))) and number:
                        times.append(time.perf_counter() - began)
            version += 1
            change(client, folder, version, row, len(begun), "first + second\n")
            row += 1
        await close(client)
    return took[0] or [float("nan")] * 2, took[1] or [float("nan")] * 2


def _ask(client: Any, folder: str, row: int, column: int) -> asyncio.Future[Any]:
    automatic = lsp.InlineCompletionTriggerKind.Automatic
    document = lsp.TextDocumentIdentifier((Path(folder) / "big.py").as_uri())
    place = lsp.Position(row, column)
    params = lsp.InlineCompletionParams(lsp.InlineCompletionContext(automatic), document, place)
    asked: asyncio.Future[Any] = asyncio.ensure_future(
        client.text_document_inline_completion_async(params)
    )
    return asked
