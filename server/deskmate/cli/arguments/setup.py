"""`deskmate setup`: its arguments."""

from __future__ import annotations

import argparse

from deskmate.cli.arguments.command import Commands, add_command


def add_setup(commands: Commands) -> None:
    """Adds `setup` to `commands`."""
    parser = add_command(
        commands,
        "setup",
        "print or write an editor's configuration",
        None,
        "Prints the configuration that an editor needs to use this installation of Deskmate.",
        """\
examples:
  deskmate setup neovim --write
  deskmate setup helix --write
  deskmate setup emacs --write
""",
    )
    editors = parser.add_subparsers(title="editors", metavar="EDITOR")
    neovim = add_command(
        editors,
        "neovim",
        "print the two lines for init.lua, or write a file beside it",
        _setup_neovim,
    )
    neovim.add_argument(
        "--write", action="store_true", help="write the file; what is there is kept"
    )
    helix = add_command(
        editors, "helix", "print the entries for languages.toml, or add them", _setup_helix
    )
    helix.add_argument(
        "--write", action="store_true", help="add them to the file; existing entries are kept"
    )
    for name in ("emacs", "kate", "sublime", "zed"):
        other = add_command(
            editors, name, "print the configuration and say where it goes, or write it", _by_hand
        )
        other.add_argument(
            "--write", action="store_true", help="write it where nothing of yours is changed by it"
        )
        other.set_defaults(editor=name)


def _setup_neovim(chosen: argparse.Namespace) -> None:
    from deskmate.cli.setup import setup_neovim

    setup_neovim(write=chosen.write)


def _setup_helix(chosen: argparse.Namespace) -> None:
    from deskmate.cli.setup import setup_helix

    setup_helix(write=chosen.write)


def _by_hand(chosen: argparse.Namespace) -> None:
    from deskmate.cli.setup_snippets import setup_by_hand

    setup_by_hand(chosen.editor, write=chosen.write)
