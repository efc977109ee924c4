"""`deskmate stats`: its arguments."""

from __future__ import annotations

import argparse

from deskmate.cli.arguments.command import Commands, add_command


def add_stats(commands: Commands) -> None:
    """Adds `stats` to `commands`."""
    parser = add_command(
        commands,
        "stats",
        "how requests ended, and what they took",
        _stats,
        "Shows the counts that Deskmate keeps on this machine for 400 days, without code or file "
        "names. `repaired` counts the results that took more than one reply.",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--html", metavar="FILE", default="", help="write a page to FILE instead")
    parser.add_argument("--reset", action="store_true", help="reset all counters")


def _stats(chosen: argparse.Namespace) -> None:
    from deskmate.cli.stats import print_json, reset_stats, show_stats

    if chosen.reset:
        reset_stats()
    elif chosen.json:
        print_json()
    else:
        show_stats(chosen.html)
