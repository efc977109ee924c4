"""Nowhere is code of a project run before its user agrees: from the editor, the command line and
in a batch, with whatever is said on the command line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lsp_editor import editing, marked, plain, vscode

from deskmate.checks.consent import ALWAYS, NEVER, RunQuestion, find_leave
from deskmate.checks.consent_store import revoke_run
from deskmate.cli.batch import Options, batch
from deskmate.cli.consent import allow_tests
from deskmate.cli.run import run
from deskmate.lsp.features.run_consent import make_asking
from deskmate.lsp.jobs import WAITING

CODE = "def total(prices):\n    return max(‸prices)\n"
FIXED = "def total(prices):\n    return sum(prices)\n"
TEST = """\
import unittest
from basket import total
class TestTotal(unittest.TestCase):
    def test_two(self):
        self.assertEqual(total([10, 20]), 30)
"""

ENTRIES: dict[str, Callable[[str], Any]] = {
    "run": lambda path: run("fix-bug", f"{path}:1"),
    "run --write --yes": lambda path: run("fix-bug", f"{path}:1", write=True, yes=True),
    "run add-docstring": lambda path: run("add-docstring", f"{path}:1"),
    "run write-tests": lambda path: run("write-tests", f"{path}:1"),
    "batch --dry-run": lambda path: batch(Options("fix-bug", (path,), dry_run=True)),
    "batch --write": lambda path: batch(Options("add-docstring", (path,), write=True)),
}
LONG = {"enabled": True, "seconds": 600, "disabled": ["mypy", "ty"]}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = (tmp_path / "shop").resolve()
    (root / "tests").mkdir(parents=True)
    (root / "pyproject.toml").touch()
    (root / "basket.py").write_text(marked(CODE)[0], encoding="utf-8")
    (root / "tests" / "test_basket.py").write_text(TEST, encoding="utf-8")
    return root


@pytest.mark.parametrize("entry", ENTRIES)
def test_no_entry_runs_code_by_itself(
    entry: str, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[object] = []
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setattr("deskmate.checks.suites.run_code", lambda *given: ran.append(given))
    monkeypatch.setenv("DESKMATE_CHECKS__ENABLED", "true")
    script = tmp_path / "script.toml"
    reply = f"```python\n{FIXED}```\n>>> total([1])\n1"
    script.write_text(f"[[reply]]\nagain = true\ntext = '''{reply}'''\n", encoding="utf-8")
    monkeypatch.setenv("DESKMATE_LOCAL__ENGINE", "scripted")
    monkeypatch.setenv("DESKMATE_LOCAL__MODEL", str(script))
    monkeypatch.chdir(project)
    try:
        ENTRIES[entry]("basket.py")
    except Exception as error:  # an answer that is no docstring is refused, which is no matter here
        assert type(error).__name__ == "Refused", error
    assert ran == []


async def test_an_editor_s_user_is_asked_once_and_is_told_what_was_run(project: Path) -> None:
    text, at, _ = marked(CODE)
    on = {"DESKMATE_CHECKS__ENABLED": "true"}
    async with editing(project, vscode(), environment=on) as editor:
        uri = editor.open("basket.py", text)
        editor.answers = [""]
        await editor.script(f"```python\n{FIXED}```", settings={"checks": LONG})
        first = await editor.run("fix-bug", uri, at)
        assert "Not run: you have not allowed it." in first["evidence"], first
        assert editor.buttons == [["Always here", "Never here"]]
    async with editing(project, vscode(), environment=on, opened=False) as editor:
        uri = editor.open("basket.py", text)
        editor.answers = ["Always here"]
        again = {"text": f"```python\n{FIXED}```", "again": True}
        await editor.script(again, settings={"checks": LONG})
        done = await editor.run("fix-bug", uri, at)
        assert "1 test of tests/test_basket.py passes, which failed before" in done["evidence"]
        assert done["evidence"] in done["message"]
        assert done["proof"] == "fixed"
        assert len(editor.questions) == 1


async def test_an_editor_that_cannot_ask_runs_what_a_shell_allowed(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(project / ".home"))
    text, at, _ = marked(CODE)
    on = {"DESKMATE_CHECKS__ENABLED": "true"}
    async with editing(project, plain(), environment=on) as editor:
        editor.asks = False
        uri = editor.open("basket.py", text)
        await editor.script(*[f"```python\n{FIXED}```"] * 2, settings={"checks": LONG})
        done = await editor.run("fix-bug", uri, at)
        assert f'Not run: `deskmate consent tests "{project}"` has to allow it' in done["evidence"]
        await asyncio.to_thread(allow_tests, str(project), never=False)
        editor.type(uri, 0, text, delete=len(editor.buffers[uri].text))
        done = await editor.run("fix-bug", uri, at)
    assert "1 test of tests/test_basket.py passes, which failed before" in done["evidence"], done


async def test_what_was_revoked_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    answers, asked = ["", ALWAYS, NEVER], list[str]()

    async def choose(words: str, *choices: str) -> str:
        asked.append(words)
        return answers.pop(0)

    session: Any = SimpleNamespace(run_questions={}, client=SimpleNamespace(choose=choose))
    reported: list[str] = []
    job: Any = SimpleNamespace(report=reported.append)
    ask = make_asking(session, job, 60)
    assert [await find_leave(tmp_path, ask) for _ in range(2)] == ["you have not allowed it"] * 2
    assert reported == [WAITING]
    assert len(asked) == 1, "one that was closed is not put again"
    other = tmp_path / "other"
    assert [await find_leave(other, ask) for _ in range(2)] == ["", ""]
    assert len(asked) == 2
    revoke_run(other)
    assert await find_leave(other, ask) == "you decided that no code of this project is run"
    answers.append(ALWAYS)
    assert await ask(RunQuestion(tmp_path, ("no jail here",))) == ALWAYS, "it is another question"
