"""What another build of llama.cpp, another file of the model and more threads are worth: against
the embedded build with the model as it is shipped and one thread, in the same run.

    python tests/bench/build_bench.py 12 [BUILD…]    in Markdown, with what the model loses in its
                                                     copy, by so many tasks of the evaluation too
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from figures import ratio

from deskmate.actions.catalog import load_actions
from deskmate.checks.sandbox import Limits
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.engines.builds.comparing import AS_IT_IS, Comparison, measure_by_turns
from deskmate.engines.builds.found import Build, builds_here
from deskmate.engines.builds.guessing import Guesses, guess
from deskmate.engines.builds.measuring import thread_counts
from deskmate.engines.builds.record import Choice, Speed, choose, compare
from deskmate.engines.builds.repacking import FORMAT, find_quantizer, is_worth_trying, remaking
from deskmate.engines.engine import Chunk, EngineWrapper, Prompt
from deskmate.engines.hosts.client import LocalEngine
from deskmate.engines.hosts.tuning import Tuning, cores
from deskmate.engines.models.catalogue import installed
from deskmate.evaluation.running import run_task
from deskmate.evaluation.suites import find_tasks
from deskmate.evaluation.tasks import Task, chosen
from deskmate.requests.pipeline import propose
from deskmate.requests.request import resolve
from deskmate.settings.engines import ENGINES
from deskmate.settings.sections.local import LocalSettings

sys.path.append(str(Path(__file__).parents[1]))  # where pytest finds them by itself

from llama_server_binary import NotHere, llama_server

SAMPLE = Path(__file__).parents[2] / "examples" / "shop" / "basket.py"


async def builds(rounds: int = 3) -> None:
    """For each model for code that is installed: the table of build × file × threads, and an
    explanation with the fastest of them.
    """
    for model in coding_models():
        async with measured(model) as (found, files):
            tell(model, found)
            rows = [(choose(some), *one) for one, some in found.speeds.items()]
            best, build, called = min(
                ((choice, build, called) for choice, build, called in rows if choice),
                key=lambda one: one[0].seconds,
            )
            print(
                f"The first explanation in a file by {build.name}, {called}, {best.threads_batch} "
                f"threads to read and {best.threads} to write, against the first row:"
            )
            await explain(model, best, build, files[called], rounds)


def coding_models() -> list[Path]:
    """The smallest first."""
    found = [one for one in installed() if one.use == "coding"]
    return [one.path for one in sorted(found, key=lambda one: one.size)]


@asynccontextmanager
async def measured(
    model: Path, names: Sequence[str] = ()
) -> AsyncGenerator[tuple[Comparison, dict[str, Path]]]:
    """How fast each build is, or those of these names, with the model and with a copy of it; and
    the files of both.
    """
    here = tuple(one for one in find_builds() if not names or one.name in names)
    files, found = {AS_IT_IS: model}, Comparison()
    quantizer = find_quantizer(here)
    async with AsyncExitStack() as made:
        if quantizer is not None and is_worth_trying(model):
            files[FORMAT] = await made.enter_async_context(remaking(model, quantizer))
        await measure_by_turns(found, here, files, thread_counts(cores()), lambda doing: None)
        yield found, files


def tell(model: Path, found: Comparison) -> None:
    """Prints a line for each build, file and number of threads."""
    base = base_of(found)
    print(f"{model.stem}, tokens a second, and times as fast as the first row by turns:")
    for (build, called), speeds in found.speeds.items():
        for speed in speeds:
            gain = compare(base, Choice(speed.threads, speed.threads, *_turns(speed)))
            print(
                f"  {build.name:10} {called:10} {speed.threads:>2} threads"
                f"{max(speed.reads):>8.1f} read {max(speed.writes):>8.1f} written"
                f"{gain.middle:>6.2f} × ({gain.least:.2f} to {gain.most:.2f})"
            )


def base_of(found: Comparison) -> Choice:
    """What all is compared with: the embedded build, the file as it is, one thread."""
    first = next(iter(found.speeds.values()))[0]
    return Choice(first.threads, first.threads, *_turns(first))


async def table(count: int, names: Sequence[str]) -> str:
    """A row for each model, build (of these names) and file, with the threads that are fastest:
    what it gains over the first row of its model, and what the model loses in its copy, by what it
    guesses and by so many tasks of the evaluation.
    """
    lines = [TABLE]
    asked = [one for one in find_tasks((), None, run_code=True)[0] if one.asks]
    tasks = chosen(asked, "unseen", count, seed=1) if count else []
    for model in coding_models():
        async with measured(model, names) as (found, files):
            tell(model, found)
            first, base = next(iter(found.speeds))[0], base_of(found)
            lost: dict[str, str] = {}
            known: Guesses | None = None
            for called, file in files.items():
                choice = found.choice(first, called)
                assert choice
                guesses = await guess(first, file, choice)
                known = known or guesses
                right = await count_right(engine_of(first, file, choice), tasks)
                same = f"{guesses.perplexity:.2f} | {known.agreement(guesses):.0%}"
                lost[called] = f"{same} | {right} of {len(tasks)}"
            for (build, called), speeds in found.speeds.items():
                choice = choose(speeds)
                assert choice
                lines.append(
                    f"| {model.stem} | {build.name} | {called} | {max(choice.reads):.0f} | "
                    f"{max(choice.writes):.0f} | {choice.seconds:.1f} s | "
                    f"{compare(base, choice).middle:.2f}× | {lost[called]} |\n"
                )
    return "".join(lines)


TABLE = (
    "| model | build | file | read | written | a typical action | against one thread | perplexity "
    "| same token | tasks right |\n|---|---|---|---|---|---|---|---|---|---|\n"
)


async def count_right(engine: LocalEngine, tasks: list[Task]) -> int:
    """How many of the tasks come out right with that engine."""
    actions = load_actions()[0]
    try:
        done = [await run_task(one, "deskmate", engine, actions, Limits()) for one in tasks]
    finally:
        await engine.aclose()
    return sum(one.right for one in done)


def engine_of(build: Build, file: Path, choice: Choice) -> LocalEngine:
    """A build with a file and those threads."""
    return LocalEngine(
        file,
        host=ENGINES[build.engine].host,
        program=build.program,
        wanted=Tuning(threads=choice.threads, threads_batch=choice.threads_batch),
    )


def _turns(speed: Speed) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return speed.reads, speed.writes


def find_builds() -> tuple[Build, ...]:
    """Those that are here, and the one that the tests fetch."""
    here = builds_here(LocalSettings())
    try:
        program = str(llama_server())
    except NotHere:
        return here
    if program in [build.program for build in here]:
        return here
    return (*here, Build("debian", "", "llama_server", program))


async def explain(model: Path, best: Choice, build: Build, file: Path, rounds: int) -> None:
    """The first action in a file, by turns: embedded, shipped, one thread; and the fastest."""
    plain = Watched(LocalEngine(model, wanted=Tuning(threads=1, threads_batch=1)))
    fast = Watched(engine_of(build, file, best))
    action = load_actions()[0]["explain"]
    text = SAMPLE.read_text(encoding="utf-8")
    place = Span(text.index("def total"), text.index("def total"))
    firsts, wholes = [], []
    for engine in (plain, fast):
        await engine.capabilities()
    for turn in range(rounds):
        pair = []
        for engine in (plain, fast):
            document = open_document(SAMPLE.with_name(f"{turn}.py").as_uri(), text)
            began = time.perf_counter()
            await propose(resolve(action, document, place), engine)
            pair.append((engine.first - began, time.perf_counter() - began))
        (first, whole), (faster_first, faster_whole) = pair
        firsts.append(faster_first / first)
        wholes.append(faster_whole / whole)
    for engine in (plain, fast):
        await engine.aclose()
    ratio("  its first token", statistics.median(firsts), "≤ 0.35")
    ratio("  all of it", statistics.median(wholes), "≤ 0.5")


class Watched(EngineWrapper):
    """Passes everything on, and notes when the first token of an answer came."""

    first = 0.0

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The engine's answer."""
        self.first = 0.0
        async for chunk in self._engine.stream(prompt):
            if chunk.text and not self.first:
                self.first = time.perf_counter()
            yield chunk


if __name__ == "__main__":
    print(asyncio.run(table(int(sys.argv[1]), sys.argv[2:])))
