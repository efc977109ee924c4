"""A model made once more for a machine, and which file then answers."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from gguf import GGMLQuantizationType

from deskmate.engines.builds import copies, repacking
from deskmate.engines.builds.copies import delete_copy, tell_damaged
from deskmate.engines.builds.fitting import find_file
from deskmate.engines.builds.found import PROGRAM, Build
from deskmate.engines.builds.guessing import Guesses, guess
from deskmate.engines.builds.record import Choice, Gain, identify_model, read_record
from deskmate.engines.builds.repacking import (
    OURS,
    PACKAGES,
    QUANTIZER,
    Quantizer,
    Verdict,
    find_quantizer,
    is_worth_trying,
    keep,
    remaking,
)
from deskmate.engines.hosts.client import LocalEngine, make_hosted
from deskmate.engines.models.catalogue import checksum, models_dir
from deskmate.engines.table import identity
from deskmate.errors import ModelError
from deskmate.settings.sections.local import LocalSettings
from gguf_files import LLAMA, gguf
from tiny_models import write_tiny
from wheels import put_wheel

EMBEDDED = Build("embedded", "", "llama_cpp")

FAILING = Quantizer((sys.executable, "nowhere.py"))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty home folder, with a model in it."""
    homes = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", *homes):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    models_dir().mkdir(parents=True)
    (models_dir() / "mine.gguf").write_bytes(gguf())


def mine() -> Path:
    """The user's model."""
    return models_dir() / "mine.gguf"


def local(**values: Any) -> LocalSettings:
    """Settings that name it."""
    return replace(LocalSettings(model=str(mine())), **values)


def make(
    gain: float, perplexity: tuple[float, float], *, of: Path | None = None, name: str = "Copy"
) -> Path | None:
    """What becomes of a copy that is so fast and so good."""
    half = models_dir() / "half"
    half.write_bytes(gguf({**LLAMA, "general.file_type": 2, "general.name": name}))
    return keep(of or mine(), half, [Verdict(EMBEDDED, Gain(gain, gain, gain, gain), perplexity)])


@pytest.mark.parametrize(
    ("gain", "perplexity", "kept"),
    [(1.5, (4.0, 4.1), True), (1.1, (4.0, 4.0), False), (3.0, (4.0, 5.0), False)],
    ids=["clearly faster, hardly worse", "hardly faster", "much worse"],
)
def test_a_copy_answers_only_where_it_pays(
    gain: float, perplexity: tuple[float, float], kept: bool
) -> None:
    copy = make(gain, perplexity)
    assert (copy is not None) is kept
    assert find_file(local()) == (copy or mine())
    noted = read_record().repack_of(EMBEDDED.identity, identify_model(mine()))
    assert noted
    assert (noted.gain, noted.perplexity, noted.pays) == (gain, perplexity, kept)
    if copy:
        assert noted.sha256 == checksum(copy)
        engine = make_hosted(local())
        assert isinstance(engine, LocalEngine)
        assert (engine.model, engine.name) == (copy, "mine"), "its name stays the model's"


def test_the_original_answers_where_the_copy_may_not(llama_server_like: Path) -> None:
    copy = make(2.0, (4.0, 4.0))
    assert copy
    assert find_file(local()) == copy
    assert find_file(local(repack=False)) == mine(), "it is turned off"
    other = local(engine="llama_server", program=str(llama_server_like))
    assert find_file(other) == mine(), "it was measured with another build"
    assert identity(local()) != identity(local(repack=False)), "answers of both are kept apart"
    mine().write_bytes(gguf({**LLAMA, "general.name": "Another"}))
    assert find_file(local()) == mine(), "it is another model by now"


def test_models_of_one_name_in_two_folders_have_two_copies() -> None:
    others = models_dir() / "someone" / "mine.gguf"
    others.parent.mkdir()
    others.write_bytes(gguf())
    copy = make(2.0, (4.0, 4.0), name="Mine")
    other = make(2.0, (4.0, 4.0), of=others, name="Others")  # as large as the first one
    assert copy
    assert other
    assert b"Mine" in find_file(local()).read_bytes()
    assert b"Others" in find_file(local(model=str(others))).read_bytes()


def test_a_copy_is_deleted_with_its_model() -> None:
    copy = make(2.0, (4.0, 4.0))
    assert copy
    size = copy.stat().st_size
    assert (delete_copy(mine()), delete_copy(mine())) == (size, 0)
    assert find_file(local()) == mine()


