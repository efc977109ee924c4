"""Servers that share a host: any of them, the host, and the process that shares it may be killed or
stopped at any time. Answers come whole or not at all, no server waits for one that is gone, and no
two hosts run at once.

Exit code 1 where that is not so, or a host is left in the end.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import get_args

import psutil

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "engines" / "hosts")]

from scripted_server import ask, scripted  # noqa: E402

from deskmate.engines.engine import Priority, Prompt  # noqa: E402
from deskmate.engines.hosts.client import LocalEngine  # noqa: E402
from deskmate.errors import EngineError  # noqa: E402
from gguf_files import gguf  # noqa: E402

SERVERS = 4


async def serve(model: Path) -> None:
    """Asks for ever, and prints a word for what came of each request."""
    engine = scripted(model)
    for number in range(10**9):
        count = random.choice((3, 20))
        prompt = replace(
            ask(f"{os.getpid()} {number}", count), priority=random.choice(get_args(Priority))
        )
        asked = asyncio.create_task(answer(engine, prompt))
        if random.random() < 0.2:
            await asyncio.sleep(random.random() / 5)
            asked.cancel()
        try:
            whole = await asked == "".join(f"{one} " for one in range(count))
            print("whole" if whole else "WRONG", flush=True)
        except asyncio.CancelledError:
            print("cancelled", flush=True)
        except EngineError as error:
            print(type(error).__name__, flush=True)
        await asyncio.sleep(random.random() / 10)


async def answer(engine: LocalEngine, prompt: Prompt) -> str:
    return "".join([chunk.text async for chunk in engine.stream(prompt)])


class Storm:
    """The servers, and what befalls them."""

    def __init__(self, folder: Path) -> None:
        self._model = folder / "model.gguf"
        self._model.write_bytes(gguf())
        self._hosts = folder / "hosts"
        self._environment = os.environ | {"XDG_RUNTIME_DIR": str(folder)}
        self._stopped: dict[subprocess.Popen[str], float] = {}
        self.servers: list[subprocess.Popen[str]] = []
        self.said: Counter[str] = Counter()
        self.befell: Counter[str] = Counter()

    def hosts(self) -> list[psutil.Process]:
        """Those that run now."""
        found = []
        for pid in self._hosts.read_text().split() if self._hosts.exists() else ():
            with suppress(psutil.Error):
                process = psutil.Process(int(pid))
                found += [process] if process.status() != psutil.STATUS_ZOMBIE else []
        return found

    def start(self) -> None:
        """One more server."""
        command = [sys.executable, __file__, "--serve", str(self._model)]
        server = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=self._environment,
        )
        self.servers.append(server)
        threading.Thread(target=self._hear, args=(server,), daemon=True).start()

    def befall(self) -> None:
        """Something happens to somebody."""
        for server, until in tuple(self._stopped.items()):
            if time.monotonic() > until:
                server.send_signal(signal.SIGCONT)
                del self._stopped[server]
        what = random.choice(("start", "start", "server", "server", "stop", "host", "sharer"))
        running = self.hosts()
        if what == "start" and len(self.servers) < SERVERS:
            self.start()
        elif what == "server" and len(self.servers) > 1:
            self.servers.pop(random.randrange(len(self.servers))).kill()
        elif what == "stop":
            server = random.choice(self.servers)
            server.send_signal(signal.SIGSTOP)
            self._stopped[server] = time.monotonic() + random.choice((0.5, 8))
        elif what in ("host", "sharer") and running:
            with suppress(psutil.Error):
                sharer = running[0].parent()
                (running[0] if what == "host" or sharer is None else sharer).kill()
        else:
            return
        self.befell[what] += 1

    def calm(self) -> None:
        """Who was stopped goes on."""
        for server in self._stopped:
            server.send_signal(signal.SIGCONT)

    def _hear(self, server: subprocess.Popen[str]) -> None:
        assert server.stdout is not None
        for line in server.stdout:
            self.said[line.strip()] += 1


def main(seconds: float, seed: int) -> int:
    """Lets it happen for so long; the exit code."""
    random.seed(seed)
    with tempfile.TemporaryDirectory() as folder:
        storm, most, before = Storm(Path(folder)), 0, 0
        for _ in range(SERVERS - 1):
            storm.start()
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            time.sleep(random.random())
            now = len(storm.hosts())
            most = max(most, min(now, before))  # one that was killed may still be ending
            before = now
            storm.befall()
        storm.calm()
        whole = storm.said["whole"]
        waited = time.monotonic() + 60
        while storm.said["whole"] < whole + 10 and time.monotonic() < waited:
            time.sleep(0.1)
        goes_on = storm.said["whole"] >= whole + 10
        for server in storm.servers:
            server.kill()
        while (left := storm.hosts()) and time.monotonic() < waited + 30:
            time.sleep(0.1)
    print(f"What befell them: {dict(storm.befell)}. What they said: {dict(storm.said)}.")
    print(f"{most} hosts at once at most; {len(left)} left; the others went on: {goes_on}.")
    return int(most > 1 or bool(left) or not goes_on or bool(storm.said["WRONG"]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        asyncio.run(serve(chosen.serve))
    else:
        sys.exit(main(chosen.seconds, chosen.seed))
