"""The parts of one session put together: what every handler and every job works with."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from deskmate.core.text.uri import file_path
from deskmate.errors import ActionError, ModelError
from deskmate.files.disk import listeners
from deskmate.lsp.attempts import Attempts
from deskmate.lsp.background.aftermath import Aftermath
from deskmate.lsp.background.docstrings import PreparedDocstrings
from deskmate.lsp.background.explanations import Explanations
from deskmate.lsp.background.hover_prefetch import HoverPrefetch
from deskmate.lsp.background.indexes import Indexes
from deskmate.lsp.background.prompt_warmup import PromptWarmup
from deskmate.lsp.background.suggestions import Suggestions
from deskmate.lsp.background.text_diagnostics import TextDiagnostics
from deskmate.lsp.catalog import Catalog
from deskmate.lsp.client import Client
from deskmate.lsp.configuration import Configuration
from deskmate.lsp.conversations import Conversations
from deskmate.lsp.documents import Documents
from deskmate.lsp.jobs import Job, Jobs
from deskmate.lsp.last_reply import LastReply
from deskmate.lsp.model import Model
from deskmate.lsp.outcome import Outcome, find_severity
from deskmate.lsp.showing import show
from deskmate.settings.engines import ENGINES
from deskmate.settings.project import Project, project_of

if TYPE_CHECKING:
    from deskmate.actions.action import Action
    from deskmate.actions.diagnostic import Diagnostic
    from deskmate.actions.targets import Offer
    from deskmate.checks.consent import RunQuestion
    from deskmate.core.reply.snippets import Snippet
    from deskmate.requests.request import Request
    from deskmate.settings.sections.local import LocalSettings

log = logging.getLogger(__name__)

SHOW_REPLY = "Show reply"


@dataclass(frozen=True, slots=True)
class Turned:
    """Which page of a menu is open next in that line of a document: 0 is the one with all that is
    used most.
    """

    uri: str = ""
    line: int = 0
    page: int = 0


class Session:
    """One editor's session. `snippets` is the code in the last answer to a question, `unread` one
    that waits in the menu, `attempts` what became of the last requests, `menu` its page;
    `offering` asks whether text is to be suggested while they type.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self.attempts = Attempts()
        self.documents = Documents(client.encoding)
        self.aftermath = Aftermath(client, self.documents)
        self.configuration = Configuration(client)
        self.model = Model(self.configuration)
        self.indexes = Indexes(client, self.documents, self.configuration)
        self.suggestions = Suggestions(
            client, self.documents, self.configuration, self.model, self.find_project
        )
        self.jobs = Jobs(client, self._pause)
        self.prompt_warmup = PromptWarmup(self.model)
        self.text_diagnostics = TextDiagnostics(
            client, self.documents, self.configuration, self.find_project
        )
        self.explanations = Explanations(self.model, self.configuration)
        self.hover_prefetch = HoverPrefetch(
            self.documents, self.configuration, self.explanations, self.find_root
        )
        self.prepared_docstrings = PreparedDocstrings(
            self.documents, self.configuration, self.model, self.find_action, self.find_root
        )
        self.conversations = Conversations()
        self.last_reply: LastReply | None = None
        self.unread: tuple[str, str] | None = None
        self.snippets: tuple[Snippet, ...] = ()
        self.run_questions: dict[RunQuestion, asyncio.Task[str | None]] = {}
        self.menu = Turned()
        self.offering: asyncio.Task[None] | None = None
        self._telling: set[asyncio.Task[None]] = set()
        self._catalog = Catalog(client)
        self._preloaded: LocalSettings | None = None
        self._beginning: asyncio.Task[None] | None = None
        self._reading = asyncio.create_task(self.configuration.reread())
        client.hold(self._reading)

    def begin(self, offer_model: Callable[[], Awaitable[None]]) -> None:
        """Gets ready in the background what the first action needs; where no model is installed,
        one may be offered.
        """
        self._loop = asyncio.get_running_loop()
        listeners.append(self._note_silence)
        self._beginning = asyncio.create_task(self._begin(offer_model))
        self._beginning.add_done_callback(_log_failure)

    async def reconfigure(self, pushed: object) -> None:
        """The editor's settings have changed."""
        await self.configuration.refresh(pushed)
        await self._follow_settings()

    async def note_folders(self) -> None:
        """The workspace's folders have changed."""
        await self.configuration.reread()
        await self._follow_settings()

    async def set_own(self, values: Mapping[str, Any]) -> None:
        """Puts these settings into the user's own file, and has them hold at once. Raises
        DeskmateError, OSError.
        """
        from deskmate.settings.write import write_settings

        await asyncio.to_thread(write_settings, values)
        await self.configuration.reread()
        await self._follow_settings()

    async def _follow_settings(self) -> None:
        self.text_diagnostics.look_at_all()
        self.explanations.stop()  # of a model that may be another now
        self.prepared_docstrings.stop()
        self.suggestions.reconfigure()
        await self.suggestions.offer()
        await self.indexes.reconfigure()
        await self._preload()

    async def use_model(self, name: str) -> None:
        """Has the model of that name answer from now on."""
        await self.configuration.choose_model(name)
        self.explanations.stop()
        self.prepared_docstrings.stop()
        self.suggestions.reconfigure()
        await self._preload()

    async def load_actions(self, uri: str) -> tuple[Action, ...]:
        """The actions that may be offered in a document, in the order of a menu."""
        disabled = self.configuration.of(uri).actions.disabled
        actions = await self._catalog.load(self.client.folder_of(file_path(uri)))
        return tuple(action for action in actions.values() if action.id not in disabled)

    async def find_action(self, action_id: str, uri: str) -> Action:
        """The action of that id in a document. Raises ActionError."""
        actions = {action.id: action for action in await self.load_actions(uri)}
        if action_id not in actions:
            known = ", ".join(f"`{known}`" for known in actions)
            raise ActionError(f"There is no action `{action_id}`; there are {known}.")
        return actions[action_id]

    def warm_up(self, offer: Offer, diagnostics: tuple[Diagnostic, ...]) -> None:
        """Has the model read what an action will show it, if nothing else has to be done first."""
        uri = offer.target.document.uri
        settings = self.configuration.of(uri)
        if self.model.loaded and settings.local.warm_up:
            others = self.documents.list_others(uri)

            def make_request() -> Request:
                from deskmate.actions.targets import find_diagnostics
                from deskmate.requests.request import Request

                return Request(
                    offer.action,
                    offer.target,
                    settings,
                    diagnostics=find_diagnostics(offer.target, diagnostics),
                    others=others,
                    project=self.find_project(uri),
                    root=self.find_root(uri),
                )

            self.prompt_warmup.start(make_request)

    def find_root(self, uri: str) -> Path | None:
        """The folder of the workspace, or else of the project, that holds this document. It asks
        the disk: for a thread, as `find_project`.
        """
        path = file_path(uri)
        return self.client.find_folder(path) if path else None

    def find_project(self, uri: str) -> Project | None:
        """The project of a document; of one that is no file, and of none, what is in the first
        folder of the workspace.
        """
        path = file_path(uri)
        if path is not None:
            return project_of(path, self.find_root(uri))
        first = next(iter(self.client.folders), None)
        return project_of(first / "x", first) if first else None

    async def answer_for(self, job: Job, *, wait: bool) -> dict[str, Any]:
        """What the command is answered that started a job: its outcome, or at once that it has
        begun; the user is then told how it ended.
        """
        if wait:
            return (await job.wait()).to_wire()
        job.outcome.add_done_callback(lambda done: self.tell(done.result()))
        return {"status": "started", "job": job.id}

    def answer_now(self, outcome: Outcome, *, wait: bool) -> dict[str, Any]:
        """The outcome of a command that started nothing; told the user where nobody waits."""
        if not wait:
            self.tell(outcome)
        return outcome.to_wire()

    def tell(self, outcome: Outcome) -> None:
        """Tells the user how a job ended that nobody waits for, where they do not see it."""
        kind = find_severity(outcome)
        if outcome.status == "refused" and kind is not None and self.client.asks_in_passing:
            telling = asyncio.create_task(self._tell_refusal(outcome, kind))
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)
        elif kind is not None:
            self.client.say(outcome.message, kind)

    async def show_last_reply(self) -> str:
        """Shows what the model said last; a sentence about that."""
        if (last := self.last_reply) is None:
            message = "The model has said nothing yet: run an action first."
            self.client.say(message)
            return message
        await show(self.client, f"Last reply: {last.title}", last.to_markdown())
        return f"{last.title}: the last reply is shown."

    def _note_silence(self, silent: Path) -> None:
        """Tells the user, from whatever thread."""
        told = f"{silent} does not answer. Until it does, nothing is read there."
        self._loop.call_soon_threadsafe(self.client.say, told, types.MessageType.Warning)

    async def _tell_refusal(self, outcome: Outcome, kind: types.MessageType) -> None:
        """With a button that shows the reply; the user may never press it."""
        if await self.client.choose(outcome.message, SHOW_REPLY, kind=kind) == SHOW_REPLY:
            await self.show_last_reply()

    async def aclose(self) -> None:
        """Ends every job, and the engine."""
        if self._beginning is not None:
            self._beginning.cancel()
        if self._note_silence in listeners:
            listeners.remove(self._note_silence)
        if self.offering is not None:
            self.offering.cancel()
        for task in (*self._telling, *self.run_questions.values()):
            task.cancel()
        self._catalog.stop()
        self.prompt_warmup.stop()
        self.suggestions.stop()
        await self.text_diagnostics.aclose()
        self.hover_prefetch.stop()
        self.explanations.stop()
        self.prepared_docstrings.aclose()
        await self.indexes.aclose()
        await self.jobs.aclose()
        await self.aftermath.aclose()
        await self.model.aclose()
        if self.configuration.settings.cache.megabytes == 0:
            await asyncio.to_thread(_forget_shown)

    def _pause(self, busy: bool) -> None:
        """Whether somebody waits for an answer of a model, before which all else gives way."""
        self.indexes.pause(busy)
        self.suggestions.pause(busy)

    async def _begin(self, offer_model: Callable[[], Awaitable[None]]) -> None:
        await self._reading
        await self.configuration.connect()
        await self.suggestions.offer()
        self.text_diagnostics.look_at_all()
        await asyncio.to_thread(_import_the_rest)
        await self.indexes.begin()
        if not await self._preload():
            await offer_model()

    async def _preload(self) -> bool:
        """Loads the model, where that is wanted; false where there is none."""
        local = self.configuration.settings.local
        if (
            self.model.paused
            or not local.preload
            or not ENGINES[local.engine].host
            or local == self._preloaded
        ):
            return True
        self._preloaded = local
        there = await asyncio.to_thread(_is_installed, local.model)
        if there:
            self.jobs.start("Loading model", self._load)
        return there

    async def _load(self, job: Job) -> Outcome:
        async with self.model.use() as tiers:
            engine = await tiers.engine()
            return Outcome("ready", (await engine.capabilities()).model)


def _import_the_rest() -> None:
    """What the first action or hover would otherwise wait for."""
    import deskmate.requests.pipeline  # noqa: F401
    from deskmate.actions.catalog import hover_action

    hover_action()
    # All that stays, so that no search for garbage, which holds every thread, goes through it.
    gc.collect()
    gc.freeze()


def _forget_shown() -> None:
    from deskmate.engines.table import forget_shown

    try:
        forget_shown()
    except OSError as error:
        log.warning("What was shown is still there: %s", error)


def _is_installed(model: str) -> bool:
    from deskmate.engines.models.catalogue import find_model

    try:
        return find_model(model).is_file()
    except ModelError as error:
        log.info("Nothing is loaded yet: %s", error)
        return False


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("The session could not begin", exc_info=error)
