"""`make demo`: plays an editor with the real language server, the real model and a real file.

It starts `deskmate serve` over stdio, opens `shop/basket.py`, lists the code actions that are
offered, runs three of them, and shows progress, the change each makes, and how long it took. A test
in `shop/tests` fails; asked whether the tests may be run to check answers, it says yes.
"""

from __future__ import annotations

import asyncio
import difflib
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

SHOP = Path(__file__).parent / "shop"
SAMPLE = SHOP / "basket.py"

LITERALS = lsp.CodeActionClientCapabilities(
    code_action_literal_support=lsp.ClientCodeActionLiteralOptions(
        lsp.ClientCodeActionKindOptions(
            [lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.Refactor, lsp.CodeActionKind.Source]
        )
    )
)


class Editor:
    """An editor without a screen: one open document, progress on one line."""

    def __init__(self, path: Path) -> None:
        self.folder = path.parent
        self.uri = path.as_uri()
        self.text = path.read_text(encoding="utf-8")
        self.version = 1
        self.client = LanguageClient("deskmate-demo", "1")
        read_code_actions(self.client)
        for method, handler in {
            lsp.WORKSPACE_APPLY_EDIT: self.apply_edit,
            lsp.PROGRESS: self.progress,
            lsp.WINDOW_WORK_DONE_PROGRESS_CREATE: self.ignore,
            lsp.WINDOW_SHOW_MESSAGE: self.message,
            lsp.WINDOW_SHOW_MESSAGE_REQUEST: self.question,
            lsp.WINDOW_LOG_MESSAGE: self.ignore,
            "deskmate/stream": self.stream,
        }.items():
            # pygls writes on what it is given, which a bound method does not allow.
            self.client.feature(method)(partial(handler))

    async def start(self) -> None:
        """Starts the server as any editor does, and opens the document."""
        await self.client.start_io(sys.executable, "-m", "deskmate", "serve")
        began = time.monotonic()
        answer = await self.client.initialize_async(
            lsp.InitializeParams(
                capabilities=lsp.ClientCapabilities(
                    workspace=lsp.WorkspaceClientCapabilities(
                        apply_edit=True,
                        workspace_edit=lsp.WorkspaceEditClientCapabilities(document_changes=True),
                    ),
                    text_document=lsp.TextDocumentClientCapabilities(code_action=LITERALS),
                    window=lsp.WindowClientCapabilities(work_done_progress=True),
                    experimental={"deskmate": {"stream": True}},
                ),
                workspace_folders=[lsp.WorkspaceFolder(self.folder.as_uri(), self.folder.name)],
                initialization_options={"cache": {"megabytes": 0}},  # the model answers each time
            )
        )
        name = answer.server_info.name if answer.server_info else "the server"
        print(f"{name} answered `initialize` after {time.monotonic() - began:.2f} s.")
        self.client.initialized(lsp.InitializedParams())
        self.client.text_document_did_open(
            lsp.DidOpenTextDocumentParams(
                lsp.TextDocumentItem(self.uri, "python", self.version, self.text)
            )
        )

    async def actions_at(self, line: int) -> list[lsp.CodeAction]:
        """What the menu would list with the cursor in `line` (from 0)."""
        cursor = lsp.Position(line, 0)
        found = await self.client.text_document_code_action_async(
            lsp.CodeActionParams(
                lsp.TextDocumentIdentifier(self.uri),
                lsp.Range(cursor, cursor),
                lsp.CodeActionContext(diagnostics=[]),
            )
        )
        return [action for action in found or [] if isinstance(action, lsp.CodeAction)]

    async def run(self, action: lsp.CodeAction) -> dict[str, Any]:
        """Chooses one entry of the menu and waits for it."""
        assert action.command and action.command.arguments
        arguments = {**action.command.arguments[0], "wait": True}
        result: dict[str, Any] = await self.client.workspace_execute_command_async(
            lsp.ExecuteCommandParams(action.command.command, [arguments])
        )
        return result

    def apply_edit(self, params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
        """Makes the change, shows it as a diff, and tells the server, as editors do."""
        before = self.text
        for change in params.edit.document_changes or []:
            if not isinstance(change, lsp.TextDocumentEdit):
                continue
            assert change.text_document.uri == self.uri
            assert change.text_document.version == self.version
            edits = [edit for edit in change.edits if isinstance(edit, lsp.TextEdit)]
            for edit in sorted(edits, key=lambda e: e.range.start, reverse=True):
                start, end = self.offset(edit.range.start), self.offset(edit.range.end)
                self.text = self.text[:start] + edit.new_text + self.text[end:]
        self.version += 1
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(self.version, self.uri),
                [lsp.TextDocumentContentChangeWholeDocument(self.text)],
            )
        )
        clear_line()
        diff = difflib.unified_diff(before.splitlines(), self.text.splitlines(), lineterm="", n=1)
        print("\n".join(f"    {line}" for line in list(diff)[2:]))
        return lsp.ApplyWorkspaceEditResult(applied=True)

    def offset(self, position: lsp.Position) -> int:
        """Where a position is in the text (the sample is ASCII, so a unit is a character)."""
        lines = self.text.split("\n")
        return sum(len(line) + 1 for line in lines[: position.line]) + position.character

    def progress(self, params: lsp.ProgressParams) -> None:
        """Progress as an editor's status bar shows it."""
        value = params.value if isinstance(params.value, dict) else vars(params.value)
        words = [str(value[key]) for key in ("title", "message") if value.get(key)]
        if words and sys.stdout.isatty():
            clear_line()
            print("    … " + ": ".join(words), end="", flush=True)
        elif value.get("kind") == "begin":
            print("    … " + ": ".join(words))

    def message(self, params: lsp.ShowMessageParams) -> None:
        """A message as an editor's notification shows it."""
        clear_line()
        print(f"    [{params.message}]")

    def question(self, params: lsp.ShowMessageRequestParams) -> lsp.MessageActionItem | None:
        """A question as an editor puts it; here the first answer is always taken."""
        clear_line()
        answers = [one.title for one in params.actions or ()]
        print(f"    [{params.message}] {' / '.join(answers)}: {answers[0]}")
        return lsp.MessageActionItem(answers[0])

    def ignore(self, params: Any) -> None:
        """What an editor takes without a sign."""

    def stream(self, params: Any) -> None:
        """An explanation as it is being written."""
        print(params.text, end="\n" if params.done else "", flush=True)


