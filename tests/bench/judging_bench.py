"""What it costs that answers are judged: the same request with judges and without."""

from __future__ import annotations

import statistics
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from figures import line, ratio

from deskmate.actions.catalog import load_actions
from deskmate.checks.consent import ONCE, RunQuestion
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_uri
from deskmate.engines.engine import Engine
from deskmate.errors import Refused
from deskmate.requests.pipeline import propose
from deskmate.requests.request import resolve
from deskmate.settings.project import Project
from deskmate.settings.schema import Settings
from deskmate.settings.sections.checks import CheckSettings
from deskmate.settings.sections.local import LocalSettings

CODE = '''def total(prices: list[int]) -> int:
    """The sum of the prices."""
    return sum(prices[1:])
'''
TESTS = """import unittest

from basket import total


class TestTotal(unittest.TestCase):
    def test_two(self) -> None:
        self.assertEqual(total([10, 20]), 30)
"""
READ, RUN = CheckSettings(disabled=("tests", "examples")), CheckSettings()


async def judging(engine: Engine, rounds: int = 5) -> None:
    """Prints what judges that read code add to a whole action of this engine, and what tests do;
    the first round, in which caches are filled, is not counted.
    """
    ways = {"no judges": CheckSettings(enabled=False), "that read": READ, "and tests": RUN}
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve()
        (root / "basket.py").write_text(CODE, encoding="utf-8")
        (root / "test_basket.py").write_text(TESTS, encoding="utf-8")
        for turn in range(rounds + 1):
            for way, checks in ways.items():
                began = time.perf_counter()
                await _fix(engine, root, checks)
                if turn:
                    seconds[way].append(time.perf_counter() - began)
    line("Fix bug without judges", seconds["no judges"])
    alone = statistics.median(seconds["no judges"])
    for way in ("that read", "and tests"):
        line(f"  with judges {way}", seconds[way])
        ratio("    ratio", statistics.median(seconds[way]) / alone)


async def _fix(engine: Engine, root: Path, checks: CheckSettings) -> None:
    path = root / "basket.py"
    request = resolve(
        load_actions()[0]["fix-bug"],
        open_document(file_uri(path), CODE),
        Span(0, 0),
        settings=Settings(checks=checks, local=LocalSettings(tries=1)),
        project=Project(root, (root,)),
        root=root,
    )
    with suppress(Refused):  # it was judged all the same
        await propose(replace(request, ask_to_run=_allow), engine)


async def _allow(question: RunQuestion) -> str:
    return ONCE
