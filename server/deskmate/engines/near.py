"""How far away a server is: by its name where nobody may be asked, and by the address that is
connected to.
"""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv6Address
from socket import SOCK_STREAM, getaddrinfo, gethostname
from typing import Literal
from urllib.parse import urlsplit

from deskmate.errors import EngineUnavailable

Reach = Literal["machine", "network", "internet"]
"""How far away a server may be: on this machine, in the user's own network, or anywhere."""


def check_reach(url: str, reach: Reach) -> None:
    """Raises EngineUnavailable where the server at `url` is further away than `reach`, by its name
    alone, or that is no address.
    """
    try:
        urlsplit(url).port  # noqa: B018
    except ValueError as error:
        raise EngineUnavailable(
            f"{url} is not the address of a server ({error}). Write it as in "
            "http://127.0.0.1:11434/v1."
        ) from error
    if reach == "machine" and not is_this_machine(url):
        raise EngineUnavailable(f"{url} is not on this machine, so nothing is sent to it.")
    if reach == "network" and not is_near(url):
        raise EngineUnavailable(
            f"{url} is on the internet, so nothing is sent to it: `local.url` is for a server on "
            "this machine or in your own network. If you want that one, set `cloud.engine` to "
            "`openai` and `cloud.url` to it: you are then asked before anything is sent, and "
            "secrets are taken out."
        )


def is_this_machine(url: str) -> bool:
    """Whether what is sent to `url` stays on this machine, by its name alone."""
    host = _find_host(url)
    address = _read_address(host)
    if address is not None:
        return address.is_loopback or address.is_unspecified
    return host in ("localhost", gethostname().lower()) or host.endswith(".localhost")


def is_near(url: str) -> bool:
    """Whether a server is one of the user's own, on this machine or in their network, by its name
    alone: nobody is asked for its address. A name or an address that the whole internet knows is
    not, wherever it leads.
    """
    host = _find_host(url)
    address = _read_address(host)
    if address is not None:
        return not address.is_global
    if is_this_machine(url):
        return True
    return ("." not in host and not host[:1].isdigit() and host != "") or host.endswith(_NEAR)


_NEAR = (".localhost", ".local", ".lan", ".home", ".internal", ".intranet", ".corp", ".home.arpa")
"""Ends of names that only a network of one's own knows (RFC 6761, 6762, 8375, and custom)."""


def find_addresses(host: str, port: int, reach: Reach) -> list[str]:
    """The addresses of a host, asked for once, to connect to one of just these. Raises OSError
    where it has none, and EngineUnavailable where any is further away than `reach`: a name that
    leads out of the user's network, or now here and now there, is none of it.
    """
    found = getaddrinfo(host, port, type=SOCK_STREAM)
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    for written in addresses:
        address = _read_address(written)
        near = address is not None and not address.is_global
        here = address is not None and (address.is_loopback or address.is_unspecified)
        allowed = here or (reach == "network" and near) or reach == "internet"
        if not (allowed or _is_own(written)):
            where = "not on this machine" if reach == "machine" else "on the internet"
            raise EngineUnavailable(
                f"{host} leads to {written}, which is {where}, so nothing is sent to it. Set the "
                "URL to the server's own address, or look at what your network's name server says."
            )
    return addresses


def is_address(host: str) -> bool:
    """Whether a host is an address already, and no name that somebody has to be asked for."""
    return _read_address(host) is not None


def _find_host(url: str) -> str:
    """The host's name as it is looked up: in lower case, with the dots and letters that other
    ways of writing them stand for, and no dot at its end; "" for none.
    """
    try:
        host = urlsplit(url).hostname or ""
        return host if ":" in host else host.encode("idna").decode("ascii").lower().rstrip(".")
    except ValueError:
        return ""


def _read_address(host: str) -> IPv4Address | IPv6Address | None:
    """The address that is written there, without a zone; an IPv4 address in an IPv6 one as such."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_own(address: str) -> bool:
    """Whether a network interface of this machine has it, as its own name may lead to."""
    import psutil

    own = (one.address for cards in psutil.net_if_addrs().values() for one in cards)
    return address.partition("%")[0] in {one.partition("%")[0] for one in own}
