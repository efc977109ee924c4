"""What of its project a request shows beside the code that it works on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from deskmate.actions.context import find_pieces
from deskmate.actions.diagnostic import Diagnostic
from deskmate.actions.test_files import TestFile, is_test_file
from deskmate.actions.test_headers import find_imported
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.lookup import OneFile
from deskmate.core.target import WHOLE, Target
from deskmate.core.text.uri import file_path, name_in
from deskmate.requests.examples import find_examples
from deskmate.requests.house_rules import find_rules
from deskmate.requests.mentions import Mentioned, describe_problems, find_mentioned
from deskmate.settings.project import Project, placed_in
from deskmate.workspace.index.index import ProjectIndex, open_index


class Here(NamedTuple):
    """Where a document stands: its project as it is now, and its path in it."""

    project_index: ProjectIndex
    path: Path


def find_here(
    document: Document, others: Iterable[Document], project: Project | None, *own: Document
) -> Here | None:
    """Where a document stands in its project, in which those of `others` that may be read are open,
    too, and the user's `own` in any case; None where it is in none.
    """
    path = file_path(document.uri)
    if path is None or project is None:
        return None
    return Here(open_index(project, others, (*own, document)), placed_in(path))


def find_own_tests(target: Target, here: Here | None) -> tuple[Path, ...]:
    """The files of tests, called as such a file's may be, that use what is worked on, which its
    file brings there, those that use it most first; as far as the index has come.
    """
    language = target.document.language
    if here is None or language is None:
        return ()
    index, path = here
    suffixes = language.tested_by(path.suffix)
    name, _ = find_imported(target)
    counts = Counter(one.path for one in index.references(name, path, _MANY))
    return tuple(
        one
        for one, _ in counts.most_common()
        if (document := index.document(one))
        and one.suffix in suffixes
        and is_test_file(document)
        and brings(here, one, name)
    )


def brings(here: Here, user: Path, name: str) -> bool:
    """Whether a file that uses a name can have it from this one: that, or all of it, is imported
    from there.
    """
    index, path = here
    brought = index.imported(user)
    files = brought[name] if name in brought else chain.from_iterable(brought.values())
    return path in files or any(found.path == path for found in index.lookup(user, name))


_MANY = 50
"""Uses of a name that are looked at."""


def find_context(
    target: Target,
    here: Here | None,
    instruction: str = "",
    diagnostics: Sequence[Diagnostic] = (),
    tests: TestFile | None = None,
) -> Mentioned:
    """The pieces worth showing of the target's file and of its project, and of what the instruction
    mentions; with the mentions that nothing was found for.

    It reads files, so it belongs in a thread. What git or Deskmate are told to ignore, and what is
    never sent, is not among them.
    """
    document = target.document
    if target.result not in WHOLE:
        return Mentioned()
    if here is None:
        return Mentioned(find_pieces(target, Path(name_in(document.uri)), OneFile(document)))
    index, path = here
    problems = describe_problems(document, diagnostics)
    mentioned = find_mentioned(instruction, path, index, problems)
    code = document.language is not None and not document.language.prose
    rules = find_rules(path, document.language, index.project) if code and document.language else ()
    examples = find_examples(target, path, index, tests) if code else ()
    pieces = (*rules, *find_pieces(target, path, index), *mentioned.pieces, *examples)
    shown = {one.name.partition("`")[2].partition("`")[0] for one in pieces}
    return Mentioned(pieces, tuple(one for one in mentioned.unknown if one[1:] not in shown))
