"""Whether code goes through a set: the order of what it gives is then nobody's promise."""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import Any


def goes_through_sets(function: Any) -> bool:
    """Whether a function makes a list of what is in a set, or goes through one, and sorts nothing.
    A set in which only membership is looked up has no part in the order.
    """
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    except (OSError, TypeError, SyntaxError, ValueError):
        return False
    nodes = list(ast.walk(tree))
    called = {_name(one.func) for one in nodes if isinstance(one, ast.Call)}
    if called & {"sorted", "sort"}:
        return False
    held = {
        target.id
        for one in nodes
        if isinstance(one, ast.Assign) and _is_set(one.value, set())
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    return any(_is_set(one, held) for node in nodes for one in _list_passed(node))


def _list_passed(node: ast.AST) -> list[ast.expr]:
    """What a node goes through, in an order that shows."""
    if isinstance(node, (ast.For, ast.comprehension)):
        return [node.iter]
    if isinstance(node, (ast.Starred, ast.YieldFrom)):
        return [node.value]
    if isinstance(node, ast.Call) and _name(node.func) in _ORDERS:
        return list(node.args)
    return []


def _is_set(node: ast.expr, held: set[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in held
    if isinstance(node, ast.BinOp):
        return _is_set(node.left, held) or _is_set(node.right, held)
    if isinstance(node, ast.Call):
        return _name(node.func) in _SETS
    return isinstance(node, (ast.Set, ast.SetComp))


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


_ORDERS = {
    "list",
    "tuple",
    "iter",
    "enumerate",
    "map",
    "filter",
    "deque",
    "extend",
    "zip",
    "chain",
    "next",
}
_SETS = {"set", "frozenset", "union", "intersection", "difference", "symmetric_difference"}
