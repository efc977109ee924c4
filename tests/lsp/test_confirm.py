"""A change that runs a program, deletes files or reaches a host is applied only when the user has
looked at it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from lsp_editor import Editor, editing, marked, vscode

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
