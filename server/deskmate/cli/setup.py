"""`deskmate setup`: what Neovim's and Helix's configuration needs, printed or written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import deskmate
from deskmate.errors import DeskmateError
from deskmate.files.guarded import find_text
from deskmate.files.replace import is_writable
from deskmate.files.source import read_source, write_source

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Table

NEOVIM = """\
vim.opt.runtimepath:prepend({folder})
require("deskmate").setup({{ cmd = {{ {program}, "serve" }} }})
"""

OUR_FILE = f"-- Written by `deskmate setup neovim --write`, which may write it again.\n{NEOVIM}"


def setup_neovim(*, write: bool) -> None:
    """Prints the two lines for `init.lua`, or writes a file of our own beside it, which changes
    nothing that is there. Raises DeskmateError where a file of that name is the user's, OSError
    where it cannot be written.
    """
    names = {"folder": quoted(find_ours("neovim")), "program": quoted(this_program())}
    if not write:
        print(NEOVIM.format(**names), end="")
        return
    folder = _neovim_folder()
    file, ours = folder / "plugin" / "deskmate-setup.lua", OUR_FILE.format(**names)
    if place := next(_list_uses(folder, file), None):
        print(f"{place} sets Deskmate up already.")
        return
    theirs = read_source(file)
    if theirs.text == ours:
        print(f"{file} has all of it already.")
        return
    if theirs.exists and not theirs.text.startswith(OUR_FILE.partition("\n")[0]):
        raise DeskmateError(f"{file} stays as it is, since it is yours. Move it, and try again.")
    refuse_protected(theirs.path)
    write_source(file, theirs.text, ours)
    print(f"Wrote {file}. `:checkhealth deskmate` in Neovim shows whether all is well.")


def _list_uses(folder: Path, ours: Path) -> Iterator[Path]:
    """The files of a configuration of Neovim, but for ours, that load the plugin or the server."""
    places = ("init.lua", "init.vim", "lua/**/*.lua", "plugin/**/*", "after/**/*")
    for file in (one for place in places for one in sorted(folder.glob(place))):
        if (
            file != ours
            and file.suffix in (".lua", ".vim")
            and USED.search(find_text(file, Path(file.anchor)))
        ):
            yield file


USED = re.compile(
    r"""^(?!\s*(?:--|"\s)).*(?:\brequire\s*\(?\s*["']deskmate["']|\bdeskmate/deskmate\b"""
    r"""|\blsp\.enable\(.*["']deskmate["'])""",
    re.MULTILINE,
)
"""A line, no comment, that calls the plugin, names it to a manager, or enables the server."""


def setup_helix(*, write: bool) -> None:
    """Prints what goes into `languages.toml`, or adds it to the user's, which stays as it is
    otherwise. Raises DeskmateError where that is none that Helix reads or is write-protected,
    OSError where it cannot be written.
    """
    file = _helix_folder() / "languages.toml"
    ours = (find_ours("helix") / "languages.toml").read_text(encoding="utf-8")
    if not write:
        print(ours.replace('"deskmate"\nargs', f"{quoted(this_program())}\nargs"), end="")
        return
    theirs = read_source(file)
    merged = merge_languages(theirs.text, ours, str(this_program()), _their_helix_knows)
    if merged == theirs.text:
        print(f"{file} has all of it already.")
        return
    refuse_protected(theirs.path)
    write_source(file, theirs.text, merged)
    print(f"Wrote {file}. `hx --health python` shows whether Helix finds Deskmate.")
    print("Helix 25.01 asks a language's first server alone for a hover; `space a` has Explain.")


def merge_languages(
    theirs: str, ours: str, program: str, knows: Callable[[str], bool] = lambda language: True
) -> str:
    """The user's `languages.toml` with Deskmate as one more server of each language of ours, after
    those that they list, or that Helix has by itself. `knows` says which languages their Helix
    has: it would read nothing of a file that names another.

    Raises DeskmateError where the file cannot be read.
    """
    import tomlkit
    from tomlkit.items import Table

    windows = "\r\n" in theirs and "\n" not in theirs.replace("\r\n", "")
    if windows:
        merged = merge_languages(theirs.replace("\r\n", "\n"), ours, program, knows)
        return merged.replace("\n", "\r\n")
    _refuse_odd(theirs)
    document = tomlkit.parse(theirs)
    servers: Any = document.setdefault("language-server", tomlkit.table(is_super_table=True))
    if "deskmate" not in servers:
        servers["deskmate"] = {"command": program, "args": ["serve"]}
        if "language" in document and isinstance(servers["deskmate"], Table):
            servers["deskmate"].add(tomlkit.nl())
    else:
        present = servers["deskmate"]
        if present.get("command") != program:
            present["command"] = program
        present.setdefault("args", ["serve"])
    for entry in tomlkit.parse(ours)["language"]:
        if "scope" in entry or knows(entry["name"]):
            _add_to(document, entry)
    merged = tomlkit.dumps(document)
    _refuse_odd(merged)
    return merged


def _refuse_odd(text: str) -> None:
    """Raises DeskmateError where this is no `languages.toml`."""
    stays = "Helix's languages.toml stays as it is"
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DeskmateError(f"{stays}, because it is not TOML: {error}.") from error
    wanted = "and Helix would not read it, either. Change that, and try again."
    servers, languages = data.get("language-server", {}), data.get("language", [])
    if not isinstance(servers, dict) or not isinstance(servers.get("deskmate", {}), dict):
        raise DeskmateError(f"{stays}: its `language-server` is no table of tables, {wanted}")
    if not isinstance(languages, list) or not all(isinstance(one, dict) for one in languages):
        raise DeskmateError(f"{stays}: its `language` is no list of tables, {wanted}")
    for one in languages:
        named = one.get("language-servers", [])
        if not isinstance(named, list) or not all(_is_server(each) for each in named):
            name = one.get("name")
            raise DeskmateError(
                f"{stays}: `language-servers` of {name} is no list of names, {wanted}"
            )


def _is_server(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, dict) and "name" in value)


def refuse_protected(file: Path) -> None:
    """Raises DeskmateError where the user has made the file read-only, as where another program
    writes it (home-manager, chezmoi).
    """
    if file.exists() and not is_writable(file):
        raise DeskmateError(
            f"{file} is write-protected, so it stays as it is. Without --write it is printed what "
            "belongs there."
        )


def _add_to(document: TOMLDocument, entry: Any) -> None:
    """Makes Deskmate a server of one language."""
    import tomlkit
    from tomlkit.items import AoT

    languages: Any = document.setdefault("language", tomlkit.aot())
    theirs = next((one for one in languages if one.get("name") == entry["name"]), None)
    if theirs is None:
        languages.append(_table(entry) if isinstance(languages, AoT) else dict(entry))
    elif "language-servers" not in theirs:
        theirs["language-servers"] = entry["language-servers"]
    elif "deskmate" not in _names(theirs["language-servers"]):
        theirs["language-servers"].append("deskmate")


def _table(values: Mapping[str, Any]) -> Table:
    """A table after an empty line."""
    import tomlkit

    table = tomlkit.table()
    table.update(values)
    table.trivia.indent = "\n"
    return table


def _names(servers: Any) -> list[str]:
    """A server is a name, or a table that has one."""
    return [str(one["name"] if isinstance(one, dict) else one) for one in servers]


def _their_helix_knows(language: str) -> bool:
    """Whether the Helix on the PATH knows the language; where there is none it is believed to."""
    program = shutil.which("hx") or shutil.which("helix")
    if program is None:
        return True
    health = [program, "--health", language]
    done = subprocess.run(health, capture_output=True, encoding="utf-8", timeout=30)
    return " not found" not in done.stdout.partition("\n")[0]


def _helix_folder() -> Path:
    if os.name == "nt":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "helix"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "helix"


def _neovim_folder() -> Path:
    name = os.environ.get("NVIM_APPNAME") or "nvim"
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / name
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / name


def find_ours(editor: str) -> Path:
    """The folder of what we have for an editor: in the package, or in the clone that runs."""
    package = Path(deskmate.__file__).parent
    places = (package / "editors" / editor, package.parents[1] / "editors" / editor)
    return next((place for place in places if place.is_dir()), places[0])


def this_program() -> Path:
    """The program that an editor is to start: the one that runs now."""
    beside = Path(sys.executable).with_name("deskmate" + Path(sys.executable).suffix)
    found = shutil.which("deskmate")
    return beside if beside.exists() or not found else Path(found)


def quoted(path: Path) -> str:
    """As Lua and TOML write a text."""
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
