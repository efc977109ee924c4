"""Imports that a reply brings: which of them a document lacks, and where they go."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from tree_sitter import Node

from deskmate.core.gate.edits.imports_there import Holding, WordSets, token_set
from deskmate.core.gate.edits.new_definitions import blank_lines
from deskmate.core.syntax.comments import is_about_file, is_licence
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import flat
from deskmate.core.syntax.queries import imports, scopes
from deskmate.core.target import Target
from deskmate.core.text.text import Edit, Span, line_end


@dataclass(frozen=True, slots=True)
class Import:
    """An import statement. One that names several things is a group: `head` and `tail` are what is
    before and behind those, with their brackets, `items` what they are. `keywords` are the words in
    it that name nothing.
    """

    text: str
    keywords: frozenset[str]
    head: str = ""
    items: tuple[str, ...] = ()
    tail: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What two groups of the same module have in common."""
        return re.sub(r"[\s(]+", "", self.head), re.sub(r"[\s);]+", "", self.tail)

    @property
    def names(self) -> frozenset[str]:
        """The names it may bring: words outside of strings or, without any, the words in them."""
        return self.bound or _words(self.text) - self.keywords

    @property
    def bound(self) -> frozenset[str]:
        """The names that it binds: of a group, what its items are called here."""
        if not self.items:
            return _words(_STRING.sub("", self.text)) - self.keywords
        return frozenset(map(_local, self.items)) | (_words(self.head) - self.keywords)


def missing_imports(
    brought: Document,
    document: Document,
    used: Collection[str] | None = None,
    where: Span | None = None,
) -> tuple[Import, ...]:
    """The imports of `brought` that `document` has not for the code at `where` (without one, for
    the whole file); those alone that bring a word of `used`, where that is given. Of a group, what
    is missing.
    """
    holding = Holding(document, where)
    spans = [span for span in imports(document) if holding.reaches(span)]
    there = [_import(flat(document, span), document) for span in spans]
    sets = WordSets(document, spans)
    known = {item for other in there for item in (other.items or _strings(other.text))}
    found: dict[tuple[str, str], Import] = {}
    once = brought.language is not None and brought.language.imports.once
    taken = {name for other in there for name in other.bound} if once else set()
    for span in imports(brought):
        new = _import(flat(brought, span), brought)
        if once and (new.bound & taken):
            rest = _without(new, taken)
            if rest is None:
                continue
            new = rest
        if sets.have(token_set(brought, span)) or holding.has(new.text):
            continue
        if new.items:
            earlier = found[new.key].items if new.key in found else ()
            wanted = [
                item
                for item in new.items
                if used is None or (_words(item) - new.keywords) & set(used)
            ]
            items = [item for item in wanted if item not in (*earlier, *known)]
            if not items:
                continue
            taken |= set(map(_local, items)) if once else set()
            new = _with_items(new, (*earlier, *items))
        elif not _is_needed(new, brought, known, used):
            continue
        elif once:
            taken |= new.bound
        if not new.items:  # a group may have it, too
            known |= set(_strings(new.text))
        key = new.key if new.items else (new.text.replace("'", '"'), "")
        if new.items or key not in found:
            found[key] = new
    return tuple(found.values())


def _without(new: Import, taken: Collection[str]) -> Import | None:
    """The statement without the names that are brought already; None where nothing is left."""
    items = tuple(item for item in new.items if _local(item) not in taken)
    if not items or (_words(new.head) - new.keywords) & set(taken):
        return None
    return _with_items(new, items)


def _local(item: str) -> str:
    """What an item of a group is called where it is brought to."""
    words: list[str] = re.findall(r"\w+", item)
    return words[-1] if words else ""


def _is_needed(
    new: Import, brought: Document, known: Collection[str], used: Collection[str] | None
) -> bool:
    unnamed = brought.language.imports.unnamed if brought.language else ""
    if unnamed and re.match(unnamed, new.text):
        return True
    if used is not None and not new.names & set(used):
        return False
    bare = _words(_STRING.sub("", new.text)) - new.keywords
    return bool(bare) or not set(_strings(new.text)) <= set(known)


def in_system(statements: Iterable[str], target: Target) -> Iterator[str]:
    """The statements in the system of modules that the tests of a target have."""
    language = target.document.language
    systems = language.tests.systems if language and language.tests else ()
    rewrites = next((one.rewrites for one in systems if re.search(one.text, target.imports)), ())
    for text in statements:
        new = re.sub(rewrites[0][0], rewrites[0][1], text) if rewrites else text
        for pattern, instead in rewrites[1:]:
            new = re.sub(pattern, instead, new)
        yield new


def brought_otherwise(
    statements: Iterable[str], given: Iterable[str], target: Target
) -> Iterator[str]:
    """The statements without those that bring no names and are for a file that the `given` ones
    bring, in another folder or with other quotes.
    """
    keywords = (
        target.document.language.imports.keywords if target.document.language else frozenset()
    )
    there = {name for one in given for name in map(_file_name, _paths(one))}
    for text in statements:
        paths = _paths(text)
        bare = _words(_PATH.sub("", text)) - keywords
        if bare or not paths or not all(_file_name(path) in there for path in paths):
            yield text


def _paths(statement: str) -> list[str]:
    return [match[0].strip("\"'<>`") for match in _PATH.finditer(statement)]


