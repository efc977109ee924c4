"""What is kept of a text, asked from many threads at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given, settings
from hypothesis import strategies as st

from deskmate.core.prose import kept
from deskmate.core.prose.kept import find_kept


def test_threads_may_ask_at_once_each_for_another_text() -> None:
    texts = [f"{n} `a` [b](c) <d> *e* " * (40 + n) for n in range(120)]
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(find_kept, texts))
    find_kept.cache_clear()
    assert found == [find_kept(text) for text in texts]


PARTS = [
    *"`:/@{}$%<>[]&\\_(#)~^=|!?.,-+*'\"’…x7",
    "www",
    "Word",
    "word",
    "camelCase",
    "1.2",
    " ",
    "\n",
]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PARTS), max_size=8).map("".join))
def test_what_has_no_mark_of_it_is_not_looked_at_in_vain(text: str) -> None:
    whole = [*kept._inline(text), *kept._paired(text), *kept._patterns(text)]
    assert kept._MAY_BE_KEPT.search(text) or not whole
