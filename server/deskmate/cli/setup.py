"""`deskmate setup`: what an editor's configuration needs, printed or written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import deskmate
from deskmate.errors import DeskmateError
from deskmate.files.replace import replace_file

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Table

NEOVIM = """\
vim.opt.runtimepath:prepend({folder})
require("deskmate").setup({{ cmd = {{ {program}, "serve" }} }})
"""

OUR_FILE = f"-- Written by `deskmate setup neovim --write`, which may write it again.\n{NEOVIM}"

SNIPPETS = {
    "emacs": ("deskmate.el", "your init.el"),
    "kate": ("servers.json", "Settings → Configure Kate → LSP Client → User Server Settings"),
    "sublime": ("LSP.sublime-settings", "Preferences → Package Settings → LSP → Settings"),
    "zed": ("settings.json", "Zed's settings.json, under the name of a server that you do not use"),
}
"""Of each editor whose configuration is only printed: the file that has it, and where it goes."""


def setup_neovim(*, write: bool) -> None:
    """Prints the two lines for `init.lua`, or writes a file of our own beside it, which changes
    nothing that is there. Raises DeskmateError where a file of that name is the user's, OSError
    where it cannot be written.
    """
    names = {"folder": _quoted(_ours("neovim")), "program": _quoted(_this_program())}
    if not write:
        print(NEOVIM.format(**names), end="")
        return
    folder = _neovim_folder()
    init = folder / "init.lua"
    if init.exists() and 'require("deskmate")' in init.read_text(encoding="utf-8"):
        print(f"{init} sets Deskmate up already.")
        return
    file, ours = folder / "plugin" / "deskmate-setup.lua", OUR_FILE.format(**names)
    theirs = file.read_text(encoding="utf-8") if file.exists() else None
    if theirs == ours:
        print(f"{file} has all of it already.")
        return
    if theirs is not None and not theirs.startswith(OUR_FILE.partition("\n")[0]):
        raise DeskmateError(f"{file} stays as it is, since it is yours. Move it, and try again.")
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, ours.encode("utf-8"))
    print(f"Wrote {file}. `:checkhealth deskmate` in Neovim shows whether all is well.")


def setup_by_hand(editor: str) -> None:
    """Prints what goes into the configuration of one of SNIPPETS, and says where it goes."""
    name, place = SNIPPETS[editor]
    text = (_ours(editor) / name).read_text(encoding="utf-8")
    print(text.replace('"/path/to/deskmate"', _quoted(_this_program())), end="")
    print(f"This goes into {place}.", file=sys.stderr)


def setup_helix(*, write: bool) -> None:
    """Prints what goes into `languages.toml`, or adds it to the user's, which stays as it is
    otherwise. Raises DeskmateError where that is no TOML, OSError where it cannot be written.
    """
    file = _helix_folder() / "languages.toml"
    ours = (_ours("helix") / "languages.toml").read_text(encoding="utf-8")
    if not write:
        print(ours.replace('"deskmate"\nargs', f"{_quoted(_this_program())}\nargs"), end="")
        return
    theirs = file.read_text(encoding="utf-8") if file.exists() else ""
    merged = merge_languages(theirs, ours, str(_this_program()), _their_helix_knows)
    if merged == theirs:
        print(f"{file} has all of it already.")
        return
    replace_file(file, merged.encode("utf-8"))
    print(f"Wrote {file}. `hx --health python` shows whether Helix finds Deskmate.")


def merge_languages(
    theirs: str, ours: str, program: str, knows: Callable[[str], bool] = lambda language: True
) -> str:
    """The user's `languages.toml` with Deskmate as one more server of each language of ours, after
    those that they list, or that Helix has by itself. `knows` says which languages their Helix
    has: it would read nothing of a file that names another.

    Raises DeskmateError where the file cannot be read.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(theirs)
    except TOMLKitError as error:
        raise DeskmateError(
            f"Helix's languages.toml stays as it is, because it is not TOML: {error}."
        ) from error
    servers: Any = document.setdefault("language-server", tomlkit.table(is_super_table=True))
    if "deskmate" not in servers:
        servers["deskmate"] = {"command": program, "args": ["serve"]}
        if "language" in document:
            servers["deskmate"].add(tomlkit.nl())
    else:
        present = servers["deskmate"]
        if present.get("command") != program:
            present["command"] = program
        present.setdefault("args", ["serve"])
    for entry in tomlkit.parse(ours)["language"]:
        if "scope" in entry or knows(entry["name"]):
            _add_to(document, entry)
    return tomlkit.dumps(document)


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


def _ours(editor: str) -> Path:
    """The folder of what we have for an editor: in the package, or in the clone that runs."""
    package = Path(deskmate.__file__).parent
    places = (package / "editors" / editor, package.parents[1] / "editors" / editor)
    return next((place for place in places if place.is_dir()), places[0])


def _this_program() -> Path:
    """The program that an editor is to start: the one that runs now."""
    beside = Path(sys.executable).with_name("deskmate" + Path(sys.executable).suffix)
    found = shutil.which("deskmate")
    return beside if beside.exists() or not found else Path(found)


def _quoted(path: Path) -> str:
    """As Lua and TOML write a text."""
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
