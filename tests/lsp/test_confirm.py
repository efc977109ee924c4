"""A change that runs a program, deletes files or reaches a host is applied only when the user has
looked at it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from lsp_editor import Editor, editing, marked, vscode

from deskmate.lsp.jobs import WAITING, Job

GIVEN = "def total(prices):\n    return sum(‸prices) + 1\n"
RISKY = """\
```python
def total(prices):
    import os
    os.system("date")
    return sum(prices)
```"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Editor, None]:
    async with editing(tmp_path_factory.mktemp("project"), vscode()) as editor:
        yield editor


@pytest.mark.parametrize(
    ("answers", "applied"),
    [(["Apply"], True), (["Show the change", "Apply"], True), (["Discard"], False)],
)
async def test_the_user_decides(editor: Editor, answers: list[str], applied: bool) -> None:
    text, at, _ = marked(GIVEN)
    await editor.script(RISKY)
    uri = editor.open(f"{'-'.join(answers).replace(' ', '-')}.py", text)
    editor.answers = list(answers)
    result = await editor.run("fix-bug", uri, at)
    assert result["status"] == ("applied" if applied else "cancelled"), result
    assert ("os.system" in editor.buffers[uri].text) is applied
    assert (editor.buffers[uri].text == text) is not applied


async def test_the_progress_says_that_a_question_is_open(editor: Editor) -> None:
    text, at, _ = marked(GIVEN)
    await editor.script(RISKY)
    uri = editor.open("waiting.py", text)
    started = await editor.run("fix-bug", uri, at, wait=False)

    def shown() -> list[str]:
        return [getattr(one, "message", "") for one in editor.progress(started["job"]).values]

    await editor.until(lambda: WAITING in shown(), "it is said")
    editor.answers = ["Discard"]
    await editor.until(lambda: editor.progress(started["job"]).ended, "it has ended")


async def test_an_editor_that_shows_an_edit_first_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("deskmate.lsp.jobs.PATIENCE", 0)
    said: list[str] = []
    client: Any = SimpleNamespace()
    job = Job(1, "Fix bug", client)
    monkeypatch.setattr(job, "report", said.append)
    with job.waiting("applying"):
        await asyncio.sleep(0.01)
    with job.waiting("applying"):
        pass  # as fast as this it was not shown
    await asyncio.sleep(0.01)
    assert said == ["applying", WAITING, "applying"]
