"""What the context costs until the first token: the same actions on functions of other people's
packages, as this checkout and another one word them, read by a real model in one run.

    git worktree add ../before COMMIT
    python tests/requests/measure_reading.py MODEL --before ../before/server [--functions 12]

Each prompt has another beginning, so that none finds one that has been read already; the two of a
pair follow each other, whichever comes first by turns. Tokens are those that the engine counts.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Literal

from deskmate.actions.catalog import load_actions
from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.queries import scopes
from deskmate.core.text.text import Span
from deskmate.engines.engine import Message, Prompt
from deskmate.engines.scripted import ScriptedEngine
from deskmate.errors import DeskmateError
from deskmate.requests.pipeline import propose
from deskmate.requests.request import resolve

PACKAGES = ("jinja2", "pygls", "openai", "huggingface_hub", "keyring", "jsonschema", "hypothesis")
ACTIONS = ("fix-bug", "refactor", "explain")

Said = tuple[Literal["system", "user", "assistant"], str]


async def word(functions: int) -> list[list[Said]]:
    """The messages of so many actions, as this checkout words them."""
    chance = random.Random(1)
    folders = [Path(importlib.util.find_spec(name).origin).parent for name in PACKAGES]  # type: ignore[union-attr, arg-type]
    files = [(folder, path) for folder in folders for path in sorted(folder.rglob("*.py"))]
    chance.shuffle(files)
    actions, found = load_actions()[0], list[list[Said]]()
    for folder, path in files:
        document = open_document(path.as_uri(), path.read_text(encoding="utf-8"))
        inside = [one for one in scopes(document) if one.kind == "function" and one.name]
        if not inside or len(found) == functions:
            continue
        place = chance.choice(inside).head.start
        engine = ScriptedEngine([])
        action = actions[ACTIONS[len(found) % len(ACTIONS)]]
        with suppress(DeskmateError):
            request = resolve(action, document, Span(place, place), root=folder.parent)
            await propose(request, engine)
        if engine.prompts:
            found.append([(one.role, one.content) for one in engine.prompts[0].messages])
    return found


def worded_by(server: str, functions: int) -> list[list[Said]]:
    """The same, as another checkout words them."""
    command = [sys.executable, __file__, "", "--functions", str(functions)]
    ran = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": server}, capture_output=True, check=True
    )
    found: list[list[Said]] = json.loads(ran.stdout)
    return found


async def read(model: str, before: list[list[Said]], functions: int) -> None:
    """Prints tokens and seconds to the first token of both."""
    # Here, since an earlier checkout has not all of these, and words prompts without them.
    from deskmate.engines.tiers import Tiers
    from deskmate.settings.schema import Settings
    from deskmate.settings.sections.cache import CacheSettings
    from deskmate.settings.sections.local import LocalSettings

    both = list(zip(before, await word(functions), strict=True))
    tiers = Tiers(Settings(local=LocalSettings(model=model), cache=CacheSettings(megabytes=0)))
    tokens: tuple[list[int], list[int]] = ([], [])
    seconds: tuple[list[float], list[float]] = ([], [])
    try:
        engine = await tiers.engine()
        for at, pair in enumerate(both):
            for which in (at % 2, 1 - at % 2):
                messages = tuple(Message(role, text) for role, text in pair[which])
                first = replace(messages[0], content=f"{at} {which} {messages[0].content}")
                began, prompt, read = (
                    time.monotonic(),
                    Prompt((first, *messages[1:]), max_tokens=1),
                    0,
                )
                async for chunk in engine.stream(prompt):
                    read = chunk.usage.prompt_tokens if chunk.usage else read
                tokens[which].append(read)
                seconds[which].append(time.monotonic() - began)
            print(at, *(f"{tokens[one][-1]} {seconds[one][-1]:.1f}" for one in (0, 1)), flush=True)
    finally:
        await tiers.aclose()
    for name, values in (("tokens", tokens), ("seconds to the first token", seconds)):
        was, now = (median(one) for one in values)
        each = median(b / a for a, b in zip(*values, strict=True))
        print(f"{name}: median {was:.1f} before, {now:.1f} now; of the same action ×{each:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("--before", help="the folder `server` of the other checkout")
    parser.add_argument("--functions", type=int, default=12)
    given = parser.parse_args()
    if given.before:
        worded = worded_by(given.before, given.functions)
        asyncio.run(read(given.model, worded, given.functions))
    else:
        json.dump(asyncio.run(word(given.functions)), sys.stdout)
