"""`make bench`: what typing, listing and a whole action cost, as medians of one run.

Machines are noisy, so each figure stands beside something measured in the same run: a bare pygls
server, or the raw engine on the same prompt. Goals are printed, never asserted.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import build_bench
import completion_bench
import engine_bench
import extract_bench
import index_bench
import judging_bench
import prose_bench
import routing_bench
import silence_bench
from figures import line, ratio
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

from deskmate.actions.catalog import load_actions
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.engines.engine import Chunk, Engine, EngineWrapper, Prompt
from deskmate.engines.hosts.client import LocalEngine
from deskmate.engines.models.catalogue import find_model
from deskmate.requests.pipeline import propose
from deskmate.requests.request import resolve

os.environ["DESKMATE_CACHE__MEGABYTES"] = "0"  # an answer that is kept measures nothing

BARE = "from pygls.lsp.server import LanguageServer; LanguageServer('bare', '1').start_io()"
SERVE = ("-m", "deskmate", "serve")


async def main() -> None:
    """Prints the table, a line a figure."""
    print(f"{'':46}{'median':>9}{'p95':>9}   goal")
    start_up()
    await hot_paths()
    await completion_bench.measure(open_editor, change, close_editor)
    await silence_bench.silences()
    routing_bench.routing()
    index_bench.indexing()
    await whole_action()
    await build_bench.builds()
    await engine_bench.reading()
    await engine_bench.speculation()
    await engine_bench.slots()
    await prose_bench.proofreading()
    await extract_bench.extraction()


def start_up(rounds: int = 9) -> None:
    """From starting the process to the answer to `initialize`."""
    ours, bare = [], []
    for _ in range(rounds):
        bare.append(initialize_seconds("-c", BARE))
        ours.append(initialize_seconds(*SERVE))
    line("initialize answered", ours, "≤ 300 ms")
    line("  a bare pygls server", bare)
    ratio("  ratio", statistics.median(ours) / statistics.median(bare))


def initialize_seconds(*arguments: str) -> float:
    """One start of a server, over its raw stdio so that no client's start-up counts."""
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin and process.stdout
        params: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}
        request = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
        body = json.dumps(request).encode()
        process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        process.stdin.flush()
        process.stdout.readline()
        seconds = time.perf_counter() - began
        process.kill()
    return seconds


async def hot_paths(functions: int = 1000, bursts: int = 15) -> None:
    """Listing actions, hovering and typing, in a Python file of 10,000 lines."""
    text = "\n".join(FUNCTION.format(n=n) for n in range(functions))
    lines = text.count("\n") + 1
    random.seed(0)
    with tempfile.TemporaryDirectory() as folder:
        client, process = await open_editor(Path(folder), text, HOVERED)
        listing, typing, both, broken = [], [], [], []
        hovering: list[float] = []
        hovering_anew: list[float] = []
        await list_actions(client, folder, 0)
        await hover(client, folder, 0)
        version = 1
        for _ in range(bursts):
            line_number = 10 * random.randrange(functions) + 2
            for column, letter in enumerate(TYPED):
                version += 1
                began = time.perf_counter()
                change(client, folder, version, line_number, column, letter)
                await client.workspace_execute_command_async(NOTHING)
                typing.append(time.perf_counter() - began)
                began = time.perf_counter()
                await list_actions(client, folder, line_number)
                both.append(time.perf_counter() - began)
                began = time.perf_counter()
                await list_actions(client, folder, line_number)
                listing.append(time.perf_counter() - began)
            version += 1
            change(client, folder, version, line_number, 0, "", len(TYPED))
        for _ in range(bursts * len(TYPED)):
            version += 1
            change(client, folder, version, 10 * random.randrange(functions) + 2, 0, " ")
            name = 10 * random.randrange(functions)
            for figures in (hovering_anew, hovering):
                began = time.perf_counter()
                assert await hover(client, folder, name), "there is something to say"
                figures.append(time.perf_counter() - began)
        hovered = rss(process.pid)
        for _ in range(40):
            version += 1
            change(client, folder, version, random.randrange(lines), 0, "(")
            began = time.perf_counter()
            await list_actions(client, folder, 0)
            broken.append(time.perf_counter() - began)
        idle = []
        for _ in range(len(typing)):
            began = time.perf_counter()
            await client.workspace_execute_command_async(NOTHING)
            idle.append(time.perf_counter() - began)
        print(f"A file of {lines:,} lines, {len(text) // 1024} KB:")
        line("listing actions", listing, "p95 ≤ 20 ms")
        line("one keystroke", typing, "p95 ≤ 15 ms")
        line("listing actions right after a keystroke", both, "p95 ≤ 20 ms")
        line("hover", hovering, "p95 ≤ 20 ms")
        line("hover right after a keystroke", hovering_anew, "p95 ≤ 20 ms")
        line("  brackets left open all over the file", broken)
        line("  an empty request (the wire alone)", idle)
        print(f"{'server RSS, this file open':46}{hovered:>6.0f} MB            ≤ 90 MB")
        print(f"{'  forty brackets left open':46}{rss(process.pid):>6.0f} MB            ≤ 120 MB")
        await close_editor(client)


