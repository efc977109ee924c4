"""Explanations of functions and classes: written when somebody may want them, and kept on disk.

An explanation is kept under what it rests on: the code of the function or class, what that names in
its file, the model and the prompt. So it holds until one of them changes, however the rest of the
file is edited, and is there after a restart.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from weakref import ref

from deskmate.core.syntax.symbols import SymbolTable, around, basis, read_symbols, symbol_at
from deskmate.errors import DeskmateError, EngineError, ModelMissing
from deskmate.lsp.configuration import Configuration
from deskmate.lsp.model import Model
from deskmate.lsp.turns import read_in_turn

if TYPE_CHECKING:
    from deskmate.core.syntax.document import Document
    from deskmate.core.syntax.queries import Scope
    from deskmate.engines.cache import Answers
    from deskmate.settings.sections.hover import HoverSettings
    from deskmate.settings.sections.local import LocalSettings

log = logging.getLogger(__name__)

WAITING = 8
"""How many wait for their explanation at most; whoever has waited longest is forgotten first."""

PAUSE = 0.05
"""Seconds in which the hover that asks is answered first, and in which another may ask for more."""

KEPT = 500
"""How many explanations are in memory at most."""

Urgency = Literal["hover", "background"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A function or class of one snapshot; `key` is what its explanation is kept under."""

    document: Document
    scope: Scope
    root: Path | None
    key: str


def are_explained(settings: HoverSettings, document: Document) -> bool:
    """Whether hovers show anything in this document."""
    language = document.language
    if settings.show == "off" or language is None or language.prose:
        return False
    return language.name not in settings.disabled


