"""Texts as people write them: a rewriting that is right stands, one that says something else does
not, or it is said. They are tasks of our own (`deskbench/rewrite.toml`), too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from deskmate.actions.catalog import load_actions
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.engines.scripted import ScriptedEngine
from deskmate.errors import Refused
from deskmate.evaluation.deskbench import rows
from deskmate.requests.pipeline import propose
from deskmate.requests.proposal import Proposal
from deskmate.requests.request import resolve

CASES = [row for row, _ in rows() if "bad" in row]
ACTIONS, _ = load_actions()


async def rewrite(case: Mapping[str, Any], reply: str) -> Proposal:
    """What becomes of a text for which the model says that each time."""
    document = open_document("file:///project/text.md", case["text"])
    request = resolve(ACTIONS[case["action"]], document, Span(0, len(document.text)))
    return await propose(request, ScriptedEngine([reply] * 3))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
async def test_a_rewriting_that_is_right_stands(case: Mapping[str, Any]) -> None:
    proposal = await rewrite(case, case["after"].strip())
    assert proposal.change is not None
    assert proposal.change.after == case["after"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
async def test_one_that_says_something_else_does_not_or_is_said(case: Mapping[str, Any]) -> None:
    try:
        proposal = await rewrite(case, case["bad"].strip())
    except Refused:
        return
    assert proposal.warnings, proposal.change and proposal.change.after


async def test_the_reply_that_is_shown_is_the_one_that_was_taken() -> None:
    text = "The backup, which is a large one, takes 40 minutes and needs 2.5 GB."
    document = open_document("file:///project/text.md", f"{text}\n")
    request = resolve(ACTIONS["shorten"], document, Span(0, len(document.text)))
    replies = ["The large backup takes 40 minutes.", *["The backup takes long."] * 2]
    assert (await propose(request, ScriptedEngine(replies))).reply == replies[0]


async def test_what_the_model_was_told_of_its_answer_is_no_text() -> None:
    text = "Please note that the backup is not started at noon, as many of you think it is."
    document = open_document("file:///project/text.md", f"{text}\n")
    request = resolve(ACTIONS["shorten"], document, Span(0, len(document.text)))
    replies = [
        "The backup is started at noon.",
        *["The text denies something, and the reply does not."] * 2,
    ]
    with pytest.raises(Refused, match="repeats the instruction"):
        await propose(request, ScriptedEngine(replies))
