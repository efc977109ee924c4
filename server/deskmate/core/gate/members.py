"""Does what new code asks for exist? Fields, methods and names of modules that it uses and the code
before did not, where it is known what they are asked of. Where anything is not, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from deskmate.core.gate.change import Change
from deskmate.core.syntax.classes import (
    Members,
    derived_members,
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


@dataclass(frozen=True, slots=True)
class Missing:
    """A member that is asked for and is nowhere: the `use`, the name of its `owner`, what there is,
    the likeliest kinds first, and which of that is of the kind that is asked for.
    """

    use: MemberUse
    owner: str
    there: tuple[str, ...]
    alike: tuple[str, ...]


def members_exist(change: Change) -> str | None:
    """Each field, method and name of a module that the new code uses exists, or was used before, or
    it cannot be told.
    """
    missing = next(find_missing(change), None)
    return None if missing is None else tell_missing(missing)


def tell_missing(missing: Missing) -> str:
    """What was asked for and is not there, and what there is instead."""
    use = missing.use
    what = "a name" if use.value.kind == "module" else "a method" if use.called else "a field"
    said = f"`{use.text}` is not {what} of `{missing.owner}`"
    near = _nearest(use.name, missing.there)
    return f"{said}; it has {', '.join(f'`{one}`' for one in near)}." if near else f"{said}."


def find_missing(change: Change) -> Iterator[Missing]:
    """What does not exist. What was there before is not looked at, but for what the answer was to
    mend.
    """
    document, names = change.after, change.target.names
    path = names.path if names is not None else Path(name_in(document.uri))
    known = OneFile(document) if names is None else names.whole(document)
    written = (change.span, *change.beside)
    for one in find_unknown(document, path, known, written):
        name = one.use.name
        if name in change.target.wrong or not was_there(name, change.before):
            yield one


def find_unknown(
    document: Document, path: Path, names: WholeNames, written: Iterable[Span]
) -> Iterator[Missing]:
    """What in those spans is asked for a member that no definition gives it."""
    language = document.language
    if language is None or document.tree is None or document.tree.root_node.has_error:
        return
    for use in Values(document, path, names, language).uses(written):
        found = missing_of(use, path, names, language)
        if found is not None:
            yield found


def was_there(name: str, before: Document) -> bool:
    """Whether a document had such a member, as far as it says."""
    language = before.language
    assert language is not None
    rules = language.members
    if rules.every and re.fullmatch(rules.every, name):
        return True
    return mentions(name, before)


def missing_of(use: MemberUse, path: Path, names: WholeNames, language: Language) -> Missing | None:
    """That what is asked has no such member; None where it has, or that cannot be told."""
    value, library, rules = use.value, find_library(language), language.members
    if use.called and rules.calls and value.kind == "object":
        return None
    if rules.every and re.fullmatch(rules.every, use.name):
        return None
    if value.kind == "module":
        if value.files:
            return _missing_of_files(use, value.files, names, language)
        known = library.modules.get(value.library) if library else None
        if known is None or "*" in known or use.name in known or use.name.startswith("_"):
            return None
        return Missing(use, value.library, *2 * (tuple(sorted(known)),))
    if value.found is None:
        inherited = library_members(value.library, library) if value.library else None
        if inherited is None or use.name in inherited or use.name.startswith("_"):
            return None
        if library and use.name in derived_members(value.library, library):
            return None
        owner = value.library.removeprefix("builtins.")
        return Missing(use, owner, *2 * (tuple(sorted(inherited)),))
    members = find_members(value.found, names, language)
    if (
        members is None
        or _has(use.name, members, language)
        or may_have(use.name, members, names, path)
    ):
        return None
    if rules.assigned and names.is_set(use.name, path):
        return None
    if value.kind == "class" and (
        (rules.added and names.is_defined(use.name))
        or (
            (use.called or use.name.isupper())
            and rules.given
            and re.search(rules.given, value.found.definition.head)
        )
    ):
        return None
    if not _is_whole(use, members, language):
        return None
    if _may_be_derived(use, value.found, path, names, language):
        return None
    owner = value.found.definition.name
    own = [
        (found[0].definition.kind == "function", name)
        for name, found in members.defined.items()
        if not name.startswith("__")
        and name not in (owner, *language.words.constructors)
        and name.startswith("@") == use.name.startswith("@")
        and not (rules.every and re.fullmatch(rules.every, name))
    ]
    alike = tuple(sorted(name for called, name in own if called == use.called))
    there = (*alike, *sorted(name for _, name in own), *sorted(members.library))
    return Missing(use, owner, tuple(dict.fromkeys(there)), alike)


def _is_whole(use: MemberUse, members: Members, language: Language) -> bool:
    """Whether what is asked can be nothing but what the project's files make of it."""
    rules, found = language.members, use.value.found
    assert found is not None
    if rules.mixed and use.value.kind == "object" and re.search(rules.mixed, found.definition.head):
        return False
    if use.own or not rules.whole or not language.modules:
        return True
    file = found.path.name == language.modules.named_after(found.definition.name)
    return file or any(re.fullmatch(rules.whole, name) for name in members.defined)


