"""What is kept from one run to the next, and who may write to it."""

from __future__ import annotations

from pathlib import Path

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
