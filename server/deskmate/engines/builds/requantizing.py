"""Makes a model's file once more in Q4_0 where no build has llama.cpp's own quantiser. Run as a
process, which is told and tells the same as that one; the arithmetic is the package `gguf`'s.
"""

from __future__ import annotations

import math
import mmap
import re
import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize, quantize

from deskmate.engines.models.gguf_format import Layout, Tensor, read_layout

GOAL = GGMLQuantizationType.Q4_0

FILE_TYPE = 2
"""What a file of that format says of itself."""

LARGER = frozenset(
    GGMLQuantizationType[name]
    for name in ("F16", "BF16", "Q8_0", "Q6_K", "Q5_K", "Q5_1", "Q5_0", "Q4_K", "Q4_1")
)
"""The formats that take no less room: what is smaller only gets worse by it."""

AT_ONCE = 1 << 22
"""Numbers that are converted at a time, each in some 20 bytes of memory."""


def main(model: str, goal: str, wanted: str) -> int:
    """Writes the file `goal`, and prints each step, or why it cannot be made."""
    try:
        if wanted != GOAL.name:
            raise ValueError(f"only {GOAL.name} is made here")
        requantize(Path(model), Path(goal), _say)
    except (OSError, ValueError, struct.error) as error:
        _say(str(error))
        return 1
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def requantize(model: Path, goal: Path, on_step: Callable[[str], None]) -> None:
    """Writes the model to the file `goal`, its matrices in Q4_0, all else byte for byte as it is.
    Raises ValueError where there is none to convert, or the file is damaged, OSError.
    """
    with model.open("rb") as file, goal.open("wb") as new:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        layout = read_layout(content)
        made = plan(layout, len(content))
        if all(one.type == old.type for one, old in zip(made, layout.tensors, strict=True)):
            raise ValueError(f"nothing in it is of a format that {GOAL.name} could replace")
        new.write(describe(layout, made, content))
        for number, (old, one) in enumerate(zip(layout.tensors, made, strict=True), 1):
            on_step(f"[{number:4}/{len(made):4}] {one.name}")
            new.write(bytes(layout.data + one.behind - new.tell()))
            if one.type == old.type:
                begin = layout.data + old.behind
                new.write(content[begin : begin + room(layout, len(content), old)])
            else:
                new.writelines(convert(layout, content, old))
        new.write(bytes(-new.tell() % layout.alignment))


def plan(layout: Layout, size: int) -> list[Tensor]:
    """The tensors as the new file has them, of one that has `size` bytes."""
    made: list[Tensor] = []
    end = 0
    for old in layout.tensors:
        kind = GOAL.value if is_converted(old) else old.type
        made.append(replace(old, type=kind, behind=end))
        length = room(layout, size, old)
        if kind != old.type:
            block, each = GGML_QUANT_SIZES[GOAL]
            length = math.prod(old.shape) // block * each
        end += length + -length % layout.alignment
    return made


def is_converted(tensor: Tensor) -> bool:
    """Whether it is a matrix that may be in Q4_0. The embeddings of tokens and what becomes an
    answer stay, as with llama-quantize: a model loses most by those.
    """
    block, _ = GGML_QUANT_SIZES[GOAL]
    width, *rows = tensor.shape or (0,)
    is_matrix = math.prod(rows) > 1 and width % block == 0
    return (
        is_matrix
        and tensor.type in LARGER
        and not re.match(r"(.*token_embd|output)\b", tensor.name)
    )


def room(layout: Layout, size: int, tensor: Tensor) -> int:
    """The bytes from where a tensor begins to where the next one does."""
    later = (one.behind for one in layout.tensors if one.behind > tensor.behind)
    return min(later, default=size - layout.data) - tensor.behind


def describe(layout: Layout, made: Sequence[Tensor], content: mmap.mmap) -> bytes:
    """What stands before the data: as before, but for the formats and places of tensors, which are
    written in as many bytes.
    """
    head = bytearray(content[: layout.described])
    if layout.file_type:
        struct.pack_into("<I", head, layout.file_type, FILE_TYPE)
    for one in made:
        name = one.name.encode()
        head += struct.pack(f"<{layout.length}", len(name)) + name
        head += struct.pack(f"<I{len(one.shape)}{layout.length}", len(one.shape), *one.shape)
        head += struct.pack("<IQ", one.type, one.behind)
    return bytes(head) + bytes(layout.data - len(head))


def convert(layout: Layout, content: mmap.mmap, tensor: Tensor) -> Iterator[bytes]:
    """A tensor's data in the new format, some rows at a time."""
    kind = GGMLQuantizationType(tensor.type)
    block, each = GGML_QUANT_SIZES[kind]
    width, *others = tensor.shape
    rows, length = math.prod(others), width // block * each
    begin = layout.data + tensor.behind
    whole = numpy.frombuffer(content, numpy.uint8, rows * length, begin).reshape(rows, length)
    step = max(1, AT_ONCE // width)
    for row in range(0, rows, step):
        yield quantize(dequantize(whole[row : row + step], kind), GOAL).tobytes()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
