"""What a cell of a Markdown table says, and how it is written."""

from __future__ import annotations

import pytest

from deskmate.core.data.markdown_cells import escape_cell, unescape_cell

AS_WRITTEN = (
    (r"a \| b", "a | b"),
    (r"`a \| b`", "`a | b`"),
    (r"a\\\|b", r"a\|b"),
    ("&amp;lt;", "&lt;"),
    ("&lt;br>", "<br>"),
    ("List&lt;String>", "List<String>"),
    ("`List<String>`", "`List<String>`"),
    ("`&amp;` and `<br>`", "`&amp;` and `<br>`"),
    (r"C:\Users", r"C:\Users"),
    (r"C:\\_x", r"C:\_x"),
    (r"\d+\\.\d", r"\d+\.\d"),
    (r"`\d+\.\d`", r"`\d+\.\d`"),
    (r"\`", "`"),
    ("one<br>two", "one\ntwo"),
    ("a&#13;<br>b", "a\r\nb"),
    ("&#32;a&#9;", " a\t"),
    ("<br>", "\n"),
    ("a\\\\<br>b", "a\\\nb"),
    ("**bold** [link](https://e.org?a=1&b=2) _it_", "**bold** [link](https://e.org?a=1&b=2) _it_"),
    ("H<sub>2</sub>O", "H<sub>2</sub>O"),
    ("&lt;b> opens", "<b> opens"),
    ("<https://e.org>", "<https://e.org>"),
    ("a < b, 5 & 6", "a < b, 5 & 6"),
    ("&nothing;", "&nothing;"),
)

ALSO_READ = (
    ("AT&amp;T", "AT&T"),
    ("a &#124; b &vert; c &VerticalLine;", "a | b | c |"),
    ("&#x41;&#66;", "AB"),
    ("1&nbsp;km", "1\u00a0km"),
    (r"user\_id", "user_id"),
    (r"5 \* 3", "5 * 3"),
    (r"\<b>", "<b>"),
    ("one<BR />two", "one\ntwo"),
    ("&#0; &#xD800; &#9999999;", "&#0; &#xD800; &#9999999;"),
)


@pytest.mark.parametrize(("written", "text"), AS_WRITTEN)
def test_it_is_written_so_that_it_is_read(written: str, text: str) -> None:
    assert escape_cell(text) == written
    assert unescape_cell(written) == text


@pytest.mark.parametrize(("written", "text"), ALSO_READ)
def test_it_is_read_as_others_read_it(written: str, text: str) -> None:
    assert unescape_cell(written) == text
    assert unescape_cell(escape_cell(text)) == text
