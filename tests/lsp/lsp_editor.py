"""An editor for tests: it keeps its own text, applies what the server sends, and types.

It shares no code with the server, so that both sides of every position are checked: after each
edit the server would land elsewhere if its idea of the text or of a column were another.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, cast
from urllib.parse import unquote, urlsplit

from forked_server import CAN_FORK, start_forked
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcMethodNotFound
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient, client_capabilities, make_test_lsp_client

SERVE = (sys.executable, "-m", "deskmate", "serve")
"""What an editor starts."""

WATCHED = str(Path(__file__).with_name("watched_disk.py"))
"""The same, with the disk watched: `python WATCHED FOLDER REPORT`."""

CURSOR = "‸"
"""Marks the cursor in a test's text; two of them mark a selection."""

Encoding = Literal["utf-8", "utf-16", "utf-32"]


def marked(text: str) -> tuple[str, int, int]:
    """The text without its marks, and where the selection begins and ends."""
    first, *rest = text.split(CURSOR)
    assert 1 <= len(rest) <= 2, f"one or two {CURSOR} are needed"
    return first + "".join(rest), len(first), len(first) + len(rest[0] if rest[1:] else "")


def vscode() -> lsp.ClientCapabilities:
    """What VS Code can do: UTF-16 columns, versioned edits."""
    return deepcopy(_published("visual-studio-code"))


def neovim() -> lsp.ClientCapabilities:
    """What Neovim 0.11 can do: UTF-8 columns, and it does not announce versioned edits."""
    return deepcopy(_recorded()["neovim-0.11.4"].capabilities)


def helix() -> lsp.ClientCapabilities:
    """What Helix 25.01 can do: UTF-8 columns, progress; and it does not announce that it opens
    files.
    """
    return deepcopy(_recorded()["helix-25.01.1"].capabilities)


def kate() -> lsp.ClientCapabilities:
    """What Kate can do: it announces neither that it applies edits nor that it has settings."""
    return deepcopy(_recorded()["kate"].capabilities)


def zed() -> lsp.ClientCapabilities:
    """What Zed can do: UTF-16 columns, versioned edits, no files shown."""
    return deepcopy(_recorded()["zed"].capabilities)


def emacs() -> lsp.ClientCapabilities:
    """What Emacs 29 can do with eglot: UTF-32 columns, versioned edits, no files made or shown."""
    return deepcopy(_published("emacs@v29"))


def sublime() -> lsp.ClientCapabilities:
    """What Sublime Text can do with its LSP package: UTF-16 columns, files shown."""
    return deepcopy(_recorded()["sublime"].capabilities)


def plain() -> lsp.ClientCapabilities:
    """A client that can do nothing that is optional."""
    return lsp.ClientCapabilities()


CLIENTS = Path(__file__).with_name("clients")
"""What real editors sent with `initialize`; `tests/editors` records it."""


_CONVERTER = default_converter()  # type: ignore[no-untyped-call]
"""One for all clients: what it learns of the protocol takes longer than most tests."""


@cache
def _recorded() -> dict[str, lsp.InitializeParams]:
    found = {}
    for path in CLIENTS.glob("*.json"):
        given = json.loads(path.read_text(encoding="utf-8")) | {"processId": None, "rootUri": None}
        found[path.stem] = _CONVERTER.structure(given, lsp.InitializeParams)
    return found


@cache
def _published(name: str) -> lsp.ClientCapabilities:
    return client_capabilities(name)


def _who(capabilities: lsp.ClientCapabilities) -> lsp.ClientInfo | None:
    """The name and version of the recorded client that can do just this; eglot has but a name."""
    if capabilities == _published("emacs@v29"):
        return lsp.ClientInfo("Eglot")
    found = (one for one in _recorded().values() if one.capabilities == capabilities)
    return next((one.client_info for one in found), None)


Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass
class Buffer:
    """One open document as the editor has it."""

    text: str
    version: int = 1


@dataclass
class Progress:
    """The progress of one job: its token, and the values from its begin to its end."""

    token: lsp.ProgressToken
    values: list[Any]

    @property
    def ended(self) -> bool:
        """Whether it is gone again."""
        return bool(self.values) and isinstance(self.values[-1], lsp.WorkDoneProgressEnd)


