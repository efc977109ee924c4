"""What can be called of a function, a method or a class, and with what."""

from __future__ import annotations

import enum
import functools
import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import CodeType, ModuleType
from typing import Any

from hypothesis import strategies as st

from .effects import nested
from .inputs import Call, Sources, find_calls
from .strategies import find_calls_strategy, find_instances


class NotCompared(Exception):
    """Why something is not compared: what it does, as a part of a sentence."""


@dataclass
class Callee:
    """What has this `path` in a module. It is called on an instance of its `owner` if it has
    one, and is no call but a value of it if it is a `value`. `calls` are those that there are,
    and `ready` those of which it is known on what.
    """

    path: tuple[str, ...]
    function: Any
    sources: Sources
    owner: type | None = None
    value: bool = False
    calls: list[Call] = field(default_factory=list)
    ready: list[Call] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What it is called."""
        return self.path[-1]

    @functools.cached_property
    def code(self) -> frozenset[CodeType]:
        """Its own code."""
        function = self.function
        if isinstance(function, type):
            function = vars(function).get("__init__")
        code = getattr(inspect.unwrap(function), "__code__", None)
        return frozenset(nested(code)) if code else frozenset()

    @functools.cached_property
    def lines(self) -> frozenset[int]:
        """The lines of its code."""
        return frozenset(
            line
            for code in self.code
            for _, _, line in code.co_lines()
            if line and line != code.co_firstlineno
        )

    def call(self, module: ModuleType, args: list[Any], named: dict[str, Any]) -> Any:
        """What it gives in a module."""
        if self.owner is not None:
            own = self.name.startswith("__") and not self.name.endswith("__")
            name = f"_{self.owner.__name__.lstrip('_')}{self.name}" if own else self.name
            found = getattr(args[0], name)
            return found if self.value else found(*args[1:], **named)
        found = module
        for part in self.path:
            found = getattr(found, part)
        return found(*args, **named)

    def show(self, call: Call) -> str:
        """A call of it as it is written."""
        if self.owner is None:
            return f"{'.'.join(self.path)}({call!r})"
        rest = "" if self.value else f"({Call(call.args[1:], call.named)!r})"
        return f"{call.args[0]!r}.{self.name}{rest}"

    def find_strategy(self) -> st.SearchStrategy[Call]:
        """The calls of it that can be made."""
        if self.value:
            calls = st.just(Call())
        else:
            bound = self.owner is not None
            calls = find_calls_strategy(self.function, self.calls, self.sources, bound=bound)
        if self.owner is None:
            return calls
        owners = find_instances(self.owner, self.sources)
        return st.builds(
            lambda owner, call: Call((owner, *call.args), call.named, call.sure), owners, calls
        )


def find_callees(module: ModuleType, path: list[str], sources: Sources) -> list[Callee]:
    """What is compared for what has this path: of a class, how it is made and what can be done with
    it. Raises NotCompared.
    """
    found: Any = module
    owner = None
    for part in path:
        owner = found if isinstance(found, type) else None
        found = vars(found).get(part) if owner else getattr(found, part, None)
    if isinstance(found, type):
        return list(_find_members(found, tuple(path), sources))
    callee = _find_callee(owner, tuple(path), found, sources)
    if callee is None:
        raise NotCompared("cannot be called from outside")
    return [callee]


def _find_members(kind: type, path: tuple[str, ...], sources: Sources) -> Iterator[Callee]:
    if not issubclass(kind, enum.Enum):
        yield _find_maker(kind, path, sources)
    for name, found in vars(kind).items():
        if name in _MAKERS or (name.startswith("_") and not name.endswith("__")):
            continue
        callee = _find_callee(kind, (*path, name), found, sources)
        files = [one.co_filename for one in callee.code] if callee else []
        if callee and files and all(one.startswith(sources.folder) for one in files):
            yield callee


_MAKERS = ("__init__", "__new__", "__post_init__")


def _find_maker(kind: type, path: tuple[str, ...], sources: Sources) -> Callee:
    calls = find_calls(path[-1], sources)
    return Callee(path, kind, sources, calls=calls, ready=calls)


def _find_callee(
    owner: type | None, path: tuple[str, ...], found: Any, sources: Sources
) -> Callee | None:
    if owner is not None and path[-1] in _MAKERS:
        return _find_maker(owner, path[:-1], sources)
    if isinstance(found, property) and found.fget:
        found, value = found.fget, True
    elif isinstance(found, functools.cached_property):
        found, value = found.func, True
    else:
        value = False
    if not callable(found) and not isinstance(found, (staticmethod, classmethod)):
        return None
    calls = find_calls(path[-1], sources)
    if owner is None or isinstance(found, (staticmethod, classmethod)):
        function = found if owner is None else getattr(owner, path[-1])
        return Callee(path, function, sources, calls=calls, ready=calls)
    ready = find_calls(path[-1], sources, owner)
    return Callee(path, found, sources, owner, value, calls, ready)
