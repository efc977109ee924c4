"""What code does besides giving a result: seen while it runs, by the interpreter's audit events,
and read from what it names.
"""

from __future__ import annotations

import dis
import functools
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any


class Effect(BaseException):
    """Code is about to do what cannot be compared; in place of doing it."""


_EVENTS = {
    "open": "reads files",
    "os.listdir": "reads files",
    "os.scandir": "reads files",
    "os.walk": "reads files",
    "socket.": "uses the network",
    "subprocess.": "starts programs",
    "os.system": "starts programs",
    "os.exec": "starts programs",
    "os.posix_spawn": "starts programs",
    "os.fork": "starts programs",
    "os.kill": "ends processes",
    "os.": "changes files",
    "shutil.": "changes files",
    "tempfile.": "writes files",
    "sqlite3.connect": "uses a database",
    "builtins.input": "asks for input",
    "time.sleep": "depends on the time",
}
"""What the audit events that begin like this say of code, the first that fits."""

_HARMLESS = ("os.putenv", "os.unsetenv", "os.add_dll_directory", "os.getxattr")

_MODULES = {
    "random": "is random",
    "secrets": "is random",
    "uuid": "is random",
    "time": "depends on the time",
}
"""What code is that uses one of these modules, for which there are no audit events."""

_NOW = {"now", "utcnow", "today"}


class Watch:
    """Watches the code that runs while it is `on`."""

    def __init__(self) -> None:
        self.on = False
        self.seen = ""
        sys.addaudithook(self._hear)

    def _hear(self, event: str, given: tuple[Any, ...]) -> None:
        if not self.on:
            return
        what = next((says for name, says in _EVENTS.items() if event.startswith(name)), "")
        if not what or event in _HARMLESS or _is_import():
            return
        if event == "open" and isinstance(given[1], str) and set(given[1]) & set("wax+"):
            what = "writes files"
        self.on, self.seen = False, what
        raise Effect(what)


def _is_import() -> bool:
    """Whether a module is being imported, or its source shown, which opens files."""
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if "importlib._bootstrap" in name or name.endswith("linecache.py"):
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


def find_effect(function: Any, folder: str) -> str:
    """What can be read from the code that a function reaches in a project: "" for nothing."""
    for code, namespace in reached(function, folder):
        for step in dis.get_instructions(code):
            if step.opname in ("STORE_GLOBAL", "DELETE_GLOBAL"):
                return "changes globals"
        for name in code.co_names:
            found = namespace.get(name)
            module = found.__name__ if type(found) is ModuleType else _module_of(found)
            if module in _MODULES:
                return _MODULES[module]
            if module == "datetime" and _NOW & set(code.co_names):
                return "depends on the time"
    return ""


def find_state(function: Any, folder: str) -> list[tuple[dict[str, Any], str]]:
    """The globals that the code of a function may change without saying so: each its namespace
    and its name.
    """
    found = {}
    for code, namespace in reached(function, folder):
        for name in code.co_names:
            value = namespace.get(name)
            if issubclass(type(value), (list, dict, set, bytearray)) or _is_instance(value, folder):
                found[id(namespace), name] = (namespace, name)
    return list(found.values())


def reached(function: Any, folder: str) -> Iterator[tuple[CodeType, dict[str, Any]]]:
    """The code of a function and, in a project, of what it names: with where its names are from."""
    ahead, known = [function], set[Any]()
    while ahead:
        one = ahead.pop()
        while type(one) is functools.partial:
            one = one.func
        one = _ask(one, "__wrapped__", _ask(one, "__func__", one))
        if type(one) is property:
            ahead += [each for each in (one.fget, one.fset) if each]
        if issubclass(type(one), type):
            if getattr(sys.modules.get(one.__module__), "__file__", None) and id(one) not in known:
                known.add(id(one))
                ahead += vars(one).values()
            continue
        if type(one) is not FunctionType or one.__code__ in known:
            continue
        if not one.__code__.co_filename.startswith(folder):
            continue
        known.add(one.__code__)
        for code in nested(one.__code__):
            yield code, one.__globals__
            ahead += [one.__globals__[name] for name in code.co_names if name in one.__globals__]


def nested(code: CodeType) -> Iterator[CodeType]:
    """A piece of code and those in it."""
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from nested(one)


def _module_of(value: Any) -> str:
    owner = _ask(value, "__self__", None)
    owner = None if type(owner) is ModuleType else owner
    name = _ask(type(owner) if owner is not None else value, "__module__", None)
    return name if isinstance(name, str) and (callable(value) or owner is not None) else ""


def _ask(value: Any, name: str, otherwise: Any) -> Any:
    """An attribute; what stands for another object may raise anything instead of having it."""
    try:
        return getattr(value, name, otherwise)
    except Exception:
        return otherwise


def _is_instance(value: Any, folder: str) -> bool:
    module = sys.modules.get(type(value).__module__)
    return str(getattr(module, "__file__", None) or "").startswith(folder)
