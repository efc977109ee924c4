"""Does what new code asks for exist? Fields, methods and names of modules that it uses and the code
before did not, where it is known what they are asked of. Where anything is not, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from deskmate.core.gate.change import Change
from deskmate.core.syntax.classes import (
    Members,
    find_members,
    library_members,
    may_have,
    mentions,
)
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.file_symbols import Found
from deskmate.core.syntax.language import Language
from deskmate.core.syntax.library import find_library
from deskmate.core.syntax.lookup import OneFile, WholeNames
from deskmate.core.syntax.values import MemberUse, Values
from deskmate.core.text.text import Span
from deskmate.core.text.uri import name_in


def members_exist(change: Change) -> str | None:
    """Each field, method and name of a module that the new code uses exists, or was used before, or
    it cannot be told.
    """
    missing = next(find_missing(change), None)
    if missing is None:
        return None
    use, owner, there = missing
    what = "a name" if use.value.kind == "module" else "a method" if use.called else "a field"
    said = f"`{use.text}` is not {what} of `{owner}`"
    near = _nearest(use.name, there)
    return f"{said}; it has {', '.join(f'`{one}`' for one in near)}." if near else f"{said}."


def find_missing(change: Change) -> Iterator[tuple[MemberUse, str, frozenset[str]]]:
    """What does not exist, with what it was asked of and what that has."""
    document, names = change.after, change.target.names
    path = names.path if names is not None else Path(name_in(document.uri))
    known = OneFile(document) if names is None else names.whole(document)
    written = (change.span, *change.beside)
    for use in find_unknown(document, path, known, written):
        if not was_there(use[0].name, change.before):
            yield use


def find_unknown(
    document: Document, path: Path, names: WholeNames, written: Iterable[Span]
) -> Iterator[tuple[MemberUse, str, frozenset[str]]]:
    """What in those spans is asked for a member that no definition gives it."""
    language = document.language
    if language is None or document.tree is None or document.tree.root_node.has_error:
        return
    for use in Values(document, path, names, language).uses(written):
        found = missing_of(use, path, names, language)
        if found is not None:
            yield use, *found


def was_there(name: str, before: Document) -> bool:
    """Whether a document had such a member, as far as it says."""
    language = before.language
    assert language is not None
    rules = language.members
    if rules.every and re.fullmatch(rules.every, name):
        return True
    return mentions(name, before)


def missing_of(
    use: MemberUse, path: Path, names: WholeNames, language: Language
) -> tuple[str, frozenset[str]] | None:
    """What has no such member, and which it has; None where it has, or that cannot be told."""
    value, library = use.value, find_library(language)
    if use.called and language.members.calls:
        return None
    if value.kind == "module":
        if value.file is not None:
            return _missing_of_file(use.name, value.file, names, language)
        known = library.modules.get(value.library) if library else None
        if known is None or "*" in known or use.name in known or use.name.startswith("_"):
            return None
        return value.library, known
    if value.found is None:
        inherited = library_members(value.library, library) if value.library else None
        if inherited is None or use.name in inherited or use.name.startswith("_"):
            return None
        return value.library.removeprefix("builtins."), inherited
    members = find_members(value.found, names, language)
    if members is None or _has(use.name, members) or may_have(use.name, members, names, path):
        return None
    if language.members.assigned and names.is_set(use.name, path):
        return None
    derived = names.derived(value.found)
    if derived is None and use.own:
        return None
    if any(_may_derive(use.name, one, names, path, language) for one in derived or ()):
        return None
    rules = language.members
    own = frozenset(
        name
        for name in members.defined
        if not name.startswith("__") and not (rules.every and re.fullmatch(rules.every, name))
    )
    return value.found.definition.name, own | members.library


def _has(name: str, members: Members) -> bool:
    if name in members.defined or name in members.library:
        return True
    return members.from_library and name.startswith("_")


def _may_derive(name: str, found: Found, names: WholeNames, path: Path, language: Language) -> bool:
    """Whether a derived class has a member, from itself or what else it is derived from."""
    members = find_members(found, names, language)
    return members is None or _has(name, members) or may_have(name, members, names, path)


def _missing_of_file(
    name: str, file: Path, names: WholeNames, language: Language
) -> tuple[str, frozenset[str]] | None:
    document = names.document(file)
    if document is None or document.tree is None or document.tree.root_node.has_error:
        return None
    if re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", document.text):
        return None
    symbols = names.symbols(file)
    rules = language.members
    opened = any(("*", "*") in one.names for one in symbols.imports)
    own = frozenset(one.name for one in symbols.definitions if not one.container)
    dynamic = any(rules.dynamic and re.fullmatch(rules.dynamic, one) for one in own)
    if opened or dynamic or (rules.reflects and re.search(rules.reflects, document.text)):
        return None
    if (file.parent / name).exists() or file.with_name(f"{name}{file.suffix}").exists():
        return None
    return file.stem, own


def _nearest(name: str, there: frozenset[str]) -> list[str]:
    """Of what there is the likest names first, then the others, some of them."""
    public = sorted(one for one in there if not one.startswith("_") or name.startswith("_"))
    near = get_close_matches(name, public, _NAMED, 0.5)
    if len(public) > _ALL:
        return near
    return [*near, *(one for one in public if one not in near)][:_NAMED]


_NAMED = 6
_ALL = 40
"""Members of which some are worth to be named though they are not like what was asked for."""
