"""What code can be called with by its types, or else by its defaults, its names and the calls that
there are, as strategies of Hypothesis.
"""

from __future__ import annotations

import collections.abc
import enum
import inspect
import re
import sys
import typing
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from .effects import nested
from .inputs import Call, Made, Sources, find_calls


def find_calls_strategy(
    function: Any, calls: list[Call], sources: Sources, *, bound: bool
) -> st.SearchStrategy[Call]:
    """Calls of a function, whose first parameter is left out if it is `bound`; `calls` are those
    that there are.
    """
    parameters = list(inspect.signature(function).parameters.values())[1 if bound else 0 :]
    hints = _hints(function)
    ways: list[dict[str, Any]] = [{}]
    sure = True
    kinds: dict[str, list[Any]] = {}
    for at, one in enumerate(parameters):
        if one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD):
            continue
        if one.name in hints:
            kinds[one.name] = [hints[one.name]]
        else:
            seen = _seen(one, at, calls)
            sure = sure and bool(seen)
            kinds[one.name] = seen or _guess(one, named=sources.named)
    for name, some in kinds.items():
        ways = [{**way, name: kind} for way in ways for kind in some][:_WAYS]
    found = []
    for way in ways:
        drawn = {name: find_strategy(kind, sources) for name, kind in way.items()}
        found.append(_fill(parameters, drawn, sure))
    return st.one_of(found)


_WAYS = 64


def _fill(
    parameters: list[inspect.Parameter], drawn: dict[str, Any], sure: bool
) -> st.SearchStrategy[Call]:
    empty = inspect.Parameter.empty
    by_place = [one for one in parameters if one.name in drawn and one.kind != one.KEYWORD_ONLY]
    by_name = [one for one in parameters if one.name in drawn and one.kind == one.KEYWORD_ONLY]

    @st.composite
    def call(draw: Any) -> Call:
        args, named, skipped = [], [], False
        for one in by_place:
            if one.default is not empty and not draw(st.booleans()):
                skipped = True
            elif skipped:
                named.append((one.name, draw(drawn[one.name])))
            else:
                args.append(draw(drawn[one.name]))
        for one in by_name:
            if one.default is empty or draw(st.booleans()):
                named.append((one.name, draw(drawn[one.name])))
        return Call(tuple(args), tuple(named), sure)

    return call()


def _hints(function: Any) -> dict[str, Any]:
    function = inspect.unwrap(getattr(function, "__func__", function))
    if isinstance(function, type):
        function = vars(function).get("__init__")
    try:
        found = typing.get_type_hints(function)
    except Exception:
        return {}
    return {name: hint for name, hint in found.items() if hint is not Any}


def _seen(parameter: inspect.Parameter, at: int, calls: list[Call]) -> list[Any]:
    """What the calls that there are say of a parameter."""
    values = [
        value
        for call in calls
        for value in (*call.args[at : at + 1], *(v for k, v in call.named if k == parameter.name))
    ]
    return _distinct([kind for value in values if (kind := _kind(value)) is not None])


def _guess(parameter: inspect.Parameter, *, named: bool) -> list[Any]:
    """What its default says, its name if it is `named` well, or else all that is common."""
    default = parameter.default
    if default is not parameter.empty and default is not None:
        kind = _kind(default)
        return [kind] if kind is not None else [Exact(default)]
    for pattern, kinds in _NAMES.items():
        if named and re.search(pattern, parameter.name):
            return list(kinds)
    return list(_COMMON)


@dataclass(frozen=True)
class Exact:
    """Nothing but this value."""

    value: Any


_COMMON = (int, str, list[int], list[str], bool, float, dict[str, int], list[list[int]])
_NAMES = {
    r"^(?:is|has|use|should|with|allow)_|^(?:flag|strict|reverse|verbose)$": (bool,),
    r"^(?:[abijkmn]|num|count|size|length|width|height|index|idx|start|end|limit|year|month|day"
    r"|number|digit|depth|level|seed|step|offset|position|age)$|_(?:count|size|index|id)$": (int,),
    r"^(?:[xyz]|price|rate|amount|ratio|value|weight|total|percent|discount|tax)$": (int, float),
    r"^(?:s|st|text|string|word|name|line|char|ch|sentence|title|path|key|prefix|suffix|sep"
    r"|pattern|message|url|email|label|code|token)$|_(?:name|text|str)$": (str,),
    r"^(?:matrix|grid|table|rows|board|edges|intervals|pairs)$": (list[list[int]],),
    r"^(?:words|names|lines|strings|tokens|keys|parts|labels)$": (list[str],),
    r"^(?:d|mapping|counts|counter|scores|graph)$|dict": (dict[str, int], dict[str, list[str]]),
    r"s$|^(?:arr|lst|xs|seq|sequence|array|list|data)$|_list$": (list[int], list[str], str),
}
"""What parameters are likely to be by their names, the first that fits."""


