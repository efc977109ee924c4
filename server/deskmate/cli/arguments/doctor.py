"""`deskmate doctor`: its arguments."""

from __future__ import annotations

import argparse
from pathlib import Path

from deskmate.cli.arguments.command import Commands, add_command
from deskmate.cli.exit_codes import DONE, REFUSED


def add_doctor(commands: Commands) -> None:
    """Adds `doctor` to `commands`."""
    parser = add_command(
        commands,
        "doctor",
        "check the installation, the model and the settings",
        _doctor,
        "Checks the installation, the model and the settings, and says how to fix what is wrong. "
        "The exit code is 1 if there is a problem.",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def _doctor(chosen: argparse.Namespace) -> int:
    from deskmate.cli.doctor import report

    return DONE if report(Path.cwd(), as_json=chosen.json) else REFUSED
