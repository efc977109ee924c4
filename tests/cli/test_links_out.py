"""Nothing is written through a link out of the project: by a command, in a batch, as a new file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deskmate.cli.batch import Options, batch
from deskmate.cli.run import run
from deskmate.errors import ActionError

CODE = "def total(prices):\n    return max(prices)\n"
FIXED = "def total(prices):\n    return sum(prices)\n"
TABLE = "name,text\na,b\n"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "basket.py").write_text(CODE, encoding="utf-8")
    (folder / "rows.csv").write_text(TABLE, encoding="utf-8")
    (folder / "tests").mkdir()
    return folder


@pytest.fixture
def project(tmp_path: Path, outside: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "shop"
    (root / ".git").mkdir(parents=True)
    (root / "basket.py").symlink_to(outside / "basket.py")
    (root / "rows.csv").symlink_to(outside / "rows.csv")
    (root / "own.py").write_text(CODE, encoding="utf-8")
    (root / "alias.py").symlink_to("own.py")
    (root / "tests").symlink_to(outside / "tests")
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    script = tmp_path / "script.toml"
    script.write_text(f"[[reply]]\nagain = true\ntext = '''```python\n{FIXED}```'''\n")
    monkeypatch.setenv("DESKMATE_LOCAL__ENGINE", "scripted")
    monkeypatch.setenv("DESKMATE_LOCAL__MODEL", str(script))
    monkeypatch.setenv("DESKMATE_CHECKS__ENABLED", "false")
    monkeypatch.chdir(root)
    return root


def list_texts(folder: Path) -> dict[str, str]:
    return {
        path.name: path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()
    }


REFUSED: dict[str, Callable[[], object]] = {
    "run": lambda: run("fix-bug", "basket.py:1", write=True, yes=True),
    "run, a new file": lambda: run("write-tests", "own.py:1", write=True, yes=True),
    "batch, a table": lambda: batch(Options("tldr", ("rows.csv",), column="text", write=True)),
}


@pytest.mark.parametrize("command", REFUSED)
@pytest.mark.usefixtures("project")
def test_it_says_where_that_would_go(command: str, outside: Path) -> None:
    before = list_texts(outside)
    with pytest.raises(ActionError, match=r"a link (that )?leads out of") as raised:
        REFUSED[command]()
    assert str(outside) in str(raised.value)
    assert list_texts(outside) == before


def test_a_batch_skips_it(project: Path, outside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = list_texts(outside)
    batch(Options("fix-bug", ("basket.py", "own.py"), write=True))
    assert list_texts(outside) == before
    assert (project / "own.py").read_text(encoding="utf-8") == FIXED
    told = capsys.readouterr()
    assert "leads out of" in told.out + told.err


def test_a_link_to_another_project_leads_out_of_this_one(project: Path, outside: Path) -> None:
    (outside / "package.json").write_text("{}", encoding="utf-8")
    (project / "vendor").symlink_to(outside)
    before = list_texts(outside)
    with pytest.raises(ActionError, match="leads out of"):
        run("fix-bug", "vendor/basket.py:1", write=True, yes=True)
    batch(Options("fix-bug", ("vendor/basket.py",), write=True))
    assert list_texts(outside) == before
    run("fix-bug", str(outside / "basket.py:1"), write=True, yes=True)
    assert (outside / "basket.py").read_text(encoding="utf-8") == FIXED


def test_a_link_between_packages_of_a_repository_is_written_through(project: Path) -> None:
    for name in ("shop", "core"):
        (project / name / "node_modules").mkdir(parents=True)
        (project / name / "package.json").write_text("{}", encoding="utf-8")
    code = project / "core" / "total.py"
    (project / "shop" / "total.py").symlink_to("../core/total.py")
    (project / "shop" / "node_modules" / "core").symlink_to("../../core")
    for name in ("shop/total.py", "shop/node_modules/core/total.py"):
        code.write_text(CODE, encoding="utf-8")
        run("fix-bug", f"{name}:1", write=True, yes=True)
        assert code.read_text(encoding="utf-8") == FIXED


def test_a_project_behind_a_link_is_a_project(project: Path, tmp_path: Path) -> None:
    (tmp_path / "work").symlink_to(project)
    run("fix-bug", str(tmp_path / "work" / "own.py:1"), write=True, yes=True)
    assert (project / "own.py").read_text(encoding="utf-8") == FIXED


def test_a_link_in_the_project_is_written_through(project: Path) -> None:
    run("fix-bug", "alias.py:1", write=True, yes=True)
    assert (project / "own.py").read_text(encoding="utf-8") == FIXED
    assert (project / "alias.py").is_symlink()
