"""Every action in every way in: by the command, as a code action, at the command line, in a batch.

Each ends applied, shown or refused. What a kind of result becomes is said once below; what an
action makes of a text is in `tests/cases`.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsp_editor import Editor, editing, marked, neovim

from deskmate.actions.action import Action
from deskmate.actions.catalog import BUILTIN, load_actions
from deskmate.cli.main import main
from deskmate.core.target import Result

ACTIONS, _ = load_actions()
FIRST = {  # of an action with choices, the first
    name: next(one for one in ACTIONS.values() if one.id == name or one.id.startswith(f"{name}-"))
    for name in BUILTIN
}


@dataclass(frozen=True)
class Sample:
    """A file with a cursor, where an action applies, and what the model says there: `reply`, each
    time, after `first`.
    """

    name: str
    text: str
    reply: str
    first: str = ""

    @property
    def replies(self) -> list[dict[str, Any]]:
        """As the scripted engine takes them."""
        once = [{"text": self.first}] if self.first else []
        return [*once, {"text": self.reply, "again": True}]


PAGE = """\
# Plan

The ‸team meets on Monday to talk about the new release and what is left to do. Ann writes the
notes, and Tom asks the others what they need until then.

- lamps: 3
- chairs: 12
"""
MODULE = """\
import threading

total = 0


def add(amount):
    global total
    with threading.Lock():
        total = ‸total - amount
