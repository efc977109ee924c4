"""Templates of actions, which may be anybody's: what one can say is bounded, in text and in time.

They know names, conditions, loops over what they are given, parts of texts, and filters; what puts
texts together takes from one room for all. They do not calculate, call, include or define, so that
nothing in one grows faster than its text.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from deskmate.errors import ActionError

if TYPE_CHECKING:
    from jinja2 import Environment, Template
    from jinja2.nodes import Filter, Node

LONGEST = 20_000
"""Characters of a template."""

MOST = 100_000
"""Characters that come of it, and as many again that it may put together on the way."""

STEPS = 10_000
"""Turns of all its loops."""

SECONDS = 0.2
"""Of a processor's time that it may take."""


def check_template(text: str) -> None:
    """Raises ActionError where a template says what none may, or cannot be read."""
    _compile(text)


def render(text: str, values: Mapping[str, Any]) -> str:
    """The template with these values. Raises ActionError that says what is wrong with it."""
    template = _compile(text)
    pieces: list[str] = []
    room = MOST
    try:
        for piece in template.generate({**values, _METER: _Meter()}):
            room -= len(piece)
            if room < 0:
                raise ActionError(f"it makes more than {MOST:,} characters")
            pieces.append(piece)
    except ActionError:
        raise
    except Exception as error:  # whatever it is, it comes of somebody's text
        raise ActionError(str(error)) from error
    return "".join(pieces).strip()


class _Meter:
    """What one rendering has taken so far."""

    def __init__(self) -> None:
        self._left = STEPS
        self._room = MOST
        self._until = time.thread_time() + SECONDS

    def step(self) -> None:
        """One turn more. Raises ActionError where that is one too many."""
        self._left -= 1
        if self._left < 0:
            raise ActionError(f"its loops take more than {STEPS:,} turns")
        if time.thread_time() > self._until:
            raise ActionError(f"it takes more than {SECONDS:g} seconds")

    def make(self, characters: int) -> None:
        """Room for a text before it is there. Raises ActionError where there is none."""
        self._room -= max(0, characters)
        if self._room < 0:
            raise ActionError(f"it makes more than {MOST:,} characters")


_METER = "the meter"  # no template can say a name with a blank in it


@lru_cache(maxsize=256)
def _compile(text: str) -> Template:
    from jinja2 import TemplateSyntaxError, nodes

    if len(text) > LONGEST:
        raise ActionError(f"its text has more than {LONGEST:,} characters")
    environment = _environment()
    try:
        tree = environment.parse(text)
        for node in _walk(tree, environment):
            if isinstance(node, nodes.For):
                node.iter = _make_filter(node.iter, _COUNTED)
            elif isinstance(node, nodes.Concat):
                node.nodes = [_make_filter(nodes.List(node.nodes, lineno=node.lineno), "join")]
        tree.set_environment(environment)
        code = environment.compile(tree)
    except TemplateSyntaxError as error:
        raise ActionError(f"line {error.lineno}: {error.message}") from error
    except (RecursionError, SyntaxError, MemoryError) as error:  # of Python's, for what is so deep
        raise ActionError("it is nested too deep") from error
    except ValueError as error:  # a number of thousands of digits
        raise ActionError(str(error)) from error
    return environment.template_class.from_code(environment, code, environment.make_globals(None))


def _make_filter(of: Node, name: str) -> Filter:
    from jinja2 import nodes

    return nodes.Filter(of, name, [], [], None, None, lineno=of.lineno)


