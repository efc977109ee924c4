"""Compares what a module does with what it would do: `python -m PACKAGE JSON`, where the keys are
the fields of `Task`. It says what it finds in lines of JSON; of differences the shortest counts.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import types
from importlib import util
from typing import Any

from .task import Task


def main() -> None:
    """Says what it finds, then what it has done."""
    task = Task(**json.loads(sys.argv[1]))
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)

    def say(**found: Any) -> None:
        channel.write(json.dumps(found) + "\n")
        channel.flush()

    sys.path.insert(0, os.path.abspath(task.root))
    sys.path.append(task.hypothesis)
    kept = sys.dont_write_bytecode, sys.pycache_prefix
    sys.dont_write_bytecode, sys.pycache_prefix = False, task.compiled
    try:
        importlib.import_module("hypothesis.strategies")
    except Exception as error:
        say(problem=f"Hypothesis cannot be used by the project's Python ({_tell(error)})")
        return
    finally:
        sys.path.remove(task.hypothesis)
        sys.dont_write_bytecode, sys.pycache_prefix = kept
    from .callables import NotCompared
    from .comparing import compare
    from .inputs import read_sources

    try:
        old = importlib.import_module(task.module)
    except BaseException as error:
        say(problem=f"its module cannot be imported by itself ({_tell(error)})")
        return
    try:
        control = _load(old, task.texts[0])
    except BaseException as error:
        say(problem=f"its module cannot be loaded twice ({_tell(error)})")
        return
    try:
        new = _load(old, task.new)
    except BaseException as error:
        say(call="", before="the module can be imported", now=f"that raises {_tell(error)}")
        return
    texts = [_read(file) for file in task.texts]
    sources = read_sources(old, os.getcwd(), texts)
    try:
        say(**compare(old, control, new, task.path, sources, task.seconds, task.inputs, say))
    except NotCompared as reason:
        say(problem=f"it {reason}")
    except Exception as error:
        say(problem=f"it cannot be compared ({_tell(error)})")


def _read(file: str) -> str:
    with open(file, encoding="utf-8", errors="replace") as text:
        return text.read()


def _load(old: types.ModuleType, file: str) -> types.ModuleType:
    """The module with the text of another file, under the same name. Raises what that raises."""
    spec = old.__spec__
    assert spec is not None
    new = util.module_from_spec(spec)
    with open(file, encoding="utf-8", errors="surrogatepass") as text:
        code = compile(text.read(), str(old.__file__), "exec", dont_inherit=True)
    sys.modules[old.__name__] = new
    try:
        exec(code, new.__dict__)
    finally:
        sys.modules[old.__name__] = old
    return new


def _tell(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".strip(": ")[:200]


if __name__ == "__main__":
    main()
    os._exit(0)  # whatever threads go on
