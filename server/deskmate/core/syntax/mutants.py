"""Code with one small mistake, such as tests should notice: which mistakes are made is data.

`mutants.scm` says where, `common.toml` what becomes of an operator, and `[[mutants]]` of a
`language.toml` what a function returns instead; `languages/README.md` lists what they say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from random import Random
from typing import Literal, get_args

from tree_sitter import Node

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import common, query
from deskmate.core.syntax.queries import Scope, all_scopes, problems
from deskmate.core.syntax.searching import find_matches
from deskmate.core.text.text import Edit, Span

Operator = Literal["comparison", "boundary", "arithmetic", "boolean", "constant", "return"]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change that makes a mistake, and of which kind."""

    operator: Operator
    edit: Edit


def find_mutants(document: Document, span: Span, most: int) -> tuple[Mutant, ...]:
    """Changes of the code in `span`, each a mutant of its own: all of them where there are no more
    than `most`, else as many of each kind as can be, the same each time. None in signatures and
    documentation, nor in a language that does not say where.
    """
    kinds: dict[Operator, list[Mutant]] = {operator: [] for operator in get_args(Operator)}
    still = [part for scope in all_scopes(document) for part in (scope.doc, scope.head) if part]
    for one in dict.fromkeys(_find(document, span)):
        if span.contains(one.edit.span) and not any(part.contains(one.edit.span) for part in still):
            kinds[one.operator].append(one)
    for mutants in kinds.values():
        Random(0).shuffle(mutants)  # from all over the code
    turns = chain.from_iterable(zip_longest(*kinds.values()))
    sound = (one for one in turns if one is not None and _is_sound(document, one))
    return tuple(sorted(islice(sound, most), key=lambda one: (one.edit.span, one.operator)))


def _is_sound(document: Document, mutant: Mutant) -> bool:
    """Whether the code can still be read with it."""
    return len(problems(document.changed(mutant.edit))) <= len(problems(document))


def _find(document: Document, span: Span) -> Iterator[Mutant]:
    """Each change, in no order."""
    places = query(document.language, "mutants") if document.language else None
    if places is None or document.tree is None:
        return
    functions = [one for one in all_scopes(document) if one.kind == "function"]
    reach = document.bytes_span(span)
    for _, captures in find_matches(places, document.tree.root_node, *reach):
        nodes = {name: found[0] for name, found in captures.items()}
        for operator, name, text in _change(document, nodes, functions):
            at = document.span_of(nodes[name])
            if document.slice(at) != text:
                yield Mutant(operator, Edit(at, text))


def _change(
    document: Document, nodes: dict[str, Node], functions: list[Scope]
) -> Iterator[tuple[Operator, str, str]]:
    """What becomes of what a pattern has captured: of which capture, and what text."""
    texts = {name: document.slice(document.span_of(node)) for name, node in nodes.items()}
    if "swap" in nodes:
        swaps = common()["mutants"]
        for operator in get_args(Operator):
            if (other := swaps.get(operator, {}).get(texts["swap"])) is not None:
                yield operator, "swap", other
    elif "negation" in nodes:
        yield "boolean", "negation", texts["value"]
    elif "number" in nodes:
        if digits := _DIGITS.match(texts["number"]):
            more = str(int(digits[0]) + 1)
            yield "constant", "number", more + texts["number"][digits.end() :]
    elif "text" in nodes:
        yield "constant", "text", ""
    elif "returned" in nodes and (form := _find_return(document, nodes["returned"], functions)):
        yield "return", "returned", form.replace("{value}", texts["returned"])


_DIGITS = re.compile(r"(?!0\w)\d+")
"""The whole part of a number that is written in tens."""


def _find_return(document: Document, node: Node, functions: list[Scope]) -> str:
    """What the function around returns instead, by what its head says; "" where nobody knows."""
    span = document.span_of(node)
    around = [one for one in functions if one.body and one.body.contains(span)]
    head = document.slice(min(around, key=lambda one: len(one.span)).head) if around else ""
    returns = document.language.mutants if document.language else ()
    return next((one.text for one in returns if re.search(one.head, head)), "")
