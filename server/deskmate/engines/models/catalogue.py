"""Model files: which there are, where they lie, and which one answers.

Some are pinned: revision and checksum are in the catalogue. The others are recommendations, and
what the hub says of one when it is installed is kept in a record. `download.py` fetches them.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import shutil
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, get_args

from deskmate.errors import ModelError, ModelMissing
from deskmate.files.disk import in_home
from deskmate.files.places import place
from deskmate.files.replace import replace_file

log = logging.getLogger(__name__)

Use = Literal["chosen", "coding", "writing", "reasoning", "trying", "completing"]
"""What a model is good at, the most wanted first: whatever its user has chosen by its address, and
last what only goes on where a text stops, and so answers no request.
"""


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file on the Hugging Face hub at one revision; or, with neither, the one of a quantisation
    as it is there when it is asked for.
    """

    repo: str
    file: str = ""
    revision: str = ""
    quant: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A package of the registry (`NAME==VERSION`), the member of its wheel that is wanted, and how
    many bytes that is.
    """

    package: str
    member: str
    size: int


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several files that a model is split into: its address below a repository, its size in
    bytes, its SHA-256 ("" where nobody has said it).
    """

    file: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be installed or is; `size` in bytes, of all its files.

    `file` is where it lies: below the folder of models, or with its whole path in another
    program's, whose file it is then. `sha256` is "" for one that is not pinned. `use` is what it is
    good at, `active` the billions of parameters that each token takes and `parameters` those that
    there are (0: the same), `context` the tokens that it was trained for, `memory` the GB that it
    takes with 8192 of them. `rest` are the files behind the first one, `url` where a single one is
    fetched that is not on the hub.
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
    hub: HubFile | None = None
    parts: tuple[Part, ...] = ()
    parameters: float = 0.0
    rest: tuple[Shard, ...] = ()
    url: str = ""

    @property
    def path(self) -> Path:
        """Its first file."""
        return models_dir() / self.file

    @property
    def files(self) -> tuple[tuple[Path, int, str], ...]:
        """Where each of its files lies, its size and its checksum."""
        first = self.size - sum(shard.size for shard in self.rest)
        others = (
            (self.path.with_name(Path(one.file).name), one.size, one.sha256) for one in self.rest
        )
        return ((self.path, first, self.sha256), *others)

    @property
    def borrowed(self) -> bool:
        """Whether its file is another program's, and stays there."""
        return Path(self.file).is_absolute()


@cache
def catalogue() -> tuple[Model, ...]:
    """Every model that can be installed by name, the default first."""
    text = (resources.files(__package__) / "models.toml").read_text(encoding="utf-8")
    return tuple(_model(given) for given in tomllib.loads(text)["model"])


def known() -> tuple[Model, ...]:
    """Every model of the catalogue, the default first, as it is installed if it is; then the others
    that are installed.
    """
    own = {model.name: model for model in read_records()}
    listed = tuple(own.pop(model.name, model) for model in catalogue())
    return (*listed, *own.values())


def find(name: str) -> Model:
    """The model of that name, "" for the default. Raises ModelError for an unknown one."""
    for model in known():
        if name in ("", model.name):
            return model
    names = ", ".join(model.name for model in known())
    raise ModelError(
        f"There is no model `{name}` in the catalogue; it has {names}. Any other is named by where "
        "it is: hf:OWNER/REPO:QUANT, ollama:NAME, lmstudio:OWNER/REPO or a URL."
    )


def models_dir() -> Path:
    """The folder that installed models lie in."""
    return place("models")


def installed() -> tuple[Model, ...]:
    """The models that are installed whole: those that the user chose first, then those for code,
    then those for other uses, the best of each first.
    """
    uses = get_args(Use)
    best_first = (model for model in reversed(known()) if is_installed(model))
    return tuple(sorted(best_first, key=lambda model: uses.index(model.use)))


def is_installed(model: Model) -> bool:
    """Whether the model's files lie in their place, whole. A file is put there only once its
    checksum is right, so its size tells.
    """
    return bool(model.file) and all(
        path.is_file() and path.stat().st_size == size for path, size, _ in model.files
    )


