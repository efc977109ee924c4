"""Extraction: records written out as sentences, and how many come back valid and right."""

from __future__ import annotations

import json
import random
import time
from typing import Any

from deskmate.actions.catalog import load_actions
from deskmate.core.data.records import MISSING, SOURCE, faults
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.engines.hosts.client import LocalEngine
from deskmate.engines.models.catalogue import find_model
from deskmate.errors import Refused
from deskmate.requests.pipeline import propose
from deskmate.requests.request import resolve

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "customer": {"type": "string"},
        "article": {"type": "string"},
        "quantity": {"type": "integer", "minimum": 1},
        "price": {"type": ["number", "null"], "description": "of one, in EUR"},
        "express": {"type": "boolean"},
    },
    "required": ["customer", "article", "quantity", "price", "express"],
    "additionalProperties": False,
}

SENTENCES = (
    "{customer} ordered {quantity} {article} at {price} EUR each{express}.",
    "We owe {customer} {quantity} {article}{express}; the price is {price} EUR a piece.",
    "{quantity} {article} go to {customer}{express}, {price} EUR each.",
    "Order of {customer}: {article}, {quantity} pieces, {price} EUR per piece{express}.",
)
FIRST = ("Kim", "Tom", "Anna", "José", "Li", "Fatima", "Olu", "Mary")
LAST = ("Miller", "Baker", "O'Neil", "Nguyen", "Schmidt", "Rossi", "van Dyke", "Sato")
ARTICLES = ("lamps", "oak chairs", "desks", "USB hubs", "mugs", "red pens", "shelves", "keyboards")


async def extraction(model: str = "", count: int = 200, each: int = 5, seed: int = 5) -> None:
    """Has `count` records extracted, `each` of them from one text."""
    chance = random.Random(seed)
    engine = LocalEngine(find_model(model))
    actions, _ = load_actions()
    valid = right = values = made_up = refused = 0
    started = time.monotonic()
    for _ in range(count // each):
        records = [_record(chance) for _ in range(each)]
        text = "\n".join(_sentence(chance, one) for one in records)
        document = open_document("file:///nowhere/orders.txt", text)
        whole = Span(0, len(text))
        values += each * len(SCHEMA["properties"])
        try:
            request = resolve(actions["extract-JSON"], document, whole, schema=SCHEMA)
            proposal = await propose(request, engine)
        except Refused as error:
            print(error, error.reply)
            refused += 1
            continue
        assert proposal.change is not None
        found: list[dict[str, Any]] = json.loads(proposal.change.after)
        places = [one.pop(SOURCE) for one in found]
        valid += sum(not faults(one, SCHEMA) for one in found) == len(found)
        made_up += sum(place == MISSING for where in places for place in where.values())
        for one, other in zip(records, found, strict=False):
            right += sum(one[key] == other[key] for key in one)
    await engine.aclose()
    seconds = time.monotonic() - started
    texts = count // each
    print(f"Extracting {count} records of {len(SCHEMA['properties'])} values, {each} a text:")
    print(f"{'  texts whose records are all valid':46}{valid / texts:>6.0%}           goal 100 %")
    print(f"{'  texts that were refused':46}{refused:>6}")
    print(f"{'  values that are right':46}{right / values:>6.1%}")
    print(f"{'  values that are not in the text, and marked':46}{made_up:>6}")
    print(f"{'  seconds a record':46}{seconds / count:>6.1f}")


def _record(chance: random.Random) -> dict[str, Any]:
    return {
        "customer": f"{chance.choice(FIRST)} {chance.choice(LAST)}",
        "article": chance.choice(ARTICLES),
        "quantity": chance.randint(1, 400),
        "price": chance.choice((None, round(chance.uniform(0.5, 900), 2))),
        "express": chance.random() < 0.3,
    }


def _sentence(chance: random.Random, record: dict[str, Any]) -> str:
    text = chance.choice(SENTENCES)
    if record["price"] is None:
        text = "{customer} wants {quantity} {article}{express}."
    price = f"{record['price']:.2f}" if record["price"] is not None else ""
    express = ", by express" if record["express"] else ""
    return text.format(**{**record, "price": price, "express": express})
