"""Where the servers of one user find the host that they share: a folder that is theirs alone, with
a file for each host that says at which port of this machine it listens, and the key. Whoever cannot
read that is told nothing, and believed nothing.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import os
import secrets
import stat
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from deskmate.files.places import place
from deskmate.files.replace import replace_file

HOST = "127.0.0.1"

LONGEST = 1_000_000
"""Bytes of a message at most."""

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where a host that is shared listens, and the key that both sides have to know."""

    port: int
    key: str


def open_folder() -> Path:
    """The folder, made where it is missing. Raises OSError where it cannot be, or where anybody but
    the user may write to it or to one that it lies in.
    """
    wanted = place("hosts")
    for one in reversed((wanted, *wanted.parents)):
        if not one.is_dir():
            one.mkdir(mode=0o700, exist_ok=True)
    folder = wanted.resolve()  # so that no link on the way leads elsewhere later on
    if os.name == "posix":
        for one in (folder, *folder.parents):
            _check_owner(one, is_private=one == folder)
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"{folder} cannot be written")
    return folder


def _check_owner(folder: Path, *, is_private: bool) -> None:
    about = folder.lstat()
    mode = stat.S_IMODE(about.st_mode)
    if about.st_uid not in (os.geteuid(), 0):
        raise PermissionError(f"{folder} belongs to another user")
    if is_private and (about.st_uid != os.geteuid() or mode & 0o077):
        raise PermissionError(f"others may look into {folder}")
    if mode & 0o022 and not mode & stat.S_ISVTX:
        raise PermissionError(f"others may write to {folder}")


def read_meeting(path: Path) -> Meeting | None:
    """What the file says; None where there is none, or none that is whole."""
    try:
        found = Meeting(**json.loads(path.read_bytes()))
        is_whole = isinstance(found.key, str) and found.key and 0 < found.port < 2**16
        return found if is_whole else None
    except (OSError, ValueError, TypeError):
        return None


def write_meeting(path: Path, meeting: Meeting) -> None:
    """Says it to those who may read it. Raises OSError."""
    replace_file(path, json.dumps(asdict(meeting)).encode(), private=True)


def remove_meeting(path: Path, meeting: Meeting) -> None:
    """Takes it back, unless another has taken its place, or somebody is just making one."""
    with suppress(OSError, Timeout), FileLock(lock_of(path), timeout=0, mode=0o600):
        if read_meeting(path) == meeting:
            path.unlink(missing_ok=True)


@asynccontextmanager
async def alone(path: Path, patience: float) -> AsyncIterator[None]:
    """While nobody else starts a host there. Raises TimeoutError, OSError."""
    lock = FileLock(lock_of(path), timeout=0, mode=0o600)
    async with asyncio.timeout(patience):
        while True:
            with suppress(Timeout):
                lock.acquire()
                break
            await asyncio.sleep(0.05)
    try:
        yield
    finally:
        lock.release()


def lock_of(path: Path) -> Path:
    """The file that whoever starts a host holds meanwhile."""
    return path.with_suffix(".lock")


Side = Literal["host", "server"]


async def prove(reader: StreamReader, writer: StreamWriter, key: str, side: Side) -> None:
    """Shows the other side that this one knows the key, which is never sent itself, and has it show
    the same. Raises PermissionError where it does not, OSError, ValueError.
    """
    mine = secrets.token_hex(32)
    send(writer, {"nonce": mine})
    theirs = str((await receive(reader)).get("nonce"))
    others: Side = "server" if side == "host" else "host"
    send(writer, {"proof": _proof(key, side, mine, theirs)})
    given = str((await receive(reader)).get("proof"))
    if not hmac.compare_digest(given.encode(), _proof(key, others, theirs, mine).encode()):
        raise PermissionError("the other side does not know the key")


def _proof(key: str, side: Side, own: str, other: str) -> str:
    return hmac.digest(key.encode(), f"{side} {own} {other}".encode(), "sha256").hex()


def send(writer: StreamWriter, message: Message) -> None:
    """Sends a message, unless the other side has gone, which its reader notices."""
    if not writer.is_closing():
        writer.write(json.dumps(message).encode() + b"\n")


async def receive(reader: StreamReader) -> Message:
    """The next message. Raises ConnectionError where there is none, ValueError for what is none."""
    line = await reader.readline()
    if not line.endswith(b"\n"):
        raise ConnectionResetError("the other side has gone")
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError("no message")
    return message
