"""`deskmate serve`: its arguments."""

from __future__ import annotations

import argparse
import os

from deskmate.cli.arguments.command import Commands, add_command
from deskmate.settings.resolve import variable


def add_serve(commands: Commands) -> None:
    """Adds `serve` to `commands`."""
    parser = add_command(
        commands,
        "serve",
        "start the language server (editors do this)",
        serve_editor,
        "Serves one editor over standard input and output until it disconnects.",
    )
    parser.add_argument(
        "--tcp",
        metavar="HOST:PORT",
        type=_address,
        help="listen on this address for one editor instead",
    )
    parser.add_argument(
        "--no-share",
        action="store_true",
        help="load a model of its own, whatever `local.share` says",
    )


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT, such as 127.0.0.1:7878")
    return host.strip("[]") or "127.0.0.1", int(port)


def serve_editor(chosen: argparse.Namespace) -> int:
    """Serves until the editor has gone, or ends the process, which waits for nothing then."""
    from deskmate.lsp.serve import serve

    if chosen.no_share:
        os.environ[variable("local.share")] = "false"
    return serve(chosen.tcp)
