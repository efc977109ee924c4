"""What a GGUF file says of itself, whatever is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from deskmate.engines.models.gguf import read_metadata
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
