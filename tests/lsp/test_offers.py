"""What the menu lists, on the wire. Which action applies where is in tests/cases/offers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from concurrent.futures import Future
from pathlib import Path

import attrs
import pytest
import pytest_asyncio
from lsp_editor import Editor, editing, helix, marked, neovim, plain, vscode
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Editor, None]:
    async with editing(tmp_path_factory.mktemp("project"), vscode()) as editor:
        yield editor


def titles(actions: list[lsp.CodeAction]) -> list[str]:
    return [action.title for action in actions]


async def test_an_undocumented_function_is_offered_a_docstring(editor: Editor) -> None:
    text, at, _ = marked("def add(a, b):\n    return a ‸+ b\n")
    listed = await editor.actions(editor.open("undocumented.py", text), at)
    assert titles(listed) == [
        "Fix bug",
        "Add docstring",
        "Refactor",
        "Write tests",
        "Explain",
        "Change together with what uses it",
    ]


async def test_a_documented_function_is_not_offered_one(editor: Editor) -> None:
    text, at, _ = marked('def add(a, b):\n    """Adds."""\n    return a ‸+ b\n')
    listed = await editor.actions(editor.open("documented.py", text), at)
    assert "Add docstring" not in titles(listed)


async def test_a_stub_is_offered_to_be_written(editor: Editor) -> None:
    text, at, _ = marked("def add(a, b):\n    ‸...\n")
    listed = await editor.actions(editor.open("stub.py", text), at)
    assert "Generate function" in titles(listed)


async def test_an_action_carries_the_command_that_runs_it(editor: Editor) -> None:
    text, at, _ = marked("def add(a, b):\n    return a ‸+ b\n")
    uri = editor.open("command.py", text)
    action = next(a for a in await editor.actions(uri, at) if a.title == "Refactor")
    where = {"line": 1, "character": 13}
    assert action.kind == lsp.CodeActionKind.RefactorRewrite
    assert action.edit is None
    assert action.command is not None
    assert action.command.command == "deskmate.run"
    assert action.command.arguments == (
        {"action": "refactor", "uri": uri, "range": {"start": where, "end": where}},
    )


async def test_where_something_is_reported_the_fix_comes_first(editor: Editor) -> None:
    text, at, end = marked("def add(a, b):\n    return a + ‸c‸\n")
    uri = editor.open("reported.py", text)
    diagnostic = lsp.Diagnostic(editor.range(uri, at, end), "undefined name 'c'")
    first, *rest = await editor.actions(uri, at, diagnostics=[diagnostic])
    assert first.title == "Fix bug"
    assert first.kind == lsp.CodeActionKind.QuickFix
    assert not first.is_preferred, "one key for a fix is for the exact ones of other servers"
    assert first.diagnostics == (diagnostic,)
    assert first.command and first.command.arguments
    argument = first.command.arguments[0]
    assert argument["diagnostics"][0]["message"] == "undefined name 'c'"  # type: ignore[index]
    assert [action.title for action in rest if action.diagnostics] == [
        "Fix this problem: undefined name 'c'"
    ]


async def test_a_problem_has_entries_of_its_own(editor: Editor) -> None:
    text, at, _ = marked("def add(a, b):\n    return a + ‸c + d\n")
    uri = editor.open("problem.py", text)
    name = editor.range(uri, at, at + 1)
    wrong = lsp.Diagnostic(name, "undefined name 'c'", lsp.DiagnosticSeverity.Error, "F821")
    style = lsp.Diagnostic(name, "`c` is short", lsp.DiagnosticSeverity.Hint)
    other = lsp.Diagnostic(editor.range(uri, at + 4, at + 5), "undefined name 'd'")
    ours = lsp.Diagnostic(name, "not English", lsp.DiagnosticSeverity.Error, source="deskmate")
    listed = await editor.actions(uri, at, diagnostics=[style, ours, other, wrong])
    own = [action for action in listed if "this problem" in action.title]
    assert len(listed) <= 9
    assert titles(own) == [
        "Fix this problem: undefined name 'c'",
        "Explain this problem: undefined name 'c'",
        "Fix this problem: `c` is short",
        "Explain this problem: `c` is short",
    ]
    fix, explain, *_ = own
    assert (fix.kind, explain.kind) == (lsp.CodeActionKind.QuickFix, "deskmate.explain")
    assert (fix.diagnostics, explain.diagnostics) == ((wrong,), None)
    assert not any(action.is_preferred for action in listed)
    assert listed.index(fix) == 1, "beside Fix bug"
    log = await editor.script("`c` is bound nowhere.", "def add(a, b):\n    return a + b + d\n")
    for one, status in ((explain, "shown"), (fix, "applied")):
        assert one.command and one.command.arguments
        result = await editor.command("deskmate.run", one.command.arguments[0] | {"wait": True})  # type: ignore[operator]
        assert result["status"] == status, result
    asked = log.read_text()
    assert asked.count("undefined name 'c' [F821]") == 2
    assert "Explain to a developer what the editor reports" in asked
    assert "`c` is short" not in asked
    assert "undefined name 'd'" not in asked


async def test_what_a_model_answers_is_marked_where_that_is_shown(tmp_path: Path) -> None:
    tags = lsp.CodeActionTagOptions([lsp.CodeActionTag.LlmGenerated])
    knows = vscode()
    assert knows.text_document and knows.text_document.code_action
    code_action = attrs.evolve(knows.text_document.code_action, tag_support=tags)
    knows = attrs.evolve(
        knows, text_document=attrs.evolve(knows.text_document, code_action=code_action)
    )
    text, at, end = marked("# Prices\n\nname,price\n‸x,1‸\n")
    async with editing(tmp_path, knows) as editor:
        uri = editor.open("prices.md", text, "markdown")
        wrong = lsp.Diagnostic(editor.range(uri, at, end), "not a sentence")
        listed = await editor.actions(
            uri, at, end, diagnostics=[wrong], only=["refactor", "deskmate"]
        )
        unmarked = [action.title for action in listed if not action.tags]
        assert "Explain this problem: not a sentence" in titles(listed)
        assert {title.partition(":")[0] for title in unmarked} == {
            "Fix Markdown structure",
            "Clean up",
        }


async def test_what_is_reported_elsewhere_changes_nothing(editor: Editor) -> None:
    text, at, end = marked("import ‸missing‸\n\n\ndef add(a, b):\n    return a + b\n")
    uri = editor.open("elsewhere.py", text)
    diagnostic = lsp.Diagnostic(editor.range(uri, at, end), "no such module")
    listed = await editor.actions(uri, text.index("return"), diagnostics=[diagnostic])
    assert not any(action.diagnostics for action in listed)


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (["refactor"], {lsp.CodeActionKind.RefactorRewrite}),
        (["refactor.rewrite"], {lsp.CodeActionKind.RefactorRewrite}),
        (["quickfix"], {lsp.CodeActionKind.QuickFix}),
        (["refactor.extract"], set()),
        (["source.organizeImports"], set()),
    ],
)
async def test_only_the_kinds_that_are_asked_for(
    editor: Editor, only: list[str], expected: set[str]
) -> None:
    text, at, end = marked("def add(a, b):\n    return a + ‸c‸\n")
    uri = editor.open(f"only-{'-'.join(only)}.py", text)
    diagnostic = lsp.Diagnostic(editor.range(uri, at, end), "undefined name 'c'")
    listed = await editor.actions(uri, at, diagnostics=[diagnostic], only=only)
    assert {action.kind for action in listed} == expected


async def test_a_document_that_is_not_open_is_offered_nothing(editor: Editor) -> None:
    text, at, _ = marked("def add(a, b):\n    return a ‸+ b\n")
    uri = editor.open("closed.py", text)
    where = editor.range(uri, at, at)
    editor.close(uri)
    params = lsp.CodeActionParams(lsp.TextDocumentIdentifier(uri), where, lsp.CodeActionContext([]))
    assert not await editor.client.text_document_code_action_async(params)


@pytest.mark.parametrize("profile", [vscode, neovim, helix])
async def test_columns_are_counted_as_the_editor_counts_them(
    tmp_path: Path, profile: object
) -> None:
    text, at, end = marked('names = ["😀é"]; value = ‸other‸\n')
    assert callable(profile)
    async with editing(tmp_path, profile()) as editor:
        uri = editor.open("astral.py", text)
        diagnostic = lsp.Diagnostic(editor.range(uri, at, end), "undefined name")
        listed = await editor.actions(uri, at, end, diagnostics=[diagnostic])
        assert listed[0].diagnostics == (diagnostic,)


async def test_an_editor_that_knows_only_commands_gets_commands(tmp_path: Path) -> None:
    text, at, _ = marked("def add(a, b):\n    return a ‸+ b\n")
    async with editing(tmp_path, plain()) as editor:
        listed = await editor.actions(editor.open("plain.py", text), at)
        assert all(isinstance(command, lsp.Command) for command in listed)
        assert "Explain" in titles(listed)


PROSE = "# Plan\n\nThe team ‸meets on Monday, and Tom writes the notes of it.\n"


@pytest.mark.parametrize("name", ["plan.md", "COMMIT_EDITMSG", "notes.txt"])
async def test_a_menu_fits_on_a_small_screen(editor: Editor, name: str) -> None:
    text, at, _ = marked(PROSE)
    uri = editor.open(name, text, "plaintext" if name == "notes.txt" else "markdown")
    listed = titles(await editor.actions(uri, at))
    assert len(listed) <= 9
    assert listed[0] == "Proofread"
    assert listed[-1] == "More from Deskmate…"
    everything = titles(await editor.actions(uri, at, only=["refactor", "deskmate"]))
    assert len(everything) > 20
    assert "More from Deskmate…" not in everything
    assert set(listed[:-1]) <= set(everything)


async def test_the_rest_of_a_menu_is_asked_for(editor: Editor) -> None:
    text, at, _ = marked(PROSE)
    uri = editor.open("rest.md", text, "markdown")
    await editor.script("On Monday the team meets, and Tom writes its notes.")
    more = (await editor.actions(uri, at))[-1].command
    assert more and more.arguments
    editor.answers.append("Change tone: formal")
    result = await editor.command(more.command, *more.arguments)
    assert result["status"] == "started"
    assert "Proofread" not in editor.buttons[-1]
    assert "Translate: German" in editor.buttons[-1]
    await editor.until(lambda: "On Monday" in editor.buffers[uri].text, "it is applied")


async def test_an_editor_that_cannot_ask_turns_the_page(tmp_path: Path) -> None:
    text, at, _ = marked(PROSE)
    async with editing(tmp_path, helix()) as editor:
        editor.asks = False
        uri = editor.open("pages.md", text, "markdown")
        pages, everything = [], titles(await editor.actions(uri, at, only=["refactor", "deskmate"]))
        for _ in range(4):
            listed = await editor.actions(uri, at)
            assert len(listed) <= 9
            pages.append(titles(listed)[:-1])
            assert listed[-1].command
            await editor.command(listed[-1].command.command, *(listed[-1].command.arguments or ()))
        assert sorted(title for page in pages for title in page) == sorted(everything)
        assert titles(await editor.actions(uri, at))[:-1] == pages[0]
        assert await editor.message("Open the menu again")


async def test_a_request_that_makes_no_sense_is_answered(editor: Editor) -> None:
    protocol = editor.client.protocol
    answer: Future[object] = Future()
    protocol._request_futures["odd"] = answer
    request = {"jsonrpc": "2.0", "id": "odd", "method": "textDocument/codeAction"}
    protocol._send_data(request | {"params": {"textDocument": 5}})
    with pytest.raises(JsonRpcException, match="Invalid Params"):
        await asyncio.wrap_future(answer)
