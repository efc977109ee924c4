"""Writes what Python's own library has, `core/languages/python/library.txt`, by the stubs
(typeshed) that the locked mypy brings: for every module its names, for every class its bases and
members, of all versions of Python and all systems together. Nothing is imported for it.

Run it after mypy was locked anew: `python requirements/library.py`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

STUBS = Path(str(files("mypy"))) / "typeshed" / "stdlib"
TARGET = Path(__file__).parents[1] / "server/deskmate/core/languages/python/library.txt"
LEFT_OUT = re.compile(
    r"(asyncio|multiprocessing|importlib|concurrent\.futures|ctypes|email|json|unittest|xml)\.[_\w.]*"
    r"(_|events|resource|popen|synchronize|managers|macholib|mime|heap|forkserver|expat|sslproto).*"
    r"|(_\w*|__main__|distutils|encodings|lib2to3|msilib|pydoc_data|tkinter|turtle|turtledemo|xxlimited"
    r"|curses|wsgiref|pyexpat|nturl2path|ntpath|posixpath|opcode|dis|symbol|aifc|sunau|cgi|imp"
    r"|winreg|winsound|msvcrt|formatter|parser|smtpd|asynchat|asyncore|ossaudiodev|spwd|nis)(\..*)?"
)
"""What is large and used by few, or by nobody any more; what is private."""
NO_NAMES = ("typing", "typing_extensions", "collections.abc", "types")
"""Where stubs take types from that the modules do not have."""
SAME_AS = {
    "typing.NamedTuple": "builtins.tuple",
    "typing.TypedDict": "builtins.dict",
    "typing.Protocol": "builtins.object",
    "typing.Generic": "builtins.object",
}
"""Classes that stubs do not say as such."""


def modules() -> Iterator[tuple[str, Path]]:
    """Every module whose names are worth knowing, and its stub."""
    for path in sorted(STUBS.rglob("*.pyi")):
        parts = path.relative_to(STUBS).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        if parts:
            yield ".".join(parts), path


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body, with those of every branch."""
    for one in body:
        if isinstance(one, ast.If):
            yield from statements([*one.body, *one.orelse])
        else:
            yield one


def bound(body: list[ast.stmt]) -> Iterator[str]:
    """The names that a body binds."""
    for one in statements(body):
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield one.name
        elif isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            yield one.target.id
        elif isinstance(one, ast.Assign):
            yield from (to.id for to in one.targets if isinstance(to, ast.Name))
        elif isinstance(one, ast.Import | ast.ImportFrom):
            source = one.module or "" if isinstance(one, ast.ImportFrom) else ""
            only_types = source in NO_NAMES or source.startswith("_typeshed")
            for name in one.names:
                if name.asname == name.name or not only_types:
                    yield name.asname or name.name.partition(".")[0]


def absolute(module: str, path: Path, one: ast.ImportFrom) -> str:
    """The module that a statement imports from."""
    if not one.level:
        return one.module or ""
    parts = module.split(".")
    above = parts[: len(parts) - one.level + (path.stem == "__init__")]
    return ".".join([*above, *([one.module] if one.module else [])])


def main() -> None:
    """Writes the file."""
    trees = {name: (path, ast.parse(path.read_text("utf-8"))) for name, path in modules()}

    def names(module: str) -> set[str]:
        path, tree = trees[module]
        found = set(bound(tree.body))
        for one in statements(tree.body):
            if isinstance(one, ast.ImportFrom) and one.names[0].name == "*":
                found |= names(absolute(module, path, one))
        below = {
            one.split(".")[module.count(".") + 1] for one in trees if one.startswith(f"{module}.")
        }
        return (found | below) - {"*"}

    known: dict[str, str] = {}

    def origin(module: str, name: str) -> str:
        """Where a class is defined that a module calls so; "" where that is not known."""
        full = f"{module}.{name}"
        if full not in known:
            known[full] = full if full in SAME_AS else ""  # "" while it is looked for
            known[full] = known[full] or find_origin(module, name)
        return known[full]

    def find_origin(module: str, name: str) -> str:
        path, tree = trees[module]
        for one in statements(tree.body):
            if isinstance(one, ast.ClassDef) and one.name == name:
                return f"{module}.{name}"
            if isinstance(one, ast.ImportFrom):
                source = absolute(module, path, one)
                theirs = next((it.name for it in one.names if (it.asname or it.name) == name), "")
                if theirs and source in trees and (source, theirs) != (module, name):
                    return origin(source, theirs)
                if one.names[0].name == "*" and (found := origin(source, name)):
                    return found
            if (
                isinstance(one, ast.Assign | ast.AnnAssign)
                and isinstance(one.value, ast.Name | ast.Attribute)
                and any(isinstance(to, ast.Name) and to.id == name for to in targets(one))
            ):
                return base(module, one.value)
        return ""

    def targets(one: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
        return one.targets if isinstance(one, ast.Assign) else [one.target]

    def base(module: str, node: ast.expr) -> str:
        if isinstance(node, ast.Subscript):
            node = node.value
        if isinstance(node, ast.Name):
            return origin(module, node.id) or origin("builtins", node.id)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return origin(node.value.id, node.attr) if node.value.id in trees else ""
        return ""

    lines = []
    for module in trees:
        if LEFT_OUT.fullmatch(module):
            continue
        public = sorted(one for one in names(module) if not one.startswith("_"))
        dynamic = ["*"] if "__getattr__" in names(module) else []
        lines.append(" ".join([f"{module}:", *dynamic, *public]))
        aliases = []
        for one in statements(trees[module][1].body):
            if isinstance(one, ast.ClassDef):
                lines.append(described(module, one, [base(module, it) for it in one.bases]))
        for name in public:
            full = origin(module, name)
            if full and full != f"{module}.{name}" and not full.startswith("builtins."):
                aliases.append(f"{module}.{name}={full}")
        if aliases:
            lines.append(" ".join(["=", *aliases]))
    lines += [f"{name}({same}):" for name, same in SAME_AS.items()]
    lines.append("typing.Any(): *")
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


def described(module: str, one: ast.ClassDef, bases: list[str]) -> str:
    """A class with its bases and members; `*` where it may have any."""
    members = set(bound(one.body))
    own = sorted(name for name in members if not name.startswith("_"))
    anything = "__getattr__" in members or "" in bases
    if "__getattribute__" in members and one.name != "object":
        anything = True
    known = " ".join(dict.fromkeys(it for it in bases if it))
    return " ".join([f"{module}.{one.name}({known}):", *(["*"] if anything else []), *own])


if __name__ == "__main__":
    main()
