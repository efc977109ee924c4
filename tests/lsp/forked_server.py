"""Servers for tests, forked off a process that has loaded what each of them would load anew: a
server on its own needs more processor time to start than most tests. It is as fresh as one that
was started: nothing has run in that process but imports.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import cast

from pygls.io_ import run_async
from pytest_lsp import LanguageClient

CAN_FORK = hasattr(os, "fork") and hasattr(os, "pidfd_open")
"""Where not, each server is started as an editor would."""

LONGEST = 1_000_000
"""Bytes of what a server is started with."""


class Forked:
    """The process of a server, as far as a client asks for it."""

    returncode: int | None = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._ended = asyncio.Event()
        self._sign = os.pidfd_open(pid)
        asyncio.get_running_loop().add_reader(self._sign, self._end)

    async def wait(self) -> int:
        """Gives 0 when it has ended, however it did."""
        await self._ended.wait()
        return 0

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._sign)
        os.close(self._sign)
        self.returncode = 0
        self._ended.set()


async def start_forked(
    client: LanguageClient, arguments: Sequence[str], environment: Mapping[str, str]
) -> None:
    """As `client.start_io`, for `watched_disk.run` with these arguments."""
    ours, theirs = socket.socketpair()
    told = json.dumps([list(arguments), dict(environment)]).encode()
    keeper = _start_keeper()
    socket.send_fds(keeper, [len(told).to_bytes(4, "big") + told], [theirs.fileno()])
    theirs.close()
    server = Forked(int.from_bytes(keeper.recv(4), "big"))
    reader, writer = await asyncio.open_connection(sock=ours)
    client.protocol.set_writer(writer)
    client._server = cast(asyncio.subprocess.Process, server)

    async def listen() -> None:
        try:
            await run_async(
                stop_event=client._stop_event,
                reader=reader,
                protocol=client.protocol,
                error_handler=client.report_server_error,
            )
        finally:
            writer.close()

    ending = client._server_exit()  # type: ignore[no-untyped-call]
    client._async_tasks.extend(map(asyncio.create_task, (listen(), ending)))


@cache
def _start_keeper() -> socket.socket:
    ours, theirs = socket.socketpair()
    program = (sys.executable, __file__, str(theirs.fileno()))
    subprocess.Popen(program, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
    theirs.close()
    return ours


def keep(asked: socket.socket) -> None:
    """Forks off a server for each that is asked for, until nobody is left to ask."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them here
    while True:
        told, handles, _, _ = socket.recv_fds(asked, LONGEST, 1)
        if not told:
            return
        size = int.from_bytes(told[:4], "big") + 4
        while len(told) < size:
            told += asked.recv(size - len(told))
        pid = os.fork()
        if not pid:
            asked.close()
            raise SystemExit(_serve(*json.loads(told[4:]), *handles))
        for handle in handles:
            os.close(handle)
        asked.sendall(pid.to_bytes(4, "big"))


def _serve(arguments: list[str], environment: dict[str, str], client: int) -> int:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number in (0, 1):
        os.dup2(client, number)
    os.close(client)
    os.environ.clear()
    os.environ.update(environment)
    return run(*arguments)


LOADED = ("deskmate.lsp.logs", "deskmate.lsp.server", "deskmate.requests.pipeline")
"""What a server loads at its start, and with its first action."""


if __name__ == "__main__":
    from deskmate.lsp.light_types import import_types

    import_types()
    for name in LOADED:
        import_module(name)
    from watched_disk import run

    assert threading.active_count() == 1
    keep(socket.socket(fileno=int(sys.argv[1])))
