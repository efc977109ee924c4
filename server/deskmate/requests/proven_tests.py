"""Tests that a model has written, as they are proposed: one that fails with the code as it is goes
back to the model once, and is then left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from deskmate.checks.verdict import Judgement
from deskmate.core.target import Accepted
from deskmate.errors import Refused
from deskmate.requests.repair_loop import Passed, add, ask_again
from deskmate.requests.test_trials import TestTrial, Tried
from deskmate.requests.tries import Tries


@dataclass(frozen=True, slots=True)
class Proven:
    """The reply whose tests are proposed, what is known of them, and in words what is left out."""

    passed: Passed
    judgement: Judgement
    warnings: tuple[str, ...] = ()


async def prove(trial: TestTrial, first: Passed, tries: Tries) -> Proven:
    """The tests of the first reply that pass, or of a second one that has more of them: the model
    is told once which fail. Raises Refused where none passes.
    """
    passed, tried = first, await trial.run(first.accepted)
    if tried.bad:
        reply, verdict, usage = await ask_again(
            tries.engine,
            tries.capabilities,
            tries.wording,
            tries.goal,
            first.reply,
            tried.findings,
            tries.on_update,
        )
        told = (*first.tried, " ".join(tried.findings))
        passed = replace(first, usage=add(first.usage, usage), tried=told)
        second = await trial.run(verdict) if isinstance(verdict, Accepted) else None
        if second is not None and len(second.good) > len(tried.good):
            passed, tried = replace(passed, reply=reply), second
    if tried.proposed is None:
        raise _refuse(passed, tried, tries)
    passed = replace(passed, accepted=tried.proposed)
    return Proven(passed, await trial.judge(tried), tried.warnings)


def _refuse(passed: Passed, tried: Tried, tries: Tries) -> Refused:
    words = tried.warnings[0] if tried.warnings else ""
    error = Refused(
        f"No test that the model wrote for {tries.name} passes with the code as it is, so nothing "
        f"was changed. {words}",
        passed.tried,
        passed.reply,
        tries.capabilities.model,
        prompt_tokens=passed.usage.prompt_tokens,
        completion_tokens=passed.usage.completion_tokens,
    )
    error.failed = words
    return error
