"""Runs the examples in the documentation of one Python file: `python -m PACKAGE.run_examples FILE
[NAME]`. It says for each function whether what its examples promise is so: `ok - NAME` or `not ok -
NAME`. An example is one of doctest, or a line of documentation that says what a call of the
function gives, both in plain values: `half(4) => 2`; of those each is said by itself: `ok -
half(4)`.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import doctest
import importlib
import inspect
import io
import os
import re
import sys
from collections.abc import Mapping

from .promises import find_promises, is_near, open_output, tell

_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def _main(file: str, symbol: str) -> None:
    folder, name = os.path.split(os.path.abspath(file))
    module = [] if name == "__init__.py" else [name.rpartition(".")[0]]
    while os.path.exists(os.path.join(folder, "__init__.py")):
        folder, name = os.path.split(folder)
        module.insert(0, name)
    sys.path.insert(0, folder)
    found = importlib.import_module(".".join(module))
    runner = doctest.DocTestRunner(verbose=False, optionflags=_FLAGS)
    for test in doctest.DocTestFinder().find(found):
        if test.examples and (not symbol or symbol in test.name.split(".")):
            said = io.StringIO()
            failed, _ = runner.run(test, out=said.write)
            print(said.getvalue(), "not ok" if failed else "ok", " - ", test.name, sep="")
    for name, value in list(vars(found).items()):
        if inspect.isgeneratorfunction(value) or inspect.isasyncgenfunction(value):
            continue  # what it yields is not what a call gives
        if name == (symbol or name) and getattr(value, "__module__", "") == found.__name__:
            told = inspect.getdoc(value) or ""
            begins = re.compile(re.escape(name) + r"\(")
            for call, wanted in dict(find_promises(told, begins, _is_call, _is_value)).items():
                _try(call, wanted, vars(found))


def _parse(text: str) -> ast.expr | None:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def _is_call(text: str) -> bool:
    node = _parse(text)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return False
    return all(map(_is_plain, [*node.args, *(one.value for one in node.keywords)]))


def _is_value(text: str) -> bool:
    node = _parse(text)
    if isinstance(node, ast.Tuple) and not node.col_offset < _first(node):
        return False
    return node is not None and _is_plain(node)


def _is_plain(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, MemoryError, RecursionError):
        return False
    return not any(getattr(one, "value", None) is ... for one in ast.walk(node))  # `[1, 2, ...]`


def _first(node: ast.Tuple) -> int:
    """Where the first item of a tuple begins, or would: behind its bracket, if it has one."""
    return node.elts[0].col_offset if node.elts else node.col_offset + 1


def _try(call: str, wanted: str, names: Mapping[str, object]) -> None:
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            made = eval(call, dict(names))
            made = asyncio.run(made) if inspect.iscoroutine(made) else made
        good, got = _is_same(made, ast.literal_eval(wanted.strip()), wanted), repr(made)
    except (Exception, SystemExit) as error:
        good, got = False, f"{type(error).__name__}: {error}"
    tell(call, wanted, got, good)


def _is_same(made: object, wanted: object, text: str) -> bool:
    """Whether a value is what was promised: of a fraction as many places as stand there."""
    if isinstance(wanted, float) and isinstance(made, (int, float)):
        return is_near(made, wanted, text)
    if isinstance(wanted, (list, tuple)) and isinstance(made, (list, tuple)):
        texts = map(repr, wanted)
        return len(made) == len(wanted) and all(map(_is_same, made, wanted, texts))
    return bool(made == wanted)


open_output()
_main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
