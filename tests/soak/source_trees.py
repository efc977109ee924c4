"""Every file of a language in trees of sources, with what the index of each tree knows: what the
gate says of code that is right is counted over them.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import language_for
from deskmate.settings.project import project_of
from deskmate.workspace.index.build import index_all
from deskmate.workspace.index.index import ProjectIndex
from deskmate.workspace.index.store import open_store
from deskmate.workspace.walk import walk_project

Check = Callable[[Path, Document, ProjectIndex], Counter[str]]
"""What is counted in a file without errors: `functions` looked at, names `changed`, and those that
were `seen` then, among others.
"""


def measure(check: Check, about: str) -> None:
    """Prints the counts of each folder that the command line names, and of all."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--language", default="python")
    parser.add_argument("--most", type=int, default=10**9, help="functions of each folder")
    options = parser.parse_args()
    total: Counter[str] = Counter()
    for folder in options.folders:
        started = time.monotonic()
        counts = _measure(folder, options.language, options.most, check)
        total += counts
        print(folder, dict(counts), f"{time.monotonic() - started:.0f} s", flush=True)
    print("all", dict(total), f"seen {total['seen'] / max(1, total['changed']):.0%}")


def _measure(folder: Path, language: str, most: int, check: Check) -> Counter[str]:
    project = project_of(folder / "x", folder)
    assert project is not None
    store = open_store(project.folder)
    index_all(store, project)
    counts: Counter[str] = Counter()
    paths = [one[0] for one in walk_project(project) if one]
    random.Random(7).shuffle(paths)
    for path in paths:
        known = language_for(None, path.name)
        if known is None or known.name != language or counts["functions"] >= most:
            continue
        index = ProjectIndex(project, {}, store)
        document = index.document(path)
        if document and document.tree and not document.tree.root_node.has_error:
            counts += check(path, document, index.having(path, document))
    return counts
