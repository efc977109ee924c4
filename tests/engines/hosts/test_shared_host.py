"""One host for all servers of a user: there is no second one with the same settings, what befalls
one server harms no other, and nobody else is told anything.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from scripted_server import ENDLESS, ask, scripted

from deskmate.engines.engine import Priority
from deskmate.engines.hosts import lease, meeting, shared, sharing
from deskmate.engines.hosts.client import LocalEngine, make_hosted
from deskmate.engines.hosts.host import Configuration
from deskmate.engines.hosts.lease import Lease
from deskmate.engines.hosts.meeting import Meeting
from deskmate.engines.hosts.memory import SHARED, measure_memory
from deskmate.engines.hosts.shared import SharedHost
from deskmate.engines.hosts.sharing import identify_host, tell_unshared
from deskmate.engines.queue import QueuedEngine
from deskmate.errors import EngineLost, EngineTimeout, EngineUnavailable
from deskmate.settings.sections.local import LocalSettings
from gguf_files import gguf
from tiny_models import write_tiny

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and modes of POSIX")


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file in the place of a model, and a user who shares nothing with anybody yet."""
    monkeypatch.setattr(sharing, "LINGER", 0.1)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    (tmp_path / "runtime").mkdir(mode=0o700)
    tell_unshared.cache_clear()
    path = tmp_path / "model.gguf"
    path.write_bytes(gguf())
    yield path


@pytest.fixture
async def two(model: Path) -> AsyncGenerator[tuple[LocalEngine, LocalEngine]]:
    """Two servers of one user, as far as it matters here."""
    one, other = scripted(model), scripted(model)
    yield one, other
    await one.aclose()
    await other.aclose()
    await until(lambda: not living(model))


Two = tuple[LocalEngine, LocalEngine]


async def test_two_servers_have_one_host_which_the_last_one_ends(two: Two, model: Path) -> None:
    one, other = two
    assert set(await asyncio.gather(answer(one, "a"), answer(other, "b"))) == {"0 1 2 "}
    assert one.address == other.address
    [host] = started(model)
    await one.aclose()
    assert await answer(other, "c") == "0 1 2 "
    await other.aclose()
    await until(lambda: not alive(host))
    assert await answer(other, "d") == "0 1 2 ", "and another is started by who needs it"
    assert len(started(model)) == 2


async def test_servers_that_start_at_once_have_one(model: Path) -> None:
    with servers(model, "", "") as begun:
        for one in begun:
            await hear(one, "ready")
        assert len(started(model)) == 1
    await until(lambda: not living(model))


async def test_a_server_that_is_killed_holds_nothing_any_more(model: Path) -> None:
    with servers(model, "endless", "") as [asking, other]:
        await hear(asking, "begun")
        await hear(other, "ready")
        asking.kill()
        await until(lambda: "endless stopped" in log(model))
        async with aclosing(scripted(model)) as third:
            assert await answer(third, "next") == "0 1 2 "
        [host] = started(model)
        assert alive(host)
        other.kill()
        await until(lambda: not alive(host))


@posix
@pytest.mark.parametrize("whose", ["the host", "the process that shares it"])
async def test_a_host_that_is_killed_in_an_answer_costs_that_answer_only(
    whose: str, two: Two, model: Path
) -> None:
    one, other = two
    await other.capabilities()
    async with aclosing(one.stream(ask("endless", ENDLESS))) as chunks:
        while not (await anext(chunks)).text:
            pass
        [host], [sharer] = started(model), SHARED
        os.kill(host if whose == "the host" else sharer, signal.SIGKILL)
        with pytest.raises(EngineLost, match=r"stopped in the middle of its answer; nothing was"):
            async for _ in chunks:
                pass
    await until(lambda: not alive(host))
    assert set(await asyncio.gather(answer(one, "a"), answer(other, "b"))) == {"0 1 2 "}
    assert len(started(model)) == 2, "whoever came first has started the next"


async def test_who_cancels_stops_their_own_answer_only(two: Two, model: Path) -> None:
    one, other = two
    going = asyncio.create_task(answer(one, "kept", 30))
    await until(lambda: "kept begun" in log(model))
    waiting = asyncio.create_task(answer(other, "waiting"))
    await asyncio.sleep(0.05)
    waiting.cancel()
    assert (await going).endswith(" 29 ")
    going = asyncio.create_task(answer(one, "cancelled", ENDLESS))
    await until(lambda: "cancelled begun" in log(model))
    kept = asyncio.create_task(answer(other, "next"))
    going.cancel()
    assert await kept == "0 1 2 "
    done = [line for line in log(model) if not line.endswith("begun")]
    assert sorted(done) == ["cancelled stopped", "kept ended", "next ended"]


