"""`deskmate batch`: its arguments."""

from __future__ import annotations

import argparse

from deskmate.cli.arguments.command import Commands, add_command
from deskmate.cli.exit_codes import DONE, REFUSED


def add_batch(commands: Commands) -> None:
    """Adds `batch` to `commands`."""
    parser = add_command(
        commands,
        "batch",
        "run an action on many files, or on the rows of a table",
        _batch,
        "Runs one action on every matching file, several at a time where the engine can. Finished "
        "files stay finished: after an interruption, --resume continues where it stopped.",
        """\
examples:
  deskmate batch proofread 'docs/**/*.md' --dry-run
  deskmate batch translate-German 'docs/*.md' --out docs-de
  deskmate batch shorten reviews.csv --column text --write
""",
    )
    parser.add_argument("action", metavar="ACTION", help="one of those that `run --help` lists")
    parser.add_argument("patterns", metavar="FILES", nargs="+", help="such as 'docs/**/*.md'")
    parser.add_argument("--write", action="store_true", help="write to the files themselves")
    parser.add_argument(
        "--out", metavar="DIR", default="", help="write files of the same names to DIR"
    )
    parser.add_argument("--dry-run", action="store_true", help="show the first changes only")
    parser.add_argument(
        "--column",
        metavar="NAME",
        default="",
        help="run on this column of a CSV, TSV or JSON Lines file",
    )
    parser.add_argument(
        "--jobs", metavar="N", type=int, default=0, help="files to work on at a time"
    )
    parser.add_argument("--resume", action="store_true", help="continue a stopped batch")
    parser.add_argument("--restart", action="store_true", help="start a stopped batch over")
    parser.add_argument(
        "--format", choices=("text", "jsonl"), default="text", help="format of the report"
    )
    parser.add_argument("--instruction", metavar="TEXT", default="", help="what else to consider")
    parser.add_argument("--schema", metavar="FILE", default="", help="JSON Schema for extraction")
    parser.add_argument("--large", action="store_true", help="ask the model of `local_large`")


def _batch(chosen: argparse.Namespace) -> int:
    from deskmate.cli.batch import Options, batch

    given = {key: value for key, value in vars(chosen).items() if key != "command"}
    good = batch(Options(**{**given, "patterns": tuple(chosen.patterns)}))
    return DONE if good else REFUSED
