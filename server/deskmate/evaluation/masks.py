"""Pieces of source that are taken out for `deskmate eval complete`: lines, bodies of functions, and
lines that one commit wrote together with others, which an editor would know as recent edits. No
line is taken that nobody could know: with a sentence in it, or a name that stands nowhere else.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import Literal

from deskmate.core.syntax.document import Document, open_document
from deskmate.core.syntax.queries import scopes
from deskmate.core.syntax.tokens import tokens
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_uri
from deskmate.errors import ActionError
from deskmate.requests.recent import Edited
from deskmate.requests.window import USUAL, open_window
from deskmate.settings.project import Project, project_of
from deskmate.workspace.blame import find_beside, read_runs
from deskmate.workspace.git import find_git_dir
from deskmate.workspace.reading import read_project_file
from deskmate.workspace.walk import walk_project

Kind = Literal["line", "block", "edit"]
"""A line, the body of a function, or a line that was written together with others elsewhere."""


@dataclass(frozen=True, slots=True)
class Mask:
    """A piece of source that is taken out: what is left of the document, and what was there; with
    what was `edited` elsewhere just before, as far as that is known.
    """

    kind: Kind
    document: Document
    offset: int
    wanted: str
    edited: tuple[Edited, ...] = ()

    @property
    def line(self) -> int:
        """Where it is taken out, from 1."""
        return self.document.lines.line_at(self.offset) + 1


def find_masks(
    folder: Path, count: int, seed: int = 1, tell: Callable[[int], None] = lambda found: None
) -> list[Mask]:
    """So many pieces of a folder's source, by turns two lines, a body and, where the folder is in a
    repository of git, a line that was written with others. What is chosen hangs on the text alone,
    so that most is the same after an edit. `tell` hears how many there are so far. Raises
    ActionError where there is no source.
    """
    project = find_project(folder)
    paths = sorted(
        (found[0] for found in walk_project(project) if found),
        key=lambda one: _draw(seed, project.name(one)),
    )
    known = _Known(paths[:_FILES], project)
    lines, blocks, edits = list[Mask](), list[Mask](), list[Mask]()
    tracked = find_git_dir(folder) is not None
    for path in paths:
        document = _open(path, project)
        if document is None:
            continue
        lines += _choose(_lines(document, seed, known), _EACH, seed)
        blocks += _choose(_blocks(document), 1, seed)
        if tracked and len(edits) <= count // 4:
            edits += islice(_edits(path, document, project, seed, known), 1)
        tell(len(lines) + len(blocks) + len(edits))
        if min(len(lines) // 2, len(blocks), len(edits) if tracked else count) > count // 4:
            break
    if not lines:
        raise ActionError(f"{folder} has no source to take lines out of; name another folder.")
    turns = zip_longest(lines[::2], lines[1::2], blocks, edits)
    return [mask for turn in turns for mask in turn if mask is not None][:count]


def find_project(folder: Path) -> Project:
    """The folder as a project. Raises ActionError where it is none."""
    project = project_of(folder / "x", folder)
    if project is None:
        raise ActionError(f"{folder} is no folder.")
    return project


def _open(path: Path, project: Project) -> Document | None:
    file = read_project_file(path, project)
    if file is None or len(file.text) > _LONGEST:
        return None
    return open_document(file_uri(path), file.text)


def _choose(masks: Iterator[Mask], count: int, seed: int) -> list[Mask]:
    return sorted(masks, key=lambda one: _draw(seed, one.wanted))[:count]


def _draw(*about: object) -> int:
    """A number that hangs on nothing else."""
    return int.from_bytes(hashlib.sha256(repr(about).encode()).digest()[:8])


class _Known:
    """The names that stand in the files of a project."""

    def __init__(self, paths: Sequence[Path], project: Project) -> None:
        documents = filter(None, (_open(path, project) for path in paths))
        words = (set(_WORD.findall(document.text)) for document in documents)
        self._files = Counter(chain.from_iterable(words))

    def judge_fair(self, document: Document) -> Callable[[Span], bool]:
        """Says of a place whether what stands there can be known: each of its names stands
        elsewhere in the document or in two files, and there is no text in it that is a sentence.
        """
        here = Counter(_names(document))

        def is_fair(span: Span) -> bool:
            said = tokens(document, span)  # none in the middle of a text
            texts = (one.text for one in said if one.textual or one.comment)
            gone = Counter(_names(document, span))
            known = (here[name] > gone[name] or self._files[name] > 1 for name in gone)
            return bool(said) and not any(map(_SENTENCE.search, texts)) and all(known)

        return is_fair


def _names(document: Document, span: Span | None = None) -> list[str]:
    return [one.text for one in tokens(document, span) if one.word]


def _lines(document: Document, seed: int, known: _Known) -> Iterator[Mask]:
    """Lines of code that say something, some begun: at their first character or in a word."""
    is_fair = known.judge_fair(document)
    for line in range(_TOP, len(document.lines) - 1):
        span = _code_of(document, line)
        if len(span) >= _SHORTEST and is_fair(span):
            begun = _BEGUN[_draw(seed, document.slice(span)) % len(_BEGUN)]
            at = span.start + len(span) * begun // 4
            yield _mask("line", document, Span(at, span.end))


def _code_of(document: Document, line: int) -> Span:
    """The code of a line; an empty place where it has none, or imports something."""
    start = document.lines.start(line)
    text = document.text[start : document.lines.end(line)]
    code = text.strip()
    if not code[:1].isalpha() or code.startswith(_IMPORTS):
        return Span(start, start)
    start += len(text) - len(text.lstrip())
    return Span(start, start + len(code))


def _blocks(document: Document) -> Iterator[Mask]:
    """The bodies of functions of a few lines, but for their documentation."""
    text, lines = document.text, document.lines
    for scope in scopes(document):
        if scope.kind != "function" or scope.body is None:
            continue
        body = scope.body
        inside = scope.doc is not None and body.contains(scope.doc)
        start = scope.doc.end if inside and scope.doc else body.start
        code = text[start : body.end].strip()
        if code.startswith("{") and code.endswith("}"):
            code = code[1:-1].strip()
        at = text.find(code, start) if code else -1
        if at >= 0 and code and 1 <= code.count("\n") <= _TALLEST:
            if text[lines.start(lines.line_at(at)) : at].strip():
                continue
            yield _mask("block", document, Span(at, at + len(code)))


def _edits(
    path: Path, document: Document, project: Project, seed: int, known: _Known
) -> Iterator[Mask]:
    """Lines whose commit wrote others out of sight of them, which have a word of theirs that is not
    to be seen else; with those others.
    """
    runs, is_fair = read_runs(path), known.judge_fair(document)
    for commit in sorted({run.commit for run in runs}, key=lambda one: _draw(seed, one)):
        own = [run for run in runs if run.commit == commit]
        lines = [line for run in own for line in run.lines if line >= _TOP]
        if sum(len(run.lines) for run in own) > _TOGETHER or not lines:
            continue
        elsewhere = list(_edited_elsewhere(path, commit, document, project))
        for line in sorted(lines, key=lambda one: _draw(seed, one)):
            span = _code_of(document, line)
            if len(span) < _SHORTEST or not is_fair(span):
                continue
            found = _mask("edit", document, span)
            shown = _shown(found)
            spans = [_span_of(found.document, run.lines) for run in own]
            here = [(found.document, one) for one in spans if not shown.overlaps(one)]
            edited = (*elsewhere, *here)[-_PLACES:]
            told = {word for one, place in edited for word in _words(one.slice(place))}
            if told & _words(found.wanted) - _words(found.document.slice(shown)):
                yield replace(found, edited=edited)


def _edited_elsewhere(
    path: Path, commit: str, document: Document, project: Project
) -> Iterator[Edited]:
    """What the commit wrote in other files of the same language, as far as it is no new file."""
    for other in find_beside(path, commit):
        opened = _open(other, project) if other != path and other.suffix == path.suffix else None
        if opened is None or opened.language != document.language:
            continue
        runs = [run for run in read_runs(other) if run.commit == commit]
        if sum(len(run.lines) for run in runs) <= _TOGETHER:
            yield from ((opened, _span_of(opened, run.lines)) for run in runs)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d]\w{3,}", text))


def _span_of(document: Document, lines: range) -> Span:
    last = len(document.lines) - 1
    start, end = min(lines[0], last), min(lines[-1], last)
    return Span(document.lines.start(start), document.lines.end(end))


def _shown(mask: Mask) -> Span:
    window = open_window(mask.document, mask.offset, USUAL)
    return Span(window.start, mask.offset + len(window.after))


def _mask(kind: Kind, document: Document, span: Span) -> Mask:
    """A span of a document, taken out."""
    left = document.text[: span.start] + document.text[span.end :]
    masked = open_document(document.uri, left)
    return Mask(kind, masked, span.start, document.slice(span))


_TOP = 12
"""Lines at the beginning of a file, which nothing leads to."""
_SHORTEST, _TALLEST, _EACH, _LONGEST = 14, 8, 2, 200_000
_WORD = re.compile(r"[^\W\d]\w*")
_SENTENCE = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}")
"""Two words after each other: what somebody says, and not only how something is called."""
_FILES = 300
"""Files whose names count as known."""
_BEGUN = (0, 0, 1, 2)
"""Quarters of a line that are typed already."""
_TOGETHER, _PLACES = 40, 8
"""Lines of a file that are one change and not a new file, and places of a change that are told."""
_IMPORTS = ("from ", "import ", "use ", "using ", "package ", "#include")
