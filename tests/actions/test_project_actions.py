"""Files of actions that somebody put into a project are read with care."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from deskmate.actions.catalog import CHOICES, LARGEST, load_actions

ACTION = """\
---
title: Praise it
scope: function
languages: code
when: always
result: show
choices: [{}]
---
Praise this.
"""


@pytest.fixture
def actions(tmp_path: Path) -> Path:
    folder = tmp_path / "project" / ".deskmate" / "actions"
    folder.mkdir(parents=True)
    return folder


def read(folder: Path) -> tuple[set[str], str]:
    found, problems = load_actions(projects=[folder])
    return set(found) - set(load_actions()[0]), "\n".join(problems)


def test_one_of_the_project_is_found(actions: Path) -> None:
    (actions / "praise.md").write_text(ACTION.format(""))
    assert read(actions) == ({"praise"}, "")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files there")
def test_what_is_no_regular_file_is_not_waited_for(actions: Path) -> None:
    os.mkfifo(actions / "pipe.md")
    found, problems = read(actions)
    assert (found, "is not a regular file" in problems) == (set(), True)


def test_a_link_out_of_the_project_is_not_followed(actions: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.md").write_text(ACTION.format(""))
    (actions / "praise.md").symlink_to(tmp_path / "elsewhere.md")
    found, problems = read(actions)
    assert (found, "leads out of" in problems) == (set(), True)


def test_a_huge_one_is_left_out(actions: Path) -> None:
    (actions / "praise.md").write_text(ACTION.format("") + "x" * LARGEST)
    found, problems = read(actions)
    assert (found, f"more than {LARGEST:,} bytes" in problems) == (set(), True)


def test_nobody_needs_so_many_choices(actions: Path) -> None:
    choices = ", ".join(f"c{number}" for number in range(CHOICES + 1))
    (actions / "praise.md").write_text(ACTION.format(choices))
    found, problems = read(actions)
    assert (found, "`choices` may be 100 at most" in problems) == (set(), True)


def test_none_takes_the_place_of_another_in_silence(actions: Path) -> None:
    (actions / "explain.md").write_text(ACTION.format(""))
    found, problems = load_actions(projects=[actions])
    assert found["explain"].title != "Praise it"
    assert "there is an action `explain` already" in problems[0]
