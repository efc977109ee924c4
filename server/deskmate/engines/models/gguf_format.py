"""The parts of a GGUF file: values with names, and tensors.

The format is described in the `docs/gguf.md` of https://github.com/ggml-org/ggml.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

_NEWEST = 3
ALIGNMENT = 32  # bytes, where a file does not say
_KEPT = 1024  # items of a list that are kept; a layer count may be one, a vocabulary is not
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q"}
_NUMBERS[12] = "d"
_TEXT, _LIST = 8, 9


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor: the innermost dimension of `shape` is the first, `type` is the format's number of
    it, and its data begin so many bytes `behind` the beginning of all data.
    """

    name: str
    shape: tuple[int, ...]
    type: int
    behind: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a file lie: the descriptions of its `tensors` at byte `described`, their
    data from `data` on, each at a multiple of `alignment`; the number that says of which format
    most of them are at `file_type` (0: nowhere). Lengths are of that kind of `struct`.
    """

    tensors: tuple[Tensor, ...]
    described: int
    data: int
    alignment: int
    file_type: int
    length: str


def read_layout(content: mmap.mmap | bytes) -> Layout:
    """Where the parts of a file lie. Raises ValueError, struct.error where it is damaged."""
    reader, tensors, count = open_content(content)
    ends = {key: (value, reader.at) for key, value in reader.values(count, ())}
    alignment = int(ends.get("general.alignment", (ALIGNMENT, 0))[0])
    file_type = ends.get("general.file_type", (0, 4))[1] - 4  # it takes 32 bits
    at = reader.at
    found = tuple(reader.tensors(tensors, alignment))
    data = _align(reader.at, alignment)
    return Layout(found, at, data, alignment, file_type, reader.length)


def open_content(content: mmap.mmap | bytes) -> tuple[Reader, int, int]:
    """A reader behind the head of a file, and how many tensors and values there are."""
    if content[:4] != b"GGUF":
        raise ValueError("another kind of file")
    reader = Reader(content, 4)
    version = reader.number("I")
    if not 1 <= version <= _NEWEST:
        raise ValueError(f"version {version}")
    if version == 1:
        reader.length = "I"
    return reader, reader.number(reader.length), reader.number(reader.length)


class Reader:
    """A place in the file that moves on with what is read. Raises ValueError and struct.error
    where that is not what the format says.
    """

    def __init__(self, content: mmap.mmap | bytes, at: int) -> None:
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

    def values(self, count: int, whole: Collection[str]) -> Iterator[tuple[str, Any]]:
        """The next values with their names, and the lists of `whole` as they are."""
        for _ in range(count):
            key = self.text()
            yield key, self.value(self.number("I"), whole=key in whole)

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

    def tensors(self, count: int, alignment: int) -> list[Tensor]:
        """The tensors that are described next. Raises ValueError where the file ends before the
        last of them begins.
        """
        found = []
        for _ in range(count):
            name, dimensions = self.text(), self.number("I")
            shape = f"<{dimensions}{self.length}"
            sizes = struct.unpack(shape, self._bytes(struct.calcsize(shape)))
            found.append(Tensor(name, sizes, self.number("I"), self.number("Q")))
        last = max((one.behind for one in found), default=0)
        if found and _align(self.at, alignment) + last >= len(self._content):
            raise ValueError("the file ends early")
        return found

    def _bytes(self, count: int) -> bytes:
        if self.at + count > len(self._content):
            raise ValueError("the file ends early")
        found = self._content[self.at : self.at + count]
        self.at += count
        return found


def _align(at: int, alignment: int) -> int:
    return -(-at // alignment) * alignment


def _kind(number: int) -> str:
    if number not in _NUMBERS:
        raise ValueError(f"a value of the unknown kind {number}")
    return _NUMBERS[number]
