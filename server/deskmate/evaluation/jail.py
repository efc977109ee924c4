"""Runs a command that nobody has read: `jail.py LIMITS COMMAND…`, a process of its own.

On Linux it has its own network (none), its own processes (all of them end with it), and may write
in its working folder only (Landlock, https://docs.kernel.org/userspace-api/landlock.html); memory,
file sizes and the number of processes are limited on every POSIX system. What the system does not
have is said on standard error, on lines that begin with `jail:`. It imports nothing of Deskmate's.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import struct
import sys
from pathlib import Path

_NEW_USER, _NEW_PID, _NEW_NET, _NEW_IPC = 0x10000000, 0x20000000, 0x40000000, 0x08000000
_NO_NEW_PRIVILEGES, _DEATH_SIGNAL, _DROP_CAPABILITY = 38, 1, 24
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_WRITES = 0x2 | 0x1FF0 | 0x2000 | 0x4000  # write, remove and make of any kind, refer, truncate
_PATH_BENEATH = 1


def main() -> int:
    """Runs the command to its end; its exit status, 128 and more where a signal ended it."""
    limits = json.loads(sys.argv[1])
    if sys.platform == "linux":
        _apart()
    child = os.fork()
    if child == 0:
        _die_with_parent()
        os._exit(_first(limits, sys.argv[2:]))
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGKILL))
    return _status(os.waitpid(child, 0)[1])


def _first(limits: dict[str, int], command: list[str]) -> int:
    """The first process in there: when it ends, the kernel ends all others. It waits for the
    command, for what it leaves behind must not go on.
    """
    if os.getuid() == 0 and not _few_processes(limits["processes"]):
        _say("the number of root's processes cannot be limited here")
    child = os.fork()
    if child == 0:
        try:
            _die_with_parent()
            _give_up_rights(limits)
            os.execvp(command[0], command)
        except OSError as error:
            _say(f"{command[0]} cannot be run: {error.strerror}")
        os._exit(127)
    while True:
        ended, status = os.wait()
        if ended == child:
            return _status(status)


def _status(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _apart() -> None:
    """With no network, and processes of its own."""
    user, group = os.getuid(), os.getgid()
    spaces = _NEW_PID | _NEW_NET | _NEW_IPC
    libc = _libc()
    if libc.unshare(spaces if user == 0 else spaces | _NEW_USER):
        _say("the network cannot be cut off here")
        return
    if user:
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{user} {user} 1"),
            ("gid_map", f"{group} {group} 1"),
        ):
            Path("/proc/self", name).write_text(text, encoding="ascii")


def can_limit_root() -> bool:
    """Whether the processes of root can be limited: from Linux 6.14 on each namespace has such a
    limit; before, it is the whole system's.
    """
    release = os.uname().release.split(".")
    return sys.platform == "linux" and (int(release[0]), int(release[1])) >= (6, 14)


def _few_processes(most: int) -> bool:
    """Limits the processes in this namespace: no other limit holds for root."""
    if os.getpid() != 1 or not can_limit_root():
        return False
    Path("/proc/sys/kernel/pid_max").write_text(str(_RESERVED + most), encoding="ascii")
    return True


_RESERVED = 300
"""Numbers of processes that the kernel keeps to itself."""


def _give_up_rights(limits: dict[str, int]) -> None:
    import resource

    most = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_DATA: limits["memory"],
        resource.RLIMIT_FSIZE: limits["file"],
        resource.RLIMIT_NOFILE: limits["files"],
        resource.RLIMIT_CPU: limits["seconds"],
    }
    if hasattr(resource, "RLIMIT_NPROC"):
        most[resource.RLIMIT_NPROC] = limits["processes"]
    for which, value in most.items():
        resource.setrlimit(which, (value, value))
    if sys.platform == "linux":
        libc = _libc()
        for capability in range(64):  # what root may do and others may not
            libc.prctl(_DROP_CAPABILITY, capability, 0, 0, 0)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        if not _write_only_in(Path.cwd()):
            _say("writing elsewhere cannot be forbidden here")


def _write_only_in(folder: Path) -> bool:
    libc = _libc()
    version = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    handled = _WRITES & (0x7FFF if version >= 3 else 0x3FFF if version == 2 else 0x1FFF)
    rights = struct.pack("<Q", handled)
    rules = libc.syscall(_CREATE_RULESET, rights, len(rights), 0)
    if rules < 0:
        return False
    for path, allowed in ((folder, handled), (Path(os.devnull), 0x2)):
        there = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = struct.pack("<Qi", allowed, there)
        if libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0):
            return False
        os.close(there)
    return bool(libc.syscall(_RESTRICT_SELF, rules, 0) == 0)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        _libc().prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _say(problem: str) -> None:
    os.write(2, f"jail: {problem}\n".encode())


if __name__ == "__main__":
    sys.exit(main())