def _kind(value: Any) -> Any:
    """A type for values like this; None where there is none."""
    if isinstance(value, (bool, int, float, str, bytes)):
        return type(value)
    if isinstance(value, (list, set, frozenset)):
        inner = _distinct([_kind(one) for one in value])
        if len(inner) > 1 or inner == [None]:
            return Exact(value)
        return type(value)[inner[0] if inner else int]  # type: ignore[index]
    if isinstance(value, dict) and value:
        keys, values = _distinct(map(_kind, value)), _distinct(map(_kind, value.values()))
        if len(keys) == len(values) == 1 and None not in (keys[0], values[0]):
            return dict[keys[0], values[0]]  # type: ignore[valid-type]
    if isinstance(value, tuple):
        inner = [_kind(one) for one in value]
        if None not in inner and not any(isinstance(one, Exact) for one in inner):
            return tuple[tuple(inner)] if inner else Exact(value)  # type: ignore[misc]
    return None if value is None else Exact(value)


def _distinct(items: Any) -> list[Any]:
    found: list[Any] = []
    for one in items:
        if one not in found:
            found.append(one)
    return found


def find_strategy(kind: Any, sources: Sources) -> st.SearchStrategy[Any]:
    """What there is of a type."""
    if isinstance(kind, Exact):
        return st.just(kind.value)
    if kind is collections.abc.Callable or typing.get_origin(kind) is collections.abc.Callable:
        return st.sampled_from([Made(text=one) for one in _CALLABLES])
    return st.from_type(kind)


_CALLABLES = ("str", "bool", "lambda *given: given[0] if given else None", "lambda *given: 0")


def register(sources: Sources, function: Any) -> None:
    """Has Hypothesis make values that code is likely to be written for: small ones, those that
    stand in the code, and instances of the project's classes.
    """
    texts, numbers = _constants(function, sources)
    small = st.one_of(st.integers(-5, 20), st.integers(-1000, 1000))
    ints = st.one_of(small, st.sampled_from(numbers)) if numbers else small
    floats = st.floats(-1e6, 1e6) | small.map(float)
    chars = st.sampled_from("abcXYZ 0123456789.,:;-_=/\n'\"")
    strings = st.text(chars, max_size=12)
    if texts:
        pieces = st.lists(st.sampled_from(texts) | st.text(chars, max_size=4), max_size=5)
        strings = st.one_of(strings, st.sampled_from(texts), pieces.map("".join))
    if sources.wide:
        # What is in between, as the length of a text, takes seconds in which nothing can end it.
        ints = st.integers(-_MUCH, _MUCH) | st.integers(_TOO_MUCH) | st.integers(None, -_TOO_MUCH)
        floats, strings = st.floats(-1e100, 1e100), st.text()
    st.register_type_strategy(int, ints)
    st.register_type_strategy(float, floats)
    st.register_type_strategy(str, strings)
    for one in _classes(sources):
        with suppress(InvalidArgument):  # a kind of types rather than a type
            st.register_type_strategy(one, lambda kind: find_instances(kind, sources))


_MUCH, _TOO_MUCH = 10**6, 2**48
"""The largest length that is made at once, and the smallest that cannot be."""


def _constants(function: Any, sources: Sources) -> tuple[list[str], list[int]]:
    """The texts and whole numbers in the code of a function and of its module."""
    texts: dict[str, None] = {}
    numbers: dict[int, None] = {}
    code = getattr(inspect.unwrap(function), "__code__", None)
    held: list[Any] = [one for each in nested(code) for one in each.co_consts] if code else []
    for name, value in vars(sources.module).items():
        if name.startswith("__"):
            continue
        kind = type(value)  # what stands for another object may raise when it is asked
        held += [value] if issubclass(kind, (str, int)) else []
        held += list(value) if issubclass(kind, (dict, list, tuple, set, frozenset)) else []
    documentation = {inspect.getdoc(function), sources.module.__doc__}
    for one in held:
        items = one if isinstance(one, (tuple, frozenset)) else (one,)
        for item in items:
            if isinstance(item, str) and len(item) < 40 and item not in documentation:
                texts[item] = None
            elif isinstance(item, int) and not isinstance(item, bool) and abs(item) < 10**6:
                numbers.update(dict.fromkeys((item - 1, item, item + 1)))
    return list(texts), list(numbers)


def _classes(sources: Sources) -> Iterator[type]:
    """The classes of the project that its module knows."""
    for one in list(vars(sources.module).values()):
        if not issubclass(type(one), type) or typing.is_typeddict(one):
            continue
        file = getattr(sys.modules.get(one.__module__), "__file__", None) or ""
        if file.startswith(sources.folder):
            yield one


def find_instances(kind: type, sources: Sources) -> st.SearchStrategy[Any]:
    """Instances of a class: as tests and examples make them, and as its types say."""
    where, name = kind.__module__, kind.__qualname__
    if issubclass(kind, enum.Enum):
        return st.sampled_from([Made(text=f"{name}.{one.name}") for one in kind])
    if inspect.isabstract(kind) or getattr(kind, "_is_protocol", False):
        below = [one for one in _classes(sources) if issubclass(one, kind) and one is not kind]
        return st.one_of([find_instances(one, sources) for one in below])
    calls = find_calls(kind.__name__, sources)
    signature = list(inspect.signature(kind).parameters.values())
    names = [one.name for one in signature]

    def made(call: Call) -> Made:
        return Made(where, name, (*zip(names, call.args), *call.named))

    drawn = find_calls_strategy(kind, calls, sources, bound=False).map(made)
    ready = [made(one) for one in calls]
    return st.one_of(st.sampled_from(ready), drawn) if ready else drawn
