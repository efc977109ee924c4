"""Data in its formats: read, written, and proved by reading again what was written."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Literal

from deskmate.errors import ActionError

Format = Literal["json", "jsonl", "yaml", "toml", "csv", "tsv", "table"]

TITLES: dict[Format, str] = {
    "json": "JSON",
    "jsonl": "JSON Lines",
    "yaml": "YAML",
    "toml": "TOML",
    "csv": "CSV",
    "tsv": "TSV",
    "table": "Markdown table",
}
"""What users call them."""

SUFFIXES: dict[Format, str] = {**{name: f".{name}" for name in TITLES}, "table": ".md"}
"""How files in them end."""


def read_data(text: str, form: Format) -> Any:
    """The value that a text holds. Raises ActionError that says where it is wrong.

    A number in a column of a table is one only where each cell of it is, written as JSON would
    write it: `007` and `1.10` stay text. A date is text, as written.
    """
    try:
        return _READERS[form](text)
    except RecursionError:
        raise ActionError(f"This {TITLES[form]} is nested too deeply.") from None


def write_data(value: Any, form: Format) -> str:
    """The value in a format, with `\\n` line ends and one at the end.

    Raises ActionError where the format cannot hold it.
    """
    return _WRITERS[form](value)


def same(one: Any, other: Any) -> bool:
    """Whether two values are, where a table makes no difference between nothing and an empty text,
    and holds what is nested as JSON.
    """
    return bool(_flat(one) == _flat(other))


def detect(text: str) -> Format | None:
    """The format of a text that is data: more than one value, in one of the formats."""
    start = text.lstrip()[:1]
    forms: tuple[Format, ...] = ("csv", "toml", "yaml")
    if start in "[{":
        forms = ("json", "jsonl", "toml")
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


def rows_of(value: Any) -> tuple[list[str], list[dict[str, Any]]]:
    """A value as a table: its columns and rows. Raises ActionError where it is none."""
    if isinstance(value, Mapping):
        inner = [*value.values()]
        value = inner[0] if len(inner) == 1 and isinstance(inner[0], list) else [value]
    if not isinstance(value, list):
        raise ActionError("This is a single value and no table.")
    rows = [dict(row) if isinstance(row, Mapping) else {"value": row} for row in value]
    return list(dict.fromkeys(str(key) for row in rows for key in row)), rows


def _flat(value: Any) -> Any:
    try:
        columns, rows = rows_of(value)
    except ActionError:
        return value
    cells = {column: [_cell(row.get(column)) for row in rows] for column in columns}
    return {column: found for column, found in cells.items() if any(found)}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _read_json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        raise ActionError(
            f"This is not JSON: {error.msg} in line {error.lineno}, column {error.colno}."
        ) from None


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ActionError(f"The key `{twice}` is there twice; one of them would be lost.")
    return found


def _read_lines(text: str) -> list[Any]:
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                found.append(json.loads(line, object_pairs_hook=_unique))
            except json.JSONDecodeError as error:
                raise ActionError(f"Line {number} is not JSON: {error.msg}.") from None
    return found


def _read_yaml(text: str) -> Any:
    import yaml

    try:
        found = list(yaml.load_all(text, _yaml_loader()))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" in line {mark.line + 1}" if mark else ""
        raise ActionError(f"This is not YAML: {error.problem}{where}.") from None
    except (yaml.YAMLError, ValueError) as error:
        raise ActionError(f"This is not YAML: {error}.") from None
    return found[0] if len(found) == 1 else found


def _yaml_loader() -> Any:
    """As YAML 1.2 has it: `no` and dates are texts; a key that is there twice is an error."""
    import yaml

    class Loader(yaml.SafeLoader):
        pass

    Loader.yaml_implicit_resolvers = {}
    for tag, pattern, first in _YAML:
        Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))

    def mapping(loader: Any, node: Any) -> dict[Any, Any]:
        keys = [
            loader.construct_object(key, deep=True)
            for key, _ in node.value
            if not key.tag.endswith(":merge")
        ]
        for key in keys:
            if keys.count(key) > 1:
                raise ActionError(f"The key `{key}` is there twice; one of them would be lost.")
        loader.flatten_mapping(node)
        return dict(yaml.SafeLoader.construct_mapping(loader, node, deep=True))

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    return Loader


_YAML = (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?$", "-+0123456789."),
    ("null", r"^(?:~|null|Null|NULL|)$", ("~", "n", "N", "")),
    ("merge", r"^<<$", "<"),
)
"""The core schema of YAML 1.2, https://yaml.org/spec/1.2.2/#103-core-schema."""


