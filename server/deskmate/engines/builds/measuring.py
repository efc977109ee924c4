"""How fast a build of llama.cpp runs a model on this machine, measured as it would answer."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from deskmate.engines.builds.found import Build
from deskmate.engines.hosts.client import LocalEngine
from deskmate.engines.hosts.tuning import Tuning
from deskmate.engines.http import http_error, make_http_client
from deskmate.errors import EngineLost
from deskmate.settings.engines import ENGINES

SECONDS = 2.0
"""How long one turn of a number of threads takes; a request that was begun is ended."""

TOKENS = 16
"""Tokens that each request writes."""

OnStep = Callable[[str], None]
"""Called with what is being done."""


def thread_counts(cores: int) -> tuple[int, ...]:
    """The numbers of threads that are worth measuring: one, half of the cores (two of which may be
    one core's), all but one, all.
    """
    return tuple(sorted({1, cores // 2, cores - 1, cores} - {0}))


async def measure(
    build: Build, model: Path, threads: int, *, seconds: float = SECONDS
) -> tuple[float, float]:
    """The tokens a second that the build reads and writes at best for some seconds.

    Raises EngineUnavailable, EngineLost where it does not run the model.
    """
    wanted = Tuning(threads=threads, threads_batch=threads)
    async with serving(build, model, wanted) as server:
        reads: list[float] = []
        writes: list[float] = []
        ends = time.monotonic() + seconds
        while not reads or time.monotonic() < ends:
            # Each begins otherwise, so that none of it has been read before.
            text = f"# {len(reads)} {threads}\n{TEXT}"
            answer = await server.complete(
                prompt=text,
                n_predict=TOKENS,
                cache_prompt=False,
                ignore_eos=True,
                temperature=0,
                **{"speculative.n_max": 0},
            )
            reads.append(answer["timings"]["prompt_per_second"])
            writes.append(answer["timings"]["predicted_per_second"])
    return max(reads), max(writes)


@asynccontextmanager
async def serving(build: Build, model: Path, wanted: Tuning) -> AsyncGenerator[Server]:
    """The build with the model loaded. Raises EngineUnavailable where it cannot be."""
    engine = LocalEngine(
        model, host=ENGINES[build.engine].host, program=build.program, wanted=wanted
    )
    try:
        await engine.capabilities()
        yield Server(engine)
    finally:
        await engine.aclose()


class Server:
    """A host of ours, asked in llama.cpp's own protocol, where it says how long it took."""

    def __init__(self, engine: LocalEngine) -> None:
        self._engine = engine

    async def complete(self, **body: Any) -> dict[str, Any]:
        """What `/completion` answers. Raises EngineLost where it answers nothing."""
        return await self._ask("completion", body)

    async def tokenize(self, text: str) -> list[int]:
        """The tokens of a text. Raises EngineLost."""
        answer = await self._ask("tokenize", {"content": text, "add_special": True})
        return [int(token) for token in answer["tokens"]]

    async def _ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        url, key = self._engine.address
        async with make_http_client(url, "machine") as client:
            try:
                answer = await client.post(
                    f"{url}/{path}", json=body, headers={"Authorization": f"Bearer {key}"}
                )
                given: dict[str, Any] = json.loads(answer.content)
            except (http_error(), ValueError) as error:
                raise EngineLost(_LOST.format(reason="it stopped")) from error
        if answer.status_code != 200:
            raise EngineLost(_LOST.format(reason=f"it answers {given}"))
        return given


_LOST = (
    "This build could not be measured with this model: {reason}. Set `log.level` to `debug` to see "
    "what it logs."
)


def cores_in_use(seconds: float = 0.5) -> float:
    """How many cores are busy just now, looked at for so long."""
    import psutil

    busy: float = psutil.cpu_percent(interval=seconds)
    return busy / 100 * (psutil.cpu_count() or 1)


TEXT = '''\
from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Reading:
    station: str
    hour: int
    celsius: float


def read_station_file(path: Path) -> list[Reading]:
    """The readings of one station; lines without a temperature are left out."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter=";")
        return [
            Reading(row["id"], int(row["hour"]), float(row["temp"]))
            for row in rows
            if row["temp"].strip()
        ]


def coldest_hours(readings: list[Reading], most: int = 3) -> dict[str, list[int]]:
    by_station: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        by_station[reading.station].append(reading)
    result = {}
    for station, found in sorted(by_station.items()):
        found.sort(key=lambda reading: (reading.celsius, reading.hour))
        result[station] = [reading.hour for reading in found[:most]]
    return result
'''
"""About 300 tokens of ordinary code, of which no sequence repeats for long."""
