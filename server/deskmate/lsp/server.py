"""The language server: which message goes to which function, and nothing else."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from deskmate import __version__
from deskmate.lsp.protocol import (
    ASK,
    CANCEL,
    CLEAR_CACHE,
    DOCSTRINGS,
    RUN,
    SHOW_LAST_REPLY,
    STATUS,
    Server,
)

if TYPE_CHECKING:
    from deskmate.lsp.desk import Desk

KINDS = [
    types.CodeActionKind.QuickFix,
    types.CodeActionKind.RefactorRewrite,
    "deskmate.explain",
    "deskmate.tests",
    "deskmate.insert",
    "source.deskmate.docstrings",
]
"""Explaining and testing are no kind that LSP knows: VS Code leaves `source` out of its menu."""


def create_server() -> tuple[Server, Session]:
    """A server for one client, with all its features, and the session behind it."""
    server = Server("deskmate", __version__)
    session = Session(server)
    _lifecycle(server, session)
    _documents(server, session)
    _actions(server, session)
    return server, session


class Session:
    """What the handlers work with. It is made, with all that it imports, once `initialize` has
    been answered, for the editor waits for that answer.
    """

    def __init__(self, server: Server) -> None:
        self._server = server

    @cached_property
    def desk(self) -> Desk:
        """The parts of the session."""
        from deskmate.lsp.desk import Desk
        from deskmate.lsp.editor import Editor

        return Desk(Editor(self._server))

    async def aclose(self) -> None:
        """Ends whatever is under way, if anything has begun."""
        if "desk" in vars(self):
            await self.desk.aclose()


def _lifecycle(server: Server, session: Session) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.options = params.initialization_options
        server.client_name = params.client_info.name if params.client_info else ""

    @server.feature(types.INITIALIZED)
    def initialized(params: types.InitializedParams) -> None:
        session.desk.begin()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def reconfigured(params: types.DidChangeConfigurationParams) -> None:
        await session.desk.reconfigure(params.settings)

    @server.feature(types.SHUTDOWN)
    async def shutdown(params: None) -> None:
        await session.aclose()


def _documents(server: Server, session: Session) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        session.desk.documents.open(params.text_document)
        session.desk.mistakes.look(params.text_document.uri)
        session.desk.preparing.open(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        session.desk.reading_ahead.stop()
        session.desk.documents.change(params.text_document, params.content_changes)
        session.desk.mistakes.look(params.text_document.uri)
        session.desk.preparing.edited(params.text_document.uri)
        session.desk.looking_around.stop()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        session.desk.documents.close(params.text_document.uri)
        session.desk.mistakes.look(params.text_document.uri)
        session.desk.explaining.close(params.text_document.uri)
        session.desk.preparing.close(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_WILL_SAVE_WAIT_UNTIL)
    def before_save(params: types.WillSaveTextDocumentParams) -> Any:
        from deskmate.lsp import on_save

        return on_save.before_save(session.desk, params)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        from deskmate.lsp import on_save

        await on_save.after_save(session.desk, params)


def _actions(server: Server, session: Session) -> None:
    options = types.CodeActionOptions(code_action_kinds=KINDS)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def offered(params: types.CodeActionParams) -> Any:
        from deskmate.lsp.code_actions import offer

        return await offer(session.desk, params)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> Any:
        from deskmate.lsp.hover import hover

        return await hover(session.desk, params)

    @server.command(DOCSTRINGS)
    async def docstrings(*arguments: Any) -> dict[str, Any]:
        from deskmate.lsp import on_save

        return await on_save.document_file(session.desk, *arguments)

    @server.command(RUN)
    async def run(*arguments: Any) -> dict[str, Any]:
        from deskmate.lsp import commands

        return await commands.run(session.desk, *arguments)

    @server.command(ASK)
    async def ask(*arguments: Any) -> dict[str, Any]:
        from deskmate.lsp import ask

        return await ask.ask(session.desk, *arguments)

    @server.command(CANCEL)
    async def cancel(*arguments: Any) -> dict[str, Any]:
        from deskmate.lsp import commands

        return await commands.cancel(session.desk, *arguments)

    @server.command(SHOW_LAST_REPLY)
    async def show_last_reply(*arguments: Any) -> dict[str, Any]:
        return {"message": await session.desk.show_last_reply()}

    @server.command(CLEAR_CACHE)
    async def clear_cache(*arguments: Any) -> dict[str, Any]:
        from deskmate.lsp import commands

        return await commands.clear_cache(session.desk)

    @server.command(STATUS)
    async def status(*arguments: Any) -> dict[str, Any]:
        from deskmate.lsp import status

        return await status.status(session.desk)

    @server.feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)
    def cancel_progress(params: types.WorkDoneProgressCancelParams) -> None:
        session.desk.jobs.cancel_progress(params.token)
