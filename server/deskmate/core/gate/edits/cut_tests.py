"""Tests of a reply that was cut off: those that are whole, with what is around them closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from deskmate.core.gate.edits.new_definitions import ends_block
from deskmate.core.gate.test_assertions import innermost, is_assertion, words_that_assert
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import common
from deskmate.core.syntax.queries import all_scopes, captured, imports, problems
from deskmate.core.syntax.tokens import tokens
from deskmate.core.text.text import Span


def keep_whole_tests(code: str, document: Document) -> str:
    """`code`, which was cut off, up to the last test that is whole, and what closes the classes and
    calls that it stands in; "" where no test is whole. `document` says the language.
    """
    opening = document.language.imports.opening if document.language else ""
    head = f"{opening}\n" if opening and not code.lstrip().startswith(opening) else ""
    lines = f"{head}{code}".split("\n")
    for end, around in _places(lines, document):
        begun = "\n".join(lines[:end]).rstrip()
        if begun.count("\n") in around:
            continue  # nothing stands in it
        brackets = _find_open_brackets(_read(begun, document))
        blocks = (line for line, marks in brackets.items() if marks == ["}"])
        outer = [line for line in blocks if line not in around and not _depth(lines[line])]
        inside = sorted([*around, *outer], reverse=True)  # a namespace may not be indented
        for word in ("", *common()["closers"]):
            closed = begun + _closing(begun, lines, inside, brackets, word)
            read = _read(closed, document)
            if not problems(read):
                if _are_whole(read, inside):
                    return closed
                break
    return ""


def _read(text: str, document: Document) -> Document:
    return Document(document.uri, None, text, document.language)


def _places(lines: list[str], document: Document) -> Iterator[tuple[int, list[int]]]:
    """Where the text may end, the latest first: before which line, and the lines that what it then
    stands in begins with, the innermost first.
    """
    around = list(islice(_lineage(lines), _DEEP))
    if around and ends_block(lines[around[0]]):
        yield around[0] + 1, around[1:]
    for at, line in enumerate(around):
        yield _first_of(lines, line, document), around[at + 1 :]


def _lineage(lines: list[str]) -> Iterator[int]:
    """The last line that is not blank, and of those above each less far in than all below."""
    depth = None
    for at in range(len(lines) - 1, -1, -1):
        if lines[at].strip() and (depth is None or _depth(lines[at]) < depth):
            depth = _depth(lines[at])
            yield at


_DEEP = 20
"""How many blocks around the last line are looked at: each costs a parse."""


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _first_of(lines: list[str], line: int, document: Document) -> int:
    """The first of the lines that belong to one: with the head of a brace that has a line of its
    own, and the comments and attributes above.
    """
    comment = document.language.line_comment if document.language else None
    marks = ("@", "[", "#[", "/*", "*", *((comment,) if comment else ()))
    first = line - 1 if line and lines[line].strip() == "{" else line
    while first and lines[first - 1].strip().startswith(marks):
        first -= 1
    return first


def _find_open_brackets(begun: Document) -> dict[int, list[str]]:
    """What closes the brackets that are open at the end, by the line of each."""
    found: dict[int, list[str]] = {}
    stack = list[int]()
    for token in tokens(begun):
        mark = token.text[-1:]
        if token.comment or (token.textual and len(token.text) > 2):
            continue
        if mark in _PAIRS:
            line = begun.lines.line_at(token.span.start)
            stack.append(line)
            found.setdefault(line, []).append(_PAIRS[mark])
        elif mark in _PAIRS.values() and stack:
            found[stack.pop()].pop()
    return found


def _closing(
    begun: str, lines: list[str], inside: list[int], brackets: dict[int, list[str]], word: str
) -> str:
    """What closes the brackets of the lines that the end of `begun` stands in, the innermost first,
    with the `word` that ends a block there.
    """
    closing = ""
    for line in inside:
        margin = lines[line][: _depth(lines[line])]
        marks = "".join(reversed(brackets.get(line, [])))
        known = f"{marks};" in begun and marks != "}"
        if marks or word:
            closing += f"\n{margin}{word}{marks}" + (";" if known else "")
    return closing


_PAIRS = {"(": ")", "[": "]", "{": "}"}


def _are_whole(read: Document, inside: list[int]) -> bool:
    """Whether something is asserted, and no test begins in these lines."""
    words, shown = words_that_assert(read.language), captured(read, "assertions", "assertion")
    brought = imports(read)
    if not any(
        is_assertion(one, words, shown) and not any(span.contains(one.span) for span in brought)
        for one in tokens(read)
    ):
        return False
    return not any(first <= at <= last for first, last in _heads(read) for at in inside)


def _heads(read: Document) -> Iterator[tuple[int, int]]:
    """The first and last lines of what tests begin with, attributes, opening braces and all: of
    functions that are marked as tests, and of those that hold no others; of what runs them too.
    """
    convention = read.language.tests if read.language else None
    single, runs = (convention.single, convention.runs) if convention else ("", "")
    functions = {one.span: one for one in all_scopes(read) if one.kind == "function"}
    functions = {span: one for span, one in functions.items() if one.name != "main" or runs}
    inner = set(innermost([*functions]))
    for span, one in functions.items():
        body = one.body.start if one.body else span.start
        head = Span(one.outer.start, max(body, one.head.end))
        if span in inner or (single and re.search(single, read.slice(head))):
            yield read.lines.line_at(head.start), read.lines.line_at(body)
    if convention and convention.marks and not single:  # in Bash a test is no function
        for at in range(len(read.lines)):
            line = read.text[read.lines.start(at) : read.lines.end(at)]
            if re.search(convention.marks, line.strip()):
                yield at, at
