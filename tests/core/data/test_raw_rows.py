"""One cell changes, and nothing else."""

from __future__ import annotations

import csv
import io
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskmate.core.data.raw_rows import read_delimited_rows, read_json_rows
from deskmate.core.data.tables import Dialect, find_dialect
from deskmate.errors import ActionError

cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)
tables = st.lists(st.tuples(cells, cells), min_size=1, max_size=5)


@given(tables, st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]), st.booleans(), cells)
def test_what_python_writes(
    rows: list[tuple[str, str]], delimiter: str, end: str, quoted: bool, new: str
) -> None:
    out = io.StringIO(newline="")
    how: Literal[0, 1] = 1 if quoted else 0
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=how)
    writer.writerows([("a", "b"), *rows])
    text = out.getvalue()
    if any("\r" in cell for row in rows for cell in row) and not quoted:
        return  # csv.writer leaves it without quotes
    found = list(read_delimited_rows(io.StringIO(text, newline=""), Dialect(delimiter)))
    assert "".join(map(str, found)) == text
    data = [row for row in found if row.is_data]
    assert [(row.get("a"), row.get("b")) for row in data] == rows
    changed = text.replace(str(data[-1]), data[-1].with_cell("b", new))
    again = [*csv.reader(io.StringIO(changed, newline=""), delimiter=delimiter)]
    assert again[-1] == [rows[-1][0], new] or rows.count(rows[-1]) > 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("id;text\r\n1;teh x\r\n", "id;text\r\n1;NEW\r\n"),
        ('id,text\n"1","teh x"\n2,y', 'id,text\n"1","NEW"\n2,y'),
        ('id, text\n1, "teh, x"\n', 'id, text\n1, "NEW"\n'),
        ("id, text\n1, teh\n", "id, text\n1,NEW\n"),
        ("sep=;\nid;text\n01;teh\n", "sep=;\nid;text\n01;NEW\n"),
        ('id,text\n1,"teh\nx"\n\n2,y\n', 'id,text\n1,"NEW"\n\n2,y\n'),
        ('id,text\n5",teh "x"\n', 'id,text\n5",NEW\n'),
        ("id|text\n 1 |teh\n", "id|text\n 1 |NEW\n"),
    ],
)
def test_a_cell_of_csv(before: str, after: str) -> None:
    rows = read_delimited_rows(io.StringIO(before, newline=""), find_dialect(before))
    new = [
        row.with_cell("text", "NEW") if row.is_data and "teh" in row.get("text") else str(row)
        for row in rows
    ]
    assert "".join(new) == after


def test_a_blank_after_the_comma_stays_without_quotes() -> None:
    *_, row = read_delimited_rows(io.StringIO("id, text\n1, b\n", newline=""), Dialect(","))
    assert row.with_cell("text", " B") == "1, B\n"
    assert row.with_cell("text", " B, C") == '1," B, C"\n'


@pytest.mark.parametrize(
    ("before", "changed", "added"),
    [
        ('{"a":1,"b":"x"}\n', '{"a":1,"b":"n"}\n', '{"a":1,"b":"x","c":"n"}\n'),
        (
            '{ "b" : "x", "a": {"b": 1.50} }\n',
            '{ "b" : "n", "a": {"b": 1.50} }\n',
            '{ "b" : "x", "a": {"b": 1.50}, "c": "n" }\n',
        ),
        ('{"b": null}', '{"b": "n"}', '{"b": null, "c": "n"}'),
    ],
)
def test_a_value_of_json_lines(before: str, changed: str, added: str) -> None:
    (row,) = read_json_rows([before])
    assert row.with_cell("b", "n") == changed
    assert row.with_cell("c", "n") == added


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1\n", "Line 2 has fewer cells than there are names above: 1, not 2"),
        ('a,b\n1,"x', "line 2 has no end"),
        ('a,b\n1,"x" y\n', "text behind a quoted cell"),
        ("a,a\n1,2\n", "Two columns are called `a`"),
        ('a,b\n1,"x\n' + '2,""\n' * 100_000, "line 2 has no end"),
        ('a,b\n1,"x\n' + '2","\n' * 100_000, "line 2 has no end"),
    ],
)
def test_where_it_is_wrong(text: str, says: str) -> None:
    with pytest.raises(ActionError, match=says):
        list(read_delimited_rows(io.StringIO(text, newline=""), Dialect()))
