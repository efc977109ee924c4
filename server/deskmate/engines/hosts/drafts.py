"""Who proposes tokens that the model then only checks, by what the files of models say."""

from __future__ import annotations

from deskmate.engines.models.gguf import Metadata

HEADS = (
    "bailingmoe3",
    "cohere2moe",
    "deepseek2",
    "deepseek32",
    "glm-dsa",
    "glm4moe",
    "mimo2",
    "nemotron_h_moe",
    "qwen35",
    "qwen35moe",
    "qwen3next",
    "step35",
)
"""Architectures whose own heads (multi-token prediction) llama.cpp runs. Files of others may have
some too, which it only carries along, and it ends the process where it is told to run them."""

OF_DRAFTS = {"eagle3": "draft-eagle3", "dflash": "draft-dflash"}
"""How models are run that are made for drafts and nothing else, by their architecture."""


def find_drafts(model: Metadata, draft: Metadata | None) -> tuple[str, ...]:
    """The kinds of drafts, by llama.cpp's names: those that repeat what was read, as edits do, and
    those of the `draft` model, or else of the model's own heads where its file has them.
    """
    if draft is not None:
        return "ngram-mod", OF_DRAFTS.get(draft.architecture, "draft-simple")
    has_heads = model.architecture in HEADS and model.own("nextn_predict_layers", 0) > 0
    return ("ngram-mod", "draft-mtp") if has_heads else ("ngram-mod",)
