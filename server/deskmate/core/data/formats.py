"""Data in its formats: read, written, and proved by reading again what was written."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, Literal

from deskmate.core.data.json_text import (
    read_json,
    read_jsonc,
    read_lines,
    write_json,
    write_lines,
)
from deskmate.core.data.markup_text import read_html, read_xml
from deskmate.core.data.settings_text import read_env, read_ini
from deskmate.core.data.tables import (
    SAMPLE,
    find_dialect,
    read_delimited,
    read_table,
    write_delimited,
    write_table,
)
from deskmate.core.data.toml_text import read_toml, without_nothing, write_toml
from deskmate.core.data.values import Data, check_text, same
from deskmate.core.data.yaml_text import read_yaml, write_yaml
from deskmate.errors import ActionError

Goal = Literal["json", "jsonl", "yaml", "toml", "csv", "tsv", "table"]
"""What data can be written in."""

Format = Literal[
    "json", "jsonl", "yaml", "toml", "csv", "tsv", "table", "jsonc", "xml", "html", "ini", "env"
]
"""What data can be read from."""

TITLES: dict[Goal, str] = {
    "json": "JSON",
    "jsonl": "JSON Lines",
    "yaml": "YAML",
    "toml": "TOML",
    "csv": "CSV",
    "tsv": "TSV",
    "table": "Markdown table",
}
"""What users call them."""

SUFFIXES: dict[Goal, str] = {**{name: f".{name}" for name in TITLES}, "table": ".md"}
"""How files in them end."""


def read_data(text: str, form: Format) -> Any:
    """The value that a text holds. Raises ActionError where it cannot be read; see `read_noted`."""
    return read_noted(text, form).value


def read_noted(text: str, form: Format) -> Data:
    """The value that a text holds, and what is lost or was given a name. Raises ActionError that
    says where it is wrong, and why.
    """
    try:
        return _READERS[form](text)
    except RecursionError:
        raise ActionError("This is nested too deeply.") from None


def write_data(value: Any, form: Goal) -> str:
    """The value in a format, with `\\n` line ends and one at the end.

    Raises ActionError where the format cannot hold it.
    """
    try:
        check_text(value)
        return _WRITERS[form](value)
    except RecursionError:
        raise ActionError(f"This is nested too deeply for {TITLES[form]}.") from None


def read_again(written: str, value: Any, form: Goal) -> Any:
    """What was written of a value, as it is read. Raises ActionError where that is another one."""
    back = read_data(written, form)
    if form == "toml":
        value = without_nothing(value)
    elif form == "jsonl" and not isinstance(value, list):
        value = [value]
    if same(back, value):
        return back
    raise ActionError(
        f"{TITLES[form]} cannot represent this without loss, so nothing was converted."
    )


def is_goal(text: str, form: Format, title: str) -> bool:
    """Whether a text in this format is in the one of that title already: CSV has commas."""
    goal = next((goal for goal, one in TITLES.items() if one == title), None)
    if form == goal == "csv":
        return find_dialect(text[:SAMPLE]).delimiter == ","
    return form == goal


def find_form(language: str, path: PurePath | None) -> Format | None:
    """The format of a whole file: by its language's name, or its own."""
    for form in _READERS:
        if form == language:
            return form
    if path is None:
        return None
    if path.name == ".env" or path.name.startswith(".env."):
        return "env"
    return _BY_SUFFIX.get(path.suffix.lower())


_BY_SUFFIX: dict[str, Format] = {
    ".env": "env",
    ".ini": "ini",
    ".cfg": "ini",
    ".xml": "xml",
}


def detect(text: str) -> Format | None:
    """The format of a text that is data: more than one value, in one of the formats."""
    start = text.lstrip()[:1]
    forms: tuple[Format, ...] = ("table", "csv", "toml", "yaml")
    if start in "[{":
        forms = ("json", "jsonl", "toml", "jsonc", "ini")
    elif start == "<":
        forms = ("html",) if re.match(r"\s*<table\b", text, re.IGNORECASE) else ("xml",)
    elif start == "|":
        forms = ("table",)
    for form in forms:
        try:
            value = read_data(text, form)
        except ActionError:
            continue
        one_column = form == "csv" and len(value[0]) == 1  # which any lines of text are
        if isinstance(value, (dict, list)) and value and not one_column:
            return form
    return None


_READERS: dict[Format, Callable[[str], Data]] = {
    "json": read_json,
    "jsonl": read_lines,
    "jsonc": read_jsonc,
    "yaml": read_yaml,
    "toml": read_toml,
    "csv": read_delimited,
    "tsv": lambda text: read_delimited(text, "\t"),
    "table": read_table,
    "xml": read_xml,
    "html": read_html,
    "ini": read_ini,
    "env": read_env,
}
_WRITERS: dict[Goal, Callable[[Any], str]] = {
    "json": write_json,
    "jsonl": write_lines,
    "yaml": write_yaml,
    "toml": write_toml,
    "csv": write_delimited,
    "tsv": lambda value: write_delimited(value, "\t"),
    "table": write_table,
}
