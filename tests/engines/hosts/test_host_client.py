"""The host process: it starts once, dies with us, and its death is survived.

Where no real model is needed, a module that stands in for xllamacpp does what llama.cpp would.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from deskmate.engines.engine import Message, Prompt
from deskmate.engines.hosts import host_process
from deskmate.engines.hosts.client import LocalEngine
from deskmate.engines.hosts.host import Configuration
from deskmate.engines.hosts.host_process import HostProcess, spawn
from deskmate.errors import EngineLost, EngineTimeout, EngineUnavailable, ModelMissing
from gguf_files import gguf

SHORT = Prompt((Message("user", "Count from 1 to 10."),), max_tokens=8)
LONG = Prompt((Message("user", "Count from 1 to 1000."),), max_tokens=2000)

linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")


@dataclass(frozen=True)
class Hosted:
    """A model, and how an engine with it is made."""

    name: str
    model: Path
    program: str = ""

    def engine(self, *, sleep: int = -1, timeout: float = 20) -> LocalEngine:
        return LocalEngine(
            self.model, host=self.name, program=self.program, sleep=sleep, timeout=timeout
        )


@pytest.fixture(params=["llama_cpp", "llama_server", "ctransformers"])
def hosted(request: pytest.FixtureRequest) -> Hosted:
    """SmolLM2 for each of the hosts."""
    name: str = request.param
    model = request.getfixturevalue("older_smollm" if name == "ctransformers" else "smollm")
    program = request.getfixturevalue("llama_server") if name == "llama_server" else ""
    return Hosted(name, model, str(program))


@pytest.fixture
async def engine(hosted: Hosted) -> AsyncGenerator[LocalEngine]:
    """It, not started yet."""
    engine = hosted.engine()
    yield engine
    await engine.aclose()


@pytest.mark.model
@linux
async def test_all_who_wait_share_one_start(engine: LocalEngine) -> None:
    states = [engine.state]
    waiting = [asyncio.create_task(engine.capabilities()) for _ in range(3)]
    await asyncio.sleep(0)
    states.append(engine.state)
    waiting[0].cancel()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    states.append(engine.state)
    assert states == ["stopped", "loading", "ready"]
    assert isinstance(found[0], asyncio.CancelledError)
    assert found[1] == found[2]
    assert len(children()) == 1


@pytest.mark.model
@linux
async def test_a_model_that_dies_in_mid_answer_costs_that_answer_only(engine: LocalEngine) -> None:
    async with aclosing(engine.stream(LONG)) as chunks:
        await anext(chunks)
        os.kill(inmost(), signal.SIGKILL)
        with pytest.raises(EngineLost, match=r"stopped in the middle of its answer; nothing was"):
            async for _ in chunks:
                pass
    assert engine.state == "stopped"
    assert await finish(engine, SHORT) == "length"


@pytest.mark.model
@linux
async def test_one_that_dies_before_it_is_asked_costs_nothing(engine: LocalEngine) -> None:
    tokens = await engine.count_tokens("one two")
    os.kill(inmost(), signal.SIGKILL)
    assert await engine.count_tokens("one two") == tokens


@pytest.mark.model
@linux
async def test_a_model_that_died_since_the_last_answer_is_not_noticed(engine: LocalEngine) -> None:
    assert await finish(engine, SHORT) == "length"
    [host], model = children(), inmost()
    os.kill(model, signal.SIGKILL)
    await until_gone(host)
    assert await finish(engine, SHORT) == "length"


@pytest.mark.model
@linux
async def test_a_model_that_is_stuck_is_ended(hosted: Hosted) -> None:
    engine = hosted.engine(timeout=5)
    assert await finish(engine, SHORT) == "length"
    [host], model = children(), inmost()
    os.kill(model, signal.SIGSTOP)
    with pytest.raises(EngineTimeout, match="said nothing for 5 s, so it was ended"):
        await finish(engine, SHORT)
    assert not alive(host)
    await until_gone(model)
    assert await finish(engine, SHORT) == "length"
    await engine.aclose()


@pytest.mark.model
@linux
async def test_closing_ends_the_host_and_it_can_start_again(engine: LocalEngine) -> None:
    await engine.capabilities()
    [host], model = children(), inmost()
    await engine.aclose()
    assert not alive(host)
    await until_gone(model)
    assert engine.state == "stopped"
    assert await finish(engine, SHORT) == "length"


@pytest.mark.model
@linux
async def test_too_little_memory_is_a_sentence_and_with_more_it_works(hosted: Hosted) -> None:
    """How much is too little differs from host to host and from run to run; 250 MB always are."""
    async with aclosing(hosted.engine()) as engine:
        command, told = engine._command, list[str]()
        for megabytes in (250, 400, 600):
            limit = f'ulimit -v {megabytes * 1000}; exec "$@"'
            engine._command = ("sh", "-c", limit, "sh", *command)
            try:
                await engine.capabilities()
            except EngineUnavailable as error:
                told.append(str(error))
                assert not children()
            else:
                await engine.aclose()
        assert told
        for message in told:
            assert re.search(r"too large|more memory", message)
            assert "\n" not in message
        engine._command = command
        assert await finish(engine, SHORT) == "length"


@pytest.mark.model
@linux
async def test_a_model_that_nobody_asks_gives_its_memory_back(hosted: Hosted) -> None:
    engine = hosted.engine(sleep=1)
    assert await finish(engine, SHORT) == "length"
    [host], model = children(), psutil.Process(inmost())
    awake = model.memory_info().rss
    with suppress(psutil.NoSuchProcess):
        while model.memory_info().rss > awake - hosted.model.stat().st_size / 2:
            await asyncio.sleep(0.1)
    assert await finish(engine, SHORT) == "length"
    assert hosted.name == "ctransformers" or children() == [host]
    await engine.aclose()


@pytest.mark.model
@linux
async def test_nothing_outlives_a_parent_that_is_killed(hosted: Hosted) -> None:
    with start_parent(hosted) as parent:
        assert parent.stdout is not None
        assert await asyncio.to_thread(parent.stdout.readline) == "ready\n"
        [host], model = children(parent.pid), inmost(parent.pid)
        parent.kill()
    await until_gone(host)
    await until_gone(model)


@pytest.mark.model
@linux
async def test_nothing_outlives_a_host_that_is_killed(engine: LocalEngine) -> None:
    await engine.capabilities()
    [host], model = children(), inmost()
    os.kill(host, signal.SIGKILL)
    await until_gone(model)


FAKE = """
class Any:
    def __getattr__(self, name): return Any()
