"""Routing: how long it takes to decide where a request is answered, and how well that is told."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from figures import line

from deskmate.actions.catalog import load_actions
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.text.text import Span
from deskmate.evaluation.labelled import labelled, measure, parts
from deskmate.requests.context import find_here
from deskmate.requests.facts import gather_action_facts
from deskmate.requests.modules import find_modules
from deskmate.routing.policy import Available, route
from deskmate.settings.project import Project
from deskmate.settings.sections.routing import RoutingSettings

MODULES = 30


def routing(functions: int = 300) -> None:
    """All labelled requests, and one on a long file with many imports of its project."""
    everything = [one.facts() for one in labelled()]
    there = Available(large=True, cloud=True)
    seconds = []
    for facts in everything:
        began = time.perf_counter()
        route(facts, RoutingSettings(), there)
        seconds.append(time.perf_counter() - began)
    line("deciding where a request goes", seconds, "≤ 5 ms")
    with tempfile.TemporaryDirectory() as folder:
        line(f"  of {functions} functions", long_file(Path(folder), functions), "≤ 50 ms")
    for name, requests in parts().items():
        found = measure(requests)
        print(
            f"  {name}: precision {found.precision:.0%}, recall {found.recall:.0%}, false alarms "
            f"{found.alarms} of {found.everyday}"
        )


def long_file(root: Path, functions: int) -> list[float]:
    """The same with imports to follow on the disk."""
    for number in range(MODULES):
        (root / f"module_{number}.py").touch()
    document = written(root, functions)
    whole = Span(0, len(document.text))
    action = load_actions()[0]["fix-bug"]
    seconds = []
    for _ in range(20):
        here = find_here(document, (), Project(root, (root,)))
        assert here is not None
        here.project_index.symbols(here.path)  # the context has read them
        began = time.perf_counter()
        size = len(document.text) // 3
        facts = gather_action_facts(action, "why?", document, whole, size=size, window=8192)
        find_modules(*here)
        route(facts, RoutingSettings(), Available(cloud=True))
        seconds.append(time.perf_counter() - began)
    return seconds


def written(root: Path, functions: int) -> Document:
    """A file that uses every module and does several things at a time."""
    imports = "".join(f"from module_{n} import work_{n}\n" for n in range(MODULES))
    code = "".join(
        f"async def run_{n}(lock):\n    async with lock:\n        await work_{n % MODULES}()\n\n\n"
        for n in range(functions)
    )
    document = open_document((root / "main.py").as_uri(), f"{imports}\n\n{code}")
    assert document.tree is not None
    return document
