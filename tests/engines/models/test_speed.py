"""How fast this machine is, measured with a real model."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.engines.hosts.client import LocalEngine
from deskmate.engines.models.catalogue import find
from deskmate.engines.models.speed import measure_speed


@pytest.mark.model
async def test_reading_is_faster_than_writing(smollm: Path) -> None:
    model, engine, steps = find("smollm2-135m-instruct"), LocalEngine(smollm), list[str]()
    try:
        speed = await measure_speed(engine, model, steps.append)
    finally:
        await engine.aclose()
    assert speed.read > speed.write > 0
    assert (speed.measured, speed.active) == (model.name, model.active)
    assert speed.gigabytes == pytest.approx(model.size / 1e9)
    assert steps[-1] == "measuring how fast it writes"
