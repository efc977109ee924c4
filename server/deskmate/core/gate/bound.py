"""Is each name that new code uses bound? What is not, and was not before, is a reason to refuse
where nothing else can bind it; else it is only said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from deskmate.core.gate.change import Change
from deskmate.core.syntax.bindings import Unbound, defined_names, unbound_names, words
from deskmate.core.syntax.document import Document
from deskmate.core.target import ProjectNames
from deskmate.core.text.text import Span


def unbound_in(change: Change) -> Iterator[Unbound]:
    """The names that the new code uses and nothing binds, each once."""
    told: set[str] = set()
    for one in unbound_names(change.after):
        if one.name not in told and change.is_new(one.span):
            told.add(one.name)
            if not _is_seen(change.target.names, one):
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
        if one.elsewhere == "project" and span.contains(one.span) and not _is_seen(names, one):
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
    looked for.
    """
    return not any(_is_certain(change, one) for one in _newly_unbound(change))


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
    if one.elsewhere == "maybe" or (one.elsewhere == "project" and change.target.names is None):
        return False
    return not _is_given_names(change)


def _is_given_names(change: Change) -> bool:
    """Whether others give the document names: it used some before that nothing in it binds, or it
    is a block of another.
    """
    unbound = unbound_names(change.before)
    return change.target.block is not None or any(one.elsewhere == "no" for one in unbound)


def _is_seen(names: ProjectNames | None, one: Unbound) -> bool:
    """Whether a name is one that the document sees of its project without an import."""
    if names is None:
        return False
    return names.declares(one.name) or (one.elsewhere != "no" and names.sees(one.name))
