"""How many functions of other people's packages are shown the definitions of all that they use.

    python tests/requests/measure_context.py --functions 120 jinja2 pygls …

What a function uses is found here by Python's own parser, not by Deskmate: the names of its module
that it reads, the fields of its class that it touches, and what it imports from its package. A
definition counts as shown where the context has its `def`, `class`, assignment or annotation.
Every other file is closed, there is no index on disk, and the budget is that of an action.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from deskmate.actions.catalog import load_actions
from deskmate.actions.context import estimate_tokens, find_pieces, fit_pieces
from deskmate.actions.prompt import CONTEXT_TOKENS
from deskmate.actions.targets import find_target
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.settings.project import Project
from deskmate.workspace.index.index import ProjectIndex

Function = ast.FunctionDef | ast.AsyncFunctionDef
ACTION = load_actions()[0]["fix-bug"]
PACKAGES = ("jinja2", "pygls", "openai", "huggingface_hub", "keyring", "jsonschema", "hypothesis")


class Use(NamedTuple):
    """Something of its project that a function uses."""

    kind: str
    name: str


def main() -> None:
    """Prints the shares, by kind of what is used, and what the contexts took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Raw)
    parser.add_argument("packages", nargs="*", default=PACKAGES)
    parser.add_argument("--functions", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--missing", action="store_true", help="say what was not shown")
    chosen = parser.parse_args()
    chance = random.Random(chosen.seed)
    files = [one for name in chosen.packages for one in _files_of(name)]
    chance.shuffle(files)
    found = (one for folder, path in files for one in _functions_of(folder, path, chance))
    used, shown, whole, sizes, times = Counter[str](), Counter[str](), [], [], []
    for folder, path, module, owner, function in found:
        uses = set(_uses(folder, path, module, owner, function))
        if not uses:
            continue
        began = time.perf_counter()
        text = _context(folder, path, function)
        times.append(time.perf_counter() - began)
        missing = {one for one in uses if not _is_shown(text, one)}
        used.update(one.kind for one in uses)
        shown.update(one.kind for one in uses - missing)
        whole.append(not missing)
        sizes.append(estimate_tokens(text))
        if missing and chosen.missing:
            print(f"{path}:{function.lineno} {function.name}: {sorted(missing)}")
        if len(whole) == chosen.functions:
            break
    print(f"{sum(whole)} of {len(whole)} functions are shown all: {sum(whole) / len(whole):.0%}")
    for kind in sorted(used):
        print(f"  {kind}: {shown[kind]} of {used[kind]}")
    for name, values in (("tokens", sizes), ("ms", [1000 * one for one in times])):
        ordered, half = sorted(values), len(values) // 2
        print(f"{name}: median {ordered[half]:.0f}, nine in ten {ordered[9 * half // 5]:.0f}")


class _Raw(argparse.RawDescriptionHelpFormatter):
    pass


def _files_of(package: str) -> list[tuple[Path, Path]]:
    spec = importlib.util.find_spec(package)
    assert spec is not None and spec.origin is not None, package
    folder = Path(spec.origin).parent
    return [(folder, path) for path in sorted(folder.rglob("*.py"))]


def _functions_of(
    folder: Path, path: Path, chance: random.Random
) -> Iterator[tuple[Path, Path, ast.Module, ast.ClassDef | None, Function]]:
    """Two functions of a file, so that no large one counts for much."""
    module = _parsed(path)
    found: list[tuple[ast.ClassDef | None, Function]] = []
    for node in module.body:
        if isinstance(node, Function):
            found.append((None, node))
        elif isinstance(node, ast.ClassDef):
            found += [(node, inner) for inner in node.body if isinstance(inner, Function)]
    for owner, function in chance.sample(found, min(2, len(found))):
        yield folder, path, module, owner, function


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _uses(
    folder: Path, path: Path, module: ast.Module, owner: ast.ClassDef | None, function: Function
) -> Iterator[Use]:
    local = {one.arg for one in ast.walk(function) if isinstance(one, ast.arg)} | {
        one.id
        for one in ast.walk(function)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
    names = {one.id for one in ast.walk(function) if isinstance(one, ast.Name)} - local
    defined = _defined(module)
    for name in names & defined.keys():
        if name != function.name and (owner is None or name != owner.name):
            yield Use(defined[name], name)
    for name, there in _imported(folder, path, module).items():
        if name in names and name not in defined:
            yield Use("imported", there)
    if owner is not None:
        fields = _fields(owner) - {
            inner.name for inner in owner.body if isinstance(inner, Function)
        }
        for one in ast.walk(function):
            if not isinstance(one, ast.Attribute) or one.attr not in fields:
                continue
            if isinstance(one.value, ast.Name) and one.value.id == "self":
                yield Use("field", one.attr)


def _defined(module: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in module.body:
        if isinstance(node, Function):
            found[node.name] = "function"
        elif isinstance(node, ast.ClassDef):
            found[node.name] = "class"
        elif isinstance(node, ast.Assign):
            found |= {one.id: "constant" for one in node.targets if isinstance(one, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = "constant"
    return found


def _fields(owner: ast.ClassDef) -> set[str]:
    written = [one for one in owner.body if isinstance(one, ast.AnnAssign | ast.Assign)]
    of_class = {
        one.id
        for node in written
        for one in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(one, ast.Name)
    }
    return of_class | {
        one.attr
        for inner in owner.body
        if isinstance(inner, Function) and inner.name == "__init__"
        for one in ast.walk(inner)
        if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store)
        if isinstance(one.value, ast.Name) and one.value.id == "self"
    }


def _imported(folder: Path, path: Path, module: ast.Module, *, steps: int = 1) -> dict[str, str]:
    """What is imported from the package, by its name here, with its name there; only what the
    file that is named defines, or passes on from where it is defined.
    """
    found: dict[str, str] = {}
    for node in ast.walk(module):
        if not isinstance(node, ast.ImportFrom):
            continue
        file = _file(folder, path, node)
        if file is None:
            continue
        there = _parsed(file)
        known = set(_defined(there))
        if steps:
            known |= _imported(folder, file, there, steps=steps - 1).keys()
        found |= {one.asname or one.name: one.name for one in node.names if one.name in known}
    return found


def _file(folder: Path, path: Path, node: ast.ImportFrom) -> Path | None:
    parts = (node.module or "").split(".") if node.module else []
    if node.level:
        base = path.parents[node.level - 1]
    elif parts and parts[0] == folder.name:
        base = folder.parent
    else:
        return None
    place = base.joinpath(*parts)
    for file in (place.with_suffix(".py"), place / "__init__.py"):
        if file.is_file() and file != path:
            return file
    return None


def _context(folder: Path, path: Path, function: Function) -> str:
    document = open_document(path.as_uri(), path.read_text(encoding="utf-8"))
    start = document.lines.start(function.lineno - 1) + function.col_offset
    target = find_target(ACTION, document, Span(start, start))
    if target is None:
        return ""
    index = ProjectIndex(Project(folder.parent, (folder.parent,)), {path: document})
    return fit_pieces(find_pieces(target, path, index), CONTEXT_TOKENS).text


def _is_shown(text: str, use: Use) -> bool:
    name = re.escape(use.name)
    return (
        re.search(rf"(?m)\b(?:def|class|type) {name}\b|(?:^|self\.|\W){name}\s*(?::|=[^=])", text)
        is not None
    )


if __name__ == "__main__":
    main()
