"""What the programs of a language find in the jail: a copy of the project, its interpreter, and
what is installed for it, to be read from where it is.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from deskmate.checks.layout import Surroundings, is_inside
from deskmate.checks.sandbox import find_outside, is_python
from deskmate.files.disk import ask, asks
from deskmate.files.guarded import read_contents
from deskmate.files.places import place
from deskmate.workspace.reading import read_text_file


@cache
def read_rows(name: str) -> Mapping[str, Mapping[str, Any]]:
    """The rows of a table beside this module."""
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def read_inside() -> Mapping[str, str]:
    """What is put beside a project to compare it and to run its examples, as files of it."""
    found, folders = {}, [(INSIDE, resources.files(__package__) / "inside")]
    while folders:
        place, folder = folders.pop()
        for one in folder.iterdir():
            if one.is_dir() and one.name != "__pycache__":
                folders.append((f"{place}/{one.name}", one))
            elif one.is_file():
                found[f"{place}/{one.name}"] = one.read_text(encoding="utf-8")
    return found


INSIDE = "_deskmate_inside"


def spell_out(command: Iterable[str], language: str) -> list[str]:
    """A command with the folder of what is put beside a project, and what makes programs of the
    language.
    """
    makes = read_rows("toolchains.toml")[language].get("makes", ())
    words = [one for word in command for one in (makes if word == "{makes}" else (word,))]
    return [word.replace("{inside}", INSIDE) for word in words]


def has_any(folder: Path, wanted: Iterable[str]) -> bool:
    """Whether one of these is in a project: FILE, or FILE:REGEX where that is found in its text."""
    for one in wanted:
        name, _, pattern = one.partition(":")
        path = folder / name
        with suppress(OSError):  # a link to where nobody may look
            if not pattern and ask(path.exists, path):
                return True
        if pattern and (file := read_text_file(path, folder)) and re.search(pattern, file.text):
            return True
    return False


def surround(
    folder: Path, language: str, *, whole: bool, runs: bool = True, shares: bool = False
) -> Surroundings:
    """What programs of this language find, with a copy of the project in `folder` if it is to be
    `whole`. Its own programs and modules are found only by what `runs` its code; what runs none of
    it `shares` what is kept for all projects.
    """
    row = read_rows("toolchains.toml").get(language, {})
    kept = kept_folder(folder)
    needed = tuple(row.get("needs", ()))
    told = row.get("env", {}) | (row.get("run_env", {}) if runs else {})
    if runs:
        for goal, source in row.get("begins_as", {}).items():
            _copy_once(Path(fill_home(source, kept)), Path(fill_home(goal, kept)))
    env = {name: fill_home(text, kept) for name, text in told.items()}
    reads = [Path(fill_home(text, kept)) for text in row.get("reads", ())]
    installed = [folder / name for name in _INSTALLED]
    reads += [one for one in installed if is_inside(one, folder) and ask(one.is_dir, one)]
    keeps = (kept, shared_folder()) if shares else (kept,)
    path: tuple[str, ...] = ()
    if row.get("environment") and (home := find_environment(folder)) is not None:
        env["VIRTUAL_ENV"] = str(home)
        path = (str(home / _PROGRAMS),) if runs else ()
        reads += [home, *_find_base(home)]
    return Surroundings(folder, env, path, tuple(reads), keeps, whole, needed)


def _copy_once(source: Path, goal: Path) -> None:
    """Makes a folder of another where it is not there yet, if that is none of the largest."""
    with suppress(OSError):
        if goal.exists() or not source.is_dir():
            return
        if sum(one.stat().st_size for one in source.rglob("*") if one.is_file()) > _LARGE:
            return
        goal.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=goal.parent) as begun:
            shutil.copytree(source, Path(begun) / goal.name)
            (Path(begun) / goal.name).rename(goal)


_LARGE = 400 << 20
_INSTALLED = ("node_modules", "vendor")
_PROGRAMS = "Scripts" if os.name == "nt" else "bin"


def kept_folder(folder: Path) -> Path:
    """What is kept for the project in `folder` from one run to the next, and nobody else reads."""
    return place("checks") / hashlib.sha256(str(folder).encode()).hexdigest()[:16]


def shared_folder() -> Path:
    """What is kept for all projects, such as a compiled standard library."""
    return place("checks") / "shared"


def fill_home(text: str, kept: Path) -> str:
    """A text of a row with the folders that it means."""
    home = str(Path.home())
    text = (
        text.replace("{cache}", str(kept))
        .replace("{shared}", str(shared_folder()))
        .replace("{:}", os.pathsep)
    )
    return re.sub(r"(?:^|(?<==))~(?=/)", lambda _: home, text)


def find_interpreter(folder: Path) -> str:
    """The Python that a project is run with: that of its environment, else the system's, else the
    one that runs this.
    """
    home = find_environment(folder)
    if home is not None:
        return str(home / _PROGRAMS / ("python.exe" if os.name == "nt" else "python3"))
    found = _find_on_path(os.pathsep.join(find_outside(folder)))
    return _find_chosen(found) if found else "{python}"


def find_wrapped(program: str, folder: Path) -> str:
    """The Gradle or Maven that a project's wrapper has fetched, else the one that is installed. The
    wrapper itself would write to where it is.
    """
    properties, home = _WRAPPERS[program]
    file = read_text_file(folder / properties, folder)
    named = re.search(_DISTRIBUTION, file.text) if file else None
    if named is None:
        return program
    fetched = Path.home() / home / "wrapper" / "dists"
    names = [f"{named[1]}{kind}/{deep}" for kind in ("", "-bin", "-all") for deep in ("*", "*/*")]
    found = (one for name in names for one in fetched.glob(f"{name}/bin/{program}"))
    return str(next(found, program))


_DISTRIBUTION = r"(?m)^distributionUrl\b.*/([\w.+-]+?)(?:-bin|-all)?\.zip\s*$"
_WRAPPERS = {
    "gradle": ("gradle/wrapper/gradle-wrapper.properties", ".gradle"),
    "mvn": (".mvn/wrapper/maven-wrapper.properties", ".m2"),
}


def _find_on_path(path: str | None = None) -> str | None:
    rows = read_rows("toolchains.toml").values()
    names = next(one["programs"] for one in rows if one.get("environment"))
    return next((one for name in names if (one := shutil.which(name, path=path))), None)


def _find_chosen(program: str) -> str:
    """The interpreter itself where the program is a script that chooses one, as pyenv and asdf put
    on the PATH: the jail has nothing of what that needs. It is asked in the user's home, since it
    may run what a project's own settings name.
    """
    try:
        if not read_contents(Path(program), None).data.startswith(b"#!"):
            return program
        say = "import os, sys; sys.stdout.buffer.write(os.fsencode(sys.executable))"
        ask = [program, "-I", "-c", say]
        ran = subprocess.run(ask, cwd=Path.home(), capture_output=True, timeout=_PATIENCE)
    except (OSError, subprocess.SubprocessError):
        return program
    return os.fsdecode(ran.stdout) or program


_PATIENCE = 10
"""Seconds for a script that chooses an interpreter."""


@asks(None)
def find_environment(folder: Path) -> Path | None:
    """The virtual environment of a project: in its folder as venv, uv, tox, nox and others make it,
    where Poetry keeps it, the one that Deskmate was started in, or the one that is on the PATH.
    """
    found = [folder / name for name in (".venv", "venv", "env")]
    for name in (".tox/py*", ".tox/test*", ".nox/test*", ".nox/unit*", ".nox/py*"):
        found += _newest_first(folder.glob(name))
    found += _newest_first(_poetry_folder().glob(f"{_poetry_name(folder)}-*-py3*"))
    active = os.environ.get("VIRTUAL_ENV")
    found += [Path(active)] if active else []
    on_path = _find_on_path()
    found += [Path(on_path).parent.parent] if on_path else []
    return next((one for one in found if _is_environment(one)), None)


def _newest_first(environments: Iterable[Path]) -> list[Path]:
    """By the version of Python that their names end with; those without one come last."""

    def version(home: Path) -> list[int]:
        return [int(part) for part in re.findall(r"\d+", home.name)]

    return sorted(environments, key=version, reverse=True)


def _is_environment(home: Path) -> bool:
    """Whether a virtual environment is here; a link to the user's home is none."""
    try:
        above = Path.home().is_relative_to(home.resolve())
        return not above and (home / "pyvenv.cfg").is_file()
    except (OSError, RuntimeError):  # links in a circle
        return False


def _poetry_folder() -> Path:
    return Path.home() / ".cache" / "pypoetry" / "virtualenvs"


def _poetry_name(folder: Path) -> str:
    """How Poetry calls a project's environments, up to the hash."""
    file = read_text_file(folder / "pyproject.toml", folder)
    named = re.search(r'(?m)^name\s*=\s*["\']([\w.-]+)', file.text) if file else None
    return re.sub(r"[^\w-]", "_", named[1].lower()) if named else "?"


@asks(())
def _find_base(home: Path) -> Sequence[Path]:
    """Where the interpreter of an environment is installed: a Python, whatever the project says."""
    file = read_text_file(home / "pyvenv.cfg", None)
    told = re.search(r"(?m)^home\s*=\s*(.+)$", file.text) if file else None
    if told is None:
        return []
    found = []
    for program in ("", "python3", "python.exe"):  # which may be a link to where it is installed
        with suppress(OSError, RuntimeError):
            path = Path(told[1].strip(), program).resolve()
            found.append(path.parent.parent if program else path.parent)
    return [one for one in dict.fromkeys(found) if is_python(one)]
