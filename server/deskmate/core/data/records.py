"""Records that a model extracts from a text: what they must look like, and where in the text each
of their values stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from deskmate.core.data.dates import find_dates
from deskmate.core.data.patterns import check_pattern
from deskmate.errors import ActionError

SOURCE = "_source"
"""The key of a record that says where its values stand."""

MISSING = "not in the text"
"""What stands there for a value that the text does not have."""


def to_schema(given: Any) -> dict[str, Any]:
    """The JSON Schema of one record: `given` itself, the schema of the items of a list, or the one
    that an example row, or a list of names, has. Raises ActionError.
    """
    import jsonschema

    if isinstance(given, list) and given and all(isinstance(name, str) for name in given):
        given = dict.fromkeys(given, "")
    if isinstance(given, list) and given and isinstance(given[0], Mapping):
        given = given[0]
    if not isinstance(given, Mapping) or not given:
        raise ActionError(
            "A schema is a JSON Schema, an example of a record, or a list of the names of its "
            "fields."
        )
    if given.get("type") == "array" and isinstance(given.get("items"), Mapping):
        given = {**given["items"], **{key: given[key] for key in ("$defs",) if key in given}}
    if "properties" not in given and "$ref" not in given:
        if given.keys() & {"type", "$schema", "anyOf", "oneOf"} and given.get("type") in _TYPES:
            raise ActionError("The schema must be that of an object, with `properties`.")
        given = _of_example(given)
    if elsewhere := next(references_elsewhere(given), None):
        raise ActionError(
            f"The schema refers to {elsewhere}, which is not read. Put what it needs into the "
            "schema itself, and refer to that as `#/$defs/…`."
        )
    if any("patternProperties" in one for one in _parts(given)):
        raise ActionError(
            "The schema has `patternProperties`; name the fields, with `properties`, instead."
        )
    try:
        jsonschema.validators.validator_for(given).check_schema(given)
    except jsonschema.SchemaError as error:
        raise ActionError(f"The schema is not valid: {error.message}.") from None
    return dict(given)


def references_elsewhere(schema: Any) -> Iterator[str]:
    """What a schema refers to that is not in it, as a file or an address on the internet is."""
    for one in _parts(schema):
        named = (one.get(key) for key in ("$ref", "$dynamicRef", "$recursiveRef"))
        yield from (name for name in named if isinstance(name, str) and name[:1] != "#")


def _parts(schema: Any) -> Iterator[Mapping[str, Any]]:
    """Every table in a schema, itself among them."""
    ahead = [schema]
    while ahead:
        one = ahead.pop()
        if isinstance(one, Mapping):
            yield one
            ahead += one.values()
        elif isinstance(one, list):
            ahead += one


_TYPES = {"object", "array", "string", "number", "integer", "boolean", "null"}


def read_fields(words: str) -> Any:
    """What a user writes to say what is wanted: a schema or an example as JSON, or names between
    commas. None where it is neither.
    """
    words = words.strip()
    if words[:1] in ("{", "["):
        try:
            return json.loads(words)
        except json.JSONDecodeError as error:
            raise ActionError(f"This is not JSON: {error.msg}, at character {error.pos}.") from None
        except RecursionError:
            raise ActionError("This JSON is nested too deep to be read.") from None
    names = [name.strip() for name in words.split(",")]
    if all(re.fullmatch(r"\w[\w -]{0,40}", name) and name.count(" ") < 3 for name in names):
        return names
    return None


def _of_example(example: Mapping[str, Any]) -> dict[str, Any]:
    properties = {str(key): _of_value(value) for key, value in example.items()}
    return {
        "type": "object",
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
    }


def _of_value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"type": ["boolean", "null"]}
    if isinstance(value, int):
        return {"type": ["integer", "null"]}
    if isinstance(value, float):
        return {"type": ["number", "null"]}
    if isinstance(value, Mapping):
        return _of_example(value)
    if isinstance(value, list):
        return {"type": "array", "items": _of_value(value[0]) if value else {"type": "string"}}
    return {"type": ["string", "null"]}


def many(schema: Mapping[str, Any], most: int) -> dict[str, Any]:
    """The schema of a list of records."""
    inner = {key: value for key, value in schema.items() if key not in ("$schema", "$defs")}
    whole = {"type": "array", "items": inner, "maxItems": most}
    return whole | ({"$defs": schema["$defs"]} if "$defs" in schema else {})


def faults(value: Any, schema: Mapping[str, Any]) -> tuple[str, ...]:
    """What in a value is not as its schema has it, in sentences."""
    import jsonschema

    # The validator would read whatever file or address that is.
    if elsewhere := next(references_elsewhere(schema), None):
        return (f"The schema refers to {elsewhere}, which is not in it.",)
    if any("patternProperties" in one for one in _parts(schema)):
        return ("The schema has `patternProperties`, which are not checked.",)
    known = jsonschema.validators.validator_for(schema)
    bounded: Any = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
        known, {"pattern": check_pattern}
    )
    validator = bounded(_without_dialects(schema))
    try:
        found = sorted(validator.iter_errors(value), key=lambda error: list(map(str, error.path)))
    except Exception as error:  # a schema is somebody's: it may refer to nothing, or to itself
        return (f"The schema cannot be used: {error}.",)
    return tuple(f"At `{error.json_path}`: {error.message[:200]}." for error in found)


def _without_dialects(schema: Any) -> Any:
    """A schema without its `$schema`: for a part that names one, the validator takes another's
    rules.
    """
    if isinstance(schema, Mapping):
        kept = {k: v for k, v in schema.items() if k != "$schema" or not isinstance(v, str)}
        return {key: _without_dialects(value) for key, value in kept.items()}
    return [_without_dialects(one) for one in schema] if isinstance(schema, list) else schema


def without_made_up(
    record: Mapping[str, Any], text: str, schema: Mapping[str, Any]
) -> dict[str, Any]:
    """The record with nothing in the place of numbers, and of words for nothing, that the text does
    not have, where the schema allows that: a small model writes something where it should write
    none.
    """
    found = dict(record)
    for key, value in record.items():
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        made_up = number or str(value).strip().lower() in _NOTHING
        if made_up and find_value(value, text) is None and not faults({**found, key: None}, schema):
            found[key] = None
    return found


_NOTHING = ("null", "none", "nil", "n/a", "unknown", "not specified", "not given", "-", "")


def with_sources(
    record: Mapping[str, Any], text: str, heading: str, lines_before: int
) -> dict[str, Any]:
    """The record, and with each of its values where it stands: the line, counted from
    `lines_before` + 1, the heading above, or that the text does not have it.
    """
    where: dict[str, str] = {}
    for path, value in _values(record):
        at = find_value(value, text, _near(record, path))
        line = lines_before + text.count("\n", 0, at) + 1 if at is not None else 0
        above = MISSING if find_value(value, heading) is None else "heading"
        where[path] = f"line {line}" if line else above
    return {**record, SOURCE: where}


def _values(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _values(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _values(inner, f"{path}[{at}]")
    elif value is not None and value != "" and not isinstance(value, bool):
        yield path, value


def _near(record: Mapping[str, Any], path: str) -> tuple[str, ...]:
    """The words that tell which of several places is a value's: those of its name, and what else is
    in its record.
    """
    label = re.findall(r"[^\W\d_]{2,}", path.rpartition(".")[2])
    others = [str(one) for other, one in _values(record) if other != path]
    return (*label, *(one for one in others if 2 < len(one) < 60))


def find_value(value: Any, text: str, near: Iterable[str] = ()) -> int | None:
    """Where a value stands in a text as a word or number of its own, however it is written there:
    other blanks and case, a number with separators, a date in words. Of several places it is the
    one in a line with the most of what is `near` it.
    """
    places = list(_find_places(value, text))
    if len(places) < 2:
        return places[0] if places else None
    words = [re.compile(rf"(?<!\w){re.escape(one)}", re.IGNORECASE) for one in near]

    def count(at: int) -> int:
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        line = text[start : end if end >= 0 else len(text)]
        return sum(bool(word.search(line)) for word in words)

    return max(places, key=count)


def _find_places(value: Any, text: str) -> Iterator[int]:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from _find_number(float(value), text)
        return
    words = re.findall(r"\w+|[^\w\s]", str(value))
    if re.fullmatch(r"-?\d+\.\d+", str(value)):
        yield from _find_number(float(value), text)
        return
    if not words:
        return
    pattern = r"\s*".join(map(re.escape, words))
    lead = r"(?<!\w)" if words[0][0].isalnum() else ""
    end = r"(?!\w)" if words[-1][-1].isalnum() else ""
    lead += r"(?<!\d[.,])" if words[0][0].isdigit() else ""
    end += r"(?![.,]\d)" if words[-1][-1].isdigit() else ""
    found = [match.start() for match in re.finditer(lead + pattern + end, text, re.IGNORECASE)]
    yield from found
    if not found and re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
        yield from (one.span.start for one in find_dates(text) if value in one.readings)


def _find_number(value: float, text: str) -> Iterator[int]:
    """Numbers of their own, with a unit right behind them or not: no part of a date, a code such as
    `88f2`, `INV-88` or `88b`, a size such as `200x20x2` or a version.
    """
    chained = [match.span() for match in _CHAIN.finditer(text)]
    for match in _NUMBER.finditer(text):
        if any(start <= match.start() < end for start, end in chained):
            continue
        written = match.group().replace("−", "-")
        for reading in _readings(written):
            if abs(reading - value) < 1e-9 * max(1.0, abs(value)):
                yield match.start()
                break


_NUMBER = re.compile(
    r"(?:(?<![\w.,'’])(?<![A-ZÄÖÜ]-)|(?<=\b[Nn][or]\.))[-−]?\d(?:[\d.,'’\u00a0\u202f ]*\d)?"
    r"(?![^\W\d_]*\d)(?![^\W\d_]+[-_.]\d)(?![abefijnoqruwz](?!\w))"
)
_CHAIN = re.compile(r"(?<![\w])\d+(?:([-/:])\d+\1\d+|\.\d{1,2}\.\d{1,4}|:\d\d)(?![\w])")


def _readings(written: str) -> Iterator[float]:
    """The numbers that it may be, with a point or a comma before decimals."""
    plain = re.sub(r"['’\u00a0\u202f ]", "", written)
    drafts = [plain]
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        drafts.append(plain.replace(",", ""))
    if re.fullmatch(r"-?\d{1,3}(?:\.\d{3})*(?:,\d+)?|-?\d+,\d+", plain):
        drafts.append(plain.replace(".", "").replace(",", "."))
    drafts += re.split(r"[ ,]+", written)
    for draft in drafts:
        try:
            yield float(draft)
        except ValueError:
            continue
