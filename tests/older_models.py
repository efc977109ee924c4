"""Models as they were before 2024, for ctransformers: SmolLM2 rewritten as a GGUF of that time, and
a GGML file of a GPT-2 that was never trained.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gguf import GGUFReader, GGUFValueType, GGUFWriter, ReaderField

NORMAL, BYTE = 1, 6  # kinds of token

LEFT_OUT = (
    "general.architecture",
    "general.languages",
    "tokenizer.ggml.merges",
    "tokenizer.ggml.pre",
    "tokenizer.ggml.token_type",
)


def rewrite(source: Path, target: Path) -> None:
    """Writes a llama model with a GPT-2 vocabulary as one with a SentencePiece vocabulary, and its
    output layer, which it shares with the input, a second time.
    """
    reader = GGUFReader(source)
    writer = GGUFWriter(target, "llama")
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name in LEFT_OUT:
            continue
        if name == "tokenizer.ggml.model":
            writer.add_tokenizer_model("llama")
        elif name == "tokenizer.ggml.tokens":
            _add_vocabulary(writer, field, reader.fields["tokenizer.ggml.token_type"])
        else:
            _add(writer, name, field)
    for tensor in reader.tensors:
        names = [tensor.name, "output.weight"] if tensor.name == "token_embd.weight" else []
        for name in names or [tensor.name]:
            writer.add_tensor(name, tensor.data, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add(writer: GGUFWriter, name: str, field: ReaderField) -> None:
    kind = field.types[0]
    assert kind != GGUFValueType.ARRAY, name
    if kind == GGUFValueType.STRING:
        writer.add_string(name, bytes(field.parts[field.data[0]]).decode())
    else:
        writer.add_key_value(name, field.parts[field.data[0]][0].item(), kind)


def _add_vocabulary(writer: GGUFWriter, field: ReaderField, kinds: ReaderField) -> None:
    """GPT-2 writes each byte of a token as a character; SentencePiece writes text, a space as `▁`,
    and a byte that is no character as `<0x0A>`. Its tokens are made in the order of their scores,
    GPT-2's in that of their numbers.
    """
    byte_of = {chr(character): byte for byte, character in enumerate(_gpt2_characters())}
    types = [int(kinds.parts[at][0]) for at in kinds.data]
    tokens = []
    for number, at in enumerate(field.data):
        text = bytes(field.parts[at]).decode()
        token = text.encode()
        if types[number] == NORMAL:
            token = bytes(byte_of[character] for character in text)
            if len(token) == 1 and not 32 <= token[0] < 127:
                token, types[number] = f"<0x{token[0]:02X}>".encode(), BYTE
            token = token.replace(b" ", "▁".encode())
        tokens.append(token)
    writer.add_token_list(tokens)
    writer.add_token_scores([-float(number) for number in range(len(tokens))])
    writer.add_token_types(types)


def _gpt2_characters() -> Iterator[int]:
    """The character that stands for each byte: itself where it can be seen."""
    others = iter(range(256, 512))
    for byte in range(256):
        seen = 33 <= byte <= 126 or 161 <= byte <= 172 or byte >= 174
        yield byte if seen else next(others)


def gpt2(target: Path, *, width: int = 16, context: int = 512) -> None:
    """Writes a GPT-2 of one layer with random weights, whose tokens are the bytes."""
    dice = random.Random(7)
    tokens = [bytes([byte]) for byte in range(256)] + [b"<|endoftext|>"]
    content = b"lmgg" + struct.pack("<6i", len(tokens), context, width, 2, 1, 0)
    content += struct.pack("<i", len(tokens))
    for token in tokens:
        content += struct.pack("<i", len(token)) + token
    shapes: dict[str, tuple[int, ...]] = {
        "model/ln_f/g": (width,),
        "model/ln_f/b": (width,),
        "model/wte": (width, len(tokens)),
        "model/wpe": (width, context),
    }
    layer: dict[str, Any] = {
        "ln_1/g": (width,),
        "ln_1/b": (width,),
        "ln_2/g": (width,),
        "ln_2/b": (width,),
        "attn/c_attn/w": (width, 3 * width),
        "attn/c_attn/b": (3 * width,),
        "attn/c_proj/w": (width, width),
        "attn/c_proj/b": (width,),
        "mlp/c_fc/w": (width, 4 * width),
        "mlp/c_fc/b": (4 * width,),
        "mlp/c_proj/w": (4 * width, width),
        "mlp/c_proj/b": (width,),
    }
    shapes |= {f"model/h0/{name}": shape for name, shape in layer.items()}
    for name, shape in shapes.items():
        content += struct.pack("<3i", len(shape), len(name), 0)
        content += struct.pack(f"<{len(shape)}i", *shape) + name.encode()
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        content += struct.pack(f"<{count}f", *(dice.gauss(0, 0.5) for _ in range(count)))
    target.write_bytes(content)
