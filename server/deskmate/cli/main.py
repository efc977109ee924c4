"""The command line: which command gets the arguments, and what its errors look like."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import nullcontext
from io import TextIOWrapper
from typing import TYPE_CHECKING

from deskmate import __version__
from deskmate.cli.arguments.ask import add_ask
from deskmate.cli.arguments.batch import add_batch
from deskmate.cli.arguments.cache import add_cache
from deskmate.cli.arguments.command import show_help_of
from deskmate.cli.arguments.commit_message import add_commit_message
from deskmate.cli.arguments.consent import add_consent
from deskmate.cli.arguments.doctor import add_doctor
from deskmate.cli.arguments.engine import add_engine
from deskmate.cli.arguments.eval import add_eval
from deskmate.cli.arguments.key import add_key
from deskmate.cli.arguments.ledger import add_ledger
from deskmate.cli.arguments.models import add_models
from deskmate.cli.arguments.run import add_run
from deskmate.cli.arguments.serve import add_serve, serve_editor
from deskmate.cli.arguments.setup import add_setup
from deskmate.cli.arguments.stats import add_stats
from deskmate.cli.exit_codes import BAD_INPUT, DONE, INTERRUPTED, NO_ANSWER, REFUSED
from deskmate.cli.interrupts import end_as_interrupted
from deskmate.cli.screen import guard_screen, unguarded
from deskmate.errors import (
    DeskmateError,
    EngineError,
    ModelError,
    Refused,
    Stale,
    explain_os_error,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = (
    add_serve,
    add_setup,
    add_run,
    add_ask,
    add_commit_message,
    add_batch,
    add_eval,
    add_models,
    add_engine,
    add_key,
    add_cache,
    add_ledger,
    add_consent,
    add_stats,
    add_doctor,
)
"""In the order in which `deskmate --help` lists them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit code. What went wrong is one line on standard error."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    with guard_screen():
        chosen = create_parser().parse_args(arguments)
        with nullcontext() if chosen.command is serve_editor else end_as_interrupted():
            return _run_command(chosen)


def _run_command(chosen: argparse.Namespace) -> int:
    try:
        code: int = chosen.command(chosen) or DONE
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        _say("interrupted.")
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), unguarded(sys.stdout).fileno())
        return DONE
    except (DeskmateError, OSError) as error:
        _say(explain_os_error(error) if isinstance(error, OSError) else str(error))
        return _exit_code(error)


def _exit_code(error: Exception) -> int:
    if isinstance(error, Refused | Stale):
        return REFUSED
    return NO_ANSWER if isinstance(error, EngineError | ModelError) else BAD_INPUT


def _say(message: str) -> None:
    print(f"deskmate: {message}", file=sys.stderr)


def create_parser() -> argparse.ArgumentParser:
    """The parser of all commands; what it parses has the function to call in `command`."""
    parser = argparse.ArgumentParser(
        prog="deskmate",
        description="A local coding model for every editor that speaks LSP.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"deskmate {__version__}")
    parser.set_defaults(command=show_help_of(parser))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for add in COMMANDS:
        add(commands)
    return parser


_EXAMPLES = """\
examples:
  deskmate models install              get the model that fits this machine
  deskmate run explain shop.py:12      what does the function at line 12 do?
  deskmate doctor                      check the installation, the model and the settings
  deskmate serve                       start the language server, as editors do

Settings: docs/settings.md. Nothing leaves your machine unless you point `local.url` to a server in
your network, or set `cloud.engine` and agree to a request; `deskmate ledger` says what did.
"""
