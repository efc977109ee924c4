"""LSP's types, imported in half the time and with less memory.

attrs writes and compiles an `__eq__` and a `__repr__` of its own for each of lsprotocol's 554
classes, which is much of what a start takes. Here all of them share one, which does the same. And
each `__init__` would hold two copies of all the names in the module, for those who ask for its
types as objects: 10 MB.
"""

from __future__ import annotations

import importlib
import linecache
import sys
from typing import Any

import attrs

_whole = attrs.define


def import_types() -> None:
    """Imports `lsprotocol.types`, where nobody has yet. Not while another thread imports."""
    if "lsprotocol.types" in sys.modules:
        return
    vars(attrs)["define"] = _define
    try:
        importlib.import_module("lsprotocol.types")
    finally:
        vars(attrs)["define"] = _whole
    for name in [name for name in linecache.cache if name.startswith("<attrs generated")]:
        del linecache.cache[name]  # what a debugger would show of these methods


def _define(cls: type[Any] | None = None, **options: Any) -> Any:
    if cls is None or options:  # none of today's
        return _whole(cls, **options)
    shared = {"__eq__": _is_equal, "__hash__": None, "__repr__": _show}
    if "__eq__" in vars(cls):
        del shared["__eq__"], shared["__hash__"]
    if "__repr__" in vars(cls):
        del shared["__repr__"]
    home, cls.__module__ = cls.__module__, ""  # where attrs finds no names to copy
    made = _whole(cls, eq=False, repr=False)
    made.__module__ = made.__init__.__module__ = home
    for name, method in shared.items():
        setattr(made, name, method)
    return made


def _is_equal(one: Any, other: object) -> Any:
    if other.__class__ is not one.__class__:
        return NotImplemented
    return all(getattr(one, name) == getattr(other, name) for name in _names(one))


def _show(one: Any) -> str:
    shown = ", ".join(f"{name}={getattr(one, name)!r}" for name in _names(one))
    return f"{one.__class__.__qualname__}({shown})"


def _names(one: Any) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(one.__class__))
