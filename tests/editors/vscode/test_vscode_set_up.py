"""The first minutes: no server, a project that nobody trusts, and what is wrong said."""

from __future__ import annotations

import asyncio
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from workbench import DEFAULTS, PATIENCE, START, CodeServer, Workbench

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
        ready = workbench.page.locator(RUNS)
        await ready.or_(failed).first.wait_for(timeout=480_000)
        assert not await failed.count()
        [own] = find_own(fresh)
        assert (own / "installed").exists()
        workbench.write("added.py", TEXT)
        await workbench.script(FIXED)
        await workbench.open("added.py", 2, 5)
        await workbench.act("Fix bug")
        await workbench.saves("added.py", TEXT.replace("-", "+"))


@dataclass
class Uv:
    """What stands in for uv: it makes environments with this clone's server at once or, while it is
    held, later, and notes what it was told.
    """

    folder: Path

    @property
    def hold(self) -> Path:
        """It waits while this is there."""
        return self.folder / "hold"

    @property
    def fail(self) -> Path:
        """It fails while this is there."""
        return self.folder / "fail"

    @property
    def looks(self) -> Path:
        """While this is there, only the system knows the certificate of what answers."""
        return self.folder / "looks"

    def told(self) -> list[str]:
        """Each call: what was asked for, through which proxy, and from which index and folders."""
        return (self.folder / "log").read_text(encoding="utf-8").splitlines()

    def made(self) -> int:
        """How many environments it was to make."""
        return sum(one.startswith("venv ") for one in self.told())


UV = """\
#!/bin/sh
echo "$1 $HTTPS_PROXY $UV_INDEX_URL $UV_FIND_LINKS" >>"{folder}/log"
[ ! -e "{folder}/fail" ] || {{ printf "error: There is no such index.\n  hint: Ask.\n"; exit 1; }}
[ ! -e "{folder}/looks" ] || [ "$UV_SYSTEM_CERTS" ] || {{ echo "bad certificate"; exit 1; }}
case $1 in
venv)
  for environment; do :; done
  mkdir -p "$environment/bin"
  while [ -e "{folder}/hold" ]; do sleep 0.1; done ;;
pip)
  cat >"${{4%/*}}/deskmate" <<'END'
#!/bin/sh
echo "$1 $HTTPS_PROXY" >>"{folder}/log"
exec "{deskmate}" "$@"
END
  chmod +x "${{4%/*}}/deskmate" ;;
esac
"""


def put_uv(code_server: CodeServer, deskmate: Path, folder: Path) -> Uv:
    """Puts it where uv's installer puts uv: the PATH is that of a login shell."""
    program = code_server.home / ".local" / "bin" / "uv"
    program.parent.mkdir(parents=True)
    program.write_text(UV.format(folder=folder, deskmate=deskmate), encoding="utf-8")
    program.chmod(0o755)
    return Uv(folder)


def find_own(code_server: CodeServer) -> list[Path]:
    """The servers that the extension has installed."""
    folder = code_server.data / "User/globalStorage/deskmate.deskmate/server"
    return sorted(one for one in folder.iterdir() if one.is_dir())


RUNS = '.statusbar-item [aria-label*="No model is installed"]'


async def install(workbench: Workbench) -> None:
    """Presses Install, and waits until the server runs."""
    await workbench.press_button(workbench.toast("Deskmate needs its server"), "Install")
    await workbench.page.locator(RUNS).wait_for()


