"""`deskmate run`: its arguments."""

from __future__ import annotations

import argparse
import sys

from deskmate.cli.arguments.command import CLOUD, Commands, add_command
from deskmate.errors import Refused


def add_run(commands: Commands) -> None:
    """Adds `run` to `commands`."""
    parser = add_command(
        commands,
        "run",
        "run one action on a file",
        _run,
        "Runs one action and prints the change as a diff, or the answer as Markdown.",
        """\
examples:
  deskmate run proofread README.md           all of its prose
  deskmate run explain shop.py:12            the function or class around line 12
  deskmate run fix-bug shop.py:12 --write    and change the file
  deskmate run refactor shop.py:12-20 --instruction "use a dict comprehension"
  deskmate run add-docstring shop.py:12 | git apply

exit code: 0 done · 1 refused, because no answer passed the checks · 2 it cannot be done there
           3 the model cannot answer · 130 interrupted
""",
        add_help=False,
    )
    parser.add_argument(
        *("-h", "--help"), action=_HelpWithActions, nargs=0, help="show this help message and exit"
    )
    parser.add_argument("action", metavar="ACTION", help="the id of an action, such as explain")
    parser.add_argument(
        "place",
        metavar="FILE[:LINE[-LINE]]",
        help="the cursor at a line, or the selected lines, counted from 1; the file alone is all "
        "of its lines",
    )
    parser.add_argument("--instruction", metavar="TEXT", default="", help="what else to consider")
    parser.add_argument(
        "--schema", metavar="FILE", default="", help="a JSON Schema, or an example, to extract by"
    )
    parser.add_argument("--large", action="store_true", help="ask the model of `local_large`")
    parser.add_argument("--cloud", action="store_true", help=CLOUD)
    parser.add_argument("--write", action="store_true", help="make the change in the file")
    parser.add_argument(
        "--yes",
        action="store_true",
        help="with --write: also write a change that runs programs, deletes files or reaches hosts",
    )
    parser.add_argument(
        "--show-prompt", action="store_true", help="print what the model would be shown, and stop"
    )
    parser.add_argument(
        "--show-reply", action="store_true", help="after a refusal, print what the model said"
    )


class _HelpWithActions(argparse.Action):
    """Reads the catalogue when the help is shown: no other command has to wait for it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from deskmate.cli.action_list import list_actions

        parser.epilog = f"{list_actions()}\n{parser.epilog or ''}"
        parser.print_help()
        parser.exit()


def _run(chosen: argparse.Namespace) -> None:
    from deskmate.cli.run import run

    try:
        run(
            chosen.action,
            chosen.place,
            instruction=chosen.instruction,
            schema=chosen.schema,
            large=chosen.large,
            cloud=chosen.cloud,
            write=chosen.write,
            show_prompt=chosen.show_prompt,
            yes=chosen.yes,
        )
    except Refused as refused:
        if chosen.show_reply:
            print(refused.reply, file=sys.stderr)
        raise
