"""What somebody wrote who had not seen the rules: the shares that are found and that are taken."""

from __future__ import annotations

import pytest
from first_sight import missed, read, taken


def test_the_cases_are_many_and_each_is_one_of_its_own() -> None:
    for files, least in (("secrets-*.toml", 420), ("harmless-*.toml", 1050)):
        texts = [case.text for half in ("seen", "kept") for case in read(files, half)]
        assert len(texts) == len(set(texts)) >= least


@pytest.mark.parametrize("half, least", [("seen", 0.99), ("kept", 0.97)])
def test_secrets_are_found(half: str, least: float) -> None:
    cases, left = missed(half)
    assert 1 - len(left) / len(cases) >= least, left if half == "seen" else len(left)


@pytest.mark.parametrize("half, most", [("seen", 0.002), ("kept", 0.017)])
def test_look_alikes_are_left(half: str, most: float) -> None:
    cases, wrong = taken(half)
    assert len(wrong) / len(cases) <= most, wrong if half == "seen" else len(wrong)
