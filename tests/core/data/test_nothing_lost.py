"""Nothing is lost in silence: what would be is kept, refused with its place, or said."""

from __future__ import annotations

import pytest

from deskmate.core.data.formats import Format, read_again, read_data, read_noted, write_data
from deskmate.core.data.losses import list_losses
from deskmate.errors import ActionError

LONG = "9" * 5000
CELLS = "<table><tr><th>a<th>b<tr>{}</table>"

KEPT: tuple[tuple[Format, str, object], ...] = (
    ("table", "|a|b|\n|-|-|\n|x\u2028y|z|\n", [{"a": "x\u2028y", "b": "z"}]),
    ("table", "|a|b|\n|-|-|\n|x\x0cy|z|\n", [{"a": "x\x0cy", "b": "z"}]),
    ("html", CELLS.format("<td><p>x</p><p>y</p><td>1 \n"), [{"a": "x\ny", "b": 1}]),
    ("html", CELLS.format("<td><ul><li>x<li>y</ul><td>7"), [{"a": "x\ny", "b": 7}]),
    ("html", CELLS.format("<td>x<script>1</script><td>7"), [{"a": "x", "b": 7}]),
    ("csv", f"a,b\n1,{LONG}\n", [{"a": 1, "b": LONG}]),
    ("csv", f"a,b\n1,{'x' * 200_000}\n", [{"a": 1, "b": "x" * 200_000}]),
    ("csv", "a,b,,,\n1,2,,,\n", [{"a": 1, "b": 2}]),
    ("yaml", "a: !!bool True\nb: !!map {}\n", {"a": True, "b": {}}),
    (
        "xml",
        "<a b='&lt;'><![CDATA[&x;]]><!-- &y; -->&amp;</a>",
        {"a": {"@b": "<", "#text": "&x;&"}},
    ),
    ("xml", "<a><b>\u00a0</b><c> </c></a>", {"a": {"b": "\u00a0", "c": None}}),
    ("html", CELLS.format("<td>1\u00a0 km<td>2"), [{"a": "1\u00a0 km", "b": 2}]),
    ("ini", "[a] ; of it\nk = 1\n", {"a": {"k": "1"}}),
)

REFUSED: tuple[tuple[Format, str, str], ...] = (
    ("json", f'{{"a": {LONG}}}', "A number has 5000 digits"),
    ("jsonl", f'{{"a": {LONG}}}', "A number has 5000 digits"),
    ("yaml", f"a: {LONG}\n", "A number has 5000 digits"),
    ("toml", f"a = {LONG}\n", "A number has thousands of digits"),
    ("json", '{"a": 1e400}', "The number 1e400 is too large"),
    ("yaml", "a: 1\nb: !!bool abc\n", "`abc` in line 2 is neither true nor false"),
    ("yaml", "a: !!map [1]\n", "tagged as a map in line 1"),
    ("yaml", "a: &x 1\nb: &x 2\n", "A name behind `&` is there twice in line 2"),
    ("yaml", "a: \x07\n", "characters are not allowed"),
    ("ini", "[a]\nkey\n  more\n", "below one without `=`"),
    ("ini", "[a]\n[b] c\nk = 1\n", "`c` in line 2"),
    ("xml", '<!DOCTYPE a SYSTEM "d"><a>x&foo;</a>', "`&foo;` in line 1"),
    ("xml", '<!DOCTYPE a SYSTEM "d">\n<a b="x&foo;"/>', "`&foo;` in line 2"),
    ("table", "|a|\n|-|\n\n|1|\n", "Line 3 is empty"),
    ("csv", 'a,b\n1,2\n"x,2\n3,4\n', "A quote that begins in line 3 has no end"),
    ("jsonc", "[1, /* c */, 2]", "line 1"),
    ("jsonc", "[ , ]", "line 1"),
    ("jsonl", '{"a": 1}\n{"a": 1, "a": 2}\n', "Line 2: The key `a` is there twice"),
)

SAID: tuple[tuple[Format, str, str], ...] = (
    ("toml", "a = 1979-05-27T07:32:00.123456789Z\n", "The time in line 1 is cut off"),
    ("yaml", "%YAML 1.1\n---\na: yes\n", "says YAML 1.1 and is read as 1.2"),
    ("toml", "a = 1979-05-27\n", "Dates and times are texts now"),
    ("html", CELLS.format("<caption>c</caption><td>1<td>2"), "captions are not carried over"),
)


@pytest.mark.parametrize(("form", "text", "value"), KEPT)
def test_it_is_kept(form: Format, text: str, value: object) -> None:
    assert read_data(text, form) == value


@pytest.mark.parametrize(("form", "text", "why"), REFUSED)
def test_it_is_refused_in_one_sentence(form: Format, text: str, why: str) -> None:
    with pytest.raises(ActionError) as refused:
        read_data(text, form)
    assert why in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize(("form", "text", "note"), SAID)
def test_it_is_said(form: Format, text: str, note: str) -> None:
    assert note in " ".join(read_noted(text, form).notes)


def test_a_number_that_grows_when_it_is_written_is_refused() -> None:
    with pytest.raises(ActionError, match="thousands of digits"):
        write_data(read_data(f"a = 0x{'f' * 5000}\n", "toml"), "json")


@pytest.mark.parametrize("value", [[], {}, [{}]])
def test_a_table_without_rows_is_refused_as_such(value: object) -> None:
    for form in ("csv", "tsv", "table"):
        with pytest.raises(ActionError, match="nothing in this"):
            write_data(value, form)


def test_a_column_without_a_name_and_values_is_said_to_be_gone() -> None:
    value = [{"a": "", "": ""}]
    back = read_again(write_data(value, "csv"), value, "csv")
    assert list_losses(value, back, "csv") == ("A column without a name and values is left out.",)
