"""Which words are forms of one word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deskmate.core.prose.word_forms import Forms, is_same_word

WORDS = "go goes went gone leave leaving lose loose hört gehört hören user's users run running"
words = st.sampled_from(WORDS.split()) | st.text(st.characters(codec="utf-8"), max_size=6)


@given(word=words, others=st.lists(words, max_size=5))
def test_what_is_among_some_is_a_form_of_one(word: str, others: list[str]) -> None:
    small, these = word.lower(), [other.lower() for other in others]
    assert (small in Forms(these)) == any(is_same_word(small, other) for other in these)
