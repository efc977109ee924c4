"""What is kept from one run to the next, and who may write to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.checks.toolchains import surround


def test_what_all_projects_share_is_written_by_nothing_that_runs_their_code(tmp_path: Path) -> None:
    """A compiled standard library is the same for all of them, and takes a minute to make."""
    reading, running = (
        surround(tmp_path, "go", whole=True, runs=runs, shares=not runs) for runs in (False, True)
    )
    other = surround(tmp_path / "other", "go", whole=True, runs=False, shares=True)
    shared, own = (Path(one.env["GOCACHE"]) for one in (reading, running))
    assert other.env["GOCACHE"] == str(shared)
    assert any(shared.is_relative_to(one) for one in reading.writes)
    assert not any(shared.is_relative_to(one) for one in running.writes)
    assert any(own.is_relative_to(one) for one in running.writes)


def test_what_a_project_compiles_into_begins_as_what_all_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    reading = surround(tmp_path, "go", whole=True, runs=False, shares=True)
    shared = Path(reading.env["GOCACHE"])
    shared.mkdir(parents=True)
    (shared / "library").write_text("compiled", encoding="utf-8")
    own = Path(surround(tmp_path, "go", whole=True).env["GOCACHE"])
    assert (own / "library").read_text(encoding="utf-8") == "compiled"
    (own / "library").write_text("its own", encoding="utf-8")
    surround(tmp_path, "go", whole=True)
    assert (own / "library").read_text(encoding="utf-8") == "its own"
    assert (shared / "library").read_text(encoding="utf-8") == "compiled"
    assert [one.name for one in own.parent.iterdir()] == ["go"]
