"""A process that asks a scripted host, as an editor's server would: of the model's file, an endless
request of the name, or none. It says `ready`, and then `begun` when an answer comes.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from deskmate.engines.engine import Message, Prompt
from deskmate.engines.hosts import sharing
from deskmate.engines.hosts.client import LocalEngine

HOST = (sys.executable, "-P", str(Path(__file__).with_name("scripted_host.py")))
ENDLESS = 100_000


def scripted(model: Path, share: str = "shared", patience: float = 60) -> LocalEngine:
    """An engine with a scripted host."""
    engine = LocalEngine(model, share=share, timeout=patience)
    engine._command = HOST
    return engine


def ask(name: str, count: int = 3) -> Prompt:
    """A request for so many numbers."""
    return Prompt((Message("user", name),), max_tokens=count)


async def main(model: str, name: str = "") -> None:
    sharing.LINGER = 0.1
    engine = scripted(Path(model))
    await engine.capabilities()
    print("ready", flush=True)
    if name:
        async for chunk in engine.stream(ask(name, ENDLESS)):
            print("begun" if chunk.text else "", flush=True)
    await asyncio.sleep(600)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