async def test_actions_go_before_completions_and_both_before_what_nobody_waits_for(
    two: Two, model: Path
) -> None:
    one, other = two
    await other.capabilities()
    first = asyncio.create_task(answer(one, "first", ENDLESS))
    await until(lambda: "first begun" in log(model))
    asked: list[tuple[LocalEngine, str, Priority]] = [
        (one, "ahead", "background"),
        (one, "completion", "typing"),
        (other, "action", "interactive"),
    ]
    going = []
    for engine, name, priority in asked:
        going.append(asyncio.create_task(answer(engine, name, priority=priority)))
        await queued(engine)
    first.cancel()
    await asyncio.gather(*going)
    assert ended(model) == ["action", "completion", "ahead"]


async def test_who_waits_for_another_server_is_not_told_that_the_model_reads(
    two: Two, model: Path
) -> None:
    one, other = two
    await other.capabilities()
    first = asyncio.create_task(answer(one, "first", ENDLESS))
    await until(lambda: "first begun" in log(model))
    chunks = QueuedEngine(other).stream(ask("second"))
    told = asyncio.create_task(anext(chunks))
    await queued(other)
    assert not told.done()
    first.cancel()
    assert (await told).read == 0.0
    await chunks.aclose()


async def test_servers_take_turns_however_much_one_of_them_asks(two: Two, model: Path) -> None:
    one, other = two
    await other.capabilities()
    many = [asyncio.create_task(answer(one, "many0", ENDLESS))]
    await until(lambda: "many0 begun" in log(model))
    many += [asyncio.create_task(answer(one, f"many{number}")) for number in (1, 2)]
    await queued(one)
    few = asyncio.create_task(answer(other, "few"))
    await queued(other)
    many[0].cancel()
    await asyncio.gather(*many[1:], few)
    assert ended(model) == ["few", "many1", "many2"]


async def test_what_nobody_waits_for_gives_way_to_another_server(two: Two, model: Path) -> None:
    one, other = two
    await other.capabilities()
    ahead = asyncio.create_task(answer(one, "ahead", ENDLESS, "background"))
    await until(lambda: "ahead begun" in log(model))
    assert await answer(other, "action") == "0 1 2 "
    await until(lambda: log(model).count("ahead begun") == 2)
    ahead.cancel()
    await until(lambda: log(model).count("ahead stopped") == 2)
    assert ended(model) == ["action"]


@posix
@pytest.mark.parametrize("whose", ["the host", "the process that shares it"])
async def test_what_is_stuck_is_ended_for_all(
    whose: str, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "BEAT", 0.1)
    async with aclosing(scripted(model, patience=1)) as engine:
        assert await answer(engine, "a") == "0 1 2 "
        [host], [sharer] = started(model), SHARED
        os.kill(host if whose == "the host" else sharer, signal.SIGSTOP)
        with pytest.raises(EngineTimeout, match="said nothing for 1 s, so it was ended"):
            await answer(engine, "b")
        assert await answer(engine, "c") == "0 1 2 "
        assert len(started(model)) == 2
        with suppress(ProcessLookupError):
            os.kill(sharer, signal.SIGCONT)
        await until(lambda: not alive(host))


