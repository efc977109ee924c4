"""Keys of servers, kept by the system's keyring: Keychain, Credential Manager, Secret Service.

A key belongs to one server, so that it is never given to another.
"""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from deskmate.errors import DeskmateError

log = logging.getLogger(__name__)

SERVICE = "deskmate"


def find_key(url: str) -> str:
    """The key that is kept for the server at `url`; "" where there is none, or no keyring."""
    import keyring  # it takes a while, and most servers need no key

    try:
        return keyring.get_password(SERVICE, _server(url)) or ""
    except Exception as error:  # each system's keyring has errors of its own
        log.info("No key is taken from the system's keyring: %s", _first_line(error))
        return ""


def keep_key(url: str, key: str) -> str:
    """Keeps it; gives what it is kept for. Raises DeskmateError where there is no keyring."""
    import keyring

    server = _server(url)
    try:
        keyring.set_password(SERVICE, server, key)
    except Exception as error:
        raise DeskmateError(_no_keyring(error)) from error
    return server


def forget_key(url: str) -> str:
    """Forgets it; gives what it was kept for. Raises DeskmateError where there is none."""
    import keyring

    server = _server(url)
    if not find_key(url):
        raise DeskmateError(f"No key is stored for {server}.")
    try:
        keyring.delete_password(SERVICE, server)
    except Exception as error:
        raise DeskmateError(_no_keyring(error)) from error
    return server


def _server(url: str) -> str:
    """Scheme, host and port. Raises DeskmateError for what is no URL of a server."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise DeskmateError(
            f"{url} is not the address of a server, such as https://example.com/v1."
        )
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{parts.hostname}:{port}"


def _no_keyring(error: Exception) -> str:
    return (
        f"The system's keyring cannot be used here ({_first_line(error)}). Set the variable "
        f"DESKMATE_LOCAL__API_KEY in the environment of your editor instead."
    )


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].partition(". ")[0].rstrip(".") or type(error).__name__
