"""`deskmate engine`: the builds of llama.cpp on this machine, how fast each is, getting another."""

from __future__ import annotations

import sys
from dataclasses import replace

from deskmate.cli.engine_bench import tell_choice
from deskmate.cli.install_model import Progress
from deskmate.engines.builds.fitting import find_file, fit_engine
from deskmate.engines.builds.found import (
    Build,
    Package,
    builds_here,
    find_used,
    named,
    offers,
    source,
)
from deskmate.engines.builds.getting import compile_source, install_package, remove_build
from deskmate.engines.builds.record import Choice, Record, identify_model, read_record
from deskmate.errors import EngineUnavailable, ModelError
from deskmate.settings.engines import AUTO
from deskmate.settings.sections.local import LocalSettings
from deskmate.settings.sources import load_settings
from deskmate.settings.write import write_settings


def list_engines() -> None:
    """Prints the builds that are here, with what was measured of each, and what could be
    installed.
    """
    local, record = _settings(), read_record()
    builds = builds_here(local)
    used = find_used(builds, fit_engine(local))
    print("Here:")
    for build in builds:
        choice = _choice(record, build, local)
        fast = tell_choice(choice) if choice else "not measured yet"
        print(f"{'*' if build == used else ' '} {build.name:10} {build.about}; {fast}")
        if build.program:
            print(f"{'':13}{build.program}")
    print("\nCould be installed:")
    for offer in offers(local):
        how = offer.command or f"deskmate engine install {offer.name}"
        print(f"  {offer.name:13} {offer.about}{_size(offer.package)}\n{'':16}{how}")
    print(
        f"  {'build':13} made for exactly this machine; takes a C++ compiler and ten minutes or "
        f"more{_size(source())}\n{'':16}deskmate engine build"
    )
    print("\n`deskmate engine bench` measures what is here; the fastest then answers by itself.")


def _size(package: Package | None) -> str:
    """What is fetched of one, where we do it."""
    return f"; {package.size / 1e6:.0f} MB from the package registry" if package else ""


def use_engine(name: str) -> None:
    """Has the build of that name answer from now on, or with `auto` the fastest at any time, by the
    user's own settings. Raises EngineUnavailable where there is none, DeskmateError, OSError.
    """
    found = builds_here(_settings())
    [build] = [_FASTEST] if name == AUTO else named([name], found)
    values = {"local.engine": build.engine}
    if build.program:
        values["local.program"] = build.program
    file = write_settings(values)
    print(f"{build.name} ({build.about}) answers from the editor's next start: {file}")


_FASTEST = Build(AUTO, "the fastest that `deskmate engine bench` finds", AUTO)


def install_engine(name: str) -> None:
    """Fetches the build of that name, or prints the command that does it. Raises
    EngineUnavailable where there is none, or it does not run here, OSError.
    """
    known = {offer.name: offer for offer in offers(_settings())}
    if name not in known:
        raise EngineUnavailable(
            f"There is no build `{name}` to install here; there are "
            f"{', '.join(known) or 'none'}. `deskmate engine build` compiles one."
        )
    offer = known[name]
    if offer.package is None:
        print(f"Your system installs it:\n\n  {offer.command}\n")
    else:
        with Progress(resumes=False) as progress:
            print(f"Installed: {install_package(name, offer.package, progress.update)}")
    print("`deskmate engine bench` then measures it here; if it is the fastest, it answers.")


def build_engine(options: list[str]) -> None:
    """Compiles llama.cpp for this machine, with more `options` for CMake. Raises EngineUnavailable
    where that fails, OSError.
    """
    print("Compiling llama.cpp as it is in Deskmate, for this processor. Ctrl+C ends it.")
    last = ""

    def tell(step: str) -> None:
        nonlocal last
        if step != last:
            last = step
            print(step, file=sys.stderr)

    with Progress(resumes=False) as progress:
        program = compile_source(options, progress.update, tell)
    print(f"Compiled: {program}")
    print("`deskmate engine bench` then measures it here; if it is the fastest, it answers.")


def remove_engine(name: str) -> None:
    """Deletes a build that Deskmate has installed. Raises EngineUnavailable, OSError."""
    remove_build(name)
    print(f"Deleted {name}.")


def _choice(record: Record, build: Build, local: LocalSettings) -> Choice | None:
    """How fast a build is with the file that would answer by it, where that is known."""
    try:
        file = find_file(replace(local, engine=build.engine, program=build.program))
    except ModelError:
        return None
    return record.choice(build.identity, identify_model(file))


def _settings() -> LocalSettings:
    return load_settings()[0].local
