"""What is kept of a text, asked from many threads at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from deskmate.core.prose.kept import find_kept


def test_threads_may_ask_at_once_each_for_another_text() -> None:
    texts = [f"{n} `a` [b](c) <d> *e* " * (40 + n) for n in range(120)]
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(find_kept, texts))
    find_kept.cache_clear()
    assert found == [find_kept(text) for text in texts]
