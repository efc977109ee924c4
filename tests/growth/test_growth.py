"""What a request does with a text takes no more than its share when the text is four times as long.

Every function that a request can reach, on every kind of text that grew out of hand once. What
counts is the processor's time of this thread, in ratio to that of the shorter text; where even the
longer one takes next to none, it is not looked at closer.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from growing_texts import TEXTS, make_text
from lsprotocol import types as lsp

from deskmate.actions.catalog import load_actions
from deskmate.actions.targets import find_target, offers
from deskmate.cloud.redaction import redact
from deskmate.core.gate.checks import CHECKS
from deskmate.core.gate.gate import judge
from deskmate.core.prose.edits import correct
from deskmate.core.prose.units import shape, units
from deskmate.core.reply.dangers import find_dangers
from deskmate.core.reply.file_lines import find_file_lines, find_file_names
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.syntax.symbols import around, basis, read_symbols, symbol_at
from deskmate.core.syntax.undocumented import Selection, documentation, put_in, texts, undocumented
from deskmate.core.target import Rejected, Target
from deskmate.core.text.differences import minimal_edits
from deskmate.core.text.text import Edit, Span
from deskmate.lsp.documents import Documents

LENGTH = 1500
"""Characters of the shorter text; a whole text that is rewritten is read many times."""

SHARE = 9.0
"""Four times the text may take so many times as long: linear is 4, quadratic 16."""

SLIGHT = 0.03
"""Seconds of the processor for the longer text that are not looked at closer."""

ACTIONS = load_actions()[0]


def list_actions(document: Document) -> None:
    middle = len(document.text) // 2
    offers(ACTIONS.values(), document, Span(middle, middle))


def list_for_all(document: Document) -> None:
    offers(ACTIONS.values(), document, Span(0, len(document.text)))


def hover(document: Document) -> None:
    known, middle = read_symbols(document), len(document.text) // 2
    around(document, middle, known)
    for offset in range(middle, middle + 60, 5):
        scope = symbol_at(document, min(offset, len(document.text)), known)
        if scope is not None:
            basis(document, scope, known)


def document_on_save(document: Document) -> None:
    texts(document)
    found = undocumented(document, Selection(("function", "class")))[:50]
    edits = [(Edit(Span(scope.span.start, scope.span.start), "# a\n"),) for scope in found]
    pairs = zip(found, edits, strict=True)
    written = [documentation(document, scope, made) for scope, made in pairs]
    put_in(document, [one for one in written if one])


def read_prose(document: Document) -> None:
    units(document, Span(0, len(document.text)))
    shape(document)


def correct_prose(document: Document) -> None:
    for unit in units(document, Span(0, len(document.text))):
        try:
            correct(document, unit, unit.text.replace("the ", "teh ").replace("a", "e", 20))
        except Rejected:
            continue


def rewrite_one(document: Document) -> None:
    middle = len(document.text) // 2
    target = find_target(ACTIONS["fix-bug"], document, Span(middle, middle))
    if target is not None and len(target.span) < 200:
        decide(f"```\n{target.original.replace('return', 'pass; return')}\n```", target)


def rewrite_all(document: Document) -> None:
    checks = tuple(name for name in CHECKS if name not in ("code-unchanged", "sane-size"))
    span = Span(0, len(document.text))
    target = Target(document, span, "replace", None, checks, wanted="code")
    decide(f"```\n{document.text.replace('a', 'a ').replace('1', '2')}\n```", target)


def show(document: Document) -> None:
    decide(document.text, Target(document, Span(0, 0), "show", None, (), wanted="text"))


def decide(reply: str, target: Target) -> None:
    try:
        judge(reply, target)
    except Rejected:
        return


def read_answer(document: Document) -> None:
    find_file_lines(document.text)
    find_file_names(document.text)
    find_dangers(document.text)


def redact_all(document: Document) -> None:
    redact([document.text], personal=True)


def replace_everywhere(document: Document) -> None:
    """As an editor reports it, a job following the edits."""
    documents = Documents("utf-16")
    documents.open(lsp.TextDocumentItem(document.uri, "plaintext", 1, document.text))
    trail, lines = documents.start_trail(), document.text.count("\n") + 1
    changes: list[lsp.TextDocumentContentChangeEvent] = []
    for number in range(len(document.text) // 8):
        place = lsp.Position(number % lines, number * 8 % 80)
        changes.append(lsp.TextDocumentContentChangePartial(lsp.Range(place, place), "x"))
    documents.change(lsp.VersionedTextDocumentIdentifier(2, document.uri), changes)
    [now] = documents.all()
    assert trail.leads(document, now)


def compare(document: Document) -> None:
    minimal_edits(document.text, document.text.replace("a", "bc"))


FUNCTIONS: dict[Callable[[Document], None], int] = {
    list_actions: LENGTH,
    list_for_all: LENGTH,
    hover: LENGTH,
    document_on_save: LENGTH,
    read_prose: LENGTH,
    rewrite_one: LENGTH,
    rewrite_all: 300,
    correct_prose: 600,
    show: LENGTH,
    read_answer: LENGTH,
    redact_all: LENGTH,
    replace_everywhere: LENGTH,
    compare: LENGTH,
}


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_it_grows_with_the_text(function: Callable[[Document], None]) -> None:
    length, grown = FUNCTIONS[function], {}
    for kind in TEXTS:
        measure(function, kind, 200)  # what is made once is made
        long = measure(function, kind, 4 * length)
        if long > SLIGHT and (ratio := long / measure(function, kind, length)) > SHARE:
            again = [measure(function, kind, 4 * length) for _ in range(3)]
            short = max(measure(function, kind, length) for _ in range(3))
            if (ratio := min(again) / short) > SHARE:
                grown[kind] = round(ratio, 1)
    assert not grown


BEYOND = 30_000
"""Characters of a text whose fourfold is read in another way, as large ones are."""

LARGE = ("statements", "rows", "one-line-of-javascript", "rules-of-css", "paragraphs", "a-log")


@pytest.mark.parametrize("function", [list_actions, list_for_all, hover])
def test_a_large_text_is_no_other_matter(function: Callable[[Document], None]) -> None:
    grown = {}
    for kind in LARGE:
        measure(function, kind, 200)
        short = max(measure(function, kind, BEYOND), SLIGHT)
        ratio = measure(function, kind, 4 * BEYOND) / short
        if ratio > SHARE:  # a busy machine counts as well: not twice the same
            ratio = min(measure(function, kind, 4 * BEYOND) for _ in range(2)) / short
        if ratio > SHARE:
            grown[kind] = round(ratio, 1)
    assert not grown


def measure(function: Callable[[Document], None], kind: str, length: int) -> float:
    """Seconds of the processor for a text of that length."""
    document = open_document(f"file:///project/{TEXTS[kind]['file']}", make_text(kind, length))
    began = time.thread_time()
    function(document)
    return time.thread_time() - began


def test_what_grows_out_of_hand_is_found() -> None:
    kind = next(iter(TEXTS))

    def count_pairs(document: Document) -> None:
        for letter in document.text:
            document.text.count(letter * 2)

    assert measure(count_pairs, kind, 8 * LENGTH) > SHARE * measure(count_pairs, kind, LENGTH)
