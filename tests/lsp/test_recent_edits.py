"""Where the user has edited last: the places follow what is edited around them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsp_editor import range_at
from lsprotocol import types as lsp

from deskmate.core.syntax.document import Document
from deskmate.lsp.documents import Documents
from deskmate.lsp.recent_edits import RecentEdits

LINES = "".join(f"value_{number} = {number}\n" for number in range(400))
A, B = "file:///project/a.py", "file:///project/b.py"


@pytest.fixture
def documents() -> Documents:
    return opened()


def opened() -> Documents:
    """Two open documents."""
    documents = Documents("utf-8")
    for uri in (A, B):
        documents.open(lsp.TextDocumentItem(uri, "python", 1, LINES))
    return documents


def now(documents: Documents, uri: str) -> Document:
    """The document as it is open."""
    document = documents.get(uri)
    assert document is not None
    return document


def put(documents: Documents, uri: str, at: int, text: str, delete: int = 0) -> None:
    """Types at an offset."""
    document = now(documents, uri)
    where = range_at(document.text, at, at + delete, "utf-8")
    identifier = lsp.VersionedTextDocumentIdentifier((document.version or 0) + 1, uri)
    documents.change(identifier, [lsp.TextDocumentContentChangePartial(where, text)])


def type_all(documents: Documents, uri: str, at: int, text: str) -> None:
    """Types it letter by letter."""
    for letter in text:
        put(documents, uri, at, letter)
        at += 1


def texts(documents: Documents, edits: RecentEdits) -> list[str]:
    """What stands in the places."""
    return [one.slice(span) for one, span in edits.find_in(documents)]


def test_what_is_typed_in_one_go_is_one_place(documents: Documents) -> None:
    edits = documents.tell(RecentEdits())
    type_all(documents, A, LINES.index("value_50 "), "typed = 1\n")
    assert texts(documents, edits) == ["typed = 1\n"]


def test_the_latest_is_last_and_one_that_is_gone_on_with_moves_there(documents: Documents) -> None:
    edits = documents.tell(RecentEdits())
    type_all(documents, A, LINES.index("value_200 "), "first = 1\n")
    type_all(documents, B, 0, "second = 2\n")
    type_all(documents, A, LINES.index("value_50 "), "third = 3\n")
    assert texts(documents, edits) == ["first = 1\n", "second = 2\n", "third = 3\n"]
    put(documents, B, len("second = 2"), "2")
    assert texts(documents, edits) == ["first = 1\n", "third = 3\n", "second = 22\n"]


def test_what_another_program_writes_anew_is_no_place(documents: Documents) -> None:
    edits = documents.tell(RecentEdits())
    type_all(documents, A, 0, "first = 1\n")
    put(documents, A, 0, LINES * 2, delete=len(LINES))
    assert texts(documents, edits) == []


def test_what_is_closed_is_forgotten(documents: Documents) -> None:
    edits = documents.tell(RecentEdits())
    type_all(documents, A, 0, "first = 1\n")
    documents.close(A)
    assert texts(documents, edits) == []
    edits.close(A)
    documents.open(lsp.TextDocumentItem(A, "python", 1, ""))
    assert texts(documents, edits) == []


@given(
    typing=st.lists(
        st.tuples(
            st.sampled_from([A, B]),
            st.integers(0, 3000),
            st.integers(0, 200),
            st.text(alphabet="ab\n", max_size=300),
        ),
        max_size=20,
    )
)
def test_each_place_lies_in_its_document_and_the_last_edit_in_the_last_one(
    typing: list[tuple[str, int, int, str]],
) -> None:
    documents = opened()
    edits = documents.tell(RecentEdits())
    for uri, at, delete, text in typing:
        put(documents, uri, at, text, min(delete, len(now(documents, uri).text) - at))
        found = edits.find_in(documents)
        assert all(0 <= span.start <= span.end <= len(one.text) for one, span in found)
        last, span = found[-1]
        assert last == now(documents, uri)
        assert span.start <= at and at + len(text) <= span.end
        spans = [one for document, one in found if document == last]
        assert all(one == other or not one.overlaps(other) for one in spans for other in spans)
