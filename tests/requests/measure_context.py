"""How many functions of other people's projects are shown the definitions of all that they use.

    python tests/requests/measure_context.py --functions 120 jinja2 pygls …
    python tests/requests/measure_context.py --language go FOLDER FOLDER …

What a function uses is not found by Deskmate: in Python by its own parser, elsewhere by the queries
of `measured_uses.py`. It is the names of its file that it reads, the fields of its class that it
touches, and what it imports from its project. A definition counts as shown where the context has
its `def`, `class`, assignment or annotation. Every other file is closed, there is no index on disk,
and the budget is that of an action.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from measured_uses import LANGUAGES, Use, files, is_shown, read, uses

from deskmate.actions.catalog import load_actions
from deskmate.actions.context import find_pieces
from deskmate.actions.pieces import estimate_tokens, fit_pieces
from deskmate.actions.prompt import CONTEXT_TOKENS
from deskmate.actions.targets import find_target
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.settings.project import Project
from deskmate.workspace.index.index import ProjectIndex

Function = ast.FunctionDef | ast.AsyncFunctionDef
ACTIONS = [load_actions()[0][name] for name in ("fix-bug", "generate")]
PACKAGES = ("jinja2", "pygls", "openai", "huggingface_hub", "keyring", "jsonschema", "hypothesis")


class Case(NamedTuple):
    """A function of a project in `folder`, which begins at `start` (a line and a column), and what
    it uses.
    """

    folder: Path
    path: Path
    name: str
    start: tuple[int, int]
    uses: set[Use]


def main() -> None:
    """Prints the shares, by kind of what is used, and what the contexts took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Raw)
    parser.add_argument("projects", nargs="*", default=PACKAGES)
    parser.add_argument("--language", default="python", choices=("python", *LANGUAGES))
    parser.add_argument("--functions", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--missing", action="store_true", help="say what was not shown")
    chosen = parser.parse_args()
    chance = random.Random(chosen.seed)
    cases = _in_python(chosen.projects, chance) if chosen.language == "python" else None
    cases = cases or _in_another(chosen.projects, chosen.language, chance)
    used, shown, whole, sizes, times = Counter[str](), Counter[str](), [], [], []
    for case in cases:
        if not case.uses:
            continue
        began = time.perf_counter()
        text = _context(case)
        times.append(time.perf_counter() - began)
        missing = {one for one in case.uses if not _is_shown(text, one, chosen.language)}
        used.update(one.kind for one in case.uses)
        shown.update(one.kind for one in case.uses - missing)
        whole.append(not missing)
        sizes.append(estimate_tokens(text))
        if missing and chosen.missing:
            names = ", ".join(f"{one.name} ({one.kind})" for one in sorted(missing))
            print(f"{case.path}:{case.start[0] + 1} {case.name}: {names}")
        if len(whole) == chosen.functions:
            break
    print(f"{sum(whole)} of {len(whole)} functions are shown all: {sum(whole) / len(whole):.0%}")
    for kind in sorted(used):
        print(f"  {kind}: {shown[kind]} of {used[kind]}")
    for name, values in (("tokens", sizes), ("ms", [1000 * one for one in times])):
        ordered, half = sorted(values), len(values) // 2
        print(f"{name}: median {ordered[half]:.0f}, nine in ten {ordered[9 * half // 5]:.0f}")


def _in_python(packages: Sequence[str], chance: random.Random) -> Iterator[Case]:
    """Two functions of a file, so that no large one counts for much."""
    found = [one for name in packages for one in _files_of(name)]
    chance.shuffle(found)
    for folder, path in found:
        for module, owner, function in _functions_of(path, chance):
            start = function.lineno - 1, function.col_offset
            needed = set(_uses(folder, path, module, owner, function))
            yield Case(folder.parent, path, function.name, start, needed)


def _in_another(folders: Sequence[str], language: str, chance: random.Random) -> Iterator[Case]:
    """Two functions of a file, as in Python; each project counts alike."""
    found = [(Path(one), path) for one in folders for path in files(Path(one), language)]
    most = Counter(folder for folder, _ in found)
    found.sort(key=lambda one: chance.random() * most[one[0]])
    for folder, path in found:
        measured = read(path, language).measured
        for owner, node in chance.sample(measured, min(2, len(measured))):
            start = node.start_point
            name = str((node.text or b"")[:60].split(b"\n")[0])
            needed = set(uses(folder, path, language, owner, node))
            yield Case(folder, path, name, (start.row, start.column), needed)


class _Raw(argparse.RawDescriptionHelpFormatter):
    pass


def _files_of(package: str) -> list[tuple[Path, Path]]:
    spec = importlib.util.find_spec(package)
    assert spec is not None and spec.origin is not None, package
    folder = Path(spec.origin).parent
    return [(folder, path) for path in sorted(folder.rglob("*.py"))]


def _functions_of(
    path: Path, chance: random.Random
) -> Iterator[tuple[ast.Module, ast.ClassDef | None, Function]]:
    module = _parsed(path)
    found: list[tuple[ast.ClassDef | None, Function]] = []
    for node in module.body:
        if isinstance(node, Function):
            found.append((None, node))
        elif isinstance(node, ast.ClassDef):
            found += [(node, inner) for inner in node.body if isinstance(inner, Function)]
    for owner, function in chance.sample(found, min(2, len(found))):
        yield module, owner, function


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


def _context(case: Case) -> str:
    text = case.path.read_text(encoding="utf-8-sig", errors="replace")
    document = open_document(case.path.as_uri(), text)
    row, column = case.start
    start = document.lines.start(row) + column
    found = (find_target(action, document, Span(start, start)) for action in ACTIONS)
    target = next((one for one in found if one is not None), None)
    if target is None:
        return ""
    index = ProjectIndex(Project(case.folder, (case.folder,)), {case.path: document})
    context = fit_pieces(find_pieces(target, case.path, index), CONTEXT_TOKENS).text
    return re.sub(r"(?s)\AImports of the file:\n(`+).*?\n\1\n", "", context)


def _is_shown(text: str, use: Use, language: str) -> bool:
    name = re.escape(use.name)
    if language != "python":
        return is_shown(text, use, language)
    return (
        re.search(rf"(?m)\b(?:def|class|type) {name}\b|(?:^|self\.|\W){name}\s*(?::|=[^=])", text)
        is not None
    )


if __name__ == "__main__":
    main()
