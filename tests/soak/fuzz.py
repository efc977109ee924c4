"""A client that sends anything, over stdio and over TCP: right requests, damaged ones, edits that
fit nothing, bodies that are no JSON. Every request must be answered, and memory stay as it was.

Where a request is damaged, an error is an answer. `--requests` are divided among both ways; exit
code 1 where one is not answered within a minute, or where memory grows on and on. `--record` keeps
what came of it for docs/reliability.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

sys.path.append(str(Path(__file__).parents[1] / "bench"))

from figures import find_load, record

METHODS = ("codeAction", "hover", "willSaveWaitUntil", "inlineCompletion", "completion", "unknown")
COMMANDS = ("deskmate.cancel", "deskmate.status", "deskmate.more", "deskmate.unknown")
TEXTS = {
    "python": "def f(a, b):\n    # é𝒜\n    return a + b\n\n\n",
    "markdown": "# Titel\n\nSome *words* of prose, teh `code`.\n\n",
    "json": '{"a": [1, 2, {"b": null}]}\n',
    "plaintext": "one line\r\nanother\rline\n",
}
ODD: tuple[Any, ...] = (None, -1, 2**40, "", "\ud800", [], {}, [[[]]], True, 1.5, "a" * 2000)
SETTINGS = {"local": {"model": "no-such-file.gguf", "preload": False}, "hover": {"show": "all"}}
GROWTH = 1.15
"""How much more memory the second half may take than the first."""


def make_messages(chance: random.Random, count: int) -> Iterator[dict[str, Any]]:
    """So many requests, and notifications between them."""
    uris = {f"file:///fuzz/{number}.{kind}": kind for number in range(3) for kind in TEXTS}
    for number in range(count):
        uri, kind = chance.choice(list(uris.items()))
        if number % 5 == 0:
            text = TEXTS[kind] * chance.randrange(40)
            item = {"uri": uri, "languageId": kind, "version": number, "text": text}
            yield {"method": "textDocument/didOpen", "params": {"textDocument": item}}
        changes = [
            {"range": make_range(chance), "text": chance.choice(["x", "(", "\n", "", "𝒜"])}
            for _ in range(chance.randrange(1, 4))
        ]
        named = {"uri": uri, "version": number}
        params: Any = {"textDocument": named, "contentChanges": changes}
        yield damage(chance, {"method": "textDocument/didChange", "params": params})
        if chance.random() < 0.2:
            method, params = "workspace/executeCommand", {"command": chance.choice(COMMANDS)}
            params["arguments"] = [chance.choice([{"job": "none"}, {"uri": uri}, *ODD])]
        else:
            method = f"textDocument/{chance.choice(METHODS)}"
            place, around = make_place(chance), make_range(chance)
            context = {"diagnostics": [{"range": around, "message": "odd"}], "triggerKind": 1}
            params = {"textDocument": {"uri": uri}, "position": place, "range": around}
            params |= {"context": context, "reason": 1}
        yield damage(chance, {"id": number, "method": method, "params": params})


def make_place(chance: random.Random) -> dict[str, int]:
    return {"line": chance.randrange(60), "character": chance.randrange(50)}


def make_range(chance: random.Random) -> dict[str, Any]:
    return {"start": make_place(chance), "end": make_place(chance)}


def damage(chance: random.Random, message: dict[str, Any]) -> dict[str, Any]:
    """One message in four with a part of its parameters gone, or something else in its place."""
    if chance.random() < 0.25:
        inside = message["params"]
        while isinstance(inside, dict) and inside:
            key = chance.choice(list(inside))
            if isinstance(inside[key], dict) and inside[key] and chance.random() < 0.6:
                inside = inside[key]
                continue
            inside[key] = chance.choice(ODD)
            if chance.random() < 0.3:
                del inside[key]
            break
    return message


class Client:
    """One connection, and what was answered on it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.waiting: dict[Any, asyncio.Future[str]] = {}
        self.answers: Counter[str] = Counter()
        self._task = asyncio.ensure_future(self._listen())

    async def send(self, message: dict[str, Any]) -> None:
        """Sends it; what is asked is waited for from then on."""
        if "id" in message and "method" in message:
            self.waiting[message["id"]] = asyncio.get_running_loop().create_future()
        self._write(json.dumps({"jsonrpc": "2.0", **message}).encode())
        await self._writer.drain()

    async def send_junk(self, chance: random.Random) -> None:
        """A body that is no message; nobody answers that."""
        self._write(chance.choice([b"{", b"[]", b"\xff\xfe", b"null", b'"a"', b'{"jsonrpc": 2}']))
        await self._writer.drain()

    def _write(self, body: bytes) -> None:
        self._writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    async def _listen(self) -> None:
        while head := await self._reader.readline():
            length = 0
            while head.strip():
                if head.lower().startswith(b"content-length:"):
                    length = int(head.split(b":")[1])
                head = await self._reader.readline()
            message = json.loads(await self._reader.readexactly(length))
            if "method" in message and "id" in message:  # the server asks: nothing is known here
                body = {"jsonrpc": "2.0", "id": message["id"], "result": None}
                self._write(json.dumps(body).encode())
            elif (waiting := self.waiting.pop(message.get("id"), None)) is not None:
                kind = str(message["error"]["code"]) if message.get("error") else "result"
                self.answers[kind] += 1
                waiting.set_result(kind)

    async def settle(self) -> None:
        """Waits until everything is answered. Raises TimeoutError after a minute."""
        if self.waiting:
            await asyncio.wait_for(asyncio.gather(*self.waiting.values()), 60)


