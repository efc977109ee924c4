"""Documentation written before it is needed, while nobody types: for functions and classes without
any, each for exactly the text that it has then. What it becomes is `features/save.py`'s business.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from deskmate.actions.test_files import is_test_file
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.undocumented import (
    Documentation,
    Selection,
    documentation,
    is_documented,
    texts,
    undocumented,
)
from deskmate.core.text.text import Span
from deskmate.core.text.uri import uri_key
from deskmate.errors import ActionError, DeskmateError, Refused
from deskmate.lsp.background.debounce import Debounce
from deskmate.lsp.turns import read_in_turn

if TYPE_CHECKING:
    from deskmate.actions.action import Action
    from deskmate.core.syntax.queries import Scope
    from deskmate.engines.cache import Answers
    from deskmate.lsp.configuration import Configuration
    from deskmate.lsp.documents import Documents
    from deskmate.lsp.model import Model
    from deskmate.settings.sections.docstrings import DocstringSettings

log = logging.getLogger(__name__)

PAUSE = 1.5
"""Seconds without typing after which what was typed is left alone."""

AT_ONCE = 50
"""How many pieces of documentation are written for one save at most."""

KEPT = 100
"""How many pieces of documentation wait for a save, and how many texts are known to get none, at
most, a document.
"""

WRITTEN = 1_000_000
"""Bytes of names of what has been documented on save, once, and is not to be again."""

ACTION = "add-docstring"
"""The action that writes documentation, here as in the menu."""


@dataclass
class _Opened:
    """One open document: its text when it was opened, what is ready for it by style and text, and
    the texts that the model found nothing for.
    """

    begun: str
    pause: Debounce
    ready: dict[tuple[str, Documentation], None] = field(default_factory=dict)
    tried: dict[tuple[str, str], None] = field(default_factory=dict)
    before: frozenset[str] | None = None


class PreparedDocstrings:
    """The documentation that is ready, by document, and the writing of it. `find_action` gives the
    action of an id in a document, `find_root` the folder of the workspace that holds a document.
    """

    def __init__(
        self,
        documents: Documents,
        configuration: Configuration,
        model: Model,
        find_action: Callable[[str, str], Awaitable[Action]],
        find_root: Callable[[str], Path | None],
    ) -> None:
        self._documents = documents
        self._configuration = configuration
        self._model = model
        self._find_action = find_action
        self._find_root = find_root
        self._opened: dict[str, _Opened] = {}
        self._due: dict[str, None] = {}
        self._now: tuple[str, str] | None = None
        self._task: asyncio.Task[None] | None = None
        self._wanted = False

    def open(self, uri: str) -> None:
        """A document has been opened."""
        document = self._documents.get(uri)
        if document is not None:
            pause = Debounce(PAUSE, lambda: self._begin(uri))
            self._opened[uri_key(uri)] = _Opened(document.text, pause)
            pause.note()

    def note_edit(self, uri: str) -> None:
        """It has been edited: what is being written of a text that is gone ends."""
        opened, document = self._opened.get(uri_key(uri)), self._documents.get(uri)
        if opened is None or document is None:
            return
        self._due.pop(uri_key(uri), None)
        opened.pause.note()
        if self._now and self._now[0] == uri_key(uri) and self._now[1] not in document.text:
            self.stop()
            self._go_on()

    def close(self, uri: str) -> None:
        """It is open no longer."""
        opened = self._opened.pop(uri_key(uri), None)
        if opened is not None:
            opened.pause.stop()
        self._due.pop(uri_key(uri), None)
        if self._now and self._now[0] == uri_key(uri):
            self.stop()
            self._go_on()

    def list_ready(self, uri: str) -> tuple[Documentation, ...]:
        """What is ready for a document, in the style that the settings ask for."""
        opened = self._opened.get(uri_key(uri))
        style = self._configuration.of(uri).docstrings.style
        return tuple(one for s, one in (opened.ready if opened else ()) if s == style)

    def want(self) -> None:
        """The editor asks for it when it saves: it is written from now on, whatever is set."""
        if not self._wanted:
            self._wanted = True
            for uri in self._opened:
                self._begin(uri)

    async def note_save(self, uri: str) -> None:
        """Remembers what is documented by now, so that it is not again where the user deletes it;
        what is not ready yet goes on being written.
        """
        opened, document = self._opened.get(uri_key(uri)), self._documents.get(uri)
        if opened is None or document is None:
            return
        ready = list(opened.ready)
        done = await read_in_turn(
            document, lambda: [key for key in ready if is_documented(document, key[1])]
        )
        for key in done:
            opened.ready.pop(key, None)
        await asyncio.to_thread(_note_written, uri, [one for _, one in done])

    def stop(self) -> None:
        """Ends what is being written."""
        if self._task is not None:
            self._task.cancel()
        self._task, self._now = None, None

    def aclose(self) -> None:
        """Ends it all."""
        for opened in self._opened.values():
            opened.pause.stop()
        self._due.clear()
        self.stop()

    def _begin(self, uri: str) -> None:
        if self._wanted or self._configuration.settings.docstrings.on_save != "off":
            self._due[uri_key(uri)] = None
            self._go_on()

    def _go_on(self) -> None:
        if self._due and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._work())

    async def _work(self) -> None:
        while self._due:
            uri = next(reversed(self._due))
            try:
                more = await self._write_one(uri)
            except DeskmateError as error:  # an action would say so; a save does not
                log.info("No documentation is prepared: %s", error)
                more = False
            finally:
                self._now = None
            if not more:
                self._due.pop(uri, None)

    async def _write_one(self, uri: str) -> bool:
        """Writes the next piece for a document; False where there is none to write."""
        opened, document = self._opened.get(uri), self._documents.get(uri)
        if opened is None or document is None:
            return False
        action = await self._find_action(ACTION, document.uri)
        scope = await self._find_next(opened, document, action)
        if scope is None:
            return False
        text = document.slice(scope.span)
        style = self._configuration.of(document.uri).docstrings.style
        self._now = (uri, text)
        try:
            written = await self._write(document, scope, action)
        except (Refused, ActionError) as error:
            log.info("No documentation of %s: %s", scope.name, error)
            written = None
        if written is not None:
            opened.ready[style, written] = None
        opened.tried[style, text] = None
        while len(opened.ready) > KEPT:
            del opened.ready[next(iter(opened.ready))]
        while len(opened.tried) > KEPT:
            del opened.tried[next(iter(opened.tried))]
        return True

    async def _find_next(self, opened: _Opened, document: Document, action: Action) -> Scope | None:
        settings = self._configuration.of(document.uri).docstrings
        language = document.language
        if language is None or language.name in settings.disabled or is_test_file(document):
            return None
        if settings.on_save != "all" and opened.before is None:
            begun = Document(document.uri, None, opened.begun, document.language)
            opened.before = await read_in_turn(begun, lambda: texts(begun))
        before = opened.before if settings.on_save != "all" else None
        wanted = make_selection(action, settings)
        changed = await read_in_turn(document, lambda: _find_changed(document, wanted, before))
        found = [
            scope
            for scope in changed
            if (settings.style, document.slice(scope.span)) not in opened.tried
        ]
        written = await asyncio.to_thread(_are_written, document.uri, found)
        return next((scope for scope in found if scope.span not in written), None)

    async def _write(
        self, document: Document, scope: Scope, action: Action
    ) -> Documentation | None:
        from deskmate.engines.engine import AtPriority
        from deskmate.requests.pipeline import propose
        from deskmate.requests.request import resolve

        request = await asyncio.to_thread(
            resolve,
            action,
            document,
            scope.span,
            settings=self._configuration.of(document.uri),
            others=self._documents.list_others(document.uri),
            root=await asyncio.to_thread(self._find_root, document.uri),
            routed=False,
        )
        async with self._model.use() as tiers:
            proposal = await propose(request, AtPriority(await tiers.engine(), "background"))
        assert proposal.change is not None, "documentation is a change"
        if proposal.risks:  # it would be put in unseen
            return None
        return documentation(document, scope, proposal.change.edits)


def _find_changed(
    document: Document, wanted: Selection, before: frozenset[str] | None
) -> list[Scope]:
    """The first of what has no documentation and stands in none of the texts `before`."""
    found = undocumented(document, wanted)
    new = (one for one in found if before is None or document.slice(one.span) not in before)
    return list(islice(new, AT_ONCE))


def make_selection(action: Action, settings: DocstringSettings) -> Selection:
    """What is documented on save and in a whole file."""
    kinds = tuple(kind for kind in action.scope if kind in ("function", "class"))
    return Selection(kinds, settings.min_lines, settings.public_only)


def _are_written(uri: str, found: Iterable[Scope]) -> frozenset[Span]:
    """Where those stand that were documented on save before, and are not any more."""
    file = _open_written()
    return frozenset(one.span for one in found if file.find(_make_key(uri, one)) is not None)


def _note_written(uri: str, done: Iterable[Documentation]) -> None:
    file = _open_written()
    for one in done:
        file.keep(_make_key(uri, one), one.name)


def _open_written() -> Answers:
    """What was documented, kept as answers are: bounded, and the user's alone."""
    from deskmate.engines.cache import Answers
    from deskmate.files.places import place

    return Answers(place("documented"), WRITTEN)


def _make_key(uri: str, one: Scope | Documentation) -> str:
    place = repr((uri_key(uri), one.kind, *one.path, one.name))
    return hashlib.sha256(place.encode(errors="surrogatepass")).hexdigest()
