"""`pytest --update` rewrites what the data in `tests/cases` expects: read the diff afterwards."""

import logging
import os
import runpy
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from command_line import SHOP, Project
from deskmate.engines.models.download import install
from llama_server_binary import NotHere
from llama_server_binary import llama_server as fetch_llama_server
from older_models import rewrite
from tried_hosts import Tried

# Other examples at each run, in CI too, so that every run looks somewhere new; what one finds is
# said as `@reproduce_failure(…)`, and becomes an `@example`. Machines are noisy: no deadlines.
hypothesis.settings.register_profile(
    "anew",
    derandomize=False,
    print_blob=True,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("anew")

GUARD = Path(__file__).with_name("guard")
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(GUARD), os.environ.get("PYTHONPATH")]))
runpy.run_path(str(GUARD / "sitecustomize.py"))  # this process has started without it

os.environ["DESKMATE_CACHE__MEGABYTES"] = "0"  # what an earlier run was told must not answer


os.environ["DESKMATE_CHECKS__ENABLED"] = "false"  # the same
os.environ["DESKMATE_LOCAL__SHARE"] = "false"  # and no test has a part in the host of another
os.environ["DESKMATE_INDEX__ENABLED"] = "false"  # tests that are about it turn it on


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite what tests/cases expect")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether the expectations are to be rewritten instead of compared."""
    return bool(request.config.getoption("--update"))


@pytest.fixture
def kept_project(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project. What compilers have made for it is kept, for all of them and the next time:
    Go has to compile its whole library first.
    """
    assert request.config.cache is not None
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    kept = request.config.cache.mkdir(f"comparison{worker}")
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(kept / "home"))
    shutil.rmtree(kept / "shop", ignore_errors=True)
    (kept / "shop").mkdir()
    return kept / "shop"


@pytest.fixture(autouse=True)
def nothing_leaves(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tried]:
    """No test, and no Python process that it starts, opens a connection to anywhere but this
    machine, or asks for an address elsewhere: `guard/sitecustomize.py` refuses it, and the test
    fails even where it expects that. Fixtures of a session, which may have to download a model,
    come before this. A test that is marked as one that installs something may. Gives what somebody
    tried.
    """
    tried = Tried(tmp_path_factory.getbasetemp() / "tried.txt")
    tried.clear()
    if request.node.get_closest_marker("installs"):
        yield tried
        return
    os.environ["TESTS_TRIED"] = str(tried.file)
    yield tried
    del os.environ["TESTS_TRIED"]
    assert not tried.hosts, "something left this machine"


@pytest.fixture(autouse=True)
def the_log_begins_anew() -> Iterator[None]:
    """A server or a command that ran in this process has set what is logged."""
    yield
    for name in ("deskmate", "pygls"):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture(scope="session")
def coder() -> Path:
    """The file of the 0.5B coding model; downloaded where it is not installed yet."""
    return install("qwen2.5-coder-0.5b-instruct").path


@pytest.fixture(scope="session")
def smollm() -> Path:
    """The file of the small general model; downloaded where it is not installed yet."""
    return install("smollm2-135m-instruct").path


@pytest.fixture(scope="session")
def llama_server() -> Path:
    """A llama-server of the user's own; fetched where it is not there yet."""
    try:
        return fetch_llama_server()
    except NotHere as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def older_smollm(smollm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """SmolLM2 as a file of the kind that ctransformers knows."""
    path = tmp_path_factory.mktemp("older") / "smollm.gguf"
    rewrite(smollm, path)
    return path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with `shop.py` in it."""
    for name in ("project", "home"):
        (tmp_path / name).mkdir()
    root = tmp_path / "project"
    (root / "pyproject.toml").touch()
    (root / "shop.py").write_bytes(SHOP.encode())
    return Project(root, tmp_path / "home")
