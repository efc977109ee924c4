"""Which model is meant by what its user calls it: a name of the catalogue, an address on the hub or
elsewhere, or a name in the folder of another program.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from deskmate.engines.models.catalogue import (
    Model,
    catalogue,
    find,
    is_installed,
    known,
    name_record,
    read_records,
)
from deskmate.engines.models.hub import Address, ask_hub, is_safe, read_address
from deskmate.engines.models.neighbours import find_in_lmstudio, find_in_ollama, is_in_ollama
from deskmate.errors import ModelError


def resolve(wanted: str) -> Model:
    """The model of that name or address, "" for the default, with its size, its checksums and its
    licence: from the catalogue where it is pinned there, else from the hub as it is now.

    Raises ModelError, with what there is instead, for what is none or not one alone.
    """
    kind, _, rest = wanted.partition(":")
    if wanted.startswith(("http://", "https://")):
        return _named(_at_url(wanted))
    if kind == "hf":
        return _named(ask_hub(read_address(rest)))
    if kind == "ollama":
        return _named(find_in_ollama(rest))
    if kind == "lmstudio":
        return _named(find_in_lmstudio(rest))
    if wanted not in {model.name for model in known()} and is_in_ollama(wanted):
        return _named(find_in_ollama(wanted))
    model = find(wanted)
    if model.hub is None or model.file:
        return model
    there = ask_hub(Address(model.hub.repo, model.hub.revision, model.hub.quant))
    return replace(
        model,
        file=there.file,
        size=there.size,
        sha256=there.sha256,
        licence=there.licence,
        context=there.context or model.context,
        memory=there.memory,
        hub=there.hub,
        rest=there.rest,
    )


def is_asked_about(model: Model) -> bool:
    """Whether its user is shown what it is before it is fetched: all but what the catalogue pins
    is, as far as it is not on this machine already.
    """
    if model.borrowed:
        return False
    return model.use == "chosen" or not any(
        model.name == one.name and one.sha256 for one in catalogue()
    )


def _named(model: Model) -> Model:
    """The same with the name that it has already, else one that no other model has."""
    for one in read_records():
        if one.file == model.file:
            return replace(model, name=one.name)
    taken = {name_record(one.name) for one in known()}
    free = (name for name in _names(model) if name_record(name) not in taken)
    return replace(model, name=next(free))


def _names(model: Model) -> Iterator[str]:
    """What a model may be called, the shortest first."""
    owner = model.hub.repo.partition("/")[0] if model.hub else "other"
    yield model.name
    yield f"{owner}-{model.name}"
    yield from (f"{owner}-{model.name}-{number}" for number in count(2))


def _at_url(url: str) -> Model:
    """A model at a URL: of the hub where that is its address, else whatever is there, whose size
    and checksum nobody says before it is fetched.
    """
    from huggingface_hub import constants

    parts = urlsplit(url)
    path = unquote(parts.path).strip("/")
    hubs = {urlsplit(constants.ENDPOINT).netloc, "huggingface.co", "hf.co"}
    if parts.netloc in hubs:
        on_hub = re.fullmatch(r"([^/]+/[^/]+)(?:/(?:resolve|blob|tree)/([^/]+)(?:/(.+))?)?", path)
        if on_hub is None:
            raise ModelError(f"{url} is no address of a model. Name it as hf:OWNER/REPO:QUANT.")
        repo, revision, file = on_hub.groups()
        at = "" if revision in (None, "main") else f"@{revision}"
        return ask_hub(read_address(f"{repo}{at}" + (f"/{file}" if file else "")))
    for one in known():
        if one.url == url and is_installed(one):
            return one
    name = PurePosixPath(path).name
    if not name.endswith(".gguf") or not is_safe(name):
        raise ModelError(f"{url} is no address of a GGUF file, which is what llama.cpp reads.")
    stem = name.removesuffix(".gguf")
    host = re.sub(r"[^\w.-]+", "-", parts.netloc.rpartition("@")[2])
    where = hashlib.sha256(url.encode()).hexdigest()[:8]  # a server may have several of that name
    return Model(
        name=stem,
        title=stem,
        file=f"{host}-{where}/{name}",
        size=0,
        sha256="",
        licence="not said",
        use="chosen",
        active=0.0,
        context=0,
        memory=0.0,
        about=f"installed from {host}",
        url=url,
    )
