"""Runs the examples in the documentation of one Python file: `run_examples.py FILE [NAME]`.

It is run in the jail by the project's interpreter, and says for each function whether what its
examples promise is so: `ok - NAME` or `not ok - NAME`. An example is one of doctest, or a line of
documentation that says what a call of the function gives, both in plain values: `half(4) => 2`;
of those each is said by itself: `ok - half(4)`. It imports nothing of Deskmate's.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import doctest
import importlib
import inspect
import io
import math
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping

_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

_BEFORE = re.compile(
    r"[\s*#•–-]*(?:\d+[.)]\s+)?"
    r"(?:(?:assert|e\.g\.|i\.e\.|(?:for )?(?:examples?|instance))[\s:,]*)*`*",
    re.IGNORECASE,
)
"""What a line may have before a call that is an example."""
_GIVES = re.compile(
    r"`*\s*(?:(?:#|//)?\s*(?:={1,3}>?|-+>|[→⇒➞➔⟶➜:])|#"
    r"|(?:(?:should|must|will|would)\s+)?"
    r"(?:returns?|gives?|yields?|equals?|be|is|outputs?|evaluates? to)\b(?: to be)?)\s*:?\s*`*",
    re.IGNORECASE,
)
"""What stands between a call and what it gives."""
_BEHIND = re.compile(
    r"`*(?:\s*\Z|[.;:](?:\s|\Z)|,\s+`*(?:[^\W\d]|\Z)|\s*#|\s+\(|\s+"
    r"(?!(?:or|if|unless|else|plus|minus|times|mod|modulo|more|less|fewer|percent|to)\b)[a-z])"
)
"""What may stand behind a value: no operator, of which it would be a part, in signs or words."""
_NEXT = re.compile(r"`*\s*[,;]\s*(?:and\s+)?`*")
_LONGEST = 500  # characters of a line that is looked at


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
            for call, wanted in dict(_find_promises(inspect.getdoc(value) or "", name)).items():
                _try(call, wanted, vars(found))


def _find_promises(documentation: str, name: str) -> Iterator[tuple[str, str]]:
    """The calls of the function in its documentation, and what they give, as they stand there."""
    for line in documentation.splitlines():
        rest = _BEFORE.sub("", line[:_LONGEST], count=1)
        while rest.startswith(f"{name}("):
            call = _cut(rest, (at + 1 for at, one in enumerate(rest) if one == ")"), _is_call)
            gives = _GIVES.match(rest, len(call))
            if not call or not gives:
                break
            rest = rest[gives.end() :]
            ends = (at for at in range(len(rest), 0, -1) if _BEHIND.match(rest, at))
            wanted = _cut(rest, ends, _is_value)
            if not wanted:
                break
            yield call, wanted
            further = _NEXT.match(rest, len(wanted))
            rest = rest[further.end() :] if further else ""


def _cut(text: str, ends: Iterable[int], accepts: Callable[[ast.expr | None], bool]) -> str:
    """The first of the beginnings of a text that is accepted; "" where none is."""
    return next((text[:end] for end in ends if accepts(_parse(text[:end]))), "")


def _parse(text: str) -> ast.expr | None:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def _is_call(node: ast.expr | None) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return False
    return all(map(_is_value, [*node.args, *(one.value for one in node.keywords)]))


def _is_value(node: ast.expr | None) -> bool:
    if node is None or (isinstance(node, ast.Tuple) and not node.col_offset < _first(node)):
        return False
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
        good, got = _is_same(made, ast.literal_eval(wanted.strip()), wanted), f"    {made!r}"
    except (Exception, SystemExit) as error:
        good, got = False, f"    {type(error).__name__}: {error}"
    if not good:
        print("Failed example:", f"    {call}", "Expected:", f"    {wanted}", "Got:", got, sep="\n")
    print("ok" if good else "not ok", "-", call)


def _is_same(made: object, wanted: object, text: str) -> bool:
    """Whether a value is what was promised: of a fraction as many places as stand there."""
    if isinstance(wanted, float) and isinstance(made, (int, float)):
        places = len(text.strip().partition(".")[2])
        return math.isclose(made, wanted, rel_tol=1e-9) or (
            places > 0 and round(made, places) == wanted
        )
    if isinstance(wanted, (list, tuple)) and isinstance(made, (list, tuple)):
        texts = map(repr, wanted)
        return len(made) == len(wanted) and all(map(_is_same, made, wanted, texts))
    return bool(made == wanted)


if isinstance(sys.stdout, io.TextIOWrapper):  # on Windows it takes few letters by itself
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
_main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
