"""A table of any size becomes what a small one does, in memory for a row, and is compared."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Iterator
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_readers import TRICKY, values, words

from deskmate.core.data.formats import read_data, write_data
from deskmate.core.data.streams import (
    RowGoal,
    Source,
    check_stream,
    find_delimited,
    find_json_lines,
    write_stream,
)
from deskmate.core.data.tables import Dialect
from deskmate.errors import ActionError

GOALS = get_args(RowGoal)
cells = st.one_of(st.sampled_from([*TRICKY, "1", "2.5", "true", ""]), words)
tables = st.lists(st.tuples(cells, cells), min_size=1, max_size=5)


def lines(text: str) -> io.StringIO:
    return io.StringIO(text, newline="")


def split(text: str) -> list[str]:
    """Lines that end with a line feed."""
    return [line + "\n" for line in text.split("\n")[:-1]]


@pytest.mark.parametrize("goal", GOALS)
@settings(max_examples=60)
@given(rows=tables)
def test_it_is_what_a_small_table_becomes(goal: RowGoal, rows: list[tuple[str, str]]) -> None:
    text = write_data([{"a": one, "b": other} for one, other in rows], "csv")
    source = find_delimited(lambda: lines(text), Dialect())
    written = "".join(write_stream(source, goal))
    assert written == write_data(read_data(text, "csv"), goal)
    again = split(written) if goal in ("json", "jsonl") else lines(written)
    assert check_stream(source, again, goal) == len(rows)


@pytest.mark.parametrize("goal", ["json", "jsonl", "yaml"])
@settings(max_examples=40)
@given(rows=st.lists(st.dictionaries(words, values, max_size=3), min_size=1, max_size=4))
def test_so_it_is_with_json_lines(goal: RowGoal, rows: list[dict[str, object]]) -> None:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    source = find_json_lines(lambda: split(text))
    written = "".join(write_stream(source, goal))
    assert written == write_data(rows, goal)
    again = split(written) if goal in ("json", "jsonl") else lines(written)
    assert check_stream(source, again, goal) == len(rows)


@pytest.mark.parametrize("goal", GOALS)
def test_a_row_that_is_lost_or_another_is_found(goal: RowGoal) -> None:
    source = Source(("a",), lambda: iter([{"a": "x"}, {"a": "y"}]))
    other = Source(("a",), lambda: iter([{"a": "x"}, {"a": "z"}]))
    fewer = Source(("a",), lambda: iter([{"a": "x"}]))
    for wrong in (other, fewer):
        written = "".join(write_stream(wrong, goal))
        with pytest.raises(ActionError, match="Row 2 cannot be written"):
            check_stream(source, split(written), goal)
    with pytest.raises(ActionError, match="more rows"):
        check_stream(fewer, split("".join(write_stream(source, goal))), goal)


@pytest.mark.parametrize("goal", GOALS)
def test_memory_does_not_grow_with_the_table(goal: RowGoal) -> None:
    def peak(count: int) -> int:
        def many() -> Iterator[str]:
            yield "id,text\n"
            for number in range(count):
                yield f'{number},"some text, {number}"\n'

        tracemalloc.start()
        for _ in write_stream(find_delimited(many, Dialect()), goal):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)  # what is loaded once
    assert peak(4000) < 1.5 * peak(400) + 50_000


def test_where_it_is_wrong() -> None:
    with pytest.raises(
        ActionError, match="Line 3 has fewer cells than there are names above: 1, not 2"
    ):
        find_delimited(lambda: lines("a,b\n1,2\n3\n"), Dialect())
    with pytest.raises(ActionError, match="There is no row in this"):
        [*write_stream(find_delimited(lambda: lines("a,b\n"), Dialect()), "json")]
    with pytest.raises(ActionError, match="Line 2 is not JSON"):
        find_json_lines(lambda: ['{"a": 1}\n', "{\n"])
