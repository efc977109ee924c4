"""What a project decides without leave: nothing of what judges that only read run, or may read."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from deskmate.checks.sandbox import Limits
from deskmate.checks.static import StaticJudge, find_static_judges, look, looks_at, make_judge
from deskmate.checks.toolchains import find_environment, has_any, read_rows, surround
from deskmate.checks.verdict import Subject

LIMITS = Limits(seconds=60, file=64 << 20, disk=128 << 20)
posix = pytest.mark.skipif(os.name != "posix", reason="the programs are scripts")
SHOWN = """\
import json, os, sys
told = {"home": os.listdir(os.environ["HOME"]), "path": os.environ["PATH"], "ran": sys.argv[0]}
print("found", json.dumps({**told, "python": sys.path}))
"""


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "shop").mkdir()
    return (tmp_path / "home" / "shop").resolve()


def judge_of(*command: str, whole: bool = True) -> StaticJudge:
    return StaticJudge("it", ("python",), command, "^(?P<says>.*found.*)$", whole=whole)


@posix
@pytest.mark.parametrize("whole", [True, False])
async def test_a_judge_finds_nothing_of_the_project_s(
    whole: bool, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "bin" / "it", f"#!{sys.executable}\n{SHOWN}")
    for name in (".venv/bin/it", "tools/it"):
        write(project / name, "#!/bin/sh\necho found evil")
    write(project / ".venv" / "pyvenv.cfg", "home = /usr/bin")
    for name in (".config/go/env", "json.py", "sitecustomize.py"):
        write(project / name, "evil = 1")
    for path in (tmp_path / "bin" / "it", project / ".venv/bin/it", project / "tools/it"):
        path.chmod(0o755)
    (tmp_path / "behind").symlink_to(project / "tools")
    folders = [project / "tools", tmp_path / "behind", tmp_path / "bin", "/usr/bin", "/bin"]
    monkeypatch.setenv("PATH", os.pathsep.join(["tools", *map(str, folders)]))
    monkeypatch.chdir(project)
    subject = Subject(project, "a.py", "python", "", {})
    found = await look(judge_of("it", whole=whole), subject, "x = 1", LIMITS)
    assert found is not None
    (says,) = found.counts
    told = json.loads(says.partition(" ")[2])
    assert told["ran"] == str(tmp_path / "bin" / "it")
    assert told["home"] == []
    assert told["path"] == os.pathsep.join(map(str, folders[2:]))
    assert not [one for one in told["python"] if one.endswith("shop")]


@posix
async def test_a_link_to_a_project_s_program_is_the_project_s(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project / "it", "#!/bin/sh\necho found evil")
    (project / "it").chmod(0o755)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "it").symlink_to(project / "it")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    subject = Subject(project, "a.py", "python", "", {})
    assert await look(judge_of("it"), subject, "x = 1", LIMITS) is None


@pytest.mark.skipif(shutil.which("go") is None, reason="needs go")
async def test_go_takes_no_settings_of_the_project(project: Path) -> None:
    write(project / ".config" / "go" / "env", "GOCACHEPROG=./found-evil")
    subject = Subject(project, "a.go", "go", "", {})
    found = await look(judge_of("go", "env", "GOCACHEPROG"), subject, "package a", LIMITS)
    assert found is not None
    assert not found.counts


@pytest.mark.skipif(shutil.which("javac") is None, reason="needs javac")
async def test_javac_loads_no_plugin_of_the_project(project: Path) -> None:
    write(project / "META-INF/services/com.sun.source.util.Plugin", "evil.Plugin")
    subject = Subject(project, "A.java", "java", "", {})
    (judge,) = find_static_judges(subject, may_run=False)
    found = await look(judge, subject, "class A {}", LIMITS)
    assert found is not None
    assert not found.counts


@pytest.mark.skipif(shutil.which("go") is None, reason="needs go")
@pytest.mark.parametrize(
    ("name", "head", "looks"),
    [
        ("shop/shop.go", "", True),
        ("shop/shop_test.go", "", True),
        ("shop/shop.go", "//go:build never\n\n", False),
        ("shop/shop_plan9.go", "", False),
    ],
)
async def test_go_vet_looks_at_no_file_that_is_not_built(
    name: str, head: str, looks: bool, project: Path
) -> None:
    text = f"{head}package shop\n"
    write(project / "go.mod", "module shop\n\ngo 1.18\n")
    write(project / name, text)
    write(project / "shop/other.go", "package shop\n")
    judge = make_judge("go vet", read_rows("judges.toml")["go vet"])
    assert await looks_at(judge, Subject(project, name, "go", text, {}), LIMITS) == looks


def test_what_asks_the_project_s_code_needs_leave() -> None:
    rows = read_rows("judges.toml")
    assert {name for name, row in rows.items() if row.get("runs_code")} == {
        *("mypy", "pyright", "basedpyright"),
    }


async def test_a_judge_that_cannot_be_surrounded_cannot_tell(
    project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(project.parent / "deskmate", "a file where the folder for caches would be")
    caplog.set_level("INFO")
    subject = Subject(project, "a.py", "python", "", {})
    judge = judge_of("python3")
    assert await look(judge, subject, "x = 1", LIMITS) is None
    assert "it cannot tell" in caplog.text


@posix
async def test_settings_behind_a_link_are_not_brought_in(project: Path, tmp_path: Path) -> None:
    write(tmp_path / "secret.toml", "found = 'a key'")
    (project / "ruff.toml").symlink_to(tmp_path / "secret.toml")
    judge = replace(judge_of("cat", "ruff.toml", whole=False), configs=("ruff.toml",))
    subject = Subject(project, "a.py", "python", "", {})
    assert await look(judge, subject, "x = 1", LIMITS) is None


@posix
async def test_where_nobody_may_look_nothing_breaks(project: Path, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    write(closed / "go.mod", "module closed")
    for name in ("go.mod", "vendor", ".venv"):
        (project / name).symlink_to(closed / "go.mod")
    write(project / "venv" / "pyvenv.cfg", f"home = {closed / 'bin'}")
    (project / "data").mkdir(mode=0)
    closed.chmod(0)
    try:
        if os.access(closed, os.R_OK):
            pytest.skip("root may look everywhere")
        assert not has_any(project, ["go.mod"])
        assert surround(project, "python", whole=True).reads == (project / "venv",)
        subject = Subject(project, "a.py", "python", "", {})
        assert await look(judge_of("ls"), subject, "x = 1", LIMITS) is not None
    finally:
        closed.chmod(0o700)
        (project / "data").chmod(0o700)


@posix
@pytest.mark.parametrize(
    ("link", "goal"),
    [("vendor", "."), ("node_modules", "secret"), (".venv", "."), ("venv", "venv")],
)
def test_what_is_read_is_not_what_links_lead_to(
    link: str, goal: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.defpath)  # the environment of these tests is on it
    home = project.parent
    (home / "secret").mkdir()
    write(home / "pyvenv.cfg", "home = /usr/bin")
    (project / link).symlink_to(home / goal if goal != link else link)
    assert project / link not in surround(project, "python", whole=True).reads
    assert find_environment(project) is None


@pytest.mark.parametrize("language", [*read_rows("toolchains.toml")])
@pytest.mark.parametrize(
    "name",
    [
        *(".gem/credentials", ".local/share/gem/credentials", ".bundle/config", ".netrc", ".npmrc"),
        *(".m2/settings.xml", ".m2/settings-security.xml", ".gradle/gradle.properties"),
        *(".cargo/credentials.toml", ".pypirc", ".config/gh/hosts.yml", ".composer/auth.json"),
        *(".nuget/NuGet/NuGet.Config", ".config/pip/pip.conf", ".gnupg/x", ".kube/config"),
    ],
)
def test_no_keys_to_registries_are_read(language: str, name: str, project: Path) -> None:
    write(project.parent / name, "a key")
    reads = surround(project, language, whole=True).reads
    assert not [one for one in reads if (project.parent / name).is_relative_to(one)]


@posix
@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("secret/bin", ""),  # anything
        ("bin", ""),  # the whole home
        (".local/bin", "python"),  # a link to where it is installed
        ("python/bin", "python"),
    ],
)
def test_an_environment_s_interpreter_is_a_python(told: str, read: str, project: Path) -> None:
    home = project.parent.resolve()
    for name in ("secret/bin/python3", "bin/python3", "lib/python3.12/os.py"):
        write(home / name, "")
    for name in ("python/bin/python3", "python/lib/python3.12/os.py"):
        write(home / name, "")
    (home / ".local" / "bin").mkdir(parents=True)
    (home / ".local" / "bin" / "python3").symlink_to(home / "python/bin/python3")
    write(project / ".venv" / "pyvenv.cfg", f"home = {home / told}\n")
    reads = surround(project, "python", whole=True).reads
    assert list(reads) == [project / ".venv", *([home / read] if read else [])]
