"""The model on this machine, in a child process that is started when it is first needed.

This process never loads a model. The child dies with it, and it outlives the child: a request that
was being answered then fails in one sentence, and the next one starts another child.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import secrets
import subprocess
import sys
from asyncio.subprocess import Process
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Literal

from deskmate.engines.engine import Capabilities, Chunk, Prompt
from deskmate.engines.hosts.host import Configuration, Report, read_report
from deskmate.engines.hosts.tuning import Tuning
from deskmate.engines.models.catalogue import find_model
from deskmate.engines.openai.capabilities import Reasoning
from deskmate.engines.openai.engine import OpenAICompatible
from deskmate.errors import EngineLost, EngineTimeout, EngineUnavailable, ModelMissing
from deskmate.settings.engines import DEFAULT, ENGINES
from deskmate.settings.schema import LocalSettings

log = logging.getLogger(__name__)


def host_command(host: str) -> tuple[str, ...]:
    """How the process is started that runs `hosts/HOST.py`. `-P` keeps it from importing what lies
    in the folder it is started in.
    """
    return (sys.executable, "-P", "-m", f"deskmate.engines.hosts.{host}")


def make_hosted(local: LocalSettings) -> LocalEngine:
    """The engine of `local` that its row in `ENGINES` says is hosted. Raises ModelMissing,
    ModelError.
    """
    return LocalEngine(
        find_model(local.model),
        host=ENGINES[local.engine].host,
        program=local.program,
        model_type=local.model_type,
        wanted=wanted_tuning(local),
        draft_model=find_model(local.draft_model) if local.draft_model else None,
        sleep=round(local.sleep_minutes * 60) or -1,
        reasoning=local.reasoning,
        timeout=local.timeout,
    )


def wanted_tuning(local: LocalSettings) -> Tuning:
    """What the settings say of how a host runs its model."""
    return Tuning(**{one.name: getattr(local, one.name) for one in fields(Tuning)})


NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""Windows opens a console for a child otherwise."""

