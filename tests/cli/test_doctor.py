"""The doctor: for each thing that may be wrong, that it is found and how to fix it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from deskmate.checks.consent_store import decide_actions
from deskmate.cli import doctor_engine
from deskmate.cli.doctor import examine
from deskmate.cli.finding import Finding
from deskmate.engines.builds.found import PROGRAM, builds_here, identify
from deskmate.engines.builds.record import Gain, Speed, identify_model, note_speeds
from deskmate.engines.builds.repacking import Verdict, keep
from deskmate.engines.hosts import client
from deskmate.engines.hosts.host import Configuration, Report
from deskmate.engines.hosts.tuning import Gpu, Machine, tune
from deskmate.engines.models import catalogue as models
from deskmate.engines.models.catalogue import Model, models_dir
from deskmate.engines.models.gguf import read_metadata
from deskmate.engines.openai.discovery import Found
from deskmate.settings.resolve import keys, variable
from deskmate.settings.sections.local import LocalSettings
from gguf_files import LLAMA, gguf

CONTENT = gguf()

MODEL = Model(
    name="tiny",
    title="Tiny",
    file="tiny.gguf",
    size=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    licence="Apache-2.0",
    use="trying",
    active=0.1,
    context=8192,
    memory=0.1,
    about="a model of a few bytes",
    hub=None,
    parts=(),
)


EMBEDDED = "the embedded llama.cpp, on the CPU, without a GPU"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, one tiny model to install, and a llama.cpp that can be loaded."""
    for key in keys():
        monkeypatch.delenv(variable(key), raising=False)
    homes = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", *homes):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setattr(models, "catalogue", lambda: (MODEL,))
    monkeypatch.setattr(doctor_engine, "open_folder", lambda: tmp_path / "hosts")
    monkeypatch.setattr(doctor_engine, "detect", tuple)  # whatever else runs on this machine
    runs(monkeypatch, Machine(4, 8 * 10**9))
    return tmp_path / "home"


def runs(monkeypatch: pytest.MonkeyPatch, machine: Machine) -> None:
    """On which machine llama.cpp would run."""

    def ask(configuration: Configuration, host: str) -> Report:
        if not configuration.model:
            return Report(machine=machine)
        model = read_metadata(Path(configuration.model))
        return Report(machine=machine, tuning=tune(configuration.wanted, model, machine))

    monkeypatch.setattr(doctor_engine, "ask_host", ask)


def install(content: bytes = CONTENT) -> Path:
    """Puts the model's file in its place."""
    models_dir().mkdir(parents=True, exist_ok=True)
    path = models_dir() / MODEL.file
    path.write_bytes(content)
    return path


def found(about: str, folder: Path) -> list[Finding]:
    """What the doctor says about one thing, in that folder."""
    return [finding for finding in examine(folder) if finding.about == about]


def test_where_everything_is_as_it_should_be_nothing_is_to_mend(tmp_path: Path) -> None:
    install()

    findings = list(examine(tmp_path))

    assert {finding.about for finding in findings} >= {
        *("deskmate", "settings", "engine", "model", "sharing", "models", "cache", "log")
    }
    assert [finding for finding in findings if finding.state != "ok" or finding.fix] == []
    assert [finding.what for finding in findings if finding.about == "tuning"] == [
        "3 of 4 cores to write and 4 to read, 4,096 tokens of context (the model has 4,096) in a "
        "f16 cache"
    ]


def test_where_a_model_cannot_be_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Path:
        raise PermissionError("others may write to /tmp/runtime")

    install()
    monkeypatch.setattr(doctor_engine, "open_folder", refuse)
    [finding] = found("sharing", tmp_path)
    assert finding.state == "warning"
    assert "others may write to /tmp/runtime" in finding.what
    assert "XDG_RUNTIME_DIR" in finding.fix
    monkeypatch.setenv("DESKMATE_LOCAL__SHARE", "false")
    [finding] = found("sharing", tmp_path)
    assert (finding.state, finding.fix) == ("ok", "")


