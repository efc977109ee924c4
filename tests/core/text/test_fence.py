"""Text in fences, whatever it holds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deskmate.core.reply.fences import find_fenced
from deskmate.core.text.fence import fenced


def test_code_in_three_marks() -> None:
    assert fenced("a = 1\n", "python") == "```python\na = 1\n```"
    assert fenced("a = 1", "python") == "```python\na = 1\n```"


def test_fences_in_fences() -> None:
    assert fenced("```\na\n```") == "````\n```\na\n```\n````"
    assert fenced("a ````b```` c") == "`````\na ````b```` c\n`````"


@given(st.text("`a\n ~", max_size=40))
def test_what_comes_out_is_what_went_in(text: str) -> None:
    inside = f"x\n{text}x"
    assert next(iter(find_fenced(fenced(inside)))).text == inside