CommonParams = Any
common_speculative_type = ggml_backend_dev_type = ggml_type = llama_flash_attn_type = Any()
def get_device_info(): return []
"""


@linux
async def test_no_host_outlives_a_parent_that_is_killed_while_it_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """llama.cpp holds the interpreter then, as this sleep does."""
    loads = "import ctypes, os\ndef Server(parameters):\n"
    loads += f"    open({str(tmp_path / 'loading')!r}, 'w').close()\n"
    loads += "    ctypes.PyDLL(None).sleep(600)\n"
    pretend(FAKE + loads, tmp_path, monkeypatch)
    with start_parent(Hosted("llama_cpp", tmp_path / "model.gguf")) as parent:
        while not (tmp_path / "loading").exists():
            await asyncio.sleep(0.01)
        [host] = children(parent.pid)
        parent.kill()
    await until_gone(host)


BROKEN: dict[str, tuple[str, str]] = {
    "libgomp": (
        "raise ImportError('libgomp.so.1: cannot open shared object file')",
        "llama.cpp needs the system's library libgomp.so.1, which is missing here. On Debian and "
        "Ubuntu: apt install libgomp1.",
    ),
    "not installed": (
        "raise ModuleNotFoundError('No module named xllamacpp')",
        "llama.cpp cannot be started here (No module named xllamacpp). Install Deskmate again",
    ),
    "cannot load": (
        FAKE + "def Server(parameters): raise RuntimeError('Failed to init server')",
        "llama.cpp cannot load {model}: the file is damaged",
    ),
    "prints what it likes": (
        FAKE + "print('hello')\ndef Server(parameters): raise RuntimeError('no')",
        "llama.cpp cannot load {model}: the file is damaged",
    ),
    "aborts": (
        "import os; os.abort()",
        "The process of the local model was ended by signal 6.",
    ),
    "ends": (
        "import os; os._exit(3)",
        "The process of the local model ended with code 3. The file {model} may be damaged, or "
        "need more memory than there is.",
    ),
}


@linux
@pytest.mark.parametrize("name", BROKEN)
async def test_a_host_that_cannot_start_says_why(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, says = BROKEN[name]
    pretend(code, tmp_path, monkeypatch)
    engine = LocalEngine(tmp_path / "model.gguf")
    with pytest.raises(EngineUnavailable) as failure:
        await engine.capabilities()
    assert says.format(model=tmp_path / "model.gguf") in str(failure.value)
    assert "\n" not in str(failure.value)
    assert engine.state == "stopped"
    assert not children()
    await engine.aclose()


async def test_a_damaged_file_is_a_sentence(tmp_path: Path) -> None:
    model = tmp_path / "damaged.gguf"
    for content, says in (
        (b"PK\x03\x04", "damaged.gguf is not a complete GGUF file"),
        (b"", "damaged.gguf is not a complete GGUF file"),
        (b"GGUF" + bytes(range(256)) * 100, "damaged.gguf is not a complete GGUF file"),
        (gguf(), "llama.cpp cannot load .*damaged.gguf: the file is damaged, of a kind"),
    ):
        model.write_bytes(content)
        engine = LocalEngine(model)
        with pytest.raises(EngineUnavailable, match=says):
            await engine.capabilities()
        await engine.aclose()


async def test_a_file_that_is_gone_is_a_missing_model(tmp_path: Path) -> None:
    engine = LocalEngine(tmp_path / "gone.gguf")
    with pytest.raises(ModelMissing, match="deskmate models install"):
        await engine.capabilities()
    await engine.aclose()


@linux
async def test_closing_ends_a_host_that_is_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend("import time; time.sleep(600)", tmp_path, monkeypatch)
    engine = LocalEngine(tmp_path / "model.gguf")
    waiting = asyncio.create_task(engine.capabilities())
    while not children():
        await asyncio.sleep(0.01)
    [host] = children()
    await engine.aclose()
    assert not alive(host)
    with pytest.raises(asyncio.CancelledError):
        await waiting


LEAVES_A_CHILD = """
import subprocess, sys
child = [sys.executable, "-c", "import time; time.sleep(600)"]
quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
print(subprocess.Popen(child, **quiet).pid, file=sys.stderr)
"""


async def test_what_a_host_leaves_behind_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a llama-server stays where its host is killed outright, with what it logs to."""
    monkeypatch.setattr(host_process, "GRACE", 0.1)
    configuration = Configuration("model.gguf", "model")
    host = HostProcess(await spawn((sys.executable, "-c", LEAVES_A_CHILD)), configuration)
    try:
        with pytest.raises(EngineUnavailable, match="ended with code 0"):
            await host.greet()
        await host.end()
    finally:
        psutil.Process(int(host.said[0])).kill()
        await host._listening


