"""Which drafts a model is run with is read from its file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deskmate.engines.hosts.drafts import find_drafts
from deskmate.engines.models.gguf import read_metadata
from tiny_models import write_architecture


@pytest.mark.parametrize(
    ("name", "draft", "drafts"),
    [
        ("qwen35", "", ("ngram-mod",)),
        ("qwen35+heads", "", ("ngram-mod", "draft-mtp")),
        ("qwen35+heads", "qwen3", ("ngram-mod", "draft-simple")),
        ("qwen3", "eagle3", ("ngram-mod", "draft-eagle3")),
        ("qwen3", "dflash", ("ngram-mod", "draft-dflash")),
    ],
)
def test_what_the_file_has(name: str, draft: str, drafts: tuple[str, ...], tmp_path: Path) -> None:
    model = read_metadata(write_architecture(tmp_path / "model.gguf", name))
    other = replace(model, architecture=draft) if draft else None
    assert find_drafts(model, other) == drafts


def test_all_that_repeats_is_proposed_where_that_pays(tmp_path: Path) -> None:
    model = read_metadata(write_architecture(tmp_path / "model.gguf", "qwen3"))
    assert model.has_state  # as these files say the values of every architecture
    stateless = replace(model, values={"qwen3.block_count": 2})
    assert find_drafts(stateless, None, short=True) == ("ngram-simple",)
    assert find_drafts(stateless, None) == find_drafts(model, None, short=True) == ("ngram-mod",)


def test_heads_that_llama_cpp_only_carries_along_are_not_run(tmp_path: Path) -> None:
    model = read_metadata(write_architecture(tmp_path / "model.gguf", "qwen35+heads"))
    values = {"bailingmoe2.nextn_predict_layers": 1}
    assert find_drafts(replace(model, architecture="bailingmoe2", values=values), None) == (
        "ngram-mod",
    )