def _read_toml(text: str) -> Any:
    try:
        return _plain(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ActionError(f"This is not TOML: {error}.") from None


def _plain(value: Any) -> Any:
    """With dates as text."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, (date, datetime, time)) else value


def _read_csv(text: str) -> list[dict[str, Any]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;|\t", key=first.count)
    return _records(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))


def _read_tsv(text: str) -> list[dict[str, Any]]:
    return _records(csv.reader(io.StringIO(text), delimiter="\t", strict=True))


def _records(reader: Iterable[Sequence[str]]) -> list[dict[str, Any]]:
    try:
        lines = [line for line in reader if any(cell.strip() for cell in line)]
    except csv.Error as error:
        raise ActionError(f"This table cannot be read: {error}.") from None
    if len(lines) < 2:
        raise ActionError("A table needs a line with names and at least one below it.")
    names = [name.strip() for name in lines[0]]
    twice = [name for name in names if names.count(name) > 1 or not name]
    if twice:
        what = f"`{twice[0]}` is there twice" if twice[0] else "there is one without a name"
        raise ActionError(f"Each column needs a name of its own: {what}.")
    for number, line in enumerate(lines[1:], 1):
        if len(line) != len(names):
            raise ActionError(f"Row {number} has {len(line)} cells, the names above {len(names)}.")
    columns = [_typed([line[at].strip() for line in lines[1:]]) for at in range(len(names))]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _typed(cells: list[str]) -> list[Any]:
    """Numbers and truth values where each cell is one that is written again as it stands."""
    found: list[Any] = []
    for cell in cells:
        if not cell:
            found.append(None)
            continue
        if not re.fullmatch(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false", cell):
            return cells
        value = json.loads(cell) if not re.match(r"-?0\d", cell) else None
        if json.dumps(value) != cell:
            return cells
        found.append(value)
    return cells if all(one is None for one in found) else found


def _read_table(text: str) -> list[dict[str, Any]]:
    lines = [line.strip() for line in text.strip().splitlines()]
    if len(lines) < 2 or not re.fullmatch(r"\|?(?:\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?", lines[1]):
        raise ActionError("This is not a Markdown table: its second line must be of `|` and `---`.")
    return _records([_cells(line) for at, line in enumerate(lines) if at != 1])


def _cells(line: str) -> list[str]:
    inner = re.sub(r"(?<!\\)\|\Z", "", line.removeprefix("|"))
    cells = re.split(r"(?<!\\)\|", inner)
    return [re.sub(r"<br\s*/?>", "\n", cell.strip().replace("\\|", "|")) for cell in cells]


def _write_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _write_lines(value: Any) -> str:
    values = value if isinstance(value, list) else [value]
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in values)


def _write_yaml(value: Any) -> str:
    import yaml

    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=10_000)
    return text.removesuffix("...\n")


def _write_toml(value: Any) -> str:
    import tomli_w

    if not isinstance(value, dict):
        value = {"rows": value if isinstance(value, list) else [value]}
    try:
        return tomli_w.dumps(_without_nothing(value))
    except TypeError as error:
        raise ActionError(f"TOML cannot represent this: {error}.") from None


def _without_nothing(value: Any) -> Any:
    """TOML has no null: a key without a value is not there."""
    if isinstance(value, dict):
        return {str(key): _without_nothing(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        if any(one is None for one in value):
            raise ActionError("TOML has no null, and there is one in a list.")
        return [_without_nothing(one) for one in value]
    return value


def _write_csv(value: Any, delimiter: str = ",") -> str:
    columns, rows = rows_of(value)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return out.getvalue()


def _write_tsv(value: Any) -> str:
    return _write_csv(value, "\t")


def _write_table(value: Any) -> str:
    columns, rows = rows_of(value)
    cells = [[_escaped(_cell(row.get(column))) for column in columns] for row in rows]
    names = [_escaped(column) for column in columns]
    numbers = [
        all(type(row.get(column)) in (int, float, type(None)) for row in rows)
        and any(row.get(column) is not None for row in rows)
        for column in columns
    ]
    widths = [max(3, *(len(line[at]) for line in [names, *cells])) for at in range(len(names))]

    def line(row: Sequence[str]) -> str:
        padded = [
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, numbers, strict=True)
        ]
        return f"| {' | '.join(padded)} |\n"

    rule = [
        "-" * (width - 1) + ":" if number else "-" * width
        for width, number in zip(widths, numbers, strict=True)
    ]
    return line(names) + f"| {' | '.join(rule)} |\n" + "".join(map(line, cells))


def _escaped(cell: str) -> str:
    return re.sub(r"\r\n|\r|\n", "<br>", cell.strip().replace("|", "\\|"))


_READERS = {
    "json": _read_json,
    "jsonl": _read_lines,
    "yaml": _read_yaml,
    "toml": _read_toml,
    "csv": _read_csv,
    "tsv": _read_tsv,
    "table": _read_table,
}
_WRITERS = {
    "json": _write_json,
    "jsonl": _write_lines,
    "yaml": _write_yaml,
    "toml": _write_toml,
    "csv": _write_csv,
    "tsv": _write_tsv,
    "table": _write_table,
}