SPOILED: dict[str, tuple[Callable[[bytes], bytes], bool]] = {
    "only its time": (lambda content: content, True),
    "cut off": (lambda content: content[:-1], False),
    "another byte": (lambda content: content[:-1] + b"!", False),
}


@pytest.mark.parametrize(("spoil", "answers"), SPOILED.values(), ids=SPOILED)
def test_a_damaged_copy_is_set_aside_with_a_sentence(
    spoil: Callable[[bytes], bytes], answers: bool, caplog: pytest.LogCaptureFixture
) -> None:
    copy = make(2.0, (4.0, 4.0))
    assert copy
    copy.write_bytes(spoil(copy.read_bytes()))
    os.utime(copy, ns=(1, 1))
    for _ in range(2):
        assert find_file(local()) == (copy if answers else mine())
    aside = copy.with_suffix(".damaged")
    assert (copy.exists(), aside.exists()) == (answers, not answers)
    said = tell_damaged(copy)
    assert [one.getMessage() for one in caplog.records] == ([] if answers else [said])
    if not answers:
        assert "was damaged and is now" in said
        assert make(2.0, (4.0, 4.0)) == copy
        assert not tell_damaged(copy), "it was made again"


def test_a_copy_is_read_whole_on_the_first_start_of_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    copy = make(2.0, (4.0, 4.0))
    assert copy
    about = copy.stat()
    content = copy.read_bytes()
    copy.write_bytes(content[:-1] + b"!")
    os.utime(copy, ns=(about.st_atime_ns, about.st_mtime_ns))  # as a failing disk does it
    assert find_file(local()) == copy
    monkeypatch.setattr(copies, "today", lambda: "2200-01-01")
    assert find_file(local()) == mine()


async def test_no_copy_is_made_where_there_is_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil.disk_usage(models_dir())._replace(free=10)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: full)
    with pytest.raises(ModelError, match=r"0 MB are free; the model stays as it is\. Make room"):
        async with remaking(mine(), FAILING):
            pass


@pytest.fixture
def llama_server_like(tmp_path: Path) -> Path:
    """A program, which is not run."""
    program = tmp_path / "bin" / PROGRAM
    program.parent.mkdir()
    program.touch(mode=0o700)
    return program


def test_what_is_of_that_format_already_stays() -> None:
    assert is_worth_trying(mine())
    mine().write_bytes(gguf({**LLAMA, "general.file_type": 2}))
    assert not is_worth_trying(mine())


def test_a_quantizer_is_found_beside_a_build_and_else_it_is_ours(
    llama_server_like: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(mine().parent))
    server = Build("own", "", "llama_server", str(llama_server_like))
    assert find_quantizer((EMBEDDED, server)) == Quantizer(OURS)
    quantizer = llama_server_like.with_name(QUANTIZER)
    quantizer.touch(mode=0o700)
    assert find_quantizer((EMBEDDED, server)) == Quantizer((str(quantizer), "--allow-requantize"))
    assert find_quantizer((EMBEDDED,)) == Quantizer(OURS)


@pytest.mark.parametrize(
    ("missing", "found"),
    [(("gguf",), Quantizer(OURS, PACKAGES)), (("gguf", "numpy", "pip"), None)],
    ids=["pip fetches what ours needs", "without pip there is none"],
)
def test_what_ours_needs(
    monkeypatch: pytest.MonkeyPatch, missing: tuple[str, ...], found: Quantizer | None
) -> None:
    monkeypatch.setenv("PATH", str(mine().parent))
    monkeypatch.setattr(repacking, "find_spec", lambda name: name not in missing or None)
    assert find_quantizer((EMBEDDED,)) == found