def test_another_build_that_is_faster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = identify_model(install())
    program = tmp_path / "bin" / PROGRAM
    program.parent.mkdir()
    program.touch(mode=0o700)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(client, "busy_cores", lambda: 0)
    here = identify("llama_cpp", "")
    other = identify("llama_server", PROGRAM)
    [unmeasured] = found("speed", tmp_path)
    note_speeds([Speed(here, model, 1, (50,), (10,)), Speed(here, model, 2, (100,), (10,))])
    [alone] = found("speed", tmp_path)
    monkeypatch.setattr(client, "cores", lambda: 4)
    [tuning] = found("tuning", tmp_path)
    note_speeds([Speed(other, model, 1, (200,), (20,))])
    [chosen] = found("speed", tmp_path)
    monkeypatch.setenv("DESKMATE_LOCAL__ENGINE", "llama_cpp")
    [speed] = found("speed", tmp_path)

    assert "`deskmate engine bench`" in unmeasured.what
    assert (alone.state, alone.what) == (
        "ok",
        "100 tokens a second read, 10 written, so about 14 s for a typical action",
    )
    assert (speed.state, speed.what) == ("warning", alone.what)
    assert chosen.what.startswith("200 tokens a second read, 20 written")
    assert "2.0× as fast" in speed.fix
    assert "`deskmate engine use path`" in speed.fix
    assert tuning.what.startswith("1 of 4 cores to write and 2 to read")


def test_a_copy_that_answers_is_told_with_what_is_gained_and_lost(tmp_path: Path) -> None:
    model = install()
    half = model.with_suffix(".half")
    half.write_bytes(gguf({**LLAMA, "general.file_type": 2}))
    [embedded, *_] = builds_here(LocalSettings())
    copy = keep(model, half, [Verdict(embedded, Gain(1.5, 1.4, 1.6, 1.5), (4.1, 4.25))])
    [_, told] = found("model", tmp_path)
    assert told.what == (
        f"{copy} answers for it, a copy that was 1.50× as fast here (perplexity 4.25 instead of "
        "4.10); `local.repack` turns it off"
    )


def test_the_model_that_would_answer_is_named(tmp_path: Path) -> None:
    path = install()

    [model] = found("model", tmp_path)

    assert model.what == f"Tiny, {path} (0 MB, checksum right)"


def test_no_model(tmp_path: Path) -> None:
    [model] = found("model", tmp_path)

    assert (model.state, "deskmate models install" in model.what) == ("problem", True)


def test_half_a_model(tmp_path: Path) -> None:
    path = install(CONTENT[:5])

    [model] = found("model", tmp_path)

    assert model == Finding(
        "problem",
        "model",
        f"{path} has 5 bytes instead of {MODEL.size}",
        "deskmate models install tiny",
    )


def test_a_damaged_model(tmp_path: Path) -> None:
    path = install(b"GGUF" + bytes(len(CONTENT) - 4))

    [model] = found("model", tmp_path)

    assert (model.state, model.what) == ("problem", f"{path} is damaged: its checksum is wrong")


def test_a_model_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKMATE_LOCAL__MODEL", "/nowhere/big.gguf")

    [model] = found("model", tmp_path)

    assert model.state == "problem"
    assert "/nowhere/big.gguf" in model.what


def test_a_larger_model_is_looked_at_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install()
    monkeypatch.setenv("DESKMATE_LOCAL_LARGE__MODEL", "/nowhere/big.gguf")

    [model], [larger] = found("model", tmp_path), found("larger model: model", tmp_path)

    assert (model.state, larger.state) == ("ok", "problem")
    assert "/nowhere/big.gguf" in larger.what


def test_a_model_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install()
    runs(monkeypatch, Machine(4, 1000))

    [memory] = found("memory", tmp_path)

    assert memory.state == "warning"
    assert memory.fix == "Set `local.model` to a smaller one."


def test_a_gpu_and_what_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install()
    runs(monkeypatch, Machine(4, 8 * 10**9, (Gpu("A graphics card", 6 * 10**9),)))

    [engine], [tuning] = found("engine", tmp_path), found("tuning", tmp_path)

    assert engine.what == "the embedded llama.cpp, on A graphics card with 6.0 GB"
    assert tuning.what.endswith("2 requests at a time, layers on the GPU: as many as fit of 2")


