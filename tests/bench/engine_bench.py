"""What Deskmate gets out of the engine: what is read once or ahead, speculation, slots."""

from __future__ import annotations

import asyncio
import csv
import inspect
import json
import statistics
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager, suppress
from pathlib import Path
from typing import Any

from figures import line, ratio

from deskmate.actions.catalog import load_actions
from deskmate.core.gate import gate
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.engines.engine import Chunk, EngineWrapper, Message, Prompt
from deskmate.engines.hosts.client import LocalEngine
from deskmate.engines.hosts.llama_cpp import DRAFT, MARGIN
from deskmate.engines.hosts.tuning import Tuning, cores
from deskmate.engines.models.catalogue import find_model
from deskmate.requests.pipeline import propose, warm_up
from deskmate.requests.request import Request, resolve


async def reading(rounds: int = 3) -> None:
    """What is read once and what ahead: the time to the first token of an action.

    Each round is another file to the engine, as its name differs, which a prompt begins with.
    """
    host = LocalEngine(find_model(""))
    timed = Timed(host)
    actions, _ = load_actions()
    sample = Path(gate.__file__)
    cold: list[float] = []
    ahead: list[float] = []
    second: list[float] = []
    chosen: list[float] = []
    for turn in range(rounds):
        for seconds, warm in ((cold, False), (ahead, True)):
            text = sample.read_text(encoding="utf-8")
            uri = sample.with_name(f"{'ahead' if warm else 'gate'}{turn}.py").as_uri()
            document = open_document(uri, text, language_id="python")
            place = Span(text.index("def judge"), text.index("def judge"))
            if warm:
                await warm_up(resolve(actions["explain"], document, place), host)
            seconds.append(await timed.first_token(resolve(actions["explain"], document, place)))
        second.append(await timed.first_token(resolve(actions["refactor"], document, place)))
        third = resolve(actions["fix-bug"], document, place)
        await warm_up(third, host)
        chosen.append(await timed.first_token(third))
    await host.aclose()
    print("Time to the first token, in a file of its own each time:")
    line("first action in a file", cold)
    line("  the second one", second)
    ratio("  ratio", statistics.median(second) / statistics.median(cold), "≤ 0.1")
    line("  another one, the first in the menu", chosen)
    ratio("  ratio", statistics.median(chosen) / statistics.median(cold), "≤ 0.1")
    line("  read ahead while the menu was open", ahead)
    ratio("  ratio", statistics.median(ahead) / statistics.median(cold), "≤ 0.3")


class Timed(EngineWrapper):
    """Passes everything on to an engine until the first token has come."""

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The engine's answer, as far as that."""
        began = time.perf_counter()
        async with aclosing(self._engine.stream(prompt)) as chunks:
            async for chunk in chunks:
                yield chunk
                if chunk.text:
                    self.seconds = time.perf_counter() - began
                    raise Enough

    async def first_token(self, request: Request) -> float:
        """Seconds from the prompt to the first token of its answer."""
        with suppress(Enough):
            await propose(request, self)
        return self.seconds


class Enough(Exception):
    """The first token has come."""


async def speculation() -> None:
    """A function of 62 lines rewritten with type hints, by our host and without speculation.

    The same prompt, threads and output; the tokens a second are the engine's own.
    """
    code = textwrap.dedent(inspect.getsource(csv.Sniffer.has_header))
    asked = f"Add type hints to the signature of this function:\n```python\n{code}```"
    body = {
        "messages": [
            {"role": "user", "content": asked},
            {"role": "assistant", "content": "```python\n"},
        ],
        "stop": ["\n```"],
        "max_tokens": 1000,
        "temperature": 0,
    }
    host = LocalEngine(find_model(""))
    await host.capabilities()
    with plain() as (url, key):
        without = await asyncio.to_thread(answer, url, key, body)
    within = await asyncio.to_thread(answer, *host.address, body)
    await host.aclose()
    speeds = [one["timings"]["predicted_per_second"] for one in (within, without)]
    texts = {one["choices"][0]["message"]["content"] for one in (within, without)}
    print(f"A function of {len(code.splitlines())} lines rewritten:")
    print(f"{'tokens a second, with speculation':46}{speeds[0]:>6.1f}")
    print(f"{'  without':46}{speeds[1]:>6.1f}")
    ratio("  ratio", speeds[0] / speeds[1], "≥ 2.2")
    print(f"  {within['usage']['completion_tokens']} tokens; same output: {len(texts) == 1}")


async def slots(requests: int = 4) -> None:
    """Several requests at the same time on two slots, and the same ones one after the other."""
    seconds = {}
    for count in (1, 2):
        host = LocalEngine(find_model(""), wanted=Tuning(slots=count, threads=cores()))
        await host.capabilities()
        began = time.perf_counter()
        await asyncio.gather(*(short(host, number) for number in range(requests)))
        seconds[count] = time.perf_counter() - began
        await host.aclose()
    print(f"{requests} requests, with {cores()} cores:")
    line("on two slots", [seconds[2]])
    line("  on one", [seconds[1]])
    ratio("  ratio", seconds[1] / seconds[2], "≥ 1.3 where cores allow")


async def short(host: LocalEngine, number: int) -> None:
    """One answer of 64 tokens, with nothing in common with the others."""
    asked = f"{number} is a number. Write a Python function that adds it to every item of a list."
    prompt = Prompt((Message("user", asked),), max_tokens=64)
    async with aclosing(host.stream(prompt)) as chunks:
        async for _ in chunks:
            pass


PLAIN = """
import sys, xllamacpp
parameters = xllamacpp.CommonParams()
parameters.model.path, key, threads, batch = sys.argv[1:]
parameters.n_ctx, parameters.n_parallel, parameters.port = 8192, 1, 0
parameters.cpuparams.n_threads = int(threads)
parameters.n_batch = parameters.n_ubatch = int(batch)  # the size decides on rounding
parameters.hostnames, parameters.api_keys = ["127.0.0.1"], [key]
server = xllamacpp.Server(parameters)
print("at", server.listening_address, flush=True)
sys.stdin.read()
"""


@contextmanager
def plain() -> Iterator[tuple[str, str]]:
    """The address and key of llama.cpp without speculation, with as many threads as ours."""
    arguments = (find_model(""), "bench", max(1, cores() - 1), DRAFT + MARGIN)
    with subprocess.Popen(
        [sys.executable, "-c", PLAIN, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        said = next(row for row in process.stdout if row.startswith("at "))
        yield said.split()[1], "bench"
        process.kill()


def answer(url: str, key: str, body: dict[str, Any]) -> Any:
    """A whole answer with the engine's own timings."""
    request = urllib.request.Request(
        f"{url}/v1/chat/completions",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)
