"""What a model has read is saved when nobody asks, read again after a restart, bounded, and never
in the way of a request.
"""

from __future__ import annotations

import asyncio
import stat
import sys
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from deskmate.engines.engine import Message, Prompt
from deskmate.engines.hosts import client, slot_keeper
from deskmate.engines.hosts.client import LocalEngine
from deskmate.engines.hosts.saved_slots import BLOCK, SavedSlots, fingerprint, forget_slots
from deskmate.engines.hosts.slot_keeper import SlotKeeper
from deskmate.errors import EngineRejected
from tiny_models import write_tiny

LINES = "".join(f"line {number} of the file\n" for number in range(200))
FILE = Prompt((Message("system", "You edit code."), Message("user", LINES + "Explain it.")))
OTHER = Prompt((Message("system", "You edit code."), Message("user", LINES[::-1] + "Fix it.")))


@dataclass
class FakeServer:
    """Slots as llama.cpp's server has them: `holds` is what a slot has read. While
    it is `held`, it does not answer, and somebody is `waiting`."""

    folder: Path
    size: int = 1000
    slots: int = 1
    refuses: str = ""
    busy: bool = False
    asked: list[str] = field(default_factory=list)
    holds: dict[int, bytes] = field(default_factory=dict)
    held: asyncio.Event | None = None
    waiting: bool = False

    async def ask(self, path: str, body: dict[str, Any] | None) -> Any:
        if self.refuses and self.refuses in path:
            raise EngineRejected("This server does not support slots action.")
        if self.held:
            self.waiting = True
            await self.held.wait()
        self.asked.append(path)
        if body is None:
            ids = range(self.slots)
            return [
                {
                    "id": one,
                    "is_processing": self.busy,
                    "id_task": one if one in self.holds else -1,
                    "n_prompt_tokens": len(self.holds.get(one, b"")),
                }
                for one in ids
            ]
        number, file = int(path.split("/")[2].partition("?")[0]), self.folder / body["filename"]
        if path.endswith("save"):
            file.write_bytes(self.holds[number].ljust(self.size))
            return {"n_saved": self.size}
        self.holds[number] = file.read_bytes().rstrip()
        return {"n_restored": self.size}

    @property
    def done(self) -> list[str]:
        """What was saved and restored, in order."""
        return [one.partition("action=")[2] for one in self.asked if "action" in one]


@pytest.fixture
def server(tmp_path: Path) -> FakeServer:
    return FakeServer(tmp_path / "slots")


def keeper_of(
    server: FakeServer,
    *,
    limit: int = 10_000,
    identity: str = "model",
    sleep: int = -1,
    others_asked: Callable[[], int] = lambda: 0,
) -> SlotKeeper:
    """One for a server that has just started."""
    server.holds.clear()
    server.asked.clear()
    saved = SavedSlots(server.folder, limit, identity)
    return SlotKeeper(server.ask, saved, 1, sleep, others_asked)


async def answer(keeper: SlotKeeper, server: FakeServer, prompt: Prompt, text: bytes) -> None:
    await keeper.begin(prompt)
    server.holds[0] = text
    keeper.end(prompt)


def test_fingerprints_are_of_beginnings() -> None:
    longer = Prompt((FILE.messages[0], Message("user", LINES + "Explain it." + "x" * BLOCK)))
    marks, more = fingerprint(FILE), fingerprint(longer)
    assert len(marks) == len(LINES + "Explain it.system\nYou edit code.\0user\n") // BLOCK
    assert more[: len(marks)] == marks
    assert len(more) == len(marks) + 1
    assert fingerprint(OTHER)[0] != marks[0]


async def test_what_was_read_before_a_restart_is_not_read_again(server: FakeServer) -> None:
    keeper = keeper_of(server)
    await answer(keeper, server, FILE, b"the file")
    await keeper.aclose()
    assert server.done == ["save"]
    keeper = keeper_of(server)
    await keeper.begin(FILE)
    assert server.holds[0] == b"the file"
    keeper.end(FILE)
    await keeper.aclose()
    assert server.done == ["restore"]  # and what is saved already is not saved again


