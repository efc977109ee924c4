"""What a GGUF file says of itself, whatever is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from deskmate.engines.models.gguf import read_beginning, read_metadata
from deskmate.errors import ModelError
from gguf_files import LLAMA, gguf

LAYERS = {**LLAMA, "llama.attention.head_count_kv": (2, 0)}
WIDE = {**LLAMA, "llama.attention.key_length": 32, "llama.attention.value_length": 8}
LISTS = {"words": ("a", "bc"), "scores": tuple(range(5000)), "share": 0.5, "flag": True, **LLAMA}


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_file(version: int, tmp_path: Path) -> None:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(gguf(LISTS, version=version))
    model = read_metadata(path)
    assert (model.name, model.architecture, model.vocabulary) == ("Tiny", "llama", "llama")
    assert (model.context, model.layers, model.size) == (4096, 2, path.stat().st_size)
    assert (model.values["words"], model.values["scores"]) == (2, 5000)
    assert (model.values["share"], model.values["flag"]) == (0.5, True)


@pytest.mark.parametrize(
    ("says", "each"),
    [(LLAMA, 2 * 2 * 2 * 32), (LAYERS, 2 * 2 * 32), (WIDE, 2 * 2 * 2 * 40)],
    ids=["the same in every layer", "by layer", "heads of another width"],
)
def test_the_cache_of_a_token(says: dict[str, object], each: int, tmp_path: Path) -> None:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(gguf(says))
    assert read_metadata(path).cache_per_token == each


BROKEN = {
    "empty": b"",
    "another kind": b"PK\3\4" + bytes(100),
    "of the future": gguf(version=4),
    "its beginning only": gguf()[:100],
    "without its last tensor": gguf()[:-32],
    "without its tensors": gguf()[:-120],
    "an impossible length": b"GGUF\3\0\0\0" + b"\xff" * 64,
    "a context of several numbers": gguf({**LLAMA, "llama.context_length": (1, 2)}),
    "heads that are a text": gguf({**LLAMA, "llama.attention.head_count": "x"}),
    "heads of no layer": gguf({**LLAMA, "llama.attention.head_count": ()}),
    "experts that are a text": gguf(
        {**LLAMA, "llama.expert_used_count": "x", "llama.expert_count": 4}
    ),
    "no alignment": gguf({**LLAMA, "general.alignment": 0}),
    "more files than have names": gguf({**LLAMA, "split.count": 4_000_000_000}),
    "an impossible kind": gguf({"general.name": "x"}, tensor=False).replace(b"\x08", b"\x40", 1),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"broken.gguf is not a complete GGUF file, so"):
        read_metadata(path)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read: No such file"):
        read_metadata(tmp_path / "gone.gguf")


@given(cut=some.integers(0, len(gguf())), put=some.binary(max_size=16))
def test_any_damage_ends_in_a_sentence(
    cut: int, put: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = gguf()
    path = tmp_path_factory.mktemp("gguf") / "damaged.gguf"
    path.write_bytes(whole[:cut] + put + whole[cut + len(put) :])
    try:
        read_metadata(path)
    except ModelError as error:
        assert "damaged.gguf" in str(error)


def test_the_parameters_that_a_token_takes(tmp_path: Path) -> None:
    experts = {**LLAMA, "llama.expert_count": 8, "llama.expert_used_count": 2}
    path = tmp_path / "experts.gguf"
    path.write_bytes(gguf(experts, name="blk.0.ffn_up_exps.weight"))
    found = read_metadata(path)
    assert (found.parameters, found.active) == (8, 2)


def test_the_beginning_of_a_file_says_what_it_needs(tmp_path: Path) -> None:
    whole = gguf({**LLAMA, "tokenizer.ggml.tokens": tuple("abc" * 1000)})
    found = read_beginning(tmp_path / "tiny.gguf", whole[:500], 10**9)
    assert (found.name, found.context, found.layers, found.size) == ("Tiny", 4096, 2, 10**9)
    assert found.cache_per_token == 2 * 2 * 2 * 32
    with pytest.raises(ModelError, match="is not a GGUF file"):
        read_beginning(tmp_path / "page.gguf", b"<!doctype html>", 10**9)
    damaged = gguf({**LLAMA, "llama.context_length": float("inf")})
    with pytest.raises(ModelError, match="is a damaged GGUF file"):
        read_beginning(tmp_path / "odd.gguf", damaged, 10**9)


def test_a_model_in_several_files_is_as_large_as_all(tmp_path: Path) -> None:
    first = tmp_path / "big-00001-of-00002.gguf"
    first.write_bytes(gguf({**LLAMA, "split.count": 2}, tensor=False))
    with pytest.raises(ModelError, match=r"one of 2 files of a model, and big-00002-of-00002.gguf"):
        read_metadata(first)
    (tmp_path / "big-00002-of-00002.gguf").write_bytes(bytes(1000))
    assert read_metadata(first).size == first.stat().st_size + 1000
