"""Imports that a reply brings: which of them a document lacks, and where they go."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from deskmate.core.document import Document
from deskmate.core.placing import flat
from deskmate.core.syntax import imports
from deskmate.core.text import Edit, Span, line_end
from deskmate.core.tokens import tokens


def missing_imports(
    brought: Document, document: Document, used: Collection[str] | None = None
) -> tuple[str, ...]:
    """The import statements of `brought` that `document` has not; those alone that bring a word
    of `used`, where that is given. Groups are cut down to what is missing.
    """
    known = [_words(document, span) for span in imports(document)]
    everything = set().union(*known) if known else set()
    found = []
    for span in imports(brought):
        statement = flat(brought, span)
        words = _words(brought, span)
        if any(_same(words, other) for other in known):
            continue
        if "\n" in statement:
            statement = _cut_down(statement, everything, used)
        if statement and (used is None or _names(statement) & set(used)):
            found.append(statement)
            known.append(words)
    return tuple(dict.fromkeys(found))


def import_edit(document: Document, statements: Iterable[str]) -> Edit | None:
    """The edit that puts import statements behind those that are there, or else where the first
    one goes; None for none.
    """
    lines = list(statements)
    if not lines:
        return None
    end = line_end(document.text)
    text = end.join(line for statement in lines for line in statement.split("\n"))
    there = imports(document)
    if there:
        at = document.lines.end(document.lines.line_at(there[-1].end - 1))
        return Edit(Span(at, at), end + text)
    at, follows = _preamble(document)
    above = len(document.text[:at].rstrip())
    if above:
        return Edit(Span(above, above), end + end + text)
    return Edit(Span(at, at), text + (end + end if follows else end))


def begin_file(code: Document, imports: Document, statements: Iterable[str], gap: int) -> str:
    """The text of a new file: what files open with (a package clause, say) as `code` or else
    `imports` has it, the import statements, `gap` blank lines, and the rest of `code`.
    """
    opening, rest = _apart(code)
    head = [opening or _apart(imports)[0], "\n".join(statements)]
    lines = "\n\n".join(part for part in head if part)
    return f"{lines}\n{gap * chr(10)}{rest}" if lines else rest


def _apart(document: Document) -> tuple[str, str]:
    """What a file opens with, before its imports, and the rest."""
    at, _ = _preamble(document)
    return document.text[:at].strip("\n"), document.text[at:].strip("\n")


def _preamble(document: Document) -> tuple[int, bool]:
    """Where the first statement begins that imports go before, and whether there is one."""
    tree = document.tree
    for node in tree.root_node.named_children if tree else ():
        text = document.slice(document.span_of(node)).lstrip()
        if _PREAMBLE.match(text) or any(part in node.type for part in _BEFORE_IMPORTS):
            continue
        line = document.lines.line_at(document.offset_of(node.start_byte))
        return document.lines.start(line), True
    return len(document.text), False


_PREAMBLE = re.compile(r"[rRuU]?(?:\"\"\"|'''|\"[^\"]*\"|'[^']*')")
_BEFORE_IMPORTS = ("comment", "package", "hash_bang", "inner_attribute", "php_tag")
"""What stands at the top of a file before its imports: by these parts of node types."""


def _words(document: Document, span: Span) -> frozenset[str]:
    return frozenset(t.text for t in tokens(document, span) if not t.comment and t.text not in ",;")


def _same(new: frozenset[str], there: frozenset[str]) -> bool:
    """Whether an import brings nothing that another has not."""
    brackets = set("{}*")
    return new <= there and new & brackets == there & brackets


def _cut_down(statement: str, known: Collection[str], used: Collection[str] | None) -> str:
    """A group of imports without the lines that are known already, or not used."""
    first, *inner, last = statement.split("\n")
    kept = []
    for line in inner:
        words = line.strip().strip(",;")
        if words in known or (used is not None and words and not _names(line) & set(used)):
            continue
        kept.append(line)
    return "\n".join([first, *kept, last]) if any(line.strip() for line in kept) else ""


def _names(statement: str) -> set[str]:
    """The words of an import that may be names it brings."""
    return set(re.findall(r"[^\W\d]\w*", statement)) - _KEYWORDS


_KEYWORDS = frozenset(("import", "from", "as", "use", "const", "require", "crate", "self", "type"))
