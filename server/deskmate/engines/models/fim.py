"""Fill-in-the-middle: the special tokens by which a model is told what is around a cursor.

They stand in the metadata by their numbers, or are found in the vocabulary by how the families of
models write them, which is what llama.cpp goes by: with three of them it answers `/infill`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain
from pathlib import Path

from deskmate.engines.models.gguf import Metadata, read_metadata

TOKENS = "tokenizer.ggml.tokens"
"""The list of the metadata that has to be read whole for this."""


@dataclass(frozen=True, slots=True)
class FimTokens:
    """The special tokens of a model, as they are written. `repository` comes before the name of a
    repository and `file` before that of a file, "" where the model has none.
    """

    prefix: str
    suffix: str
    middle: str
    repository: str = ""
    file: str = ""

    @property
    def all(self) -> tuple[str, ...]:
        """Each that it has: what must not stand in a text, nor be written into one."""
        tokens = (self.prefix, self.suffix, self.middle, self.repository, self.file)
        return tuple(token for token in tokens if token)


def read_fim_tokens(path: Path) -> FimTokens | None:
    """The tokens of the model at `path`, None where it has none, so that `/infill` does not work.
    A large vocabulary takes a third of a second. Raises ModelError where it is no GGUF file.
    """
    return fim_tokens(read_metadata(path, {TOKENS}))


def fim_tokens(model: Metadata) -> FimTokens | None:
    """The same, from metadata with the whole list `TOKENS`."""
    vocabulary = model.values.get(TOKENS)
    if not isinstance(vocabulary, tuple):
        return None
    known = frozenset(vocabulary)
    found = {}
    for part, spelling in _spellings().items():
        given = (
            model.values.get(f"tokenizer.ggml.{name}_token_id") for name in spelling["numbers"]
        )
        said = (vocabulary[at] for at in given if isinstance(at, int) and at < len(vocabulary))
        spelled = (text for text in spelling["written"] if text in known)
        found[part] = next(chain(said, spelled), "")
    if not (found["prefix"] and found["suffix"] and found["middle"]):
        return None
    return FimTokens(**found)


def spelled_tokens(known: Collection[str]) -> FimTokens | None:
    """The tokens of a model that has those `known` ones among all that families of models write."""
    found = {
        part: next((text for text in spelling["written"] if text in known), "")
        for part, spelling in _spellings().items()
    }
    return FimTokens(**found) if found["prefix"] and found["suffix"] and found["middle"] else None


def all_spellings() -> tuple[str, ...]:
    """Every way in which a family of models writes one of these tokens."""
    return tuple(chain.from_iterable(one["written"] for one in _spellings().values()))


@cache
def _spellings() -> dict[str, dict[str, list[str]]]:
    text = (resources.files(__package__) / "fim.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
