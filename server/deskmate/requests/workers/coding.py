"""Asks for code: context → model → gate, and back to the model with what was wrong."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from dataclasses import replace

from deskmate.actions.conventions import find_style
from deskmate.actions.pieces import DENSITY
from deskmate.actions.prompt import TEMPLATE_TOKENS, Wording, describe, word
from deskmate.actions.test_files import TestFile
from deskmate.checks.verdict import Judgement
from deskmate.core.target import Accepted, Target
from deskmate.core.text.fence import fenced
from deskmate.engines.engine import Engine, Usage
from deskmate.errors import Refused
from deskmate.requests.judging import Judging, make_judging
from deskmate.requests.mending_names import Mended, mend_names
from deskmate.requests.mentions import note_unknown
from deskmate.requests.proposal import FileChange, Proposal
from deskmate.requests.proven_tests import Proven, prove
from deskmate.requests.repair_loop import (
    ANEW,
    OnUnchanged,
    OnUpdate,
    Passed,
    Unchanged,
    ask,
    build_prompt,
)
from deskmate.requests.request import Request, find_names
from deskmate.requests.test_trials import make_trial
from deskmate.requests.tries import Tries

log = logging.getLogger(__name__)


async def write_code(
    request: Request, engine: Engine, on_update: OnUpdate, stop: asyncio.Event
) -> Proposal:
    """A change that passed the gate, or an explanation. Raises Refused, EngineError, ActionError
    where the code does not fit the model's window.
    """
    target = request.target
    capabilities = await engine.capabilities()
    tests = request.tests
    goal = tests.target(target) if tests else target
    goal = await asyncio.to_thread(find_names, request, goal)
    wording = await _word(request, tests, engine)
    if wording.left_out:
        log.info("Left out of the context: %s", ", ".join(wording.left_out))
    tries = Tries(
        engine,
        capabilities,
        wording,
        goal,
        describe(target),
        on_update,
        request.settings.local.tries,
    )
    judging = await asyncio.to_thread(make_judging, request, on_update)
    mended = None
    try:
        try:
            passed, judgement = await _ask(request, tries, judging)
        except Refused as refused:
            mended = await mend_names(request, goal, judging)
            if mended is None:
                raise
            passed, judgement = _as_passed(mended, refused), mended.judgement
        trial = make_trial(request, goal, on_update) if tests else None
        proven = await prove(trial, passed, tries) if trial else Proven(passed, judgement)
    except _NothingWrong as found:
        return Proposal(
            request,
            change=FileChange(target.document, (), target.document.text),
            notes=(f"There is nothing to fix in {describe(target)}: the model found nothing.",),
            judgement=found.judgement,
            model=capabilities.model,
        )
    finally:
        if judging is not None:
            await judging.aclose()
    passed, accepted = proven.passed, proven.passed.accepted
    return Proposal(
        request,
        change=_find_change(goal, accepted, tests),
        shown=accepted.replacement if goal.result == "show" else "",
        notes=(*accepted.notes, *note_unknown(request.unknown)),
        warnings=(
            *accepted.warnings,
            *((ANEW,) if passed.anew else ()),
            *((mended.told,) if mended else ()),
            *proven.warnings,
            *(words.partition("\n")[0] for words in proven.judgement.words),
        ),
        left_out=wording.left_out,
        judgement=proven.judgement,
        model=capabilities.model,
        usage=passed.usage,
        reply=passed.reply,
        tried=passed.tried,
    )


def _as_passed(mended: Mended, refused: Refused) -> Passed:
    """What no model said, after all that it was asked in vain."""
    usage = Usage(refused.prompt_tokens, 0, refused.completion_tokens)
    return Passed(mended.accepted, usage, "", refused.tried)


class _NothingWrong(Exception):
    """The model changes nothing, and judges find nothing wrong either."""

    def __init__(self, judgement: Judgement) -> None:
        super().__init__()
        self.judgement = judgement


async def _ask(request: Request, tries: Tries, judging: Judging | None) -> tuple[Passed, Judgement]:
    """The answer that is proposed, and what is known of it. Raises Refused, _NothingWrong."""

    told = bool(request.diagnostics or request.instruction)  # that there is something to do
    fixes = request.action.kind == "quickfix"
    wrong: tuple[str, ...] = ()

    async def decide() -> OnUnchanged:
        nonlocal wrong
        if judging is not None:
            right = await judging.is_right()
            if right and judging.repairs and not told:
                raise _NothingWrong(right)
            wrong = await judging.find_wrong()
        if fixes and not told and not wrong:
            return "give up"
        if fixes or wrong or (judging is not None and await judging.compares()):
            return "search"
        return "ask again"

    if judging is not None:
        judging.begin()
    try:
        passed = await ask(
            tries.engine,
            tries.capabilities,
            tries.wording,
            tries.goal,
            tries.name,
            tries.on_update,
            decide,
        )
    except Unchanged as unchanged:
        return await tries.search(unchanged, wrong, judging)
    return (passed, Judgement()) if judging is None else await tries.pick(passed, judging)


async def describe_prompt(request: Request, engine: Engine) -> str:
    """What the model would be shown, to the letter, and what there is no room for, as Markdown;
    nothing is asked. Raises ActionError where the code does not fit the model's window.
    """
    wording = await _word(request, request.tests, engine)
    left_out = "".join(f"- {name}\n" for name in wording.left_out) or "Nothing was left out.\n"
    parts = (
        ("The model is told", wording.system),
        ("It is asked", wording.user),
        ("Its answer is begun", wording.prefill),
    )
    texts = [f"## {title}\n\n{fenced(text, 'text')}\n" for title, text in parts if text]
    return "\n".join([*texts, f"## Left out for lack of room\n\n{left_out}"])


async def read_code(request: Request, engine: Engine) -> None:
    """Has the engine read the request and answer nothing. Raises EngineError."""
    wording = await _word(request, None, engine)
    if _makes_file(request.target):  # its instruction has to do with another file
        wording = replace(wording, user=wording.common, prefill="")
    prompt = build_prompt(wording, await engine.capabilities())
    prompt = replace(prompt, max_tokens=0, priority="background")
    async with aclosing(engine.stream(prompt)) as chunks:
        async for _ in chunks:
            pass


async def _word(request: Request, tests: TestFile | None, engine: Engine) -> Wording:
    """The request in words that fit the model's window: counted where the engine has a tokenizer.

    Raises ActionError where they cannot.
    """
    capabilities = await engine.capabilities()
    density = await _measure_density(request.target, engine) if capabilities.tokenizer else DENSITY
    style = await asyncio.to_thread(find_style, request.document, request.root)
    while True:
        wording = word(
            request.action,
            request.target,
            capabilities.context,
            instruction=request.instruction,
            diagnostics=request.diagnostics,
            pieces=request.pieces,
            tests=tests,
            docstrings=request.settings.docstrings.style,
            style=style,
            density=density,
        )
        whole = wording.system + wording.user + wording.prefill
        room = capabilities.context - wording.max_tokens - TEMPLATE_TOKENS
        if not capabilities.tokenizer or len(whole.encode(errors="replace")) <= room:
            return wording  # no tokenizer makes more tokens than there are bytes
        if await engine.count_tokens(whole) <= room:
            return wording
        density *= 1.25


async def _measure_density(target: Target, engine: Engine) -> float:
    """Tokens a byte of this file, a little on the high side."""
    sample = f"{target.original[:SAMPLE]}\n{target.document.text[:SAMPLE]}"
    return DENSER * await engine.count_tokens(sample) / len(sample.encode(errors="replace"))


SAMPLE = 20_000
"""Characters from which it is told how many tokens a file's text makes: a few milliseconds."""

DENSER = 1.05
"""How much denser than the sample other parts may be before they are counted themselves."""


def _makes_file(target: Target) -> bool:
    return target.result == "new-file"


def _find_change(goal: Target, accepted: Accepted, tests: TestFile | None) -> FileChange | None:
    if goal.result == "show":
        return None
    return FileChange(
        before=goal.document,
        edits=accepted.edits,
        after=accepted.after.text,
        create=tests is not None and tests.create,
    )
