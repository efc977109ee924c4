"""Commands that destroy are told from those that do not."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from deskmate.core.reply.dangers import find_dangers

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "dangers.toml").read_text("utf-8"))
WRITTEN = ("Run `{}` now.", "Run:\n\n```sh\n$ {}\n```\n\nThat is all.")


@pytest.mark.parametrize("command", CASES["dangerous"])
def test_a_command_that_destroys_is_named(command: str) -> None:
    for written in WRITTEN:
        assert len(find_dangers(written.format(command))) == 1, written


@pytest.mark.parametrize("command", CASES["harmless"])
def test_another_is_not(command: str) -> None:
    for written in WRITTEN:
        assert find_dangers(written.format(command)) == ()


def test_a_command_is_named_with_what_it_does() -> None:
    answer = "Run `git reset --hard` and then `rm -rf build`, and again `git reset --hard`."
    assert find_dangers(answer) == (
        "`git reset --hard` throws away every change that is not committed; `git stash` keeps "
        "them.",
        "`rm -rf` deletes whole folders, or all that is in one, without asking, and nothing brings "
        "it back; check the path with `ls` first.",
    )


def test_a_command_that_goes_on_in_the_next_line_is_one() -> None:
    assert len(find_dangers("git reset \\\n    --hard")) == 1
