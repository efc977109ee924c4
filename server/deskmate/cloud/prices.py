"""What models elsewhere cost: data, `prices.toml`, with the date on which it was true."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens: of a request, of what of it was read before, and of an
    answer.
    """

    input: float
    cached: float
    output: float

    def compute(self, prompt_tokens: int, cached_tokens: int, completion_tokens: int) -> float:
        """US dollars for tokens; the cached ones are among those of the prompt."""
        new = max(0, prompt_tokens - cached_tokens)
        dollars = new * self.input + cached_tokens * self.cached + completion_tokens * self.output
        return dollars / 1_000_000


def find_price(model: str, set_input: float = 0, set_output: float = 0) -> Price | None:
    """The price of a model: what the user has set, or the published one; None where neither is. A
    date at the end of a name says only which edition of the model it is.
    """
    if set_input or set_output:
        return Price(set_input, set_input, set_output)
    row = _find_row(model)
    return Price(row["input"], row["cached"], row["output"]) if row else None


def find_context(model: str) -> int:
    """The tokens that a request and its answer may have together; 0 where nobody knows."""
    return int(_find_row(model).get("context", 0))


def _find_row(model: str) -> dict[str, Any]:
    table = _read_table()
    row = table.get(model) or table.get(re.sub(r"-\d{4}-?\d\d-?\d\d$", "", model))
    return row if isinstance(row, dict) else {}


def read_prices_date() -> str:
    """The day on which the published prices were looked up."""
    return str(_read_table()["date"])


@cache
def _read_table() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "prices.toml").read_text(encoding="utf-8"))