async def test_another_build_of_the_extension_brings_its_server(
    apart: CodeServer, no_server: None, deskmate: Path, tmp_path: Path
) -> None:
    """The one before answers until that is there, and for windows that are open; of several windows
    one installs it.
    """
    uv = put_uv(apart, deskmate, tmp_path)
    async with apart.window(tmp_path, {}) as workbench:
        await install(workbench)
    [before] = find_own(apart)
    [carried] = apart.extensions.glob("*/dist/server/*")
    carried.rename(carried.with_name("newer"))
    uv.hold.touch()
    async with apart.window(tmp_path, {}) as workbench:
        updating = workbench.toast("Deskmate: updating the server")
        await workbench.press_button(updating, "Cancel")
        await updating.wait_for(state="detached")
        await workbench.page.locator(RUNS).wait_for()
    assert not (before.with_name("newer") / "installed").exists()
    async with apart.window(tmp_path, {}) as workbench:
        await updating_in(workbench, "making a virtual environment")
        browser = workbench.page.context.browser
        assert browser is not None
        other = await browser.new_page(viewport={"width": 1280, "height": 800})
        other.set_default_timeout(PATIENCE)
        await other.goto(workbench.page.url, timeout=START)
        second = Workbench(other, workbench.folder, workbench.data, workbench.home)
        await updating_in(second, "another window is at it")
        uv.hold.unlink()
        for each in (workbench, second):
            await each.toast("Deskmate: updating the server").wait_for(state="detached")
            await each.page.locator(RUNS).wait_for()
    assert uv.made() == 3, "installed, cancelled, installed"
    assert [one.name for one in find_own(apart)] == [before.name, "newer"]
    days_ago = time.time() - 4 * 86_400
    os.utime(before / "installed", (days_ago, days_ago))
    async with apart.window(tmp_path, {}) as workbench:
        await workbench.page.locator(RUNS).wait_for()
        await workbench.until(lambda: len(find_own(apart)) == 1, "what nobody uses is deleted")


async def updating_in(workbench: Workbench, doing: str) -> None:
    """Waits until a window says so of its update."""
    await workbench.toast(re.compile(f"updating the server.*{doing}")).wait_for()


async def test_what_fails_is_said_and_is_over(
    fresh: CodeServer,
    no_server: None,
    deskmate: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """First by uv, and by pip where nothing answers; then there is no uv."""
    put_uv(fresh, deskmate, tmp_path).fail.touch()
    nowhere = {"INDEX_URL": "http://127.0.0.1:9/simple", "FIND_LINKS": "", "RETRIES": "1"}
    for name, value in nowhere.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    async with fresh.window(tmp_path, {}) as workbench:
        await workbench.press_button(workbench.toast("Deskmate needs its server"), "Install")
        await workbench.toast("error: There is no such index. hint: Ask.").wait_for()
        await workbench.toast("Deskmate: installing").wait_for(state="detached")
        (fresh.home / ".local" / "bin" / "uv").unlink()
        await workbench.command("Deskmate: Install Server")
        await workbench.toast("what pip gets packages from cannot be reached").wait_for()


async def test_what_is_started_knows_the_proxy_and_the_index(
    fresh: CodeServer,
    no_server: None,
    deskmate: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    uv = put_uv(fresh, deskmate, tmp_path)
    uv.looks.touch()
    for name in ("PIP_INDEX_URL", "PIP_FIND_LINKS"):  # this machine's own
        monkeypatch.delenv(name, raising=False)
    pip = fresh.home / "pip" / "pip.conf"
    pip.parent.mkdir()
    pip.write_text("[global]\nindex-url = http://index.example/simple\nfind-links =\n  /a\n  /b\n")
    monkeypatch.setitem(DEFAULTS, "http.proxy", "proxy.example:3128")  # no machine's, but a user's
    async with fresh.window(tmp_path, {}) as workbench:
        await install(workbench)
    proxy = "http://proxy.example:3128"
    assert uv.told()[:2] == [f"venv {proxy} http://index.example/simple /a,/b"] * 2
    assert f"serve {proxy}" in uv.told()


async def test_a_server_that_is_installed_elsewhere_meanwhile_is_found(
    fresh: CodeServer, no_server: None, deskmate: Path, tmp_path: Path
) -> None:
    async with fresh.window(tmp_path, {}) as workbench:
        await workbench.press_button(workbench.toast("Deskmate needs its server"), "Not Now")
        own = fresh.home / ".local" / "bin" / "deskmate"
        own.parent.mkdir(parents=True)
        own.symlink_to(deskmate)
        for there in ("false", "true"):  # they go to a terminal, and come back
            event = f"new Event({there} ? 'focus' : 'blur')"
            await workbench.page.evaluate(
                f"document.hasFocus = () => {there}; window.dispatchEvent({event})"
            )
            await asyncio.sleep(1)
        await workbench.page.locator(RUNS).wait_for()


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
    await workbench.script(FIXED, more='[docstrings]\non_save = "never"\n')
    await workbench.command("Deskmate: Check Set-Up")
    panel = await workbench.panel()
    await panel.get_by_text("Python 3.").first.wait_for()
    shown = await panel.locator("article").last.inner_text()
    assert "the script" in shown
    assert "`" not in shown
    assert "\\" not in shown


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
