"""What code is called with: plain values and `Made` ones, which say how an instance is made, so
that the same can be made of the classes of either module; and the calls that there are of it.
"""

from __future__ import annotations

import ast
import copy
import doctest
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class Made:
    """An instance by the call that makes it, or any expression where `text` has one."""

    module: str = ""
    name: str = ""
    given: tuple[tuple[str, Any], ...] = ()
    text: str = ""

    def __repr__(self) -> str:
        if self.text:
            return self.text
        return f"{self.name}({', '.join(f'{key}={value!r}' for key, value in self.given)})"


@dataclass(frozen=True)
class Call:
    """What code is called with. `sure` says that its own types, or a call that there is, say so."""

    args: tuple[Any, ...] = ()
    named: tuple[tuple[str, Any], ...] = ()
    sure: bool = True

    def __repr__(self) -> str:
        named = [f"{key}={value!r}" for key, value in self.named]
        return ", ".join([*map(repr, self.args), *named])


@dataclass
class Sources:
    """Where inputs come from: the module as it is, the project's folder, texts with calls in them,
    and what their imports bind. `wide` are inputs larger than most code is made for; `named` says
    that parameters are likely to be what they are called.
    """

    module: ModuleType
    folder: str
    trees: list[ast.Module]
    bound: dict[str, Any]
    wide: bool = False
    named: bool = True


def make(value: Any, module: ModuleType, sources: Sources) -> Any:
    """The value itself, with instances of the classes in this module. Raises what making raises."""
    if isinstance(value, Made):
        if value.text:
            return eval(value.text, {**sources.bound, **vars(module)})
        own = value.module == module.__name__
        found: Any = module if own else sys.modules[value.module]
        for part in value.name.split("."):
            found = getattr(found, part)
        return found(**{key: make(one, module, sources) for key, one in value.given})
    if isinstance(value, (list, set, frozenset)):
        return type(value)(make(one, module, sources) for one in value)
    if type(value) is tuple:
        return tuple(make(one, module, sources) for one in value)
    if type(value) is dict:
        pairs = value.items()
        return {make(a, module, sources): make(b, module, sources) for a, b in pairs}
    return copy.deepcopy(value)


def read_sources(module: ModuleType, folder: str, texts: list[str]) -> Sources:
    """The sources of inputs: tests, and the module with its examples."""
    trees, bound = [], {}
    for text in texts:
        for piece in (text, *_examples(text)):
            try:
                trees.append(ast.parse(piece))
            except (SyntaxError, ValueError):
                continue
    for node in (one for tree in trees for one in ast.walk(tree)):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and not getattr(node, "level", 0):
            here: dict[str, Any] = {}
            try:
                exec(compile(ast.Module([node], []), "<imports>", "exec"), here)
            except BaseException:
                continue
            bound.update(here)
    return Sources(module, folder, trees, bound)


def _examples(text: str) -> Iterator[str]:
    try:
        yield "".join(one.source for one in doctest.DocTestParser().get_examples(text))
    except ValueError:
        return


def find_calls(name: str, sources: Sources, owner: type | None = None) -> list[Call]:
    """The calls of this name that stand in the sources, with arguments that can be made; of an
    `owner` those on an instance that can be made, which is their first argument then.
    """
    found = {}
    for node in (one for tree in sources.trees for one in ast.walk(tree)):
        if not isinstance(node, ast.Call) or _last(node.func) != name:
            continue
        if any(isinstance(one, ast.Starred) for one in node.args):
            continue
        if any(one.arg is None for one in node.keywords):
            continue
        given = [_made(one) for one in node.args]
        if owner is not None:
            if not isinstance(node.func, ast.Attribute):
                continue
            given.insert(0, _made(node.func.value))
        named = [(str(one.arg), _made(one.value)) for one in node.keywords]
        call = Call(tuple(given), tuple(named))
        try:
            made = [make(one, sources.module, sources) for one in (*given, *dict(named).values())]
        except BaseException:
            continue
        if owner is not None and not isinstance(made[0], owner):
            continue
        found[repr(call)] = call
    return list(found.values())


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _made(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return Made(text=ast.unparse(node))
