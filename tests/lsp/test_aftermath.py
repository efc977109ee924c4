"""What becomes of an edit: problems that other servers of the editor find, and whether it stays."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import pytest
import pytest_asyncio
from lsp_editor import Editor, editing, vscode
from lsprotocol import types as lsp

from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.lsp.applied import make_applied
from deskmate.lsp.background.aftermath import find_fate
from deskmate.requests import stats
from deskmate.requests.stats import Counted

TEXT = "import os\n\n\ndef add(a, b):\n    return a - b\n\n\nprint(add(1, 2))\n"
FIX = "```python\ndef add(a, b):\n    sum = a + b\n    return a + b\n```"
FIXED = TEXT.replace("return a - b", "sum = a + b\n    return a + b")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Editor, None]:
    capabilities = vscode()
    capabilities.experimental = {"deskmate": {"problems": True}}
    async with editing(tmp_path_factory.mktemp("project"), capabilities) as editor:
        yield editor


def find(line: int, message: str, **more: Any) -> dict[str, Any]:
    """A diagnostic of that line."""
    ends = {"start": {"line": line, "character": 4}, "end": {"line": line, "character": 7}}
    return {"range": ends, "message": message, "source": "Ruff", "severity": 2, **more}


UNUSED = "Local variable `sum` is assigned to but never used"
OLD = find(0, "`os` imported but unused", code="F401")


async def counted(editor: Editor, monkeypatch: pytest.MonkeyPatch, **known: Any) -> Counted:
    """The last request as it is counted, once that is known of it."""
    [path] = (editor.folder / ".home").rglob("stats*.sqlite")
    monkeypatch.setattr(stats, "stats_path", lambda: path)

    def last() -> Counted | None:
        one = stats.read()[-1]
        return one if all(getattr(one, name) == value for name, value in known.items()) else None

    found: Counted = await editor.until(last, f"{known} in {stats.read()}")
    return found


async def fix(editor: Editor, name: str) -> str:
    """Has the bug fixed in a file of this name; its URI."""
    await editor.script(FIX)
    uri = editor.open(name, TEXT)
    result = await editor.run("fix-bug", uri, TEXT.index("return"))
    assert result["status"] == "applied", result
    assert editor.buffers[uri].text.endswith(FIXED)
    return uri


async def test_new_problems_in_what_was_changed_are_told_and_counted(
    editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = find(8, "`add` is not typed")
    there = {"before": [OLD], "after": [OLD, elsewhere, find(4, UNUSED, code="F841")]}
    editor.problems = lambda: there
    await fix(editor, "told.py")
    told = await editor.message(UNUSED)
    assert told.type == lsp.MessageType.Warning
    assert told.message == (
        "Fix bug: Ruff finds a new problem in what was changed, in line 5: "
        f"“{UNUSED}” Undo the change, or run Fix bug there."
    )
    await counted(editor, monkeypatch, problems=1)


@pytest.mark.parametrize(
    "answer",
    [
        {"before": [OLD], "after": [find(1, str(OLD["message"]), code="F401")]},
        None,
        3,
        {"after": 4},
    ],
    ids=["moved", "nothing", "number", "wrong"],
)
async def test_what_is_not_new_or_cannot_be_read_is_not_told(editor: Editor, answer: Any) -> None:
    editor.problems = lambda: answer
    shown = len(editor.client.messages)
    editor.close(await fix(editor, "old.py"))
    await editor.escalate()
    assert len(editor.client.messages) == shown


async def test_who_types_meanwhile_makes_problems_of_their_own(editor: Editor) -> None:
    uri = editor.uri("typed.py")

    def find_meanwhile() -> Any:
        editor.type(uri, 0, "typed\n")
        return {"before": [], "after": [find(5, "typed now")]}

    editor.problems = find_meanwhile
    await fix(editor, "typed.py")
    await editor.until(lambda: editor.buffers[uri].text.startswith("typed"), "it was asked")
    await editor.escalate()
    assert not [one for one in editor.client.messages if "typed now" in one.message]


SUM, NEW = "    sum = a + b\n", "    return a + b\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\nc\n", "a\nc\n"),
        ("a\nb\n", "a\n"),
        ("if a:\n    return b\n", "return b\n"),
        ("a = 1  # one\n", "a = 1\n"),
        ("a\nc\n", "a\nb\nc\n"),
    ],
)
def test_what_takes_something_away_can_be_undone(before: str, after: str) -> None:
    first, last = (open_document("file:///a.py", text) for text in (before, after))
    applied = make_applied("Edit", first, last, Span(0, len(after)))
    assert find_fate(applied, applied.place, after) == "kept"
    assert find_fate(applied, Span(0, len(before)), before) == "undone"
    assert find_fate(applied, Span(0, 4), "else") == "edited"


@pytest.mark.parametrize(
    ("at", "delete", "typed", "fate"),
    [
        (0, 0, "# above\n", "kept"),
        (len(FIXED), 0, "# below\n", "kept"),
        (FIXED.index(SUM), len(SUM), "", "edited"),
        (FIXED.index(SUM), len(SUM + NEW), "    return a - b\n", "undone"),
    ],
    ids=["above", "below", "edited", "undone"],
)
async def test_what_a_user_does_with_an_edit_is_counted_by_a_save_and_at_the_end(
    editor: Editor,
    monkeypatch: pytest.MonkeyPatch,
    at: int,
    delete: int,
    typed: str,
    fate: str,
) -> None:
    editor.problems = lambda: None
    uri = await fix(editor, f"{fate}{at}.py")
    await editor.save(uri)
    await counted(editor, monkeypatch, fate="kept")
    editor.type(uri, at, typed, delete)
    editor.close(uri)
    await counted(editor, monkeypatch, fate=fate)