GRACE = 1.0
"""Seconds that a host has to end by itself, and the system to notice that it has ended."""


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
    """A model's file, answered by a host process that lives as long as this object.

    `host` is what that process runs, `program` the llama-server where it runs one, `model_type` the
    kind of a model whose file does not say it. `wanted` is what is set of its tuning; the rest is
    chosen for the machine and the model. As many requests are answered at a time as it has slots;
    others wait for their turn. `draft_model` is a smaller model with the same vocabulary, which
    proposes what the large one only checks. After `sleep` seconds without a request the host gives
    the model's memory back until the next one. `reasoning` says how much a model that can think
    does so.
    """

    def __init__(
        self,
        model: Path,
        *,
        host: str = ENGINES[DEFAULT].host,
        program: str = "",
        model_type: str = "",
        wanted: Tuning | None = None,
        draft_model: Path | None = None,
        sleep: int = -1,
        reasoning: Reasoning = "off",
        timeout: float = 60,
    ) -> None:
        self._model = model
        self._command = host_command(host)
        self._configuration = Configuration(
            model=str(model),
            name=model.stem,
            wanted=wanted or Tuning(),
            draft_model=str(draft_model or ""),
            sleep=sleep,
            program=program,
            model_type=model_type,
        )
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
        return await (await self._ready()).server.capabilities()

    async def count_tokens(self, text: str) -> int:
        """Exact, by the model's own tokenizer."""
        return await (await self._ready()).server.count_tokens(text)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The answer. Closing this ends the generation, at the latest after a batch of the prompt.

        Raises EngineLost where the host dies meanwhile, EngineTimeout where it is stuck (it is
        ended then), EngineRejected, ModelMissing, EngineUnavailable.
        """
        for is_first in (True, False):
            host = await self._ready()
            try:
                async with host.turns, aclosing(host.server.stream(prompt)) as chunks:
                    async for chunk in chunks:
                        yield chunk
                return
            except EngineTimeout:
                await host.end()
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
        if not self._model.is_file():
            raise ModelMissing(
                f"The model file {self._model} is not there. Run `deskmate models install`, or set "
                f"`local.model` to another file."
            )
        configuration = replace(self._configuration, key=secrets.token_urlsafe(32))
        process = await _spawn(self._command)
        host = Host(process, configuration, self._timeout, self._reasoning)
        try:
            # The SDK is imported meanwhile, which takes a thread about as long as a small model.
            await asyncio.gather(host.greet(), asyncio.to_thread(importlib.import_module, "openai"))
            await host.get_ready()
        except BaseException:
            await host.end()
            raise
        return host


class Host:
    """One host process: its configuration goes in, the address of its server comes out."""

    def __init__(
        self, process: Process, configuration: Configuration, timeout: float, reasoning: Reasoning
    ) -> None:
        self._process = process
        self._configuration = configuration
        self._timeout = timeout
        self._reasoning = reasoning
        self._said: deque[str] = deque(maxlen=20)
        self._listening = asyncio.create_task(self._listen())
        self.url = ""
        self.key = configuration.key
        self.server: OpenAICompatible
        self.turns: asyncio.Semaphore

    @property
    def lives(self) -> bool:
        """Whether the process was alive when it was last heard of."""
        return self._process.returncode is None

    async def greet(self) -> None:
        """Tells the process what to load, and learns where it answers then.

        Raises EngineUnavailable with what the process says is wrong, or with how it ended.
        """
        assert self._process.stdin and self._process.stdout
        began = asyncio.get_running_loop().time()
        try:
            self._process.stdin.write(json.dumps(asdict(self._configuration)).encode() + b"\n")
            await self._process.stdin.drain()
        except ConnectionError:
            log.debug("The host ended before it was told what to load")
        answer = await self._process.stdout.readline()
        if not answer:
            raise EngineUnavailable(await self._last_words())
        report = read_report(answer)
        if report.error or report.tuning is None:
            raise EngineUnavailable(report.error)
        seconds = asyncio.get_running_loop().time() - began
        log.info("%s answers at %s after %.1f s", self._configuration.name, report.url, seconds)
        log.info("It is run with %s", report.tuning)
        self.turns = asyncio.Semaphore(report.tuning.slots)
        self.url = report.url
        self.server = OpenAICompatible(
            f"{self.url}/v1",
            api_key=self.key,
            reasoning=self._reasoning,
            timeout=self._timeout,
            reach="machine",
        )

    async def get_ready(self) -> None:
        """Asks the server what it can do. Raises EngineUnavailable where it does not answer."""
        try:
            await self.server.capabilities()
        except EngineUnavailable:
            ended = await self.ended()
            told = await self._last_words() if ended else self._not_well("does not answer")
            raise EngineUnavailable(told) from None

    async def ended(self) -> bool:
        """Whether the process has ended, or ends within `GRACE` seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), GRACE)
        if self.lives:
            return False
        log.warning("The host of the local model ended: %s", await self._last_words())
        return True

    async def end(self) -> None:
        """Ends the process, and waits until it is gone."""
        if self.url:
            await self.server.aclose()
        assert self._process.stdin
        self._process.stdin.close()  # which it takes as its own end
        try:
            await asyncio.wait_for(self._process.wait(), GRACE)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._listening

    async def _listen(self) -> None:
        """Keeps the end of the engine's log, and passes all of it on to ours."""
        assert self._process.stderr
        rest = b""
        while piece := await self._process.stderr.read(65536):
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                said = line.decode(errors="replace").rstrip()
                self._said.append(said)
                log.debug("host: %s", said)

    async def _last_words(self) -> str:
        """How the process ended without a word to us, for the user; the rest is logged."""
        code = await self._process.wait()
        await self._listening
        log.debug("The host's last lines:\n%s", "\n".join(self._said))
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        return self._not_well(how)

    def _not_well(self, how: str) -> str:
        return (
            f"The process of the local model {how}. The file {self._configuration.model} may be "
            f"damaged, or need more memory than there is. Set `local.model` to a smaller one, or "
            f"`log.level` to `debug` to see more."
        )


def _lives(host: asyncio.Task[Host]) -> bool:
    return not host.cancelled() and not host.exception() and host.result().lives


async def _spawn(command: tuple[str, ...]) -> Process:
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        creationflags=NO_WINDOW,
    )
