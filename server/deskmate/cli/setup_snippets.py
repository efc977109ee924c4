"""`deskmate setup` for editors that need one piece of configuration: it is printed, put into a file
that is not there yet, or added where a file may have several pieces.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deskmate.cli.setup import find_ours, quoted, refuse_protected, this_program
from deskmate.errors import DeskmateError
from deskmate.files.source import read_source, write_source


@dataclass(frozen=True, slots=True)
class Snippet:
    """What an editor needs: the name of our file that has it, the place where it goes, and the file
    that this is; `instead` says what Deskmate then stands in the place of.
    """

    name: str
    place: str
    find_file: Callable[[], Path]
    joins: bool = False
    """Whether it stands well below what is there; JSON is one value."""
    instead: str = ""


def setup_by_hand(editor: str, *, write: bool = False) -> None:
    """Prints what goes into the configuration of one of SNIPPETS, and says where it goes; or writes
    it there. Raises DeskmateError where there is something that it cannot be added to, which then
    stays as it is, OSError where the file cannot be written.
    """
    snippet = SNIPPETS[editor]
    text = (find_ours(editor) / snippet.name).read_text(encoding="utf-8")
    text = text.replace('"/path/to/deskmate"', quoted(this_program()))
    if not write:
        print(text, end="")
        print(f"This goes into {snippet.place}.", file=sys.stderr)
        return
    file = snippet.find_file()
    theirs = read_source(file)
    if "deskmate" in theirs.text:
        print(f"{file} names Deskmate already, so it stays as it is. This one is {this_program()}.")
        return
    if not snippet.joins and theirs.text.split() not in ([], ["{}"], ["{", "}"]):
        print(text, end="")
        raise DeskmateError(
            f"{file} has settings of yours, so it stays as it is. Add what is printed to them."
        )
    refuse_protected(theirs.path)
    merged = _put_below(theirs.text, text) if snippet.joins else text
    write_source(file, theirs.text, merged)
    print(f"Wrote {file}. {snippet.instead}".rstrip())


def _put_below(theirs: str, ours: str) -> str:
    """Both, in the line ends of what is there."""
    newline = "\r\n" if "\r\n" in theirs else "\n"
    between = "" if not theirs else newline if theirs.endswith("\n") else 2 * newline
    return theirs + between + ours.replace("\n", newline)


def _emacs_file() -> Path:
    """The file that Emacs begins with: the first that is there, or where it would look for one. It
    reads nothing of the newer folder where there is the older one.
    """
    home = _windows("HOME") or _windows("APPDATA") or Path.home()
    new = _config_folder() / "emacs" / "init.el"
    old = home / ".emacs.d" / "init.el"
    there = (one for one in (home / ".emacs.el", home / ".emacs") if one.exists())
    return next(there, new if new.parent.is_dir() and not old.parent.is_dir() else old)


def _kate_file() -> Path:
    folder = _mac("Preferences") or _windows("LOCALAPPDATA") or _config_folder()
    return folder / "kate" / "lspclient" / "settings.json"


def _sublime_file() -> Path:
    support = _mac("Application Support") or _windows("APPDATA")
    folder = support / "Sublime Text" if support else _config_folder() / "sublime-text"
    return folder / "Packages" / "User" / "LSP.sublime-settings"


def _zed_file() -> Path:
    windows = _windows("APPDATA")
    return (windows / "Zed" if windows else _config_folder() / "zed") / "settings.json"


def _config_folder() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")


def _mac(name: str) -> Path | None:
    return Path.home() / "Library" / name if sys.platform == "darwin" else None


def _windows(variable: str) -> Path | None:
    folder = os.environ.get(variable) if os.name == "nt" else None
    return Path(folder) if folder else None


SNIPPETS = {
    "emacs": Snippet(
        "deskmate.el",
        "your init.el",
        _emacs_file,
        joins=True,
        instead="eglot runs one server in a buffer: for these modes, Python's too, that is now "
        "Deskmate. Take out what another is to serve, or have both by what docs/editors/emacs.md "
        "says.",
    ),
    "kate": Snippet(
        "servers.json",
        "Settings → Configure Kate → LSP Client → User Server Settings",
        _kate_file,
        instead="Kate runs one server for a language: for Python and Markdown that is now "
        "Deskmate. Take out what another is to serve.",
    ),
    "sublime": Snippet(
        "LSP.sublime-settings",
        "Preferences → Package Settings → LSP → Settings",
        _sublime_file,
    ),
    "zed": Snippet(
        "settings.json",
        "Zed's settings.json, under the name of a server that you do not use",
        _zed_file,
    ),
}
"""Of each editor whose configuration is one piece what that is, and where it goes."""
