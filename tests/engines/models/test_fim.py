"""Which models can fill in the middle, from what their files say."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.engines.models.fim import FimTokens, read_fim_tokens
from gguf_files import LLAMA, gguf

QWEN = FimTokens("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|repo_name|>")
MARKS = ("a", "[pre]", "[suf]", "[mid]", "<fim_prefix>", "<fim_suffix>", "<fim_middle>")


@pytest.mark.parametrize(
    ("tokens", "says", "expected"),
    [
        (("a", "<|fim_middle|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|repo_name|>"), {}, QWEN),
        (
            ("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),
            {},
            FimTokens("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),
        ),
        (
            ("▁<PRE>", "▁<SUF>", "▁<MID>", "<|file_sep|>"),
            {},
            FimTokens("▁<PRE>", "▁<SUF>", "▁<MID>", "", "<|file_sep|>"),
        ),
        (
            MARKS,
            {"fim_pre": 1, "fim_suf": 2, "fim_mid": 3},
            FimTokens("[pre]", "[suf]", "[mid]"),
        ),
        (MARKS, {"prefix": 1, "suffix": 2, "middle": 3}, FimTokens("[pre]", "[suf]", "[mid]")),
        (MARKS, {"fim_pre": 99}, FimTokens("<fim_prefix>", "<fim_suffix>", "<fim_middle>")),
        (("a", "<fim_prefix>", "<fim_suffix>"), {}, None),
        (("fim_prefix", "fim_suffix", "fim_middle"), {}, None),
    ],
    ids=[
        "Qwen",
        "DeepSeek",
        "CodeLlama",
        "by number",
        "by number, as older files say it",
        "by a number that is none",
        "one is missing",
        "words only",
    ],
)
def test_the_tokens_of_a_model(
    tokens: tuple[str, ...], says: dict[str, int], expected: FimTokens | None, tmp_path: Path
) -> None:
    numbers = {f"tokenizer.ggml.{name}_token_id": number for name, number in says.items()}
    path = tmp_path / "tiny.gguf"
    path.write_bytes(gguf({**LLAMA, "tokenizer.ggml.tokens": tokens, **numbers}))
    assert read_fim_tokens(path) == expected


def test_a_file_without_a_vocabulary_has_none(tmp_path: Path) -> None:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(gguf())
    assert read_fim_tokens(path) is None


def test_all_are_those_that_there_are() -> None:
    assert QWEN.all == (
        "<|fim_prefix|>",
        "<|fim_suffix|>",
        "<|fim_middle|>",
        "<|repo_name|>",
    )
