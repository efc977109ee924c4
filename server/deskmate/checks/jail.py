"""Runs a command that nobody has read: `jail.py LIMITS COMMAND…`, a process of its own.

On Linux it has its own network, in which there is nobody else, its own processes (all of them end
with it, also those that leave the others), no sockets of the system's, may change only what lies in
the folders that it is given to write, and read there, in the system's folders and in those that it
is given to read (Landlock, https://docs.kernel.org/userspace-api/landlock.html, and mounts of its
own, for Landlock lets modes and dates be changed); memory, file sizes and the number of processes
are limited on every POSIX system. What the system does not have is said on standard error, on lines
that begin with `jail:`. It imports nothing of Deskmate's.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import signal
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

_NEW_USER, _NEW_PID, _NEW_NET, _NEW_IPC = 0x10000000, 0x20000000, 0x40000000, 0x08000000
_NEW_MOUNTS, _BIND, _ALL_BELOW, _PRIVATE = 0x00020000, 0x1000, 0x4000, 0x40000
_SET_MOUNT, _HERE, _RECURSIVE, _READ_ONLY = 442, -100, 0x8000, 0x1
_NO_NEW_PRIVILEGES, _DEATH_SIGNAL, _DROP_CAPABILITY, _SECCOMP, _ADOPT = 38, 1, 24, 22, 36
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_WRITES = 0x2 | 0x1FF0 | 0x2000 | 0x4000  # write, remove and make of any kind, refer, truncate
_READS = 0x4 | 0x8  # files, folders
_OF_FILES = 0x2 | 0x4 | 0x4000  # the rights that a file can have: write, read, truncate
_PATH_BENEATH = 1

NOWHERE = (
    "the network cannot be cut off here",
    "reading and writing elsewhere cannot be forbidden here",
    "processes that leave the others may go on here",
)
"""What no system but Linux can be told."""


def main() -> int:
    """Runs the command to its end; its exit status, 128 and more where a signal ended it."""
    limits = json.loads(sys.argv[1])
    if sys.platform == "linux":
        _apart()
    else:
        for problem in NOWHERE:
            _say(problem)
    _adopt()
    child = os.fork()
    if child == 0:
        _die_with_parent()
        os._exit(_first(limits, sys.argv[2:]))
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGKILL))
    status = os.waitpid(child, 0)[1]
    _end_adopted()
    return _status(status)


def _first(limits: dict[str, Any], command: list[str]) -> int:
    """The first process in there: when it ends, the kernel ends all others. It waits for the
    command, for what it leaves behind must not go on.
    """
    if limits["gives_way"]:
        os.nice(19)
    if os.getuid() == 0 and not _few_processes(limits["processes"]):
        _say("the number of root's processes cannot be limited here")
    if sys.platform == "linux" and not _leave_mounts(limits["writes"]):
        _say("modes and dates of files elsewhere can be changed here")
    _adopt()
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
            if os.getpid() != 1:
                _end_adopted()
            return _status(status)


def _adopt() -> None:
    """What is left behind by processes that came of this one becomes a child of this one, also
    where it has gone its own way.
    """
    if sys.platform == "linux":
        _libc().prctl(_ADOPT, 1, 0, 0, 0)


def _end_adopted() -> None:
    """Ends what is left, and what comes of it meanwhile."""
    if sys.platform == "linux":
        while True:
            for child in _children():
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            try:
                os.wait()
            except ChildProcessError:
                return


def _children() -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = (
                path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]
            )
            if int(parent) == os.getpid():
                yield int(path.parent.name)


def _status(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _apart() -> None:
    """With a network of its own, in which only this machine is, and processes of its own."""
    user, group = os.getuid(), os.getgid()
    spaces = _NEW_PID | _NEW_NET | _NEW_IPC
    libc = _libc()
    if libc.unshare(spaces if user == 0 else spaces | _NEW_USER):
        _say(NOWHERE[0])
        return
    if user:
        try:
            for name, text in (
                ("setgroups", "deny"),
                ("uid_map", f"{user} {user} 1"),
                ("gid_map", f"{group} {group} 1"),
            ):
                Path("/proc/self", name).write_text(text, encoding="ascii")
        except OSError:  # as AppArmor has it on Ubuntu: spaces are made, and are worth nothing
            _say(NOWHERE[0])
            return
    _answer_itself()


def _answer_itself() -> None:
    """Its own network has one interface, by which its processes may speak to each other."""
    import fcntl
    import socket

    with suppress(OSError), socket.socket() as asked:
        fcntl.ioctl(asked, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP))


_SET_FLAGS, _UP = 0x8914, 0x1


def _leave_mounts(writes: list[str]) -> bool:
    """Sees all files read-only but in these folders, and only its own processes."""
    libc = _libc()
    if libc.unshare(_NEW_MOUNTS) or libc.mount(None, b"/", None, _ALL_BELOW | _PRIVATE, None):
        return False
    for path in writes:
        name = os.fsencode(path)
        if libc.mount(name, name, None, _BIND | _ALL_BELOW, None):
            return False
    only = struct.pack("4Q", _READ_ONLY, 0, 0, 0)
    if libc.syscall(_SET_MOUNT, _HERE, b"/", _RECURSIVE, only, len(only)):
        return False
    free = struct.pack("4Q", 0, _READ_ONLY, 0, 0)
    for path in writes:
        if libc.syscall(_SET_MOUNT, _HERE, os.fsencode(path), 0, free, len(free)):
            return False
    os.chdir(os.getcwd())  # noqa: PTH109 - where it stands is below the new mounts
    libc.mount(b"proc", b"/proc", b"proc", _QUIET, None)  # which few containers allow
    return True


_QUIET = 0x1 | 0x2 | 0x4 | 0x8
"""Read-only, and nothing in there is a program or a device."""


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
    try:
        Path("/proc/sys/kernel/pid_max").write_text(str(_RESERVED + most), encoding="ascii")
    except OSError:  # as in most containers
        return False
    return True


_RESERVED = 300
"""Numbers of processes that the kernel keeps to itself."""


def _give_up_rights(limits: dict[str, Any]) -> None:
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
        there = resource.getrlimit(which)[1]
        less = value if there == resource.RLIM_INFINITY else min(value, there)
        resource.setrlimit(which, (less, less))
    if sys.platform == "linux":
        libc = _libc()
        for capability in range(64):  # what root may do and others may not
            libc.prctl(_DROP_CAPABILITY, capability, 0, 0, 0)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        if not _stay_in(limits["writes"], limits["reads"]):
            _say(NOWHERE[1])
        if not _without_services():
            _say("sockets and keys of the system cannot be forbidden here")


def _stay_in(writes: list[str], reads: list[str]) -> bool:
    """Forbids writing but in these folders, and reading but there, in those and the system's."""
    libc = _libc()
    version = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    written = _WRITES & (0x7FFF if version >= 3 else 0x3FFF if version == 2 else 0x1FFF)
    rights = struct.pack("<Q", written | _READS)
    rules = libc.syscall(_CREATE_RULESET, rights, len(rights), 0)
    if rules < 0:
        return False
    allowed = [(path, _READS) for path in (*_SYSTEM, *reads)]
    allowed += [(path, written | _READS) for path in writes]
    for path, may in (*allowed, (os.devnull, 0x2 | 0x4)):
        try:
            there = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        may = may if os.path.isdir(path) else may & _OF_FILES  # noqa: PTH112
        rule = struct.pack("<Qi", may, there)
        if libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0):
            return False
        os.close(there)
    return bool(libc.syscall(_RESTRICT_SELF, rules, 0) == 0)


_SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt"),
    *("/proc", "/sys", "/nix/store", "/gnu/store", "/snap"),
    *("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/fd"),
)
"""Folders of programs and libraries, in which nobody's own files lie, and harmless devices."""


def _without_services() -> bool:
    """Forbids sockets but those of a network, in which there is nobody else: through others a
    program could ask the system's services (containers, keys, the desktop) to do what it may not.
    Forbids the keys that the kernel keeps for the user, and memory that no process is seen to have.
    """
    found = _ARCHITECTURES.get(platform.machine())
    if found is None:
        return False
    architecture, socket, *denied = found
    load, equal, least, give = 0x20, 0x15, 0x35, 0x06
    allow, deny = 0x7FFF0000, 0x00050000 | 1  # EPERM
    denied += _DENIED
    left = len(denied)
    program = (
        (load, 0, 0, 4),
        (equal, 0, left + 7, architecture),
        (load, 0, 0, 0),
        (least, left + 5, 0, 0x40000000),  # another way to make system calls
        *((equal, left + 4 - at, 0, call) for at, call in enumerate(denied)),
        (equal, 0, 5, socket),
        (load, 0, 0, 16),
        (equal, 3, 0, 2),  # the internet's families, and what asks for its interfaces
        (equal, 2, 0, 10),
        (equal, 1, 0, 16),
        (give, 0, 0, deny),
        (give, 0, 0, allow),
    )
    code = b"".join(struct.pack("HBBI", *line) for line in program)
    kept = ctypes.create_string_buffer(code, len(code))
    told = struct.pack("HP", len(program), ctypes.addressof(kept))
    return bool(_libc().prctl(_SECCOMP, 2, told, 0, 0) == 0)


_ARCHITECTURES = {
    "x86_64": (0xC000003E, 41, 248, 249, 250, 29, 68, 319),
    "aarch64": (0xC00000B7, 198, 217, 218, 219, 194, 186, 279),
}
"""What the kernel calls an architecture, and its numbers of the calls `socket`, `add_key`,
`request_key`, `keyctl`, `shmget`, `msgget`, `memfd_create`.
"""
_DENIED = (425, 447)
"""`io_uring_setup`, through which sockets can be made, too, and `memfd_secret`."""


def _die_with_parent() -> None:
    if sys.platform == "linux":
        _libc().prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _say(problem: str) -> None:
    os.write(2, f"jail: {problem}\n".encode())


if __name__ == "__main__":
    sys.exit(main())
