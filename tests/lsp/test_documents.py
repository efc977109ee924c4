"""The server's text is the editor's text, whatever is typed."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from lsp_editor import Encoding, range_at
from lsprotocol import types as lsp

from deskmate.core.syntax.document import Document
from deskmate.core.text.text import Edit, Span
from deskmate.lsp.convert import find_difference
from deskmate.lsp.documents import MANY, Documents

URI = "file:///project/notes.txt"

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")

texts = st.text(alphabet="ab é\t😀\n\r\x0c\x1c\u2028", max_size=40)

typed = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 6), texts), min_size=1, max_size=6)


def now(documents: Documents, uri: str = URI) -> Document:
    """The document as it is open."""
    document = documents.get(uri)
    assert document is not None
    return document


@settings(max_examples=100, deadline=None)
@given(text=texts, typing=typed, encoding=st.sampled_from(ENCODINGS), at_once=st.booleans())
def test_the_servers_text_is_the_editors(
    text: str, typing: Sequence[tuple[int, int, str]], encoding: Encoding, at_once: bool
) -> None:
    documents = opened(text, encoding)
    changes: list[lsp.TextDocumentContentChangeEvent] = []
    for start, length, insert in typing:
        start, end = boundary(text, start), boundary(text, start + length)
        where = range_at(text, start, max(start, end), encoding)
        changes.append(lsp.TextDocumentContentChangePartial(where, insert))
        text = text[:start] + insert + text[max(start, end) :]
    for version, batch in enumerate([changes] if at_once else [[one] for one in changes], 2):
        documents.change(lsp.VersionedTextDocumentIdentifier(version, URI), batch)
    document = documents.get(URI)
    assert document is not None
    assert document.text == text
    assert document.version == (2 if at_once else len(changes) + 1)


@settings(max_examples=100, deadline=None)
@given(text=texts, typing=typed, encoding=st.sampled_from(ENCODINGS))
def test_many_changes_at_once_come_to_the_same(
    text: str, typing: Sequence[tuple[int, int, str]], encoding: Encoding
) -> None:
    """As when a word is replaced everywhere; a job that follows the edits finds them all."""
    alone, together = opened(text, encoding), opened(text, encoding)
    before, trail = now(together), together.start_trail()
    changes: list[lsp.TextDocumentContentChangeEvent] = []
    for line, column, insert in [*typing] * (MANY // len(typing) + 1):
        start, end = lsp.Position(line % 4, column), lsp.Position(line % 3, line % 7)
        changes.append(lsp.TextDocumentContentChangePartial(lsp.Range(start, end), insert))
    for version, change in enumerate(changes, 2):
        alone.change(lsp.VersionedTextDocumentIdentifier(version, URI), [change])
    together.change(lsp.VersionedTextDocumentIdentifier(len(changes) + 1, URI), changes)
    assert now(together).text == now(alone).text
    assert trail.leads(before, now(together))


@settings(max_examples=100, deadline=None)
@given(text=texts, typing=typed, data=st.data())
def test_changes_may_come_in_any_order(
    text: str, typing: Sequence[tuple[int, int, str]], data: st.DataObject
) -> None:
    """As from Helix, which sends what is typed fast as it comes."""
    documents = opened(text, "utf-8")
    before, trail = now(documents), documents.start_trail()
    changes: list[tuple[int, lsp.TextDocumentContentChangePartial]] = []
    for version, (start, length, insert) in enumerate(typing, 2):
        start, end = boundary(text, start), boundary(text, start + length)
        where = range_at(text, start, max(start, end), "utf-8")
        changes.append((version, lsp.TextDocumentContentChangePartial(where, insert)))
        text = text[:start] + insert + text[max(start, end) :]
    for version, change in data.draw(st.permutations(changes)):
        documents.change(lsp.VersionedTextDocumentIdentifier(version, URI), [change])
    after = now(documents)
    assert (after.text, after.version) == (text, len(changes) + 1)
    assert trail.leads(before, after)


@settings(max_examples=100, deadline=None)
@given(old=texts, new=texts)
def test_a_whole_new_text_is_one_edit_of_what_differs(old: str, new: str) -> None:
    edit = find_difference(old, new)
    assert old[: edit.span.start] + edit.text + old[edit.span.end :] == new
    assert (
        not edit.text
        or not old[edit.span.start : edit.span.end]
        or edit.text[0] != (old[edit.span.start])
    )


def test_files_of_keys_are_no_context_of_others() -> None:
    documents = opened("one\n", "utf-8")
    for name in (".env", "server.pem", "shop.py"):
        item = lsp.TextDocumentItem(f"file:///project/{name}", "plaintext", 1, "A=1\n")
        documents.open(item)
    assert [one.uri for one in documents.list_others(URI)] == ["file:///project/shop.py"]
    assert documents.get("file:///project/.env") is not None  # it can be worked on itself


def test_an_editor_without_incremental_sync_may_send_the_whole_text() -> None:
    documents = opened("one\ntwo\nthree\n", "utf-16")
    trail = documents.start_trail()
    before = now(documents)
    whole = lsp.TextDocumentContentChangeWholeDocument("one\n2\nthree\n")
    documents.change(lsp.VersionedTextDocumentIdentifier(2, URI), [whole])
    assert trail.list_since(before) == (Edit(Span(4, 7), "2"),)
    assert trail.leads(before, now(documents))


def test_editors_that_encode_a_uri_differently_mean_the_same_document() -> None:
    documents = opened("text", "utf-16")
    documents.open(lsp.TextDocumentItem("file:///c%3A/a%20b.py", "python", 1, "x = 1"))
    assert now(documents, "file:///c:/a%20b.py").text == "x = 1"


def test_a_trail_does_not_lead_to_a_text_that_came_another_way() -> None:
    documents = opened("one", "utf-16")
    trail = documents.start_trail()
    before = now(documents)
    documents.close(URI)
    documents.open(lsp.TextDocumentItem(URI, "plaintext", 1, "another"))
    assert not trail.leads(before, now(documents))


def test_a_trail_is_forgotten_with_the_job_that_holds_it() -> None:
    documents = opened("one", "utf-16")
    trail = documents.start_trail()
    del trail
    assert not documents._trails


def opened(text: str, encoding: Encoding) -> Documents:
    documents = Documents(encoding)
    documents.open(lsp.TextDocumentItem(URI, "plaintext", 1, text))
    return documents


def boundary(text: str, offset: int) -> int:
    """An offset as an editor could have it: in the text, and not inside a line end."""
    offset = min(offset, len(text))
    return offset + (text[offset - 1 : offset + 1] == "\r\n")
