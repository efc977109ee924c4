"""The model on this machine, in a process of its own that is started when it is first needed: a
child of this one, or one that all servers of the user share (`sharing.py`).

This process never loads a model. That one dies with the last that holds it, and this one outlives
it: a request that was being answered then fails in one sentence, and the next one starts another.
"""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Literal

from deskmate.engines.builds.fitting import find_file, fit_engine
from deskmate.engines.builds.found import identify
from deskmate.engines.builds.record import identify_model, read_record
from deskmate.engines.engine import Capabilities, Chunk, Prompt
from deskmate.engines.hosts.host import Configuration, Report, read_report
from deskmate.engines.hosts.host_process import NO_WINDOW, host_command
from deskmate.engines.hosts.running import Host
from deskmate.engines.hosts.sharing import find_link, identify_host
from deskmate.engines.hosts.tuning import Tuning, busy_cores, cores
from deskmate.engines.models.catalogue import find_model
from deskmate.engines.openai.capabilities import Reasoning
from deskmate.engines.queue import LIVE, begin_anew, collect
from deskmate.errors import EngineLost, EngineTimeout, EngineUnavailable, ModelMissing
from deskmate.files.leftovers import tidy_up
from deskmate.files.places import place
from deskmate.settings.engines import DEFAULT, ENGINES
from deskmate.settings.sections.local import LocalSettings

log = logging.getLogger(__name__)


def make_hosted(local: LocalSettings) -> LocalEngine:
    """The engine of `local` that its row in `ENGINES` says is hosted. Raises ModelMissing,
    ModelError.
    """
    local = fit_engine(local)
    model = find_file(local)
    return LocalEngine(
        model,
        name=find_model(local.model).stem,
        host=ENGINES[local.engine].host,
        program=local.program,
        model_type=local.model_type,
        wanted=wanted_tuning(local, model),
        draft_model=find_model(local.draft_model) if local.draft_model else None,
        sleep=round(local.sleep_minutes * 60) or -1,
        reasoning=local.reasoning,
        timeout=local.timeout,
        slot_limit=local.slot_megabytes * 1_000_000,
        share=identify_host(local, model) if local.share else "",
    )


def wanted_tuning(local: LocalSettings, model: Path | None) -> Tuning:
    """What the settings say of how a host runs its model, and where they leave the threads to us,
    those that were measured as fastest with it; no more than are not busy.
    """
    wanted = Tuning(**{one.name: getattr(local, one.name) for one in fields(Tuning)})
    if wanted.threads or model is None:
        return wanted
    local = fit_engine(local)
    choice = read_record().choice(identify(local.engine, local.program), identify_model(model))
    if choice is None:
        return wanted
    free = max(1, cores() - busy_cores())
    return replace(
        wanted,
        threads=min(free, choice.threads),
        threads_batch=wanted.threads_batch or min(free, choice.threads_batch),
    )


def ask_host(configuration: Configuration, host: str) -> Report:
    """What a host says that it would do; nothing is loaded. In a process of its own, since an
    engine may end the one that it is imported in.
    """
    configuration = replace(configuration, load=False)
    done = subprocess.run(
        host_command(host),
        input=json.dumps(asdict(configuration)).encode() + b"\n",
        capture_output=True,
        creationflags=NO_WINDOW,
    )
    if done.stdout:
        return read_report(done.stdout)
    said = done.stderr.decode(errors="replace").strip().splitlines()
    reason = said[-1] if said else f"it ends with code {done.returncode}"
    return Report(error=f"The engine cannot be loaded: {reason}. Install Deskmate again.")