def read_code_actions(client: LanguageClient) -> None:
    """Tells code actions from commands: lsprotocol takes whatever has a command for one."""
    converter = client.protocol._converter

    def read(given: Any, _: object) -> Any:
        bare = isinstance(given.get("command"), str)
        return converter.structure(given, lsp.Command if bare else lsp.CodeAction)

    converter.register_structure_hook(lsp.Command | lsp.CodeAction, read)


def clear_line() -> None:
    """Wipes the progress line off a terminal."""
    if sys.stdout.isatty():
        print("\r\033[K", end="")


def lay_out(folder: str) -> Path:
    """A copy of the shop in this folder; its file that is open."""
    shop = Path(folder).resolve() / "shop"
    shutil.copytree(SHOP, shop)
    return shop / SAMPLE.name


def revoke_consent(shop: Path) -> None:
    """Takes the answer back: the folder that it is for is gone in a moment."""
    revoke = [sys.executable, "-m", "deskmate", "consent", "revoke", str(shop)]
    subprocess.run(revoke, capture_output=True)


async def main() -> int:
    """The session. Exit code 0 when every action ended as it should: done, or refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = lay_out(folder)
        editor = Editor(path)
        await editor.start()
        outcomes = []
        for title, function in (
            ("Explain", "def most_expensive"),
            ("Fix bug", "def total"),
            ("Add docstring", "def most_expensive"),
        ):
            line = editor.text[: editor.text.index(function)].count("\n")
            menu = await editor.actions_at(line)
            print(f"\n{SAMPLE.name}:{line + 1}  {function}(…)")
            print("  offered: " + " · ".join(action.title for action in menu))
            print(f"  chosen:  {title}")
            outcome = await editor.run(next(a for a in menu if a.title.startswith(title)))
            outcomes.append(outcome["status"])
            clear_line()
            print(
                f"  {outcome['status']}: {outcome['message']}"
                f" ({outcome['completion_tokens']} tokens, {outcome['seconds']:.1f} s,"
                f" {outcome['model']})"
            )
        await editor.client.shutdown_async(None)
        editor.client.exit(None)
        await editor.client.stop()
        revoke_consent(path.parent)
    if "refused" in outcomes:
        print(
            "\nA refusal is the gate at work: the reply did not pass its checks, and the file was"
            "\nleft alone. The small model runs anywhere; see the README for larger ones."
        )
    return 0 if set(outcomes) <= {"applied", "shown", "refused"} else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
