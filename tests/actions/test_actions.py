"""Action files: the built-in ones load, and a broken one says what is wrong in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.actions.action import parse_action
from deskmate.actions.catalog import BUILTIN, load_actions
from deskmate.core.gate.checks import CHECKS
from deskmate.errors import ActionError

GOOD = """\
---
title: Shorten
scope: [function, selection]
languages: code
when: always
result: replace
checks: [same-signature]
---
Make this {{ language }} {{ kind }} shorter.
"""


def test_every_builtin_action_loads() -> None:
    actions, problems = load_actions()
    assert problems == ()
    assert tuple(dict.fromkeys(file_of(action) for action in actions)) == BUILTIN


def test_an_action_with_choices_is_listed_once_for_each(tmp_path: Path) -> None:
    choices = GOOD.replace("---\ntitle", "---\nchoices: [very short, short]\ntitle", 1)
    (tmp_path / "shorten.md").write_text(choices, encoding="utf-8")
    actions, problems = load_actions([tmp_path])
    assert problems == ()
    assert actions["shorten-very-short"].title == "Shorten: very short"
    assert actions["shorten-short"].choice == "short"


def file_of(action: str) -> str:
    """The name of the file that an action comes from."""
    if action in BUILTIN:
        return action
    return next(name for name in BUILTIN if action.startswith(f"{name}-"))


def test_every_check_that_a_builtin_action_names_exists() -> None:
    actions, _ = load_actions()
    assert {check for action in actions.values() for check in action.checks} <= set(CHECKS)


def test_a_users_action_is_a_file_and_may_replace_a_builtin_one(tmp_path: Path) -> None:
    (tmp_path / "shorten.md").write_text(GOOD, encoding="utf-8")
    (tmp_path / "explain.md").write_text(GOOD.replace("Shorten", "Say it"), encoding="utf-8")
    actions, problems = load_actions([tmp_path])
    assert problems == ()
    assert actions["shorten"].title == "Shorten"
    assert actions["shorten"].scope == ("function", "selection")
    assert actions["explain"].title == "Say it"


def test_a_disabled_action_is_not_there() -> None:
    actions, _ = load_actions(disabled=["explain"])
    assert "explain" not in actions
    assert "fix-bug" in actions


def test_a_broken_file_costs_that_action_only(tmp_path: Path) -> None:
    (tmp_path / "broken.md").write_text("no front matter", encoding="utf-8")
    (tmp_path / "latin.md").write_bytes(b"---\ntitle: caf\xe9\n---\n")
    actions, problems = load_actions([tmp_path])
    assert tuple(dict.fromkeys(file_of(action) for action in actions)) == BUILTIN
    assert len(problems) == 2
    assert "broken.md" in problems[0]
    assert "front matter" in problems[0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("title: Shorten\n", ""), "`title` is missing"),
        (("result: replace", "result: rewrite"), "`result` may be"),
        (("scope: [function, selection]", "scope: method"), "`scope` may be"),
        (("when: always", "when: sometimes"), "`when` may be"),
        (("title: Shorten", "titel: Shorten"), "`titel` is not a key"),
        (("when: always", "when: always\ntokens: many"), "`tokens` must be a whole number"),
        (("when: always", "when: [always"), "not YAML"),
        (("checks: [same-signature]", "checks: [no-such-check]"), "`checks` may be"),
    ],
)
def test_what_is_wrong_in_a_file_is_said(change: tuple[str, str], says: str) -> None:
    with pytest.raises(ActionError, match=says):
        parse_action("shorten", GOOD.replace(*change))


@pytest.mark.parametrize("flag", ["route: cloud", "hard: architecture"])
def test_a_projects_action_cannot_lead_out_of_the_machine(tmp_path: Path, flag: str) -> None:
    flagged = GOOD.replace("---\ntitle", f"---\n{flag}\ntitle", 1)
    (tmp_path / "shorten.md").write_text(flagged, encoding="utf-8")
    of_the_user, problems = load_actions([tmp_path])
    assert problems == ()
    assert "shorten" in of_the_user
    of_the_project, problems = load_actions([], [tmp_path])
    assert "shorten" not in of_the_project or of_the_project["shorten"].title != "Shorten"
    assert "only have `route: local`" in problems[0]


def test_a_projects_action_may_stay_local(tmp_path: Path) -> None:
    kept = GOOD.replace("---\ntitle", "---\nroute: local\ntitle", 1)
    (tmp_path / "my-own.md").write_text(kept, encoding="utf-8")
    actions, problems = load_actions([], [tmp_path])
    assert problems == ()
    assert actions["my-own"].route == "local"
