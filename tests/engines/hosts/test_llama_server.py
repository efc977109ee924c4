"""The host that starts a llama-server of the user's own, which may be of any version."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deskmate.engines.hosts import llama_server as host
from deskmate.engines.hosts.client import LocalEngine
from deskmate.engines.hosts.host import Configuration, Endings
from deskmate.engines.hosts.llama_server import arguments, read_gpus, serve
from deskmate.engines.hosts.tuning import Gpu, Machine, Tuning
from deskmate.errors import EngineUnavailable

NEW = """\
----- common params -----

-m,    --model FNAME                    model path to load
-a,    --alias STRING                   set model name aliases
--host HOST                             IP addresses to listen on
--port PORT                             port to listen (default: 8080)
-t,    --threads N                      number of CPU threads
-tb,   --threads-batch N                number of threads to use during batch and prompt processing
-c,    --ctx-size N                     size of the prompt context, see --no-such-option
-ctk,  --cache-type-k TYPE              KV cache data type for K
-fa,   --flash-attn [on|off|auto]       set Flash Attention use
--spec-type none,draft-simple,ngram-simple,ngram-mod,ngram-cache
                                        comma-separated list of types
--spec-ngram-mod-n-max N                maximum number of ngram tokens
--spec-ngram-simple-size-n N            ngram size N
--spec-ngram-simple-size-m N            ngram size M
-md,   --model-draft FNAME              draft model
--ui,  --webui, --no-ui, --no-webui     whether to enable the Web UI
"""
OLD = """\
-m,    --model FNAME                    model path to load
--port PORT                             port to listen (default: 8080)
--no-webui                              Disable the Web UI
"""
TUNING = Tuning(3, 4096, 2, -1, "q8_0", "on", 4)
CASES: dict[str, tuple[str, str, str]] = {
    "a new one": (
        NEW,
        "",
        "--model m.gguf --alias m --host 127.0.0.1 --port 9 --ctx-size 8192 "
        "--threads 3 --threads-batch 4 --cache-type-k q8_0 --spec-ngram-mod-n-max 64 "
        "--spec-ngram-simple-size-n 4 --spec-ngram-simple-size-m 8 "
        "--flash-attn on --spec-type ngram-simple --no-ui",
    ),
    "a new one with a draft model": (
        NEW,
        "d.gguf",
        "--model m.gguf --alias m --host 127.0.0.1 --port 9 --ctx-size 8192 "
        "--threads 3 --threads-batch 4 --cache-type-k q8_0 --spec-ngram-mod-n-max 64 "
        "--spec-ngram-simple-size-n 4 --spec-ngram-simple-size-m 8 "
        "--flash-attn on --model-draft d.gguf "
        "--spec-type ngram-mod,draft-simple --no-ui",
    ),
    "an old one": (OLD, "d.gguf", "--model m.gguf --port 9 --no-webui"),
}


@pytest.mark.parametrize(("usage", "draft", "given"), CASES.values(), ids=CASES)
def test_it_is_given_only_what_it_knows(usage: str, draft: str, given: str) -> None:
    drafts = ("ngram-mod", "draft-simple") if draft else ("ngram-simple", "draft-mtp")
    configuration = Configuration("m.gguf", "m", draft_model=draft, drafts=drafts)
    assert " ".join(arguments(configuration, TUNING, Machine(4, 10**10), 9, usage)) == given


def test_its_gpus() -> None:
    listed = "Available devices:\n  CUDA0: NVIDIA H200 (143771 MiB, 143000 MiB free)\n"
    assert read_gpus(listed) == (Gpu("NVIDIA H200", 143000 * 2**20),)
    assert read_gpus("Available devices:\n  (none)\n") == ()
    assert read_gpus("error: unknown option") == ()


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("no-such-program", "There is no program no-such-program. Install llama.cpp, set"),
        ("true", "true does not answer `--help` as a llama-server does. Set `local.program`"),
    ],
)
async def test_a_program_that_is_none(program: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "model.gguf").touch()
    engine = LocalEngine(tmp_path / "model.gguf", host="llama_server", program=program)
    with pytest.raises(EngineUnavailable) as failure:
        await engine.capabilities()
    assert says in str(failure.value)
    await engine.aclose()


@pytest.mark.parametrize(("user", "given"), [("", "1000"), ("7", "7")])
def test_a_thread_without_a_core_does_not_keep_the_others_turning(
    user: str, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless its user wants it so."""
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    if user:
        monkeypatch.setenv("GOMP_SPINCOUNT", user)
    monkeypatch.setattr(sys, "stderr", subprocess.PIPE)
    say = [sys.executable, "-c", "import os; print(os.environ['GOMP_SPINCOUNT'])"]
    said, _ = host._start(say, "key").communicate(timeout=60)
    assert said.decode().strip() == given


@pytest.mark.model
def test_a_port_that_is_taken_is_left_for_another(
    smollm: Path, llama_server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with taken() as port, serving(smollm, llama_server) as start:
        free = host._free_port()
        ports = iter([port, free])
        monkeypatch.setattr(host, "_free_port", lambda: next(ports))
        assert start() == f"http://127.0.0.1:{free}"


@pytest.mark.model
def test_its_key_is_not_to_be_seen_by_others(smollm: Path, llama_server: Path) -> None:
    import psutil

    with serving(smollm, llama_server) as start:
        assert start()
        lines = [" ".join(one.cmdline()) for one in psutil.Process().children(recursive=True)]
        assert any("--port" in line for line in lines)
        assert not any("secret" in line for line in lines)


@contextmanager
def taken() -> Iterator[int]:
    """A port that another program listens at."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@contextmanager
def serving(model: Path, program: Path) -> Iterator[Callable[[], str]]:
    """Starts it in this process, and ends what came of that. Gives its URL."""
    endings = Endings()
    configuration = Configuration(str(model), "smollm", "secret", program=str(program))

    def start() -> str:
        report, _ = serve(configuration, endings)
        assert not report.error
        return report.url

    yield start
    for end in endings:
        end()