@posix
async def test_a_server_that_stands_still_keeps_nobody_from_asking(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one in a terminal does where somebody types Ctrl-Z."""
    monkeypatch.setattr(shared, "SILENCE", 0.2)
    async with sharing_here(model) as found, holding(found) as still, holding(found) as other:
        await still.say(want=0, rank=0)
        await still.hears("granted", 0)
        await other.say(want=0, rank=0)
        await other.hears("granted", 0)
        await still.say(end="stuck")
        await other.say(done=0)
        await other.say(want=1, rank=0)
        await other.hears("granted", 1)


async def test_nothing_of_what_one_asks_is_told_to_another(model: Path) -> None:
    async with aclosing(scripted(model)) as engine:
        await engine.capabilities()
        found = meeting.read_meeting(next(meeting.open_folder().glob("*.json")))
        assert found is not None
        async with holding(found) as other:
            assert await answer(engine, "password") == "0 1 2 "
            await other.say(here=True)
            await other.hears("here", True)
            assert {"others": 1} in other.heard
            assert "password" not in json.dumps(other.heard)
    for file in meeting.open_folder().iterdir():
        assert b"password" not in file.read_bytes()


@pytest.mark.parametrize(
    "said",
    [
        b'{"nonce": "1"}\n{"proof": "2"}\n{"hold": true}\n',
        b'{"hold": true}\n{"hold": true}\n{"hold": true}\n',
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"[]\n",
        b"\xff\n",
        b"",
    ],
)
async def test_who_does_not_know_the_key_is_told_nothing(said: bytes, model: Path) -> None:
    async with sharing_here(model) as found:
        reader, writer = await asyncio.open_connection(meeting.HOST, found.port)
        writer.write(said)
        writer.write_eof()
        told = [set(json.loads(line)) for line in (await reader.read()).splitlines()]
        writer.close()
        assert told in ([{"nonce"}], [{"nonce"}, {"proof"}])
        wrong = replace(found, key="another")
        with pytest.raises(PermissionError, match="does not know the key"):
            async with holding(wrong):
                pass


async def test_who_has_taken_the_place_of_a_host_is_asked_nothing(model: Path) -> None:
    heard = b""

    async def pretend(reader: StreamReader, writer: StreamWriter) -> None:
        nonlocal heard
        writer.write(b'{"nonce": "1"}\n{"proof": "2"}\n{"held": 2}\n')
        heard += await reader.read()
        writer.close()

    server = await asyncio.start_server(pretend, meeting.HOST, 0)
    port = server.sockets[0].getsockname()[1]
    meeting.write_meeting(meeting.open_folder() / "shared.json", Meeting(port, "the key"))
    async with aclosing(scripted(model)) as engine:
        assert await answer(engine, "password") == "0 1 2 "
    server.close()
    assert {name for line in heard.splitlines() for name in json.loads(line)} == {"nonce", "proof"}
    assert b"the key" not in heard


LEFT = (b"", b"{", b"[]", b'{"port": 1}', b'{"port": 99999, "key": "k"}', b'{"port": 9, "key": ""}')


@pytest.mark.parametrize("content", LEFT)
async def test_what_a_host_has_left_is_in_nobodys_way(content: bytes, model: Path) -> None:
    path = meeting.open_folder() / "shared.json"
    path.write_bytes(content)
    async with aclosing(scripted(model)) as engine:
        assert await answer(engine, "a") == "0 1 2 "
    await until(lambda: not path.exists())


async def test_a_key_that_is_none_is_not_used(model: Path) -> None:
    path = meeting.open_folder() / "shared.json"
    async with sharing_here(model) as found:
        path.write_text(json.dumps({"port": found.port, "key": 5}))
        async with aclosing(scripted(model)) as engine:
            assert await answer(engine, "a") == "0 1 2 "


async def test_a_port_that_is_nobodys_any_more_is_not_waited_for(model: Path) -> None:
    with socket.socket() as taken:
        taken.bind((meeting.HOST, 0))
        port = taken.getsockname()[1]
    meeting.write_meeting(meeting.open_folder() / "shared.json", Meeting(port, "the key"))
    async with aclosing(scripted(model)) as engine:
        assert await answer(engine, "a") == "0 1 2 "


@posix
async def test_only_the_user_may_look_there(two: Two, model: Path) -> None:
    await two[0].capabilities()
    folder = meeting.open_folder()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def open_to_all(runtime: Path) -> None:
    (runtime / "deskmate" / "hosts").mkdir(parents=True)
    (runtime / "deskmate" / "hosts").chmod(0o777)


def around_open_to_all(runtime: Path) -> None:
    open_to_all(runtime)
    (runtime / "deskmate" / "hosts").chmod(0o700)
    (runtime / "deskmate").chmod(0o777)


def a_file(runtime: Path) -> None:
    (runtime / "deskmate").write_bytes(b"")


@posix
@pytest.mark.parametrize("prepare", [open_to_all, around_open_to_all, a_file])
async def test_where_hosts_cannot_be_shared_each_has_its_own_and_says_so_once(
    prepare: Callable[[Path], None], model: Path, caplog: pytest.LogCaptureFixture
) -> None:
    prepare(model.parent / "runtime")
    async with aclosing(scripted(model)) as one, aclosing(scripted(model)) as other:
        assert await answer(one, "a") == await answer(other, "b") == "0 1 2 "
        assert len(living(model)) == 2
    assert caplog.text.count("is not shared with your other editors") == 1


async def test_a_folder_that_is_missing_is_made(model: Path) -> None:
    (model.parent / "runtime").rmdir()
    assert meeting.open_folder().is_dir()


async def test_one_that_only_lingers_makes_room_for_another(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "LINGER", 600)
    async with aclosing(scripted(model)) as first:
        await first.capabilities()
    async with aclosing(scripted(model)) as again:
        await again.capabilities()
    [host] = started(model)
    monkeypatch.setattr(sharing, "LINGER", 0.1)
    async with aclosing(scripted(model, "other settings")) as other:
        await other.capabilities()
        assert living(model) == [started(model)[1]] != [host]


async def test_one_that_was_just_started_is_left_to_who_has_started_it(model: Path) -> None:
    async with sharing_here(model) as found, sharing._connect(found) as (reader, writer, _):
        meeting.send(writer, {"end": "idle"})
        assert await meeting.receive(reader) == {"held": 0}


async def test_who_has_started_one_may_be_slow_to_come(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "LINGER", 0.0)
    async with aclosing(scripted(model)) as one, aclosing(scripted(model)) as other:
        await one.capabilities()
        await other.capabilities()
        assert one.address == other.address


async def test_one_that_is_held_stays_beside_another(two: Two, model: Path) -> None:
    await two[0].capabilities()
    async with aclosing(scripted(model, "other settings")) as other:
        await other.capabilities()
        assert len(living(model)) == 2


async def test_a_host_that_cannot_load_says_so_to_all(model: Path) -> None:
    broken = model.rename(model.with_name("broken.gguf"))
    one, other = scripted(broken), scripted(broken)
    found = await asyncio.gather(one.capabilities(), other.capabilities(), return_exceptions=True)
    assert [str(error) for error in found] == ["It cannot be loaded."] * 2
    assert {type(error) for error in found} == {EngineUnavailable}


async def test_who_comes_after_it_could_not_load_is_told_so_still(
    model: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = model.rename(model.with_name("broken.gguf"))
    start = sharing._start

    async def start_and_wait(*told: Any) -> None:
        await start(*told)
        await until(lambda: bool(started(broken)) and not living(broken))
        await asyncio.sleep(0.1)

    monkeypatch.setattr(sharing, "_start", start_and_wait)
    async with aclosing(scripted(broken)) as engine:
        with pytest.raises(EngineUnavailable, match="It cannot be loaded"):
            await engine.capabilities()
    assert len(started(broken)) == 1
    assert "is not shared" not in caplog.text


async def test_what_a_host_takes_counts_for_who_has_not_started_it(two: Two, model: Path) -> None:
    with servers(model, "") as [starter]:
        await hear(starter, "ready")
        await two[0].capabilities()
        await until(lambda: list(SHARED.values()) == [1])
        starter.kill()
        await until(lambda: list(SHARED.values()) == [0])
        [host] = started(model)
        assert measure_memory() > psutil.Process(host).memory_info().rss


SETTINGS: dict[str, tuple[dict[str, Any], bool]] = {
    "nothing else": ({}, True),
    "how much it thinks": ({"reasoning": "low"}, True),
    "how many answers are asked for": ({"tries": 1, "warm_up": False}, True),
    "another context": ({"context": 2048}, False),
    "threads": ({"threads": 7}, False),
    "how long it may be silent": ({"timeout": 5.0}, False),
    "when it sleeps": ({"sleep_minutes": 5.0}, False),
    "nothing is kept": ({"slot_megabytes": 0}, False),
    "another model": ({"model": "other.gguf"}, False),
    "a draft model": ({"draft_model": "other.gguf"}, False),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_which_settings_have_one_host(name: str, model: Path) -> None:
    others, is_same = SETTINGS[name]
    (model.parent / "other.gguf").write_bytes(gguf() + b"\0")
    local = LocalSettings(model=str(model), engine="llama_cpp")
    told: dict[str, Any] = {
        key: str(model.parent / value) if "model" in key else value for key, value in others.items()
    }
    other = replace(local, **told)
    assert (shared_as(local) == shared_as(other)) is is_same


def test_another_version_or_file_has_another_host(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = LocalSettings(model=str(model), engine="llama_cpp")
    before = shared_as(local)
    monkeypatch.setattr(sharing, "__version__", "9.9")
    other = shared_as(local)
    monkeypatch.undo()
    model.write_bytes(gguf() + b"\0")
    assert len({before, other, shared_as(local)}) == 3
    assert not make_hosted(replace(local, share=False))._share


async def test_the_real_one_is_shared(model: Path) -> None:
    real = write_tiny(model.with_name("tiny.gguf"))
    one, other = LocalEngine(real, share="real"), LocalEngine(real, share="real")
    async with aclosing(one), aclosing(other), aclosing(LocalEngine(real)) as own:
        said = [await usage(engine) for engine in (own, one, other)]
        assert said[0] == said[1]
        assert said[2][0] == said[0][0]
        assert said[2][1] > 0, "what the other has asked need not be read again"
        assert one.address == other.address != own.address


def shared_as(local: LocalSettings) -> str:
    return identify_host(local, Path(local.model))


async def usage(engine: LocalEngine) -> tuple[int, int]:
    async with aclosing(engine.stream(ask("Count from 1 to 10."))) as chunks:
        *_, last = [chunk async for chunk in chunks]
    assert last.usage is not None
    return last.usage.prompt_tokens, last.usage.cached_tokens


async def answer(
    engine: LocalEngine, name: str, count: int = 3, priority: Priority = "interactive"
) -> str:
    prompt = replace(ask(name, count), priority=priority)
    async with aclosing(engine.stream(prompt)) as chunks:
        return "".join([chunk.text async for chunk in chunks])


def started(model: Path) -> list[int]:
    """The processes of all hosts that were ever started for it."""
    file = model.parent / "hosts"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def living(model: Path) -> list[int]:
    return [host for host in started(model) if alive(host)]


def alive(pid: int) -> bool:
    with suppress(psutil.Error):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def log(model: Path) -> list[str]:
    """What the model has begun, ended and stopped."""
    file = model.parent / "log"
    return file.read_text().splitlines() if file.exists() else []


def ended(model: Path) -> list[str]:
    """Which answers came to their end, in order."""
    return [line.split()[0] for line in log(model) if line.endswith("ended")]


async def queued(engine: LocalEngine) -> None:
    """Waits until what it has been asked has reached the queue of all."""
    await asyncio.sleep(0)
    assert engine._running is not None
    link = engine._running.result()._link
    assert isinstance(link, Lease)
    await until(lambda: bool(link._waiting))
    link._unanswered = 1
    link._say({"here": True})
    await until(lambda: link._unanswered == 0)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


@contextmanager
def servers(model: Path, *asked: str) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes of their own, each of which asks for an endless answer, or, with "", nothing."""
    script = str(Path(__file__).with_name("scripted_server.py"))
    begun = [
        subprocess.Popen(
            [sys.executable, script, str(model), name], stdout=subprocess.PIPE, text=True
        )
        for name in asked
    ]
    try:
        yield begun
    finally:
        for one in begun:
            one.kill()
            one.communicate()


async def hear(server: subprocess.Popen[str], line: str) -> None:
    """Waits until it says that."""
    assert server.stdout is not None
    while (said := await asyncio.to_thread(server.stdout.readline)) != f"{line}\n":
        assert said, "it has ended"


@asynccontextmanager
async def sharing_here(model: Path) -> AsyncIterator[Meeting]:
    """What shares a host, in this process; whatever waits for the host waits for ever."""
    host = SharedHost(Configuration(str(model), "model"), 600, key="the key")
    watching = asyncio.create_task(host._watch())
    server = await asyncio.start_server(host.meet, meeting.HOST, 0)
    yield Meeting(server.sockets[0].getsockname()[1], "the key")
    assert not host._over.is_set()
    watching.cancel()
    server.close()
    await until(lambda: not host._holders)


class Holding:
    """A server that holds a host, word for word; `heard` is everything that it was told."""

    def __init__(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.heard: list[dict[str, Any]] = []

    async def say(self, **message: Any) -> None:
        meeting.send(self._writer, message)
        await self._writer.drain()

    async def hears(self, name: str, value: object) -> None:
        while not self.heard or self.heard[-1].get(name) != value:
            self.heard.append(await meeting.receive(self._reader))


@asynccontextmanager
async def holding(found: Meeting) -> AsyncIterator[Holding]:
    async with sharing._connect(found) as (reader, writer, _):
        server = Holding(reader, writer)
        await server.say(hold=True)
        yield server