async def test_it_is_saved_when_nobody_asks_for_anything(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slot_keeper, "IDLE", 0.0)
    keeper = keeper_of(server)
    await keeper.begin(OTHER)
    await answer(keeper, server, FILE, b"the file")
    assert keeper._waiting is None
    keeper.end(OTHER)
    while keeper._saving is None:
        await asyncio.sleep(0)
    await keeper._saving
    assert server.done == ["save"]


async def test_an_earlier_state_of_a_file_is_replaced_and_another_file_is_not(
    server: FakeServer,
) -> None:
    edited = Prompt((FILE.messages[0], Message("user", LINES[:4000] + LINES[::-1][:1500])))
    for prompt in (FILE, OTHER, edited):
        keeper = keeper_of(server)
        await answer(keeper, server, prompt, b"read")
        await keeper.aclose()
    assert len(list(server.folder.glob("*.slot"))) == 2


@pytest.mark.parametrize("identity", ["another model", "the model, by another build"])
async def test_what_does_not_fit_is_not_read(server: FakeServer, identity: str) -> None:
    keeper = keeper_of(server)
    await answer(keeper, server, FILE, b"the file")
    await keeper.aclose()
    keeper = keeper_of(server, identity=identity)
    await keeper.begin(FILE)
    assert server.done == []


async def test_a_damaged_file_is_deleted_and_a_half_one_never_read(server: FakeServer) -> None:
    keeper = keeper_of(server)
    await answer(keeper, server, FILE, b"the file")
    await keeper.aclose()
    [path] = server.folder.glob("*.slot")
    path.write_bytes(path.read_bytes()[:-1])
    keeper = keeper_of(server)
    await keeper.begin(FILE)
    assert server.done == []
    assert list(server.folder.iterdir()) == []
    (server.folder / path.name).write_bytes(b"what kill -9 has left")
    await keeper_of(server).begin(FILE)
    assert server.done == []


async def test_the_folder_has_a_limit_and_the_longest_unused_go(server: FakeServer) -> None:
    for number in range(4):
        keeper = keeper_of(server, limit=2500)
        text = "".join(f"{number} {line}" for line in LINES.splitlines())
        await answer(keeper, server, Prompt((Message("user", text),)), b"%d" % number)
        await keeper.aclose()
    kept = sorted(path.read_bytes().strip() for path in server.folder.glob("*.slot"))
    assert kept == [b"2", b"3"]
    assert len(list(server.folder.iterdir())) == 4
    forget_slots(server.folder)
    assert list(server.folder.iterdir()) == []


async def test_what_is_larger_than_the_limit_is_not_even_written(server: FakeServer) -> None:
    keeper = keeper_of(server, limit=5)
    await answer(keeper, server, FILE, b"the file")
    await keeper.aclose()
    assert server.done == []


async def test_what_the_server_knows_is_not_restored_and_a_short_prompt_not_saved(
    server: FakeServer,
) -> None:
    keeper = keeper_of(server)
    await answer(keeper, server, FILE, b"the file")
    await answer(keeper, server, FILE, b"the file")
    await answer(keeper, server, OTHER, b"the other")
    await answer(keeper, server, FILE, b"the file")
    assert server.asked == []
    keeper = keeper_of(server)
    await answer(keeper, server, Prompt((Message("user", "Hello"),)), b"hello")
    await keeper.aclose()
    assert server.asked == []


async def test_a_server_that_has_slept_has_forgotten(server: FakeServer) -> None:
    keeper = keeper_of(server, sleep=1)
    await answer(keeper, server, FILE, b"the file")
    await keeper._save()
    keeper._used -= 2
    await keeper.begin(FILE)
    assert server.done == ["save", "restore"]


async def test_a_server_that_cannot_is_asked_once(server: FakeServer) -> None:
    keeper = keeper_of(server)
    await answer(keeper, server, FILE, b"the file")
    await keeper.aclose()
    server.refuses = "/slots"
    keeper = keeper_of(server)
    await answer(keeper, server, FILE, b"the file")
    server.refuses = ""
    await answer(keeper, server, OTHER, b"the other")
    await keeper.aclose()
    assert server.done == []


