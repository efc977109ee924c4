"""A request is resolved once, however it came and however it ends: what finds its text, its target,
its project, its settings, its wish and its modules is called once each.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

import deskmate.requests.pipeline  # noqa: F401 - what is imported later cannot be counted
from deskmate.actions.targets import find_target
from deskmate.cli import run as cli_run
from deskmate.core.text.text import Encoding
from deskmate.errors import Refused
from deskmate.lsp.client import Client
from deskmate.lsp.features import commands
from deskmate.lsp.session import Session
from deskmate.requests.modules import find_modules
from deskmate.requests.request import resolve
from deskmate.routing.facts import split_wish
from deskmate.settings.project import project_of
from deskmate.settings.sources import load_settings

ONCE = (resolve, find_target, split_wish, find_modules, project_of, load_settings)

CODE = "from rates import rate\n\n\ndef total(price):\n    return price - rate(price)\n"
RIGHT = "```python\ndef total(price):\n    return price + rate(price)\n```"
WRONG = "```python\ndef total(price:\n    return price + rate(price)\n```"

SAID = "@local it adds"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How often each of these is called, wherever it has been imported to."""
    found: Counter[str] = Counter()

    def counting(function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **more: Any) -> Any:
            found[function.__name__] += 1
            return function(*args, **more)

        return counted

    modules = [module for name, module in sys.modules.items() if name.startswith("deskmate")]
    for function in ONCE:
        wrapped = counting(function)
        for module in modules:
            for name, value in list(vars(module).items()):
                if value is function:
                    monkeypatch.setattr(module, name, wrapped)
    yield found


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of two files; nothing of the user's own is read or written."""
    root = tmp_path / "shop"
    root.mkdir()
    (root / "pyproject.toml").touch()
    (root / "rates.py").write_text("def rate(price):\n    return price / 5\n", encoding="utf-8")
    (root / "till.py").write_text(CODE, encoding="utf-8")
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    return root


def script(monkeypatch: pytest.MonkeyPatch, folder: Path, local: str, large: str) -> None:
    """What the local model says each time, and the larger one where there is one."""
    for variable, name, said in (("LOCAL", "small", local), ("LOCAL_LARGE", "large", large)):
        if said:
            file = folder / f"{name}.toml"
            text = f"[engine]\nmodel = '{name}'\n[[reply]]\nagain = true\ntext = '''{said}'''\n"
            file.write_text(text, encoding="utf-8")
            monkeypatch.setenv(f"DESKMATE_{variable}__MODEL", str(file))
    monkeypatch.setenv("DESKMATE_LOCAL__ENGINE", "scripted")
    monkeypatch.setenv("DESKMATE_LOCAL__PRELOAD", "false")


class Editor(Client):
    """An editor that applies whatever it is sent, and answers no question."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def can(self, capability: str) -> Any:
        return None

    @property
    def encoding(self) -> Encoding:
        return "utf-16"

    @property
    def options(self) -> object:
        return None

    @property
    def folders(self) -> tuple[Path, ...]:
        return (self.folder,)

    @property
    def trusts(self) -> bool:
        return False

    def hold(self, work: asyncio.Future[Any]) -> None:
        self.held = work

    def say(self, message: str, kind: types.MessageType = types.MessageType.Info) -> None:
        pass

    async def apply(
        self, edit: types.WorkspaceEdit, label: str, *, together: bool = False
    ) -> types.ApplyWorkspaceEditResult:
        return types.ApplyWorkspaceEditResult(applied=True)


async def run_in_editor(project: Path, calls: Counter[str]) -> str:
    editor = Editor(project)
    session = Session(editor)
    await editor.held  # the settings: no message is handled before
    uri = (project / "rates.py").as_uri()
    session.documents.open(types.TextDocumentItem(uri, "python", 1, "def rate(price): ...\n"))
    where = {"line": 3, "character": 5}
    asked = {
        "action": "fix-bug",
        "uri": (project / "till.py").as_uri(),
        "range": {"start": where, "end": where},
        "instruction": SAID,
        "wait": True,
    }
    calls.clear()
    try:
        return str((await commands.run(session, asked))["status"])
    finally:
        await session.aclose()


async def run_on_command_line(project: Path, calls: Counter[str]) -> str:
    """In a thread, for it has an event loop of its own."""
    place = f"{project / 'till.py'}:4"
    calls.clear()
    try:
        await asyncio.to_thread(cli_run.run, "fix-bug", place, instruction=SAID)
    except Refused:
        return "refused"
    return "applied"


@pytest.mark.parametrize(
    ("local", "large", "ends"),
    [(RIGHT, "", "applied"), (WRONG, "", "refused"), (WRONG, RIGHT, "applied")],
    ids=["answered", "refused", "escalated"],
)
@pytest.mark.parametrize("run", [run_in_editor, run_on_command_line])
async def test_each_is_found_once(
    run: Callable[[Path, Counter[str]], Awaitable[str]],
    local: str,
    large: str,
    ends: str,
    project: Path,
    calls: Counter[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script(monkeypatch, project.parent, local, large)
    assert await run(project, calls) == ends
    assert calls == {function.__name__: 1 for function in ONCE}
