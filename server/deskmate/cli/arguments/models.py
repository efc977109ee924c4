"""`deskmate models`: its arguments."""

from __future__ import annotations

import argparse

from deskmate.cli.arguments.command import Commands, add_command
from deskmate.cli.exit_codes import DONE, REFUSED


def add_models(commands: Commands) -> None:
    """Adds `models` to `commands`."""
    parser = add_command(
        commands,
        "models",
        "find, install, verify or remove models",
        None,
        examples="""\
examples:
  deskmate models recommend  which models suit this machine, and why
  deskmate models list       available and installed models
  deskmate models install    install the best model that answers quickly here
  deskmate models install hf:unsloth/Qwen3.5-4B-GGUF:Q4_K_M
  deskmate models path       the model file in use
""",
    )
    tasks = parser.add_subparsers(title="commands", metavar="COMMAND")
    add_command(tasks, "recommend", "show which models suit this machine, and why", _recommend)
    listing = add_command(tasks, "list", "list available and installed models", _list)
    listing.add_argument("--json", action="store_true", help="print JSON")
    install = add_command(tasks, "install", "download a model, or resume a download", _install)
    install.add_argument("name", metavar="MODEL", nargs="?", default="", help=_WHICH_TO_INSTALL)
    install.add_argument("--yes", action="store_true", help="install it without a question")
    for one in (
        add_command(tasks, "path", "print the path of a model's file", _print_path),
        add_command(
            tasks,
            "verify",
            "check the files of installed models against their checksums",
            _verify,
        ),
    ):
        one.add_argument("name", metavar="NAME", nargs="?", default="", help=_WHICH_MODEL)
    remove = add_command(
        tasks, "rm", "delete a model, or the rest of an interrupted download", _remove
    )
    remove.add_argument("name", metavar="NAME", help=_WHICH_MODEL)


_WHICH_MODEL = "see `models list`"
_WHICH_TO_INSTALL = (
    "a name of `models list`, hf:OWNER/REPO[:QUANT] on the Hugging Face hub, a URL, ollama:NAME or "
    "lmstudio:OWNER/REPO that is on this machine already"
)


def _recommend(chosen: argparse.Namespace) -> None:
    from deskmate.cli.models import recommend_models

    recommend_models()


def _list(chosen: argparse.Namespace) -> None:
    from deskmate.cli.models import list_models

    list_models(as_json=chosen.json)


def _install(chosen: argparse.Namespace) -> int:
    from deskmate.cli.install_model import install_best, install_model

    if chosen.name:
        return DONE if install_model(chosen.name, yes=chosen.yes) else REFUSED
    return DONE if install_best(yes=chosen.yes) else REFUSED


def _print_path(chosen: argparse.Namespace) -> None:
    from deskmate.cli.models import print_path

    print_path(chosen.name)


def _verify(chosen: argparse.Namespace) -> int:
    from deskmate.cli.models import verify_models

    return DONE if verify_models(chosen.name) else REFUSED


def _remove(chosen: argparse.Namespace) -> None:
    from deskmate.cli.models import remove_model

    remove_model(chosen.name)
