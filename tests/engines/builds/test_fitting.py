"""Which build answers where the user has not said it: the fastest, if it is clearly so."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deskmate.engines.builds import comparing, found
from deskmate.engines.builds.comparing import compare_builds, make_copy, note
from deskmate.engines.builds.fitting import find_file, fit_engine
from deskmate.engines.builds.found import PROGRAM, Build, builds_here, find_used, identify
from deskmate.engines.builds.guessing import Guesses
from deskmate.engines.builds.record import Speed, identify_model, note_speeds
from deskmate.engines.hosts.client import LocalEngine, wanted_tuning
from deskmate.engines.table import create_engine
from deskmate.errors import EngineUnavailable
from deskmate.settings.sections.local import LocalSettings
from gguf_files import LLAMA, gguf

SLOW, FAST = ((40, 40, 40), (10, 10, 10)), ((80, 80, 80), (20, 20, 20))

EMBEDDED = ("llama_cpp", "llama-server")


@pytest.fixture(autouse=True)
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, a model, and a program on the PATH that is not run."""
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    program = tmp_path / "bin" / PROGRAM
    program.parent.mkdir()
    program.touch(mode=0o700)
    monkeypatch.setenv("PATH", str(program.parent))
    (tmp_path / "model.gguf").write_bytes(b"GGUF")
    monkeypatch.chdir(tmp_path)
    return program


def local() -> LocalSettings:
    """The settings of a user who has set no engine."""
    return LocalSettings(model=str(Path("model.gguf").absolute()))


def measured(program: Path | str, when: str = "now", other: str = "now") -> None:
    """The embedded one was slow, the program fast; both in a run that began then."""
    model = identify_model(Path(local().model))
    note_speeds(
        [
            Speed(identify("llama_cpp", ""), model, 1, *SLOW, when=when),
            Speed(identify("llama_server", str(program)), model, 1, *FAST, when=other),
        ]
    )


def chosen(settings: LocalSettings) -> tuple[str, str]:
    found = fit_engine(settings)
    return found.engine, found.program


def test_nothing_is_measured_so_the_embedded_one_answers() -> None:
    assert chosen(local()) == EMBEDDED


def test_the_fastest_answers_and_an_engine_that_is_set_stays(program: Path) -> None:
    measured(program)
    assert chosen(local()) == ("llama_server", str(program))
    assert chosen(replace(local(), engine="llama_cpp")) == EMBEDDED
    engine = create_engine(local())
    assert isinstance(engine, LocalEngine)
    assert engine._configuration.program == str(program)  # what it would start


def test_another_model_or_an_update_was_not_measured(program: Path) -> None:
    measured(program)
    program.write_bytes(b"newer")
    assert chosen(local()) == EMBEDDED
    measured(program)
    Path("model.gguf").write_bytes(b"another one")
    assert chosen(local()) == EMBEDDED


def test_two_runs_are_not_compared(program: Path) -> None:
    measured(program, other="on a quiet day")
    assert chosen(local()) == EMBEDDED


def test_a_record_names_no_program_that_is_not_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "project" / PROGRAM
    elsewhere.parent.mkdir()
    elsewhere.touch(mode=0o700)
    measured(elsewhere)
    assert chosen(local()) == EMBEDDED
    monkeypatch.setenv("PATH", "project")  # of whatever folder this runs in
    assert chosen(local()) == EMBEDDED


