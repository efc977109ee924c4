"""Which Python a project's tests are run with, which Node, Gradle and Maven."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from deskmate.checks.sandbox import run_code
from deskmate.checks.toolchains import find_environment, find_interpreter, find_wrapped, surround


@pytest.mark.skipif(os.name == "nt", reason="a script of a shell")
def test_a_script_that_chooses_one_is_asked_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shim = tmp_path / "shims" / "python3"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(shim.parent), prepend=os.pathsep)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    assert find_interpreter(tmp_path / "shop") == sys.executable


@pytest.mark.skipif(os.name == "nt", reason="a script of a shell")
@pytest.mark.parametrize("link", [False, True])
def test_a_project_s_own_script_is_not_asked(
    link: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, home = (tmp_path / "shop").resolve(), tmp_path / "home"
    script = project / "bin" / "python3"
    for folder in (script.parent, home):
        folder.mkdir(parents=True)
    script.write_text(f"#!/bin/sh\ntouch {tmp_path / 'it-ran'}\necho {script}\n")
    script.chmod(0o755)
    (tmp_path / "linked").symlink_to(script.parent)
    first = tmp_path / "linked" if link else script.parent
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", os.pathsep.join([str(first), *os.defpath.split(os.pathsep)]))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    assert find_interpreter(project) != str(script)
    assert not (tmp_path / "it-ran").exists()


@pytest.mark.parametrize("name", [".venv", ".tox/py312", ".nox/tests-3-12", ".nox/test"])
def test_the_environment_that_a_tool_made_is_found(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for other in (".tox/lint", ".nox/docs", name):
        (tmp_path / "shop" / other).mkdir(parents=True)
        (tmp_path / "shop" / other / "pyvenv.cfg").write_text("home = /usr/bin\n")
    assert find_environment(tmp_path / "shop") == tmp_path / "shop" / name


@pytest.mark.parametrize(
    "names", [("py39", "py312"), ("pylint", "py312"), ("tests-3-9", "tests-3-10")]
)
def test_of_several_environments_the_newest_is_taken(
    names: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    kept = ".tox" if names[0].startswith("py") else ".nox"
    for name in names:
        (tmp_path / "shop" / kept / name).mkdir(parents=True)
        (tmp_path / "shop" / kept / name / "pyvenv.cfg").write_text("home = /usr/bin\n")
    assert find_environment(tmp_path / "shop") == tmp_path / "shop" / kept / names[1]


@pytest.mark.parametrize(
    ("program", "url", "fetched"),
    [
        ("gradle", "https\\://x.org/gradle-8.5-bin.zip", "gradle-8.5-bin/5t9hu/gradle-8.5"),
        ("gradle", "https\\://x.org/gradle-8.5-all.zip", "gradle-8.5-all/5t9hu/gradle-8.5"),
        ("mvn", "https://x.org/3.9.6/apache-maven-3.9.6-bin.zip", "apache-maven-3.9.6-bin/9/a"),
        ("mvn", "https://x.org/3.9.6/apache-maven-3.9.6-bin.zip", "apache-maven-3.9.6/2f"),
        ("mvn", "https://x.org/3.9.6/apache-maven-3.9.6-bin.zip", ""),
        ("gradle", "https://x.org/../../../bin.zip", ""),
        ("gradle", "", ""),
    ],
)
def test_what_a_wrapper_has_fetched_is_run(
    program: str, url: str, fetched: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    home = {"gradle": ".gradle", "mvn": ".m2"}[program]
    for name in (fetched, "gradle-8.50-bin/x/y", "apache-maven-3.9.60/2"):
        there = tmp_path / home / "wrapper" / "dists" / name / "bin" / program
        if name:
            there.parent.mkdir(parents=True)
            there.touch()
    for name in ("gradle/wrapper/gradle-wrapper", ".mvn/wrapper/maven-wrapper"):
        path = tmp_path / "shop" / f"{name}.properties"
        path.parent.mkdir(parents=True)
        path.write_text(f"distributionBase=GRADLE_USER_HOME\ndistributionUrl={url}\n")
    found = find_wrapped(program, tmp_path / "shop")
    expected = tmp_path / home / "wrapper" / "dists" / fetched / "bin" / program
    assert found == (str(expected) if fetched else program)


@pytest.mark.skipif(shutil.which("node") is None or os.name == "nt", reason="needs node")
async def test_a_runner_finds_the_node_in_the_user_s_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As nvm and fnm put it there."""
    node = tmp_path / ".nvm" / "versions" / "node" / "bin" / "node"
    node.parent.mkdir(parents=True)
    shutil.copy2(os.path.realpath(shutil.which("node") or ""), node)
    for name in ("HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("PATH", str(node.parent), prepend=os.pathsep)
    runner = tmp_path / "shop" / "node_modules" / ".bin" / "vitest"
    runner.parent.mkdir(parents=True)
    runner.write_text("#!/usr/bin/env node\nconsole.log(process.execPath)\n")
    runner.chmod(0o755)
    around = surround((tmp_path / "shop").resolve(), "typescript", whole=True)
    ran = await run_code({}, ["{copy}/node_modules/.bin/vitest"], None, around)
    assert ran.output.strip() == str(node.resolve())
