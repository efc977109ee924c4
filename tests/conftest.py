"""`pytest --update` rewrites what the data in `tests/cases` expects: read the diff afterwards."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite what tests/cases expect")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether the expectations are to be rewritten instead of compared."""
    return bool(request.config.getoption("--update"))