async def run(way: str, count: int, seed: int) -> tuple[Counter[str], list[float]]:
    """What was answered, and the megabytes of the server after each tenth of the requests."""
    chance, sizes = random.Random(seed), list[float]()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder}
        command = [sys.executable, "-m", "deskmate", "serve"]
        pipe = asyncio.subprocess.PIPE
        port = find_port()
        command += ["--tcp", f"127.0.0.1:{port}"] if way == "tcp" else []
        with (Path(folder) / "stderr").open("wb") as said:
            server = await asyncio.create_subprocess_exec(
                *command, stdin=pipe, stdout=pipe, stderr=said, env=environment, limit=2**26
            )
        if way == "tcp":
            client = Client(*await connect(port))
        else:
            assert server.stdout is not None and server.stdin is not None
            client = Client(server.stdout, server.stdin)
        first: dict[str, Any] = {"capabilities": {}, "processId": None, "rootUri": None}
        begun = {"id": "first", "method": "initialize"}
        await client.send({**begun, "params": first | {"initializationOptions": SETTINGS}})
        await client.settle()
        await client.send({"method": "initialized", "params": {}})
        process = psutil.Process(server.pid)
        for number, message in enumerate(make_messages(chance, count)):
            await client.send(message)
            if chance.random() < 0.01:
                await client.send_junk(chance)
            if len(client.waiting) > 40:
                await client.settle()
            if number % max(1, 2 * count // 10) == 0:
                sizes.append(process.memory_info().rss / 1e6)
        await client.settle()
        sizes.append(process.memory_info().rss / 1e6)
        await client.send({"id": "last", "method": "shutdown"})
        await client.settle()
        await client.send({"method": "exit"})
        await asyncio.wait_for(server.wait(), 60)
    return client.answers, sizes


def find_port() -> int:
    """One that is free."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def connect(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """The server, once it listens."""
    for _ in range(600):
        try:
            return await asyncio.open_connection("127.0.0.1", port, limit=2**26)
        except OSError:
            await asyncio.sleep(0.1)
    raise TimeoutError("the server does not listen")


def main() -> int:
    """Says what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--record", action="store_true")
    given, code = parser.parse_args(), 0
    rows = []
    print(f"{given.requests:,} requests, seed {given.seed}")
    for way in ("stdio", "tcp"):
        answers, sizes = asyncio.run(run(way, given.requests // 2, given.seed))
        told = ", ".join(f"{size:.0f}" for size in sizes)
        print(f"{way}: {answers.total():,} answered, {dict(answers)}; MB: {told}", flush=True)
        half = len(sizes) // 2
        rows.append(
            {"way": way, "answered": answers.total(), "answers": dict(answers)}
            | {"megabytes": [round(size) for size in sizes]}
        )
        code |= len(sizes) > 8 and max(sizes[half:]) > GROWTH * max(sizes[2:half])
    if given.record:
        record("fuzz", rows, find_load())
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
