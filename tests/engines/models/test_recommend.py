"""Which models suit which machine."""

from __future__ import annotations

import pytest

from deskmate.engines.hosts.tuning import Gpu, Machine
from deskmate.engines.models.catalogue import catalogue
from deskmate.engines.models.recommend import recommend

PLENTY = 500 * 10**9

# GB of memory, GB of the GPU, bytes free on the disk → models, why the first
CASES: dict[str, tuple[float, float, int, tuple[str, ...], str]] = {
    "4 GB": (4, 0, PLENTY, (), ""),
    "6 GB": (6, 0, PLENTY, ("qwen2.5-coder-1.5b-instruct",), "answers quickly without a GPU"),
    "8 GB": (
        8,
        0,
        PLENTY,
        ("qwen2.5-coder-1.5b-instruct", "qwen3-4b-instruct-2507"),
        "answers quickly without a GPU",
    ),
    "16 GB": (
        16,
        0,
        PLENTY,
        ("qwen2.5-coder-7b-instruct", "qwen3-4b-instruct-2507", "qwen3-8b"),
        "answers quickly without a GPU",
    ),
    "16 GB with a GPU of 12": (
        16,
        12,
        PLENTY,
        ("qwen2.5-coder-14b-instruct", "qwen3-4b-instruct-2507", "qwen3-8b"),
        "fits into the memory of the GPU",
    ),
    "32 GB": (
        32,
        0,
        PLENTY,
        ("qwen3-coder-30b-a3b-instruct", "qwen3-4b-instruct-2507", "qwen3-8b"),
        "few of its parameters",
    ),
    "64 GB": (
        64,
        0,
        PLENTY,
        ("qwen3-coder-30b-a3b-instruct", "qwen3-4b-instruct-2507", "qwen3-8b"),
        "few of its parameters",
    ),
    "32 GB and little room on the disk": (
        32,
        0,
        6 * 10**9,
        ("qwen2.5-coder-7b-instruct", "qwen3-4b-instruct-2507", "qwen3-8b"),
        "the largest that the 6 GB free on the disk have room for",
    ),
    "no room on the disk": (32, 0, 10**8, (), ""),
}


@pytest.mark.parametrize("name", CASES)
def test_what_suits_a_machine(name: str) -> None:
    memory, gpu, disk, models, why = CASES[name]
    gpus = (Gpu("GPU", int(gpu * 1e9)),) if gpu else ()
    found = recommend(catalogue(), Machine(8, 0, gpus, int(memory * 1e9)), disk)
    if not models:
        assert not [one for one in found if one.model.size > 10**9]
    else:
        assert tuple(one.model.name for one in found) == models
        assert why in found[0].why