FUNCTION = '''\
def function_{n}(first: int, second: str = "{n}", *rest: float) -> dict[str, int]:
    """What number {n} is for."""

    result: dict[str, int] = {{}}
    for index, value in enumerate(rest):
        if value > first:
            result[second + str(index)] = int(value)
        result[second] = index
    return result
'''

TYPED = "    total = first + index"
"""A statement that is typed, letter by letter, on an empty line of some function's own."""

HOVERED = {"hover": {"show": "all"}, "local": {"model": "no-such-file.gguf", "preload": False}}
"""All that a hover can show, and no model that takes the processor for it."""

NOTHING = lsp.ExecuteCommandParams("deskmate.cancel", [{"job": "none"}])


async def whole_action(rounds: int = 5) -> None:
    """A whole action through the server against the raw engine on the same prompt.

    Both talk to one host process, and both find the prompt in its cache from a first, uncounted
    run, so that what is compared is the generation and what Deskmate puts around it.
    """
    host = LocalEngine(find_model(""))
    capabilities = await host.capabilities()
    url, key = host.address
    sample = Path(__file__).parents[2] / "examples" / "shop" / "basket.py"
    text = sample.read_text(encoding="utf-8")
    place = text.index("def total")
    recorder = Recorder(host)
    actions, _ = load_actions()
    document = open_document(sample.as_uri(), text, language_id="python")
    await propose(resolve(actions["explain"], document, Span(place, place)), recorder)
    prompt = recorder.prompts[0]
    settings = {"local": {"engine": "openai", "url": f"{url}/v1", "api_key": key}}
    with tempfile.TemporaryDirectory() as folder:
        client, process = await open_editor(Path(folder), text, settings)
        line_number = text[:place].count("\n")
        raw, whole, tokens = [], [], []
        for turn in range(rounds + 1):
            began = time.perf_counter()
            raw_tokens = await asyncio.to_thread(raw_answer, url, key, prompt)
            middle = time.perf_counter()
            result = await run_action(client, folder, "explain", line_number)
            ended = time.perf_counter()
            assert result["status"] == "shown", result
            if turn:
                raw.append(middle - began)
                whole.append(ended - middle)
                tokens.append((raw_tokens, result["completion_tokens"]))
        print(f"A whole action (explain) on {capabilities.model}:")
        line("through the server", whole)
        line("  the raw engine, same prompt", raw)
        ratio("  ratio", statistics.median(whole) / statistics.median(raw), "≤ 1.05")
        print(f"  tokens, raw and whole: {sorted(set(tokens))}")
        print(f"{'server RSS after an action':46}{rss(process.pid):>6.0f} MB            ≤ 90 MB")
        await close_editor(client)
    await judging_bench.judging(host)
    await host.aclose()


class Recorder(EngineWrapper):
    """Passes everything on to an engine and keeps the prompts."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.prompts: list[Prompt] = []

    def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The engine's answer."""
        self.prompts.append(prompt)
        return self._engine.stream(prompt)


