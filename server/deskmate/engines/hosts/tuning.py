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
    that there are.
    """

    cores: int
    memory: int
    gpus: tuple[Gpu, ...] = ()
    total: int = 0

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
    out), `kv_cache` the type of the values in the key-value cache.
    """

    threads: int = 0
    context: int = 0
    slots: int = 0
    gpu_layers: int = -1
    kv_cache: CacheType | Literal["auto"] = "auto"
    flash_attention: FlashAttention = "auto"


def tune(wanted: Tuning, model: Metadata, machine: Machine) -> Tuning:
    """What runs `model` best on `machine`; what `wanted` says holds.

    One thread less than there are cores, for one more than is free makes all of them slow. A long
    context only where a GPU reads it in reasonable time. Where memory is short, first the cache is
    kept in 8 bits, which can hardly be told from 16, then the context is halved.
    """
    gpu = bool(machine.gpus) and wanted.gpu_layers != 0
    context = wanted.context or (_GPU_CONTEXT if gpu else _CONTEXT)
    chosen = Tuning(
        threads=wanted.threads or max(1, machine.cores - 1),
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


def memory_needed(tuning: Tuning, model: Metadata) -> int:
    """About how many bytes the model takes, run so."""
    share = {"f16": 1.0, "q8_0": 34 / 64, "q4_0": 18 / 64}[tuning.kv_cache]
    cache = int(model.cache_per_token * tuning.context * tuning.slots * share)
    return model.size + cache + BESIDES


PROMPT_CACHE = 512 * 2**20
"""Bytes for prompts of files that were worked on before; llama.cpp's own default is 8 GiB."""

BESIDES = PROMPT_CACHE + 300 * 10**6
"""Bytes that the process takes besides the model and its cache: prompts, buffers, code."""


def this_machine(gpus: tuple[Gpu, ...] = ()) -> Machine:
    """What there is here."""
    import psutil  # for a process that loads a model, not for every one

    memory = psutil.virtual_memory()
    return Machine(cores(), memory.available, gpus, memory.total)


def cores() -> int:
    """The cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
