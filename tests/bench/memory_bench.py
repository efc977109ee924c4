"""What a server takes of memory with a file of 10,000 lines: open, listed for, typed in, after an
action that a server of models answers, and with brackets left open all over.

    python tests/bench/memory_bench.py --record

keeps that for docs/reliability.md.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))  # where pytest finds it by itself

from figures import find_load, record

from bench import FUNCTION, change, close_editor, list_actions, open_editor, rss, run_action
from chat_server import ChatServer

GOALS = {"after an action": 90, "with forty brackets left open": 120}
"""MB at most."""


async def measure(functions: int = 1000, keys: int = 60, brackets: int = 40) -> dict[str, int]:
    """Megabytes, one after the other in the same server."""
    text = "\n".join(FUNCTION.format(n=n) for n in range(functions))
    lines, chance = text.count("\n") + 1, random.Random(0)
    found: dict[str, int] = {}
    async with ChatServer() as models:
        local = {"engine": "openai", "url": models.url, "api_key": "none", "preload": False}
        with tempfile.TemporaryDirectory() as folder:
            client, process = await open_editor(Path(folder), text, {"local": local})

            async def note(what: str) -> None:
                await asyncio.sleep(1)
                found[what] = round(rss(process.pid))

            version = 1

            async def type_in(places: range, letter: str) -> None:
                nonlocal version
                for _ in places:
                    version += 1
                    change(client, folder, version, chance.randrange(lines), 0, letter)
                    await list_actions(client, folder, 5)

            await asyncio.sleep(2)  # what is imported in the background
            await note("open")
            await list_actions(client, folder, 5)
            await note("listed for")
            await type_in(range(keys), " ")
            await note("after sixty keys")
            assert (await run_action(client, folder, "explain", 0))["status"] == "shown"
            await note("after an action")
            await type_in(range(brackets), "(")
            await note("with forty brackets left open")
            await close_editor(client)
    return found


def main() -> None:
    """Prints them, with what they are to be."""
    found = asyncio.run(measure())
    for what, size in found.items():
        goal = f"≤ {GOALS[what]} MB" if what in GOALS else ""
        print(f"{f'10,000 lines: {what}':46}{size:>6} MB            {goal}".rstrip())
    if "--record" in sys.argv:
        rows = [{"when": what, "megabytes": size} for what, size in found.items()]
        record("memory", rows, find_load())


if __name__ == "__main__":
    main()
