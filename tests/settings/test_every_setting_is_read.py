"""That something reads each setting: by the code's own syntax, not by who remembers."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

import pytest

from deskmate.engines.hosts.client import wanted_tuning
from deskmate.engines.hosts.tuning import Tuning
from deskmate.settings.resolve import keys
from deskmate.settings.schema import Settings

SERVER = Path(__file__).parents[2] / "server" / "deskmate"

OWNERS = {owner.__name__: section for section, owner in get_type_hints(Settings).items()}
"""The section of each class of settings: `LocalSettings` is `local`."""


def read_in(code: str) -> Iterator[str]:
    """The settings that some code reads, by dotted name: `settings.local.url`, `local.url` where
    that is assigned `settings.local`, and `told.url` where that is declared as `LocalSettings`.
    """
    tree = ast.parse(code)
    meant: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.annotation is not None:
            declared(meant, node.arg, node.annotation)
        elif isinstance(node, ast.AnnAssign):
            declared(meant, last_name(node.target), node.annotation)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                for one, value in zip(parts(target), parts(node.value), strict=False):
                    if isinstance(value, ast.Attribute):
                        meant.setdefault(last_name(one), set()).add(value.attr)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            whose = node.value
            if isinstance(whose, ast.Attribute):
                yield f"{whose.attr}.{node.attr}"
            for section in meant.get(last_name(whose), ()):
                yield f"{section}.{node.attr}"


def declared(meant: dict[str, set[str]], name: str, annotation: ast.expr) -> None:
    for part in ast.walk(annotation):
        if isinstance(part, ast.Name) and part.id in OWNERS:
            meant.setdefault(name, set()).add(OWNERS[part.id])


def parts(node: ast.expr) -> list[ast.expr]:
    """What is assigned together: `a, b = …`."""
    return node.elts if isinstance(node, ast.Tuple) else [node]


def last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def unread(wanted: Iterable[str], *codes: str) -> list[str]:
    found = {name for code in codes for name in read_in(code)}
    return [name for name in wanted if name not in found]


def test_every_setting_is_read() -> None:
    codes = [
        path.read_text(encoding="utf-8")
        for path in SERVER.rglob("*.py")
        if path.parent.name != "settings"
    ]
    by_name = {f"local.{one.name}" for one in fields(Tuning)}  # see `wanted_tuning`
    assert callable(wanted_tuning)
    assert unread([name for name in keys() if name not in by_name], *codes) == []


CODES = {
    "settings.local.url": True,
    "def f(told: LocalSettings): return told.url": True,
    "def f(told: LocalSettings | None): return told.url": True,
    "local = settings.local\nlocal.url": True,
    "a, b = 1, settings.local\nb.url": True,
    "def f(told: CloudSettings): return told.url": False,
    "settings.cloud.url": False,
    "settings.local.url = 'a'": False,
    "local.url": False,
}


@pytest.mark.parametrize("code", CODES)
def test_what_reads_a_setting(code: str) -> None:
    assert (unread(["local.url"], code) == []) is CODES[code]
