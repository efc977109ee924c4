"""Whether a host is shared, and with whom: servers of one user that would start the same. Which of
them starts it, and how the others find it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import secrets
import subprocess
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import asdict, fields, replace
from functools import cache
from pathlib import Path

from deskmate import __version__
from deskmate.engines.builds.found import identify
from deskmate.engines.hosts import meeting
from deskmate.engines.hosts.host import Configuration
from deskmate.engines.hosts.host_process import GRACE, NO_WINDOW, HostProcess, host_command, spawn
from deskmate.engines.hosts.lease import Lease
from deskmate.engines.hosts.meeting import LONGEST, Meeting
from deskmate.engines.hosts.running import Link
from deskmate.engines.hosts.tuning import Tuning
from deskmate.engines.models.catalogue import find_model
from deskmate.files.places import place
from deskmate.files.programs import find_program
from deskmate.settings.sections.local import LocalSettings

log = logging.getLogger(__name__)

PATIENCE = 20.0
"""Seconds that a host has to prove that it is one, and a process to start."""

LINGER = 10.0
"""Seconds that a host stays when nobody holds it any more: an editor that is started again, and the
next command in a terminal, find the model loaded.
"""

LOADED_WITH = ("engine", "program", "model_type", "sleep_minutes", "timeout")
"""Settings that a host is started with, or ended by, besides those of its tuning."""


def identify_host(local: LocalSettings, model: Path) -> str:
    """What servers have in common that may have one host: the settings that it is started with,
    the files as they are now, the build of its engine, and the version of Deskmate. Raises
    ModelMissing, ModelError.
    """
    names = (*LOADED_WITH, *(one.name for one in fields(Tuning)))
    told = [(name, getattr(local, name)) for name in names]
    files = [model, *([find_model(local.draft_model)] if local.draft_model else [])]
    about = [(str(one.resolve()), one.stat().st_size, one.stat().st_mtime_ns) for one in files]
    saves = str(place("slots")) if local.slot_megabytes else ""
    build = identify(local.engine, local.program)
    data = repr((__version__, build, told, about, saves))
    return hashlib.sha256(data.encode(errors="surrogatepass")).hexdigest()[:32]


async def find_link(
    command: tuple[str, ...], configuration: Configuration, *, share: str, patience: float
) -> Link:
    """The host that is shared under the name `share`, or one of our own where there is no name, or
    hosts cannot be shared here. See `take_lease`.
    """
    if share:
        program = find_program(configuration.program) if configuration.program else None
        shared = replace(configuration, program=str(program or configuration.program))
        try:
            return await take_lease(share, command, shared, patience)
        except (OSError, NotImplementedError) as error:  # the latter where files have no locks
            tell_unshared(str(error))
    own = replace(configuration, key=secrets.token_urlsafe(32))
    return HostProcess(await spawn(command), own)


@cache
def tell_unshared(reason: str) -> None:
    """Says once why this process has a host of its own."""
    log.warning(
        "The model is not shared with your other editors: %s. It takes memory for each of them.",
        reason,
    )


async def take_lease(
    name: str, command: tuple[str, ...], configuration: Configuration, patience: float
) -> Lease:
    """The host that is shared under `name`, started by `command` where there is none. After
    `patience` seconds without a sign of life it is taken for stuck.

    Raises OSError where hosts cannot be shared here.
    """
    folder = await asyncio.to_thread(meeting.open_folder)
    path = folder / f"{name}.json"
    async with meeting.alone(path, 3 * PATIENCE):
        lease = await _join(path, configuration, patience)
        if lease is None:
            await asyncio.gather(*(_end_idle(one) for one in folder.glob("*.json") if one != path))
            await _start(path, command, configuration)
            lease = await _join(path, configuration, patience)
        if lease is None:
            raise ConnectionError("the process that shares it does not answer")
        return lease


async def _join(path: Path, configuration: Configuration, patience: float) -> Lease | None:
    """None where no host listens there that knows the key, or one that just ends."""
    found = await asyncio.to_thread(meeting.read_meeting, path)
    if found is None:
        return None
    try:
        async with asyncio.timeout(PATIENCE), _connect(found) as (reader, writer, stay):
            meeting.send(writer, {"hold": True})
            await meeting.receive(reader)
            stay()
            return Lease(path, found, (reader, writer), configuration, patience)
    except (OSError, ValueError) as error:
        log.debug("No host that is shared answers at port %s: %s", found.port, error)
        return None


@asynccontextmanager
async def _connect(
    found: Meeting,
) -> AsyncIterator[tuple[StreamReader, StreamWriter, Callable[[], object]]]:
    """A connection to a host that knows the key, which is closed in the end, unless the function is
    called. Raises OSError, ValueError.
    """
    reader, writer = await asyncio.open_connection(meeting.HOST, found.port, limit=LONGEST)
    with ExitStack() as stack:
        stack.callback(writer.close)
        await meeting.prove(reader, writer, found.key, "server")
        yield reader, writer, stack.pop_all


async def _end_idle(path: Path) -> None:
    """Has another host, which only lingers on, give its memory back at once."""
    if (found := await asyncio.to_thread(meeting.read_meeting, path)) is None:
        return
    try:
        async with asyncio.timeout(3 * GRACE), _connect(found) as (reader, writer, _):
            meeting.send(writer, {"end": "idle"})
            await meeting.receive(reader)  # it is held, or else it ends
    except ConnectionRefusedError:
        await asyncio.to_thread(meeting.remove_meeting, path, found)  # one that was killed
    except (OSError, ValueError) as error:
        log.debug("The host of %s has ended, or says nothing: %s", path.name, error)


async def _start(path: Path, command: tuple[str, ...], configuration: Configuration) -> None:
    """Starts the process that shares it, which outlives this one."""
    told = {
        "path": str(path),
        "command": command,
        "configuration": asdict(configuration),
        "linger": LINGER,
    }
    process = await asyncio.to_thread(_spawn, path.parent)
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.to_thread(_tell, process, json.dumps(told).encode() + b"\n")
    except BaseException:
        process.kill()
        raise


def _spawn(folder: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        host_command("shared"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        start_new_session=True,
        creationflags=NO_WINDOW | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    threading.Thread(target=process.wait, daemon=True).start()  # so that it is buried at its end
    return process


def _tell(process: subprocess.Popen[bytes], line: bytes) -> None:
    """Tells it what to do, and waits until it can be found."""
    assert process.stdin and process.stdout
    with process.stdout, process.stdin:
        process.stdin.write(line)
        process.stdin.flush()
        process.stdout.readline()
