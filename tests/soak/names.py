"""How often `core/gate/bound.py` objects to a class that is right, and how often it sees one that
does not exist, in languages in which a class may stand elsewhere.

Every function of a tree of sources is taken as if it had just been written: a class that stands in
it and nowhere else in its file is new. What is said against it is a false refusal, what would be
imported for it is not needed. Then each class that is used in it is called otherwise: that should
be seen.

    python tests/soak/names.py FOLDER… --language java [--most 20000]
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

from source_trees import measure

from deskmate.core.gate.bound import is_brought, is_nowhere
from deskmate.core.syntax.bindings import Unbound, unbound_names
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.queries import all_scopes
from deskmate.workspace.index.index import ProjectIndex
from deskmate.workspace.index.names import NamesHere


def _check(path: Path, document: Document, index: ProjectIndex) -> Counter[str]:
    counts: Counter[str] = Counter()
    assert document.language is not None
    names = NamesHere(index, path, document.language)
    functions = [one for one in all_scopes(document) if one.kind == "function" and one.body]
    counts["functions"] = len(functions)
    known = unbound_names(document)
    for function in functions:
        body = function.body
        assert body is not None
        inside = {one.name: one for one in known if body.contains(one.span)}
        outside = document.text[: body.start] + document.text[body.end :]
        for one in inside.values():
            if one.elsewhere != "maybe" or re.search(rf"\b{re.escape(one.name)}\b", outside):
                continue
            if one.wild and is_brought(one.name, document, names):
                continue
            counts["new"] += 1
            if _is_seen(one, document, names):
                said = "refused"
            elif not names.sees(one.name) and len(found := names.statements(one.name)) == 1:
                said = found[0]
            else:
                continue
            counts["refused" if said == "refused" else "imported"] += 1
            line = document.lines.line_at(one.span.start) + 1
            print(f"  {said}: {path}:{line} {one.name}", flush=True)
        for one in list(inside.values())[:1]:
            if one.elsewhere == "maybe" and one.name[:1].isupper():
                counts["changed"] += 1
                counts["seen"] += _is_seen(replace(one, name=f"{one.name}Zq"), document, names)
    return counts


def _is_seen(one: Unbound, document: Document, names: NamesHere) -> bool:
    return not names.sees(one.name) and is_nowhere(one, document, names)


if __name__ == "__main__":
    measure(_check, __doc__)
