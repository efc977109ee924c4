"""A model's file made once more in the format that a build reads fastest on this processor.

Whether that pays differs by build, processor and model, so it is measured; what the model loses by
it is measured too. The original stays as it is.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock, Timeout

from deskmate.engines.builds.copies import aside, lock_of, place_of_copy, today
from deskmate.engines.builds.found import Build
from deskmate.engines.builds.measuring import OnStep
from deskmate.engines.builds.record import Gain, Repacked, identify_model, note_repacked
from deskmate.engines.hosts.host_process import NO_WINDOW
from deskmate.engines.models.catalogue import checksum, models_dir
from deskmate.engines.models.gguf import read_metadata
from deskmate.engines.models.sources import unpacking_command
from deskmate.errors import ModelError
from deskmate.files.leftovers import passing
from deskmate.files.programs import find_program

FORMAT = "Q4_0"
"""The format that llama.cpp has code for on nearly every processor, x86 and ARM. Its others are
slower to read, or take minutes to make.
"""

_Q4_0 = 2  # its number in `general.file_type`

WORSE = 1.1
"""How many times as perplexed by code that it does not know a model may be afterwards."""


def is_worth_trying(model: Path) -> bool:
    """Whether it could be made once more: it is one GGUF file that is not of that format already.
    Raises ModelError.
    """
    values = read_metadata(model).values
    return values.get("general.file_type") != _Q4_0 and "split.count" not in values


@dataclass(frozen=True, slots=True)
class Quantizer:
    """The command that makes the copy, and what it needs of the package registry beside
    Deskmate.
    """

    command: tuple[str, ...]
    packages: tuple[str, ...] = ()


def find_quantizer(builds: tuple[Build, ...]) -> Quantizer | None:
    """llama.cpp's own, beside a build or on the PATH; else ours. None where that could not be run,
    since what it needs is not here, and pip neither.
    """
    programs = [Path(build.program) for build in builds if build.program]
    beside = [str(one.with_name(QUANTIZER)) for path in programs for one in (path, path.resolve())]
    found = (find_program(one) for one in (*beside, QUANTIZER))
    program = next((one for one in found if one is not None), None)
    if program is not None:
        return Quantizer((str(program), "--allow-requantize"))
    if all(find_spec(name) for name in PACKAGES):
        return Quantizer(OURS)
    return Quantizer(OURS, PACKAGES) if find_spec("pip") else None


QUANTIZER = "llama-quantize.exe" if sys.platform == "win32" else "llama-quantize"

OURS = (sys.executable, "-P", "-m", "deskmate.engines.builds.requantizing")

PACKAGES = ("gguf", "numpy")
"""What ours calculates with. A model needs it once, so it is fetched for that and not kept: with it
Deskmate would be larger by a quarter.
"""
_LOCKED = Path(__file__).with_name("requantizing.txt")
"""The versions that are fetched, with their hashes; `make lock` writes it."""


@asynccontextmanager
async def remaking(
    model: Path, quantizer: Quantizer, on_step: OnStep = lambda doing: None
) -> AsyncGenerator[Path]:
    """The model made once more: the file is there until the block ends, and then where the block
    has moved it. Whoever is cancelled meanwhile ends the quantiser. Raises ModelError where that
    fails, another process is at it, or the disk has no room for the file, OSError.
    """
    with passing(models_dir()) as half, _alone(model):
        await asyncio.to_thread(_check_room, model, quantizer)
        async with _fetching(quantizer, on_step) as environment:
            command = (*quantizer.command, str(model), str(half), FORMAT)
            ended, said = await _run(command, environment, on_step)
        if ended or not half.is_file():
            raise ModelError(
                f"No copy in {FORMAT} can be made of {model} ({said or 'no reason given'}); the "
                "model stays as it is."
            )
        yield half


@contextmanager
def _alone(model: Path) -> Iterator[None]:
    """Raises ModelError while another process makes this copy."""
    lock = FileLock(lock_of(model))
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise ModelError(
            f"Another Deskmate is making a copy of {model} just now; `deskmate engine bench` "
            "compares both when it is done."
        ) from error
    try:
        yield
    finally:
        lock.release()


@asynccontextmanager
async def _fetching(quantizer: Quantizer, on_step: OnStep) -> AsyncGenerator[dict[str, str]]:
    """The environment in which the quantiser finds its packages. Raises ModelError where pip cannot
    have them, OSError.
    """
    environment = dict(os.environ)
    if not quantizer.packages:
        yield environment
        return
    names = " and ".join(quantizer.packages)
    on_step(f"fetching {names} from the package registry")
    with passing(models_dir()) as folder:
        ended, said = await _run(_fetching_command(folder), environment, on_step)
        if ended:
            raise ModelError(
                f"{names} cannot be had from the package registry ({said}), so no copy in {FORMAT} "
                "is made; the model stays as it is."
            )
        paths = (str(folder), environment.get("PYTHONPATH", ""))
        yield environment | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


def _fetching_command(folder: Path) -> tuple[str, ...]:
    return unpacking_command(folder, "--require-hashes", "--requirement", str(_LOCKED))


def _check_room(model: Path, quantizer: Quantizer) -> None:
    needed = model.stat().st_size + (_UNPACKED if quantizer.packages else 0)
    free = shutil.disk_usage(models_dir()).free
    if free < needed:
        raise ModelError(
            f"Making a copy of {model} may take {needed / 1e6:,.0f} MB in {models_dir()}, where "
            f"{free / 1e6:,.0f} MB are free; the model stays as it is. Make room and run "
            "`deskmate engine bench`, or set `local.repack` to false."
        )


_UNPACKED = 120_000_000  # bytes of the packages, once unpacked and once as they came


async def _run(
    command: tuple[str, ...], environment: Mapping[str, str], on_step: OnStep
) -> tuple[int, str]:
    """Runs a program to its end, and tells its steps; how it ended, and the last that it said."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=2**20,
        env=environment,
        creationflags=NO_WINDOW,
    )
    assert process.stdout
    last = ""
    try:
        async for line in process.stdout:
            last = line.decode(errors="replace").strip() or last
            step = re.match(r"\[ *(\d+)/ *(\d+)\]", last)
            if step:
                on_step(f"making a copy in {FORMAT}, part {step[1]} of {step[2]}")
        return await process.wait(), last
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()  # Windows deletes no file that a process has open


def keep(model: Path, half: Path, verdicts: list[Verdict]) -> Path | None:
    """Puts the file in its place where it pays for a build, and notes for each whether it does; a
    file that pays for none is not kept. Raises OSError.
    """
    file = place_of_copy(model)
    pays = any(one.pays for one in verdicts)
    about = half.stat()
    sha256 = checksum(half) if pays else ""
    if pays:
        half.replace(file)
        aside(file).unlink(missing_ok=True)
    for one in verdicts:
        note_repacked(
            Repacked(
                original=identify_model(model),
                build=one.build.identity,
                file=str(file),
                sha256=sha256,
                size=about.st_size,
                modified=about.st_mtime_ns,
                checked=today(),
                gain=one.gain.middle,
                perplexity=one.perplexity,
                pays=one.pays,
            )
        )
    return file if pays else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a build runs the file that was made: how many times as fast as the original, and the
    `perplexity` of both.
    """

    build: Build
    gain: Gain
    perplexity: tuple[float, float]

    @property
    def pays(self) -> bool:
        """Whether it is clearly faster, and hardly worse."""
        before, after = self.perplexity
        return self.gain.is_clear and after <= WORSE * before
