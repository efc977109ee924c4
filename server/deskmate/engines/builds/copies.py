"""The copies of models that were made for this machine: where they lie, if they are whole."""

from __future__ import annotations

import hashlib
import logging
import os
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from deskmate.engines.builds.record import Repacked, note_repacked
from deskmate.engines.models.catalogue import checksum, models_dir

log = logging.getLogger(__name__)


def is_right_copy(made: Repacked) -> bool:
    """Whether a file that was made is what it was. It is read from end to end when it is first
    asked for on a day, and where its size or time is another than noted. A damaged one is set
    aside. One that cannot be read is not.
    """
    file = Path(made.file)
    try:
        about = file.stat()
        seen = replace(made, modified=about.st_mtime_ns, checked=today())
        if seen == made and about.st_size == made.size:
            return True
        if about.st_size == made.size and checksum(file) == made.sha256:
            with suppress(OSError):  # then it is read again the next time
                note_repacked(seen)
            return True
        file.replace(aside(file))
    except FileNotFoundError:
        return False
    except OSError as error:
        log.warning("The copy %s of the model is not used: %s", file, error)
        return False
    log.warning("%s", tell_damaged(file))
    return False


def tell_copy(made: Repacked) -> str:
    """Which copy answers, what is gained and what is lost by that, in a sentence."""
    before, after = made.perplexity
    return (
        f"{made.file} answers for it, a copy that was {made.gain:.2f}× as fast here (perplexity "
        f"{after:.2f} instead of {before:.2f}); `local.repack` turns it off"
    )


def tell_damaged(copy: Path) -> str:
    """That this copy of a model was set aside, in a sentence; "" where none was."""
    damaged = aside(copy)
    if not damaged.is_file():
        return ""
    return (
        f"The copy {copy.name} of the model was damaged and is now {damaged}, so the model itself "
        "answers; `deskmate engine bench` makes the copy again"
    )


def delete_copy(model: Path) -> int:
    """Deletes what was made of a model, and gives how many bytes that frees. Raises OSError."""
    copy = place_of_copy(model)
    files = [one for one in (copy, aside(copy)) if one.is_file()]
    freed = sum(one.stat().st_size for one in files)
    for one in (*files, lock_of(model)):
        one.unlink(missing_ok=True)
    return freed


def aside(copy: Path) -> Path:
    """Where a copy lies once it was found to be damaged."""
    return copy.with_suffix(".damaged")


def lock_of(model: Path) -> Path:
    """The file that whoever makes a copy of a model has locked."""
    return place_of_copy(model).with_suffix(".lock")


def today() -> str:
    """The day on which a copy is read whole."""
    return date.today().isoformat()


def place_of_copy(model: Path) -> Path:
    """Where the copy of a model lies: files of the same name in several folders are others."""
    which = hashlib.sha256(os.fsencode(model.absolute())).hexdigest()[:8]
    return models_dir() / f"{model.stem}-{which}.repacked.gguf"
