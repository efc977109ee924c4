"""What is compiled before code of a project can be called."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deskmate.checks.toolchains import INSIDE, kept_folder, read_inside, read_rows
from deskmate.checks.warming import can_warm, warm


@pytest.mark.skipif(shutil.which("javac") is None, reason="needs a JDK")
async def test_it_is_kept_for_the_project_of_which_nothing_is_run(kept_project: Path) -> None:
    (kept_project / "Ready.java").write_text("class Ready {", encoding="utf-8")
    kept = kept_folder(kept_project) / "compiled"
    shutil.rmtree(kept, ignore_errors=True)
    await warm(kept_project, "java")
    assert list(kept.glob("java-*/deskmatecalled/Examples.class"))


def test_each_file_whose_example_is_run_is_there() -> None:
    rows = read_rows("toolchains.toml")
    named = [f"{INSIDE}/{rows[one]['ready']}" for one in rows if can_warm(one)]
    assert named
    assert set(named) <= set(read_inside())
