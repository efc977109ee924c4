"""What a GGUF file says of itself, read without loading it.

Only its beginning is read: a few megabytes, however large the model is.
"""

from __future__ import annotations

import math
import mmap
import re
import struct
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from deskmate.engines.models.gguf_format import ALIGNMENT, open_content
from deskmate.errors import ModelError


@dataclass(frozen=True, slots=True)
class Metadata:
    """A model as its file describes it. `context` are the tokens that it was trained for, `size`
    the bytes of its file, or of all that it is split into, `values` everything that it says, by the
    format's own names; of long lists only their length, where they were not asked for.

    `parameters` are those that this file has, `active` those that each token takes: of the experts
    of a layer only some. Both are 0 where only the beginning of a file was read.
    """

    path: Path
    size: int
    architecture: str
    context: int
    values: Mapping[str, Any]
    parameters: int = 0
    active: int = 0

    @property
    def name(self) -> str:
        """What its makers call it; the file's name where they do not say."""
        return str(self.values.get("general.name") or self.path.stem)

    @property
    def layers(self) -> int:
        """Blocks of the network, which is what can be given to a GPU one by one."""
        return int(self.own("block_count", 0))

    @property
    def vocabulary(self) -> str:
        """The kind of its tokenizer, such as `llama` or `gpt2`."""
        return str(self.values.get("tokenizer.ggml.model", ""))

    @property
    def has_state(self) -> bool:
        """Whether layers keep a state in place of all tokens, so that none can be taken back."""
        kinds = tuple(f"{self.architecture}.{kind}." for kind in ("kda", "shortconv", "ssm", "wkv"))
        return any(key.startswith(kinds) for key in self.values)

    @property
    def cache_per_token(self) -> int:
        """Bytes of key-value cache that each token of context takes at 16 bits a value. Layers that
        look at a window only, or keep a state, take less; so it errs on the high side.
        """
        heads = self.own("attention.head_count", 0)
        each = self.own("attention.head_count_kv", heads)
        widest = max(heads) if isinstance(heads, tuple) else heads
        width = int(self.own("embedding_length", 0)) // (widest or 1)
        keys = int(self.own("attention.key_length", width))
        values = int(self.own("attention.value_length", width))
        total = sum(each) if isinstance(each, tuple) else int(each) * self.layers
        return 2 * total * (keys + values)

    def own(self, key: str, default: Any) -> Any:
        """A value of the architecture: `block_count` is read as `llama.block_count`."""
        return self.values.get(f"{self.architecture}.{key}", default)


def read_metadata(path: Path, whole: Collection[str] = ()) -> Metadata:
    """What the file at `path` says of itself, with the `whole` lists of these names.

    Raises ModelError where it is no GGUF file, a damaged one, or only the beginning of one.
    """
    try:
        with (
            path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            found = _read(path, content, whole)
            return replace(found, size=_size_of_all(path, found))
    except _WRONG as error:
        raise ModelError(
            f"{path} is not a complete GGUF file, so no engine can load it. Fetch it again, or set "
            f"`local.model` to another one."
        ) from error
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.") from error


def read_beginning(path: Path, content: bytes, size: int) -> Metadata:
    """What a file of `size` bytes says of itself as far as `content`, its beginning, goes: what its
    architecture needs stands before the vocabulary, which makes up most of it.

    Raises ModelError where it is no GGUF file.
    """
    values: dict[str, Any] = {}
    try:
        reader, _, count = open_content(content)
        for key, value in reader.values(count, ()):
            values[key] = value
    except _WRONG as error:
        if not values:
            raise ModelError(f"{path} is not a GGUF file, so no engine can load it.") from error
    try:
        return _describe(path, size, values)
    except _WRONG as error:
        raise ModelError(f"{path} is a damaged GGUF file, so no engine can load it.") from error


_WRONG = (ValueError, TypeError, ArithmeticError, struct.error)
"""What a value of another kind or size than the format says ends in."""


def _read(path: Path, content: mmap.mmap, whole: Collection[str]) -> Metadata:
    reader, tensors, count = open_content(content)
    values = dict(reader.values(count, whole))
    alignment = int(values.get("general.alignment", ALIGNMENT))
    sizes = {one.name: math.prod(one.shape) for one in reader.tensors(tensors, alignment)}
    found = _describe(path, len(content), values)
    used, experts = found.own("expert_used_count", 0), found.own("expert_count", 0)
    share = used / experts if used and experts else 1.0
    active = sum(size * (share if "_exps." in name else 1.0) for name, size in sizes.items())
    if "output.weight" in sizes:  # else the same numbers make the answer
        active -= sizes.get("token_embd.weight", 0)
    return replace(found, parameters=sum(sizes.values()), active=int(active))


def _describe(path: Path, size: int, values: Mapping[str, Any]) -> Metadata:
    architecture = str(values.get("general.architecture", ""))
    context = values.get(f"{architecture}.context_length", 0)
    found = Metadata(path, size, architecture, int(context), values)
    _ = found.cache_per_token  # raises here, not later, where its values are of another kind
    return found


def _size_of_all(path: Path, first: Metadata) -> int:
    """Bytes of all the files that a model is split into."""
    count = int(first.values.get("split.count", 0))
    if count < 2:
        return first.size
    if count > _MOST_FILES:
        raise ValueError(f"{count} files")
    missing = [other for other in shards(path, count) if not other.is_file()]
    if missing:
        raise ModelError(
            f"{path.name} is one of {count} files of a model, and {missing[0].name} is not beside "
            "it. Fetch that too, or set `local.model` to another model."
        )
    return sum(other.stat().st_size for other in shards(path, count))


def shards(path: Path, count: int) -> list[Path]:
    """The files that a model is split into, as llama.cpp calls and finds them beside the first."""
    begin = re.sub(r"-\d{5}-of-\d{5}\.gguf$", "", path.name)
    return [
        path.with_name(f"{begin}-{number:05}-of-{count:05}.gguf") for number in range(1, count + 1)
    ]


_MOST_FILES = 99_999  # for which their names have room