def _walk(tree: Node, environment: Environment) -> Iterator[Node]:
    """Every node of a template. Raises ActionError where one of them is none that is allowed."""
    from jinja2 import nodes

    ahead = [(tree, 0)]
    while ahead:
        node, depth = ahead.pop()
        kind = type(node).__name__
        if kind not in _NODES or (isinstance(node, nodes.For) and node.recursive):
            what = _SAID.get(kind, kind.lower())
            raise ActionError(f"line {node.lineno}: `{what}` is not for the text of an action")
        if isinstance(node, nodes.Filter) and node.name not in environment.filters:
            raise ActionError(
                f"line {node.lineno}: there is no filter `{node.name}` for the text of an action; "
                f"there are {', '.join(sorted(set(environment.filters) - {_COUNTED}))}"
            )
        table = isinstance(node, nodes.List | nodes.Dict | nodes.Tuple)
        if table and getattr(node, "ctx", "load") == "load" and not _is_written_out(node):
            raise ActionError(
                f"line {node.lineno}: a list or table in the text of an action holds nothing but "
                "texts and numbers"
            )
        if depth > _DEEPEST:
            raise ActionError("it is nested too deep")
        ahead += [(child, depth + 1) for child in node.iter_child_nodes()]
        yield node


def _is_written_out(table: Node) -> bool:
    """Whether a list or a table is all there, and no value is put into it that may be another."""
    from jinja2 import nodes

    return all(
        isinstance(one, nodes.Const | nodes.Pair | nodes.List | nodes.Dict | nodes.Tuple)
        for one in (*table.find_all(nodes.Expr),)
    )


_DEEPEST = 50
_NODES = frozenset(
    (
        *("Template", "Output", "TemplateData", "Name", "Const", "If", "For", "Assign"),
        *("CondExpr", "Not", "And", "Or", "Compare", "Operand", "Test", "Filter", "Keyword"),
        *("Getattr", "Getitem", "Slice", "Neg", "Concat", "With", "List", "Tuple", "Dict", "Pair"),
    )
)
_SAID = {
    "FromImport": "from",
    "CallBlock": "call",
    "FilterBlock": "filter",
    "Mul": "*",
    "Pow": "**",
}
_SAID |= {"Add": "+", "Sub": "-", "Div": "/", "FloorDiv": "//", "Mod": "%"}
_SAID |= {"Call": "a call", "AssignBlock": "set", "NSRef": "set"}
_SAID |= {"Scope": "autoescape", "ScopedEvalContextModifier": "autoescape", "For": "recursive"}
_COUNTED = "counted"
_FILTERS = (*("trim", "lower", "upper", "capitalize", "title", "length", "count", "default", "d"),)


@cache
def _environment() -> Environment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    known = environment.filters
    filters = {name: _metered(known[name]) for name in _FILTERS}
    filters |= {"join": _metered(_join, makes=True), "replace": _metered(_replace, makes=True)}
    environment.filters = filters | {"indent": _metered(_indent, makes=True), _COUNTED: _counted()}
    environment.globals = {}
    return environment


def _metered(work: Callable[..., Any], *, makes: bool = False) -> Callable[..., Any]:
    """A filter that takes a turn; none is run before the template is. One that `makes` texts says
    first, by what it is given for that, of how many characters.
    """
    from jinja2 import pass_context

    @pass_context
    def run(context: Any, *given: Any, **named: Any) -> Any:
        meter: _Meter = context[_METER]
        meter.step()
        return work(*([meter.make] if makes else ()), *given, **named)

    return run


def _counted() -> Callable[..., Any]:
    """The filter that everything goes through that a loop is over."""
    from jinja2 import pass_context

    @pass_context
    def count(context: Any, values: Iterable[Any]) -> Iterator[Any]:
        meter = context[_METER]
        for value in values:
            meter.step()
            yield value

    return count


_Make = Callable[[int], None]


def _join(
    make: _Make, values: Iterable[Any], between: str = "", attribute: str | None = None
) -> str:
    texts = [str(one[attribute] if attribute else one) for one in values]
    make(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)


def _replace(make: _Make, text: object, old: object, new: object) -> str:
    text, old, new = str(text), str(old), str(new)
    make(len(text) + text.count(old) * len(new))
    return text.replace(old, new)


def _indent(make: _Make, text: object, width: int | str = 4, first: bool = False) -> str:
    text = str(text)
    size = len(width) if isinstance(width, str) else width
    make(len(text) + size * (text.count("\n") + 1))
    margin = width if isinstance(width, str) else " " * width
    lines = text.split("\n")
    return "\n".join(
        margin + line if line and (at or first) else line for at, line in enumerate(lines)
    )
