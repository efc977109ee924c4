"""What was measured, and what is chosen from it."""

from __future__ import annotations

import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deskmate.engines.builds.found import PROGRAM, builds_here, identify
from deskmate.engines.builds.record import (
    Choice,
    Repacked,
    Speed,
    choose,
    compare,
    identify_model,
    note_repacked,
    note_speeds,
    read_record,
)
from deskmate.engines.hosts import client
from deskmate.engines.hosts.client import wanted_tuning
from deskmate.files.places import place
from deskmate.settings.sections.local import LocalSettings

Turns = tuple[tuple[float, ...], tuple[float, ...]]
"""What is read and what is written in each."""

CHOSEN: dict[str, tuple[list[tuple[int, float, float]], tuple[int, int]]] = {
    "one": ([(1, 57, 13)], (1, 1)),
    "more for the prompt than to write": ([(1, 57, 13), (2, 105, 14)], (1, 2)),
    "the last core where it is worth it": ([(1, 57, 13), (2, 105, 24)], (2, 2)),
    "a little faster is not worth it": ([(4, 100, 20), (7, 150, 26), (8, 151, 27)], (7, 7)),
    "more is slower on a busy machine": ([(1, 57, 13), (2, 30, 2)], (1, 1)),
    "in any order": ([(8, 300, 20), (1, 50, 10), (4, 180, 22)], (4, 8)),
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty home folder, with nothing on the PATH."""
    homes = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", *homes):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setattr(client, "busy_cores", lambda: 0)
    monkeypatch.setattr(client, "cores", lambda: 8)


@pytest.mark.parametrize(("measured", "threads"), CHOSEN.values(), ids=CHOSEN)
def test_threads(measured: list[tuple[int, float, float]], threads: tuple[int, int]) -> None:
    choice = choose([speed("a", "m", *one) for one in measured])
    assert choice
    assert (choice.threads, choice.threads_batch) == threads


def speed(build: str, model: str, threads: int, reads: float, writes: float) -> Speed:
    """The same in the only turn of a run."""
    return Speed(build, model, threads, (reads,), (writes,))


def made(build: str) -> Repacked:
    """A copy that is worth nothing."""
    return Repacked("m", build, "m.repacked", "", 1, 1, "2026-11-30", 1.0, (7.0, 7.0), pays=False)


def test_a_typical_action_takes_as_long_as_the_best_turns_let_it() -> None:
    assert Choice(1, 1, reads=(40, 20), writes=(5, 10)).seconds == 20


BEFORE = ((40, 40, 40), (10, 10, 10))

TURNS: dict[str, tuple[Turns, Turns, tuple[float, float, float], bool]] = {
    "clearly faster": (BEFORE, ((80, 80, 80), (20, 20, 20)), (2, 2, 2), True),
    "a little faster": (BEFORE, ((44, 44, 44), (11, 11, 11)), (1.1, 1.1, 1.1), False),
    "others slow down a turn of both": (
        ((40, 4, 40), (10, 1, 10)),
        ((80, 8, 80), (20, 2, 20)),
        (2, 2, 2),
        True,
    ),
    "others slow down one of them in a turn": (
        BEFORE,
        ((80, 80, 20), (20, 20, 5)),
        (2, 0.5, 2),
        True,
    ),
    "others slow down one of them in two": (
        ((40, 4, 4), (10, 1, 1)),
        ((40, 40, 40), (10, 10, 10)),
        (10, 1, 10),
        False,
    ),
    "faster in one turn only": (BEFORE, ((80, 40, 40), (20, 10, 10)), (1, 1, 2), False),
}


@pytest.mark.parametrize(("before", "after", "gain", "clear"), TURNS.values(), ids=TURNS)
def test_two_are_compared_turn_by_turn(
    before: Turns, after: Turns, gain: tuple[float, float, float], clear: bool
) -> None:
    found = compare(Choice(1, 1, *before), Choice(1, 1, *after))
    assert (found.middle, found.least, found.most) == pytest.approx(gain)
    assert found.is_clear is clear


def test_what_is_measured_again_takes_the_place_of_what_was_known() -> None:
    assert read_record().choice("a", "m") is None
    note_speeds([speed("a", "m", 1, 10, 10), speed("a", "m", 2, 20, 20)])
    note_speeds([speed("a", "n", 1, 5, 5), speed("b", "m", 1, 100, 40)])
    note_speeds([speed("a", "m", 1, 11, 11)])
    record = read_record()
    assert record.choice("a", "m") == Choice(1, 1, (11,), (11,))
    assert record.choice("a", "n") == Choice(1, 1, (5,), (5,))
    assert record.choice("b", "m") == Choice(1, 1, (100,), (40,))


def test_what_several_note_at_a_time_is_all_kept() -> None:
    builds = [f"build-{number}" for number in range(6)]

    def note(build: str) -> None:
        note_speeds([speed(build, "m", 1, 57, 13)])
        note_repacked(made(build))

    with ThreadPoolExecutor(len(builds)) as pool:
        list(pool.map(note, builds))
    kept = read_record()
    assert {one.build for one in kept.speeds} == set(builds)
    assert {one.build for one in kept.repacked} == set(builds)


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_only_the_user_reads_it() -> None:
    note_speeds([speed("a", "m", 1, 10, 10)])
    assert stat.S_IMODE(place("engines").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", '{"speeds": 1}', '{"speeds": [1]}'),
        '{"speeds": [{"build": "a"}], "repacked": []}',
        '{"speeds": [{"build": "a", "model": "m", "threads": 1, "reads": 1, "writes": 1}],'
        ' "repacked": []}',
        '{"speeds": [], "repacked": [{"machine": "", "what a later version": "says"}]}',
    ],
)
def test_a_damaged_record_is_none(text: str) -> None:
    place("engines").parent.mkdir(parents=True)
    place("engines").write_text(text)
    assert read_record().choice("a", "m") is None
    note_speeds([speed("a", "m", 1, 10, 10)])
    assert read_record().choice("a", "m")


SET: dict[str, tuple[dict[str, Any], tuple[int, int]]] = {
    "nothing": ({}, (2, 4)),
    "the threads": ({"threads": 3}, (3, 0)),
    "those for the prompt": ({"threads_batch": 6}, (2, 6)),
}


@pytest.mark.parametrize(("values", "threads"), SET.values(), ids=SET)
def test_what_is_set_holds_and_the_rest_is_as_measured(
    values: dict[str, Any], threads: tuple[int, int], tmp_path: Path
) -> None:
    model = tmp_path / "model.gguf"
    model.touch()
    local = replace(LocalSettings(), **values)
    build = identify("llama_cpp", "")
    known = [speed(build, identify_model(model), *one) for one in [(2, 9, 9), (4, 18, 9)]]
    note_speeds(known)
    wanted = wanted_tuning(local, model)
    assert (wanted.threads, wanted.threads_batch) == threads
    model.write_bytes(b"another one")
    assert wanted_tuning(LocalSettings(), model).threads == 0


def test_a_busy_machine_gets_no_more_threads_than_are_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.gguf").touch()
    monkeypatch.setattr(client, "busy_cores", lambda: 5)
    model = identify_model(tmp_path / "model.gguf")
    note_speeds([speed(identify("llama_cpp", ""), model, 8, 100, 20)])
    wanted = wanted_tuning(LocalSettings(), tmp_path / "model.gguf")
    assert (wanted.threads, wanted.threads_batch) == (3, 3)


def test_a_program_that_is_found_twice_counts_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / PROGRAM
    program.parent.mkdir()
    program.touch(mode=0o700)
    before = identify("llama_server", str(program))
    monkeypatch.setenv("PATH", str(program.parent))
    named = LocalSettings(engine="llama_server", program=str(program))
    assert [one.name for one in builds_here(LocalSettings())][:2] == ["embedded", "path"]
    assert [one.name for one in builds_here(named)][:2] == ["embedded", "own"]
    os.utime(program, ns=(1, 1))
    assert identify("llama_server", str(program)) != before, "an update is another build"
    assert identify("llama_server", str(tmp_path / "none")) == ""
