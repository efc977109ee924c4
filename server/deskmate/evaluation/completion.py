"""`deskmate eval complete`: what is taken out of source is asked for again as an editor asks."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path
from statistics import fmean, median, quantiles
from typing import Literal, get_args

from deskmate.core.text.text import Edit, Span
from deskmate.core.text.uri import file_path
from deskmate.engines.engine import Engine, Prompt, Usage
from deskmate.engines.models.fim import FimTokens
from deskmate.errors import ActionError, EngineRejected
from deskmate.evaluation.masks import Kind, Mask, find_project
from deskmate.evaluation.report import interval, likely_times, times
from deskmate.evaluation.runs import version
from deskmate.requests.completion import NO_FIM, Written, complete, find_place
from deskmate.requests.window import USUAL, document_text, open_window
from deskmate.settings.project import Project

Arm = Literal["deskmate", "without other files", "without recent edits", "plain"]
"""Who writes: Deskmate, the same shown no other file or nothing that was edited just before, or the
model alone, given what stands before and behind as `/infill` gives it.
"""

ARMS: dict[Kind, tuple[Arm, ...]] = {
    "line": ("deskmate", "without other files", "plain"),
    "block": ("deskmate", "without other files", "plain"),
    "edit": ("deskmate", "without recent edits", "plain"),
}
"""By whom each kind is written."""

_SIZES = {
    "deskmate": USUAL,
    "without other files": replace(USUAL, near=0, alike=0),
    "without recent edits": replace(USUAL, recent=0),
}


@dataclass(frozen=True, slots=True)
class Try:
    """What a `model` and a `version` of Deskmate made of one mask, which is in a line of a file:
    the text, in how many seconds from a key, and how many tokens were read for that key; and what
    was `refused`, where nothing of it could be shown.
    """

    model: str
    version: str
    file: str
    line: int
    kind: Kind
    arm: Arm
    wanted: str
    text: str
    seconds: float
    read: int
    refused: str = ""

    @classmethod
    def load(cls, line: str) -> Try:
        """From a line of a record. Raises ValueError, TypeError where it is none."""
        return cls(**json.loads(line))

    def dump(self) -> str:
        """The line of a record."""
        return json.dumps(asdict(self)) + "\n"

    @property
    def task(self) -> tuple[str, str, str]:
        """What it is of, whoever writes."""
        return self.file, self.kind, self.wanted

    @property
    def exact(self) -> bool:
        """Whether it is what was there."""
        return self.text.strip() == self.wanted.strip()

    @property
    def similarity(self) -> float:
        """How much of it is, from 0 to 1."""
        return SequenceMatcher(None, self.text.strip(), self.wanted.strip()).ratio()


def read_record(record: Path) -> list[Try]:
    """What a file has of earlier runs; nothing where it is not there. Raises ActionError where
    something else stands in it, OSError.
    """
    if not record.exists():
        return []
    try:
        return [Try.load(line) for line in record.read_text(encoding="utf-8").splitlines()]
    except (ValueError, TypeError) as error:
        raise ActionError(f"{record} has other lines; name another file.") from error


def add_record(record: Path, one: Try) -> None:
    """Adds a line to it. Raises OSError."""
    with record.open("a", encoding="utf-8", newline="\n") as file:
        file.write(one.dump())


async def try_masks(
    masks: Sequence[Mask], engine: Engine, folder: Path, known: Iterable[Try] = ()
) -> AsyncGenerator[Try]:
    """Each mask in each arm of its kind, as it comes, but for what is `known` of the same model.
    The key before has been typed already, so that what is measured is one further key. Raises
    EngineError.
    """
    found = await engine.capabilities()
    if found.fim is None:
        raise EngineRejected(NO_FIM.format(model=found.model))
    done = {(*one.task, one.arm) for one in known if one.model == found.model}
    project, own = find_project(folder), version()
    for mask in masks:
        path = file_path(mask.document.uri)
        file = path.relative_to(folder).as_posix() if path else ""
        for arm in ARMS[mask.kind]:
            if (file, mask.kind, mask.wanted, arm) in done:
                continue
            if arm == "plain":
                written = await _write_plain(mask, engine, found.fim)
            else:
                written = await _write(mask, arm, engine, project)
            about = (found.model, own, file, mask.line, mask.kind, arm, mask.wanted)
            refused = "" if written.text else written.said
            yield Try(*about, written.text, round(written.seconds, 3), written.read, refused)


async def _write(mask: Mask, arm: Arm, engine: Engine, project: Project) -> Written:
    document, offset = mask.document, mask.offset
    place = await asyncio.to_thread(
        find_place, document, offset, (), project, _SIZES[arm], mask.edited
    )
    last = Span(offset - 1, offset)
    if document.slice(last).strip():  # the key before this one was typed a moment ago
        earlier = document.changed(Edit(last, ""))
        await complete(replace(place, document=earlier, offset=offset - 1), engine, 1)
    else:
        await complete(place, engine, 1)
    return await complete(place, engine)


async def _write_plain(mask: Mask, engine: Engine, tokens: FimTokens) -> Written:
    """As a client of `/infill` asks: up to the end of the line, or for as many as are missing. The
    text around the cursor is as much as Deskmate shows.
    """
    text, offset = mask.document.text, mask.offset
    window = open_window(mask.document, offset, USUAL)
    for at in (offset - 1, offset):
        before = document_text(text[window.start : at], tokens)
        after = document_text(window.after, tokens)
        raw = f"{tokens.prefix}{before}{tokens.suffix}{after}{tokens.middle}"
        stop = ("\n",) if mask.kind != "block" else ()
        most = 96 if at == offset else 1
        prompt = Prompt((), raw=raw, stop=stop, max_tokens=most, priority="typing")
        said, usage, started = "", Usage(), time.monotonic()
        async with aclosing(engine.stream(prompt)) as chunks:
            async for chunk in chunks:
                said, usage = said + chunk.text, chunk.usage or usage
        seconds = time.monotonic() - started
    height = mask.wanted.count("\n") + 1
    text = "\n".join(said.split("\n")[:height])
    return Written(text, said, seconds, usage.prompt_tokens - usage.cached_tokens)


def summarise(tries: Sequence[Try]) -> str:
    """The figures of each model as a table in Markdown, a row for each kind and arm, with how many
    times as many lines and blocks Deskmate has right as each other arm, by the tasks of both.
    """
    parts = []
    for model, own in groupby(sorted(tries, key=lambda one: one.model), lambda one: one.model):
        parts.append(_table(model, list(own)))
    return "\n\n".join(parts)


def _table(model: str, tries: Sequence[Try]) -> str:
    rows = [
        f"| {model} | tasks | exact | 95 % | similarity | shown | p50 | p95 | tokens read |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    arms = get_args(Arm)
    for kind in get_args(Kind):
        for arm in arms:
            own = [one for one in tries if (one.kind, one.arm) == (kind, arm)]
            if own:
                rows.append(_row(f"{kind}, {arm}", own))
    ratios = filter(None, (_compare(tries, arm) for arm in arms[1:]))
    return "\n".join((*rows, "", *ratios))


def _row(name: str, own: Sequence[Try]) -> str:
    right = sum(one.exact for one in own)
    least, most = interval(right, len(own))
    seconds = [one.seconds for one in own]
    late = quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
    figures = (
        str(len(own)),
        f"{right / len(own):.0%}",
        f"{least:.0%}–{most:.0%}",
        f"{fmean(one.similarity for one in own):.2f}",
        f"{sum(bool(one.text.strip()) for one in own) / len(own):.0%}",
        f"{median(seconds):.2f} s",
        f"{late:.2f} s",
        f"{median(one.read for one in own):.0f}",
    )
    return f"| {name} | {' | '.join(figures)} |"


def _compare(tries: Sequence[Try], arm: Arm) -> str:
    own = {one.task: one.exact for one in tries if one.arm == "deskmate"}
    pairs = [(one.exact, own[one.task]) for one in tries if one.arm == arm and one.task in own]
    other, mine = sum(one for one, _ in pairs), sum(one for _, one in pairs)
    if not (other or mine):
        return ""
    counted = f"- Exact, of {len(pairs)} tasks: Deskmate {mine}, {arm} {other}"
    if not other:
        return counted  # as many times as nothing cannot be said
    low, high = likely_times(pairs)
    return f"{counted}, so {times(mine, other):.2f}× ({low:.2f}–{high:.2f})"