def raw_answer(url: str, key: str, prompt: Prompt) -> int:
    """The answer to `prompt` with nothing in between; gives the number of chunks with text."""
    messages = [{"role": m.role, "content": m.content} for m in prompt.messages]
    if prompt.prefill:
        messages.append({"role": "assistant", "content": prompt.prefill})
    body = {
        "messages": messages,
        "stream": True,
        "max_tokens": prompt.max_tokens,
        "temperature": prompt.temperature,
        "seed": prompt.seed,
        "stop": list(prompt.stop),
    }
    request = urllib.request.Request(
        f"{url}/v1/chat/completions",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    chunks = 0
    with urllib.request.urlopen(request) as answer:
        for raw in answer:
            if raw.startswith(b"data: {"):
                choices = json.loads(raw[6:])["choices"]
                chunks += bool(choices and choices[0]["delta"].get("content"))
    return chunks


async def open_editor(
    folder: Path, text: str, settings: dict[str, Any] | None = None
) -> tuple[LanguageClient, Any]:
    """A client with one open document `big.py`, and the server's process."""
    client = LanguageClient("bench", "1")
    for method in (lsp.WINDOW_SHOW_MESSAGE, lsp.WINDOW_LOG_MESSAGE, "deskmate/stream"):
        client.feature(method)(lambda params: None)
    await client.start_io(sys.executable, *SERVE)
    await client.initialize_async(
        lsp.InitializeParams(
            capabilities=lsp.ClientCapabilities(experimental={"deskmate": {"stream": True}}),
            initialization_options={"local": {"preload": False}, **(settings or {})},
        )
    )
    client.initialized(lsp.InitializedParams())
    client.text_document_did_open(
        lsp.DidOpenTextDocumentParams(
            lsp.TextDocumentItem((folder / "big.py").as_uri(), "python", 1, text)
        )
    )
    return client, client._server


async def close_editor(client: LanguageClient) -> None:
    """Ends the server as editors do."""
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()  # type: ignore[no-untyped-call]


async def list_actions(client: LanguageClient, folder: str | Path, line_number: int) -> Any:
    """What the menu lists at a line."""
    place = lsp.Position(line_number, 0)
    return await client.text_document_code_action_async(
        lsp.CodeActionParams(
            lsp.TextDocumentIdentifier((Path(folder) / "big.py").as_uri()),
            lsp.Range(place, place),
            lsp.CodeActionContext(diagnostics=[]),
        )
    )


async def hover(client: LanguageClient, folder: str | Path, line_number: int) -> Any:
    """What is said of the name of the function that begins at a line."""
    document = lsp.TextDocumentIdentifier((Path(folder) / "big.py").as_uri())
    place = lsp.Position(line_number, len("def f"))
    return await client.text_document_hover_async(lsp.HoverParams(document, place))


async def run_action(client: LanguageClient, folder: str, action: str, line_number: int) -> Any:
    """One action to its end."""
    place = {"line": line_number, "character": 0}
    arguments = {
        "action": action,
        "uri": (Path(folder) / "big.py").as_uri(),
        "range": {"start": place, "end": place},
        "wait": True,
    }
    return await client.workspace_execute_command_async(
        lsp.ExecuteCommandParams("deskmate.run", [arguments])
    )


def change(
    client: LanguageClient,
    folder: str,
    version: int,
    line_number: int,
    column: int,
    text: str,
    gone: int = 0,
) -> None:
    """Text typed at a place, over as many characters as are `gone`."""
    start = lsp.Position(line_number, column)
    end = lsp.Position(line_number, column + gone)
    client.text_document_did_change(
        lsp.DidChangeTextDocumentParams(
            lsp.VersionedTextDocumentIdentifier(version, (Path(folder) / "big.py").as_uri()),
            [lsp.TextDocumentContentChangePartial(lsp.Range(start, end), text)],
        )
    )


def rss(pid: int) -> float:
    """Resident memory in MB (Linux only; elsewhere not a number)."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return float("nan")
    row = next(row for row in status.read_text().splitlines() if row.startswith("VmRSS"))
    return int(row.split()[1]) / 1024


if __name__ == "__main__":
    asyncio.run(main())
