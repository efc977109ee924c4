"""Who uses a function or class, in its own file and in the others of its project: what has to fit
once that is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from deskmate.core.gate.edits.new_definitions import top_nodes
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.queries import enclosing, imports, scopes
from deskmate.core.syntax.references import find_references
from deskmate.core.target import Target
from deskmate.core.text.text import Span
from deskmate.requests.context import Here, brings


@dataclass(frozen=True, slots=True)
class Use:
    """A piece of code that uses something: the innermost function that does, or else the statement
    of the file; or one that `declares` it.
    """

    path: Path
    document: Document
    span: Span
    declares: bool = False


@dataclass(frozen=True, slots=True)
class Uses:
    """What uses a definition, or declares it elsewhere: in its own file first, and from the end of
    each file to its start. `unsure` are files in which the name may as well mean something else;
    where it stands in `many`, not all of them were looked at.
    """

    found: tuple[Use, ...] = ()
    unsure: tuple[Path, ...] = ()
    many: bool = False


def find_name(target: Target) -> str:
    """The name by which a target is used: a constructor is called by that of its class."""
    scope, language = target.scope, target.document.language
    if scope is None or language is None:
        return ""
    made = scope.path and scope.name in language.words.constructors
    return scope.path[-1] if made else scope.name


LOOKED_AT = 200
"""Files with a name that are looked at for what it means there: some seconds' worth."""


def find_uses(target: Target, here: Here, most: int) -> Uses:
    """What uses a target, in its own file and others; once there are more than `most`, no further
    file is looked at. It reads files, so it belongs in a thread.
    """
    index, own = here
    scope, name = target.scope, find_name(target)
    if scope is None or not name:
        return Uses()
    outermost = scope.path[0] if scope.path else name
    is_member = bool(scope.path) and name == scope.name
    declared = list(_list_declarations(here, name)) if not is_member else []
    homes = {own, *(one.path for one in declared)}
    found = [*declared, *_list_units(own, target.document, name, scope.outer)]
    unsure: list[Path] = []
    paths = index.using(name, own, LOOKED_AT)
    for path in paths:
        if len(found) > most:
            break
        document = index.document(path)
        if path == own or document is None:
            continue
        units = list(_list_units(path, document, name, None))
        known = any(brings(Here(index, home), path, outermost) for home in homes)
        if path in homes or known or _may_mean(here, path):
            found += units
        elif is_member and units and document.language == target.document.language:
            # Who has an object need not import its class.
            defined = index.find(name, own, most=2) or index.search(name, most=2)
            if len(defined) > 1:
                unsure.append(path)
            else:
                found += units
    return Uses(tuple(found), tuple(unsure), len(paths) == LOOKED_AT)


def _may_mean(here: Here, path: Path) -> bool:
    """Whether a file imports a module that is called as the one here ends, wherever the project
    says that modules are found.
    """
    index, own = here
    parts = own.with_suffix("").parts
    modules = (re.findall(r"\w[\w-]*", one.module) for one in index.symbols(path).imports)
    return any(tuple(one) == parts[-len(one) :] for one in modules if len(one) > 1)


def _list_declarations(here: Here, name: str) -> Iterator[Use]:
    """Where a file that is included declares what the one here defines, as a header does."""
    index, own = here
    for path in dict.fromkeys(chain.from_iterable(index.imported(own).values())):
        document = index.document(path)
        if document is None:
            continue
        for one in scopes(document):
            if one.name == name and one.body is None:
                yield Use(path, document, one.span, declares=True)


def _list_units(path: Path, document: Document, name: str, own: Span | None) -> Iterator[Use]:
    """The pieces of a file that use a name, outside of `own` and of imports, from the last on."""
    apart = (*imports(document), *([own] if own else ()))
    places = (
        span
        for span in find_references(document, name)
        if not any(one.contains(span) for one in apart)
    )
    units = {unit for span in places if (unit := _find_unit(document, span))}
    for unit in sorted(units, reverse=True):
        if not any(other != unit and other.contains(unit) for other in units):
            yield Use(path, document, unit)


def _find_unit(document: Document, span: Span) -> Span | None:
    """The innermost function with a name around a place, or without one, or the statement."""
    around = enclosing(document, span) or enclosing(document, span, anonymous=True)
    statements = (document.span_of(node) for node in top_nodes(document))
    return around.span if around else next((one for one in statements if one.contains(span)), None)
