"""What is written is read alike by readers that are not ours: at least two of each format."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import ruamel.yaml
import tomlkit
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from deskmate.core.data.formats import Goal, read_data, write_data
from deskmate.core.data.values import same
from deskmate.errors import ActionError

READERS = Path(__file__).parents[2] / "readers"

TRICKY = (
    "08540",
    "007",
    "1e3",
    "1E-3",
    "0x1F",
    "0o17",
    "0b1",
    "1_000",
    "1.",
    ".5",
    "+.5",
    "-.5e3",
    "+1",
    "-",
    "+",
    ".",
    "yes",
    "No",
    "y",
    "N",
    "on",
    "OFF",
    "true",
    "null",
    "Null",
    "~",
    "12:30",
    "1:20:30",
    "190:20.5",
    "2026-01-01",
    "2026-01-01T10:00:00Z",
    "2026-01-01 10:00:00 +02:00",
    ".inf",
    "-.INF",
    ".nan",
    "<<",
    "=",
    "|",
    ">",
    "---",
    "...",
    "- a",
    "? a",
    "a: b",
    "a #b",
    "# a",
    "a:",
    "&a",
    "*a",
    "!a",
    "%a",
    "@a",
    "`a",
    "{a",
    "[a",
    "'a",
    '"a',
    "a\nb",
    "a\n",
    "a\n\nb\n\n",
    "\na",
    " a\nb",
    "a \nb",
    "a\r\nb",
    "a\tb\n c",
    "\ta",
    "a\n--- \nb",
    "a\n...\nb",
    "#a\nb",
    "\u2028",
    "\x85",
    "\ufeffa",
    "\x00",
    "\x7f",
    "😀\n😀",
    "",
    " ",
    "a ",
    "5 chairs",
    "1.10.2",
    "0.1.",
    "123e",
    "12e03",
    "1e999",
)
words = st.one_of(st.sampled_from(TRICKY), st.text(st.characters(codec="utf-8"), max_size=8))
scalars = st.one_of(
    words,
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.none(),
)
values = st.recursive(
    scalars, lambda one: st.lists(one, max_size=3) | st.dictionaries(words, one, max_size=3)
)
documents = st.lists(values, min_size=1, max_size=20)


def ruamel_yaml(text: str) -> Any:
    return ruamel.yaml.YAML(typ="safe", pure=True).load(text)


def comparable(value: Any) -> Any:
    """As JavaScript has it, where 1.0 is 1."""
    return json.loads(json.dumps(value), parse_int=float, parse_float=float)


@pytest.fixture(scope="module")
def javascript() -> Iterator[Callable[[str, str], list[Any]]]:
    """What each reader in `tests/readers` makes of a text. `npm ci` there installs them."""
    node = shutil.which("node")
    if node is None or not (READERS / "node_modules").exists():
        pytest.skip("`npm ci` in tests/readers installs more readers")
    command = [node, str(READERS / "read.mjs")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        asked, told = process.stdin, process.stdout
        assert asked and told

        def read(form: str, text: str) -> list[Any]:
            asked.write(json.dumps({"form": form, "text": text}).encode() + b"\n")
            asked.flush()
            found: list[Any] = json.loads(told.readline(), parse_int=float)
            return found

        yield read
        asked.close()


@settings(max_examples=60)
@given(values)
@example([*TRICKY])
@example({one: one for one in TRICKY})
def test_yaml_by_a_reader_of_each_version(value: Any) -> None:
    text = write_data(value, "yaml")
    assert yaml.safe_load(text) == value, "YAML 1.1"
    assert ruamel_yaml(text) == value, "YAML 1.2"
    assert read_data(text, "yaml") == value


Read = Callable[[str, str], list[Any]]


@settings(max_examples=100)
@given(value=values)
@example(value=[*TRICKY])
@example(value={one: one for one in TRICKY})
def test_yaml_by_those_of_javascript(javascript: Read, value: Any) -> None:
    assert javascript("yaml", write_data(value, "yaml")) == [{"value": comparable(value)}] * 2


@settings(max_examples=60)
@given(value=values)
def test_json_by_javascript(javascript: Read, value: Any) -> None:
    assert javascript("json", write_data(value, "json")) == [{"value": comparable(value)}]


@settings(max_examples=15)
@given(documents)
def test_json_lines_by_jq_and_python(written: list[Any]) -> None:
    text = write_data(written, "jsonl")
    assert [json.loads(line) for line in text.split("\n") if line] == written
    if jq := shutil.which("jq"):
        done = subprocess.run([jq, "-c", "."], input=text.encode(), capture_output=True, check=True)
        read = [json.loads(line) for line in done.stdout.splitlines()]
        assert [comparable(one) for one in read] == [comparable(one) for one in written]


@given(st.dictionaries(words, values, max_size=4))
@settings(max_examples=60)
def test_toml_by_two_readers(value: dict[str, Any]) -> None:
    try:
        text = write_data(value, "toml")
    except ActionError:
        return  # null in a list
    kept = without_nothing(value)
    assert tomllib.loads(text) == kept
    assert tomlkit.parse(text).unwrap() == kept


def without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_nothing(one) for key, one in value.items() if one is not None}
    return [without_nothing(one) for one in value] if isinstance(value, list) else value


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
rows_of_two = st.tuples(cells, cells).map(lambda row: {"a": row[0], "b": row[1]})
tables = st.lists(rows_of_two, min_size=1, max_size=5)


def read_by_rfc_4180(text: str, delimiter: str) -> list[list[str]]:
    """Its grammar to the letter, as Excel has it: quotes where a cell begins with one."""
    rows, row, at = [], list[str](), 0
    while at < len(text):
        cell = ""
        if text[at] == '"':
            while (end := text.index('"', at + 1)) + 1 < len(text) and text[end + 1] == '"':
                cell, at = cell + text[at + 1 : end + 1], end + 1
            cell, at = cell + text[at + 1 : end], end + 1
        while at < len(text) and text[at] not in (delimiter, "\n"):
            cell, at = cell + text[at], at + 1
        row.append(cell)
        if at < len(text) and text[at] == "\n":
            rows.append(row)
            row = []
        at += 1
    return rows


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
@settings(max_examples=80)
@given(rows=tables)
def test_tables_by_excels_dialect_and_by_rfc_4180(
    form: Goal, delimiter: str, rows: list[dict[str, str]]
) -> None:
    text = write_data(rows, form)
    lines = [[*rows[0]], *(list(row.values()) for row in rows)]
    excel = csv.reader(io.StringIO(text, newline=""), "excel", delimiter=delimiter)
    assert [line for line in excel if line] == lines
    assert read_by_rfc_4180(text, delimiter) == lines


READ: dict[str, Callable[[str], Any]] = {"yaml 1.2": ruamel_yaml}


@pytest.mark.parametrize("read", READ.values(), ids=READ)
@pytest.mark.parametrize(
    "text",
    [
        "a: 0o17\nb: 0x1F\nc: 1e3\nd: .inf\ne: yes\nf: 12:30\ng: ~\nh: True\ni: +12\nj: 08540",
        "a: +.5\nb: -.5\n",
        'a: {b: 1, "c":2, d: [x, y,]}\ne: "\\/\\u00e9"\nf: >-\n  one\n  two\n',
        "- - a\n  - b\n-\n  c: 'it''s'\n",
        "? a\n: b\n",
        "a: &x {b: 1}\nc: *x\n",
        "%YAML 1.2\n---\na: b\n...\n",
    ],
)
def test_yaml_is_read_as_others_read_it(read: Callable[[str], Any], text: str) -> None:
    assert read_data(text, "yaml") == read(text)


@settings(max_examples=60)
@given(rows=tables)
def test_a_markdown_table_comes_back_to_the_letter(rows: list[dict[str, str]]) -> None:
    assert same(read_data(write_data(rows, "table"), "table"), rows)


pieces = st.sampled_from(
    (
        *(
            "x",
            "y",
            " ",
            "\t",
            "\n",
            "\r",
            "|",
            "\\",
            "`",
            "``",
            "&",
            "amp;",
            "lt;",
            "#38;",
            "<",
            ">",
        ),
        *(
            "/",
            "!",
            "?",
            "\\|",
            "<br>",
            "<String>",
            "&lt;",
            "&#124;",
            "C:\\_x",
            "`a|b`",
            "\\.",
            "é",
        ),
    )
)
unformatted = st.lists(pieces, max_size=6).map("".join)
"""Texts without what formats one: emphasis and links. Code does, and is said without its marks."""


def seen(cell: Token) -> str:
    """What a reader of the page has of a cell; the marks of code and blanks at edges are none."""
    tags = [one for one in cell.children or () if one.type == "html_inline"]
    assert all(one.content == "<br>" for one in tags)
    return "".join(one.content for one in cell.children or () if one not in tags)


@given(cells=st.lists(unformatted, min_size=2, max_size=2))
@example(cells=["", "`\r`"])  # which code cannot hold
def test_a_reader_of_the_page_sees_what_a_cell_holds(cells: list[str]) -> None:
    text = write_data([{"a": cells[0], "b": cells[1]}], "table")
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    found = [seen(one) for one in tokens if one.type == "inline"][2:]
    assert [*map(_bare, found)] == [*map(_bare, cells)]


def _bare(text: str) -> str:
    """Without what tells code, and what browsers take for one blank."""
    return re.sub(r"[`\s]+", "", text)
