"""Names of files that are no UTF-8, as old disks and archives have them, are names like others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deskmate.cli.batch_journal import Entry, Journal

CODE = "def total(prices):\n    return max(prices)\n"
FIXED = "def total(prices):\n    return sum(prices)\n"
NAME = b"caf\xe9.py"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    (root / ".git").mkdir(parents=True)
    try:
        (root / os.fsdecode(NAME)).write_text(CODE, encoding="utf-8")
    except OSError:
        pytest.skip("this system has no such names")
    return root


def deskmate(folder: Path, *words: str | bytes) -> subprocess.CompletedProcess[bytes]:
    script = folder.parent / "script.toml"
    script.write_text(f"[[reply]]\nagain = true\ntext = '''```python\n{FIXED}```'''\n")
    homes = ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
    environment = os.environ | dict.fromkeys(homes, str(folder.parent / "home"))
    environment |= {"DESKMATE_LOCAL__ENGINE": "scripted", "DESKMATE_LOCAL__MODEL": str(script)}
    environment |= {"DESKMATE_CHECKS__ENABLED": "false"}
    command = [sys.executable, "-m", "deskmate", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True)


def test_it_is_changed_and_its_diff_is_exact(folder: Path) -> None:
    done = deskmate(folder, "run", "fix-bug", NAME + b":1", "--write", "--yes")
    assert done.returncode == 0, done.stderr
    assert b"--- a/" + NAME + b"\n" in done.stdout
    assert b"Traceback" not in done.stderr
    assert (folder / os.fsdecode(NAME)).read_text(encoding="utf-8") == FIXED


def test_a_batch_does_it(folder: Path) -> None:
    done = deskmate(folder, "batch", "fix-bug", "*.py", "--write")
    assert b"1 done" in done.stdout + done.stderr, done.stderr
    assert (folder / os.fsdecode(NAME)).read_text(encoding="utf-8") == FIXED


async def test_the_journal_gives_a_name_back_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskmate.cli.batch_journal.place", lambda name: tmp_path / name)
    name = os.fsdecode(NAME)
    journal = Journal(["explain", name])
    entry = Entry(name, "ready", output=f"/shop/{name}", after="é")
    await journal.put(entry)
    assert journal.get(name) == entry
    journal.close(delete=True)


def test_one_that_is_not_there_is_a_sentence(folder: Path) -> None:
    done = deskmate(folder, "ask", "what is this?", b"gone\xe9.py")
    assert done.returncode == 2
    assert b"There is no file" in done.stderr and b"Traceback" not in done.stderr
