"""What two texts have in common, against `difflib` and against counting."""

from __future__ import annotations

from difflib import SequenceMatcher

from hypothesis import given
from hypothesis import strategies as st

from deskmate.core.text.matching import likeness, opcodes
from deskmate.core.text.span_set import SpanSet
from deskmate.core.text.text import Span

LETTERS = st.lists(st.sampled_from("abc"), max_size=12)
TIMES = st.sampled_from([1, 40])
SPANS = st.tuples(st.integers(0, 12), st.integers(0, 4)).map(lambda at: Span(at[0], sum(at)))


@given(LETTERS, LETTERS, TIMES)
def test_what_is_done_makes_the_one_of_the_other(
    few: list[str], other: list[str], times: int
) -> None:
    old, new = few * times, other * times
    made: list[str] = []
    for tag, i, j, k, n in opcodes(old, new):
        assert i < j or k < n
        made += old[i:j] if tag == "equal" else new[k:n]
    assert made == new


def test_few_items_are_compared_as_difflib_does() -> None:
    old, new = ["one", "two", "three", "two"], ["two", "one", "two"]
    assert opcodes(old, new) == SequenceMatcher(None, old, new, False).get_opcodes()


def test_long_texts_are_as_alike_as_their_words() -> None:
    text = "The speaker says one more word about it. " * 60
    assert likeness(text, text.replace("speaker", "spaeker")) > 0.95
    assert likeness(text, "Nothing of that kind stands here, sir! " * 60) < 0.5


@given(st.lists(SPANS, max_size=8), SPANS)
def test_a_set_of_spans_says_what_each_of_them_does(spans: list[Span], one: Span) -> None:
    assert SpanSet(spans).overlaps(one) == any(one.overlaps(other) for other in spans)
