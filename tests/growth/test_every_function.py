"""No function takes more than its share of time when a text is four times as long: every public one
of the rooms that read texts, found by its parameters, on every kind of text. One that somebody adds
is looked at from then on.
"""

from __future__ import annotations

import inspect
import pkgutil
import signal
import time
import typing
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from growing_texts import TEXTS, make_text
from test_growth import SHARE, SLIGHT

import deskmate.actions
import deskmate.cloud
import deskmate.core
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.text.text import Span

LENGTH = 900
"""Characters of the shorter text."""

LONGEST = 3.0
"""Seconds of the processor after which a function is ended: that is out of hand."""

OF_SOMETHING_SHORT = {
    "core.prose.usual_words.usual_near": "one word",
    "core.prose.near_words.near_words": "one word",
    "core.gate.suggestion.is_over": "what a model has said so far in some twenty tokens",
    "core.gate.suggestion.fit_suggestion": "what a model says in some twenty tokens",
    "core.gate.suggestion.says_what_follows": "the first line of what a model says",
    "core.syntax.mutants.find_mutants": "one function, while nobody waits",
}
"""What is given less than a text, and never more."""


def list_functions() -> Iterator[tuple[str, Callable[..., Any], list[Any]]]:
    """The public functions that take nothing but texts, documents and places in them."""
    for package in (deskmate.core, deskmate.cloud, deskmate.actions):
        for module in list_modules(package):
            for name, function in vars(module).items():
                whole = f"{module.__name__.removeprefix('deskmate.')}.{name}"
                ours = inspect.isfunction(function) and function.__module__ == module.__name__
                if not ours or name.startswith("_") or whole in OF_SOMETHING_SHORT:
                    continue
                hints = typing.get_type_hints(function)
                given = inspect.signature(function).parameters.values()
                kinds = [hints.get(one.name) for one in given if one.default is one.empty]
                places = all(kind in (Document, str, int, Span) for kind in kinds)
                if places and not {Document, str}.isdisjoint(kinds):
                    yield whole, function, kinds


def list_modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield import_module(found.name)


FOUND = {name: (function, kinds) for name, function, kinds in list_functions()}


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="nothing ends what takes too long")
@pytest.mark.parametrize("kind", TEXTS)
def test_no_function_grows_faster_than_a_text(kind: str) -> None:
    grown = {}
    for name in FOUND:
        long = measure(name, kind, 4 * LENGTH)
        if long < LONGEST and (long < SLIGHT or long < SHARE * measure(name, kind, LENGTH)):
            continue
        again = min(measure(name, kind, 4 * LENGTH) for _ in range(3))
        short = max(measure(name, kind, LENGTH) for _ in range(3))
        if again >= LONGEST or again > max(SLIGHT, SHARE * short):
            grown[name] = round(again / short, 1)
    assert not grown


def test_they_are_many() -> None:
    assert len(FOUND) > 100
    assert "core.prose.meaning.changes" in FOUND
    assert not OF_SOMETHING_SHORT.keys() & FOUND.keys()


def measure(name: str, kind: str, length: int) -> float:
    """Seconds of the processor that a function takes, or until it refuses what it is given."""
    function, kinds = FOUND[name]
    text = make_text(kind, length)
    document = open_document(f"file:///project/{TEXTS[kind]['file']}", text)
    values = {Document: document, str: text, int: length // 2, Span: Span(0, len(text))}
    earlier = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    began = time.process_time()
    try:
        with suppress(Exception):
            made = function(*(values[one] for one in kinds))
            if inspect.isgenerator(made):
                list(made)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, earlier)
    return time.process_time() - began


def end(*_: object) -> None:
    raise TimeoutError