async def test_a_file_that_the_server_does_not_take_is_deleted(server: FakeServer) -> None:
    keeper = keeper_of(server)
    await answer(keeper, server, FILE, b"the file")
    await keeper.aclose()
    server.refuses = "restore"
    keeper = keeper_of(server)
    await answer(keeper, server, FILE, b"the file")
    assert list(server.folder.iterdir()) == []
    await keeper.aclose()
    assert server.done == ["save"]


async def test_what_completes_a_line_is_not_saved_and_costs_nothing_that_is(
    server: FakeServer,
) -> None:
    keeper = keeper_of(server)
    await answer(keeper, server, FILE, b"the file")
    for _ in range(3):
        await answer(keeper, server, Prompt((), raw=LINES), b"a line")
    await keeper.aclose()
    assert server.done == ["save"]
    keeper = keeper_of(server)
    await keeper.begin(FILE)
    assert server.holds[0] == b"the file"


@pytest.mark.parametrize("next", [Prompt((), raw=LINES), FILE], ids=["a line", "the file"])
async def test_who_is_cancelled_while_it_waits_costs_nothing_that_is_saved(
    next: Prompt, server: FakeServer
) -> None:
    keeper = keeper_of(server)
    await answer(keeper, server, FILE, b"the file")
    await keeper.aclose()
    keeper = keeper_of(server)
    await answer(keeper, server, OTHER, b"the other")
    server.held = asyncio.Event()
    beginning = asyncio.create_task(keeper.begin(next))
    while not server.waiting:
        await asyncio.sleep(0)
    beginning.cancel()
    await asyncio.wait([beginning])
    server.held.set()
    await keeper.aclose()
    assert server.done == ["save"]
    assert len(list(server.folder.glob("*.json"))) == 2


@pytest.mark.parametrize("when", ["before it is saved", "meanwhile", "during its own request"])
async def test_what_others_have_asked_is_not_saved_as_its_own(
    when: str, server: FakeServer
) -> None:
    others = 0
    keeper = keeper_of(server, others_asked=lambda: others)
    await keeper.begin(FILE)
    others += when == "during its own request"
    server.holds[0] = b"the file"
    keeper.end(FILE)
    server.held = asyncio.Event()
    others += when == "before it is saved"
    saving = asyncio.create_task(keeper.aclose())
    while not server.waiting and not saving.done():
        await asyncio.sleep(0)
    others += when == "meanwhile"
    server.held.set()
    await saving
    assert not list(server.folder.glob("*"))
    server.held = None
    await answer(keeper, server, FILE, b"the file")
    await keeper.aclose()
    assert len(list(server.folder.glob("*.json"))) == 1


async def test_a_busy_slot_is_left_alone(server: FakeServer) -> None:
    keeper = keeper_of(server)
    await answer(keeper, server, FILE, b"the file")
    await keeper.aclose()
    keeper = keeper_of(server)
    server.busy = True
    await keeper.begin(FILE)
    assert server.done == []


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
async def test_only_the_user_reads_them(server: FakeServer) -> None:
    keeper = keeper_of(server)
    await answer(keeper, server, FILE, b"the file")
    await keeper.aclose()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in server.folder.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "host", ["llama_cpp", pytest.param("llama_server", marks=pytest.mark.model)]
)
async def test_the_real_one_reads_after_a_restart_what_is_new(
    host: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "place", lambda name: tmp_path / name)
    program = request.getfixturevalue("llama_server") if host == "llama_server" else ""
    model = write_tiny(tmp_path / "tiny.gguf")
    cached = []
    for ask in ("Explain it.", "Mend it."):
        messages = (FILE.messages[0], Message("user", LINES + ask))
        engine = LocalEngine(model, host=host, program=str(program), slot_limit=10**8)
        async with aclosing(engine), aclosing(engine.stream(Prompt(messages, max_tokens=2))) as all:
            *_, usage = [chunk.usage async for chunk in all if chunk.usage]
        cached.append(usage.cached_tokens > len(LINES))
    assert cached == [False, True]
    [path] = (tmp_path / "slots").glob("*.slot")
    assert path.stat().st_size < 10**8