def _has(name: str, members: Members, language: Language) -> bool:
    if name in members.defined or name in members.library:
        return True
    if language.members.caseless and name.lower() in map(str.lower, members.defined):
        return True
    return members.from_library and name.startswith("_")


def _may_be_derived(
    use: MemberUse, found: Found, path: Path, names: WholeNames, language: Language
) -> bool:
    """Whether a class that is derived from one, at whatever remove, may have what is asked."""
    known, waiting = {found}, [found]
    while waiting:
        base = waiting.pop()
        derived = names.derived(base)
        if derived is None:
            return use.own or base != found
        for one in derived:
            if one in known:
                continue
            if len(known) > _DERIVED or _may_derive(use.name, one, names, path, language):
                return True
            known.add(one)
            waiting.append(one)
    return False


def _may_derive(name: str, found: Found, names: WholeNames, path: Path, language: Language) -> bool:
    """Whether a derived class has a member, from itself or what else it is derived from."""
    members = find_members(found, names, language)
    return members is None or _has(name, members, language) or may_have(name, members, names, path)


def _missing_of_files(
    use: MemberUse, files: tuple[Path, ...], names: WholeNames, language: Language
) -> Missing | None:
    """The same of a module, which may be several files."""
    rules, name, there = language.members, use.name, dict[str, bool]()
    word = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")
    for file in files:
        symbols = names.symbols(file)
        defined = (one for one in symbols.definitions if not one.container)
        there |= {one.name: one.kind in ("function", "class") for one in defined}
        if name in there or any(("*", "*") in one.names for one in symbols.imports):
            return None
    if rules.dynamic and any(re.fullmatch(rules.dynamic, one) for one in there):
        return None
    for file in files:
        document = names.document(file)
        if document is None or document.tree is None or document.tree.root_node.has_error:
            return None
        if word.search(document.text) or (
            rules.reflects and re.search(rules.reflects, document.text)
        ):
            return None
    first = files[0]
    if (first.parent / name).exists() or first.with_name(f"{name}{first.suffix}").exists():
        return None
    owner = names.symbols(first).package or first.stem
    alike = tuple(sorted(name for name, called in there.items() if called == use.called))
    return Missing(use, owner, tuple(sorted(there)), alike)


def _nearest(name: str, there: tuple[str, ...]) -> list[str]:
    """Of what there is the likest names first, then the others, some of them."""
    public = [one for one in there if not one.startswith("_") or name.startswith("_")]
    near = get_close_matches(name, public, _NAMED, 0.5)
    if len(public) > _ALL:
        return near
    return [*near, *(one for one in public if one not in near)][:_NAMED]


_DERIVED = 60
"""Classes that are derived from one, after which no further are looked at."""
_NAMED = 6
_ALL = 40
"""Members of which some are worth to be named though they are not like what was asked for."""
