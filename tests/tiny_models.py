"""Models of a few kilobytes with random weights, for tests of what an engine does with a model and
not of what the model says. A character is a token.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy
from gguf import GGMLQuantizationType, GGUFWriter, LlamaFileType, TokenType
from gguf.quants import quantize

WIDTH, HEADS, LAYERS, INNER = 64, 2, 2, 96

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

THINKING = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n"
    "{% if message.role == 'assistant' and message.reasoning_content %}"
    "<think>\n{{ message.reasoning_content }}\n</think>\n\n{% endif %}"
    "{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n"
    "{% else %}<think>\n{% endif %}{% endif %}"
)
"""The template of a model that thinks if it is let to."""

ARCHITECTURES: dict[str, Any] = json.loads(
    (Path(__file__).parent / "engines" / "hosts" / "architectures.json").read_text("utf-8")
)
"""What llama.cpp asks of a file of each architecture: values, and the shapes of tensors."""

SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>")

LLAMA: Mapping[str, tuple[int, ...]] = {
    "attn_norm": (WIDTH,),
    "attn_q": (WIDTH, WIDTH),
    "attn_k": (WIDTH, WIDTH),
    "attn_v": (WIDTH, WIDTH),
    "attn_output": (WIDTH, WIDTH),
    "ffn_norm": (WIDTH,),
    "ffn_gate": (INNER, WIDTH),
    "ffn_up": (INNER, WIDTH),
    "ffn_down": (WIDTH, INNER),
}
"""The tensors of a layer of the architecture `llama`."""


def vocabulary() -> list[str]:
    """The bytes as GPT-2's vocabulary writes them, and what is special."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = (one for one in range(256) if one not in plain)
    names = {one: chr(one) for one in plain} | {one: chr(256 + at) for at, one in enumerate(others)}
    return [names[one] for one in range(256)] + list(SPECIAL)


def write_tiny(
    path: Path,
    *,
    template: str = CHATML,
    context: int = 8192,
    seed: int = 0,
    kind: GGMLQuantizationType = GGMLQuantizationType.F32,
) -> Path:
    """A `llama` of two layers, written to `path`; the same `seed` gives the same weights, `kind` is
    the format of its matrices.
    """
    writer = GGUFWriter(path, "llama")
    writer.add_context_length(context)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    mostly = "ALL" if kind == GGMLQuantizationType.F32 else "MOSTLY"
    writer.add_file_type(LlamaFileType[f"{mostly}_{kind.name}"])
    add_vocabulary(writer, template)
    random = numpy.random.default_rng(seed)
    tokens = len(vocabulary())
    shapes: dict[str, Any] = {
        "token_embd.weight": (tokens, WIDTH),
        "output_norm.weight": (WIDTH,),
        "output.weight": (tokens, WIDTH),
    }
    for layer in range(LAYERS):
        shapes |= {f"blk.{layer}.{name}.weight": shape for name, shape in LLAMA.items()}
    for name, shape in shapes.items():
        weights = random.normal(0, 0.1, shape).astype(numpy.float32)
        one = kind if len(shape) > 1 else GGMLQuantizationType.F32
        writer.add_tensor(name, quantize(weights, one), raw_dtype=one)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def write_architecture(path: Path, name: str, template: str = THINKING) -> Path:
    """A model of the architecture `name` of `architectures.json`, written to `path`."""
    known = ARCHITECTURES["architectures"][name]
    name = name.partition("+")[0]  # one with a part that others of its kind lack
    writer = GGUFWriter(path, name)
    for key, value in (ARCHITECTURES["common"] | known["values"]).items():
        if value is None:
            continue  # this one has no such value
        add = {bool: writer.add_bool, int: writer.add_uint32, float: writer.add_float32}
        add.get(type(value), writer.add_array)(f"{name}.{key}", value)
    add_vocabulary(writer, template)
    random = numpy.random.default_rng(1)
    for tensor, shape in known["tensors"].items():
        writer.add_tensor(tensor, random.normal(0, 0.1, shape[::-1]).astype(numpy.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def add_vocabulary(writer: GGUFWriter, template: str) -> None:
    """A tokenizer without merges, and the template of conversations."""
    tokens = vocabulary()
    normal, special = TokenType.NORMAL, TokenType.CONTROL
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([special if one in SPECIAL else normal for one in tokens])
    writer.add_token_merges(["a b"])
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_bos_token_id(tokens.index("<|endoftext|>"))
    writer.add_add_bos_token(False)
    writer.add_chat_template(template)