class LocalEngine:
    """A model's file, answered by a host process that lives as long as this object, or as another
    that shares it.

    `name` is what the model is called where its file is not, `host` what that process runs,
    `program` the llama-server where it runs one, `model_type` the kind of a model whose file does
    not say it. `wanted` is what is set of its tuning; the rest is chosen for the machine and the
    model. As many requests are answered at a time as it has slots; others wait for their turn.
    `draft_model` is a smaller model with the same vocabulary, which proposes what the large one
    only checks. After `sleep` seconds without a request the host gives the model's memory back
    until the next one. `reasoning` says how much a model that can think does so. What it has read
    may take `slot_limit` bytes on disk, for after a restart. With `share` the host is one for all
    engines of this user, also of other processes, that give the same text for it.
    """

    def __init__(
        self,
        model: Path,
        *,
        name: str = "",
        host: str = ENGINES[DEFAULT].host,
        program: str = "",
        model_type: str = "",
        wanted: Tuning | None = None,
        draft_model: Path | None = None,
        sleep: int = -1,
        reasoning: Reasoning = "off",
        timeout: float = 60,
        slot_limit: int = 0,
        share: str = "",
    ) -> None:
        self.model = model
        self.name = name or model.stem
        self._command = host_command(host)
        self._configuration = Configuration(
            model=str(model.absolute()),
            name=self.name,
            wanted=wanted or Tuning(),
            draft_model=str(draft_model.absolute() if draft_model else ""),
            sleep=sleep,
            program=program,
            model_type=model_type,
            slots=str(place("slots")) if slot_limit else "",
            build=identify(host, program) if slot_limit else "",
        )
        self._slot_limit = slot_limit
        self._share = share
        self._reasoning = reasoning
        self._timeout = timeout
        self._running: asyncio.Task[Host] | None = None

    @property
    def state(self) -> Literal["stopped", "loading", "ready"]:
        """Whether a request would be answered at once."""
        if self._running is None:
            return "stopped"
        if not self._running.done():
            return "loading"
        return "ready" if _lives(self._running) else "stopped"

    @property
    def address(self) -> tuple[str, str]:
        """URL and key of the running host. Raises EngineUnavailable where none runs."""
        if self._running is None or not _lives(self._running):
            raise EngineUnavailable("The local model is not running.")
        return self._running.result().url, self._running.result().key

    async def capabilities(self) -> Capabilities:
        """What the model can do; starts the host and waits for it where it does not run.

        Raises ModelMissing, EngineUnavailable. Whoever is cancelled while waiting leaves the
        start to those who wait still, and to the next request.
        """
        found = await (await self._ready()).server.capabilities()
        return replace(found, shared=bool(self._share))

    async def count_tokens(self, text: str) -> int:
        """Exact, by the model's own tokenizer; a host that has died is started again for it."""
        host = await self._ready()
        try:
            return await host.server.count_tokens(text)
        except (EngineLost, EngineUnavailable):
            if not await host.ended():
                raise
        return await (await self._ready()).server.count_tokens(text)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The answer. Closing this ends the generation, at the latest after a batch of the prompt.
        Where the host is shared, one that nobody waits for comes whole, as it may have to give way.

        Raises EngineLost where the host dies meanwhile, EngineTimeout where it is stuck (it is
        ended then), EngineRejected, ModelMissing, EngineUnavailable.
        """
        if self._share and prompt.priority not in LIVE:
            for chunk in await begin_anew(lambda stop: collect(self._answer(prompt, stop))):
                yield chunk
            return
        async with aclosing(self._answer(prompt, _go_on)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def _answer(
        self, prompt: Prompt, give_way: Callable[[], None]
    ) -> AsyncGenerator[Chunk, None]:
        for is_first in (True, False):
            host = await self._ready()
            try:
                async with (
                    host.answering(prompt, give_way),
                    aclosing(host.server.stream(prompt)) as chunks,
                ):
                    if self._share:
                        yield Chunk(read=0.0)
                    async for chunk in chunks:
                        yield chunk
                return
            except EngineTimeout:
                await host.end(is_stuck=True)
                raise EngineTimeout(
                    f"The local model said nothing for {self._timeout:g} s, so it was ended; "
                    f"nothing was changed. The next request starts it again; raise "
                    f"`local.timeout` if this machine needs longer."
                ) from None
            except (EngineLost, EngineUnavailable) as error:
                if not await host.ended():
                    raise
                if is_first and isinstance(error, EngineUnavailable):
                    continue  # it had died before, and the request did not reach it
                raise EngineLost(
                    "The local model stopped in the middle of its answer; nothing was "
                    "changed. The next request starts it again; run `deskmate doctor` "
                    "if this repeats."
                ) from None

    async def aclose(self) -> None:
        """Ends the host, also while it is starting."""
        task, self._running = self._running, None
        if task is None:
            return
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled() and not task.exception():
            await task.result().end()

    async def _ready(self) -> Host:
        """The running host, started by the first and shared by all who wait for it."""
        if self.state == "stopped":
            self._running = asyncio.create_task(self._start())
        assert self._running is not None
        return await asyncio.shield(self._running)

    async def _start(self) -> Host:
        if not await asyncio.to_thread(self.model.is_file):
            raise ModelMissing(
                f"The model file {self.model} is not there. Run `deskmate models install`, or set "
                f"`local.model` to another file."
            )
        link = await find_link(
            self._command, self._configuration, share=self._share, patience=self._timeout
        )
        host = Host(link, self._configuration, self._timeout, self._reasoning, self._slot_limit)
        try:
            await asyncio.gather(host.greet(), asyncio.to_thread(tidy_up))
            await host.get_ready()
        except BaseException:
            await host.end()
            raise
        return host


def _go_on() -> None:
    """What somebody waits for does not give way."""


def _lives(host: asyncio.Task[Host]) -> bool:
    return not host.cancelled() and not host.exception() and host.result().lives
