"""What the arguments of all commands have in common."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

Command: TypeAlias = Callable[[argparse.Namespace], int | None]
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

CLOUD = "propose the cloud model: you see exactly what would be sent, and decide"


def add_command(
    commands: Commands,
    name: str,
    summary: str,
    command: Command | None,
    description: str = "",
    examples: str = "",
    *,
    add_help: bool = True,
) -> argparse.ArgumentParser:
    """Adds a command to `commands`, and gives its parser. `command` gets what was parsed; it gives
    an exit code, or None when all is done. One that is None wants another word, and shows its help.
    """
    parser = commands.add_parser(
        name,
        help=summary,
        description=description or f"{summary[0].upper()}{summary[1:]}.",
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=add_help,
    )
    parser.set_defaults(command=command or show_help_of(parser))
    return parser


def show_help_of(parser: argparse.ArgumentParser) -> Command:
    """A command that shows the help of `parser`."""
    return lambda chosen: parser.print_help()
