"""A `llama-server` of the user's own: llama.cpp as they built it, for their GPU. See `host.py`.

Which options it has is asked of it (`--help`), since they differ by version; what an older one does
not know it is not given.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from deskmate.engines.hosts.drafts import MATCH, PROPOSED, find_drafts
from deskmate.engines.hosts.host import Configuration, Endings, Report, Serving, main
from deskmate.engines.hosts.llama_cpp import DRAFT, GPU_BATCH, MARGIN
from deskmate.engines.hosts.tuning import (
    ENVIRONMENT,
    PROMPT_CACHE,
    Gpu,
    Machine,
    Tuning,
    this_machine,
    token_bytes,
    tune,
)
from deskmate.engines.http import ask_once
from deskmate.engines.models.gguf import read_metadata
from deskmate.errors import ModelError
from deskmate.files.programs import find_program

PATIENCE = 20.0
"""Seconds that it has to say what it can do."""

TRIES = 3
"""Ports that are tried: between finding a free one and using it, another program may take it."""


def serve(configuration: Configuration, endings: Endings) -> tuple[Report, Serving | None]:
    """Starts the program and waits until it has loaded the model."""
    found = find_program(configuration.program)
    if found is None:
        return Report(error=_NOT_FOUND.format(program=configuration.program)), None
    program = str(found)
    usage = _ask(program, "--help")
    if "--port" not in options(usage):
        return Report(error=_NO_SERVER.format(program=program)), None
    machine = this_machine(read_gpus(_ask(program, "--list-devices")))
    if not configuration.model:
        return Report(machine=machine), None
    try:
        model = read_metadata(Path(configuration.model))
        draft = configuration.draft_model and read_metadata(Path(configuration.draft_model))
    except ModelError as error:
        return Report(error=str(error)), None
    configuration = replace(configuration, drafts=find_drafts(model, draft or None, short=True))
    tuning = tune(configuration.wanted, model, machine)
    if not configuration.load:
        return Report(tuning=tuning, machine=machine), None
    child: subprocess.Popen[bytes] | None = None

    def end() -> None:
        if child is not None:
            child.kill()

    endings.append(end)
    for _ in range(TRIES):
        port = _free_port()
        command = [program, *arguments(configuration, tuning, machine, port, usage)]
        child = _start(command, configuration.key)
        url = f"http://127.0.0.1:{port}"
        if _loaded(child, url, configuration.key):
            can_save = "--slot-save-path" in options(usage)
            size = token_bytes(tuning, model) if can_save else 0
            report = Report(url, tuning=tuning, machine=machine, token_bytes=size)
            return report, partial(_wait, child)
        if _is_free(port):
            break  # it was not for the port that it ended
    return Report(error=_CANNOT_LOAD.format(program=program, model=configuration.model)), None


_NOT_FOUND = (
    "There is no program {program}. Install llama.cpp, set `local.program` to where its "
    "llama-server is, or unset `local.engine` to use the llama.cpp inside Deskmate."
)
_NO_SERVER = (
    "{program} does not answer `--help` as a llama-server does. Set `local.program` to one, or "
    "unset `local.engine` to use the llama.cpp inside Deskmate."
)
_CANNOT_LOAD = (
    "{program} cannot load {model}: the file is damaged, of a kind that this version does not "
    "know, or too large for this machine's memory. Set `local.model` to another one; set "
    "`log.level` to `debug` to see its reasons."
)


def _ask(program: str, option: str) -> str:
    """What the program prints with one option; nothing where it does not end in time."""
    try:
        done = subprocess.run(
            [program, option],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace")


def read_gpus(listed: str) -> tuple[Gpu, ...]:
    """The devices of `--list-devices`: `  CUDA0: NVIDIA H200 (143771 MiB, 143000 MiB free)`."""
    found = re.findall(r"^\s+\S+: (.+) \(\d+ MiB, (\d+) MiB free\)$", listed, re.MULTILINE)
    return tuple(Gpu(name, int(free) * 2**20) for name, free in found)


def options(usage: str) -> set[str]:
    """The long names of the options that `--help` prints, each at the beginning of a line."""
    lines = re.findall(r"^-.*", usage, re.MULTILINE)
    return {name for line in lines for name in re.findall(r"--[a-z][a-z0-9-]+", line)}


def arguments(
    configuration: Configuration, tuning: Tuning, machine: Machine, port: int, usage: str
) -> list[str]:
    """What the program is started with: as the embedded llama.cpp is run, as far as it has the
    options for it.
    """
    on_gpu = machine.gpus and tuning.gpu_layers != 0
    batch = GPU_BATCH if on_gpu else tuning.slots * DRAFT + MARGIN
    wanted: dict[str, object] = {
        "--model": configuration.model,
        "--alias": configuration.name,
        "--host": "127.0.0.1",
        "--port": port,
        "--ctx-size": tuning.context * tuning.slots,
        "--parallel": tuning.slots,
        "--threads": tuning.threads,
        "--threads-batch": tuning.threads_batch,
        "--batch-size": batch,
        "--ubatch-size": batch,
        "--cache-type-k": tuning.kv_cache,
        "--cache-type-v": tuning.kv_cache,
        "--cache-ram": PROMPT_CACHE // 2**20,
        "--cors-origins": "http://127.0.0.1",
        "--sleep-idle-seconds": configuration.sleep,
        "--spec-ngram-mod-n-max": DRAFT,
        "--spec-ngram-simple-size-n": MATCH,
        "--spec-ngram-simple-size-m": PROPOSED,
    }
    drafts = [one for one in configuration.drafts if f"{one}," in usage]
    if configuration.slots:
        wanted["--slot-save-path"] = str(Path(configuration.slots)) + os.sep
    if tuning.gpu_layers >= 0:
        wanted["--n-gpu-layers"] = tuning.gpu_layers
    if tuning.flash_attention != "auto":
        wanted["--flash-attn"] = tuning.flash_attention
    if configuration.draft_model:
        wanted["--model-draft"] = configuration.draft_model
    if drafts:
        wanted["--spec-type"] = ",".join(drafts)
    has = options(usage)
    known = [(name, str(value)) for name, value in wanted.items() if name in has]
    no_ui = "--no-ui" if "--no-ui" in has else "--no-webui"
    switches = [name for name in (no_ui, "--offline", "--jinja") if name in has]
    return [part for pair in known for part in pair] + switches


def _start(command: list[str], key: str) -> subprocess.Popen[bytes]:
    """The program, whose output is our log. The key is in its environment, where other users of
    the machine do not see it. Its web proxy and tools stay off, as they are by default.
    """
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("LLAMA_ARG_")
    }
    environment = ENVIRONMENT | environment | {"LLAMA_API_KEY": key}
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        stderr=sys.stderr,
        env=environment,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _die_with_parent() -> None:
    """Has Linux end the program also where this process is killed outright."""
    import ctypes
    import signal

    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _loaded(child: subprocess.Popen[bytes], url: str, key: str) -> bool:
    """Waits until it answers that the model is loaded; false where it ends before."""
    while child.poll() is None:
        headers = {"Authorization": f"Bearer {key}"}
        with suppress(OSError):
            status, _ = ask_once(f"{url}/props", "machine", timeout=PATIENCE, headers=headers)
            if status == 200:
                return True
        time.sleep(0.05)
    return False


def _wait(child: subprocess.Popen[bytes]) -> None:
    """Comes back when the program has ended, which ends this process too."""
    child.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


if __name__ == "__main__":
    main(serve)
