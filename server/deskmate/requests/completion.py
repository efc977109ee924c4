"""How a line or block goes on while its user types: from a place in a document to what may be
suggested there.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from deskmate.core.gate.suggestion import fit_suggestion, is_over, says_what_follows
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.target import ProjectNames
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_name
from deskmate.engines.engine import Engine, Prompt, Usage
from deskmate.engines.models.fim import FimTokens
from deskmate.errors import EngineRejected
from deskmate.requests.context import find_here
from deskmate.requests.near_code import find_elsewhere, find_near, find_own
from deskmate.requests.recent import Edited, find_recent
from deskmate.requests.window import USUAL, Size, Window, open_window, word_prompt
from deskmate.settings.project import Project
from deskmate.workspace.index.names import NamesHere


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor in a document, with what is shown around it. `project` and `path` are what a model
    is told of where it is; `names` are what the project says of names.
    """

    document: Document
    offset: int
    window: Window
    project: str = ""
    path: str = ""
    names: ProjectNames | None = None


def find_place(
    document: Document,
    offset: int,
    others: Iterable[Document] = (),
    project: Project | None = None,
    size: Size = USUAL,
    edited: Sequence[Edited] = (),
    last: Window | None = None,
) -> Place:
    """A cursor with what is shown around it, of its document, of the project with the `others` that
    are open, and of what was `edited` last. What is alike stays what it was in the `last` window of
    the document while that began at the same place, so that it is not read again for a cursor that
    moves a little. It reads files, so it belongs in a thread.
    """
    window = open_window(document, offset, size)
    here = find_here(document, others, project)
    if last is not None and last.start == window.start:
        own, alike = last.own, last.alike
    else:
        own = find_own(document, offset, window, size.own)
        alike = find_elsewhere(document, offset, here, size.alike)
    near = find_near(document, window, here, size=size.near)
    window = replace(window, own=own, alike=alike, near=near)
    around = Span(window.start, offset + len(window.after))
    recent = find_recent(edited, document, around, window, project, size.recent)
    names = NamesHere(*here, document.language) if here and document.language else None
    name = project.folder.name if project else "project"
    shown = file_name(document.uri)
    if project and here and here.path.is_relative_to(project.folder):
        shown = here.path.relative_to(project.folder).as_posix()
    return Place(document, offset, replace(window, recent=recent), name, shown, names)


SOON = 0.5
"""Seconds that a block may take to be written: then the statements that are there are shown."""

_ENOUGH = 2
"""Times as long after the question there must be one, or nothing is: of 80 suggestions that took
longer (0.5B model, docs/completion.jsonl and the runs before it) one was right.
"""

_SLOWLY = 3
"""The same where a slow model has not yet written as many tokens as a line may have, `_LINE`."""

_LINE = 20


@dataclass(frozen=True, slots=True)
class Written:
    """What of what a model `said` at a place may be suggested, "" for nothing. `seconds` are those
    from the question to the answer, `read` the tokens of the prompt that it read for it.
    """

    text: str
    said: str = ""
    seconds: float = 0.0
    read: int = 0


async def complete(
    place: Place,
    engine: Engine,
    tokens: int = 96,
    *,
    seed: int = 0,
    soon: float = SOON,
    clock: Callable[[], float] = time.monotonic,
) -> Written:
    """How the text goes on at a place, in so many `tokens` at most; with a `seed`, another way in
    which it may. When the model has written for `soon` seconds, what is whole is enough; where it
    says what follows, and there is time left, it is asked once more and shown less of that. Raises
    EngineError; EngineRejected where the model cannot fill in.
    """
    started = clock()
    found = await engine.capabilities()
    if found.fim is None:
        raise EngineRejected(NO_FIM.format(model=found.model))
    written = await _write(place, engine, found.fim, tokens, seed, soon, clock)
    left = soon - (clock() - started) / _ENOUGH
    about = (place.document, place.offset, written.said)
    missed = not written.text and left > 0
    if missed and await asyncio.to_thread(says_what_follows, *about):
        narrow = replace(place, window=place.window.narrowed())
        other = await _write(narrow, engine, found.fim, tokens, seed, left, clock)
        written = replace(other, read=written.read + other.read)
    return replace(written, seconds=clock() - started)


async def _write(
    place: Place,
    engine: Engine,
    fim: FimTokens,
    tokens: int,
    seed: int,
    soon: float,
    clock: Callable[[], float],
) -> Written:
    document, offset = place.document, place.offset
    raw, begun = word_prompt(place.window, document, offset, fim, place.project, place.path)
    rest = document.text[offset : document.lines.end(document.lines.line_at(offset))]
    prompt = Prompt(
        (),
        raw=raw,
        begins=begun,
        stop=("\n",) if rest.strip() else (),
        max_tokens=tokens,
        temperature=_VARIED if seed else 0.0,
        seed=seed,
        priority="typing",
    )
    said, finish, usage = "", "", Usage()
    asked, begins, late, count = clock(), math.inf, False, 0
    async with aclosing(engine.stream(prompt)) as chunks:
        async for chunk in chunks:
            said += chunk.text
            finish, usage = chunk.finish or finish, chunk.usage or usage
            if not said:
                continue
            now = clock()
            begins, count = min(begins, now), count + 1
            was_late, late = late, now > begins + soon
            if late and now > asked + soon * (_SLOWLY if count < _LINE else _ENOUGH):
                finish = finish or "length"
                break
            if ("\n" in chunk.text or late > was_late) and await asyncio.to_thread(
                is_over, document, offset, said[len(begun) :], place.names, late=late
            ):
                break
    read = usage.prompt_tokens - usage.cached_tokens
    text = said[len(begun) :] if said.startswith(begun) else ""
    fitted = await asyncio.to_thread(
        fit_suggestion, document, offset, text, place.names, cut=finish == "length"
    )
    return Written(fitted, text, read=read)


async def measure_completion(engine: Engine) -> float:
    """The seconds of a short completion of a text that the model has just read. Raises as
    `complete` does.
    """
    text = f"{_PROBE}{' ' * 8}"
    document, offset = open_document("untitled:probe.py", text), len(text)
    place = Place(document, offset, open_window(document, offset, USUAL))
    await complete(place, engine, 1)
    return (await complete(place, engine)).seconds


_PROBE = '''"""A shop."""


class Item:
    """What is sold, for a price in cents."""

    def __init__(self, name: str, price: int, weight: float) -> None:
        self.name = name
        self.price = price
        self.weight = weight

    def discounted(self, percent: int) -> int:
        """The price after a discount."""
'''

NO_FIM = (
    "{model} cannot fill in the middle of a text, so nothing is suggested while you type. Set "
    "`completion.model` to one that can, such as qwen2.5-coder-0.5b-instruct; of servers at "
    "`local.url` only llama.cpp's can be asked."
)

_VARIED = 0.8
