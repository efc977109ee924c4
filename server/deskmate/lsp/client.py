"""The editor at the other end: what it can do, and what we ask of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcException

from deskmate.core.text.safe import SafeMarkdown, safe_text
from deskmate.core.text.text import Encoding
from deskmate.core.text.uri import file_path
from deskmate.lsp.convert import find_encoding
from deskmate.lsp.pygls_protocol import (
    CONSENT,
    CONSENT_OVER,
    PICK,
    PROBLEMS,
    STREAM,
    Diagnosed,
    Server,
)
from deskmate.settings.project import find_project_root

log = logging.getLogger(__name__)


UNSAID = {("helix", "window.show_document.support"): True}
"""What a client can do and does not announce, by the name that it gives itself. Only what has been
seen in the real editor stands here; one that cannot do it after all answers with an error.

- Helix opens documents since 24.03, and as of 25.01 does not say so.
"""


MIXED = ("helix", "emacs", "Zed")
"""Clients whose menu has the entries of several servers and does not say whose each is, by the name
that each gives itself (lsp-mode is "emacs"): from the real editor or its sources.
"""

TAKES_CURSOR = ("helix",)
"""Clients that give the cursor to a document that is to be shown beside another, as Helix 25.01."""

ENTER_TAKES_FIRST = ("Eglot",)
"""Clients that ask in the place where keys go, with the first answer typed there already: eglot, by
its sources. Who is writing code presses Enter, too.
"""


class Client:
    """The client. A request that it refuses gives None or False here, never an exception."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._questions = 0
        self._streams: dict[int, SafeMarkdown] = {}

    def can(self, capability: str) -> Any:
        """A capability by its path, such as "window.work_done_progress"; None for none."""
        said = get_capability(self._server.client_capabilities, capability)
        return UNSAID.get((self._server.client_name, capability)) if said is None else said

    @property
    def encoding(self) -> Encoding:
        """What it counts columns in."""
        return find_encoding(self._server.server_capabilities.position_encoding)

    @property
    def options(self) -> object:
        """Its initializationOptions."""
        return self._server.options

    @property
    def streams(self) -> bool:
        """Whether it shows an explanation while that is written."""
        return self._announces("stream")

    @property
    def asks_in_passing(self) -> bool:
        """Whether it shows buttons at a message without keeping the user from their work: where it
        does not say so it may well ask in a dialog that has to be answered first.
        """
        return self._announces("buttons")

    @property
    def asks_for_consent(self) -> bool:
        """Whether it has a place of its own to ask whether something may leave this machine."""
        return self._announces("consent")

    @property
    def trusts(self) -> bool:
        """Whether it says that its user trusts the folders of the workspace."""
        return self._announces("trusted")

    @property
    def finds_problems(self) -> bool:
        """Whether it says what its other servers find in an edit."""
        return self._announces("problems")

    @property
    def shows_suggestions(self) -> bool:
        """Whether it shows text that is suggested as its user types."""
        return self.can("text_document.inline_completion") is not None

    @property
    def suggests_when_told(self) -> bool:
        """Whether it can be told at any time that text is suggested as its user types."""
        return bool(self.can("text_document.inline_completion.dynamic_registration"))

    @property
    def mixes_servers(self) -> bool:
        """Whether its menu leaves open which server an entry is of."""
        name, _, _ = self._server.client_name.partition(" ")  # "Zed Preview"
        return name in MIXED

    @property
    def takes_cursor(self) -> bool:
        """Whether what it shows takes the keys of somebody who types."""
        return self._server.client_name in TAKES_CURSOR

    @property
    def hovers_markdown(self) -> bool:
        """Whether a hover may be Markdown, where it prefers that to plain text."""
        formats = self.can("text_document.hover.content_format") or ()
        return next(iter(formats), None) == types.MarkupKind.Markdown

    @property
    def model_tags(self) -> list[types.CodeActionTag] | None:
        """What marks an entry that a model answers, where it shows that."""
        known = self.can("text_document.code_action.tag_support.value_set") or ()
        tag = types.CodeActionTag.LlmGenerated
        return [tag] if tag in known else None

    @property
    def waits_before_saving(self) -> bool:
        """Whether it asks for edits before it saves."""
        return bool(self.can("text_document.synchronization.will_save_wait_until"))

    @property
    def creates_files(self) -> bool:
        """Whether an edit may make a file."""
        operations = self.can("workspace.workspace_edit.resource_operations") or ()
        return types.ResourceOperationKind.Create in operations

    @property
    def checks_versions(self) -> bool:
        """Whether an edit may name the version that it is for. Neovim announces only that it makes
        files, which takes the same form of edit.
        """
        return bool(self.can("workspace.workspace_edit.document_changes")) or self.creates_files

    @property
    def folders(self) -> tuple[Path, ...]:
        """The workspace's folders, the first of them first."""
        workspace = self._server.workspace
        uris = tuple(workspace.folders) or (workspace.root_uri,)
        return tuple(path for path in map(file_path, filter(None, uris)) if path)

    def folder_of(self, path: Path | None) -> Path | None:
        """The innermost of them that holds a file, or else the first; no disk is asked."""
        return self._innermost(path) or next(iter(self.folders), None)

    def find_folder(self, path: Path) -> Path | None:
        """The innermost of them that holds a file; where an editor has opened that alone, the
        nearest folder that looks like the root of a project.
        """
        return self._innermost(path) or find_project_root(path)

    def _innermost(self, path: Path | None) -> Path | None:
        holding = [one for one in self.folders if path and path.is_relative_to(one)]
        return max(holding, key=lambda one: len(one.parts), default=None)

    def hold(self, work: asyncio.Future[Any]) -> None:
        """Has no message of the editor's handled until that is done."""
        self._server.protocol.awaits = work

    def say(self, message: str, kind: types.MessageType = types.MessageType.Info) -> None:
        """Shows a message that needs no answer."""
        self._server.window_show_message(types.ShowMessageParams(type=kind, message=message))

    async def choose(
        self, question: str, *answers: str, kind: types.MessageType = types.MessageType.Info
    ) -> str | None:
        """Which of the answers the user takes, "" for none of them; None where the editor cannot
        ask. They may take as long as they like. The last answer does least: it is the one that a
        key takes which was meant for something else.
        """
        if self._server.client_name in ENTER_TAKES_FIRST:
            answers = (answers[-1], *answers[:-1])
        return await self._choose(question, answers, kind)

    async def _choose(
        self, question: str, answers: Sequence[str], kind: types.MessageType
    ) -> str | None:
        params = types.ShowMessageRequestParams(
            type=kind,
            message=question,
            actions=[types.MessageActionItem(title=answer) for answer in answers],
        )
        try:
            chosen = await self._server.window_show_message_request_async(params)
        except JsonRpcException as error:
            log.warning("The editor asks no questions: %s", error)
            return None
        return _find_item(chosen.title, answers) if chosen else ""

    async def pick(self, question: str, items: Sequence[str]) -> str | None:
        """As `choose`, from many, in their order, where the user asked for that: in the
        client's own picker, where it has one.
        """
        if not self._announces("pick"):
            return await self._choose(question, items, types.MessageType.Info)
        taken = await self._request(PICK, {"title": question, "items": list(items)})
        return _find_item(taken, items) if isinstance(taken, str) else ""

    async def consent(self, question: dict[str, Any]) -> str | None:
        """Which of the question's choices the user takes, by that place; None for none. Where this
        is cancelled, the place is closed.
        """
        self._questions += 1
        number = self._questions
        try:
            answer = await self._request(CONSENT, {"id": number, **question})
            return answer if isinstance(answer, str) else None
        except asyncio.CancelledError:
            self._server.protocol.notify(CONSENT_OVER, {"id": number})
            raise

    async def apply(
        self, edit: types.WorkspaceEdit, label: str, *, together: bool = False
    ) -> types.ApplyWorkspaceEditResult:
        """Has the edit applied, and says whether it was. One that keeps several files `together` is
        called a refactoring where the client knows that: VS Code then saves them all, or none.
        """
        says = together and self.can("workspace.workspace_edit.metadata_support")
        metadata = types.WorkspaceEditMetadata(is_refactoring=True) if says else None
        params = types.ApplyWorkspaceEditParams(edit=edit, label=label, metadata=metadata)
        result = await self._request(types.WORKSPACE_APPLY_EDIT, params)
        return result or types.ApplyWorkspaceEditResult(applied=False)

    async def find_problems(self, uri: str, seconds: float) -> Diagnosed | None:
        """What is wrong in a document before and after our last edit of it, once all have looked at
        it or after so many seconds; None where the editor does not say.
        """
        found = await self._request(PROBLEMS, {"uri": uri, "seconds": seconds})
        return found if isinstance(found, Diagnosed) else None

    async def show_file(self, uri: str) -> bool:
        """Opens a file beside what the user is editing; whether the editor does."""
        if not self.can("window.show_document.support"):
            return False
        params = types.ShowDocumentParams(uri=uri, take_focus=False)
        result = await self._request(types.WINDOW_SHOW_DOCUMENT, params)
        return bool(result and result.success)

    async def settings(self, section: str) -> Any:
        """That section of the editor's settings; None where it keeps none for us."""
        if not self.can("workspace.configuration"):
            return None
        item = types.ConfigurationItem(section=section)
        params = types.ConfigurationParams(items=[item])
        result = await self._request(types.WORKSPACE_CONFIGURATION, params)
        return result[0] if result else None

    async def watch_settings(self, section: str) -> None:
        """Asks to be told when that section of the settings changes."""
        if self.can("workspace.did_change_configuration.dynamic_registration"):
            options = types.DidChangeConfigurationRegistrationOptions(section=section)
            await self._register(types.WORKSPACE_DID_CHANGE_CONFIGURATION, options)

    async def watch_files(self, patterns: Sequence[str]) -> None:
        """Asks to be told when files of such names are made, written or deleted."""
        if self.can("workspace.did_change_watched_files.dynamic_registration"):
            watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in patterns]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers)
            await self._register(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)

    async def offer_suggestions(self, offered: bool) -> None:
        """Has it ask what may follow as its user types, or ask that no more: where it can be told,
        for others ask in any case.
        """
        method = types.TEXT_DOCUMENT_INLINE_COMPLETION
        if self.suggests_when_told and offered:
            await self._register(method, types.InlineCompletionRegistrationOptions())
        elif self.suggests_when_told:
            gone = types.UnregistrationParams([types.Unregistration(id=method, method=method)])
            await self._request(types.CLIENT_UNREGISTER_CAPABILITY, gone)

    async def _register(self, method: str, options: object) -> None:
        item = types.Registration(id=method, method=method, register_options=options)
        params = types.RegistrationParams(registrations=[item])
        await self._request(types.CLIENT_REGISTER_CAPABILITY, params)

    def publish(self, uri: str, version: int | None, found: list[types.Diagnostic]) -> None:
        """Shows these diagnostics of a document, instead of those before."""
        params = types.PublishDiagnosticsParams(uri=uri, diagnostics=found, version=version)
        self._server.text_document_publish_diagnostics(params)

    def stream(self, page: Mapping[str, Any], text: str, *, done: bool) -> None:
        """Sends the next piece of an answer, as far as it can be shown yet; `page` is what each
        piece says of the answer, with its `id`.
        """
        safe = self._streams.setdefault(page["id"], SafeMarkdown())
        shown = safe.feed(text)
        if done:
            shown += self._streams.pop(page["id"]).close()
        if shown:
            self._server.protocol.notify(STREAM, {**page, "text": shown, "done": False})
        if done:
            self._server.protocol.notify(STREAM, {**page, "text": "", "done": True})

    async def create_progress(self, token: str) -> bool:
        """Makes a place for the progress of one job, where the editor has such places."""
        if not self.can("window.work_done_progress"):
            return False
        params = types.WorkDoneProgressCreateParams(token=token)
        try:
            await self._server.protocol.send_request_async(
                types.WINDOW_WORK_DONE_PROGRESS_CREATE, params
            )
        except JsonRpcException as error:
            log.warning("The editor shows no progress: %s", error)
            return False
        return True

    def progress(self, token: str, value: Any) -> None:
        """Sends one WorkDoneProgress value."""
        self._server.progress(types.ProgressParams(token=token, value=value))

    def _announces(self, feature: str) -> bool:
        experimental: Any = self._server.client_capabilities.experimental
        try:
            return bool(experimental["deskmate"][feature])
        except (KeyError, TypeError):
            return False

    async def _request(self, method: str, params: Any) -> Any:
        try:
            return await self._server.protocol.send_request_async(method, params)
        except JsonRpcException as error:
            log.warning("The editor refuses %s: %s", method, error)
            return None


def _find_item(shown: str, items: Sequence[str]) -> str:
    """Which of the items was shown so, for what is shown of one is made safe."""
    return next((item for item in items if shown in (item, safe_text(item))), "")