def checksum(path: Path) -> str:
    """The SHA-256 of a file, read from end to end: some seconds for a large one. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_right(model: Model) -> bool:
    """Whether an installed model is what it was when it was installed: it is read from end to end.
    Raises OSError.
    """
    return all(not wanted or checksum(path) == wanted for path, _, wanted in model.files)


def how_to_mend(model: Model) -> str:
    """What is to be done where its file is damaged, in a line."""
    if model.borrowed:
        program, _, _ = model.about.partition("'s,")
        return f"have {program} fetch it again"
    address = model.url or model.name
    if model.use in ("chosen", "completing") and model.hub is not None:
        address = f"hf:{model.hub.repo}/{model.hub.file}"
    return f"deskmate models rm {model.name}, then: deskmate models install {address}"


def remove(model: Model) -> int:
    """Deletes a model with whatever of it was fetched, and gives how many bytes that frees; one
    that is another program's is only forgotten. Raises ModelMissing where nothing of it is there,
    OSError.
    """
    if model.borrowed:
        forget_record(model)
        return 0
    half = model.path.with_name(f"{model.path.name}.download")
    files = [path for path, _, _ in model.files] if model.file else []
    files += half.rglob("*") if half.exists() else ()
    freed = 0
    for file in files:
        freed += file.stat().st_size if file.is_file() else 0
    if not freed:
        raise ModelMissing(f"{model.title} is not installed.")
    for path, _, _ in model.files:
        path.unlink(missing_ok=True)
    shutil.rmtree(half, ignore_errors=True)
    model.path.with_name(f"{model.path.name}.lock").unlink(missing_ok=True)
    forget_record(model)
    return freed


def find_model(wanted: str) -> Path:
    """The file of `local.model`: a path, a name of the catalogue, or "" for the best of what is
    installed.

    Raises ModelMissing where it is not installed, ModelError where there is no such file.
    """
    if not wanted:
        answering = [model for model in installed() if model.use != "completing"]
        if not answering:
            raise ModelMissing("No model is installed. `deskmate models install` installs one.")
        return answering[0].path
    named = next((model for model in known() if model.name == wanted), None)
    if named is not None:
        if not is_installed(named):
            raise ModelMissing(
                f"{named.title} is not installed. `deskmate models install {named.name}` does it."
            )
        return named.path
    path = in_home(wanted)
    if not path.is_file():
        raise ModelError(
            f"`local.model` is {wanted}: no such file, and no model of that name. "
            "`deskmate models list` lists the names."
        )
    return path


def _model(given: dict[str, Any]) -> Model:
    """A model as it is written in the catalogue or in a record."""
    hub = given.pop("hub", None)
    parts = tuple(Part(**part) for part in given.pop("parts", ()))
    rest = tuple(Shard(**shard) for shard in given.pop("rest", ()))
    return Model(**given, hub=HubFile(**hub) if hub else None, parts=parts, rest=rest)


def read_records() -> tuple[Model, ...]:
    """What is known of the models that are not pinned, and of those in other programs' folders, by
    their names: what was true of each when it was installed.
    """
    found = []
    for path in sorted(_records().glob("*.json")):
        try:
            found.append(_model(json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError) as error:
            log.warning("%s cannot be read, so that model is not known: %s", path, error)
    return tuple(found)


def write_record(model: Model) -> None:
    """Keeps what is known of an installed model. Raises OSError."""
    _records().mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(model), indent=2)
    replace_file(_record(model), f"{text}\n".encode(), private=True)  # a URL may hold a secret


def forget_record(model: Model) -> None:
    """Removes what is known of it. Raises OSError."""
    _record(model).unlink(missing_ok=True)


def _records() -> Path:
    return models_dir() / "records"


def _record(model: Model) -> Path:
    return _records() / name_record(model.name)


def name_record(name: str) -> str:
    """What the record of a model of that name is called: what differs here is two files on every
    system.
    """
    return re.sub(r"[^\w.-]+", "-", name).lower() + ".json"
