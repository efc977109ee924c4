"""Models that other programs on this machine have fetched, used where they lie: Ollama's and those
of LM Studio. Nothing is copied, and nothing of theirs is changed.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from pathlib import Path

from deskmate.engines.models.catalogue import Model, Shard, checksum
from deskmate.engines.models.gguf import read_metadata
from deskmate.engines.models.hub import (
    Address,
    choose,
    find_memory,
    find_quant,
    goes_with_a_model,
    read_address,
)
from deskmate.errors import ModelError
from deskmate.files.disk import in_home


def is_in_ollama(name: str) -> bool:
    """Whether Ollama has a model of that name on this disk."""
    return bool(name) and any(path.is_file() for path in _manifests(name))


def find_in_ollama(name: str) -> Model:
    """Ollama's model of that name, such as `qwen2.5-coder:1.5b` or `hf.co/OWNER/REPO:QUANT`.

    Raises ModelError where it is not on this disk, or is more than llama.cpp reads.
    """
    manifest = next((path for path in _manifests(name) if path.is_file()), None)
    if manifest is None:
        there = ", ".join(_ollama_names()) or "none"
        raise ModelError(
            f"Ollama has no model `{name}` on this disk; it has {there}. "
            f"`ollama pull {name}` fetches one; OLLAMA_MODELS says where they lie."
        )
    folder = manifest.parents[4]
    try:
        layers = json.loads(manifest.read_text(encoding="utf-8"))["layers"]
        digests = [(one["mediaType"].rpartition(".")[2], one["digest"]) for one in layers]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{manifest} cannot be read. `ollama pull {name}` writes it anew."
        ) from error
    if "adapter" in dict(digests):
        raise ModelError(
            f"Ollama's {name} is a model with an adapter, which Deskmate cannot put together. Use "
            'it where it is: `local.engine = "openai"`, `local.url = "http://127.0.0.1:11434/v1"`.'
        )
    weights = [_blob(folder, digest) for kind, digest in digests if kind == "model"]
    if len(weights) != 1 or not weights[0].is_file():
        raise ModelError(
            f"Ollama's {name} has no weights on this disk. `ollama pull {name}` fetches them."
        )
    licences = [_blob(folder, digest) for kind, digest in digests if kind == "license"]
    digest = dict(digests)["model"]
    return _borrow(
        weights[0],
        name.replace(":latest", ""),
        "Ollama",
        digest.partition(":")[2],
        _licence(licences),
    )


def find_in_lmstudio(text: str) -> Model:
    """LM Studio's model at `OWNER/REPO[:QUANT]`. Raises ModelError where it is not on this disk, or
    not one alone.
    """
    address = read_address(text)
    for folder in _lmstudio_folders():
        place = folder / address.repo
        files = sorted(place.glob("*.gguf")) if place.is_dir() else []
        if files:
            found = choose(
                Address(address.repo, "", address.quant, address.file),
                [
                    Shard(path.name, path.stat().st_size, "")
                    for path in files
                    if not goes_with_a_model(path.name)
                ],
            )
            first = place / found[0].file
            title = f"{address.repo} {find_quant(first.name)}"
            return _borrow(first, first.stem, "LM Studio", "", "", title)
    there = sorted(
        f"{path.parent.parent.name}/{path.parent.name}"
        for folder in _lmstudio_folders()
        for path in folder.glob("*/*/*.gguf")
    )
    raise ModelError(
        f"LM Studio has no model {address.repo} on this disk; it has "
        f"{', '.join(dict.fromkeys(there)) or 'none'}."
    )


def _borrow(
    path: Path, name: str, program: str, sha256: str, licence: str, title: str = ""
) -> Model:
    said = read_metadata(path)
    count = int(said.values.get("split.count", 0))
    if count > 1:
        raise ModelError(
            f"{path} is one of {count} files. Set `local.model` to it: llama.cpp finds the others."
        )
    return Model(
        name=name,
        title=title or f"{said.name} ({program}'s {name})",
        file=str(path.resolve()),
        size=path.stat().st_size,
        sha256=sha256 or checksum(path),
        licence=licence or str(said.values.get("general.license", "")) or "not said",
        use="chosen",
        active=0.0,
        context=said.context,
        memory=find_memory(said, said.size),
        about=f"{program}'s, used where it is",
    )


def _manifests(name: str) -> list[Path]:
    """Where Ollama may have written down what a model of that name is made of."""
    path, _, tag = name.partition(":")
    parts = path.split("/")
    if not re.fullmatch(r"[\w./-]+(?::[\w.-]+)?", name) or {"", ".", ".."} & {*parts, tag or "-"}:
        return []
    if len(parts) == 1:
        parts = ["library", *parts]
    if len(parts) == 2:
        parts = ["registry.ollama.ai", *parts]
    return [folder / "manifests" / Path(*parts) / (tag or "latest") for folder in _ollama_folders()]


def _ollama_folders() -> list[Path]:
    """Where Ollama keeps its models: as it is told, else in the home, else that of its service."""
    told = os.environ.get("OLLAMA_MODELS")
    if told:
        return [in_home(told)]
    return [Path.home() / ".ollama" / "models", Path("/usr/share/ollama/.ollama/models")]


def _ollama_names() -> list[str]:
    """The models of Ollama's own library that are on this disk."""
    found = []
    for folder in _ollama_folders():
        library = folder / "manifests" / "registry.ollama.ai" / "library"
        found += [f"{path.parent.name}:{path.name}" for path in sorted(library.glob("*/*"))]
    return found


def _blob(folder: Path, digest: str) -> Path:
    return folder / "blobs" / re.sub(r"[^\w-]", "-", digest)


def _licence(blobs: list[Path]) -> str:
    """The first line of a licence, which is its name, or nearly."""
    for blob in blobs:
        with suppress(OSError), blob.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.strip():
                    return line.strip()[:80]
    return ""


def _lmstudio_folders() -> list[Path]:
    """Where LM Studio may keep its models: as it is set, else in the home that it has chosen."""
    folders = []
    for home in _lmstudio_homes():
        with suppress(OSError, ValueError):
            said = json.loads((home / "settings.json").read_text(encoding="utf-8"))
            told = said.get("downloadsFolder") if isinstance(said, dict) else None
            folders += [home / told] if isinstance(told, str) else []
        folders.append(home / "models")
    return list(dict.fromkeys(folders))


def _lmstudio_homes() -> list[Path]:
    user = Path.home()
    homes = [user / ".lmstudio", user / ".cache" / "lm-studio"]
    with suppress(OSError, ValueError):
        said = (user / ".lmstudio-home-pointer").read_text(encoding="utf-8").strip()
        homes = [user / said, *homes] if said else homes
    return homes
