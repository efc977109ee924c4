"""What may be a slip of a usual word, and what is as far from it as names are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import text

from deskmate.core.prose.slips import is_slip

SLIPS = (
    ("becuase", "because"),
    ("adress", "address"),
    ("recieve", "receive"),
    ("seperate", "separate"),
    ("goverment", "government"),
)
NAMES = (
    ("deezer", "freezer"),
    ("fasta", "fast"),
    ("vertica", "vertical"),
    ("voici", "voice"),
    ("cafñ", "cafe"),
)


@pytest.mark.parametrize(("word", "meant"), SLIPS)
def test_a_slip(word: str, meant: str) -> None:
    assert is_slip(word, meant)


@pytest.mark.parametrize(("word", "meant"), NAMES)
def test_a_name(word: str, meant: str) -> None:
    assert not is_slip(word, meant)


@given(text(min_size=1), text(min_size=1))
def test_any_two_words_can_be_asked_about(word: str, meant: str) -> None:
    assert is_slip(word, meant) in (True, False)
