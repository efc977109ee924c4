"""How the embedded llama.cpp runs a model: chosen from the machine and from what the model's file
says of itself, but for what the settings say.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from typing import Literal

from deskmate.engines.models.gguf import Metadata

CacheType = Literal["f16", "q8_0", "q4_0"]
FlashAttention = Literal["auto", "on", "off"]


@dataclass(frozen=True, slots=True)
class Gpu:
    """One that llama.cpp can use; `memory` in bytes."""

    name: str
    memory: int


@dataclass(frozen=True, slots=True)
class Machine:
    """What there is to run on; `memory` are the bytes that programs may still take, `total` those
    that there are. `busy` are the cores that other programs have kept busy for a while.
    """

    cores: int
    memory: int
    gpus: tuple[Gpu, ...] = ()
    total: int = 0
    busy: int = 0

    @property
    def room(self) -> int:
        """Bytes that a model may take. An Apple GPU has no memory of its own."""
        apart = sys.platform != "darwin"
        return self.memory + (sum(gpu.memory for gpu in self.gpus) if apart else 0)


@dataclass(frozen=True, slots=True)
class Tuning:
    """How a model is run. In a `Tuning` of the settings, 0, -1 and "auto" leave it to us.

    `context` are the tokens of one request with its answer, `slots` the requests that are answered
    at the same time, `gpu_layers` the layers on a GPU (-1: as many as fit, which llama.cpp finds
    out), `kv_cache` the type of the values in the key-value cache. `threads` write an answer,
    `threads_batch` read a prompt.
    """

    threads: int = 0
    context: int = 0
    slots: int = 0
    gpu_layers: int = -1
    kv_cache: CacheType | Literal["auto"] = "auto"
    flash_attention: FlashAttention = "auto"
    threads_batch: int = 0


def tune(wanted: Tuning, model: Metadata, machine: Machine) -> Tuning:
    """What runs `model` best on `machine`; what `wanted` says holds.

    llama.cpp's threads wait for each other after every step, and spin meanwhile: one more than is
    free makes all of them slow. Writing takes a step for each token, for which one core is left to
    the editor; reading takes one for a whole batch, is 1.5 times as fast with the last core and
    loses less where that is taken. Neither takes what other programs have kept busy for long. A
    long context only where a GPU reads it in reasonable time. Where memory is short, first the
    cache is kept in 8 bits, which can hardly be told from 16, then the context is halved.
    """
    free = max(1, machine.cores - machine.busy)
    gpu = bool(machine.gpus) and wanted.gpu_layers != 0
    context = wanted.context or (_GPU_CONTEXT if gpu else _CONTEXT)
    chosen = Tuning(
        threads=wanted.threads or min(free, max(1, machine.cores - 1)),
        threads_batch=wanted.threads_batch or wanted.threads or free,
        context=min(context, model.context or context),
        slots=wanted.slots or (2 if gpu or machine.cores >= _MANY_CORES else 1),
        gpu_layers=wanted.gpu_layers,
        kv_cache="f16" if wanted.kv_cache == "auto" else wanted.kv_cache,
        flash_attention=wanted.flash_attention,
    )
    smaller_cache = wanted.kv_cache == "auto" and wanted.flash_attention != "off"
    while memory_needed(chosen, model) > machine.room:
        if not wanted.slots and chosen.slots > 1:
            chosen = replace(chosen, slots=1)
        elif smaller_cache and chosen.kv_cache == "f16":
            chosen = replace(chosen, kv_cache="q8_0")
        elif not wanted.context and chosen.context > _LEAST_CONTEXT:
            chosen = replace(chosen, context=max(_LEAST_CONTEXT, chosen.context // 2))
        else:
            break  # llama.cpp may still find a way; the doctor says that it is tight
    return chosen


_CONTEXT = 8192
_GPU_CONTEXT = 32768
_LEAST_CONTEXT = 2048
_MANY_CORES = 8  # from here on two answers at a time are faster than one after the other


ENVIRONMENT = {
    "GGML_NO_BACKTRACE": "1",  # else a crash starts a debugger and takes seconds
    "GOMP_SPINCOUNT": "1000",  # else a thread whose core another has keeps the others turning
}
"""What llama.cpp finds in its environment, unless something else stands there: its threads wait for
each other after every step, at first turning, then asleep; some ten microseconds are long enough
for those that run, and what is longer is lost for whom they wait.
"""


def memory_needed(tuning: Tuning, model: Metadata) -> int:
    """About how many bytes the model takes, run so."""
    return model.size + token_bytes(tuning, model) * tuning.context * tuning.slots + BESIDES


def token_bytes(tuning: Tuning, model: Metadata) -> int:
    """About how many bytes of cache a token takes."""
    share = {"f16": 1.0, "q8_0": 34 / 64, "q4_0": 18 / 64}[tuning.kv_cache]
    return int(model.cache_per_token * share)


PROMPT_CACHE = 512 * 2**20
"""Bytes for prompts of files that were worked on before; llama.cpp's own default is 8 GiB."""

BESIDES = PROMPT_CACHE + 300 * 10**6
"""Bytes that the process takes besides the model and its cache: prompts, buffers, code."""


def this_machine(gpus: tuple[Gpu, ...] = ()) -> Machine:
    """What there is here."""
    import psutil  # for a process that loads a model, not for every one

    memory = psutil.virtual_memory()
    return Machine(cores(), memory.available, gpus, memory.total, busy_cores())


def cores() -> int:
    """The cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def busy_cores() -> int:
    """The cores of this process's that something has kept busy for the last quarter of an hour:
    long enough to be none of what an editor does as it starts. 0 where the system does not say.
    """
    if not hasattr(os, "getloadavg"):  # Windows
        return 0
    share = min(1.0, os.getloadavg()[2] / (os.cpu_count() or 1))  # the load of all cores
    return int(share * cores())
