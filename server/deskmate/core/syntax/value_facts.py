"""What `members.scm` finds in a document: what is asked for members, and what is said of values."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tree_sitter import Node

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.file_imports import node_text
from deskmate.core.syntax.language import query
from deskmate.core.syntax.searching import find_matches


@dataclass(frozen=True, slots=True)
class ValueFacts:
    """All by the ids of nodes. `uses` are what asks (the whole, what is asked, the member), `calls`
    and `called` what is called, `called_itself` the uses that are a call, `made` objects with their
    class, `items` what is got by an index, `same` what has the value of what is in it, `selves`
    what stands for the object, `bound` what is said where a name is bound. In `unknown` nodes
    nothing is looked at, `apart` ones have an object of their own, `unsure` expressions may be
    anything. `own` are calls of what the object itself has, by that name alone.
    """

    uses: dict[int, tuple[Node, Node, Node]]
    calls: dict[int, Node]
    called: frozenset[int]
    called_itself: frozenset[int]
    made: dict[int, Node]
    items: dict[int, Node]
    same: dict[int, Node]
    selves: frozenset[int]
    bound: dict[int, tuple[tuple[str, Node], ...]]
    unsure: tuple[Node, ...]
    unknown: tuple[Node, ...]
    apart: tuple[Node, ...]
    set_names: frozenset[str]
    own: dict[int, Node]


def read_facts(document: Document) -> ValueFacts:
    """What `members.scm` finds in a document; nothing where its language has none."""
    language = document.language
    wanted = query(language, "members") if language else None
    none: frozenset[int] = frozenset()
    facts = ValueFacts({}, {}, none, none, {}, {}, {}, none, {}, (), (), (), frozenset(), {})
    if wanted is None or document.tree is None:
        return facts
    selves: set[int] = set()
    called: set[int] = set()
    unsure: list[Node] = []
    unknown: list[Node] = []
    apart: list[Node] = []
    itself: set[int] = set()
    set_names: set[str] = set()
    for _, captures in find_matches(wanted, document.tree.root_node):
        one = {name: nodes[0] for name, nodes in captures.items()}
        if "use" in one:
            facts.uses[one["use"].id] = (one["use"], one["object"], one["member"])
            if "called" in one:
                itself.add(one["use"].id)
        elif "call" in one:
            facts.calls[one["call"].id] = one["function"]
            called.add(one["function"].id)
        elif "own" in one:
            facts.own[one["own"].id] = one["function"]
        elif "made" in one:
            facts.made[one["made"].id] = one["class"]
        elif "item" in one:
            facts.items[one["item"].id] = one["of"]
        elif "same" in one:
            facts.same[one["same"].id] = one["inner"]
        elif "name" in one:
            ways = [(way, one[way]) for way in ("type", "value", "each", "held") if way in one]
            key = one["name"].id
            facts.bound[key] = (*facts.bound.get(key, ()), *ways)
        if "self" in one:
            selves.add(one["self"].id)
        if "unsure" in one:
            unsure.append(one["unsure"])
        if "unknown" in one:
            unknown.append(one["unknown"])
        if "set" in one:
            set_names.add(node_text(one["set"]))
        if "apart" in one:
            apart.append(one["apart"])
    return replace(
        facts,
        selves=frozenset(selves),
        called=frozenset(called),
        called_itself=frozenset(itself),
        unsure=tuple(unsure),
        unknown=tuple(unknown),
        apart=tuple(apart),
        set_names=frozenset(set_names),
    )