@dataclass
class Editor:
    """A running server with this editor in front of it."""

    client: LanguageClient
    folder: Path
    encoding: Encoding = "utf-16"
    capabilities: lsp.ServerCapabilities = field(default_factory=lsp.ServerCapabilities)
    buffers: dict[str, Buffer] = field(default_factory=dict)
    edits: list[lsp.WorkspaceEdit] = field(default_factory=list)
    metadata: list[lsp.WorkspaceEditMetadata | None] = field(default_factory=list)
    stream: list[Any] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    registered: list[str] = field(default_factory=list)
    consents: list[Any] = field(default_factory=list)
    buttons: list[list[str]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    answer: str | None = None
    asks: bool = True
    problems: Callable[[], Any] = lambda: None
    _scripts: int = 0
    before_apply: Callable[[], lsp.ApplyWorkspaceEditResult | None] = lambda: None

    def uri(self, name: str) -> str:
        """The URI of a file in the project."""
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str, language_id: str = "python") -> str:
        """Opens a document, a file of the project or one by its URI; its URI."""
        uri = name if ":" in name else self.uri(name)
        self.buffers[uri] = Buffer(text)
        item = lsp.TextDocumentItem(uri, language_id, 1, text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        return uri

    def close(self, uri: str) -> None:
        """Closes a document without saving it."""
        del self.buffers[uri]
        identifier = lsp.TextDocumentIdentifier(uri)
        self.client.text_document_did_close(lsp.DidCloseTextDocumentParams(identifier))

    def type(self, uri: str, at: int, text: str, delete: int = 0) -> None:
        """Types at an offset, and tells the server of it."""
        where = self.range(uri, at, at + delete)
        self._replace(uri, [lsp.TextEdit(where, text)])

    def range(self, uri: str, start: int, end: int) -> lsp.Range:
        """Offsets as a range in the negotiated encoding."""
        return range_at(self.buffers[uri].text, start, end, self.encoding)

    def offset(self, uri: str, position: lsp.Position) -> int:
        """A position in the negotiated encoding as an offset."""
        return offset_at(self.buffers[uri].text, position, self.encoding)

    async def actions(
        self, uri: str, start: int, end: int | None = None, **context: Any
    ) -> list[lsp.CodeAction]:
        """What the server offers there."""
        where = self.range(uri, start, start if end is None else end)
        params = lsp.CodeActionParams(
            lsp.TextDocumentIdentifier(uri),
            where,
            lsp.CodeActionContext(**{"diagnostics": [], **context}),
        )
        return list(await self.client.text_document_code_action_async(params) or [])  # type: ignore[arg-type]

    async def hover(self, uri: str, at: int) -> str:
        """What the server says at an offset; "" for nothing."""
        position = self.range(uri, at, at).start
        params = lsp.HoverParams(lsp.TextDocumentIdentifier(uri), position)
        found = await self.client.text_document_hover_async(params)
        if found is None:
            return ""
        assert isinstance(found.contents, lsp.MarkupContent)
        return found.contents.value

    async def save(
        self, uri: str, reason: lsp.TextDocumentSaveReason = lsp.TextDocumentSaveReason.Manual
    ) -> None:
        """Saves a document as this kind of editor does: where it asks for edits before, it applies
        them.
        """
        identifier = lsp.TextDocumentIdentifier(uri)
        sync = self.capabilities.text_document_sync
        if isinstance(sync, lsp.TextDocumentSyncOptions) and sync.will_save_wait_until:
            params = lsp.WillSaveTextDocumentParams(identifier, reason)
            edits = await self.client.text_document_will_save_wait_until_async(params)
            if edits:
                self._replace(uri, edits)
        self.client.text_document_did_save(lsp.DidSaveTextDocumentParams(identifier))
        await self.escalate()

    async def run(
        self, action: str, uri: str, start: int = 0, end: int | None = None, **more: Any
    ) -> dict[str, Any]:
        """Runs an action and waits for what comes of it."""
        where = self.range(uri, start, start if end is None else end)
        answer: dict[str, Any] = await self.command(
            "deskmate.run", self.arguments(action, uri, where, **more)
        )
        return answer

    def arguments(self, action: str, uri: str, where: lsp.Range, **more: Any) -> dict[str, Any]:
        """The argument of `deskmate.run`."""
        ends = {"start": where.start, "end": where.end}
        wire = {key: {"line": at.line, "character": at.character} for key, at in ends.items()}
        return {"action": action, "uri": uri, "range": wire, "wait": True, **more}

    async def command(self, name: str, *arguments: Any) -> Any:
        """The result of a command; a dict whatever the JSON library made of it."""
        params = lsp.ExecuteCommandParams(name, arguments)
        return _plain(await self.client.workspace_execute_command_async(params))

    async def until(self, holds: Callable[[], Any], what: str) -> Any:
        """Waits until something holds on this side, and gives it."""
        async with asyncio.timeout(30):
            while not (found := holds()):
                await asyncio.sleep(0.01)
        assert found, what
        return found

    async def message(self, about: str) -> lsp.ShowMessageParams:
        """The message that says this, once it has come."""
        shown = self.client.messages
        await self.until(lambda: any(about in item.message for item in shown), about)
        return next(item for item in shown if about in item.message)

    def progress(self, job: int) -> Progress:
        """What has been shown of that job so far."""
        for token, reports in self.client.progress_reports.items():
            if str(token).endswith(f" #{job}"):
                return Progress(token, list(reports))
        return Progress("", [])

    async def configure(self, settings: dict[str, Any]) -> None:
        """Changes the editor's settings, and waits until the server has them."""
        self.client.set_configuration({"deskmate": settings})
        params = lsp.DidChangeConfigurationParams(settings={"deskmate": settings})
        self.client.workspace_did_change_configuration(params)
        await self.escalate()

    async def escalate(self) -> None:
        """Waits until the server has read what was sent, asked back, and read the answer."""
        for _ in range(2):
            await self.command("deskmate.cancel", {"job": "none"})

    async def script(
        self,
        *replies: str | dict[str, Any],
        settings: dict[str, Any] | None = None,
        **engine: Any,
    ) -> Path:
        """Has the scripted engine say this from now on, with these other settings; where it logs
        what happens.
        """
        self._scripts += 1
        path = self.folder / f".script-{self._scripts}.toml"
        log = path.with_suffix(".jsonl")
        log.touch()
        lines = [_toml("[engine]", {"log": str(log), **engine})]
        lines += [
            _toml("[[reply]]", {"text": reply} if isinstance(reply, str) else reply)
            for reply in replies
        ]
        path.write_text("\n".join(lines), encoding="utf-8")
        local = {"engine": "scripted", "model": str(path)}
        await self.configure({"local": local, **(settings or {})})
        return log

    def apply(self, params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
        """What the editor does with `workspace/applyEdit`."""
        self.edits.append(params.edit)
        self.metadata.append(params.metadata)
        refused = self.before_apply()
        if refused is not None:
            return refused
        for change in params.edit.document_changes or ():
            if isinstance(change, lsp.CreateFile):
                path = self._path(change.uri)
                if path.exists():
                    return lsp.ApplyWorkspaceEditResult(False, f"{path} exists")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
            elif isinstance(change, lsp.TextDocumentEdit):
                uri, version = change.text_document.uri, change.text_document.version
                if version is not None and self.buffers[uri].version != version:
                    return lsp.ApplyWorkspaceEditResult(False, "the text is newer than the edit")
                self._replace(uri, change.edits)
        for uri, edits in (params.edit.changes or {}).items():
            self._replace(uri, edits)
        return lsp.ApplyWorkspaceEditResult(True)

    def _replace(self, uri: str, edits: Any) -> None:
        buffer = self.buffers.get(uri)
        text = buffer.text if buffer else self._path(uri).read_bytes().decode()
        spans = [
            tuple(offset_at(text, end, self.encoding) for end in (edit.range.start, edit.range.end))
            for edit in edits
        ]
        changes = []
        for (start, end), edit in sorted(zip(spans, edits, strict=True), key=lambda it: it[0])[
            ::-1
        ]:
            changes.append(lsp.TextDocumentContentChangePartial(edit.range, edit.new_text))
            text = text[:start] + edit.new_text + text[end:]
        if buffer is None:
            self._path(uri).write_bytes(text.encode())
            return
        buffer.text, buffer.version = text, buffer.version + 1
        identifier = lsp.VersionedTextDocumentIdentifier(uri=uri, version=buffer.version)
        params = lsp.DidChangeTextDocumentParams(identifier, changes)
        self.client.text_document_did_change(params)

    def _path(self, uri: str) -> Path:
        return Path(unquote(urlsplit(uri).path))


def range_at(text: str, start: int, end: int, encoding: Encoding) -> lsp.Range:
    """Offsets as a range."""
    return lsp.Range(position_at(text, start, encoding), position_at(text, end, encoding))


def position_at(text: str, offset: int, encoding: Encoding) -> lsp.Position:
    """An offset, which is not inside a `\\r\\n`, as a position."""
    before = re.split(r"\r\n|\r|\n", text[:offset])
    return lsp.Position(len(before) - 1, _units(before[-1], encoding))


def offset_at(text: str, position: lsp.Position, encoding: Encoding) -> int:
    """A position as an offset; it must be one that the text has."""
    starts = [0, *(end.end() for end in re.finditer(r"\r\n|\r|\n", text))]
    start = starts[position.line]
    found = (
        at
        for at in range(start, len(text) + 1)
        if _units(text[start:at], encoding) == position.character
    )
    return next(found)


def _units(text: str, encoding: Encoding) -> int:
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    name = encoding if width == 1 else f"{encoding}-le"
    return len(text.encode(name, "surrogatepass")) // width


@asynccontextmanager
async def editing(
    folder: Path,
    capabilities: lsp.ClientCapabilities,
    *,
    options: Any = None,
    settings: dict[str, Any] | None = None,
    environment: dict[str, str] | None = None,
    serve: tuple[str, ...] = (),
    opened: bool = True,
) -> AsyncGenerator[Editor, None]:
    """A server on stdio with an editor in front, from `initialize` to `exit`; the folder is its
    workspace where it is `opened`. Unless it is another that is to `serve`, it must ask no disk
    where every other request would wait.
    """
    asked = folder.with_name(f"{folder.name}.asked")
    serve = serve or (sys.executable, WATCHED, str(folder), str(asked))
    client = make_test_lsp_client()
    client.protocol._converter = _CONVERTER
    editor = Editor(client, folder)
    _answer(client, editor)
    client.set_configuration({"deskmate": settings or {"local": {"preload": False}}})
    home = folder / ".home"
    folders = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
    off = ("DESKMATE_INDEX__ENABLED", "DESKMATE_CHECKS__ENABLED", "DESKMATE_LOCAL__SHARE")
    own = dict.fromkeys(folders, str(home)) | dict.fromkeys(off, "false")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DESKMATE_")}
    environment = kept | own | (environment or {})
    if CAN_FORK and WATCHED in serve:
        await start_forked(client, serve[2:], environment)
    else:
        await client.start_io(*serve, env=environment)
    result = await client.initialize_session(
        lsp.InitializeParams(
            capabilities=capabilities,
            client_info=_who(capabilities),
            workspace_folders=[lsp.WorkspaceFolder(folder.as_uri(), folder.name)] * opened,
            initialization_options=options,
        )
    )
    editor.capabilities = result.capabilities
    editor.encoding = cast(Encoding, result.capabilities.position_encoding or "utf-16")
    try:
        yield editor
    finally:
        await client.shutdown_session()
        await client.stop()  # type: ignore[no-untyped-call]
    assert WATCHED not in serve or Path(serve[3]).read_text(encoding="utf-8") == ""


def _on(client: LanguageClient, method: str) -> Callable[[Handler], Handler]:
    return cast(Callable[[Handler], Handler], client.feature(method))


def _read_code_action(given: Any, _: object) -> Any:
    """lsprotocol takes any code action that has a command for a command."""
    bare = isinstance(given.get("command"), str)
    return _CONVERTER.structure(given, lsp.Command if bare else lsp.CodeAction)


_CONVERTER.register_structure_hook(lsp.Command | lsp.CodeAction, _read_code_action)


def _answer(client: LanguageClient, editor: Editor) -> None:
    """How the editor answers what pytest-lsp's client does not."""

    @_on(client, lsp.WORKSPACE_APPLY_EDIT)
    def apply(params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
        return editor.apply(params)

    @_on(client, lsp.WINDOW_SHOW_MESSAGE_REQUEST)
    async def ask(params: lsp.ShowMessageRequestParams) -> lsp.MessageActionItem | None:
        if not editor.asks:  # as Helix, which knows no such request
            raise JsonRpcMethodNotFound
        editor.questions.append(params.message)
        editor.buttons.append([item.title for item in params.actions or ()])
        while editor.answer is None and not editor.answers:
            await asyncio.sleep(0.01)
        answer = editor.answers.pop(0) if editor.answers else editor.answer
        return next((item for item in params.actions or () if item.title == answer), None)

    @_on(client, "deskmate/consent")
    async def consent(params: Any) -> str | None:
        editor.consents.append(_plain(params))
        while not editor.answers:
            await asyncio.sleep(0.01)
        return editor.answers.pop(0) or None

    @_on(client, "deskmate/consentOver")
    def consent_over(params: Any) -> None:
        editor.consents.append(_plain(params))

    @_on(client, "deskmate/problems")
    def find_problems(params: Any) -> Any:
        return editor.problems()

    @_on(client, lsp.CLIENT_REGISTER_CAPABILITY)
    def register(params: lsp.RegistrationParams) -> None:
        editor.registered += [one.method for one in params.registrations]

    @_on(client, lsp.CLIENT_UNREGISTER_CAPABILITY)
    def unregister(params: lsp.UnregistrationParams) -> None:
        for one in params.unregisterations:
            editor.registered.remove(one.method)

    @_on(client, "deskmate/stream")
    def stream(params: Any) -> None:
        editor.stream.append(_plain(params))


def _toml(heading: str, values: dict[str, Any]) -> str:
    """JSON writes texts, numbers and booleans as TOML does."""
    pairs = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    return "\n".join([heading, *pairs])


def _plain(value: Any) -> Any:
    return value._asdict() if hasattr(value, "_asdict") else value
