"""Files of actions that somebody put into a project are read with care."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from deskmate.actions.action import CHOICES
from deskmate.actions.catalog import LARGEST, load_actions
from deskmate.checks.consent_store import (
    decide_actions,
    decide_run,
    find_run_decision,
    revoke_run,
)
from deskmate.checks.project_actions import load_allowed
from deskmate.cli.consent import allow_actions
from deskmate.errors import ActionError
from deskmate.files.places import place

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
    assert found["explain"].title == "Praise it (.deskmate/actions/explain.md)"
    assert problems == ()


def test_none_takes_the_place_of_the_users_own(actions: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "praise.md").write_text(ACTION.format("").replace("Praise it", "Mine"))
    (actions / "praise.md").write_text(ACTION.format(""))
    found, problems = load_actions([own], [actions])
    assert found["praise"].title == "Mine"
    assert "you have an action `praise` already" in problems[0]


def test_a_project_s_choices_say_whose_they_are(actions: Path) -> None:
    (actions / "praise.md").write_text(ACTION.format("softly"))
    found, _ = load_actions(projects=[actions])
    assert found["praise-softly"].title == "Praise it (.deskmate/actions/praise.md): softly"


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))


@pytest.mark.usefixtures("alone")
def test_nothing_of_a_project_is_used_before_its_user_says_so(actions: Path) -> None:
    root = actions.parent.parent
    (actions / "explain.md").write_text(ACTION.format(""))
    loaded = load_allowed(root)
    assert loaded.actions["explain"].title == "Explain"
    assert [one.names for one in loaded.questions] == [("explain",)]
    assert "(explain)" in loaded.questions[0].words
    assert load_allowed(root, trusted=[root]).actions["explain"].title.startswith("Praise it (")

    decide_actions(root, "always")
    loaded = load_allowed(root)
    assert loaded.actions["explain"].title.startswith("Praise it (")
    assert loaded.questions == ()

    decide_actions(root.parent, "never")  # of what is around it, too
    loaded = load_allowed(root)
    assert (loaded.actions["explain"].title, loaded.questions) == ("Explain", ())


@pytest.mark.usefixtures("alone")
def test_a_package_has_the_actions_of_its_repository(actions: Path) -> None:
    top = actions.parent.parent
    package = top / "packages" / "shop"
    (package / ".deskmate" / "actions").mkdir(parents=True)
    (package / ".deskmate" / "actions" / "sell.md").write_text(ACTION.format(""))
    (actions / "praise.md").write_text(ACTION.format(""))
    assert [one.folder for one in load_allowed(package).questions] == [package]
    (top / ".git").mkdir()
    assert [one.folder for one in load_allowed(package).questions] == [package, top]
    trusted = load_allowed(package, trusted=[package])  # of what is around it nobody has said that
    assert ("sell" in trusted.actions, "praise" in trusted.actions) == (True, False)
    assert [one.folder for one in trusted.questions] == [top]
    decide_actions(top, "always")
    assert "praise" in load_allowed(package).actions
    assert "sell" not in load_allowed(package).actions


@pytest.mark.usefixtures("alone")
def test_leave_is_given_to_what_is_there(actions: Path) -> None:
    with pytest.raises(ActionError, match="There is no folder"):
        allow_actions(str(actions / "typo"), never=False)


@pytest.mark.usefixtures("alone")
def test_leave_for_one_thing_is_none_for_another(actions: Path) -> None:
    root = actions.parent.parent
    (actions / "praise.md").write_text(ACTION.format(""))
    decide_run(root, "always", ())
    assert "praise" not in load_allowed(root).actions
    decide_actions(root, "always")
    assert find_run_decision(root, ()) == "always"
    decide_actions(root, "never")
    assert find_run_decision(root, ()) == "always"
    assert revoke_run(root) == 2
    assert len(load_allowed(root).questions) == 1


@pytest.mark.usefixtures("alone")
def test_answers_that_cannot_be_read_allow_nothing(actions: Path) -> None:
    (actions / "praise.md").write_text(ACTION.format(""))
    decide_actions(actions.parent.parent, "always")
    place("runs").write_text("[{}]", encoding="utf-8")
    loaded = load_allowed(actions.parent.parent)
    assert "praise" not in loaded.actions
    assert "until you fix the file or delete it" in loaded.problems[0]
