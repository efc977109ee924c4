"""`deskmate ask`: its arguments."""

from __future__ import annotations

import argparse

from deskmate.cli.arguments.command import CLOUD, Commands, add_command


def add_ask(commands: Commands) -> None:
    """Adds `ask` to `commands`."""
    parser = add_command(
        commands,
        "ask",
        "ask the model a question, about files or in general",
        _ask,
        "Prints the model's answer while it is being written. The model sees the files that you "
        "name and what another command pipes in, and otherwise knows only what it was trained on.",
        """\
examples:
  deskmate ask "What is a walrus operator?"
  deskmate ask "Why is this slow?" shop.py:12-40
  deskmate ask "How do these two differ?" old.toml new.toml
  deskmate ask --continue "And which is the safer one?"
  make test 2>&1 | deskmate ask "Why does it fail?"
""",
    )
    parser.add_argument("question", metavar="QUESTION", help="the question, in quotes")
    parser.add_argument(
        "places", metavar="FILE[:LINE[-LINE]]", nargs="*", help="files that the question is about"
    )
    parser.add_argument(
        "--continue",
        action="store_true",
        dest="follows",
        help="go on with your last conversation in this project; without it a new one begins",
    )
    parser.add_argument("--large", action="store_true", help="ask the model of `local_large`")
    parser.add_argument("--cloud", action="store_true", help=CLOUD)


def _ask(chosen: argparse.Namespace) -> None:
    from deskmate.cli.ask import ask

    ask(
        chosen.question,
        chosen.places,
        large=chosen.large,
        cloud=chosen.cloud,
        follows=chosen.follows,
    )
