"""GGUF files for tests: what a model says of itself, without the model."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

LLAMA: dict[str, Any] = {
    "general.architecture": "llama",
    "general.name": "Tiny",
    "llama.context_length": 4096,
    "llama.block_count": 2,
    "llama.embedding_length": 64,
    "llama.attention.head_count": 4,
    "llama.attention.head_count_kv": 2,
    "tokenizer.ggml.model": "llama",
}
"""A model of two layers; each token of its context takes 2 · 2 · (16 + 16) values."""


def gguf(
    values: Mapping[str, Any] = LLAMA,
    *,
    tensor: bool = True,
    version: int = 3,
    name: str = "weight",
) -> bytes:
    """A file that says `values`, and has one tensor of 32 bytes."""
    length = "<I" if version == 1 else "<Q"
    head = b"GGUF" + struct.pack("<I", version)
    head += struct.pack(length, int(tensor)) + struct.pack(length, len(values))
    for key, value in values.items():
        head += _text(key, length) + _value(value, length)
    if tensor:
        head += _text(name, length) + struct.pack("<I", 1) + struct.pack(length, 8)
        head += struct.pack("<IQ", 0, 0)
        head += bytes(-len(head) % 32 + 32)
    return head


def _text(text: str, length: str) -> bytes:
    return struct.pack(length, len(text.encode())) + text.encode()


def _value(value: Any, length: str) -> bytes:
    if isinstance(value, str):
        return struct.pack("<I", 8) + _text(value, length)
    if isinstance(value, float):
        return struct.pack("<If", 6, value)
    if isinstance(value, bool):
        return struct.pack("<I?", 7, value)
    if isinstance(value, int):
        return struct.pack("<II", 4, value)
    kind = 8 if value and isinstance(value[0], str) else 4
    items = (_text(one, length) if kind == 8 else struct.pack("<I", one) for one in value)
    return struct.pack("<II", 9, kind) + struct.pack(length, len(value)) + b"".join(items)
