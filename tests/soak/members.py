"""How often `core/gate/members.py` objects to code that is right, and how often it sees a name that
does not exist.

Every function of a tree of sources is taken as if it had just been written: without its body it is
what stood there before, with it what a model answers. What is said against it is a false refusal;
what the code before has, too, is only told, where Fix bug looks for what does not exist.
Then each member that is asked of something known is called otherwise: that should be seen.

    python tests/soak/members.py FOLDER… [--language python] [--most 20000]
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from deskmate.core.gate.members import missing_of, was_there
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.syntax.language import query
from deskmate.core.syntax.queries import Scope, all_scopes
from deskmate.core.syntax.values import MemberUse, Values
from deskmate.core.text.text import Edit
from deskmate.core.text.uri import file_uri
from deskmate.settings.project import Project, project_of
from deskmate.workspace.index.build import index_all
from deskmate.workspace.index.index import ProjectIndex
from deskmate.workspace.index.store import Store, open_store
from deskmate.workspace.walk import walk_project


def main() -> None:
    """Prints every false refusal, and the counts of each folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--language", default="python")
    parser.add_argument("--most", type=int, default=10**9, help="functions of each folder")
    options = parser.parse_args()
    total: Counter[str] = Counter()
    for folder in options.folders:
        project = project_of(folder / "x", folder)
        assert project is not None
        store = open_store(project.folder)
        index_all(store, project)
        counts: Counter[str] = Counter()
        paths = [
            one[0] for one in walk_project(project) if one and _is_wanted(one[0], options.language)
        ]
        random.Random(7).shuffle(paths)
        started = time.monotonic()
        for path in paths:
            if counts["functions"] >= options.most:
                break
            counts += _check(path, project, store)
        seconds = time.monotonic() - started
        total += counts
        print(folder, dict(counts), f"{seconds:.0f} s", flush=True)
    print("all", dict(total), f"seen {total['seen'] / max(1, total['changed']):.0%}")


def _is_wanted(path: Path, language: str) -> bool:
    known = open_document(file_uri(path), "").language
    return known is not None and known.name == language


def _check(path: Path, project: Project, store: Store) -> Counter[str]:
    counts: Counter[str] = Counter()
    index = ProjectIndex(project, {}, store)
    document = index.document(path)
    if document is None or document.language is None or document.tree is None:
        return counts
    if document.tree.root_node.has_error or query(document.language, "members") is None:
        return counts
    functions = [one for one in all_scopes(document) if one.kind == "function" and one.body]
    counts["functions"] = len(functions)
    index = index.having(path, document)
    bodies = [one.body for one in functions if one.body]
    for use in Values(document, path, index, document.language).uses(bodies):
        counts["known"] += 1
        found = missing_of(use, path, index, document.language)
        if found is not None:
            new = not was_there(use.name, _before(document, functions, use))
            what = "refused" if new else "told"
            counts[what] += 1
            line = document.lines.line_at(use.span.start) + 1
            print(f"  {what}: {path}:{line} `{use.text}` of {found.owner}", flush=True)
        else:
            other = replace(use, name=f"{use.name}_zq")
            counts["changed"] += 1
            counts["seen"] += missing_of(other, path, index, document.language) is not None
    return counts


def _before(document: Document, functions: list[Scope], use: MemberUse) -> Document:
    """The document in which the function is yet to be written."""
    around = [one.body for one in functions if one.body and one.body.contains(use.span)]
    body = min(around, key=len)
    return document.changed(Edit(body, "pass"))


if __name__ == "__main__":
    main()
