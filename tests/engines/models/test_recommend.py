"""Which models suit which machine."""

from __future__ import annotations

import pytest

from deskmate.engines.hosts.tuning import Gpu, Machine
from deskmate.engines.models.catalogue import catalogue, find
from deskmate.engines.models.recommend import find_seconds, recommend
from deskmate.engines.models.speed import Speed, guess_speed

PLENTY = 500 * 10**9
QUICK = "answers within 15 s without a GPU"

# cores, GB of memory, GB of the GPU, bytes free on the disk → models for code and for text, why
CASES: dict[str, tuple[int, float, float, int, tuple[str, ...], str]] = {
    "4 GB": (8, 4, 0, PLENTY, (), ""),
    "6 GB": (8, 6, 0, PLENTY, ("qwen2.5-coder-1.5b-instruct",), QUICK),
    "8 GB": (8, 8, 0, PLENTY, ("qwen3.5-4b", "qwen3-4b-instruct-2507"), QUICK),
    "16 GB": (8, 16, 0, PLENTY, ("qwen3.5-4b", "gemma-4-e4b-it"), QUICK),
    "16 GB with a GPU of 12": (
        8,
        16,
        12,
        PLENTY,
        ("qwen3.5-9b", "gemma-4-e4b-it"),
        "fits into the memory of the GPU",
    ),
    "a GPU of 24": (
        8,
        32,
        24,
        PLENTY,
        ("qwen3.8-27b", "gemma-4-26b-a4b-it"),
        "fits into the memory of the GPU",
    ),
    "32 GB": (8, 32, 0, PLENTY, ("qwen3.6-35b-a3b", "gemma-4-26b-a4b-it"), "few of its parameters"),
    "64 GB": (8, 64, 0, PLENTY, ("qwen3-coder-next", "gemma-4-26b-a4b-it"), "few of its"),
    "two cores and 64 GB": (2, 64, 0, PLENTY, ("qwen2.5-coder-0.5b-instruct",), QUICK),
    "32 GB and little room on the disk": (
        8,
        32,
        0,
        6 * 10**9,
        ("qwen3.5-4b", "gemma-4-e4b-it"),
        "the best that the 6 GB free on the disk have room for",
    ),
    "no room on the disk": (8, 32, 0, 10**8, (), ""),
}


@pytest.mark.parametrize("name", CASES)
def test_what_suits_a_machine(name: str) -> None:
    cores, memory, gpu, disk, models, why = CASES[name]
    gpus = (Gpu("GPU", int(gpu * 1e9)),) if gpu else ()
    found = recommend(catalogue(), Machine(cores, 0, gpus, int(memory * 1e9)), disk)
    if not models:
        assert not [one for one in found if one.model.size > 10**9]
    else:
        wanted = [one for one in found if one.model.use in ("coding", "writing")]
        assert tuple(one.model.name for one in wanted) == models
        assert why in found[0].why


def test_no_dense_model_of_thirty_billions_on_two_cores_however_much_memory() -> None:
    found = recommend(catalogue(), Machine(2, 0, (), 10**12), PLENTY)
    assert all(one.model.active < 9 for one in found)


def test_what_was_measured_counts_more_than_the_cores() -> None:
    machine = Machine(2, 0, (), 64 * 10**9)
    small = find("qwen2.5-coder-0.5b-instruct")
    fast = Speed(read=2000, write=160, active=0.5, gigabytes=0.49, measured=small.name)
    [best, *_] = recommend(catalogue(), machine, PLENTY, fast)
    assert best.model.name == "qwen3-coder-next"
    assert 0 < best.seconds <= 15
    slow = Speed(read=40, write=10, active=0.5, gigabytes=0.49, measured=small.name)
    [only] = recommend(catalogue(), machine, PLENTY, slow)
    assert only.model == small
    assert only.why == "the quickest that fits; none answers within 15 s"


def test_a_model_takes_as_long_as_its_parameters_and_bytes_say() -> None:
    small, large = find("qwen2.5-coder-0.5b-instruct"), find("qwen2.5-coder-7b-instruct")
    speed = Speed(read=100, write=20, active=small.active, gigabytes=small.size / 1e9)
    assert speed.estimate(small) == pytest.approx(450 / 100 + 100 / 20)
    assert speed.estimate(small, (100, 0)) == pytest.approx(1)
    assert speed.estimate(large, (100, 0)) == pytest.approx(large.active / small.active)
    assert speed.estimate(large, (0, 20)) == pytest.approx(large.size / small.size)
    experts = find("qwen3-coder-30b-a3b-instruct")
    assert speed.estimate(experts) < speed.estimate(large)


def test_on_a_gpu_without_a_measurement_nobody_knows() -> None:
    machine = Machine(8, 0, (Gpu("GPU", 24 * 10**9),), 32 * 10**9)
    assert find_seconds(find("qwen3.8-27b"), machine) == 0
    assert find_seconds(find("qwen3-coder-next"), machine) == guess_speed(8).estimate(
        find("qwen3-coder-next")
    )
