"""What `deskmate doctor` finds: is everything there that an answer needs, and how to mend it.

No model is loaded here, and nothing is changed.
"""

from __future__ import annotations

import asyncio
import difflib
import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs

from deskmate import __version__
from deskmate.actions.catalog import load_actions
from deskmate.actions.test_files import project_root
from deskmate.engines.detecting import detect
from deskmate.engines.models import catalogue, find_model, is_installed, models_dir
from deskmate.engines.table import create_engine
from deskmate.errors import EngineError, ModelError
from deskmate.settings import LocalSettings, Problem, Settings
from deskmate.settings_sources import action_folders, load_settings, user_file


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `what` was found, and how to `mend` it where it is not ok."""

    state: Literal["ok", "warning", "problem"]
    about: str
    what: str
    mend: str = ""


def examine(folder: Path) -> Iterator[Finding]:
    """Looks at everything in turn, with the settings that hold for files in `folder`."""
    root = project_root(folder / "file")
    settings, problems = load_settings(root)
    yield _program()
    yield from _settings(problems)
    yield from _actions(root, settings)
    yield from _ENGINES[settings.local.engine](settings.local)
    yield from _folders()
    yield _log(settings.log.level, settings.log.file)


def _program() -> Finding:
    python = f"Python {platform.python_version()} ({sys.executable})"
    return Finding("ok", "deskmate", f"{__version__}, {python}, {platform.platform()}")


def _settings(problems: Iterable[Problem]) -> Iterator[Finding]:
    """What is wrong in them; an editor's own settings are known to its server only."""
    file = user_file()
    if file.exists():
        yield Finding("ok", "settings", f"yours are in {file}")
    else:
        yield Finding("ok", "settings", f"the defaults; your own would be in {file}")
    for problem in problems:
        yield Finding("problem", "settings", str(problem), "Until then it is as if it was not set.")


def _actions(root: Path, settings: Settings) -> Iterator[Finding]:
    actions, broken = load_actions(action_folders(root))
    yield Finding("ok", "actions", ", ".join(actions))
    for told in broken:
        yield Finding("problem", "actions", told)
    for name in settings.actions.disabled:
        if name not in actions:
            near = difflib.get_close_matches(name, actions, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(actions)}."
            yield Finding("warning", "settings", f"`actions.disabled`: no action {name}.", hint)


def _llama_cpp(local: LocalSettings) -> Iterator[Finding]:
    yield from _embedded(local)
    yield from _servers()


def _embedded(local: LocalSettings) -> Iterator[Finding]:
    yield _library()
    try:
        path = find_model(local.model)
    except ModelError as error:
        yield _missing(error)
        return
    yield _file(path)
    yield from _memory(path)


def _library() -> Finding:
    tried = _load_elsewhere()
    if tried.returncode == 0:
        return Finding("ok", "engine", "the embedded llama.cpp")
    said = tried.stderr.strip().splitlines()
    reason = said[-1] if said else f"it ends with code {tried.returncode}"
    mend = "Install Deskmate again, or set `local.engine` to `openai` and use a server of your own."
    if "libgomp" in tried.stderr:
        mend = "It needs the system's libgomp.so.1; on Debian and Ubuntu: apt install libgomp1"
    return Finding("problem", "engine", f"llama.cpp cannot be loaded: {reason}", mend)


def _load_elsewhere() -> subprocess.CompletedProcess[str]:
    """Loads llama.cpp in another process, since it may end the one that it is loaded in."""
    return subprocess.run(
        [sys.executable, "-P", "-c", "import xllamacpp"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )


def _missing(error: ModelError) -> Finding:
    """No model: said by whoever looks for one, or a file that is only half of one."""
    for model in catalogue():
        file = models_dir() / model.file
        if file.exists() and not is_installed(model):
            what = f"{file} has {file.stat().st_size:,} bytes in place of {model.size:,}"
            return Finding("problem", "model", what, f"deskmate models install {model.name}")
    return Finding("problem", "model", str(error))


def _file(path: Path) -> Finding:
    """The file that would answer; one of ours is read from end to end."""
    model = next((one for one in catalogue() if models_dir() / one.file == path), None)
    size = f"{path.stat().st_size / 1e6:,.0f} MB"
    if model is None:
        return Finding("ok", "model", f"{path} ({size})")
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != model.sha256:
            mend = f"Delete it, then: deskmate models install {model.name}"
            return Finding("problem", "model", f"{path} is damaged: its checksum is wrong", mend)
    return Finding("ok", "model", f"{model.title}, {path} ({size}, checksum right)")


def _memory(path: Path) -> Iterator[Finding]:
    """Whether the model fits this machine, where the system says how much memory it has."""
    if not hasattr(os, "sysconf"):
        return
    have = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    need = path.stat().st_size + _BESIDES
    what = f"{have / 1e9:.1f} GB, of which this model takes about {need / 1e9:.1f} GB"
    if need <= have:
        yield Finding("ok", "memory", what)
    else:
        yield Finding("warning", "memory", what, "Set `local.model` to a smaller one.")


_BESIDES = 10**9
"""Bytes that context, prompt cache and llama.cpp itself take besides the model."""


def _servers() -> Iterator[Finding]:
    """What else on this machine would answer. It is offered; nothing switches to it by itself."""
    for server in detect():
        has = ", ".join(server.models[:_NAMED]) or "no model"
        more = len(server.models) - _NAMED
        has += f" and {more} more" if more > 0 else ""
        what = f"one answers at {server.url}, the usual port of {server.usual}, with {has}"
        mend = f"To use it, set `local.engine` to `openai` and `local.url` to `{server.url}`."
        yield Finding("ok", "server", what, mend)


_NAMED = 3
"""Models of a server that are named in one sentence."""


def _server(local: LocalSettings) -> Iterator[Finding]:
    """Whether the server answers and takes the key, asked as an action would ask it."""
    try:
        model, context = asyncio.run(_ask(local))
    except EngineError as error:
        yield Finding("problem", "engine", str(error))
    except TimeoutError:
        mend = "Is it running, and is `local.url` its address?"
        yield Finding("problem", "engine", f"nothing from {local.url} in {PATIENCE:g} s", mend)
    else:
        what = f"{local.url} answers, with {model} and {context:,} tokens of context"
        yield Finding("ok", "engine", what)


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
        mend = "Unset `local.engine` to have a model answer."
        yield Finding("warning", "engine", f"the script {local.model}, no model", mend)


_ENGINES: Mapping[str, Callable[[LocalSettings], Iterator[Finding]]] = {
    "llama_cpp": _llama_cpp,
    "openai": _server,
    "scripted": _script,
}


def _folders() -> Iterator[Finding]:
    for about, folder in (
        ("models", models_dir()),
        ("cache", platformdirs.user_cache_path("deskmate", appauthor=False)),
    ):
        there = next(one for one in (folder, *folder.parents) if one.exists())
        if there.is_dir() and os.access(there, os.W_OK):
            yield Finding("ok", about, f"{folder}")
        else:
            mend = f"{there} stands in the way: make it a folder that you may write in."
            yield Finding("problem", about, f"{folder} cannot be written", mend)


def _log(level: str, file: str) -> Finding:
    place = file or "standard error, which the editor shows"
    return Finding("ok", "log", f"{level} and above, to {place}")
