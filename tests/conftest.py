"""`pytest --update` rewrites what the data in `tests/cases` expects: read the diff afterwards."""

import os
from pathlib import Path

import pytest

from deskmate.engines.downloads import install

os.environ["DESKMATE_CACHE__MEGABYTES"] = "0"  # what an earlier run was told must not answer


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite what tests/cases expect")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether the expectations are to be rewritten instead of compared."""
    return bool(request.config.getoption("--update"))


@pytest.fixture(scope="session")
def coder() -> Path:
    """The file of the 0.5B coding model; downloaded where it is not installed yet."""
    return install("qwen2.5-coder-0.5b-instruct").path


@pytest.fixture(scope="session")
def smollm() -> Path:
    """The file of the small general model; downloaded where it is not installed yet."""
    return install("smollm2-135m-instruct").path
