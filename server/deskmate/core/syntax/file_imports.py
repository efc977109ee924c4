"""What a file imports, and what it says that it is part of, by `modules.scm`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from tree_sitter import Node

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import query
from deskmate.core.syntax.searching import find_matches
from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Import:
    """One import: of `module`, as it is written, without quotes.

    `names` are pairs of what is imported from it and what that is called here; "*" stands for
    everything. The module itself is called `alias`, where it is imported as something. With
    `passed_on` who imports this file can import the names from it as well (`export … from`).
    `line` counts from 0.
    """

    module: str
    names: tuple[tuple[str, str], ...] = ()
    alias: str = ""
    passed_on: bool = False
    line: int = 0

    @property
    def local_names(self) -> tuple[str, ...]:
        """The names that it brings here; "*" for those of everything."""
        names = tuple(here for _, here in self.names)
        if self.alias:
            return (*names, self.alias)
        return names or (_STEPS.split(self.module)[-1],)

    @property
    def module_names(self) -> tuple[str, ...]:
        """What it may have called a module, the longest first."""
        names = tuple(here for _, here in self.names if here != "*")
        if self.alias:
            return (*names, self.alias)
        return names if self.names else (self.module, _STEPS.split(self.module)[-1])

    def original(self, name: str, *, everything: bool = False) -> str:
        """What a name is called where it is imported from; "" where it is not. The default export
        of a module has, as a rule, the name that it is given here.
        """
        if everything:
            return name if ("*", "*") in self.names else ""
        found = next((theirs for theirs, here in self.names if here == name), "")
        return name if found == "default" or (not found and self.alias == name) else found


def find_imports(document: Document) -> tuple[tuple[Import, ...], str]:
    """The imports of a file in their order, and its package; "" where it has none."""
    wanted = query(document.language, "modules") if document.language else None
    if wanted is None or document.tree is None:
        return (), ""
    package, everywhere = "", False
    exported: set[int] = set()
    passed: set[str] = set()
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for _, captures in find_matches(wanted, document.tree.root_node):
        texts = {name: node_text(nodes[0]).strip("\"'`<>") for name, nodes in captures.items()}
        if "export" in captures:
            exported.add(captures["export"][0].id)
        if "import" not in captures:
            passed |= {texts["passed"]} if "passed" in texts else set()
            package = package or texts.get("package", "")
            everywhere = everywhere or "everywhere" in captures
            continue
        node, module = captures["import"][0], captures["module"][0]
        new = {"module": _module(document, texts, captures), "line": node.start_point.row}
        one = found.setdefault((node.id, module.id), {**new, "names": {}, "passed_on": node.id})
        if "export" in captures:
            exported.add(node.id)
        if "itself" in texts:
            one["alias"] = _PARTS.split(one["module"])[-1]
        elif "name" in texts:
            one["names"][texts["name"]] = texts.get("alias") or texts["name"]
        elif "everything" in texts:
            one["names"]["*"] = "*"
        elif "alias" in texts:
            one["alias"] = texts["alias"]
    imports: list[Import] = []
    for one in found.values():
        names, itself = tuple(one["names"].items()), one["passed_on"] in exported
        read = Import(**one | {"names": names, "passed_on": itself})
        again = not passed.isdisjoint((read.module, *read.module_names))
        imports.append(replace(read, passed_on=itself or again))
    return tuple(sorted(imports, key=lambda one: one.line)), "" if everywhere else package


def _module(document: Document, texts: dict[str, str], captures: dict[str, list[Node]]) -> str:
    """The name of a module, up to what is imported of it where only its first part is captured,
    with what stands before the brackets that it is in, and as a path from here where that is how
    it is meant.
    """
    rules = document.language.modules if document.language else None
    separator = rules.separator if rules else "."
    module = texts["module"]
    if "begins" in captures:
        behind = (captures.get("name") or captures["everything"])[0]
        first = document.span_of(captures["module"][0])
        text = document.slice(Span(first.start, document.span_of(behind).start))
        module = re.split(r"[^\w.]", text)[0].rstrip(separator)
    if "prefix" in captures:
        around = captures["prefix"][0].parent
        kind = around.type if around else ""
        while around is not None:
            if around.type == kind and around.children:
                module = f"{node_text(around.children[0])}{separator}{module}"
            around = around.parent
    if rules and rules.before:
        module = re.sub(rules.before, "", module)
    if rules and rules.inner and (inner := _find_inner(captures["import"][0], rules.inner)):
        declared = "relative" in captures
        module = (
            separator.join((*inner, module)) if declared else _from_file(module, inner, separator)
        )
    if rules and rules.relative == "path" and separator == "/":
        module = module.replace("\\", "/")
    if "relative" in captures and not module.startswith(".") and not _SCHEME.match(texts["module"]):
        module = f"./{module.lstrip('/')}"
    return module


def _find_inner(node: Node, kind: str) -> list[str]:
    """The names of the modules within the file that a node stands in, outermost first."""
    found: list[str] = []
    around = node.parent
    while around is not None:
        if around.type == kind and (name := around.child_by_field_name("name")) is not None:
            found.insert(0, node_text(name))
        around = around.parent
    return found


def _from_file(module: str, inner: list[str], separator: str) -> str:
    """A module that is named from within others, as the file that those are in would name it."""
    parts = module.split(separator)
    if parts[0] not in ("self", "super"):
        return module
    ups = next((at for at, part in enumerate(parts) if part != "super"), len(parts))
    rest = parts[1:] if parts[0] == "self" else parts[ups:]
    start = ["super"] * (ups - len(inner)) or ["self"]
    return separator.join((*start, *inner[: max(0, len(inner) - ups)], *rest))


def node_text(node: Node) -> str:
    """The text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


_PARTS = re.compile(r"\W+")
_SCHEME = re.compile(r"\w+:(?!:)")
"""What is not meant as a path though one might stand there (Dart's `package:`)."""
_STEPS = re.compile(r"[./\\:]+")
"""What stands between the steps of a module's name."""
