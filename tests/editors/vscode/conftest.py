"""VS Code with the extension as it is packed from this clone, and a window of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest
import pytest_asyncio
from filelock import FileLock
from workbench import CodeServer, Workbench

HERE = Path(__file__).parent
EXTENSION = HERE.parents[2] / "editors" / "vscode"


@pytest.fixture(scope="session")
def deskmate() -> Path:
    """The server of this clone."""
    return Path(sys.executable).with_name("deskmate")


@pytest.fixture(scope="session")
def vsix(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The extension, packed; of several workers by the first."""
    folder = tmp_path_factory.getbasetemp()
    packed = (folder if worker_id == "master" else folder.parent) / "packed"
    with FileLock(packed.with_suffix(".lock")):
        if not packed.exists():
            _pack()
            packed.touch()
    return EXTENSION / "dist" / "deskmate.vsix"


def _pack() -> None:
    if not (EXTENSION / "node_modules").exists():
        _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")
    subprocess.run([sys.executable, EXTENSION / "carry_server.py"], check=True)
    _npm("run", "pack")


@pytest.fixture(scope="session")
def program() -> Path:
    """Where code-server lies; made where it is not there yet, which takes minutes."""
    found = subprocess.run(
        [str(HERE / "install_code_server.sh")], stdout=subprocess.PIPE, text=True, check=True
    )
    return Path(found.stdout.strip())


@pytest.fixture(scope="session")
def extensions(program: Path, vsix: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the extension is installed in, once for all."""
    root = tmp_path_factory.mktemp("installed")
    code_server = _code_server(program, root / "extensions", root)
    code_server.run("--install-extension", str(vsix))
    return code_server.extensions


@pytest.fixture(scope="module")
def code_server(
    program: Path, extensions: Path, tmp_path_factory: pytest.TempPathFactory
) -> CodeServer:
    """VS Code with the extension, and a user who has nothing else."""
    return _code_server(program, extensions, tmp_path_factory.mktemp("user"))


@pytest.fixture
def fresh(program: Path, extensions: Path, tmp_path_factory: pytest.TempPathFactory) -> CodeServer:
    """The same for one test alone: two windows of one user would share their settings."""
    return _code_server(program, extensions, tmp_path_factory.mktemp("fresh"))


@pytest.fixture
def apart(program: Path, vsix: Path, tmp_path_factory: pytest.TempPathFactory) -> CodeServer:
    """The same with an extension of its own, which the test may change."""
    root = tmp_path_factory.mktemp("apart")
    code_server = _code_server(program, root / "extensions", root)
    code_server.run("--install-extension", str(vsix))
    return code_server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workbench(
    code_server: CodeServer, deskmate: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Workbench, None]:
    """A window on a project with nothing in it."""
    folder = tmp_path_factory.mktemp("project")
    settings = {"deskmate.server.path": str(deskmate)}
    async with code_server.window(folder, settings) as workbench:
        yield workbench


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Notes whether the test failed, for the fixture below."""
    report = yield
    item.stash[FAILED] = report.failed
    return report


FAILED = pytest.StashKey[bool]()


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def picture(request: pytest.FixtureRequest) -> AsyncGenerator[None, None]:
    """Says where a picture of the window is, when a test has failed."""
    yield
    if request.node.stash.get(FAILED, False) and "workbench" in request.fixturenames:
        workbench = request.getfixturevalue("workbench")
        path = workbench.data / f"{request.node.name}.png"
        await workbench.page.screenshot(path=path)
        print(f"The window when it failed: {path}")


@pytest.fixture
def shop(workbench: Workbench) -> Path:
    """The basket of goods, fresh."""
    return Path(shutil.copy(HERE.parents[2] / "examples/shop/basket.py", workbench.folder))


def _code_server(program: Path, extensions: Path, root: Path) -> CodeServer:
    for name in ("data", "home"):
        (root / name).mkdir()
    return CodeServer(program, extensions, root / "data", root / "home")


def _npm(*arguments: str) -> None:
    subprocess.run(["npm", *arguments], cwd=EXTENSION, check=True, stdout=subprocess.DEVNULL)
