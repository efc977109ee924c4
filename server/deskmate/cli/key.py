"""`deskmate key`: the API keys in the system's keyring."""

from __future__ import annotations

import sys
from getpass import getpass

from deskmate.engines.keys import forget_key, keep_key
from deskmate.errors import DeskmateError


def store_key(url: str) -> None:
    """Asks for the key of the server at `url` and stores it; DeskmateError without one."""
    key = getpass("Key: ") if sys.stdin.isatty() else sys.stdin.readline()
    if not key.strip():
        raise DeskmateError("No key was entered, so nothing was stored.")
    print(f"The key for {keep_key(url, key.strip())} is stored in the system's keyring.")


def delete_key(url: str) -> None:
    """Deletes the key of the server at `url`."""
    print(f"The key for {forget_key(url)} has been deleted.")
