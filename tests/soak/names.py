"""How often `core/gate/bound.py` objects to a class that is right, and how often it sees one that
does not exist, in languages in which a class may stand elsewhere.

Every function of a tree of sources is taken as if it had just been written: a class that stands in
it and nowhere else in its file is new. What is said against it is a false refusal, what would be
imported for it is not needed. Then each class that is used in it is called otherwise: that should
be seen.

    python tests/soak/names.py FOLDER… --language java [--most 20000]
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from deskmate.core.gate.bound import is_nowhere
from deskmate.core.syntax.bindings import Unbound, unbound_names
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import language_for
from deskmate.core.syntax.queries import all_scopes
from deskmate.settings.project import Project, project_of
from deskmate.workspace.index.build import index_all
from deskmate.workspace.index.index import ProjectIndex
from deskmate.workspace.index.names import NamesHere
from deskmate.workspace.index.store import Store, open_store
from deskmate.workspace.walk import walk_project


def main() -> None:
    """Prints every false refusal, and the counts of each folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--language", required=True)
    parser.add_argument("--most", type=int, default=10**9, help="functions of each folder")
    options = parser.parse_args()
    total: Counter[str] = Counter()
    for folder in options.folders:
        project = project_of(folder / "x", folder)
        assert project is not None
        store = open_store(project.folder)
        index_all(store, project)
        counts: Counter[str] = Counter()
        paths = [one[0] for one in walk_project(project) if one]
        random.Random(7).shuffle(paths)
        started = time.monotonic()
        for path in paths:
            known = language_for(None, path.name)
            if known and known.name == options.language and counts["functions"] < options.most:
                counts += _check(path, project, store)
        total += counts
        print(folder, dict(counts), f"{time.monotonic() - started:.0f} s", flush=True)
    print("all", dict(total), f"seen {total['seen'] / max(1, total['changed']):.0%}")


def _check(path: Path, project: Project, store: Store) -> Counter[str]:
    counts: Counter[str] = Counter()
    index = ProjectIndex(project, {}, store)
    document = index.document(path)
    if document is None or document.language is None or document.tree is None:
        return counts
    if document.tree.root_node.has_error:
        return counts
    names = NamesHere(index.having(path, document), path, document.language)
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
    main()
