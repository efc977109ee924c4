import pytest
from stats import mean


@pytest.fixture
def values():
    return [1, 2, 3]


def test_mean(values):
    assert mean(values) == 2


# nothing has no mean
@pytest.mark.parametrize("empty", [[], ()])
def test_nothing(empty):
    with pytest.raises(ValueError):
        mean(empty)


async def test_one():
    for value in (1, 2):
        assert mean([value]) == value
