"""Our own tasks: what is right is found right, and what is not is not, for each of them."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from deskmate.actions.catalog import BUILTIN, load_actions
from deskmate.actions.targets import find_target
from deskmate.checks.sandbox import Limits
from deskmate.core.syntax.document import open_document
from deskmate.engines.scripted import ScriptedEngine
from deskmate.evaluation.checking import check
from deskmate.evaluation.deskbench import deskbench, expected_of, rows, unmarked
from deskmate.evaluation.route import route_tasks
from deskmate.evaluation.running import run_task
from deskmate.evaluation.tasks import Outcome, chosen

ACTIONS, _ = load_actions()
ROWS = {row["id"]: row for row, _ in rows()}
LIMITS = Limits(seconds=20)


def test_they_are_many_and_over_all_actions() -> None:
    assert len(ROWS) == len(rows()) >= 150
    families = Counter(
        next(one for one in BUILTIN if row["action"] == one or row["action"].startswith(f"{one}-"))
        if row["action"] not in BUILTIN
        else row["action"]
        for row in ROWS.values()
    )
    few = {name: families[name] for name in BUILTIN if families[name] < 4}
    others = {"commit-message": 0, "change-together": 0}
    assert few == others, "what needs a repository or other files is not tried here"


def test_both_halves_have_tasks_of_every_suite() -> None:
    tasks, _ = deskbench("deskbench")
    for half in ("tuned", "unseen"):
        found = Counter(task.suite for task in chosen(tasks, half, 0, 1))
        assert set(found) == {"deskbench", "proofread", "rewrite", "extract", "tag"}
        assert min(found.values()) >= 2


@pytest.mark.parametrize("name", ROWS)
def test_the_action_applies_there(name: str) -> None:
    (task,) = [one for one in deskbench("deskbench")[0] if one.id == name]
    document = open_document(f"file:///{task.document}", task.text)
    assert find_target(ACTIONS[task.action], document, task.span) is not None


@pytest.mark.parametrize("name", ROWS)
async def test_what_is_right_is_found_right(name: str) -> None:
    row = ROWS[name]
    if row["file"].endswith(".js") and "asserts" in row and not shutil.which("node"):
        pytest.skip("there is no node")
    verdict = await check(expected_of(row), right(row), LIMITS)
    assert verdict.reason == ""


@pytest.mark.parametrize("name", ROWS)
async def test_what_is_as_it_was_is_found_wrong(name: str) -> None:
    row = ROWS[name]
    text, _ = unmarked(row["text"])
    made = {row["makes"]: text} if "makes" in row else {}
    verdict = await check(expected_of(row), Outcome(text, made, answer=""), LIMITS)
    assert verdict.reason != ""


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if "bad" in row])
async def test_what_says_something_else_is_found_wrong(name: str) -> None:
    verdict = await check(expected_of(ROWS[name]), Outcome(ROWS[name]["bad"]), LIMITS)
    assert verdict.reason != ""


def right(row: Mapping[str, Any]) -> Outcome:
    """What the task says is right."""
    text, span = unmarked(row["text"])
    if "answer" in row:
        return Outcome(text, answer=row["answer"])
    if "makes" in row:
        return Outcome(text, {row["makes"]: made(row)})
    if "after" in row:
        return Outcome(text[: span.start] + row["after"] + text[span.end :])
    if "front" in row:
        return Outcome(text.replace("\n---\n", f"\n{row['front']}\n---\n", 1))
    if "appended" in row:
        return Outcome(text + row["appended"])
    for old, new in row["change"]:
        assert old in text, old
        text = text.replace(old, new)
    return Outcome(text)


def made(row: Mapping[str, Any]) -> str:
    """The new file as the task says it, or as its values are written."""
    if "made" in row:
        return str(row["made"])
    suffix = row["makes"].rpartition(".")[2]
    if "labels" in row:
        lines = [line for line in row["text"].splitlines() if line]
        return table([{"text": a, "label": b} for a, b in zip(lines, row["labels"], strict=True)])
    value = row["value"]
    if suffix in ("csv", "tsv"):
        return table(value, "\t" if suffix == "tsv" else ",")
    if suffix == "jsonl":
        return "\n".join(json.dumps(one) for one in value)
    if suffix == "toml":
        return "[tool]\nwidth = 100\nstrict = true\n"
    return str(yaml.safe_dump(value)) if suffix == "yaml" else json.dumps(value)


def table(found: list[dict[str, Any]], delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, found[0], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(found)
    return text.getvalue()


WRONG = {
    "proof-install": ("Everything is fine.", "none of a mistake"),
    "clarify-access": ("An admin may grant it for 90 days.", "is gone"),
    "shorten-feature": ("Reports of version 3.1 can be PDF. " * 20, "words, and before"),
    "simplify-policy": ("Please refrain from USB sticks.", "There still is “refrain”"),
    "german-upload": ("Choose a file of 25 MB. https://docs.example.org/limits", "nothing like"),
    "sum-license": (
        "You may use it; there is no warranty, and the notice stays. " * 9,
        "words, not",
    ),
    "fix-discount": ("def discounted(price, percent):\n    return 0\n", "NameError"),
    "generate-luhn": ("def is_valid(number):\n    return True\n", "AssertionError"),
    "refactor-flags": (
        "def may_edit(user, page):\n    return user['active']\n",
        "AssertionError",
    ),
    "dates-german": ("event,day\nstart,2025-12-24\nend,2026-03-01\n", "another text"),
    "tags-git": ("---\ntags: [cooking]\n---\n`git bisect` searches the history", "No tag"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_what_is_wrong_is_found_wrong(name: str) -> None:
    text, why = WRONG[name]
    verdict = await check(expected_of(ROWS[name]), Outcome(text, answer=text), LIMITS)
    assert why in verdict.reason


VALUES = {
    "another number": '[{"customer": "Adler", "item": "lamp", "count": 4}]',
    "one too few": '[{"customer": "Adler", "item": "lamp", "count": 3}]',
    "no JSON": "Adler ordered lamps.",
    "another key": '{"orders": []}',
}


@pytest.mark.parametrize("name", VALUES)
async def test_values_that_are_others(name: str) -> None:
    row = ROWS["extract-orders"]
    verdict = await check(expected_of(row), Outcome("", {row["makes"]: VALUES[name]}), LIMITS)
    assert verdict.reason == "The values are others."


async def test_labels_that_are_others() -> None:
    row = ROWS["classify-tickets"]
    text = "text,label\na,bug\nb,bug\nc,praise\n"
    verdict = await check(expected_of(row), Outcome("", {row["makes"]: text}), LIMITS)
    assert verdict.reason == "The labels are bug, bug, praise."


async def test_tests_that_tell_nothing() -> None:
    row = ROWS["tests-leap"]
    text = "from years import is_leap\n\n\ndef test_nothing():\n    assert is_leap(2000)\n"
    verdict = await check(expected_of(row), Outcome("", {row["makes"]: text}), LIMITS)
    assert verdict.reason == "They pass on the wrong code too."


async def test_what_is_mended_and_what_is_changed_is_counted() -> None:
    row = ROWS["proof-glossary"]
    text = unmarked(row["text"])[0].replace("wich a", "which a").replace("Tenants", "Clients")
    verdict = await check(expected_of(row), Outcome(text), LIMITS)
    assert verdict.counts == {"planted": 5, "fixed": 1, "wrong changes": 1}


NO_CODE = [name for name, row in ROWS.items() if expected_of(row).program is None]


@settings(max_examples=300)
@given(st.sampled_from(NO_CODE), st.text(max_size=80))
async def test_nothing_that_a_model_says_breaks_a_judge(name: str, said: str) -> None:
    row = ROWS[name]
    made = {row["makes"]: said} if "makes" in row else {}
    await check(expected_of(row), Outcome(said, made, said), LIMITS)


async def test_the_requests_of_routing_are_a_suite_that_asks_no_model() -> None:
    tasks, _ = route_tasks()
    assert len(tasks) >= 200
    unseen = chosen(tasks, "unseen", 0, 1)
    assert len(unseen) > len(tasks) / 4
    results = [
        await run_task(one, "deskmate", ScriptedEngine([]), ACTIONS, LIMITS) for one in unseen
    ]
    false = sum(one.counts["false alarms"] for one in results)
    assert false <= 0.02 * sum(one.counts["everyday"] for one in results)
    assert sum(one.right for one in results) > 0.8 * len(results)