async def test_what_ours_needs_is_fetched_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_wheel(tmp_path, "fetched", {"fetched.py": b"SAID = 'GGUF of the package'"})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    code = "import sys, fetched; open(sys.argv[2], 'w').write(fetched.SAID)"
    quantizer = Quantizer((sys.executable, "-c", code), ("fetched",))
    [wheel] = tmp_path.glob("fetched*.whl")
    locked = tmp_path / "locked.txt"
    locked.write_text(f"fetched==1 --hash=sha256:{checksum(wheel)}\n", encoding="utf-8")
    monkeypatch.setattr(repacking, "_LOCKED", locked)
    told: list[str] = []
    async with remaking(mine(), quantizer, told.append) as half:
        assert half.read_text() == "GGUF of the package"
        assert {one for one in models_dir().iterdir() if one.is_dir()} == set()
    assert told == ["fetching fetched from the package registry"]
    locked.write_text(f"fetched==1 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    with pytest.raises(ModelError, match=r"fetched cannot be had .* the model stays as it is\."):
        async with remaking(mine(), quantizer):
            pass
    assert left_in(models_dir()) == {"mine.gguf"}


async def test_two_at_a_time_make_no_copy_twice() -> None:
    write_tiny(mine(), kind=GGMLQuantizationType.Q8_0)
    async with remaking(mine(), Quantizer(OURS)) as half:
        with pytest.raises(ModelError, match="Another Deskmate is making a copy of"):
            async with remaking(mine(), Quantizer(OURS)):
                pass
        assert not is_worth_trying(half)
    assert left_in(models_dir()) == {"mine.gguf"}


@pytest.mark.parametrize(
    ("quantizer", "said"),
    [(FAILING, "can't open file"), (Quantizer(OURS), "nothing in it is of a format")],
    ids=["one that fails", "ours"],
)
async def test_a_quantizer_that_fails_leaves_nothing_behind(
    quantizer: Quantizer, said: str
) -> None:
    with pytest.raises(ModelError, match=rf"{said}.*; the model stays as it is"):
        async with remaking(mine(), quantizer):
            pass
    assert left_in(models_dir()) == {"mine.gguf"}


@pytest.mark.skipif(sys.platform == "win32", reason="its quantiser is a script")
async def test_it_is_told_how_far_it_is_and_can_be_cancelled(tmp_path: Path) -> None:
    quantizer = tmp_path / "quantize"
    lines = 'echo $$ >"$2.pid"; echo half >"$2"; echo "[   1/ 290] token_embd"; exec sleep 60'
    quantizer.write_text(f"#!/bin/sh\n{lines}\n")
    quantizer.chmod(0o700)
    told: asyncio.Queue[str] = asyncio.Queue()

    async def make() -> None:
        async with remaking(mine(), Quantizer((str(quantizer),)), told.put_nowait):
            pass

    making = asyncio.create_task(make())
    assert await told.get() == "making a copy in Q4_0, part 1 of 290"
    making.cancel()
    await asyncio.wait([making])
    assert making.cancelled()
    [pid] = models_dir().glob("*.pid")
    assert not psutil.pid_exists(int(pid.read_text()))
    pid.unlink()
    assert left_in(models_dir()) == {"mine.gguf"}


def test_what_two_models_guess() -> None:
    sure, unsure = (
        Guesses((0.0, 0.0), ((0, 8, 1), (1, 8, 2))),
        Guesses((-1.0, -3.0), ((0, 8, 1), (1, 8, 3))),
    )
    assert sure.perplexity == 1
    assert round(unsure.perplexity, 2) == 7.39
    assert sure.agreement(unsure) == 0.5


@pytest.mark.model
@pytest.mark.parametrize("whose", ["ours", "llama.cpp's"])
async def test_a_model_is_made_once_more_and_guesses_nearly_the_same(
    tmp_path: Path, whose: str, request: pytest.FixtureRequest
) -> None:
    model = write_tiny(tmp_path / "tiny.gguf", kind=GGMLQuantizationType.Q8_0)
    quantizer: Quantizer | None = Quantizer(OURS)
    if whose != "ours":
        program = request.getfixturevalue("llama_server")
        quantizer = find_quantizer((Build("own", "", "llama_server", str(program)),))
    if quantizer is None or (quantizer.command == OURS) != (whose == "ours"):
        pytest.skip("there is no llama-quantize beside it")
    async with remaking(model, quantizer) as half:
        assert not is_worth_trying(half)
        choice = Choice(1, 1, (1.0,), (1.0,))
        before, after = [await guess(EMBEDDED, one, choice, 8) for one in (model, half)]
    assert not half.exists()
    assert 8 <= len(before.right) <= 16
    assert before.agreement(after) > 0.5
    assert 1 < before.perplexity < 1000
    assert 0.5 < after.perplexity / before.perplexity < 2


def left_in(folder: Path) -> set[str]:
    """What lies in the folder, but for locks."""
    return {file.name for file in folder.iterdir() if file.suffix != ".lock"}