class Explanations:
    """The explanations of one session: one after the other, the one asked for last first.

    `has_no_model` says that the last one failed for want of a model.
    """

    def __init__(self, model: Model, configuration: Configuration) -> None:
        self._model = model
        self._configuration = configuration
        self._tables: dict[str, tuple[ref[Document], SymbolTable]] = {}
        self._identities: dict[LocalSettings, str] = {}
        self._known: dict[str, str] = {}
        self._failed: dict[str, str] = {}
        self.has_no_model = False
        self._waiting: dict[Urgency, dict[str, Symbol]] = {"hover": {}, "background": {}}
        self._under_way: dict[Urgency, str] = {}
        self._workers: dict[Urgency, asyncio.Task[None]] = {}
        self._news = asyncio.Event()

    async def find_symbol(
        self, document: Document, offset: int, root: Path | None
    ) -> Symbol | None:
        """The function or class that the name at an offset means, if it is one of the document."""
        known = await self._find_table(document)
        scope = await read_in_turn(document, lambda: symbol_at(document, offset, known))
        return await self._make_symbol(document, scope, root, known) if scope else None

    async def find(self, symbol: Symbol) -> str | None:
        """Its explanation, where there is one."""
        if symbol.key not in self._known:
            answers = self._find_answers()
            text = await asyncio.to_thread(answers.find, symbol.key) if answers else None
            if text is None:
                return None
            self._remember(symbol.key, text)
        return self._known[symbol.key]

    def take_failure(self, symbol: Symbol) -> str | None:
        """Why it could not be explained, if it could not. Said once: whoever asks again has it
        tried again.
        """
        return self._failed.pop(symbol.key, None)

    def start(self, symbol: Symbol, urgency: Urgency = "hover") -> None:
        """Has it explained when its turn comes."""
        waiting = self._waiting[urgency]
        if self._under_way.get(urgency) == symbol.key:
            return
        waiting.pop(symbol.key, None)
        # Its snapshot may be of long ago by then, and its tree as large as the latest.
        waiting[symbol.key] = replace(symbol, document=symbol.document.bare())
        while len(waiting) > WAITING:
            del waiting[next(iter(waiting))]
        worker = self._workers.get(urgency)
        if worker is None or worker.done():
            self._workers[urgency] = asyncio.create_task(self._work(urgency))

    async def wait(self, symbol: Symbol, seconds: float) -> None:
        """Until it is explained, or has failed, or the time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self._is_known(symbol):
                    self._news.clear()
                    await self._news.wait()

    async def start_around(self, document: Document, offset: int, root: Path | None) -> None:
        """Has explained, in the background, what is likely to be asked about at an offset."""
        if not self._model.loaded:
            return
        known = await self._find_table(document)
        found = (await read_in_turn(document, lambda: around(document, offset, known)))[:WAITING]
        for scope in reversed(found):  # the one that is started last comes first
            symbol = await self._make_symbol(document, scope, root, known)
            if await self.find(symbol) is None and symbol.key not in self._failed:
                self.start(symbol, "background")

    def stop(self, *urgencies: Urgency) -> None:
        """Ends what is under way, and what waits: of these urgencies, or all."""
        for urgency in urgencies or tuple(self._waiting):
            self._waiting[urgency].clear()
            self._under_way.pop(urgency, None)
            if worker := self._workers.pop(urgency, None):
                worker.cancel()

    def close(self, uri: str) -> None:
        """The document is open no longer."""
        self._tables.pop(uri, None)

    async def _work(self, urgency: Urgency) -> None:
        waiting = self._waiting[urgency]
        while waiting:
            await asyncio.sleep(PAUSE)
            key, symbol = waiting.popitem()
            if key in self._known:
                continue
            self._under_way[urgency] = key
            try:
                text = await self._explain(symbol, urgency)
                self.has_no_model = False
            except ModelMissing:
                self.has_no_model = True
            except DeskmateError as error:
                log.info("No explanation of %s: %s", symbol.scope.name, error)
                self._fail(key, str(error))
            else:
                self._remember(key, text)
                if answers := self._find_answers():
                    await asyncio.to_thread(answers.keep, key, text)
            finally:
                self._under_way.pop(urgency, None)
            self._news.set()

    async def _explain(self, symbol: Symbol, urgency: Urgency) -> str:
        from deskmate.actions.catalog import hover_action
        from deskmate.engines.engine import AtPriority
        from deskmate.requests.pipeline import propose
        from deskmate.requests.request import resolve

        async with self._model.use() as tiers:
            engine = AtPriority(await tiers.engine(), urgency)  # without one there is no request
            request = await asyncio.to_thread(
                resolve,
                hover_action(),
                symbol.document,
                symbol.scope.span,
                settings=self._configuration.of(symbol.document.uri),
                root=symbol.root,
                routed=False,
                alone=True,  # what it is kept under says nothing of other files
            )
            proposal = await propose(request, engine)
        text = _cut_to_sentences(_CODE.sub("", proposal.shown).strip())
        if not text:
            raise EngineError("The model repeated the code instead of explaining it.")
        return text

    async def _find_table(self, document: Document) -> SymbolTable:
        """Made from that of an earlier snapshot, so that nobody waits for it in a large file."""
        earlier, known = self._tables.get(document.uri, (None, None))
        if known is None or earlier is None or earlier() is not document:
            known = await read_in_turn(document, partial(read_symbols, document, known))
            self._tables[document.uri] = ref(document), known
        return known

    async def _make_symbol(
        self, document: Document, scope: Scope, root: Path | None, known: SymbolTable
    ) -> Symbol:
        from deskmate.actions.catalog import hover_action
        from deskmate.actions.prompt import SYSTEM

        language = document.language.name if document.language else ""
        local = replace(self._configuration.settings.local, api_key="")
        told = (
            SYSTEM,
            hover_action().template,
            await self._find_identity(local),
            local.model,
            language,
        )
        rest = await read_in_turn(document, lambda: basis(document, scope, known))
        rests_on = (*scope.path, scope.name, *rest)
        key = hashlib.sha256(repr((told, rests_on)).encode(errors="surrogatepass")).hexdigest()
        return Symbol(document, scope, root, f"explanation {key}")

    async def _find_identity(self, local: LocalSettings) -> str:
        from deskmate.engines.table import identity

        if local not in self._identities:
            try:
                self._identities[local] = await asyncio.to_thread(identity, local)
            except (DeskmateError, OSError):
                return ""  # there is no such model yet
        return self._identities[local]

    def _is_known(self, symbol: Symbol) -> bool:
        return symbol.key in self._known or symbol.key in self._failed or self.has_no_model

    def _find_answers(self) -> Answers | None:
        from deskmate.engines.table import kept_answers

        return kept_answers(self._configuration.settings.cache)

    def _remember(self, key: str, text: str) -> None:
        self._known[key] = text
        while len(self._known) > KEPT:
            del self._known[next(iter(self._known))]

    def _fail(self, key: str, why: str) -> None:
        self._failed[key] = why
        while len(self._failed) > KEPT:
            del self._failed[next(iter(self._failed))]


_CODE = re.compile(
    r"^ {0,3}(`{3,}(?=[^`\n]*$)|~{3,}).*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)
"""Code in an explanation: who hovers sees it where it stands."""


def _cut_to_sentences(text: str) -> str:
    """A text up to the end of its last sentence, where there is one."""
    ends = list(re.finditer(r"[.!?)`](?=\s|\Z)", text))
    return text[: ends[-1].end()] if ends else text
