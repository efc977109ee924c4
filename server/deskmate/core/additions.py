"""Code that is added rather than rewritten: a function below a comment, tests in a test file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tree_sitter import Node

from deskmate.core.document import Document
from deskmate.core.placing import flat, indent_unit, margin_at, reindent
from deskmate.core.syntax import Scope, imports, problems, scopes
from deskmate.core.target import Rejected, Target
from deskmate.core.text import Edit, Span, line_end
from deskmate.core.tokens import shape, texts, tokens


@dataclass(frozen=True, slots=True)
class Addition:
    """Code to add, at the left margin, the document it was read from, and notes."""

    code: str
    read: Document
    complete: bool
    notes: tuple[str, ...] = ()


def definitions(code: str, target: Target) -> Iterator[Addition]:
    """What `code` defines, without imports, examples and what the comment above says already."""
    for read in _readings(code, target):
        inside = _depth(read, target)
        broken = [problem.span for problem in problems(read)] if read is not target.document else []
        top = [s for s in scopes(read) if len(s.path) == inside and _new(s, read, target)]
        kept = [s for s in top if not any(s.span.overlaps(span) for span in broken)]
        if not any(_is_wanted(scope, target) for scope in kept):
            continue
        spans = _with_constants(read, kept)
        parts = [_cut(read, span) for span in spans]
        last = kept[-1]
        behind = read.text[last.span.end :].strip()
        body = read.slice(last.body) if last.body else ""
        complete = bool(behind) or (body[:1] == "{" and body[-1:] == "}")
        yield Addition("\n\n".join(parts), read, complete)
        return


def _readings(code: str, target: Target) -> Iterator[Document]:
    document = target.document
    yield Document(document.uri, None, code, document.language)


def _depth(read: Document, target: Target) -> int:
    return 0


def _new(scope: Scope, read: Document, target: Target) -> bool:
    return scope.kind in ("function", "class")


def _is_wanted(scope: Scope, target: Target) -> bool:
    kind = target.wanted if target.wanted in ("function", "class") else scope.kind
    return scope.kind == kind and (not target.name or scope.name == target.name)


def _cut(read: Document, span: Span) -> str:
    return flat(read, span)


def _with_constants(read: Document, kept: list[Scope]) -> list[Span]:
    """The definitions, with the constants at the top level that they use, in order."""
    used = {text for scope in kept for text in texts(read, scope.span, comments=False)}
    spans = [scope.span for scope in kept]
    for node in _top(read):
        span = read.span_of(node)
        if any(span.overlaps(other) for other in [*spans, *imports(read)]):
            continue
        names = [t.text for t in tokens(read, span) if t.text.isidentifier() and not t.comment]
        if _CONSTANT.search(node.type) and "=" in read.slice(span) and set(names[:2]) & used:
            spans.append(span)
    return sorted(spans)


_CONSTANT = re.compile(r"declaration|assignment|const|static|expression_statement")


def _top(read: Document) -> list[Node]:
    return read.tree.root_node.named_children if read.tree else []


def place_below(code: str, target: Target) -> Edit:
    """The edit that puts `code` at the target's place, as deep in as the line above, with as
    many blank lines around it as the document has between its definitions.
    """
    document, at = target.document, target.span.start
    above = document.lines.line_at(max(0, at - 1))
    margin = margin_at(document, document.lines.end(above))
    unit = indent_unit(document, Span(at, at))
    lines = reindent(code.strip("\n"), margin, unit).split("\n")
    lines[0] = margin + lines[0].lstrip()
    lines = [line.rstrip() for line in lines]
    end = line_end(document.text)
    text = end.join(lines)
    if at > 0 and document.text[at - 1] not in "\r\n":
        return Edit(Span(at, at), end + text)
    rest = document.text[at:]
    following = rest.lstrip("\r\n")
    if not following.strip():
        return Edit(Span(at, at), text + end)
    there = document.lines.line_at(len(document.text) - len(following)) - document.lines.line_at(at)
    closes = re.match(r"\s*[})\]]|\s*end\b", following) is not None
    gap = 0 if closes else max(0, blank_lines(document, margin) - there)
    return Edit(Span(at, at), text + end * (1 + gap))


def blank_lines(document: Document, margin: str) -> int:
    """How many blank lines the document has between definitions that are as deep in."""
    gaps: Counter[int] = Counter()
    lines = document.lines
    for above, below in pairwise(scopes(document)):
        if above.path != below.path or margin_at(document, below.span.start) != margin:
            continue
        between = document.text[above.span.end : below.outer.start]
        if not between.strip():
            gaps[lines.line_at(below.outer.start) - lines.line_at(above.span.end) - 1] += 1
    default = 2 if not margin and _by_indentation(document) else 1
    return max(gaps, key=lambda gap: (gaps[gap], -gap), default=default)


def _by_indentation(document: Document) -> bool:
    style = document.language.doc if document.language else None
    return style is not None and style.placement == "inside"


def new_tests(code: str, target: Target) -> Addition:
    """The tests in `code`: without imports, without the target pasted in, without what the test
    file has already, and called otherwise than what is there. Raises Rejected where none is left.
    """
    document = target.document
    read = Document(document.uri, None, code, document.language)
    there = {(scope.path, scope.name) for scope in scopes(document)}
    known = {tuple(shape(document, scope.span)) for scope in scopes(document)}
    statements = {tuple(texts(document, document.span_of(node))) for node in _top(document)}
    notes: list[str] = []
    gone = list(imports(read))
    edits: list[Edit] = []
    for scope in scopes(read):
        if scope.path:
            continue
        if scope.name == target.name:
            gone.append(scope.outer)
            notes.append(f"Left out a copy of `{target.name}`.")
        elif tuple(shape(read, scope.span)) in known:
            gone.append(scope.outer)
        elif (scope.path, scope.name) in there:
            edits += _renamed(read, scope, there)
            notes.append(f"Renamed `{scope.name}`, which is there already.")
    gone += [
        read.span_of(node)
        for node in _top(read)
        if tuple(texts(read, read.span_of(node))) in statements
    ]
    edits = [edit for edit in edits if not any(span.overlaps(edit.span) for span in gone)]
    edits += [Edit(span, "") for span in _apart(gone)]
    text = code
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    text = re.sub(r"\n{4,}", "\n\n\n", re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE))
    if not text.strip():
        raise Rejected("The reply holds no test that is not in the file already.")
    return Addition(text.strip("\n"), read, False, tuple(dict.fromkeys(notes)))


def _apart(spans: list[Span]) -> list[Span]:
    """The spans without those that lie in others."""
    out: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not out or span.start >= out[-1].end:
            out.append(span)
    return out


def _renamed(read: Document, scope: Scope, there: set[tuple[tuple[str, ...], str]]) -> list[Edit]:
    name, number = scope.name, 2
    while (scope.path, f"{name}_{number}") in there:
        number += 1
    there.add((scope.path, f"{name}_{number}"))
    for token in tokens(read, scope.head):
        if token.text == name:
            return [Edit(token.span, f"{name}_{number}")]
    return []


def whole_part(code: str, document: Document) -> str:
    """`code`, which was cut off, up to the last statement that is whole; "" where none is."""
    read = Document(document.uri, None, code, document.language)
    for node in reversed(_top(read)[1:]):
        shorter = code[: read.offset_of(node.start_byte)].rstrip()
        if not problems(Document(document.uri, None, shorter, document.language)):
            return shorter
    return ""


def append_tests(code: str, target: Target) -> Edit:
    """The edit that puts tests at the target's place, apart from what is above and below."""
    document, at = target.document, target.span.start
    unit = indent_unit(document, Span(0, len(document.text)))
    end = line_end(document.text)
    text = end.join(line.rstrip() for line in reindent(code, "", unit).split("\n"))
    above = document.text[:at]
    if not above.strip():
        return Edit(Span(at, at), text + end)
    blank = blank_lines(document, "")
    trailing = len(above) - len(above.rstrip("\r\n"))
    ends = len(re.findall(r"\r\n|\r|\n", above[len(above) - trailing :]))
    return Edit(Span(at, at), end * max(0, blank + 1 - ends) + text + end)
