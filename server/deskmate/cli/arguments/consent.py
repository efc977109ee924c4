"""`deskmate consent`: its arguments."""

from __future__ import annotations

import argparse

from deskmate.cli.arguments.command import Commands, add_command


def add_consent(commands: Commands) -> None:
    """Adds `consent` to `commands`."""
    parser = add_command(
        commands,
        "consent",
        "list, give or revoke your permanent answers",
        None,
        "Your permanent answers to three questions: may this leave my machine, may this project's "
        "tests be run, and may its actions be used? Files in a project can never change them.",
    )
    tasks = parser.add_subparsers(title="commands", metavar="COMMAND")
    add_command(tasks, "list", "list your permanent answers", _list_consents)
    allow = add_command(tasks, "actions", "let the actions of a project be used", _allow_actions)
    allow.add_argument("--never", action="store_true", help="never use them, and do not ask")
    run = add_command(
        tasks, "tests", "let the tests of a project be run to check answers", _allow_tests
    )
    run.add_argument("--never", action="store_true", help="never run them, and do not ask")
    run.add_argument(
        "project",
        metavar="FOLDER",
        nargs="?",
        default="",
        help="the folder that is open in the editor; default: the project around the current one",
    )
    revoke = add_command(
        tasks, "revoke", "delete an answer, so that you are asked again", _revoke_consents
    )
    revoke.add_argument("--all", action="store_true", help="for all projects")
    for one in (allow, revoke):
        one.add_argument(
            "project", metavar="FOLDER", nargs="?", default=".", help="default: the current folder"
        )


def _list_consents(chosen: argparse.Namespace) -> None:
    from deskmate.cli.consent import list_consents

    list_consents()


def _allow_actions(chosen: argparse.Namespace) -> None:
    from deskmate.cli.consent import allow_actions

    allow_actions(chosen.project, never=chosen.never)


def _allow_tests(chosen: argparse.Namespace) -> None:
    from deskmate.cli.consent import allow_tests

    allow_tests(chosen.project, never=chosen.never)


def _revoke_consents(chosen: argparse.Namespace) -> None:
    from deskmate.cli.consent import revoke_consents

    revoke_consents(chosen.project, every=chosen.all)
