"""Documentation of a function against the function: which parameters it names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from deskmate.core.gate.edits.docstring_text import plain_text
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import flat
from deskmate.core.syntax.queries import scopes
from deskmate.core.syntax.scopes import Scope
from deskmate.core.syntax.tokens import tokens
from deskmate.core.text.text import Edit, Span, apply_edits


def find_function(document: Document, name: str) -> Scope | None:
    """The function or class of that name, the first of several."""
    return next((scope for scope in scopes(document) if scope.name == name), None)


def documentation(document: Document, scope: Scope) -> str:
    """What its documentation says, without the marks around it; "" where there is none."""
    return plain_text(flat(document, scope.doc)) if scope.doc else ""


def undocumented(document: Document, scope: Scope) -> str:
    """The text of the document without what documents the scope, or stands directly above it."""
    gone = {Span(scope.outer.start, scope.span.start)}
    if scope.doc is not None and scope.span.contains(scope.doc):
        lines = document.lines
        first, last = lines.line_at(scope.doc.start), lines.line_at(scope.doc.end)
        end = lines.start(last + 1) if last + 1 < len(lines) else len(document.text)
        gone.add(Span(lines.start(first), end))
    return apply_edits(document.text, [Edit(span, "") for span in gone if len(span)])


def code_tokens(document: Document, name: str) -> list[str]:
    """The document's tokens without comments and without the documentation of that function."""
    scope = find_function(document, name)
    doc = scope.doc if scope else None
    return [
        token.text
        for token in tokens(document)
        if not token.comment and not (doc and doc.contains(token.span))
    ]


def parameters(document: Document, scope: Scope) -> list[str]:
    """The names of a function's parameters, but for the object that it is called on."""
    start, end = document.bytes_span(scope.span)
    root = document.tree.root_node.descendant_for_byte_range(start, end) if document.tree else None
    listed = next(_listing(root, start), None) if root else None
    if listed is None:
        return []
    single = listed.type == "identifier"
    names = [listed] if single else [name for one in listed.named_children for name in _names(one)]
    found = [(node.text or b"").decode("utf-8", "replace") for node in names]
    return [name for name in found if name not in ("self", "cls", "this")]


def _listing(root: Node, start: int) -> Iterator[Node]:
    """What lists the parameters, the outermost function's first."""
    level = [root]
    while level:
        for node in level:
            found = node.child_by_field_name("parameters") or node.child_by_field_name("parameter")
            if found and node.end_byte > start:
                yield found
        level = [child for node in level for child in node.named_children]


def _names(parameter: Node) -> Iterator[Node]:
    """The names in one parameter: Go may have several, a pattern has those that it takes apart."""
    if "comment" in parameter.type:
        return
    named = parameter.children_by_field_name("name") or parameter.children_by_field_name("pattern")
    for node in named or [parameter]:
        inner = node
        while inner.type not in _NAMES and inner.named_children:
            inner = inner.named_children[0]
        if inner.type in _NAMES:
            yield inner


_NAMES = (
    "identifier",
    "shorthand_property_identifier_pattern",
    "variable_name",
)


def documented_parameters(text: str) -> list[str]:
    """The parameters that a documentation has an entry for: JSDoc, Javadoc, reStructuredText,
    Google style, NumPy style.
    """
    found = re.findall(r"@param(?:[ \t]+\{[^}\n]*\})?[ \t]+\[?[*.]*(\w+)", text)
    found += re.findall(r":param(?:[ \t]+[^:\n]*?)?[ \t]+\*{0,2}(\w+):", text)
    for section in _SECTION.finditer(text):
        found += _entries(text[section.end() :].splitlines(), section[1], bool(section[2]))
    return list(dict.fromkeys(found))


_SECTION = re.compile(
    r"^([ \t]*)(?:Args|Arguments|Parameters|Params):?[ \t]*\n([ \t]*-{3,}[ \t]*\n)?", re.MULTILINE
)


def _entries(lines: list[str], margin: str, underlined: bool) -> Iterator[str]:
    """The names that a section's entries begin with, up to where the next section begins."""
    inner: str | None = None
    for at, line in enumerate(lines):
        if not line.strip():
            if underlined:
                continue
            return
        indent = line[: len(line) - len(line.lstrip())]
        following = lines[at + 1].strip() if at + 1 < len(lines) else ""
        if (not underlined and len(indent) <= len(margin)) or re.fullmatch("-{3,}", following):
            return
        inner = indent if inner is None else inner
        if indent == inner and (entry := _ENTRY.match(line)) and (underlined or ":" in line):
            yield from re.findall(r"\w+", entry[1])


_ENTRY = re.compile(
    r"\s*(?:[-*]\s+)?[`*]*(\w+(?:, ?\*{0,2}\w+)*)[`*]*\s*(?:\([^)\n]*\)+)?\s*(?::|$)"
)
