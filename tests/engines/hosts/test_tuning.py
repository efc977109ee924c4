"""How a model is run on which machine."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from deskmate.engines.hosts.tuning import (
    Gpu,
    Machine,
    Tuning,
    busy_cores,
    memory_needed,
    this_machine,
    tune,
)
from deskmate.engines.models.gguf import Metadata

GB = 10**9
SEVEN = Metadata(
    path=Path("seven.gguf"),
    size=int(4.7 * GB),
    architecture="qwen2",
    context=32768,
    values={
        "qwen2.block_count": 28,
        "qwen2.embedding_length": 3584,
        "qwen2.attention.head_count": 28,
        "qwen2.attention.head_count_kv": 4,
    },
)
"""What Qwen2.5-Coder-7B-Instruct Q4_K_M says of itself."""

LAPTOP = Machine(cores=4, memory=12 * GB)
WORKSTATION = Machine(cores=16, memory=60 * GB)
GAMER = Machine(cores=8, memory=24 * GB, gpus=(Gpu("a graphics card", 12 * GB),))

CASES = {
    "a laptop": (LAPTOP, Tuning(), Tuning(3, 8192, 1, -1, "f16", "auto", 4)),
    "many cores": (WORKSTATION, Tuning(), Tuning(15, 8192, 2, -1, "f16", "auto", 16)),
    "a GPU": (GAMER, Tuning(), Tuning(7, 32768, 2, -1, "f16", "auto", 8)),
    "a GPU that is not used": (
        GAMER,
        Tuning(gpu_layers=0),
        Tuning(7, 8192, 2, 0, "f16", "auto", 8),
    ),
    "one core": (replace(LAPTOP, cores=1), Tuning(), Tuning(1, 8192, 1, -1, "f16", "auto", 1)),
    "what is set holds": (
        LAPTOP,
        Tuning(8, 4096, 3, 5, "q4_0", "on", 2),
        Tuning(8, 4096, 3, 5, "q4_0", "on", 2),
    ),
    "no more context than the model has": (
        LAPTOP,
        Tuning(context=100_000),
        Tuning(3, 32768, 1, -1, "f16", "auto", 4),
    ),
    "short of memory, one slot comes first": (
        replace(WORKSTATION, memory=int(6.1 * GB)),
        Tuning(),
        Tuning(15, 8192, 1, -1, "f16", "auto", 16),
    ),
    "then the type of the cache": (
        replace(LAPTOP, memory=int(5.9 * GB)),
        Tuning(),
        Tuning(3, 8192, 1, -1, "q8_0", "auto", 4),
    ),
    "then the context": (
        replace(LAPTOP, memory=int(5.7 * GB)),
        Tuning(),
        Tuning(3, 4096, 1, -1, "q8_0", "auto", 4),
    ),
    "8 bits need flash attention": (
        replace(LAPTOP, memory=int(5.9 * GB)),
        Tuning(flash_attention="off"),
        Tuning(3, 4096, 1, -1, "f16", "off", 4),
    ),
    "far too little memory": (
        replace(LAPTOP, memory=GB),
        Tuning(),
        Tuning(3, 2048, 1, -1, "q8_0", "auto", 4),
    ),
    "and what is set holds all the same": (
        replace(LAPTOP, memory=GB),
        Tuning(context=8192, kv_cache="f16", slots=2),
        Tuning(3, 8192, 2, -1, "f16", "auto", 4),
    ),
    "threads that are set are those for the prompt, too": (
        LAPTOP,
        Tuning(threads=2),
        Tuning(2, 8192, 1, -1, "f16", "auto", 2),
    ),
    "what others have kept busy is left to them": (
        replace(LAPTOP, busy=2),
        Tuning(),
        Tuning(2, 8192, 1, -1, "f16", "auto", 2),
    ),
    "all of it is busy": (
        replace(LAPTOP, busy=4),
        Tuning(),
        Tuning(1, 8192, 1, -1, "f16", "auto", 1),
    ),
    "busy or not, what is set holds": (
        replace(LAPTOP, busy=4),
        Tuning(threads=3, threads_batch=4),
        Tuning(3, 8192, 1, -1, "f16", "auto", 4),
    ),
}


@pytest.mark.parametrize(("machine", "wanted", "expected"), CASES.values(), ids=CASES)
def test_tuning(machine: Machine, wanted: Tuning, expected: Tuning) -> None:
    assert tune(wanted, SEVEN, machine) == expected


def test_the_memory_that_a_model_needs() -> None:
    plain = memory_needed(Tuning(1, 8192, 1, -1, "f16"), SEVEN)
    assert plain == pytest.approx(4.7 * GB + 57344 * 8192 + 0.84 * GB, rel=0.01)
    assert memory_needed(Tuning(1, 8192, 1, -1, "q8_0"), SEVEN) < plain


def test_this_machine_has_something() -> None:
    machine = this_machine()
    assert machine.cores >= 1
    assert machine.room > 0


@pytest.mark.skipif(not hasattr(os, "getloadavg"), reason="the system does not say")
def test_what_a_machine_is_busy_with_counts_once_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    monkeypatch.setattr("deskmate.engines.hosts.tuning.cores", lambda: 4)
    for load, busy in {(9, 9, 0.4): 0, (0, 0, 4.2): 2, (8, 8, 8): 4, (30, 30, 30): 4}.items():
        monkeypatch.setattr("os.getloadavg", lambda load=load: load)
        assert busy_cores() == busy