"""
ADDED = MODULE.partition("\n\n\n")[2].replace("‸", "").replace("-", "+")
FORM = "---\ntitle: Plan\n---\n\nThe ‸team meets on Monday, and Tom writes teh notes of it.\n"
LIST = "‸- lamps: 3\n- chairs: 12\n‸"
ROWS = "name,day\nKim‸,24.12.2025\nTom,31.12.2025\n"
MEETS = "The team meets on Monday."

SAMPLES: dict[Result, Sample] = {
    "replace": Sample("shop.py", MODULE, f"```python\n{ADDED}```"),
    "docstring": Sample("shop.py", MODULE, '```python\ndef add(amount):\n    """Adds."""\n```'),
    "new-file": Sample(
        "shop.py", MODULE, "```python\ndef test_add():\n    assert add(1) is None\n```"
    ),
    "show": Sample("shop.py", MODULE, "It adds an amount to the total."),
    "prose": Sample("form.md", FORM, "On Monday the team meets, and Tom writes the notes of it."),
    "corrections": Sample(
        "form.md", FORM, "The team meets on Monday, and Tom writes the notes of it."
    ),
    "translation": Sample(
        "form.md", FORM, "Das Team trifft sich am Montag, und Tom schreibt die Notizen davon."
    ),
    "digest": Sample("plan.md", PAGE, MEETS),
    "structure": Sample("plan.md", PAGE.replace("# Plan\n", "# Plan"), ""),
    "front-matter": Sample("form.md", FORM, '{"title": "The plan", "description": "What it is."}'),
    "records": Sample("list.txt", LIST, '[{"item": "lamps", "count": "3"}]', '["item", "count"]'),
    "labels": Sample("list.txt", LIST, '"goods"', '["goods", "other"]'),
    "convert": Sample("rows.csv", ROWS, ""),
    "clean": Sample("rows.csv", ROWS, ""),
    "message": Sample("COMMIT_EDITMSG", "‸\n# On branch main\n", "Add what was staged"),
}

OF_AN_ACTION = {
    "generate": Sample(
        "stub.py", "def twice(x):\n    ‸...\n", "```python\ndef twice(x):\n    return 2 * x\n```"
    ),
    "change-together": Sample(
        "used.py",
        "def add(a, b):\n    return ‸a + b\n\n\ndef twice(a):\n    return add(a)\n",
        "```python\ndef twice(a):\n    return add(a, a)\n```",
    ),
    "summarize-bullets": Sample("plan.md", PAGE, f"- {MEETS}"),
    "to-bullets": Sample("form.md", FORM, "- The team meets on Monday.\n- Tom writes teh notes."),
    "minutes": Sample(
        "plan.md", PAGE, f"**Decisions**\n- {MEETS}\n\n**Action items**\n- Ann: notes"
    ),
    "expand": Sample("list.md", LIST, "There are 3 lamps and 12 chairs."),
    "to-prose": Sample("list.md", LIST, "There are 3 lamps and 12 chairs."),
    "continue": Sample("form.md", FORM, "Everyone gets these on Tuesday, before lunch."),
    "tags": Sample("form.md", FORM, '{"tags": ["plan", "notes"]}'),
    "category": Sample("form.md", FORM, '{"category": "meetings"}'),
}


def sample(action: Action) -> Sample:
    base = next(name for name in BUILTIN if FIRST[name] is action)
    return OF_AN_ACTION.get(base, SAMPLES[action.result])


every = pytest.mark.parametrize("action", FIRST.values(), ids=lambda action: action.id)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Editor, None]:
    """In a repository, so that there may be a message of a commit."""
    async with editing(tmp_path_factory.mktemp("project"), neovim()) as editor:
        (editor.folder / "pyproject.toml").touch()
        stage(editor.folder)
        yield editor


def stage(folder: Path) -> None:
    """Makes it a repository in which something is staged, for the message of a commit."""
    (folder / "staged.txt").write_text("staged\n", encoding="utf-8")
    for words in (["init", "--quiet"], ["add", "staged.txt"]):
        subprocess.run(["git", "-C", folder, *words], check=True)


def kind_of(action: Action) -> str:
    """What it is listed as where the editor reports no problem."""
    return "refactor.rewrite" if action.kind == "quickfix" else action.kind


def ends(action: Action) -> str:
    return "shown" if action.shows else "applied"


@every
async def test_as_a_command(editor: Editor, action: Action) -> None:
    given = sample(action)
    text, *at = marked(given.text)
    await editor.script(*given.replies)
    uri = editor.open(f"{action.id}-{given.name}", text, language_of(given))
    result = await editor.run(action.id, uri, *at)
    assert result["status"] == ends(action), result
    assert (editor.buffers[uri].text != text) is (action.edits and action.result not in BESIDE)


BESIDE: tuple[Result, ...] = ("new-file", "convert")
"""Results that make another file of a whole one."""


@every
async def test_as_a_code_action(editor: Editor, action: Action) -> None:
    given = sample(action)
    text, *at = marked(given.text)
    await editor.script(*given.replies)
    uri = editor.open(f"{action.id}-again-{given.name}", text, language_of(given))
    listed = await editor.actions(uri, *at, only=[kind_of(action)])
    chosen = next(one for one in listed if one.title == action.title)
    assert chosen.command and chosen.command.arguments
    (arguments,) = chosen.command.arguments
    assert isinstance(arguments, dict)
    result = await editor.command(chosen.command.command, {**arguments, "wait": True})
    assert result["status"] == ends(action), result


@every
async def test_in_a_document_without_a_place_on_disk(editor: Editor, action: Action) -> None:
    given = sample(action)
    text, *at = marked(given.text)
    await editor.script(*given.replies)
    uri = editor.open(f"untitled:{action.id}", text, language_of(given))
    result = await editor.run(action.id, uri, *at)
    assert result["status"] in ("applied", "shown", "refused", "failed"), result
    assert "bug in Deskmate" not in result["message"]
    if result["status"] == "failed":
        assert "Save the file first" in result["message"]


@every
def test_at_the_command_line(
    action: Action,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = at_home(tmp_path, monkeypatch, action)
    before, *after = sample(action).text.split("‸")
    cursor = f":{len(before.splitlines()) or 1}"
    where = path.name if len(after) > 1 or action.result == "clean" else path.name + cursor
    assert main(["run", action.id, where, "--write"]) == 0, capsys.readouterr().err


@every
def test_in_a_batch(
    action: Action,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = at_home(tmp_path, monkeypatch, action)
    done = main(["batch", action.id, path.name, "--out", "out", "--format", "jsonl"])
    told = json.loads(capsys.readouterr().out)
    assert told["status"] in ("done", "refused", "skipped", "unchanged"), told
    assert done in (0, 1)


def at_home(folder: Path, monkeypatch: pytest.MonkeyPatch, action: Action) -> Path:
    """The sample of an action as a file of a project, in which the model is scripted."""
    given = sample(action)
    (folder / "pyproject.toml").touch()
    path = folder / given.name
    path.write_text(given.text.replace("‸", ""), encoding="utf-8")
    if action.result == "message":
        stage(folder)
    script = folder / "script.toml"
    rows = [f"{key} = {json.dumps(value)}" for one in given.replies for key, value in one.items()]
    script.write_text("\n".join("[[reply]]\n" * row.startswith("text") + row for row in rows))
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(folder / ".home"))
    monkeypatch.setenv("DESKMATE_LOCAL__ENGINE", "scripted")
    monkeypatch.setenv("DESKMATE_LOCAL__MODEL", str(script))
    monkeypatch.chdir(folder)
    return path


def language_of(given: Sample) -> str:
    languages = {".py": "python", ".md": "markdown", ".txt": "plaintext", ".csv": "csv"}
    return languages.get(Path(given.name).suffix, "git-commit")
