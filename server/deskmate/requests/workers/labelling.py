"""Says in a few words what a text is: tags, a category, title and description, a label a line."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deskmate.actions.prompt import instruct
from deskmate.core.data.formats import read_data, write_data
from deskmate.core.data.records import read_fields
from deskmate.core.prose.digests import invented, passages
from deskmate.core.prose.front_matter import front_matter, set_keys
from deskmate.core.prose.units import has_blocks
from deskmate.core.reply.readings import other_letters
from deskmate.core.target import Rejected, Target
from deskmate.core.text.fence import fenced
from deskmate.core.text.text import apply_edits
from deskmate.engines.engine import Engine
from deskmate.errors import ActionError, EngineError
from deskmate.requests.proposal import FileChange, Proposal
from deskmate.requests.repair_loop import OnUpdate
from deskmate.requests.request import Request
from deskmate.requests.workers.converting import detect_format
from deskmate.requests.workers.files import make_file
from deskmate.requests.workers.structured import Structured
from deskmate.requests.workers.writing import unless

ROOM = 6000
"""Characters of a text from which it is told what it is: its beginning."""


async def describe(
    request: Request, engine: Engine, on_update: OnUpdate, stop: asyncio.Event
) -> Proposal:
    """What the action's `fields` say of the target, put into the front matter where there is one,
    else shown. Raises Refused, ActionError, EngineError.
    """
    target, action = request.target, request.action
    structured = Structured(engine, on_update)
    read = passages(target.document, target.span, ROOM)
    if not read:
        raise ActionError("There is no text here to describe.")
    allowed = _find_allowed(request)
    schema = {
        "type": "object",
        "properties": {
            name: _restrict(field, allowed.get(name)) for name, field in action.fields.items()
        },
        "required": [*action.fields],
        "additionalProperties": False,
    }
    listed = "".join(
        f" The {name} must be of these: {', '.join(names)}." for name, names in allowed.items()
    )
    instruction = instruct(action, target, request.instruction)
    asked = f"{instruction}{listed}\n\nText:\n{read[0].marked}"
    values: dict[str, Any] = await structured.ask(
        asked, schema, action.tokens, lambda values: _tidy(values, schema, asked, allowed)
    )
    warnings = [
        f"“{one}” does not occur in the text."
        for value in values.values()
        if isinstance(value, str) and not allowed
        for one in invented(value, read[0])
    ]
    document = request.document
    change = None
    if front_matter(document.text) is not None and has_blocks(document):
        edits = set_keys(document.text, values)
        change = FileChange(document, edits, apply_edits(document.text, edits))
    return Proposal(
        request,
        change=change,
        shown="" if change else write_data(values, "yaml"),
        notes=() if change else ("There is no front matter to put it into.",),
        warnings=tuple(warnings),
        model=(await engine.capabilities()).model,
        usage=structured.usage,
        reply=structured.reply,
        tried=tuple(structured.tried),
    )


def _find_allowed(request: Request) -> dict[str, tuple[str, ...]]:
    """The words that each field may have: those of the instruction, or of the settings."""
    data, said = request.settings.data, read_fields(request.instruction)
    known = {"tags": data.tags, "category": data.categories}
    given = tuple(said) if isinstance(said, list) else ()
    found = {name: given or known[name] for name in request.action.fields if name in known}
    return {name: words for name, words in found.items() if words}


def _restrict(field: dict[str, Any], words: Sequence[str] | None) -> dict[str, Any]:
    if not words:
        return field
    if field.get("type") == "array":
        return {**field, "items": {"enum": [*words]}}
    return {"enum": [*words]}


def _tidy(
    values: dict[str, Any], schema: dict[str, Any], asked: str, allowed: Mapping[str, Any]
) -> dict[str, Any]:
    """Without blanks around, without a tag twice or one that only repeats what was asked, and of a
    text that ran on its first sentence. Raises Rejected where nothing is left.
    """
    said = "" if allowed else asked.partition("\n\nText:")[0].lower()
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, list):
            words = dict.fromkeys(" ".join(str(one).split()) for one in value)
            value = [word for word in words if word and word.lower() not in said]
        elif isinstance(value, str):
            value = " ".join(value.split()).strip('"“”')
            first = re.match(r".+?[.!?](?=\s)", value)
            value = first.group() if first and len(first.group()) > _SENTENCE else value
            if len(value) == schema["properties"][name].get("maxLength"):
                raise Rejected(f"`{name}` is too long. Say it in one short sentence.")
            if letters := other_letters(value, asked):
                raise Rejected(f"`{name}` switches to another language: {letters[:10]}")
        if not value:
            raise Rejected(f"`{name}` is empty.")
        found[name] = value
    return found


_SENTENCE = 12  # characters that a sentence has at least


@dataclass(frozen=True, slots=True)
class _Item:
    """A line or a row: what it is as data, and how a model reads it."""

    row: dict[str, Any]
    text: str


async def classify(
    request: Request, engine: Engine, on_update: OnUpdate, stop: asyncio.Event
) -> Proposal:
    """A label for each line or row of the target, in a new CSV file; where it is stopped, for those
    that are done. Raises Refused, ActionError, EngineError.
    """
    structured, items = Structured(engine, on_update), _read_items(request.target)
    if not items:
        raise ActionError("There is nothing here to classify.")
    labels, notes = await _find_labels(request, structured, items)
    instruction = instruct(request.action, request.target, request.instruction)
    rows: list[dict[str, Any]] = []
    schema = {"enum": [*labels]}
    for number, item in enumerate(items, 1):
        structured.part = f"{number} of {len(items)}"
        asked = (
            f"{instruction} Answer with one of these labels as a JSON string: "
            f"{', '.join(labels)}.\n\nText:\n{item.text}"
        )
        try:
            label = await unless(stop, structured.ask(asked, schema, 24))
        except EngineError as error:
            if not rows:
                raise
            notes = (*notes, str(error))
            break
        if label is None:
            break
        rows.append({**item.row, "label": label})
    if len(rows) < len(items):
        rows += [{**item.row, "label": ""} for item in items[len(rows) :]]
        notes = (*notes, "It ended before all were classified; the rest has no label.")
    text = write_data(rows, "csv")
    change = await asyncio.to_thread(make_file, request.document, "-labels.csv", text)
    return Proposal(
        request,
        change=change,
        shown="" if change else fenced(text, "csv"),
        notes=notes,
        model=(await engine.capabilities()).model,
        usage=structured.usage,
        reply=structured.reply,
        tried=tuple(structured.tried),
    )


def _read_items(target: Target) -> list[_Item]:
    form = detect_format(target.document, target.original)
    if form is not None and form not in ("yaml", "toml"):
        rows = read_data(target.original, form)
        if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
            return [
                _Item(row, "; ".join(f"{key}: {value}" for key, value in row.items()))
                for row in rows
            ]
    marks = re.compile(r"^(?:[-*+•]|\d+[.)])\s+")
    lines = [marks.sub("", line.strip()) for line in target.original.splitlines()]
    return [_Item({"text": line}, line) for line in lines if line]


async def _find_labels(
    request: Request, structured: Structured, items: list[_Item]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The labels that were given, or else those that the model names."""
    said = read_fields(request.instruction)
    if isinstance(said, list) and len(said) > 1:
        return tuple(said), ()
    if request.settings.data.categories:
        return request.settings.data.categories, ()
    sample = "\n".join(f"- {item.text[:200]}" for item in items[:20])
    asked = (
        "Into which two to five groups would you sort the lines below? Answer with a JSON list of "
        f"short names. {request.instruction}\n\nText:\n{sample}"
    )
    names = {"type": "string", "minLength": 2, "maxLength": 24}
    schema = {"type": "array", "items": names, "minItems": 2, "maxItems": 5}
    named = tuple(dict.fromkeys(await structured.ask(asked, schema, 64)))
    told = f"The model chose the labels {', '.join(named)}; name others as the instruction, or set "
    return named, (f"{told}`data.categories`.",)
