"""The first minutes: no server, a project that nobody trusts, and what is wrong said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from workbench import CodeServer, Workbench

from deskmate import __version__

pytestmark = pytest.mark.editors

TEXT = "def add(a, b):\n    return a - b\n"
FIXED = "```python\ndef add(a, b):\n    return a + b\n```"


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch, deskmate: Path) -> None:
    """Takes this clone's own `deskmate` off the PATH."""
    folders = os.environ["PATH"].split(os.pathsep)
    monkeypatch.setenv(
        "PATH", os.pathsep.join(one for one in folders if one != str(deskmate.parent))
    )


@pytest.mark.timeout(600)
@pytest.mark.installs
async def test_the_server_is_installed_on_request(
    fresh: CodeServer, no_server: None, tmp_path: Path, update: bool
) -> None:
    async with fresh.window(tmp_path, {}) as workbench:
        missing = (
            '.statusbar-item [aria-label^="Deskmate: Deskmate\'s server is not installed yet"]'
        )
        await workbench.page.locator(missing).wait_for()
        toast = workbench.toast("Deskmate needs its server")
        await toast.wait_for()
        if update:
            await workbench.picture("vscode-first-run")
        await workbench.press_button(toast, "Install")
        failed = workbench.toast("The server was not installed")
        ready = workbench.page.locator('.statusbar-item [aria-label*="No model is installed"]')
        await ready.or_(failed).first.wait_for(timeout=480_000)
        assert not await failed.count()
        own = workbench.data / "User/globalStorage/deskmate.deskmate/server" / __version__
        assert (own / "installed").exists()
        workbench.write("added.py", TEXT)
        await workbench.script(FIXED)
        await workbench.open("added.py", 2, 5)
        await workbench.act("Fix bug")
        await workbench.saves("added.py", TEXT.replace("-", "+"))


async def test_a_wrong_path_is_said_and_a_server_that_does_not_start(
    fresh: CodeServer, tmp_path: Path
) -> None:
    program = tmp_path / "deskmate"
    async with fresh.window(tmp_path, {"deskmate.server.path": str(program)}) as workbench:
        wrong = f'.statusbar-item [aria-label*="{program}, which is no program"]'
        await workbench.page.locator(wrong).wait_for()
        program.write_text("#!/no/python\n")  # as where that has been replaced by a newer one
        program.chmod(0o755)
        await workbench.command("Deskmate: Restart Server")
        said = workbench.toast(f"{program} does not start")
        await workbench.press_button(said, "Show Log")
        log = workbench.page.locator(".view-line", has_text="[error]")  # a path may be broken
        await log.first.wait_for()


async def test_the_set_up_is_looked_at(workbench: Workbench) -> None:
    await workbench.script(FIXED)
    await workbench.command("Deskmate: Check Set-Up")
    panel = await workbench.panel()
    await panel.get_by_text("Python 3.").first.wait_for()
    shown = await panel.locator("article").last.inner_text()
    assert "the script" in shown


async def test_a_projects_settings_count_once_it_is_trusted(
    fresh: CodeServer, deskmate: Path, tmp_path: Path
) -> None:
    """What runs and where code is sent, no project decides."""
    ours = tmp_path / ".deskmate" / "settings.toml"
    ours.parent.mkdir()
    ours.write_text('[actions]\ndisabled = ["explain"]\n')
    theirs = tmp_path / ".vscode" / "settings.json"
    theirs.parent.mkdir()
    theirs.write_text(
        '{"deskmate.local.url": "http://evil.example", "deskmate.server.path": "/evil",'
        ' "deskmate.local.engine": "openai", "deskmate.docstrings.style": "numpy"}'
    )
    fresh.flags.remove("--disable-workspace-trust")
    async with fresh.window(tmp_path, {"deskmate.server.path": str(deskmate)}) as workbench:
        await workbench.page.get_by_role("button", name="No, I don't trust").click()
        workbench.write("added.py", TEXT)
        await workbench.script(FIXED)
        await workbench.open("added.py", 2, 5)

        async def left_out() -> bool:
            titles = await workbench.actions("Fix bug")
            await workbench.page.keyboard.press("Escape")
            return "Explain" not in titles

        assert not await left_out()
        await workbench.command("Workspaces: Manage Workspace Trust")
        await workbench.page.get_by_role("button", name="Trust", exact=True).click()
        await workbench.open("added.py", 2, 5)
        await workbench.until(left_out, "the project leaves it out")
