"""Where imports go in a document, and what a file opens with before them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tree_sitter import Node

from deskmate.core.gate.edits.import_statements import Import, read_import
from deskmate.core.gate.edits.new_definitions import blank_lines
from deskmate.core.syntax.comments import is_about_file, is_licence
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import margin_at
from deskmate.core.syntax.queries import imports, scopes
from deskmate.core.syntax.tokens import tokens
from deskmate.core.text.span_set import SpanSet
from deskmate.core.text.text import Edit, Span, line_end


def import_edits(document: Document, statements: Iterable[Import], where: Span) -> tuple[Edit, ...]:
    """The edits that bring imports for the code at `where`: into a group of the same module, else
    behind the imports that are there, else where the first one goes.
    """
    lines: list[str] = []
    edits: list[Edit] = []
    for statement in statements:
        edit = _joined(document, statement)
        if edit is not None:
            edits.append(edit)
        else:
            lines += statement.text.split("\n")
    return (*edits, *_placed(document, lines, where))


def begin_file(code: Document, needed: Document, statements: Iterable[Import], gap: int) -> str:
    """The text of a new file: what files open with (a package clause, say) as `code` or else
    `needed` has it, the import statements, `gap` blank lines, and the rest of `code`.
    """
    opening, rest = _apart(code)
    head = [opening or opening_of(needed), "\n".join(each.text for each in statements)]
    lines = "\n\n".join(part for part in head if part)
    return f"{lines}\n{gap * chr(10)}{rest}" if lines else rest


def _joined(document: Document, statement: Import) -> Edit | None:
    """The edit that puts a group's items into the same module's group, or a statement into a group
    of statements (Go); None where there is none.
    """
    for span in imports(document):
        text = document.slice(span)
        other = read_import(text, document)
        whole = statement.text.removeprefix(other.key[0]).strip() if not statement.items else ""
        if whole and other.items and other.key == (statement.text[: -len(whole)].strip(), ""):
            statement = replace(statement, items=(whole,))
        elif not other.items or other.key != statement.key:
            continue
        inner = text[: len(text) - len(other.tail)].rstrip()
        at = span.start + len(inner)
        if "\n" not in text[len(other.head) :]:
            return Edit(Span(at, at), "".join(f", {item}" for item in statement.items))
        last = inner.rsplit("\n", 1)[-1]
        margin, end = last[: len(last) - len(last.lstrip())], line_end(document.text)
        commas, closed = "," in text, inner.endswith(",")
        between = f"{end}{margin}" if closed or not commas else f",{end}{margin}"
        added = "".join(f"{between}{item}{',' * closed}" for item in statement.items)
        return Edit(Span(at, at), added)
    return None


def _placed(document: Document, lines: list[str], where: Span) -> Iterator[Edit]:
    if not lines:
        return
    end = line_end(document.text)
    rules = document.language.imports if document.language else None
    if rules and rules.first and (early := [one for one in lines if re.match(rules.first, one)]):
        at, _ = _preamble(document, ())
        yield Edit(Span(at, at), "".join(f"{one}{end}" for one in early))
        lines = [one for one in lines if one not in early]
        if not lines:
            return
    text = end.join(lines)
    first = min((scope.outer.start for scope in scopes(document)), default=len(document.text))
    inside = rules.inside if rules else ""
    modules = find_modules(document)
    around = next((one for one in reversed(modules) if one.contains(where)), None)
    part = around or next(iter(modules), None)
    within = (*modules, *(scope.outer for scope in scopes(document) if scope.kind == "class"))
    inner = SpanSet(one for one in within if part and one != part and part.contains(one))
    there = tuple(one for one in imports(document) if one.end <= first) or tuple(
        one
        for one in _outer_imports(document)
        if part is None or (part.contains(one) and not inner.overlaps(one))
    )
    if there:
        at = document.lines.end(document.lines.line_at(there[-1].end - 1))
        margin = margin_at(document, there[-1].start) if inside else ""
        yield Edit(Span(at, at), "".join(f"{end}{margin}{line}" for line in lines))
        return
    module = re.compile(inside).match(document.text, part.start) if part else None
    if module is not None:
        margin, below = _below(document.text[module.end() :])
        text = end.join(margin + line for line in lines)
        at = module.end()
        apart = end if below or module.lastindex else ""
        yield Edit(Span(at, at), f"{end}{apart}{text}{'' if below else end}")
        return
    at, follows = _preamble(document)
    above = len(document.text[:at].rstrip())
    if not follows:
        last = "" if document.text[above:] else end
        yield Edit(Span(above, above), (end + end if above else "") + text + last)
        return
    defined = any(one.outer.start <= at <= one.span.start for one in scopes(document))
    gap = 1 + (max(1, blank_lines(document, "")) if defined else 1)
    between = document.text[above:at]
    ends = len(re.findall(r"\r\n|\r|\n", between)) if above else 0
    yield Edit(Span(above, above), (end + end if above else "") + text + end * max(0, gap - ends))


def _outer_imports(document: Document) -> Iterator[Span]:
    """The imports that are not of a function alone."""
    functions = SpanSet(one.outer for one in scopes(document) if one.kind == "function")
    return (one for one in imports(document) if not functions.overlaps(one))


def find_modules(document: Document) -> tuple[Span, ...]:
    """The modules of a document in which imports stand, in a language that has such, in the order
    in which they begin.
    """
    pattern = document.language.imports.inside if document.language else ""
    found: list[Span] = []
    for begin in re.finditer(pattern, document.text) if pattern and document.tree else ():
        said = tokens(document, Span(*begin.span()))  # none in a text or a comment
        if said and said[0].span.start == begin.start() and not said[0].comment:
            found.append(_outermost(document, begin.start()))
    return tuple(found)


def _outermost(document: Document, start: int) -> Span:
    """All of the statement that begins at an offset."""
    assert document.tree is not None
    at, _ = document.bytes_span(Span(start, start))
    node = document.tree.root_node.descendant_for_byte_range(at, at + 1)
    while node and node.parent and node.parent.parent and node.parent.start_byte == at:
        node = node.parent
    return document.span_of(node) if node else Span(start, len(document.text))


def _below(text: str) -> tuple[str, bool]:
    """The margin of the first line below, and whether it is apart by a blank one."""
    found = re.match(r"[^\S\n]*\n((?:[^\S\n]*\n)*)([^\S\n]*)\S", text)
    return (found[2], bool(found[1])) if found else ("", True)


def read_opened(code: Document) -> Document:
    """The code, behind what its language is read with where it lacks that and brings imports."""
    opening = code.language.imports.opening if code.language else ""
    if not opening or code.text.lstrip().startswith(opening):
        return code
    opened = Document(code.uri, None, f"{opening}\n{code.text}", code.language)
    return opened if imports(opened) else code


def opening_of(document: Document) -> str:
    """What a file opens with, before its imports: `<?php`, a package clause, comments."""
    return _apart(document)[0]


def _apart(document: Document) -> tuple[str, str]:
    """What a file opens with, before its imports, and the rest."""
    at, _ = _preamble(document)
    return document.text[:at].strip("\n"), document.text[at:].strip("\n")


def _preamble(document: Document, opening: Sequence[str] | None = None) -> tuple[int, bool]:
    """Where the first statement begins that imports go before, and whether there is one: none of
    `opening`, or else of what the language says that stands before them. The comments directly
    above it are its own.
    """
    tree, lines = document.tree, document.lines
    if opening is None:
        opening = document.language.imports.preamble if document.language else ()
    comments = document.language.comments if document.language else ()
    own = 0
    last = licensed = -2
    for node in _top_nodes(document) if tree else ():
        first = lines.line_at(document.offset_of(node.start_byte))
        end = lines.line_at(document.offset_of(max(node.start_byte, node.end_byte - 1)))
        text = document.slice(document.span_of(node)).lstrip()
        comment = "comment" in node.type or node.type in comments
        opens = is_opening(node, text, opening)
        opens = opens or text.startswith("#!")  # which PHP's grammar takes for a text
        if not comment and not _STRING_ALONE.match(text) and not opens:
            return lines.start(own if last + 1 == first else first), True
        if comment and (is_licence(text) or licensed + 1 == first):
            licensed = end
        if not comment or licensed == end or is_about_file(text):
            last = -2
            continue
        own, last = own if last + 1 == first else first, end
    return len(document.text), False


def is_opening(node: Node, text: str, opening: Sequence[str]) -> bool:
    """Whether a node with a text stands before the imports: it is of one of the types in `opening`,
    says what may be asked of it there, and has no body.
    """
    named = (one.partition(":") for one in opening)
    found = any(node.type == kind and re.match(says, text) for kind, _, says in named)
    return found and node.child_by_field_name("body") is None


def _top_nodes(document: Document) -> Iterator[Node]:
    """The nodes of a file, or those in the guard that is around all of them."""
    guard = document.language.imports.guard if document.language else ""
    for node in document.tree.root_node.named_children if document.tree else ():
        start = document.offset_of(node.start_byte)
        found = re.compile(guard).match(document.text, start) if guard else None
        if found is None:
            yield node
            continue
        inside = document.bytes_span(Span(start, found.end()))[1]
        yield from (one for one in node.named_children if one.start_byte >= inside)


_STRING_ALONE = re.compile(r"[rRuU]?(?:\"\"\"|'''|\"[^\"]*\"|'[^']*')")
"""A file's docstring, or its `"use strict"`."""
