"""Is each name that new code uses bound? What is not, and was not before, is a reason to refuse
where nothing else can bind it; else it is only said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from deskmate.core.gate.change import Change
from deskmate.core.syntax.bindings import Unbound, defined_names, unbound_names, words
from deskmate.core.syntax.classes import find_members
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.file_imports import Import
from deskmate.core.syntax.file_symbols import Found
from deskmate.core.syntax.library import names_of
from deskmate.core.syntax.lookup import OneFile, WholeNames
from deskmate.core.target import ProjectNames
from deskmate.core.text.text import Span
from deskmate.core.text.uri import name_in


def unbound_in(change: Change) -> Iterator[Unbound]:
    """The names that the new code uses and nothing binds, each once."""
    told: set[str] = set()
    for one in unbound_names(change.after):
        if one.name not in told and change.is_new(one.span):
            told.add(one.name)
            if not _is_seen(change.target.names, one, change.after):
                yield one


def find_unbound(
    document: Document, span: Span, names: ProjectNames | None
) -> Iterator[tuple[Unbound, str]]:
    """The names that code which is there uses and nothing of its project binds, each once and in
    words; none where others may give the document names.
    """
    found = unbound_names(document)
    if names is None or any(one.elsewhere == "no" for one in found):
        return
    for one in {one.name: one for one in reversed(found)}.values():
        inside = one.elsewhere == "project" and span.contains(one.span)
        if inside and not _is_seen(names, one, document):
            yield one, _tell([one.name], document)


def _newly_unbound(change: Change) -> Iterator[Unbound]:
    """Those of them that were bound, or not used, before, or that the answer was to mend."""
    known = {one.name for one in unbound_names(change.before)}
    tree = change.before.tree
    if tree is not None and tree.root_node.has_error:  # what it binds is told by what has stayed
        stayed = (one for one in unbound_names(change.after) if not change.is_new(one.span))
        known |= {one.name for one in stayed}
        known |= set(words(change.before.slice(change.target.span)))
    known -= change.target.wrong
    return (one for one in unbound_in(change) if one.name not in known)


def is_bound(change: Change) -> bool:
    """Whether `bound` has nothing to say, in half of the time: no names that are like it are
    looked for, nor what no other file of the project has.
    """
    missing = (one for one in _newly_unbound(change) if one.elsewhere != "maybe")
    return not any(_is_certain(change, one) for one in missing)


def bound(change: Change) -> str | None:
    """Each name that the new code uses is defined, imported, built in, or was unbound before."""
    missing = [one.name for one in _newly_unbound(change) if _is_certain(change, one)]
    return _tell(missing, change.after) if missing else None


def _tell(missing: Sequence[str], document: Document) -> str:
    names = ", ".join(f"`{name}`" for name in missing[:_NAMED])
    near = get_close_matches(missing[0], sorted(defined_names(document)), 2, 0.7)
    instead = f"; there is {' and '.join(f'`{name}`' for name in near)}" if near else ""
    verb = "is" if len(missing) == 1 else "are"
    return f"{names} {verb} {UNBOUND}{instead}."


UNBOUND = "neither defined nor imported here"


def perhaps_unbound(change: Change) -> Iterator[str]:
    """The names of which it is worth to say that nothing here binds them: in a file that is given
    names by others.
    """
    if not _is_given_names(change):
        return
    for one in _newly_unbound(change):
        if one.elsewhere == "no":
            yield one.name


_NAMED = 3


def _is_certain(change: Change, one: Unbound) -> bool:
    names = change.target.names
    if one.elsewhere != "no" and names is None:
        return False
    if one.elsewhere == "maybe" and names and not is_nowhere(one, change.after, names):
        return False
    return not (_is_given_names(change) or (names is not None and names.gives(one.name)))


def is_nowhere(one: Unbound, document: Document, names: ProjectNames) -> bool:
    """Whether nothing can give a document a class of that name: its file sees none but those that
    it imports, those of its package and what its classes inherit, and no other file of the project
    has the name at all.
    """
    rules = document.language.modules if document.language else None
    if rules is None or not rules.closed or not one.name[:1].isupper():
        return False
    if rules.generated and (found := re.fullmatch(rules.generated, one.name)):
        of = found.groupdict().get("of")
        if of is None or _has_annotation(of, document, names):
            return False
    if not re.search(rules.closed, document.text) or _may_inherit(one, document, names):
        return False
    return not names.mentions(one.name)


def _has_annotation(name: str, document: Document, names: ProjectNames) -> bool:
    """Whether a class that the document sees has one for which a program may write another."""
    rules = document.language.members if document.language else None
    found = names.whole(document).lookup(names.path, name)
    return rules is not None and any(re.search(rules.open, one.definition.head) for one in found)


def _may_inherit(one: Unbound, document: Document, names: ProjectNames) -> bool:
    """Whether a class around a name may have it from what it is derived from."""
    if not one.derived or document.language is None:
        return False
    whole, path, language = names.whole(document), names.path, document.language
    around = [
        Found(path, it)
        for it in whole.symbols(path).definitions
        if it.kind == "class" and it.bases and it.span.contains(one.span)
    ]
    if len(around) != one.derived:
        return True  # one has no name of its own
    members = [find_members(it, whole, language) for it in around]
    return any(it is None or one.name in it.library for it in members)


def _is_given_names(change: Change) -> bool:
    """Whether others give the document names: it used some before that nothing in it binds, or it
    is a block of another.
    """
    unbound = unbound_names(change.before)
    return change.target.block is not None or any(one.elsewhere == "no" for one in unbound)


def _is_seen(names: ProjectNames | None, one: Unbound, document: Document) -> bool:
    """Whether a name is one that the document sees of its project without an import of its own."""
    if names is None:
        return one.wild and is_brought(one.name, document, None)
    if names.declares(one.name) or (one.elsewhere != "no" and names.sees(one.name)):
        return True
    return one.wild and is_brought(one.name, document, names)


def is_brought(name: str, document: Document, names: ProjectNames | None) -> bool:
    """Whether a name is, or may be, of something of which the document imports all."""
    whole = OneFile(document) if names is None else names.whole(document)
    path = Path(name_in(document.uri)) if names is None else names.path
    every = (one for one in whole.imports(path) if ("*", "*") in one.names)
    return any(_may_bring(one, name, document, whole, path) for one in every)


def _may_bring(
    imported: Import, name: str, document: Document, whole: WholeNames, path: Path
) -> bool:
    if files := whole.resolve(path, imported):
        return len(files) >= _MANY or any(_may_define(whole, file, name) for file in files)
    known = names_of(document.language, imported.module) if document.language else None
    return known is None or name in known


def _may_define(whole: WholeNames, file: Path, name: str) -> bool:
    document = whole.document(file)
    if document is None or document.tree is None or document.tree.root_node.has_error:
        return True
    return any(one.name == name for one in whole.symbols(file).definitions)


_MANY = 100
"""Files of one import after which there may be more than it is followed to."""
