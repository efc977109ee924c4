"""Names and members that code uses and that do not exist: what a bug often is, and can be told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from deskmate.actions.diagnostic import Diagnostic
from deskmate.core.gate.bound import find_unbound
from deskmate.core.gate.members import find_unknown, tell_missing
from deskmate.core.syntax.lookup import OneFile, WholeNames
from deskmate.core.target import Target
from deskmate.core.text.uri import name_in
from deskmate.requests.context import Here
from deskmate.workspace.index.names import NamesHere


def find_wrong_names(
    target: Target, here: Here | None, reported: Sequence[Diagnostic]
) -> dict[str, Diagnostic]:
    """What the target uses and does not exist, each as a problem, but for lines of which something
    is `reported` already; nothing where many files that it sees are not in the index, since the
    model is not to wait for that. It reads files, so it belongs in a thread.
    """
    document, lines, language = target.document, target.document.lines, target.document.language
    if language is None or document.tree is None or document.tree.root_node.has_error:
        return {}
    path = Path(name_in(document.uri))
    whole: WholeNames = OneFile(document)
    names = None
    if here is not None:
        index, path = here
        if len(index.beside(path)) - len(index.nearest(path)) > _FEW:
            return {}
        whole, names = index.having(path, document), NamesHere(*here, language)
    found = {
        one.name: Diagnostic(one.span, told)
        for one, told in find_unbound(document, target.span, names)
    } | {
        one.use.name: Diagnostic(one.use.span, tell_missing(one))
        for one in find_unknown(document, path, whole, (target.span,))
    }
    known = {lines.line_at(one.span.start) for one in reported}
    return {name: one for name, one in found.items() if lines.line_at(one.span.start) not in known}


_FEW = 20
"""Files that are read in about a second."""
