"""The protocol's values to ours and back. Positions become offsets here, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from unicodedata import category

from lsprotocol import types

from deskmate.actions.diagnostic import Diagnostic
from deskmate.core.syntax.document import Document
from deskmate.core.text.differences import count_common
from deskmate.core.text.replaced import replace_ranges
from deskmate.core.text.text import Edit, Encoding, Position, Span
from deskmate.core.text.uri import file_name


def find_encoding(kind: types.PositionEncodingKind | str | None) -> Encoding:
    """The negotiated encoding of positions."""
    names: dict[str, Encoding] = {"utf-8": "utf-8", "utf-32": "utf-32"}
    return names.get(str(getattr(kind, "value", kind)), "utf-16")


def to_offset(document: Document, position: types.Position, encoding: Encoding) -> int:
    """The offset of a position."""
    return document.lines.offset(Position(position.line, position.character), encoding)


def to_span(document: Document, given: types.Range, encoding: Encoding) -> Span:
    """The offsets of a range; a range given backwards is turned round."""
    ends = [to_offset(document, position, encoding) for position in (given.start, given.end)]
    return Span(min(ends), max(ends))


def to_selection(document: Document, given: types.Range, encoding: Encoding) -> Span:
    """The offsets of what is selected. One character is the cursor: in Helix, which has it on a
    character instead of before one, it is a selection of that.
    """
    span = to_span(document, given, encoding)
    text = document.text[span.start : span.end]
    if text == "\r\n" or all(category(character) in _JOINED for character in text[1:]):
        return Span(span.start, span.start)
    return span


_JOINED = ("Mn", "Me", "Mc", "Cf", "Sk")  # what stands in one place with the character before it


_RELATED = 5
"""Related places of one problem that are told."""


def to_range(document: Document, span: Span, encoding: Encoding) -> types.Range:
    """The range of a span."""
    return types.Range(
        start=_to_position(document, span.start, encoding),
        end=_to_position(document, span.end, encoding),
    )


def to_diagnostics(
    document: Document, given: Iterable[types.Diagnostic], encoding: Encoding
) -> tuple[Diagnostic, ...]:
    """What the editor reports about the document."""
    return tuple(
        Diagnostic(
            to_span(document, item.range, encoding),
            item.message,
            "" if item.code is None else str(item.code),
            tuple(map(_tell_related, (item.related_information or ())[:_RELATED])),
            int(item.severity or types.DiagnosticSeverity.Error),
        )
        for item in given
    )


def _tell_related(one: types.DiagnosticRelatedInformation) -> str:
    line = one.location.range.start.line + 1
    return f"{file_name(one.location.uri)}, line {line}: {one.message}"


def to_text_edits(
    document: Document, edits: Iterable[Edit], encoding: Encoding
) -> list[types.TextEdit]:
    """Edits against `document`, as the editor takes them."""
    return [types.TextEdit(to_range(document, edit.span, encoding), edit.text) for edit in edits]


def to_edit(
    document: Document, change: types.TextDocumentContentChangeEvent, encoding: Encoding
) -> Edit:
    """One change that the editor reports. A whole new text becomes the part of it that differs,
    so that what follows edits need not lose its place.
    """
    if isinstance(change, types.TextDocumentContentChangePartial):
        return Edit(to_span(document, change.range, encoding), change.text)
    return find_difference(document.text, change.text)


def apply_changes(
    text: str, changes: Iterable[types.TextDocumentContentChangeEvent], encoding: Encoding
) -> str:
    """A text after many changes that the editor reports, in a time that grows with each of both."""
    ranges: list[tuple[Position, Position, str]] = []
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            start, end = change.range.start, change.range.end
            places = [Position(one.line, one.character) for one in (start, end)]
            ranges.append((places[0], places[1], change.text))
        else:
            text, ranges = change.text, []
    return replace_ranges(text, ranges, encoding)


def find_difference(old: str, new: str) -> Edit:
    """The one edit that makes `new` of `old`, without what both begin and end with."""
    start = count_common(old, new)
    end = count_common(old[start:][::-1], new[start:][::-1])
    return Edit(Span(start, len(old) - end), new[start : len(new) - end])


def to_workspace_edit(
    document: Document,
    edits: Sequence[Edit],
    encoding: Encoding,
    *,
    versioned: bool,
    create: bool = False,
) -> types.WorkspaceEdit:
    """One file's edits. `versioned`: the client takes `documentChanges`; `create`: the file is
    made first, and the client can do that.
    """
    changes = to_text_edits(document, edits, encoding)
    if not versioned:
        return types.WorkspaceEdit(changes={document.uri: changes})
    identifier = types.OptionalVersionedTextDocumentIdentifier(
        uri=document.uri, version=document.version
    )
    made = [types.CreateFile(uri=document.uri)] if create else []
    return types.WorkspaceEdit(
        document_changes=[*made, types.TextDocumentEdit(identifier, changes)]
    )


def _to_position(document: Document, offset: int, encoding: Encoding) -> types.Position:
    found = document.lines.position(offset, encoding)
    return types.Position(line=found.line, character=found.character)
