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

LONG, SHORT = "ngram-mod", "ngram-simple"
"""What repeats what was read: from 24 tokens that are the same on, or from MATCH on."""

MATCH, PROPOSED = 4, 8
"""Tokens that have to be the same, and those that are then proposed. Against LONG the 0.5B wrote
lines in the middle and short functions 1.3 times as fast in Q4_0 with AMX (Debian's llama-server),
and 1.2 times in Q4_K_M; functions of 45 to 90 lines as fast in Q4_0, and 0.8 times in Q4_K_M.
Drafts of 32 lost all that, and so does the embedded build, for which nine tokens take much longer
than one: there those functions came at half of the speed.
"""

OF_DRAFTS = {"eagle3": "draft-eagle3", "dflash": "draft-dflash"}
"""How models are run that are made for drafts and nothing else, by their architecture."""


def find_drafts(model: Metadata, draft: Metadata | None, *, short: bool = False) -> tuple[str, ...]:
    """The kinds of drafts, by llama.cpp's names: those that repeat what was read, as edits do, and
    those of the `draft` model, or else of the model's own heads where its file has them.

    Where nobody else drafts, and `short` ones pay in that build, what followed the last few tokens
    before is proposed each time, of which half is wrong. A model with a state cannot take that back
    without reading again, so for it only what repeats long is.
    """
    if draft is not None:
        return LONG, OF_DRAFTS.get(draft.architecture, "draft-simple")
    if model.architecture in HEADS and model.own("nextn_predict_layers", 0) > 0:
        return LONG, "draft-mtp"
    return (SHORT if short and not model.has_state else LONG,)
