"""How often `core/gate/members.py` objects to code that is right, and how often it sees a name that
does not exist.

Every function of a tree of sources is taken as if it had just been written: without its body it is
what stood there before, with it what a model answers. What is said against it is a false refusal;
what the code before has, too, is only told, where Fix bug looks for what does not exist.
Then each member that is asked of something known is called otherwise: that should be seen.

    python tests/soak/members.py FOLDER… [--language python] [--most 20000]
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from source_trees import measure

from deskmate.core.gate.members import missing_of, was_there
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import query
from deskmate.core.syntax.queries import Scope, all_scopes
from deskmate.core.syntax.values import MemberUse, Values
from deskmate.core.text.text import Edit
from deskmate.workspace.index.index import ProjectIndex


def _check(path: Path, document: Document, index: ProjectIndex) -> Counter[str]:
    counts: Counter[str] = Counter()
    if document.language is None or query(document.language, "members") is None:
        return counts
    functions = [one for one in all_scopes(document) if one.kind == "function" and one.body]
    counts["functions"] = len(functions)
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
    measure(_check, __doc__)
