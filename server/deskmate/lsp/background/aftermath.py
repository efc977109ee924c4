"""What becomes of an edit once it is applied: new problems that the editor's other servers find in
it, which the user is told of, and whether it stays, for the statistics.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from deskmate.core.text.text import Span
from deskmate.core.text.uri import uri_key
from deskmate.lsp.applied import Applied
from deskmate.lsp.client import Client
from deskmate.lsp.convert import to_span
from deskmate.lsp.documents import Documents
from deskmate.lsp.pygls_protocol import SOURCE, Diagnosed
from deskmate.lsp.trail import Place

if TYPE_CHECKING:
    from deskmate.requests.stats import Fate

log = logging.getLogger(__name__)

SECONDS = 2.0
"""For which the editor waits until its other servers have looked at an edit."""

FOLLOWED = 32
"""How many edits are followed: the last ones."""

SAID = 160
"""Characters of a problem that are shown."""


@dataclass(eq=False, slots=True)
class _Followed:
    """One edit, where its place is by now, and its row in the statistics once it is counted."""

    applied: Applied
    place: Place
    row: asyncio.Future[int | None]
    fate: Fate = ""


class Aftermath:
    """The edits of one session that are followed, until their document is closed."""

    def __init__(self, client: Client, documents: Documents) -> None:
        self._client = client
        self._documents = documents
        self._followed: deque[_Followed] = deque(maxlen=FOLLOWED)
        self._telling: set[asyncio.Task[None]] = set()
        self._counting: set[asyncio.Task[None]] = set()

    def follow(self, applied: Applied, row: asyncio.Future[int | None], known: str) -> None:
        """Looks at what becomes of an edit; `row` comes to its row in the statistics, and what the
        user has been told is `known`.
        """
        place = self._documents.follow(applied.after.uri, applied.place)
        one = _Followed(applied, place, row)
        self._followed.append(one)
        if self._client.finds_problems:
            _start(self._tell_problems(one, known), self._telling)

    def note_save(self, uri: str) -> None:
        """The document is saved: what stands in it now is what its user wants, for now."""
        for one in self._list(uri):
            self._note_fate(one)

    def close(self, uri: str) -> None:
        """The document is about to be closed, after which nothing more is known of its edits."""
        for one in self._list(uri):
            self._note_fate(one)
            self._followed.remove(one)

    async def aclose(self) -> None:
        """Ends it, once all is counted."""
        for task in self._telling:
            task.cancel()
        for one in self._followed:
            self._note_fate(one)
        await asyncio.gather(*self._telling, *self._counting, return_exceptions=True)

    def _list(self, uri: str) -> list[_Followed]:
        key = uri_key(uri)
        return [one for one in self._followed if uri_key(one.applied.after.uri) == key]

    def _note_fate(self, one: _Followed) -> None:
        document = self._documents.get(one.applied.after.uri)
        if document is None:
            return
        fate = find_fate(one.applied, one.place.span, document.text)
        if fate != one.fate:
            one.fate = fate
            _start(_count(one, fate=fate), self._counting)

    async def _tell_problems(self, one: _Followed, known: str) -> None:
        after = one.applied.after
        found = await self._client.find_problems(after.uri, SECONDS)
        now = self._documents.get(after.uri)
        if found is None or now is None or now.text != after.text:
            return  # who types meanwhile makes problems of their own
        encoding = self._documents.encoding
        new = [
            problem
            for problem in list_new(found)
            if to_span(after, problem.range, encoding).overlaps(one.applied.place)
            and _get_first_line(problem) not in known
        ]
        await _count(one, problems=len(new))
        if new:
            self._client.say(tell(one.applied.title, new), types.MessageType.Warning)


def find_fate(applied: Applied, span: Span, text: str) -> Fate:
    """What has become of an edit, whose place is `span` of the `text` by now."""
    now = text[span.start : span.end]  # an undo may put whole lines back
    old, new, now = (part.strip() for part in (applied.old, applied.new, now))
    if now == old != new:  # first, as an edit that takes something away is a part of it
        return "undone"
    return "kept" if now == new or (new and new in now) else "edited"


def list_new(found: Diagnosed) -> list[types.Diagnostic]:
    """The errors and warnings of others that were not there before, wherever they were."""
    known = Counter(map(_make_key, found.before))
    new = []
    for one in found.after:
        if one.source == SOURCE or (one.severity or _WORST) > types.DiagnosticSeverity.Warning:
            continue
        key = _make_key(one)
        known[key] -= 1
        if known[key] < 0:
            new.append(one)
    return new


def tell(title: str, problems: Iterable[types.Diagnostic]) -> str:
    """What the user is told of problems, in a sentence, and what they can do."""
    first, *more = sorted(problems, key=lambda one: one.range.start.line)
    who = " and ".join(sorted({one.source or "the editor" for one in (first, *more)}))
    what = f"{len(more) + 1} new problems" if more else "a new problem"
    said = _get_first_line(first)
    said = f"{said[:SAID]}…" if len(said) > SAID else said
    where = f"line {first.range.start.line + 1}"
    return (
        f"{title}: {who} find{'s' * (' and ' not in who)} {what} in what was changed, "
        f"{'first ' * bool(more)}in {where}: “{said}” Undo the change, or run Fix bug there."
    )


_WORST = types.DiagnosticSeverity.Error


def _get_first_line(one: types.Diagnostic) -> str:
    return next(iter(one.message.strip().splitlines()), "")


def _make_key(one: types.Diagnostic) -> tuple[str, str, str]:
    return one.source or "", str(one.code), one.message


def _start(work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
    task = asyncio.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


async def _count(one: _Followed, *, fate: Fate | None = None, problems: int | None = None) -> None:
    from deskmate.requests import stats

    row = await one.row
    if row is not None:
        await asyncio.to_thread(stats.note, row, fate=fate, problems=problems)
