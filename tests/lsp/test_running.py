"""An action from the command to the edited text: what is applied, shown, refused and said."""

from __future__ import annotations

import ast
from collections.abc import AsyncGenerator
from typing import Any

import pytest
import pytest_asyncio
from lsp_editor import Editor, editing, helix, marked, neovim, vscode
from lsprotocol import types as lsp


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=[vscode, neovim, helix])
async def editor(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncGenerator[Editor, None]:
    folder = tmp_path_factory.mktemp("project")
    async with editing(folder, request.param()) as editor:
        yield editor


# The action, the text with the cursor, what the model says, the text that it makes.
REPLACED = {
    "fix-bug": (
        "# 😀\ndef add(a, b):\n    return a ‸- b\n\n\nprint(add(1, 2))\n",
        "The operator is wrong.\n```python\ndef add(a, b):\n    return a + b\n```",
        "# 😀\ndef add(a, b):\n    return a + b\n\n\nprint(add(1, 2))\n",
    ),
    "refactor": (
        "def is_empty(items):\n    if len(items) == 0:\n        return ‸True\n    return False\n",
        "```python\ndef is_empty(items):\n    return not items\n```",
        "def is_empty(items):\n    return not items\n",
    ),
    "add-docstring": (
        "class Basket:\n    def total(self):\n        return ‸sum(self.prices)\n",
        '```python\ndef total(self):\n    """The sum of all prices."""\n'
        "    return sum(self.prices)\n```",
        'class Basket:\n    def total(self):\n        """The sum of all prices."""\n'
        "        return sum(self.prices)\n",
    ),
    "generate": (
        'def double(number):\n    """Twice the number."""‸\n',
        '```python\ndef double(number):\n    """Twice the number."""\n    return number * 2\n```',
        'def double(number):\n    """Twice the number."""\n    return number * 2\n',
    ),
}


@pytest.mark.parametrize("action", REPLACED)
async def test_an_edit_is_applied(editor: Editor, action: str) -> None:
    given, reply, expected = REPLACED[action]
    text, at, _ = marked(given)
    await editor.script(reply)
    uri = editor.open(f"{action}.py", text)
    result = await editor.run(action, uri, at)
    assert result["status"] == "applied", result
    assert editor.buffers[uri].text == expected
    assert result["model"] == "scripted"
    assert result["completion_tokens"] > 0
    assert result["seconds"] >= 0
    assert "`" in result["target"]


async def test_an_edit_names_its_version_and_touches_only_what_changes(editor: Editor) -> None:
    text, at, _ = marked("def add(a, b):\n    return a ‸- b\n")
    await editor.script("```python\ndef add(a, b):\n    return a + b\n```")
    uri = editor.open("versioned.py", text)
    await editor.run("fix-bug", uri, at)
    (change,) = editor.edits[-1].document_changes or ()
    assert isinstance(change, lsp.TextDocumentEdit)
    assert change.text_document.version == 1
    (edit,) = change.edits
    assert isinstance(edit, lsp.TextEdit)
    assert edit.range == editor.range(uri, at, at + 1)
    assert edit.new_text == "+"


@pytest.mark.parametrize("under", ["r", "😀", "é"])
async def test_one_character_is_the_cursor(editor: Editor, under: str) -> None:
    """As Helix has it, which knows no empty selection."""
    text = f"def add(a, b):\n    return a + b  # {under}\n"
    await editor.script("It adds.")
    uri = editor.open(f"under {ord(under[0])}.py", text)
    result = await editor.run("explain", uri, text.index(under), text.index(under) + len(under))
    assert result["target"] == "function `add`", result


async def test_tests_go_to_a_new_file(editor: Editor) -> None:
    await editor.script("```python\ndef test_halve():\n    assert halve(4) == 2\n```")
    (editor.folder / "tests").mkdir(exist_ok=True)
    uri = editor.open("halving.py", "def halve(n):\n    return n / 2\n")
    result = await editor.run("write-tests", uri)
    assert result["status"] == "applied", result
    made = (editor.folder / "tests" / "test_halving.py").read_text()
    assert "import halve" in made
    assert "assert halve(4) == 2" in made
    ast.parse(made)
    assert editor.client.shown_documents[-1].uri == editor.uri("tests/test_halving.py")
    assert editor.buffers[uri].text == "def halve(n):\n    return n / 2\n"


async def test_tests_extend_the_file_that_is_open(editor: Editor) -> None:
    await editor.script("```python\ndef test_third():\n    assert third(9) == 3\n```")
    before = "from thirds import third\n\n\ndef test_zero():\n    assert third(0) == 0\n"
    tests = editor.open("tests/test_thirds.py", before)
    (editor.folder / "tests").mkdir(exist_ok=True)
    (editor.folder / "tests" / "test_thirds.py").write_text(before)
    uri = editor.open("thirds.py", "def third(n):\n    return n / 3\n")
    result = await editor.run("write-tests", uri)
    assert result["status"] == "applied", result
    assert editor.buffers[tests].text.startswith(before.rstrip())
    assert "assert third(9) == 3" in editor.buffers[tests].text
    ast.parse(editor.buffers[tests].text)


async def test_a_reply_that_may_not_stand_is_refused(editor: Editor) -> None:
    text, at, _ = marked("def add(a, b):\n    return a ‸- b\n")
    await editor.script({"text": "```python\ndef add(a, b:\n    return\n```", "again": True})
    uri = editor.open("refused.py", text)
    result = await editor.run("fix-bug", uri, at)
    assert result["status"] == "refused"
    assert result["message"]
    assert editor.buffers[uri].text == text


async def test_a_reply_is_repaired_when_the_model_is_told_what_was_wrong(editor: Editor) -> None:
    text, at, _ = marked("def add(a, b):\n    return a ‸- b\n")
    log = await editor.script(
        "```python\ndef add(a, b:\n    return\n```",
        "```python\ndef add(a, b):\n    return a + b\n```",
    )
    uri = editor.open("repaired.py", text)
    result = await editor.run("fix-bug", uri, at)
    assert result["status"] == "applied"
    assert editor.buffers[uri].text == text.replace("-", "+")
    assert log.read_text().count('"asked"') == 2


async def test_what_the_editor_reports_is_told_to_the_model(editor: Editor) -> None:
    text, at, end = marked("def add(a, b):\n    return a + ‸c‸\n")
    log = await editor.script("```python\ndef add(a, b):\n    return a + b\n```")
    uri = editor.open("told.py", text)
    elsewhere = lsp.Location((editor.folder / "sums.py").as_uri(), editor.range(uri, 0, 3))
    diagnostic = lsp.Diagnostic(
        editor.range(uri, at, end),
        "undefined name 'c'",
        code="F821",
        related_information=[lsp.DiagnosticRelatedInformation(elsewhere, "`c` was here")],
    )
    first, *_ = await editor.actions(uri, at, diagnostics=[diagnostic])
    assert first.command and first.command.arguments
    argument: Any = first.command.arguments[0]
    result = await editor.command("deskmate.run", argument | {"wait": True})
    assert result["status"] == "applied", result
    told = log.read_text()
    assert "undefined name 'c' [F821]" in told
    assert "sums.py, line 1: `c` was here" in told


async def test_an_instruction_is_told_to_the_model(editor: Editor) -> None:
    text, at, _ = marked("def add(a, b):\n    return a ‸+ b\n")
    log = await editor.script("```python\ndef add(a, b):\n    return sum((a, b))\n```")
    uri = editor.open("instructed.py", text)
    result = await editor.run("refactor", uri, at, instruction="Use sum, please.")
    assert result["status"] == "applied", result
    assert "Use sum, please." in log.read_text()


async def test_a_file_that_is_not_open_is_read_from_disk(editor: Editor) -> None:
    path = editor.folder / "on disk.py"
    path.write_text("def add(a, b):\n    return a - b\n")
    await editor.script("```python\ndef add(a, b):\n    return a + b\n```")
    where = lsp.Range(lsp.Position(1, 4), lsp.Position(1, 4))
    argument = editor.arguments("fix-bug", path.as_uri(), where)
    result = await editor.command("deskmate.run", argument)
    assert result["status"] == "applied", result
    assert path.read_text() == "def add(a, b):\n    return a + b\n"


async def test_progress_is_shown_from_begin_to_end(editor: Editor) -> None:
    text, at, _ = marked("def add(a, b):\n    return a ‸- b\n")
    reply = "```python\ndef add(a, b):\n    return a + b\n```"
    await editor.script({"text": reply, "pieces": 4, "delay": 0.03})
    uri = editor.open("progress.py", text)
    started = await editor.run("fix-bug", uri, at, wait=False)
    assert started["status"] == "started"
    await editor.until(lambda: editor.progress(started["job"]).ended, "the progress ends")
    progress = editor.progress(started["job"])
    begin, *between, end = progress.values
    assert progress.token == f"deskmate: Fix bug #{started['job']}", "Helix shows it as it is"
    assert begin.title == "Fix bug"
    assert begin.cancellable
    assert any("tokens" in report.message for report in between)
    assert "add" in end.message
    assert editor.buffers[uri].text == text.replace("-", "+")


async def test_an_engine_that_fails_is_said_in_one_sentence(editor: Editor) -> None:
    text, at, _ = marked("def add(a, b):\n    return a ‸- b\n")
    await editor.script({"text": "```python\ndef", "error": "EngineLost"})
    uri = editor.open("lost.py", text)
    result = await editor.run("fix-bug", uri, at)
    assert result["status"] == "failed"
    assert "Traceback" not in result["message"]
    assert editor.buffers[uri].text == text


async def test_who_does_not_wait_is_told_by_a_message(editor: Editor) -> None:
    text, at, _ = marked("def add(a, b):\n    return a ‸- b\n")
    await editor.script({"text": "I cannot do that.", "again": True})
    uri = editor.open("messaged.py", text)
    editor.client.messages.clear()
    await editor.run("fix-bug", uri, at, wait=False)
    message = await editor.message("nothing was changed")
    assert message.type == lsp.MessageType.Warning
    assert editor.buffers[uri].text == text


async def test_a_call_of_what_does_not_exist_is_refused_by_its_name(editor: Editor) -> None:
    text, at, _ = marked("def add(a, b):\n    return a ‸- b\n")
    reply = "```python\ndef add(a, b):\n    return plus(a, b)\n```"
    await editor.script({"text": reply, "again": True})
    uri = editor.open("invented.py", text)
    result = await editor.run("fix-bug", uri, at)
    assert result["status"] == "refused"
    assert "`plus`" in result["message"]
    assert editor.buffers[uri].text == text


async def test_an_edit_that_the_editor_refuses_has_failed(editor: Editor) -> None:
    text, at, _ = marked("def add(a, b):\n    return a ‸- b\n")
    await editor.script("```python\ndef add(a, b):\n    return a + b\n```")
    uri = editor.open("read-only.py", text)
    editor.before_apply = lambda: lsp.ApplyWorkspaceEditResult(False, "the file is read-only")
    try:
        result = await editor.run("fix-bug", uri, at)
    finally:
        editor.before_apply = lambda: None
    assert result["status"] == "failed"
    assert "the file is read-only" in result["message"]
    assert editor.buffers[uri].text == text


async def test_an_edit_that_the_user_does_not_want_is_cancelled(editor: Editor) -> None:
    text, at, _ = marked("def add(a, b):\n    return a ‸- b\n")
    await editor.script("```python\ndef add(a, b):\n    return a + b\n```")
    uri = editor.open("declined.py", text)
    editor.before_apply = lambda: lsp.ApplyWorkspaceEditResult(False, "declined")
    try:
        result = await editor.run("fix-bug", uri, at)
    finally:
        editor.before_apply = lambda: None
    assert result["status"] == "cancelled"
    assert editor.buffers[uri].text == text


# What `deskmate.run` is given, and what the message says of it.
WRONG: dict[str, tuple[tuple[Any, ...], str]] = {
    "nothing": ((), "one object"),
    "a text": (("fix-bug",), "one object"),
    "two": (({}, {}), "one object"),
    "no action": (({"uri": "file:///x.py"},), "`action`"),
    "no uri": (({"action": "fix-bug"},), "`uri`"),
    "no range": (({"action": "fix-bug", "uri": "file:///x.py"},), "`range`"),
    "a broken range": (
        ({"action": "fix-bug", "uri": "file:///x.py", "range": {"start": {"line": -1}}},),
        "`range`",
    ),
    "no such file": (
        (
            {
                "action": "fix-bug",
                "uri": "file:///no/such/file.py",
                "range": {
                    "start": {"line": 0, "character": 0},
                    "end": {"line": 0, "character": 0},
                },
            },
        ),
        "does not exist on disk",
    ),
}


@pytest.mark.parametrize("case", WRONG)
async def test_wrong_arguments_are_explained(editor: Editor, case: str) -> None:
    arguments, about = WRONG[case]
    editor.client.messages.clear()
    result = await editor.command("deskmate.run", *arguments)
    assert result["status"] == "failed"
    assert about in result["message"]
    assert (await editor.message(about)).type == lsp.MessageType.Error


async def test_an_unknown_action_is_answered_with_those_that_there_are(editor: Editor) -> None:
    uri = editor.open("unknown.py", "x = 1\n")
    result = await editor.run("no-such-action", uri)
    assert result["status"] == "failed"
    assert "`fix-bug`" in result["message"]


async def test_an_action_that_does_not_apply_there_says_why(editor: Editor) -> None:
    await editor.script()
    uri = editor.open("nowhere.py", "x = 1\n")
    result = await editor.run("add-docstring", uri)
    assert result["status"] == "failed"
    assert "does not apply" in result["message"]


async def test_an_unknown_command_is_an_error(editor: Editor) -> None:
    with pytest.raises(Exception, match="no command"):
        await editor.command("deskmate.nonsense")


async def test_more_tests_of_the_same_function_are_nothing_taken_back(editor: Editor) -> None:
    (editor.folder / "pyproject.toml").touch()
    uri = editor.open("thrice.py", "def thrice(x):\n    return 3 * x\n")
    said = []
    for number in (1, 2):
        test = f"def test_{number}():\n    assert thrice({number}) == {3 * number}"
        await editor.script(f"```python\n{test}\n```")
        result = await editor.run("write-tests", uri, 24)
        assert result["status"] == "applied", result
        said.append(result["message"])
    assert "took" not in said[1]
