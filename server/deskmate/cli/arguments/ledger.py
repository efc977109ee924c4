"""`deskmate ledger`: its arguments."""

from __future__ import annotations

import argparse

from deskmate.cli.arguments.command import Commands, add_command


def add_ledger(commands: Commands) -> None:
    """Adds `ledger` to `commands`."""
    parser = add_command(
        commands,
        "ledger",
        "what left this machine, and what it cost",
        _ledger,
        "Lists the requests that went to a cloud model, or would have: when, why, to whom, what "
        "was redacted and what they cost. Their text is kept only if `ledger.keep_payloads` is "
        "set.",
    )
    parser.add_argument(
        "--export",
        metavar="FORM",
        nargs="?",
        const="jsonl",
        choices=("jsonl", "csv"),
        help="print every entry as JSON Lines or CSV",
    )
    tasks = parser.add_subparsers(title="commands", metavar="COMMAND")
    add_command(tasks, "forget", "delete the ledger", _forget_ledger)


def _ledger(chosen: argparse.Namespace) -> None:
    from deskmate.cli import ledger as cli_ledger

    if chosen.export:
        cli_ledger.export_ledger(chosen.export)
    else:
        cli_ledger.show_ledger()


def _forget_ledger(chosen: argparse.Namespace) -> None:
    from deskmate.cli.ledger import forget_ledger

    forget_ledger()