async def test_builds_take_turns_and_one_that_fails_is_left_out(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []

    async def measure(build: Build, model: Path, threads: int) -> tuple[float, float]:
        asked.append((build.name, threads))
        if build.name == "broken":
            raise EngineUnavailable("It does not run.")
        busy = 10 if 2 < len(asked) < 9 else 1  # somebody else for a while
        return (80 / busy, 20 / busy) if build.name == "path" else (40 / busy, 10 / busy)

    monkeypatch.setattr(comparing, "measure", measure)
    embedded = Build("embedded", "", "llama_cpp")
    path = Build("path", "", "llama_server", str(program))
    broken = Build("broken", "", "llama_server", "none")
    told: list[str] = []
    builds = (embedded, broken, path)
    found = await compare_builds(Path("model.gguf").absolute(), builds, (1, 2), None, told.append)
    note(found)

    assert asked[:5] == [("embedded", 1), ("embedded", 2), ("broken", 1), ("path", 1), ("path", 2)]
    assert asked.count(("broken", 1)) == 1
    assert found.failures == ["broken, as it is: It does not run."]
    assert told[0] == "measuring embedded, as it is, 1 threads, turn 1 of 3"
    assert set(found.fastest) == {embedded, path}
    assert chosen(local()) == ("llama_server", str(program))


@pytest.fixture
def quantizer(program: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One that makes a copy of its own kind, with which the embedded build is twice as fast; and a
    model that can be copied.
    """
    if sys.platform == "win32":
        pytest.skip("its quantiser is a script")
    Path("model.gguf").write_bytes(gguf())
    made = program.with_name("made")
    made.write_bytes(gguf({**LLAMA, "general.file_type": 2}))
    quantizer = program.with_name("llama-quantize")
    quantizer.write_text(f'#!/bin/sh\n/bin/cat "{made}" >"$3"\n')
    quantizer.chmod(0o700)

    async def measure(build: Build, model: Path, threads: int) -> tuple[float, float]:
        assert (build.name, threads) == ("embedded", 0)
        return (80, 20) if model.suffix == ".tmp" else (40, 10)

    async def guess(build: Build, model: Path, *_: Any, **__: Any) -> Guesses:
        return Guesses((-1.0,), ((0, 1, 2),))

    monkeypatch.setattr(comparing, "measure", measure)
    monkeypatch.setattr(comparing, "guess", guess)
    return quantizer


async def test_what_was_installed_gets_a_copy_that_is_faster_here(quantizer: Path) -> None:
    model = Path("model.gguf").absolute()
    told: list[str] = []
    made = await make_copy(model, LocalSettings(), told.append)
    assert made
    assert made.copy
    assert find_file(local()) == made.copy
    assert wanted_tuning(local(), made.copy).threads == 0, "the threads were not measured"
    assert await make_copy(model, LocalSettings(), told.append) is None, "it is there already"


async def test_of_what_is_too_large_to_wait_for_ours_makes_no_copy(
    quantizer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Path("model.gguf").absolute()
    monkeypatch.setattr(comparing, "_QUICK", model.stat().st_size - 1)
    assert await make_copy(model, LocalSettings(), lambda doing: None), "llama.cpp's is quick"
    quantizer.unlink()
    other = model.with_name("other.gguf")
    other.write_bytes(gguf())
    assert await make_copy(other, LocalSettings(), lambda doing: None) is None


@pytest.mark.parametrize(
    "settings",
    [
        {"repack": False},
        {"engine": "openai", "url": "http://127.0.0.1:9"},
        {"engine": "llama_server", "program": "none"},
    ],
    ids=["it is off", "a server's own models", "a program that is not there"],
)
async def test_no_copy_is_made_that_would_not_be_used(
    quantizer: Path, settings: dict[str, Any]
) -> None:
    model = Path("model.gguf").absolute()
    wanted = replace(LocalSettings(), **settings)
    assert await make_copy(model, wanted, lambda doing: None) is None
    assert find_file(local()) == model


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"#!/bin/sh\necho no room; exit 1\n", "(no room); the model stays as it is"),
        (b"\x7fELF of another processor", "llama-quantize"),
    ],
    ids=["it fails", "it does not run"],
)
async def test_a_copy_that_cannot_be_made_leaves_the_model(
    quantizer: Path, content: bytes, said: str
) -> None:
    quantizer.write_bytes(content)
    made = await make_copy(Path("model.gguf").absolute(), LocalSettings(), lambda doing: None)
    assert made
    assert said in made.failures[0]
    assert find_file(local()) == Path("model.gguf").absolute()


def test_a_server_s_engine_is_none_of_the_builds_though_the_embedded_one_is_not_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(found, "identify", lambda engine, program: "")
    assert find_used(builds_here(local()), replace(local(), engine="openai")) is None
