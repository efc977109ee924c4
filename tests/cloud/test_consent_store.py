"""What the user decided about sending: which decision holds where, how it is kept, and the command
line.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath

import pytest

from deskmate.cli.main import main
from deskmate.cloud import consent_store as consents
from deskmate.cloud.consent import (
    Decision,
    add_decision,
    drop_decisions,
    find_standing,
    from_json,
    to_json,
)
from deskmate.errors import DeskmateError

ALWAYS = Decision("/work/shop", "always", "Example", "2026-11-23")
NEVER = Decision("/work/secret", "never", "", "2026-11-23")
BOTH = (ALWAYS, NEVER)


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "state" / "consent.json"
    monkeypatch.setattr(consents, "consents_path", lambda: path)
    return path


@pytest.mark.parametrize(
    ("project", "provider", "holds"),
    [
        ("/work/shop", "Example", "always"),
        ("/work/shop/packages/web", "Example", ""),
        ("/work/shop", "Another", ""),
        ("/work", "Example", ""),
        ("/work/shopping", "Example", ""),
        ("/work/secret", "Example", "never"),
        ("/work/secret/part", "Another", "never"),
    ],
)
def test_what_holds(project: str, provider: str, holds: str) -> None:
    assert find_standing(BOTH, PurePosixPath(project), provider) == holds


def test_without_a_project_nothing_holds() -> None:
    assert find_standing(BOTH, None, "Example") == ""


def test_never_goes_before_always() -> None:
    inner = Decision("/work/secret/part", "always", "Example", "2026-11-23")
    assert find_standing((*BOTH, inner), PurePosixPath("/work/secret/part"), "Example") == "never"


def test_a_new_decision_takes_the_place_of_the_last() -> None:
    never = Decision("/work/shop", "never", "", "2026-11-24")
    another = Decision("/work/shop", "always", "Another", "2026-11-24")
    assert add_decision(BOTH, never) == (NEVER, never)
    assert add_decision(BOTH, another) == (ALWAYS, NEVER, another)
    assert add_decision(add_decision(BOTH, never), ALWAYS) == (NEVER, ALWAYS)


def test_revoking_is_for_that_folder() -> None:
    assert drop_decisions(BOTH, PurePosixPath("/work/shop")) == (NEVER,)
    assert drop_decisions(BOTH, PurePosixPath("/work")) == BOTH


def test_what_is_kept_is_read_again() -> None:
    assert from_json(to_json(BOTH)) == BOTH


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '[{"project": "/x"}]', to_json([ALWAYS]).replace("always", "maybe")]
)
def test_what_is_no_list_of_decisions_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_json(text)


def test_the_file_is_for_the_user_alone(file: Path, tmp_path: Path) -> None:
    consents.decide(tmp_path, "always", "Example")
    assert [one.choice for one in consents.read_decisions()] == ["always"]
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_broken_file_is_never_taken_for_consent(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("[", encoding="utf-8")
    with pytest.raises(DeskmateError, match=r"Nothing is sent until you fix the file"):
        consents.read_decisions()


def test_the_command_lists_and_revokes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, inside = tmp_path / "project", tmp_path / "project" / "src"
    inside.mkdir(parents=True)
    consents.decide(project, "always", "Example")
    consents.decide(tmp_path / "other", "never", "Example")
    assert main(["consent", "list"]) == 0
    listed = capsys.readouterr().out
    assert f"always to Example  {project}" in listed
    assert f"never  {tmp_path / 'other'}" in listed
    monkeypatch.chdir(inside)
    assert main(["consent", "revoke"]) == 0
    assert [one.choice for one in consents.read_decisions()] == ["never"]
    assert main(["consent", "revoke"]) == 2
    assert main(["consent", "revoke", "--all"]) == 0
    assert main(["consent", "list"]) == 0
    assert "given no permanent answers" in capsys.readouterr().out
