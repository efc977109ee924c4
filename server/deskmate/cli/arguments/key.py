"""`deskmate key`: its arguments."""

from __future__ import annotations

import argparse

from deskmate.cli.arguments.command import Commands, add_command


def add_key(commands: Commands) -> None:
    """Adds `key` to `commands`."""
    parser = add_command(
        commands,
        "key",
        "store a server's API key in the system's keyring",
        None,
        "Stores an API key where the system keeps passwords, not in a file. It is used only for "
        "that server, and only while `local.api_key` is empty.",
    )
    tasks = parser.add_subparsers(title="commands", metavar="COMMAND")
    for one in (
        add_command(tasks, "set", "ask for a key and store it", _store),
        add_command(tasks, "rm", "delete a key", _delete),
    ):
        one.add_argument("url", metavar="URL", help="the server's address, as in `local.url`")


def _store(chosen: argparse.Namespace) -> None:
    from deskmate.cli.key import store_key

    store_key(chosen.url)


def _delete(chosen: argparse.Namespace) -> None:
    from deskmate.cli.key import delete_key

    delete_key(chosen.url)
