"""The answer of last resort to code that asks for what does not exist: the name of what there
surely is instead, where the model has found no answer.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from deskmate.actions.action import ABOUT_PROBLEM
from deskmate.checks.verdict import Judgement
from deskmate.core.gate.gate import judge
from deskmate.core.gate.members import Missing, find_unknown
from deskmate.core.syntax.lookup import OneFile
from deskmate.core.target import Accepted, Rejected, Target
from deskmate.core.text.fence import fenced
from deskmate.core.text.text import Edit, apply_edits
from deskmate.core.text.uri import name_in
from deskmate.requests.judging import Judging
from deskmate.requests.request import Request


@dataclass(frozen=True, slots=True)
class Mended:
    """An answer that only calls what does not exist by the name of what there is, what judges say
    of it, and what the user is told.
    """

    accepted: Accepted
    judgement: Judgement
    told: str


async def mend_names(request: Request, goal: Target, judging: Judging | None) -> Mended | None:
    """That answer, where it is surely right: each name is like one of what there is and like no
    other, or a test that failed before passes with one of them alone. It passes the gate, and no
    judge finds anything wrong with it. None where it is not, or something else was asked for.
    """
    if goal.result != "replace" or request.instruction or request.action.kind != "quickfix":
        return None
    missing = await asyncio.to_thread(_find_missing, request, goal)
    sure = [name for one in missing if (name := _like(one))]
    if missing and len(sure) == len(missing):
        names = dict(zip(missing, sure, strict=True))
        mended = await _try(goal, names, "there is nothing else like it", judging)
        return None if mended is None or mended.judgement.failed else mended
    if judging is None or len({(one.use.text, one.owner) for one in missing}) != 1:
        return None
    choices = missing[0].alike
    if not 1 <= len(choices) <= _CHOICES:
        return None
    why = f"with no other of {len(choices)} a test that failed before passes"
    found = [
        mended
        for name in choices
        if (mended := await _try(goal, dict.fromkeys(missing, name), why, judging))
        if mended.judgement.proof == "fixed" and not mended.judgement.failed
    ]
    return found[0] if len(found) == 1 else None


def _find_missing(request: Request, goal: Target) -> list[Missing]:
    """What the code asks for in vain; where one problem is to be fixed, in its lines alone."""
    document, lines, names = goal.document, goal.document.lines, goal.names
    whole = OneFile(document) if names is None else names.whole(document)
    path = Path(name_in(document.uri)) if names is None else names.path
    found = list(find_unknown(document, path, whole, (goal.span,)))
    if request.action.choice != ABOUT_PROBLEM:
        return found
    about = {lines.line_at(one.span.start) for one in request.diagnostics}
    return [one for one in found if lines.line_at(one.use.span.start) in about]


def _like(missing: Missing) -> str:
    """The one name of the same kind that it is a slip for; "" where there is none, or are two."""
    likeness = sorted((_compare(missing.use.name, one), one) for one in missing.alike)[-2:]
    if not likeness or likeness[-1][0] < _LIKE:
        return ""
    name = likeness[-1][1]
    alone = len(likeness) == 1 or likeness[0][0] < _UNLIKE
    return name if alone and _is_slip(missing.use.name, name) else ""


def _is_slip(one: str, other: str) -> bool:
    """Whether a name is another but for how its words are joined, or for a letter or two inside
    longer ones: `set_user` is none for `get_user`, nor `invalid` for `valid`, `ids` for `id`, or
    `utf16` for `utf8`.
    """
    if _compare(one, other) == 1:
        return True
    words, others = (_WORD.sub("_", name).lower().split("_") for name in (one, other))
    return len(words) == len(others) and all(map(_is_slip_of_word, words, others))


def _is_slip_of_word(word: str, other: str) -> bool:
    if word == other:
        return True
    more, less = sorted((word, other), key=len, reverse=True)
    return (
        word[:1] == other[:1]
        and not more.startswith(less)
        and _DIGITS.findall(word) == _DIGITS.findall(other)
        and _compare(word, other) >= _UNLIKE
    )


_WORD = re.compile(r"(?<=[^\W_A-Z])(?=[A-Z])")
_DIGITS = re.compile(r"\d")


def _compare(one: str, other: str) -> float:
    """How far two names are alike, whatever a project joins words by."""
    a, b = (name.replace("_", "").lower() for name in (one, other))
    return SequenceMatcher(None, a, b).ratio()


_LIKE, _UNLIKE = 0.85, 0.75
"""From where two names are one and the same, and below which they are none that may be meant."""
_CHOICES = 6
"""Names that are tried in turn, each of which takes a run of the tests."""


async def _try(
    goal: Target, names: Mapping[Missing, str], why: str, judging: Judging | None
) -> Mended | None:
    """The answer with these names; None where the gate does not let it stand."""
    edits = [Edit(one.use.span, name) for one, name in names.items()]
    try:
        accepted = await asyncio.to_thread(judge, _write(goal, edits), goal)
    except Rejected:
        return None
    said = "; ".join(dict.fromkeys(_describe(names)))
    judgement = Judgement() if judging is None else await judging.judge(accepted.after.text)
    told = f"The model found no usable answer, so only a name was changed: {said}, since {why}."
    return Mended(accepted, judgement, told)


def _write(goal: Target, edits: list[Edit]) -> str:
    """The target with these edits, as a reply."""
    text = apply_edits(goal.document.text, edits)
    more = len(text) - len(goal.document.text)
    language = goal.document.language
    return fenced(text[goal.span.start : goal.span.end + more], language.fence if language else "")


def _describe(names: Mapping[Missing, str]) -> Iterator[str]:
    for one, name in names.items():
        yield f"`{one.use.name}` of `{one.owner}` is now `{name}`"
