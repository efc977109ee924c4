"""The language server: which message goes to which function, and nothing else."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.capabilities import get_capability

from deskmate import __version__
from deskmate.lsp.pygls_protocol import (
    ADD_WORD,
    ASK,
    CANCEL,
    CLEAR_CACHE,
    COMMIT_MESSAGE,
    DOCSTRINGS,
    MODEL,
    MORE,
    RUN,
    SHOW_LAST_REPLY,
    SHOW_PROMPT,
    STATUS,
    Server,
)

if TYPE_CHECKING:
    from deskmate.lsp.session import Session

KINDS = [
    types.CodeActionKind.QuickFix,
    types.CodeActionKind.RefactorRewrite,
    "deskmate.explain",
    "deskmate.tests",
    "deskmate.insert",
    "deskmate.more",
    "source.deskmate.docstrings",
]
"""Explaining and testing are no kind that LSP knows: VS Code leaves `source` out of its menu."""


FILES = types.FileOperationRegistrationOptions(
    filters=[types.FileOperationFilter(types.FileOperationPattern("**/*"), scheme="file")]
)
"""Which files are told of by an editor that makes, renames and deletes them itself."""


def create_server() -> tuple[Server, Connection]:
    """A server for one client, with all its features, and the session behind it."""
    server = Server("deskmate", __version__)
    connection = Connection(server)
    _handle_lifecycle(server, connection)
    _handle_documents(server, connection)
    _handle_actions(server, connection)
    return server, connection


class Connection:
    """What the handlers work with. It is made, with all that it imports, once `initialize` has
    been answered, for the editor waits for that answer.
    """

    def __init__(self, server: Server) -> None:
        self._server = server

    @cached_property
    def session(self) -> Session:
        """The parts of the session."""
        from deskmate.lsp.client import Client
        from deskmate.lsp.session import Session

        return Session(Client(self._server))

    async def configured(self) -> Session:
        """The session, once it knows the settings of its editor."""
        await self.session.configuration.wait()
        return self.session

    async def aclose(self) -> None:
        """Ends whatever is under way, if anything has begun."""
        if "session" in vars(self):
            await self.session.aclose()


def _handle_lifecycle(server: Server, connection: Connection) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.options = params.initialization_options
        server.client_name = params.client_info.name if params.client_info else ""
        _handle_typing(server, connection, params.capabilities)

    @server.feature(types.INITIALIZED)
    def initialized(params: types.InitializedParams) -> None:
        async def offer_model() -> None:
            from deskmate.lsp.features.install_model import offer_at_start

            await offer_at_start(connection.session)

        connection.session.begin(offer_model)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def reconfigure(params: types.DidChangeConfigurationParams) -> None:
        await connection.session.reconfigure(params.settings)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def note_folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        await connection.session.note_folders()

    @server.feature(types.SHUTDOWN)
    async def shutdown(params: None) -> None:
        await connection.aclose()


def _handle_documents(server: Server, connection: Connection) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def open_document(params: types.DidOpenTextDocumentParams) -> None:
        connection.session.documents.open(params.text_document)
        connection.session.text_diagnostics.look(params.text_document.uri)
        connection.session.prepared_docstrings.open(params.text_document.uri)
        connection.session.indexes.open(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def change_document(params: types.DidChangeTextDocumentParams) -> None:
        connection.session.prompt_warmup.stop()
        connection.session.suggestions.stop()
        connection.session.documents.change(params.text_document, params.content_changes)
        connection.session.text_diagnostics.look(params.text_document.uri)
        connection.session.prepared_docstrings.note_edit(params.text_document.uri)
        connection.session.hover_prefetch.stop()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def close_document(params: types.DidCloseTextDocumentParams) -> None:
        connection.session.aftermath.close(params.text_document.uri)
        connection.session.documents.close(params.text_document.uri)
        connection.session.text_diagnostics.look(params.text_document.uri)
        connection.session.explanations.close(params.text_document.uri)
        connection.session.suggestions.close(params.text_document.uri)
        connection.session.prepared_docstrings.close(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_WILL_SAVE_WAIT_UNTIL)
    async def before_save(params: types.WillSaveTextDocumentParams) -> Any:
        from deskmate.lsp.features import save

        return await save.edit_before_save(connection.session, params)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def after_save(params: types.DidSaveTextDocumentParams) -> None:
        from deskmate.lsp.features import save

        connection.session.aftermath.note_save(params.text_document.uri)
        connection.session.indexes.change([params.text_document.uri])
        await save.edit_after_save(connection.session, params)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(params: types.DidChangeWatchedFilesParams) -> None:
        connection.session.indexes.change(change.uri for change in params.changes)

    @server.feature(types.WORKSPACE_DID_CREATE_FILES, FILES)
    def created(params: types.CreateFilesParams) -> None:
        connection.session.indexes.change(file.uri for file in params.files)

    @server.feature(types.WORKSPACE_DID_DELETE_FILES, FILES)
    def deleted(params: types.DeleteFilesParams) -> None:
        connection.session.indexes.change(file.uri for file in params.files)

    @server.feature(types.WORKSPACE_DID_RENAME_FILES, FILES)
    def renamed(params: types.RenameFilesParams) -> None:
        both = (uri for file in params.files for uri in (file.old_uri, file.new_uri))
        connection.session.indexes.change(both)


def _handle_typing(
    server: Server, connection: Connection, capabilities: types.ClientCapabilities
) -> None:
    """What an editor asks for at each key: where it can be told later that something is suggested,
    it is not told yet; one that cannot ask for that has entries of its menu, where they are wanted.
    """
    inline = get_capability(capabilities, "text_document.inline_completion")
    later = inline is not None and inline.dynamic_registration
    options = None if later else types.InlineCompletionOptions()

    @server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, options)
    async def complete(params: types.InlineCompletionParams) -> Any:
        from deskmate.lsp.features.inline_completion import complete

        return await complete(connection.session, params)

    if inline is not None or not _is_listed(server.options):
        return

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions())
    async def list_completions(params: types.CompletionParams) -> Any:
        from deskmate.lsp.features.list_completion import list_completions

        return await list_completions(connection.session, params)


def _is_listed(options: object) -> bool:
    from deskmate.settings.sources import load_settings

    return load_settings(editor=(options,))[0].completion.in_list


def _handle_actions(server: Server, connection: Connection) -> None:
    options = types.CodeActionOptions(code_action_kinds=KINDS)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def offer_actions(params: types.CodeActionParams) -> Any:
        from deskmate.lsp.features.code_action import offer

        return await offer(connection.session, params)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> Any:
        from deskmate.lsp.features.hover import hover

        return await hover(connection.session, params)

    @server.command(DOCSTRINGS)
    async def docstrings(*arguments: Any) -> dict[str, Any]:
        from deskmate.lsp.features import save

        return await save.document_file(await connection.configured(), *arguments)

    @server.command(RUN)
    async def run(*arguments: Any) -> dict[str, Any]:
        from deskmate.lsp.features import commands

        return await commands.run(await connection.configured(), *arguments)

    @server.command(MORE)
    async def more(*arguments: Any) -> dict[str, Any]:
        from deskmate.lsp.features import code_action

        return await code_action.show_more(connection.session, *arguments)

    @server.command(ASK)
    async def ask(*arguments: Any) -> dict[str, Any]:
        from deskmate.lsp.features import ask

        return await ask.ask(await connection.configured(), *arguments)

    @server.command(CANCEL)
    async def cancel(*arguments: Any) -> dict[str, Any]:
        from deskmate.lsp.features import commands

        return await commands.cancel(connection.session, *arguments)

    @server.command(SHOW_LAST_REPLY)
    async def show_last_reply(*arguments: Any) -> dict[str, Any]:
        from deskmate.lsp.features import answer_page

        return {"message": await answer_page.show_last(connection.session)}

    @server.command(SHOW_PROMPT)
    async def show_prompt(*arguments: Any) -> dict[str, Any]:
        from deskmate.lsp.features import commands

        return await commands.show_prompt(await connection.configured(), *arguments)

    @server.command(COMMIT_MESSAGE)
    async def commit_message(*arguments: Any) -> dict[str, Any]:
        from deskmate.lsp.features import commit_message

        return await commit_message.write(await connection.configured(), *arguments)

    @server.command(CLEAR_CACHE)
    async def clear_cache(*arguments: Any) -> dict[str, Any]:
        from deskmate.lsp.features import commands

        return await commands.clear_cache(connection.session)

    @server.command(ADD_WORD)
    async def add_word(*arguments: Any) -> dict[str, Any]:
        from deskmate.lsp.features import words

        return await words.add(connection.session, *arguments)

    @server.command(MODEL)
    async def model(*arguments: Any) -> dict[str, Any]:
        from deskmate.lsp.features import manage_model

        return await manage_model.manage(await connection.configured(), *arguments)

    @server.command(STATUS)
    async def status(*arguments: Any) -> dict[str, Any]:
        from deskmate.lsp.features import status

        return await status.report_status(connection.session)

    @server.feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)
    def cancel_progress(params: types.WorkDoneProgressCancelParams) -> None:
        connection.session.jobs.cancel_progress(params.token)
