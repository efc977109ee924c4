"""What a GGUF file says of itself, read without loading it.

The format is described in the `docs/gguf.md` of https://github.com/ggml-org/ggml. Only its
beginning is read: a few megabytes, however large the model is.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deskmate.errors import ModelError


@dataclass(frozen=True, slots=True)
class Metadata:
    """A model as its file describes it. `context` are the tokens that it was trained for, `size`
    the bytes of its file, `values` everything that it says, by the format's own names; of long
    lists only their length, where they were not asked for.
    """

    path: Path
    size: int
    architecture: str
    context: int
    values: Mapping[str, Any]

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
            return _read(path, content, whole)
    except (ValueError, OverflowError, struct.error) as error:
        raise ModelError(
            f"{path} is not a complete GGUF file, so no engine can load it. Fetch it again, or set "
            f"`local.model` to another one."
        ) from error
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.") from error


def _read(path: Path, content: mmap.mmap, whole: Collection[str]) -> Metadata:
    if content[:4] != b"GGUF":
        raise ValueError("another kind of file")
    reader = _Reader(content, 4)
    version = reader.number("I")
    if not 1 <= version <= _NEWEST:
        raise ValueError(f"version {version}")
    if version == 1:
        reader.length = "I"
    tensors, count = reader.number(reader.length), reader.number(reader.length)
    values = {}
    for _ in range(count):
        key = reader.text()
        values[key] = reader.value(reader.number("I"), whole=key in whole)
    reader.check_tensors(tensors, int(values.get("general.alignment", _ALIGNMENT)))
    architecture = str(values.get("general.architecture", ""))
    context = values.get(f"{architecture}.context_length", 0)
    return Metadata(path, len(content), architecture, int(context), values)


_NEWEST = 3
_ALIGNMENT = 32  # bytes, where a file does not say
_KEPT = 1024  # items of a list that are kept; a layer count may be one, a vocabulary is not
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q"}
_NUMBERS[12] = "d"
_TEXT, _LIST = 8, 9


class _Reader:
    """A place in the file that moves on with what is read. Raises ValueError and struct.error
    where that is not what the format says.
    """

    def __init__(self, content: mmap.mmap, at: int) -> None:
        self._content = content
        self.at = at
        self.length = "Q"

    def number(self, kind: str) -> Any:
        """The next number, of a kind of `struct`."""
        (found,) = struct.unpack_from("<" + kind, self._content, self.at)
        self.at += struct.calcsize("<" + kind)
        return found

    def text(self) -> str:
        """The next text, with its length before it."""
        return self._bytes(self.number(self.length)).decode("utf-8", errors="replace")

    def value(self, kind: int, *, whole: bool = False) -> Any:
        """The next value; a list as a tuple, one that is long as its length if not `whole`."""
        if kind == _TEXT:
            return self.text()
        if kind != _LIST:
            return self.number(_kind(kind))
        inside, count = self.number("I"), self.number(self.length)
        if inside == _TEXT:
            if whole:
                return tuple(self.text() for _ in range(count))
            for _ in range(count):
                self._bytes(self.number(self.length))
            return count
        size = struct.calcsize("<" + _kind(inside))
        items = self._bytes(size * count)
        kept = whole or count <= _KEPT
        return struct.unpack(f"<{count}{_kind(inside)}", items) if kept else count

    def check_tensors(self, count: int, alignment: int) -> None:
        """Raises ValueError where the file ends before the last of its tensors begins."""
        last = 0
        for _ in range(count):
            self.text()
            dimensions = self.number("I")
            self._bytes(struct.calcsize(self.length) * dimensions + 4)  # and the type
            last = max(last, self.number("Q"))
        data = -(-self.at // alignment) * alignment
        if count and data + last >= len(self._content):
            raise ValueError("the file ends early")

    def _bytes(self, count: int) -> bytes:
        if self.at + count > len(self._content):
            raise ValueError("the file ends early")
        found = self._content[self.at : self.at + count]
        self.at += count
        return found


def _kind(number: int) -> str:
    if number not in _NUMBERS:
        raise ValueError(f"a value of the unknown kind {number}")
    return _NUMBERS[number]
