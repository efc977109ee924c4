"""A disk that never answers holds up nobody for long, and nobody who asks another."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace

import pytest

from deskmate.errors import DiskSilent
from deskmate.files import disk
from deskmate.files.disk import ask, ask_meanwhile, asks, find_silent


@pytest.fixture
def dead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A disk that is asked and says nothing until the test is over."""
    dead, answers = tmp_path / "dead", threading.Event()
    monkeypatch.setattr(disk, "_list_disks", lambda path: [dead])
    with pytest.raises(DiskSilent, match="dead does not answer"):
        ask(answers.wait, dead / "sub" / "file", 0.3)  # in which its thread has begun
    yield dead
    answers.set()
    while find_silent(dead):
        threading.Event().wait(0.001)


def test_all_that_lies_there_is_refused_at_once(dead: Path) -> None:
    asked: list[str] = []
    with pytest.raises(DiskSilent):
        ask(lambda: asked.append("again"), dead / "other")
    assert asked == []


def test_what_has_another_way_goes_it(dead: Path, tmp_path: Path) -> None:
    @asks("nothing")
    def look(path: Path, word: str = "found") -> str:
        return word

    assert look(dead / "other") == "nothing"
    assert look(tmp_path / "well", word="seen") == "seen"


def test_who_asks_two_disks_blames_the_right_one(dead: Path, tmp_path: Path) -> None:
    @asks("unread")
    def look(path: Path) -> str:
        return "read"

    def look_at_both() -> tuple[str, str]:
        return look(dead / "other"), look(tmp_path / "well")

    assert ask(look_at_both, tmp_path / "well") == ("unread", "read")
    assert find_silent(tmp_path / "well") is None


@pytest.mark.skipif(sys.platform == "win32", reason="not everybody may make links there")
def test_a_link_that_leads_there_is_refused_like_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = tmp_path / "dead"
    (dead / "shop").mkdir(parents=True)
    (tmp_path / "first").symlink_to("second")
    (tmp_path / "second").symlink_to(dead / "shop")
    monkeypatch.setattr(disk, "_list_disks", lambda path: [Path("/"), dead])
    assert disk._find_disk(tmp_path / "first" / "src" / "a.py") == (dead, tmp_path / "first")
    assert disk._find_disk(tmp_path / "well") == (tmp_path / "well",)


def ask_on_a_loop(work: Callable[[], object], path: Path) -> object:
    return asyncio.run(ask_meanwhile(work, path))


@pytest.mark.parametrize("question", [ask, ask_on_a_loop])
def test_a_disk_that_answers_again_is_asked_again(
    question: Callable[[Callable[[], object], Path], object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = threading.Event()
    monkeypatch.setattr(disk, "PATIENCE", 0.05)
    monkeypatch.setattr(disk, "_list_disks", lambda path: [tmp_path])
    with pytest.raises(DiskSilent):
        question(answers.wait, tmp_path)
    answers.set()
    while find_silent(tmp_path):
        threading.Event().wait(0.001)
    assert question(lambda: "here", tmp_path) == "here"


def test_each_of_many_questions_has_its_own_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks at a thousand files may take long: none of them may."""
    monkeypatch.setattr(disk, "PATIENCE", 0.5)

    def look_at_many() -> int:
        pause = threading.Event().wait
        return sum(ask(lambda: pause(0.1) is False, tmp_path) for _ in range(10))

    assert ask(look_at_many, tmp_path) == 10


def test_what_is_wrong_is_what_the_disk_says(tmp_path: Path) -> None:
    def fail() -> None:
        raise PermissionError("not yours")

    with pytest.raises(PermissionError, match="not yours"):
        ask(fail, tmp_path)


def test_the_root_of_a_disk_is_not_looked_at_to_tell_which_one_is_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks at where a network's folder is mounted may never come back."""
    dead = tmp_path / "dead"
    looked_at: list[Path] = []
    monkeypatch.setattr(disk, "_list_disks", lambda path: [Path(path.anchor), dead])

    def look(path: Path) -> bool:
        looked_at.append(path)
        return False

    monkeypatch.setattr(Path, "is_symlink", look)
    assert disk._find_disk(dead) == (dead,)
    assert dead not in looked_at


def test_what_is_begun_has_ended_when_an_interrupt_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(Future[None]):
        def result(self, timeout: float | None = None) -> None:
            raise KeyboardInterrupt

    ended: list[bool] = []

    def write() -> None:
        threading.Event().wait(0.05)
        ended.append(True)

    monkeypatch.setattr(disk, "Future", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        ask(write, tmp_path)
    assert ended


async def test_the_event_loop_goes_on_meanwhile(tmp_path: Path) -> None:
    answers = threading.Event()
    asking = asyncio.create_task(ask_meanwhile(lambda: answers.wait() and "here", tmp_path))
    await asyncio.sleep(0)
    answers.set()
    assert await asking == "here"


async def test_and_hears_what_is_wrong(tmp_path: Path, dead: Path) -> None:
    def fail() -> None:
        raise PermissionError("not yours")

    with pytest.raises(PermissionError, match="not yours"):
        await ask_meanwhile(fail, tmp_path / "well")
    with pytest.raises(DiskSilent, match="dead does not answer"):
        await ask_meanwhile(fail, dead / "other")


async def test_those_who_are_cancelled_wait_for_a_dead_disk_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, now, waited = threading.Event(), 0.0, list[float]()

    def wait(_: object, seconds: float) -> None:
        nonlocal now
        waited.append(seconds)
        now += seconds

    monkeypatch.setattr(disk, "wait", wait)
    monkeypatch.setattr(disk, "time", SimpleNamespace(monotonic=lambda: now))
    asking = [asyncio.create_task(ask_meanwhile(answers.wait, tmp_path, 9.0)) for _ in range(3)]
    await asyncio.sleep(0)
    for one in asking:
        one.cancel()
    await asyncio.wait(asking)
    answers.set()
    assert waited == [9.0, 0.0, 0.0]


async def test_what_is_cancelled_there_has_ended(tmp_path: Path) -> None:
    ended: list[bool] = []

    def write() -> None:
        threading.Event().wait(0.05)
        ended.append(True)

    writing = asyncio.create_task(ask_meanwhile(write, tmp_path))
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert ended
