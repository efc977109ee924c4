"""What `deskmate doctor` finds of an engine: what it needs to answer, as its row says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from deskmate.cli.finding import Finding
from deskmate.engines.builds.copies import place_of_copy, tell_copy, tell_damaged
from deskmate.engines.builds.fitting import find_faster, find_file, fit_engine
from deskmate.engines.builds.found import identify
from deskmate.engines.builds.record import identify_model, read_record
from deskmate.engines.hosts.client import ask_host, wanted_tuning
from deskmate.engines.hosts.host import Configuration
from deskmate.engines.hosts.meeting import open_folder
from deskmate.engines.hosts.tuning import Machine, Tuning, memory_needed
from deskmate.engines.models.catalogue import (
    find_model,
    how_to_mend,
    is_installed,
    is_right,
    known,
)
from deskmate.engines.models.gguf import read_metadata
from deskmate.engines.openai.discovery import detect
from deskmate.engines.table import create_engine
from deskmate.errors import EngineError, ModelError, explain_os_error
from deskmate.settings.engines import DEFAULT, ENGINES, EngineRow
from deskmate.settings.sections.local import LocalSettings


def examine_engine(local: LocalSettings) -> Iterator[Finding]:
    """What the engine that would answer needs, as its row says."""
    row = ENGINES[local.engine]
    if row.host:
        yield from _hosted(local)
    elif row.needs == "script":
        yield from _script(local)
    else:
        yield from _asked(local, row)
    if local.engine == DEFAULT:
        yield from _servers()


def _hosted(chosen: LocalSettings) -> Iterator[Finding]:
    local = fit_engine(chosen)
    row = ENGINES[local.engine]
    try:
        path, fitting = find_model(local.model), find_file(local)
    except ModelError as error:
        yield from _plan(None, local, row)
        yield _missing(error)
        return
    file = _file(path)
    yield from _plan(fitting if file.state == "ok" else None, local, row)
    yield file
    used = identify(local.engine, local.program)
    made = read_record().repack_of(used, identify_model(path))
    if made and fitting != path:
        yield Finding("ok", "model", tell_copy(made))
    damaged = tell_damaged(place_of_copy(path))
    if damaged:
        yield Finding("warning", "model", damaged)
    yield _sharing(local)


def _plan(path: Path | None, local: LocalSettings, row: EngineRow) -> Iterator[Finding]:
    """Whether the engine is there, and how it would run the model."""
    configuration = Configuration(
        model=str(path or ""),
        name="",
        wanted=wanted_tuning(local, path),
        program=local.program,
        model_type=local.model_type,
    )
    report = ask_host(configuration, row.host)
    if report.error or report.machine is None:
        yield Finding("problem", "engine", report.error)
        return
    what = row.runs.format(program=local.program)
    gpus = ", ".join(f"{gpu.name} with {gpu.memory / 1e9:.1f} GB" for gpu in report.machine.gpus)
    yield Finding("ok", "engine", f"{what}, on {gpus or 'the CPU, without a GPU'}")
    if path is not None and report.tuning is not None:
        yield from _tuning(report.tuning, report.machine, path)
        yield from _speed(local, path)


def _tuning(tuning: Tuning, machine: Machine, path: Path) -> Iterator[Finding]:
    """How the model is run, and whether it fits. An old file says nothing of itself."""
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            return
    model = read_metadata(path)
    at_once = f", {tuning.slots} requests at a time" if tuning.slots > 1 else ""
    layers = tuning.gpu_layers if tuning.gpu_layers >= 0 else "as many as fit"
    on_gpu = f", layers on the GPU: {layers} of {model.layers}" if machine.gpus else ""
    yield Finding(
        "ok",
        "tuning",
        f"{tuning.threads} of {machine.cores} cores to write and {tuning.threads_batch} to read, "
        f"{tuning.context:,} tokens of context (the "
        f"model has {model.context:,}) in a {tuning.kv_cache} cache{at_once}{on_gpu}",
    )
    need = memory_needed(tuning, model)
    what = f"{machine.room / 1e9:.1f} GB are free; this model takes about {need / 1e9:.1f} GB"
    if need <= machine.room:
        yield Finding("ok", "memory", what)
    else:
        yield Finding("warning", "memory", what, "Set `local.model` to a smaller one.")


def _speed(local: LocalSettings, path: Path) -> Iterator[Finding]:
    """How fast it was when it was measured, and whether another build was faster."""
    used = identify(local.engine, local.program)
    choice = read_record().choice(used, identify_model(path))
    if choice is None:
        yield Finding("ok", "speed", _UNMEASURED)
        return
    what = (
        f"{max(choice.reads):.0f} tokens a second read, {max(choice.writes):.0f} written, so about "
        f"{choice.seconds:.0f} s for a typical action"
    )
    faster = find_faster(local)
    if faster is None:
        yield Finding("ok", "speed", what)
    else:
        build, gain = faster
        fix = f"{gain.middle:.1f}× as fast with {build.about}: `deskmate engine use {build.name}`."
        yield Finding("warning", "speed", what, fix)


_UNMEASURED = (
    "not measured yet: `deskmate engine bench` does it, and tries a faster copy of the model"
)


def _sharing(local: LocalSettings) -> Finding:
    """Whether the model is in memory once for all editors of this user."""
    if not local.share:
        return Finding("ok", "sharing", "each editor loads a model of its own, as you set it")
    try:
        folder = open_folder()
    except OSError as error:
        what = f"each editor loads a model of its own: {explain_os_error(error)}"
        fix = "Set XDG_RUNTIME_DIR to a folder that is yours alone, or `local.share` to false."
        return Finding("warning", "sharing", what, fix)
    return Finding("ok", "sharing", f"your editors share one model in memory, by {folder}")


def _missing(error: ModelError) -> Finding:
    """No model: said by whoever looks for one, or a file that is only half of one."""
    for model in known():
        file = model.path
        if model.file and file.exists() and not is_installed(model):
            what = f"{file} has {file.stat().st_size:,} bytes instead of {model.size:,}"
            return Finding("problem", "model", what, f"deskmate models install {model.name}")
    return Finding("problem", "model", str(error))


def _file(path: Path) -> Finding:
    """The file that would answer; one of ours is read from end to end."""
    model = next((one for one in known() if one.file and one.path == path), None)
    size = f"{path.stat().st_size / 1e6:,.0f} MB"
    if model is None:
        return Finding("ok", "model", f"{path} ({size})")
    if not is_right(model):
        fix = how_to_mend(model)
        return Finding("problem", "model", f"{path} is damaged: its checksum is wrong", fix)
    return Finding("ok", "model", f"{model.title}, {path} ({size}, checksum right)")


def _servers() -> Iterator[Finding]:
    """What else on this machine would answer. It is offered; nothing switches to it by itself."""
    for server in detect():
        has = ", ".join(server.models[:_NAMED]) or "no model"
        more = len(server.models) - _NAMED
        has += f" and {more} more" if more > 0 else ""
        what = f"one answers at {server.url}, the usual port of {server.usual}, with {has}"
        fix = f"To use it, set `local.engine` to `openai` and `local.url` to `{server.url}`."
        yield Finding("ok", "server", what, fix)


_NAMED = 3
"""Models of a server that are named in one sentence."""


def _asked(local: LocalSettings, row: EngineRow) -> Iterator[Finding]:
    """Whether it answers, and takes the key, asked as an action would ask it."""
    where = local.url if row.needs == "server" else local.engine
    try:
        model, context = asyncio.run(_ask(local))
    except (EngineError, ModelError) as error:
        yield Finding("problem", "engine", str(error))
    except TimeoutError:
        fix = "Is it running, and is `local.url` its address?"
        yield Finding("problem", "engine", f"nothing from {where} in {PATIENCE:g} s", fix)
    else:
        what = f"{where} answers, with {model} and {context:,} tokens of context"
        if context >= _SHORT or local.context:
            yield Finding("ok", "engine", what)
        else:
            yield Finding("warning", "engine", what, _LENGTHEN)


_SHORT = 8192
"""Tokens of context with which much of what surrounds a function has to be left out."""

_LENGTHEN = (
    "That is little: what does not fit is left out of the prompt. Start the server with more: "
    "Ollama with OLLAMA_CONTEXT_LENGTH=16384 in its environment, llama-server with `-c 16384`, "
    "vLLM with `--max-model-len 16384`."
)


async def _ask(local: LocalSettings) -> tuple[str, int]:
    engine = create_engine(local)
    try:
        async with asyncio.timeout(PATIENCE):
            capabilities = await engine.capabilities()
    finally:
        await engine.aclose()
    return capabilities.model, capabilities.context


PATIENCE = 10.0
"""Seconds that a server has to say what it can do."""


def _script(local: LocalSettings) -> Iterator[Finding]:
    """A script answers, which is good for tests only."""
    try:
        create_engine(local)
    except EngineError as error:
        yield Finding("problem", "engine", str(error))
    else:
        fix = "Unset `local.engine` to have a model answer."
        yield Finding("warning", "engine", f"the script {local.model}, no model", fix)
