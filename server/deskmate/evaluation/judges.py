"""Judges of code: what a model wrote is run in the sandbox, or looked at."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from deskmate.checks.sandbox import Limits, Ran, Surroundings, run_code
from deskmate.core.syntax.document import Document, open_document
from deskmate.evaluation.documentation import (
    code_tokens,
    documentation,
    documented_parameters,
    find_function,
    parameters,
)
from deskmate.evaluation.measures import Measure, measure
from deskmate.evaluation.preparing import fill_prepared
from deskmate.evaluation.tasks import Outcome, Verdict

Program = tuple[Mapping[str, str], Sequence[str]]
"""Files, in which `{code}` is the text afterwards, and the command that is run among them."""


async def passes(program: Program, outcome: Outcome, limits: Limits) -> Verdict:
    """Right where the program succeeds."""
    return Verdict(failure(await _run(program, outcome.text, limits)))


async def tells(
    program: Program, right: str, wrong: str, outcome: Outcome, limits: Limits
) -> Verdict:
    """Right where the program, with the tests that were made, succeeds with the `right` code and
    does not with the `wrong`. `{made}` in its command is their file.
    """
    if not outcome.made:
        return Verdict("No file of tests was made.")
    files, command = program
    command = [word.replace("{made}", next(iter(outcome.made))) for word in command]
    tests = {**files, **outcome.made}, command
    reason = failure(await _run(tests, right, limits))
    if reason:
        return Verdict(reason, {"pass on the right code": 0})
    told = not (await _run(tests, wrong, limits)).passed
    counts = {"pass on the right code": 1, "fail on the wrong code": int(told)}
    return Verdict("" if told else "They pass on the wrong code too.", counts)


async def documented(
    before: Document,
    name: str,
    named: bool,
    examples: Program | None,
    outcome: Outcome,
    limits: Limits,
) -> Verdict:
    """Right where function `name` has documentation and its code is what it was. Every entry of a
    parameter in it must be of one that there is, and where all are to be `named`, every parameter
    must be. `examples` is the program that runs what it has of `>>>`.
    """
    after = open_document(before.uri, outcome.text)
    scope = find_function(after, name)
    if scope is None or code_tokens(before, name) != code_tokens(after, name):
        return Verdict("The code was changed.")
    text = documentation(after, scope)
    if len(re.findall(r"[^\W\d_]{2,}", text)) < _WORDS:
        return Verdict("There is no documentation.")
    there, entries = parameters(after, scope), documented_parameters(text)
    unnamed = [one for one in there if not re.search(rf"\b{re.escape(one)}\b", text)]
    made_up = [one for one in entries if one not in there]
    shown = text.count(">>>") if examples else 0
    counts = {
        "parameters": len(there),
        "not named": len(unnamed),
        "made up": len(made_up),
        "examples": shown,
    }
    if made_up:
        return Verdict(f"There is no parameter {', '.join(made_up)}.", counts)
    if unnamed and named:
        return Verdict(f"It does not name {', '.join(unnamed)}.", counts)
    if examples and shown and (reason := failure(await _run(examples, outcome.text, limits))):
        return Verdict(f"An example in it is wrong: {reason}", counts)
    return Verdict("", counts)


_WORDS = 3
"""Words below which a text says nothing about a function."""


async def simpler(
    what: Measure,
    before: Document,
    name: str,
    program: Program,
    outcome: Outcome,
    limits: Limits,
) -> Verdict:
    """Right where the program succeeds, and there is less of the measure than before."""
    after = open_document(before.uri, outcome.text)
    was, now = (measure(what, document, name) for document in (before, after))
    changed = failure(await _run(program, outcome.text, limits))
    counts = {f"{what} before": was, f"{what} after": now, "same behaviour": int(not changed)}
    more = f"{what.capitalize()}: {now}, and before {was}." if now >= was else ""
    return Verdict(changed or more, counts)


async def _run(program: Program, code: str, limits: Limits) -> Ran:
    files, command = program
    command = await asyncio.to_thread(fill_prepared, command)
    filled = {name: text.replace("{code}", code) for name, text in files.items()}
    named = tuple(Path(word) for word in command if Path(word).is_absolute())
    around = Surroundings(reads=tuple(one for one in named if one.is_dir()))
    return await run_code(filled, command, limits, around)


def failure(ran: Ran) -> str:
    """Why a command did not succeed, in a line; "" where it did."""
    if ran.passed:
        return ""
    if ran.ending != "ended":
        return f"went beyond its limit: {ran.ending}"
    lines = [line.strip() for line in ran.output.splitlines() if line.strip()]
    named = [line for line in lines if re.search(r"(Error|Exception)\b", line)]
    return [f"exit status {ran.status}", *lines[-1:], *named[-1:]][-1]
