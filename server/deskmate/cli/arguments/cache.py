"""`deskmate cache`: its arguments."""

from __future__ import annotations

import argparse

from deskmate.cli.arguments.command import Commands, add_command


def add_cache(commands: Commands) -> None:
    """Adds `cache` to `commands`."""
    parser = add_command(
        commands,
        "cache",
        "delete stored answers and indexes",
        None,
        "A repeated request is answered at once, from a file that only you can read. Its size is "
        "set by `cache.megabytes`.",
    )
    tasks = parser.add_subparsers(title="commands", metavar="COMMAND")
    add_command(tasks, "clear", "delete all stored answers and indexes", _clear_cache)


def _clear_cache(chosen: argparse.Namespace) -> None:
    from deskmate.engines.table import forget_answers
    from deskmate.workspace.index.store import forget_stores

    print(forget_answers())
    forget_stores(0)
