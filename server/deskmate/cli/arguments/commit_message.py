"""`deskmate commit-message`: its arguments."""

from __future__ import annotations

import argparse

from deskmate.cli.arguments.command import Commands, add_command


def add_commit_message(commands: Commands) -> None:
    """Adds `commit-message` to `commands`."""
    parser = add_command(
        commands,
        "commit-message",
        "write the message for what is staged in git",
        _commit_message,
        "Prints a commit message for what is staged, in the style of the last commits.",
        """\
examples:
  git commit --edit --message "$(deskmate commit-message)"
  deskmate commit-message "mention the new setting"

A hook that leaves a message of yours as it is: docs/writing.md.
""",
    )
    parser.add_argument("instruction", nargs="?", default="", help="what else it is to say")


def _commit_message(chosen: argparse.Namespace) -> None:
    from deskmate.cli.commit_message import write_commit_message

    write_commit_message(chosen.instruction)
