"""A project's files are somebody's: what lies there holds nobody up, fills no memory, and leads
nowhere else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from deskmate.core.syntax.language import languages
from deskmate.errors import ActionError, DiskSilent
from deskmate.files import disk, guarded
from deskmate.files.guarded import LARGEST, find_text, read_contents, read_small
from deskmate.files.source import read_source
from deskmate.settings.project import project_of
from deskmate.settings.sources import load_settings
from deskmate.workspace.ignore import may_leave
from deskmate.workspace.reading import read_project_file

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such files there")


def device(path: Path, outside: Path) -> None:
    path.symlink_to("/dev/zero")


def pipe(path: Path, outside: Path) -> None:
    os.mkfifo(path)


def link(path: Path, outside: Path) -> None:
    target = outside / "secret.txt"
    target.write_text("[prettier]\n", encoding="utf-8")
    path.symlink_to(target)


def circle(path: Path, outside: Path) -> None:
    path.symlink_to(path)


def folder(path: Path, outside: Path) -> None:
    path.mkdir()


def huge(path: Path, outside: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


Trap = Callable[[Path, Path], None]
TRAPS: list[Trap] = [device, pipe, link, circle, folder, huge]


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    where = tmp_path / "outside"
    where.mkdir()
    return where


@pytest.fixture
def project(tmp_path: Path) -> Path:
    where = tmp_path / "project"
    (where / ".git").mkdir(parents=True)
    return where


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says where an open file is")
def test_a_folder_that_becomes_a_link_meanwhile_leads_nowhere(
    project: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project / "src" / "notes.txt"
    path.parent.mkdir()
    path.write_text("mine", encoding="utf-8")
    (outside / path.name).write_text("secret", encoding="utf-8")
    open_file = os.open

    def swap(name: Path, flags: int) -> int:
        (project / "src").rename(project / "was")
        (project / "src").symlink_to(outside)
        return open_file(name, flags)

    assert read_small(path, project) == "mine"
    monkeypatch.setattr(os, "open", swap)
    with pytest.raises(OSError, match="became a link"):
        read_small(path, project)


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_not_read(trap: Trap, project: Path, outside: Path) -> None:
    path = project / "package.json"
    trap(path, outside)
    with pytest.raises(OSError):
        read_contents(path, project)
    assert find_text(path, project) == ""


def test_what_is_inside_is_read_by_a_link_too(project: Path) -> None:
    (project / "config").mkdir()
    (project / "config" / "shared.toml").write_text("line-length = 100\n", encoding="utf-8")
    (project / "ruff.toml").symlink_to("config/shared.toml")
    assert read_small(project / "ruff.toml", project) == "line-length = 100\n"


def test_as_much_as_is_allowed_is_read(project: Path) -> None:
    (project / "a").write_bytes(b"x" * LARGEST)
    assert len(read_contents(project / "a", project).data) == LARGEST
    (project / "a").write_bytes(b"x" * (LARGEST + 1))
    with pytest.raises(OSError, match="more than 1,000,000 bytes"):
        read_contents(project / "a", project)


def test_a_disk_that_does_not_answer_is_asked_once(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a network's folder whose server is gone: whoever opens a file there never comes back."""
    (project / "a").write_text("text", encoding="utf-8")
    answers = threading.Event()
    read, asked = guarded._read, []

    def hang(*arguments: object) -> guarded.Contents:
        asked.append(arguments)
        answers.wait()
        return read(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(guarded, "_read", hang)
    monkeypatch.setattr(disk, "PATIENCE", 0.01)
    monkeypatch.setattr(disk, "_list_disks", lambda path: [project])
    for _ in range(3):
        with pytest.raises(DiskSilent, match="does not answer"):
            read_contents(project / "a", project)
    assert len(asked) == 1
    monkeypatch.undo()
    answers.set()
    while disk.find_silent(project):  # until the one that hung is back
        threading.Event().wait(0.001)
    assert find_text(project / "a", project) == "text"


@pytest.mark.parametrize("trap", [device, pipe, folder, huge])
def test_what_the_user_names_is_a_file_or_a_sentence(
    trap: Trap, tmp_path: Path, outside: Path
) -> None:
    trap(tmp_path / "notes.md", outside)
    with pytest.raises(ActionError, match=r"is not a file|has more than 50,000,000 bytes"):
        read_source(tmp_path / "notes.md")


@pytest.mark.parametrize("trap", [device, pipe, link, circle, huge])
def test_an_ignore_file_that_cannot_be_read_may_name_everything(
    trap: Trap, project: Path, outside: Path
) -> None:
    (project / "code.py").touch()
    found = project_of(project / "code.py", project)
    assert may_leave(project / "code.py", found)
    trap(project / ".gitignore", outside)
    assert may_leave(project / "code.py", found) is (trap is circle)  # as if there were none


def test_a_link_to_what_is_private_is_private(project: Path) -> None:
    (project / ".env").write_text("TOKEN=abc\n", encoding="utf-8")
    (project / "settings.py").symlink_to(".env")
    found = project_of(project / "settings.py", project)
    assert found is not None
    assert read_project_file(project / "settings.py", found) is None


@pytest.mark.parametrize("name", ["~/schema.json", "/etc/schema.json"])
def test_a_project_names_no_schema_outside_of_it(name: str, project: Path) -> None:
    (project / ".deskmate").mkdir()
    file = project / ".deskmate" / "settings.toml"
    file.write_text(f'data.schema = "{name}"\n', encoding="utf-8")
    settings, problems = load_settings([project])
    assert (settings.data.schema, "may be a file of the project's" in str(problems[0])) == (
        "",
        True,
    )


def test_whatever_a_project_names_nothing_else_is_opened(project: Path, outside: Path) -> None:
    """Each file that is read of a project, by the data that names it, is a trap of each kind."""
    names = names_read()
    assert {".prettierrc", "Cargo.toml", "AGENTS.md", "composer.json"} <= names
    for trap in (device, pipe, link):
        for group in (names, {".gitignore", ".deskmateignore", ".git/info/exclude"}):
            root = project / trap.__name__ / str(len(group))
            (root / ".git").mkdir(parents=True)
            for name in sorted(group):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                if not (root / name).exists():
                    trap(root / name, outside)
            program = Path(__file__).with_name("project_of_traps.py")
            ran = subprocess.run(
                [sys.executable, str(program), str(root), str(outside)],
                capture_output=True,
                text=True,
            )
            assert ran.returncode == 0, ran.stderr


def names_read() -> set[str]:
    from deskmate.checks.toolchains import read_rows
    from deskmate.requests.house_rules import _words

    found = {".git/HEAD", ".env", ".deskmate/settings.toml", ".deskmate/actions/praise.md"}
    found |= {"pyvenv.cfg", "venv/pyvenv.cfg", "go.mod", "pyproject.toml", "package.json"}
    found |= {*_words("files"), "other.py", "schema.json", "test_code.py", "code_test.go"}
    for language in languages():
        found |= {name for rule in language.style for name in rule.files}
        if language.modules:
            found |= {one.file for one in language.modules.prefixes}
        if language.tests:
            tests = language.tests
            marks = {one.marker for one in tests.frameworks}
            marks |= {one.marker for one in tests.systems}
            found |= {name for one in marks for name in one.partition(":")[0].split(",") if name}
    for table in ("suites.toml", "judges.toml"):
        for row in read_rows(table).values():
            found |= {one.partition(":")[0] for one in row.get("needs", ())}
            found |= {*row.get("configs", ())}
    return {name.replace("*", "code") for name in found if not name.startswith("/")}