@linux
async def test_the_current_folder_cannot_replace_what_the_host_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor starts the server in the project's folder, whose files are not to be run."""
    (tmp_path / "xllamacpp.py").write_text(f"open({str(tmp_path / 'run')!r}, 'w')")
    (tmp_path / "model.gguf").write_bytes(gguf())
    monkeypatch.chdir(tmp_path)
    engine = LocalEngine(tmp_path / "model.gguf")
    with pytest.raises(EngineUnavailable, match=r"llama.cpp cannot load"):
        await engine.capabilities()
    assert not (tmp_path / "run").exists()


def pretend(code: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts `code` in the place of xllamacpp, and a file in the place of a model."""
    (folder / "xllamacpp.py").write_text(code)
    (folder / "model.gguf").write_bytes(gguf())
    monkeypatch.setenv("PYTHONPATH", str(folder))


PARENT = """
import asyncio, sys
from pathlib import Path
from deskmate.engines.hosts.client import LocalEngine

async def main():
    name, model, program = sys.argv[1:]
    await LocalEngine(Path(model), host=name, program=program).capabilities()
    print("ready", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def start_parent(hosted: Hosted) -> subprocess.Popen[str]:
    """A process of its own that has a `LocalEngine`, and says when that is ready."""
    command = [sys.executable, "-c", PARENT, hosted.name, str(hosted.model), hosted.program]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


EARLIER: set[int] = set()
"""Children that tests of other files have left running."""


@pytest.fixture(autouse=True)
def note_earlier() -> None:
    EARLIER.update(children())


def children(of: int | None = None) -> list[int]:
    """The processes that one (this one) has started and that have not ended."""
    pids: list[int] = []
    for thread in Path(f"/proc/{of or os.getpid()}/task").iterdir():
        with suppress(FileNotFoundError):  # the thread has ended meanwhile
            pids += map(int, thread.joinpath("children").read_text().split())
    return [pid for pid in pids if alive(pid) and pid not in EARLIER]


def inmost(of: int | None = None) -> int:
    """The process that has the model: the host, or the program that it has started."""
    [process] = children(of)
    inner = children(process)
    return inner[0] if inner else process


def alive(process: int) -> bool:
    """Whether it runs still; one that only waits to be buried does not."""
    with suppress(FileNotFoundError, ProcessLookupError):
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        return state not in "ZX"
    return False


async def until_gone(process: int) -> None:
    async with asyncio.timeout(10):
        while alive(process):
            await asyncio.sleep(0.01)


async def finish(engine: LocalEngine, prompt: Prompt) -> str | None:
    """Why an answer ended."""
    async with aclosing(engine.stream(prompt)) as chunks:
        return [chunk async for chunk in chunks][-1].finish
