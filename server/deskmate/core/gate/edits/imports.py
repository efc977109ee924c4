"""Imports that a reply brings: which of them a document lacks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from deskmate.core.gate.edits.import_statements import (
    Import,
    local_name,
    read_import,
    strings_in,
    with_items,
    words_in,
    words_outside_strings,
)
from deskmate.core.gate.edits.imports_there import Holding, Wildcards, WordSets, token_set
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import flat
from deskmate.core.syntax.queries import imports
from deskmate.core.target import Target
from deskmate.core.text.text import Span


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
    there = [read_import(flat(document, span), document) for span in spans]
    sets = WordSets(document, spans)
    wild = Wildcards(there, document)
    known = {item for other in there for item in (other.items or strings_in(other.text))}
    found: dict[tuple[str, str], Import] = {}
    once = brought.language is not None and brought.language.imports.once
    taken = {name for other in there for name in other.bound} if once else set()
    for span in imports(brought):
        new = read_import(flat(brought, span), brought)
        if once and (new.bound & taken):
            rest = _without(new, taken)
            if rest is None:
                continue
            new = rest
        if sets.have(token_set(brought, span)) or holding.has(new.text) or wild.bring(new):
            continue
        if new.items:
            earlier = found[new.key].items if new.key in found else ()
            wanted = [
                item
                for item in new.items
                if used is None or (words_in(item) - new.keywords) & set(used)
            ]
            items = [item for item in wanted if item not in (*earlier, *known)]
            if not items:
                continue
            taken |= set(map(local_name, items)) if once else set()
            new = with_items(new, (*earlier, *items))
        elif not _is_needed(new, brought, known, used):
            continue
        elif once:
            taken |= new.bound
        if not new.items:  # a group may have it, too
            known |= set(strings_in(new.text))
        key = new.key if new.items else (new.text.replace("'", '"'), "")
        if new.items or key not in found:
            found[key] = new
    return tuple(found.values())


def _without(new: Import, taken: Collection[str]) -> Import | None:
    """The statement without the names that are brought already; None where nothing is left."""
    items = tuple(item for item in new.items if local_name(item) not in taken)
    if not items or (words_in(new.head) - new.keywords) & set(taken):
        return None
    return with_items(new, items)


def _is_needed(
    new: Import, brought: Document, known: Collection[str], used: Collection[str] | None
) -> bool:
    unnamed = brought.language.imports.unnamed if brought.language else ""
    if unnamed and re.match(unnamed, new.text):
        return True
    if used is not None and not new.names & set(used):
        return False
    bare = words_outside_strings(new.text) - new.keywords
    return bool(bare) or not set(strings_in(new.text)) <= set(known)


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
        bare = words_in(_PATH.sub("", text)) - keywords
        if bare or not paths or not all(_file_name(path) in there for path in paths):
            yield text


def _paths(statement: str) -> list[str]:
    return [match[0].strip("\"'<>`") for match in _PATH.finditer(statement)]


_PATH = re.compile(r"\"[^\"]*\"|'[^']*'|<[^<>\n]*>")


def _file_name(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]
