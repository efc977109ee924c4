"""From every format to every other: data comes back as it went, or what is lost is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from deskmate.core.data.formats import TITLES, Format, Goal, read_again, read_noted, write_data
from deskmate.core.data.losses import list_losses
from deskmate.errors import ActionError

LOST_EASILY = (
    *("007", "1.10", "1e5", "1E5", "0x1F", "0o17", "1_000", "-0", "+1", ".5", "9" * 20),
    *("NO", "no", "yes", "on", "true", "True", "null", "~", "nan", ".inf", "-", "?", "<<", ""),
    *("2024-01-02", "2024-01-02T03:04:05Z", "12:30", "1:2:3", "=1+1", "[1]", "{}", "\\n", "\\"),
    *(" a", "a ", "a\nb", "a\r\nb", "a\n", "\ta", "a,b", "a;b", "a|b", "a\\|b", 'say "x"', "it's"),
    *("#a", "a #b", "a: b", "- a", "&a", "*a", "!a", "%a", "@a", "`a`", "<br>", "<b>", "&amp;"),
    *("é", "e\u0301", "😀", "\u2028", "\ufeff", "\x85", "\x0b"),
)
KEYS = ("a", "b", "A", "a b", "a.b", "1", "no", "null", "é", "a|b", "#a", 'a"b', "index", "rows")

texts = st.sampled_from(LOST_EASILY) | st.text(st.characters(codec="utf-8"), max_size=6)
scalars = (
    texts
    | st.sampled_from((0, 1, -1, 2**53 + 1, 2**64, 0.1, 1e5, 1e22, 1e-7, -0.0, 1.0))
    | st.booleans()
    | st.none()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
)
names = st.sampled_from(KEYS)
cells = scalars | st.lists(scalars, max_size=2) | st.dictionaries(names, scalars, max_size=2)
tables = st.lists(st.dictionaries(names, cells, min_size=1, max_size=4), min_size=1, max_size=4)
values = tables | st.recursive(
    scalars,
    lambda one: st.lists(one, max_size=3) | st.dictionaries(names, one, max_size=3),
    max_leaves=8,
)


def write_xml(row: dict[str, str]) -> str:
    return f"<r>{''.join(f'<{key}>{escape(one)}</{key}>' for key, one in row.items())}</r>"


def write_ini(row: dict[str, str]) -> str:
    """In one line a value: a further one that is not indented would be a key of its own."""
    return "[s]\n" + "".join(f"{key} = {' '.join(one.split())}\n" for key, one in row.items())


def write_env(row: dict[str, str]) -> str:
    return "".join(f"{key}='{one}'\n" for key, one in row.items())


SOURCES: dict[Format, Callable[[dict[str, str]], str]] = {
    "xml": write_xml,
    "ini": write_ini,
    "env": write_env,
    "jsonc": lambda row: f"// of it\n{json.dumps(row)}",
    "html": lambda row: (
        f"<table><tr>{''.join(f'<th>{key}' for key in row)}<tr>"
        f"{''.join(f'<td>{escape(one)}' for one in row.values())}</table>"
    ),
}
"""What is only read, written as others write it."""


def strictly(value: Any) -> str:
    """A value with the order of its keys and the kind of each number."""
    return json.dumps(value)


def converted(value: Any, goal: Goal) -> Any:
    """A value as it is read again, where no loss of it is silent, and none is said for nothing."""
    back = read_again(write_data(value, goal), value, goal)
    said = list_losses(value, back, goal)
    assert bool(said) == (strictly(back) != strictly(value)), (said, value, back)
    return back


goals = st.sampled_from([*TITLES])


@settings(max_examples=300)
@given(form=goals, goal=goals, value=values)
def test_data_comes_back_as_it_went_or_what_is_lost_is_said(
    form: Goal, goal: Goal, value: Any
) -> None:
    try:
        read = read_noted(write_data(value, form), form)
    except ActionError:
        return
    try:
        converted(read.value, goal)
    except ActionError as refused:
        assert goal not in ("json", "yaml", "jsonl"), f"they hold everything: {refused}"


rows = st.dictionaries(st.sampled_from(("a", "b", "Cd", "e_f")), texts, min_size=1, max_size=3)


@given(form=st.sampled_from([*SOURCES]), row=rows, goal=goals)
def test_what_is_only_read_comes_as_it_is(form: Format, row: dict[str, str], goal: Goal) -> None:
    try:
        value = read_noted(SOURCES[form](row), form).value
    except ActionError:
        return
    found = value[0] if isinstance(value, list) else value.get("r", value.get("s", value))
    told = {key: found[key] if found[key] is not None else "" for key in row}
    assert {key: words_of(one) for key, one in told.items()} == {
        key: words_of(one) for key, one in row.items()
    }
    try:
        converted(value, goal)
    except ActionError:
        return


def words_of(value: Any) -> list[str]:
    """A value without blanks, which are none of it in XML, HTML and INI."""
    return (value if isinstance(value, str) else json.dumps(value)).split()
