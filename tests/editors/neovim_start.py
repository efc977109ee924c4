"""Neovim on the basket, as several of its stories begin."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from neovim_editor import Neovim
from test_story import BASKET, LOOP

from command_line import Project

Start = Callable[..., Neovim]


@pytest.fixture
def start(project: Project) -> Iterator[Start]:
    """Starts Neovim on the basket with these options of `setup`; the model says these replies."""
    running: list[Neovim] = []

    def start(*replies: str, options: dict[str, Any] | None = None, **more: Any) -> Neovim:
        shutil.copy(BASKET, project.root)
        project.script(*replies, **more)
        running.append(Neovim(project, project.root / BASKET.name, LOOP, **(options or {})))
        return running[-1]

    yield start
    for editor in running:
        editor.close()