LIBRARY = {
    "no libgomp": (
        "raise ImportError('libgomp.so.1: cannot open shared object file')",
        "apt install libgomp1",
    ),
    "no wheel": (
        "raise ModuleNotFoundError('No module named xllamacpp')",
        "(No module named xllamacpp). Install Deskmate again",
    ),
    "a crash": ("import os; os._exit(4)", "it ends with code 4. Install Deskmate again"),
}


@pytest.mark.parametrize(("code", "says"), LIBRARY.values(), ids=LIBRARY)
def test_llama_cpp_that_cannot_be_loaded(
    code: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    (tmp_path / "xllamacpp.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    [engine] = found("engine", tmp_path)

    assert engine.state == "problem"
    assert says in engine.what


def test_settings_that_are_wrong_are_said_with_where_they_stand(tmp_path: Path) -> None:
    file = tmp_path / ".deskmate" / "settings.toml"
    file.parent.mkdir()
    file.write_text('[local]\nurl = "http://evil"\n[actions]\ndisabled = ["explian"]\n')
    inside = tmp_path / "src" / "shop"
    inside.mkdir(parents=True)

    [_, url, disabled] = found("settings", inside)

    assert (url.state, disabled.state) == ("problem", "warning")
    assert url.what.startswith(f"{file}: `local.url` cannot be set by a project")
    assert disabled.fix == "Did you mean explain?"


def test_an_action_file_that_is_broken(tmp_path: Path) -> None:
    file = tmp_path / ".deskmate" / "actions" / "mine.md"
    file.parent.mkdir(parents=True)
    file.write_text("Do something.")

    [known, undecided] = found("actions", tmp_path)
    assert (undecided.state, "`deskmate consent actions " in undecided.what) == ("ok", True)
    decide_actions(tmp_path, "always")
    [known, broken] = found("actions", tmp_path)

    assert "fix-bug" in known.what
    assert (broken.state, str(file) in broken.what) == ("problem", True)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_folders_that_cannot_be_written(home: Path, tmp_path: Path) -> None:
    home.mkdir(mode=0o500)

    [cache] = found("cache", tmp_path)

    assert (cache.state, cache.fix.split(":")[0]) == ("problem", f"{home} is in the way")


def test_a_file_in_the_place_of_a_folder(home: Path, tmp_path: Path) -> None:
    home.write_text("")

    [cache] = found("cache", tmp_path)

    assert (cache.state, cache.fix.split(":")[0]) == ("problem", f"{home} is in the way")


def test_where_the_log_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKMATE_LOG__FILE", "/tmp/deskmate.log")
    monkeypatch.setenv("DESKMATE_LOG__LEVEL", "debug")

    [log] = found("log", tmp_path)

    assert log.what == "debug and above, to /tmp/deskmate.log"


class Models(BaseHTTPRequestHandler):
    """A server that has nothing but `/models`, and asks for a key."""

    def do_GET(self) -> None:
        allowed = self.headers["Authorization"] == "Bearer right"
        if not allowed:
            self._answer(401, {"error": {"message": "wrong key"}})
        elif self.path == "/v1/models":
            self._answer(200, {"data": [{"id": "qwen"}]})
        else:
            self._answer(404, {})

    def _answer(self, status: int, body: Mapping[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    """Where the server above listens."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Models) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def openai(monkeypatch: pytest.MonkeyPatch, url: str, key: str) -> None:
    for name, value in (("ENGINE", "openai"), ("URL", url), ("API_KEY", key)):
        monkeypatch.setenv(f"DESKMATE_LOCAL__{name}", value)


def test_a_server_that_answers(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    openai(monkeypatch, url, "right")

    [engine] = found("engine", tmp_path)

    assert engine.state == "ok"
    assert engine.what == f"{url} answers, with qwen and 8,192 tokens of context"


def test_a_server_with_a_short_context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    openai(monkeypatch, "http://127.0.0.1:11434/v1", "")

    async def ask(local: object) -> tuple[str, int]:
        return "qwen", 4096

    monkeypatch.setattr(doctor_engine, "_ask", ask)

    [engine] = found("engine", tmp_path)

    assert engine.state == "warning"
    assert engine.what.endswith("with qwen and 4,096 tokens of context")
    assert "OLLAMA_CONTEXT_LENGTH=16384" in engine.fix


def test_a_key_that_is_wrong(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    openai(monkeypatch, url, "wr0ng-k3y")

    [engine] = found("engine", tmp_path)

    assert engine.state == "problem"
    assert "key" in engine.what
    assert "wr0ng-k3y" not in engine.what


def test_nothing_that_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    openai(monkeypatch, "http://127.0.0.1:9/v1", "")

    [engine] = found("engine", tmp_path)

    assert engine.state == "problem"
    assert "http://127.0.0.1:9/v1" in engine.what


def test_no_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    openai(monkeypatch, "", "")

    [engine] = found("engine", tmp_path)

    assert (engine.state, "`local.url` is empty" in engine.what) == ("problem", True)


@pytest.mark.parametrize(
    ("listed", "has"),
    [
        ((), "no model"),
        (("a", "b", "c"), "a, b, c"),
        (("a", "b", "c", "d", "e"), "a, b, c and 2 more"),
    ],
)
def test_a_server_that_runs_here_is_offered_and_not_used(
    listed: tuple[str, ...], has: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install()
    server = Found("http://127.0.0.1:11434/v1", "Ollama", listed)
    monkeypatch.setattr(doctor_engine, "detect", lambda: (server,))

    assert found("server", tmp_path) == [
        Finding(
            "ok",
            "server",
            "one answers at http://127.0.0.1:11434/v1, the usual port of Ollama, with " + has,
            "To use it, set `local.engine` to `openai` and `local.url` to "
            "`http://127.0.0.1:11434/v1`.",
        )
    ]
    assert [engine.what for engine in found("engine", tmp_path)] == [EMBEDDED]


def test_a_server_is_offered_where_no_model_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Found("http://127.0.0.1:8000/v1", "vLLM", ("qwen",))
    monkeypatch.setattr(doctor_engine, "detect", lambda: (server,))

    assert len(found("server", tmp_path)) == 1


def test_none_is_offered_where_a_server_is_set(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    openai(monkeypatch, url, "right")
    monkeypatch.setattr(doctor_engine, "detect", lambda: (Found(url, "vLLM", ("qwen",)),))

    assert found("server", tmp_path) == []


def test_a_script_is_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "script.toml"
    script.touch()
    monkeypatch.setenv("DESKMATE_LOCAL__ENGINE", "scripted")
    monkeypatch.setenv("DESKMATE_LOCAL__MODEL", str(script))

    [engine] = found("engine", tmp_path)

    assert engine.state == "warning"


def test_no_model_is_loaded_and_the_import_is_tried_elsewhere() -> None:
    told = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    )

    assert told.stdout == "engine ok False\n"


LOADED = """
import sys
from pathlib import Path
from deskmate.cli.doctor import examine
[engine] = [f for f in examine(Path.cwd()) if f.about == "engine"]
print("engine", engine.state, "xllamacpp" in sys.modules)
"""


def test_the_cloud_is_named_only_where_it_is_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not [one for one in examine(Path.cwd()) if one.about == "cloud"]
    monkeypatch.setenv("DESKMATE_CLOUD__ENGINE", "anthropic")
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    monkeypatch.setattr("deskmate.cloud.providers.find_key", lambda url: "")
    (found,) = [one for one in examine(Path.cwd()) if one.about == "cloud"]
    assert found.state == "problem"
    assert found.what.startswith("There is no key for Anthropic. `deskmate key set ")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k")
    (found,) = [one for one in examine(Path.cwd()) if one.about == "cloud"]
    assert found == Finding(
        "ok",
        "cloud",
        "claude-sonnet-5-5 at https://api.anthropic.com, where you allow it; at most $1.00 a day, "
        "at most $10.00 a month",
    )
