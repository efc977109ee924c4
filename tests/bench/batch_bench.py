"""How fast a batch is with an engine that is not the limit: a fake server that answers each request
after 50 ms, and the rules alone. Says files a second, CPU an item, and how memory grows.

    python tests/bench/batch_bench.py [--files 2000] [--jobs 64] [--rules]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

LATENCY = 0.05
TEXT = "# Page {0}\n\nThis is a page of {0} words that is really very long and that has a number.\n"
SHORTER = ("really very long and that has", "long and has")


async def serve() -> None:
    """A server of OpenAI's protocol that shortens what it is given, after `LATENCY` seconds."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = re.search(r"content-length: (\d+)", head)
            body = json.loads(await reader.readexactly(int(length[1]))) if length else {}
            status, kind, told = "404 Not Found", "application/json", "{}"
            if body:
                await asyncio.sleep(LATENCY)
                said = body["messages"][-1]["content"].rstrip().rpartition("\n")[2]
                status, kind, told = "200 OK", "text/event-stream", stream(said.replace(*SHORTER))
            elif "/models " in head:
                status, told = "200 OK", json.dumps({"data": [{"id": "x", "max_model_len": 9999}]})
            data = told.encode()
            headers = f"Content-Type: {kind}\r\nContent-Length: {len(data)}"
            writer.write(f"HTTP/1.1 {status}\r\n{headers}\r\n\r\n".encode() + data)
            if "connection: close" in head:
                break
    writer.close()


def stream(text: str) -> str:
    """An answer of this text."""
    choices = [
        {"index": 0, "delta": {"content": text}, "finish_reason": None},
        {"index": 0, "delta": {}, "finish_reason": "stop"},
    ]
    events = [f"data: {json.dumps({'choices': [one]})}\n\n" for one in choices]
    return "".join(events) + "data: [DONE]\n\n"


def measure(files: int, jobs: int, rules: bool) -> None:
    """One run, in a folder of its own."""
    with (
        tempfile.TemporaryDirectory() as name,
        subprocess.Popen(
            [sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True
        ) as server,
    ):
        assert server.stdout
        port = server.stdout.readline().strip()
        root = Path(name)
        (root / "docs").mkdir()
        (root / ".git").mkdir()
        for number in range(files):
            text = TEXT.format(number) if not rules else f"Since 4.5.{1900 + number % 120}\n"
            (root / "docs" / f"{number:06}.md").write_text(text, encoding="utf-8")
        variables = {
            **os.environ,
            "XDG_STATE_HOME": f"{name}/state",
            "DESKMATE_CACHE__MEGABYTES": "0",
            "DESKMATE_LOCAL__ENGINE": "openai",
            "DESKMATE_LOCAL__URL": f"http://127.0.0.1:{port}/v1",
        }
        action = "clean-dates" if rules else "shorten"
        command = [
            sys.executable,
            *os.environ.get("BENCH_PYTHON", "").split(),
            "-m",
            "deskmate",
            "batch",
            action,
            "docs/*.md",
            "--out",
            "out",
        ]
        if jobs:
            command += ["--jobs", str(jobs)]
        began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            command, cwd=root, env=variables, capture_output=True, text=True, check=False
        )
        wall = time.monotonic() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(done.stderr[-300:].strip())
        print(
            f"{files} files, {jobs or 'found'} at a time: {files / wall:.0f} a second, "
            f"{1000 * cpu / files:.2f} ms of CPU each, {after.ru_maxrss // 1024} MB at most"
        )
        server.terminate()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=64)
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--serve", action="store_true")
    chosen = parser.parse_args()
    if chosen.serve:
        asyncio.run(serve())
    else:
        measure(chosen.files, chosen.jobs, chosen.rules)