_PATH = re.compile(r"\"[^\"]*\"|'[^']*'|<[^<>\n]*>")


def _file_name(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def import_edits(document: Document, statements: Iterable[Import]) -> tuple[Edit, ...]:
    """The edits that bring imports: into a group of the same module, else behind the imports that
    are there, else where the first one goes.
    """
    lines: list[str] = []
    edits: list[Edit] = []
    for statement in statements:
        edit = _joined(document, statement)
        if edit is not None:
            edits.append(edit)
        else:
            lines += statement.text.split("\n")
    return (*edits, *_placed(document, lines))


def imported_names(statement: str, document: Document) -> frozenset[str]:
    """The names that an import statement brings."""
    read = _import(statement, document)
    if not read.items:
        return read.names
    return frozenset(re.split(r"\W+", item.strip())[-1] for item in read.items)


def with_name(statement: str, name: str, document: Document) -> str:
    """An import statement that brings this name alone from where another brings some."""
    read = _import(statement, document)
    own = next((one for one in read.items if re.split(r"\W+", one.strip())[-1] == name), name)
    if read.items:
        return _with_items(read, (own,)).text
    default = document.language.imports.default if document.language else ""
    if name in read.names:
        return statement
    if default and re.match(default, statement):
        return re.sub(default, rf"\1 {{ {name} }}\3", statement, count=1)
    words = [*re.finditer(r"[^\W\d]\w*", _STRING.sub("", statement))]
    last = words[-1] if words else None
    return f"{statement[: last.start()]}{name}{statement[last.end() :]}" if last else statement


def begin_file(code: Document, needed: Document, statements: Iterable[Import], gap: int) -> str:
    """The text of a new file: what files open with (a package clause, say) as `code` or else
    `needed` has it, the import statements, `gap` blank lines, and the rest of `code`.
    """
    opening, rest = _apart(code)
    head = [opening or opening_of(needed), "\n".join(each.text for each in statements)]
    lines = "\n\n".join(part for part in head if part)
    return f"{lines}\n{gap * chr(10)}{rest}" if lines else rest


def _import(statement: str, document: Document) -> Import:
    keywords = document.language.imports.keywords if document.language else frozenset()
    several = document.language.imports.several if document.language else ""
    group = _GROUP.fullmatch(statement) or (several and re.fullmatch(several, statement))
    if not group:
        return Import(statement, keywords)
    items = tuple(item.strip() for item in re.split(r"[,\n]", group[2]) if item.strip())
    return Import(statement, keywords, group[1], items, group[3])


_GROUP = re.compile(r"([^({]*(?:\{|(?<=import )\())([^(){}]*)([)}].*)", re.DOTALL)


def _with_items(group: Import, items: tuple[str, ...]) -> Import:
    """The group with these items alone, written as it was: on one line or on one each."""
    if "\n" not in group.text:
        text = f"{group.head} {', '.join(items)} {group.tail}".rstrip()
    else:
        comma = "," if "," in group.text else ""
        margin = re.search(r"\n([ \t]*)\S", group.text)
        lines = "".join(f"\n{margin[1] if margin else ''}{item}{comma}" for item in items)
        text = f"{group.head}{lines}\n{group.tail}"
    return replace(group, text=text, items=items)


def _joined(document: Document, statement: Import) -> Edit | None:
    """The edit that puts a group's items into the same module's group, or a statement into a group
    of statements (Go); None where there is none.
    """
    for span in imports(document):
        text = document.slice(span)
        other = _import(text, document)
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


def _placed(document: Document, lines: list[str]) -> Iterator[Edit]:
    if not lines:
        return
    end = line_end(document.text)
    text = end.join(lines)
    first = min((scope.outer.start for scope in scopes(document)), default=len(document.text))
    there = imports(document)
    there = tuple(one for one in there if one.end <= first) or there
    if there:
        at = document.lines.end(document.lines.line_at(there[-1].end - 1))
        yield Edit(Span(at, at), end + text)
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


def _preamble(document: Document) -> tuple[int, bool]:
    """Where the first statement begins that imports go before, and whether there is one. The
    comments directly above it are its own.
    """
    tree, lines = document.tree, document.lines
    opening = document.language.imports.preamble if document.language else ()
    comments = document.language.comments if document.language else ()
    own = 0
    last = licensed = -2
    for node in _top_nodes(document) if tree else ():
        first = lines.line_at(document.offset_of(node.start_byte))
        end = lines.line_at(document.offset_of(max(node.start_byte, node.end_byte - 1)))
        text = document.slice(document.span_of(node)).lstrip()
        comment = "comment" in node.type or node.type in comments
        opens = node.type in opening and node.child_by_field_name("body") is None
        if not comment and not _STRING_ALONE.match(text) and not opens:
            return lines.start(own if last + 1 == first else first), True
        if comment and (is_licence(text) or licensed + 1 == first):
            licensed = end
        if not comment or licensed == end or is_about_file(text):
            last = -2
            continue
        own, last = own if last + 1 == first else first, end
    return len(document.text), False


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


def _strings(statement: str) -> list[str]:
    return [match[0] for match in _STRING.finditer(statement)]


_STRING = re.compile(r"\"[^\"]*\"|'[^']*'|`[^`]*`")


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d]\w*", text))
