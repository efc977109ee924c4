"""What rules find in a text while it is written: hints, each with its quick fixes. No model is
asked, and nothing is looked at before the writer pauses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import islice

from lsprotocol import types

from deskmate.core.prose.spelling import Lint
from deskmate.core.prose.spelling_fixes import Mistake, fixes, mistakes, vocabulary_of
from deskmate.core.prose.switches import add_own_word
from deskmate.core.prose.units import has_blocks, units
from deskmate.core.syntax.document import Document
from deskmate.core.text.text import Edit, Span
from deskmate.harper import client as rules
from deskmate.lsp.client import Client
from deskmate.lsp.configuration import Configuration
from deskmate.lsp.convert import to_range, to_workspace_edit
from deskmate.lsp.documents import Documents
from deskmate.lsp.pygls_protocol import ADD_WORD, SOURCE
from deskmate.settings.project import Project
from deskmate.workspace.words import KnownWords

PAUSE = 0.7
"""Seconds without an edit after which a text is looked at."""

SHOWN = 500
"""Mistakes of one text that are shown: where there are more, the first of them."""

LISTED = 20
"""Mistakes whose fixes a menu has: of a selection with more, the first of them."""

REMEMBERED = 20_000
"""Paragraphs of which it is remembered what the checker said."""


@dataclass(frozen=True, slots=True)
class _Published:
    document: Document
    mistakes: tuple[Mistake, ...]
    in_project: bool


class TextDiagnostics:
    """Publishes the mistakes of the open texts, where the settings ask for it."""

    def __init__(
        self,
        client: Client,
        documents: Documents,
        configuration: Configuration,
        find_project: Callable[[str], Project | None],
    ) -> None:
        self._client = client
        self._find_project = find_project
        self._documents = documents
        self._configuration = configuration
        self._published: dict[str, _Published] = {}
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._lints: dict[str, tuple[Lint, ...]] = {}

    def look(self, uri: str) -> None:
        """Looks at a document once its writer pauses, and takes back what it no longer has."""
        if before := self._waiting.pop(uri, None):
            before.cancel()
        if not self._is_wanted(uri):
            self._take_back(uri)
            return
        task = asyncio.create_task(self._look(uri))
        self._waiting[uri] = task
        task.add_done_callback(partial(self._end, uri))

    def look_at_all(self) -> None:
        """The settings have changed."""
        for document in self._documents.all():
            self.look(document.uri)

    def list_corrections(self, document: Document, span: Span) -> list[types.CodeAction]:
        """The quick fixes of the first mistakes in `span`, as finished edits."""
        known = self._published.get(document.uri)
        if known is None or known.document is not document:
            return []
        here = (
            mistake
            for mistake in known.mistakes
            if mistake.span.start <= span.end and span.start <= mistake.span.end
        )
        found = []
        for mistake in islice(here, LISTED):
            found += self._make_code_actions(document, mistake)
            if mistake.reason == "spelling":
                found += self._offer_dictionaries(document, mistake, known.in_project)
        return found

    async def aclose(self) -> None:
        """Looks at nothing any more."""
        for task in self._waiting.values():
            task.cancel()

    def _is_wanted(self, uri: str) -> bool:
        document = self._documents.get(uri)
        if document is None or not self._configuration.of(uri).text.diagnostics:
            return False
        return document.language is not None and document.language.prose

    def _end(self, uri: str, task: asyncio.Task[None]) -> None:
        if self._waiting.get(uri) is task:
            del self._waiting[uri]

    def _take_back(self, uri: str) -> None:
        if self._published.pop(uri, None):
            self._client.publish(uri, None, [])

    async def _look(self, uri: str) -> None:
        await asyncio.sleep(PAUSE)
        document = self._documents.get(uri)
        if document is None:
            return
        found = await asyncio.to_thread(self._find, document)
        if self._documents.get(uri) is not document:
            return  # it has been edited meanwhile, and will be looked at again
        self._published[document.uri] = found
        hints = [self._make_hint(document, mistake) for mistake in found.mistakes]
        self._client.publish(uri, document.version, hints)

    def _find(self, document: Document) -> _Published:
        """The mistakes of a text."""
        found = units(document, Span(0, len(document.text)))
        lines = [unit.marked for unit in found]
        new = [line for line in dict.fromkeys(lines) if line not in self._lints]
        if len(self._lints) > REMEMBERED:
            self._lints, new = {}, [*dict.fromkeys(lines)]
        self._lints |= zip(new, rules.lint(new), strict=True) if new else ()
        project = self._find_project(document.uri)
        known = KnownWords(project, self._documents.all())
        lints = [self._lints[line] for line in lines]
        wrong = mistakes(document, found, lints, vocabulary_of(document, known))[:SHOWN]
        return _Published(document, wrong, project is not None)

    def _make_hint(self, document: Document, mistake: Mistake) -> types.Diagnostic:
        return types.Diagnostic(
            range=to_range(document, mistake.span, self._documents.encoding),
            message=str(mistake),
            severity=types.DiagnosticSeverity.Hint,
            source=SOURCE,
            code=mistake.reason,
        )

    def _offer_dictionaries(
        self, document: Document, mistake: Mistake, in_project: bool
    ) -> list[types.CodeAction]:
        """What says that a word is right: for the user, in the project, in this file."""
        word, uri = mistake.old, document.uri
        hint = self._make_hint(document, mistake)
        wanted = [("your dictionary", {"word": word})]
        if in_project:
            wanted.append(("this project’s dictionary", {"word": word, "uri": uri}))
        found = [
            types.CodeAction(
                title := f"Add “{word}” to {where}",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[hint],
                command=types.Command(title=title, command=ADD_WORD, arguments=[arguments]),
            )
            for where, arguments in wanted
        ]
        added = add_own_word(document.text, word) if has_blocks(document) else None
        if added is not None:
            edits = (Edit(Span(added[0], added[0]), added[1]),)
            encoding, versioned = self._documents.encoding, self._client.checks_versions
            found.append(
                types.CodeAction(
                    title=f"Ignore “{word}” in this file",
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=[hint],
                    edit=to_workspace_edit(document, edits, encoding, versioned=versioned),
                )
            )
        return found

    def _make_code_actions(self, document: Document, mistake: Mistake) -> list[types.CodeAction]:
        encoding, versioned = self._documents.encoding, self._client.checks_versions
        return [
            types.CodeAction(
                title=f"“{mistake.old}” → “{word}”",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[self._make_hint(document, mistake)],
                is_preferred=number == 0 and mistake.finding.certain,
                edit=to_workspace_edit(document, edits, encoding, versioned=versioned),
            )
            for number, (word, edits) in enumerate(fixes(document, mistake))
        ]
