"""What Deskmate makes of each architecture that llama.cpp knows, with random weights.

    python tests/run_architectures.py [NAME…]    a line of JSON for each
    python tests/run_architectures.py --table    the table of docs/models.md, written anew

In one process, as hosts run them: an end of this process is a crash of the last one named.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from deskmate.actions.catalog import load_actions
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.engines.engine import Chunk, EngineWrapper, Message, Prompt
from deskmate.engines.hosts.drafts import find_drafts
from deskmate.engines.hosts.host import Configuration
from deskmate.engines.hosts.llama_cpp import make_parameters
from deskmate.engines.hosts.tuning import Tuning, this_machine, tune
from deskmate.engines.models.gguf import read_metadata
from deskmate.engines.openai.engine import OpenAICompatible
from deskmate.errors import Refused
from deskmate.requests.pipeline import propose
from deskmate.requests.request import resolve
from tiny_models import ARCHITECTURES, write_architecture

CODE = "def area(r: float) -> float:\n    return 3.14 * r\n"

PAGE = Path(__file__).parents[1] / "docs" / "models.md"

BEGIN, END = "<!-- architectures: begin -->", "<!-- architectures: end -->"


@dataclass(frozen=True)
class Ran:
    """What became of one: the prompt as its template makes it, what an explanation and an edit came
    to, and how much of a prompt that was read before is not read again.
    """

    name: str
    template: str
    explained: str
    edited: str
    cached: float


class Short(EngineWrapper):
    """Answers of a few tokens, since a model with random weights finds no end."""

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        short = replace(prompt, max_tokens=min(prompt.max_tokens, 24))
        async with aclosing(self._engine.stream(short)) as chunks:
            async for chunk in chunks:
                yield chunk


async def run(name: str, folder: Path) -> Ran:
    """An explanation and an edit by a model of this architecture."""
    import xllamacpp  # type: ignore[import-untyped]

    path = write_architecture(folder / "model.gguf", name)
    machine = this_machine()
    tuning = tune(Tuning(threads=1, context=2048), read_metadata(path), machine)
    drafts = find_drafts(read_metadata(path), None)
    configuration = Configuration(str(path), name, key="key", drafts=drafts)
    parameters = make_parameters(xllamacpp, configuration, tuning, machine)
    parameters.warmup = False
    server = xllamacpp.Server(parameters)
    engine = OpenAICompatible(f"{server.listening_address}/v1", api_key="key", reach="machine")
    async with aclosing(engine):
        messages = [{"role": "user", "content": "Hello"}]
        template = await engine.ask("/apply-template", {"messages": messages})
        explained = await act("explain", Short(engine))
        edited = await act("fix-bug", Short(engine))
        cached = await measure_reuse(engine)
    return Ran(name, template["prompt"], explained, edited, cached)


async def act(action: str, engine: Short) -> str:
    """What the action says or writes; the sentence of its refusal."""
    actions, _ = load_actions()
    document = open_document("file:///project/shapes.py", CODE, version=1)
    try:
        proposal = await propose(resolve(actions[action], document, Span(4, 4)), engine)
    except Refused as refused:
        return f"Refused: {refused}"
    return proposal.change.after if proposal.change else proposal.shown


async def measure_reuse(engine: OpenAICompatible) -> float:
    """The share of a prompt that is not read again after another ending."""
    cached = 0.0
    for ending in ("Explain.", "Mend it."):
        prompt = Prompt((Message("user", 10 * CODE + ending),), max_tokens=1)
        async with aclosing(engine.stream(prompt)) as chunks:
            async for chunk in chunks:
                if chunk.usage:
                    cached = chunk.usage.cached_tokens / chunk.usage.prompt_tokens
    return round(cached, 2)


async def run_all(names: Iterable[str]) -> list[Ran]:
    """One after the other, each told when it is done."""
    done = []
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            print(name, file=sys.stderr, flush=True)
            done.append(await run(name, Path(folder)))
            print(json.dumps(asdict(done[-1])), flush=True)
    return done


def describe(done: Iterable[Ran]) -> str:
    """The table."""
    groups: dict[float, list[str]] = {}
    for one in done:
        groups.setdefault(one.cached, []).append(f"`{one.name}`")
    rows = ["| read again of a prompt whose ending is new | architectures |", "|---|---|"]
    for cached, names in sorted(groups.items(), reverse=True):
        rows.append(f"| {1 - cached:.0%} | {', '.join(names)} |")
    return "\n".join(rows)


def main() -> None:
    names = sys.argv[1:]
    done = asyncio.run(run_all(ARCHITECTURES["architectures"] if "--table" in names else names))
    if "--table" in names:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        text = f"{before}{BEGIN}\n{describe(done)}\n{END}{after}"
        PAGE.write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.flush()
    os._exit(0)  # llama.cpp's servers have threads of their own


if __name__ == "__main__":
    main()
