"""Keeps a Python process of the tests from reaching anything but this machine: Python imports this
by its name at each start, where the folder is on PYTHONPATH. What somebody tries is refused, and
noted in the file that TESTS_TRIED names.
"""

import os
import sys

_AT = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
}
"""Where the events of Python's own audit have the address, or the host."""


def guard(event: str, arguments: tuple[object, ...]) -> None:
    """Raises ConnectionRefusedError where something would leave this machine."""
    if event not in _AT or not (noted := os.environ.get("TESTS_TRIED")):
        return
    given = arguments[_AT[event]]
    host = given[0] if isinstance(given, tuple) else given
    if event == "socket.connect" and not isinstance(given, tuple):
        return  # a path
    host = host.decode() if isinstance(host, bytes) else host
    if isinstance(host, str) and host and not _is_here(host):
        from pathlib import Path  # here, as most processes never need it

        with Path(noted).open("a", encoding="utf-8") as file:
            file.write(f"{host}\n")
        raise ConnectionRefusedError(f"a test opens a connection to {host}")


def _is_here(host: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback or host in ("0.0.0.0", "::")
    except ValueError:
        return host == "localhost"


sys.addaudithook(guard)
