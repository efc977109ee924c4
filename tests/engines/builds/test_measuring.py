"""Real builds, measured with a small model."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.engines.builds.found import Build
from deskmate.engines.builds.measuring import measure, thread_counts
from deskmate.errors import EngineUnavailable
from tiny_models import write_tiny


@pytest.mark.model
async def test_each_kind_of_build_says_how_fast_it_is(tmp_path: Path, llama_server: Path) -> None:
    model = write_tiny(tmp_path / "tiny.gguf")
    for build in (
        Build("embedded", "", "llama_cpp"),
        Build("own", "", "llama_server", str(llama_server)),
    ):
        assert min(await measure(build, model, 1, seconds=0)) > 0


async def test_a_build_that_does_not_run(tmp_path: Path) -> None:
    (tmp_path / "model.gguf").touch()
    with pytest.raises(EngineUnavailable, match="There is no program"):
        await measure(Build("own", "", "llama_server", "none"), tmp_path / "model.gguf", 1)


@pytest.mark.parametrize(
    ("cores", "counts"), [(1, (1,)), (2, (1, 2)), (4, (1, 2, 3, 4)), (16, (1, 8, 15, 16))]
)
def test_threads_that_are_measured(cores: int, counts: tuple[int, ...]) -> None:
    assert thread_counts(cores) == counts
