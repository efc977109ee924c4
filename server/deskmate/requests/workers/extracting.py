"""Records out of a text, each with where its values stand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deskmate.actions.pieces import DENSITY
from deskmate.actions.prompt import instruct
from deskmate.core.data.formats import SUFFIXES, Goal, write_data
from deskmate.core.data.parts import cut_into_parts
from deskmate.core.data.records import (
    MISSING,
    SOURCE,
    faults,
    many,
    read_fields,
    to_schema,
    with_sources,
    without_made_up,
)
from deskmate.core.text.fence import fenced
from deskmate.engines.engine import Engine
from deskmate.errors import ActionError, Refused
from deskmate.files.disk import in_home
from deskmate.files.guarded import read_small
from deskmate.requests.proposal import Proposal
from deskmate.requests.repair_loop import OnUpdate
from deskmate.requests.request import Request
from deskmate.requests.workers.converting import find_format
from deskmate.requests.workers.files import make_file
from deskmate.requests.workers.structured import Structured

TEMPLATE_TOKENS = 96
"""Room for the chat template's own tokens."""


async def extract(
    request: Request, engine: Engine, on_update: OnUpdate, stop: asyncio.Event
) -> Proposal:
    """The records in the target, in a new file of the format that was chosen. Raises Refused where
    no answer is as the schema has it, ActionError where that is none, EngineError.
    """
    target, action = request.target, request.action
    structured = Structured(engine, on_update)
    capabilities = await engine.capabilities()
    schema, notes = await _find_schema(request, structured)
    told = _name_fields(instruct(action, target, request.instruction), schema)
    spent = action.tokens + TEMPLATE_TOKENS + int(DENSITY * (len(told) + len(json.dumps(schema))))
    room = int((capabilities.context - spent) / DENSITY)
    if room < _LEAST:
        raise ActionError("The schema leaves no room for the text. Use one with fewer fields.")
    first = target.document.lines.line_at(target.span.start)
    found: list[dict[str, Any]] = []
    parts = list(cut_into_parts(target.original, min(room, _PART)))
    for number, part in enumerate(parts, 1):
        structured.part = f"{number} of {len(parts)}" if len(parts) > 1 else ""
        heading = f"{part.heading}\n\n" if part.heading else ""
        whole = heading + part.text
        asked = f"{told}\n\nText:\n{whole}"
        records = await structured.ask(asked, many(schema, part.records), action.tokens)
        for record in records:
            record = without_made_up(record, whole, schema)
            placed = with_sources(record, part.text, part.heading, first + part.line)
            if placed not in found:
                found.append(placed)
    if not found:
        raise Refused("Nothing of that is in the text.", (), structured.reply, capabilities.model)
    if broken := [fault for one in found for fault in faults(_drop_source(one), schema)]:
        raise Refused(f"The records do not match the schema. {broken[0]}", (), "", "")
    form = find_format(action.choice)
    text = write_data(_lay_out(found, form), form)
    ending = f"-records{SUFFIXES[form]}"
    change = await asyncio.to_thread(make_file, target.document, ending, text)
    return Proposal(
        request,
        change=change,
        shown="" if change else fenced(text, form),
        notes=(f"{len(found)} record{'s' * (len(found) > 1)}.", *notes),
        warnings=tuple(_list_missing(found)),
        model=capabilities.model,
        usage=structured.usage,
        reply=structured.reply,
        tried=tuple(structured.tried),
    )


_LEAST = 300  # characters of a text that must fit beside schema and answer
_PART = 2400  # characters that are asked about at once: a small model forgets the rest of more
_MANY = 5  # values that are not in the text, of which each is named


async def _find_schema(
    request: Request, structured: Structured
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The schema of a record: given with the request, in words, or in a file of the settings; where
    nothing is, of fields that the model names.
    """
    given = request.schema or read_fields(request.instruction) or request.settings.data.schema
    if given and isinstance(given, str):
        given = await asyncio.to_thread(_read_schema, given, request.root)
    if given:
        return to_schema(given), ()
    asked = (
        "Which fields would a table of what the text below is about have? Answer with a JSON list "
        f"of two to six short names. {request.instruction}\n\nText:\n"
        f"{request.target.original[:_PART]}"
    )
    names = {"type": "string", "minLength": 2, "maxLength": 30}
    fields = {"type": "array", "items": names, "minItems": 1, "maxItems": 6}
    named = await structured.ask(asked, fields, 96)
    return to_schema([*dict.fromkeys(named)]), (
        f"The model chose the fields {', '.join(named)}; name others as the instruction, or set "
        "`data.schema`.",
    )


def _read_schema(name: str, root: Path | None) -> Any:
    path = in_home(name)
    within = None if path.is_absolute() else root
    path = path if within is None else within / path
    try:
        return json.loads(read_small(path, within))
    except OSError as error:
        raise ActionError(f"The schema {path} cannot be read: {error.strerror or error}.") from None
    except (ValueError, RecursionError) as error:
        raise ActionError(f"The schema {path} is not JSON: {error}.") from None


def _name_fields(instruction: str, schema: dict[str, Any]) -> str:
    """What is asked for, with what the schema says of each field."""
    lines = []
    for name, field in schema.get("properties", {}).items():
        about = field.get("description", "") if isinstance(field, dict) else ""
        lines.append(f"- {name}" + (f": {about}" if about else ""))
    return f"{instruction}\n\nThe fields of each record:\n" + "\n".join(lines)


def _drop_source(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != SOURCE}


def _lay_out(found: list[dict[str, Any]], form: Goal) -> list[dict[str, Any]]:
    """The records, in a table with where they stand in a few words."""
    if form not in ("csv", "table"):
        return found
    rows = []
    for record in found:
        where = record[SOURCE]
        lines = dict.fromkeys(place for place in where.values() if place != MISSING)
        missing = [key for key, place in where.items() if place == MISSING]
        told = ", ".join(lines) + (f"; {MISSING}: {', '.join(missing)}" if missing else "")
        rows.append(_drop_source(record) | {SOURCE: told.lstrip("; ")})
    return rows


def _list_missing(found: list[dict[str, Any]]) -> Iterator[str]:
    places = [
        (number, key)
        for number, record in enumerate(found, 1)
        for key, place in record[SOURCE].items()
        if place == MISSING
    ]
    for number, key in places[:_MANY]:
        yield f"`{key}` of record {number} is not in the text."
    if len(places) > _MANY:
        yield f"{len(places)} values are not in the text; `{SOURCE}` marks them."
