"""The embedded llama.cpp: its own server, in this process. See `host.py` for what a host is."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from deskmate.engines.hosts.drafts import find_drafts
from deskmate.engines.hosts.host import Configuration, Endings, Report, Serving, main
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
from deskmate.engines.models.gguf import read_metadata
from deskmate.errors import ModelError

DRAFT = 64
"""Tokens of a draft at most; `llama_server.py` does as this host does."""

MARGIN = 8
"""Tokens that a batch has besides a draft for each slot; llama.cpp aborts if a draft does not fit.
A request is cancelled between two batches, so on a CPU a small one is worth more than the 2 % that
a large one is faster.
"""

GPU_BATCH = 512
"""Tokens of a prompt that a GPU reads at once: no longer than a CPU takes for a small batch."""


def serve(configuration: Configuration, endings: Endings) -> tuple[Report, Serving | None]:
    """Loads the model into llama.cpp's server, which then serves in threads of its own."""
    os.environ.update(ENVIRONMENT | os.environ)
    if configuration.load:
        _end_with_parent_while_loading()
    try:
        import xllamacpp  # type: ignore[import-untyped]
    except ImportError as error:
        return Report(error=_cannot_import(str(error))), None
    machine = this_machine(_gpus(xllamacpp))
    if not configuration.model:
        return Report(machine=machine), None
    try:
        model = read_metadata(Path(configuration.model))
        draft = configuration.draft_model and read_metadata(Path(configuration.draft_model))
    except ModelError as error:
        return Report(error=str(error)), None
    configuration = replace(configuration, drafts=find_drafts(model, draft or None))
    tuning = tune(configuration.wanted, model, machine)
    if not configuration.load:
        return Report(tuning=tuning, machine=machine), None
    try:
        server = xllamacpp.Server(make_parameters(xllamacpp, configuration, tuning, machine))
    except RuntimeError:
        return Report(error=_CANNOT_LOAD.format(model=configuration.model)), None
    size = token_bytes(tuning, model)
    report = Report(server.listening_address, tuning=tuning, machine=machine, token_bytes=size)
    return report, partial(_keep, server)


def _keep(server: Any) -> None:
    """It serves in threads of its own, for as long as somebody has it."""
    threading.Event().wait()


def _end_with_parent_while_loading() -> None:
    """llama.cpp holds the interpreter while it loads, so no thread of ours could see the end of
    standard input. The system can: from here on anything that happens to it is a deadly signal.
    Where there is no such signal, the process ends once the model is loaded.
    """
    if sys.platform != "win32":
        import fcntl
        import select

        fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
        if select.select([0], [], [], 0)[0]:  # it has ended already
            os._exit(0)


def _gpus(llama: Any) -> tuple[Gpu, ...]:
    kinds = llama.ggml_backend_dev_type
    gpus = (kinds.GGML_BACKEND_DEVICE_TYPE_GPU, kinds.GGML_BACKEND_DEVICE_TYPE_IGPU)
    return tuple(
        Gpu(device["description"], device["memory_free"])
        for device in llama.get_device_info()
        if device["type"] in gpus
    )


_CANNOT_LOAD = (
    "llama.cpp cannot load {model}: the file is damaged, of a kind that it does not know, or too "
    "large for this machine's memory. Set `local.model` to another one; set `log.level` to `debug` "
    "to see llama.cpp's reasons."
)


def _cannot_import(reason: str) -> str:
    if "libgomp" in reason:
        return (
            "llama.cpp needs the system's library libgomp.so.1, which is missing here. On Debian "
            "and Ubuntu: apt install libgomp1."
        )
    return (
        f"llama.cpp cannot be started here ({reason}). Install Deskmate again, or set "
        f'`local.engine` to "openai" and use a server of your own.'
    )


def make_parameters(
    llama: Any, configuration: Configuration, tuning: Tuning, machine: Machine
) -> Any:
    """How llama.cpp is run, in its own terms."""
    parameters = llama.CommonParams()
    parameters.model.path = configuration.model
    parameters.model_alias = {configuration.name}
    parameters.n_ctx = tuning.context * tuning.slots
    parameters.n_parallel = tuning.slots
    on_gpu = machine.gpus and tuning.gpu_layers != 0
    parameters.n_batch = GPU_BATCH if on_gpu else tuning.slots * DRAFT + MARGIN
    parameters.n_ubatch = parameters.n_batch
    parameters.cpuparams.n_threads = tuning.threads
    parameters.cpuparams_batch.n_threads = tuning.threads_batch
    parameters.n_gpu_layers = tuning.gpu_layers
    cache = getattr(llama.ggml_type, f"GGML_TYPE_{tuning.kv_cache.upper()}")
    parameters.cache_type_k = parameters.cache_type_v = cache
    attention = {"auto": "AUTO", "on": "ENABLED", "off": "DISABLED"}[tuning.flash_attention]
    kinds = llama.llama_flash_attn_type
    parameters.flash_attn_type = getattr(kinds, f"LLAMA_FLASH_ATTN_TYPE_{attention}")
    parameters.sleep_idle_seconds = configuration.sleep
    parameters.cache_ram_mib = PROMPT_CACHE // 2**20
    if configuration.slots:
        parameters.slot_save_path = str(Path(configuration.slots)) + os.sep
    # Edits repeat most of what they read, so drafts come from the prompt itself: 1.5 times the
    # speed with one thread, 1.9 with two (62 lines, Qwen2.5-Coder-0.5B; `make bench`).
    parameters.speculative.ngram_mod.n_max = DRAFT
    if configuration.draft_model:
        parameters.speculative.draft.mparams.path = configuration.draft_model
    drafts = llama.common_speculative_type
    names = (one.upper().replace("-", "_") for one in configuration.drafts)
    parameters.speculative.types = [
        getattr(drafts, f"COMMON_SPECULATIVE_TYPE_{name}") for name in names
    ]
    # Only this machine, only with the key, and no web page.
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [configuration.key]
    parameters.cors_origins = "http://127.0.0.1"
    parameters.cors_origins_explicit = True
    parameters.cors_credentials = False
    parameters.ui = False
    return parameters


if __name__ == "__main__":
    main(serve)
