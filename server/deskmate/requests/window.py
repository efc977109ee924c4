"""What of a document a model is shown around a cursor, so that a further key reads only a few
tokens more.

A model that fills in what is missing reads what stands before it, what stands behind it, and then
writes. So that the text behind need not be read again at each key, what is typed counts as the
beginning of what is missing: `before` ends at an anchor, and what stands between the anchor and the
cursor comes last. The anchor, and where `before` begins, move in steps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from deskmate.core.syntax.document import Document
from deskmate.engines.models.fim import FimTokens


@dataclass(frozen=True, slots=True)
class Size:
    """How many characters are shown: `before` the anchor and `after` the cursor at most, of the
    rest of the `own` file, of what is `near` in meaning and what is `alike` in other files, of the
    `recent` edits, and at most `reach` between anchor and cursor.
    """

    before: int = 1600
    after: int = 400
    own: int = 600
    near: int = 800
    alike: int = 400
    recent: int = 600
    reach: int = 600


USUAL = Size()


@dataclass(frozen=True, slots=True)
class Window:
    """What is shown of a document from `start` to `anchor`, and behind the cursor; `own` is what of
    the rest of it is worth showing. `alike` and `near` are what was found elsewhere that is, in
    words and in meaning, each with the name of its file, and `recent` what was edited elsewhere.
    """

    start: int
    anchor: int
    before: str
    after: str
    own: str = ""
    alike: tuple[tuple[str, str], ...] = ()
    near: tuple[tuple[str, str], ...] = ()
    recent: tuple[tuple[str, str], ...] = ()

    def holds(self, document: Document, offset: int, size: Size) -> bool:
        """Whether it is still what stands around a cursor, so that only what was typed is new."""
        text = document.text
        return (
            0 <= offset - self.anchor <= size.reach
            and text[self.start : self.anchor] == self.before
            and text.startswith(self.after, offset)
            and len(text) - offset - len(self.after) >= 0
        )

    def narrowed(self) -> Window:
        """With only the nearest of what stands behind the cursor."""
        lines = self.after.split("\n")
        return replace(self, after="\n".join(lines[:_NEAREST]))


def open_window(document: Document, offset: int, size: Size) -> Window:
    """What is shown around a cursor, before anything is looked for elsewhere."""
    text, lines = document.text, document.lines
    anchor = lines.start(lines.line_at(offset))
    if offset - anchor > size.reach:
        anchor = offset  # a line without end
    start = 0
    if anchor > size.before:
        step = size.before // 2
        start = ((anchor - size.before) // step + 1) * step
        start = text.find("\n", start, anchor) + 1 or start  # a line without end is cut
    end = min(len(text), offset + size.after)
    if end < len(text):
        end = max(text.rfind("\n", offset, end), min(offset + size.after // 2, len(text)))
    return Window(start, anchor, text[start:anchor], text[offset:end])


def word_prompt(
    window: Window, document: Document, offset: int, tokens: FimTokens, project: str, path: str
) -> tuple[str, str]:
    """What the model is given for a cursor, and with what its answer has to begin: a word that is
    half written is left for it to write whole, since it knows words and not their halves.
    """
    typed = document.text[window.anchor : offset]
    begun = _BEGUN.search(typed)
    half = begun[0] if begun else ""
    half = half if len(half) <= _LONGEST else ""
    above = f"{window.own}{window.before}"
    parts = [document_text(one, tokens) for one in (above, window.after)]
    typed = document_text(typed[: len(typed) - len(half)], tokens)
    shown, elsewhere = "", (*window.alike, *window.near, *window.recent)
    if elsewhere and tokens.file:
        named = [
            f"{tokens.file}{document_text(name, tokens)}\n{document_text(text, tokens)}\n"
            for name, text in elsewhere
        ]
        project, path = document_text(project, tokens), document_text(path, tokens)
        first = f"{tokens.repository}{project}\n" if tokens.repository else ""
        shown = f"{first}{''.join(named)}{tokens.file}{path}\n"
    elif elsewhere:
        shown = "".join(f"{document_text(text, tokens)}\n" for _, text in elsewhere)
    before, after = parts
    if not tokens.file:
        before, shown = shown + before, ""
    return (
        f"{shown}{tokens.prefix}{before}{tokens.suffix}{after}{tokens.middle}{typed}",
        half,
    )


def document_text(text: str, tokens: FimTokens) -> str:
    """A text in which none of the model's tokens stands, so that it is nothing but text; with the
    line ends that models know.
    """
    for token in tokens.all:
        text = text.replace(token, f"{token[0]} {token[1:]}")
    return text.replace("\r\n", "\n")


_BEGUN = re.compile(r"[ \t]?\w+\Z|[ \t]\Z")
_NEAREST = 4
"""Lines behind the cursor, with its own, that are shown a model that says those once more."""
_LONGEST = 40
"""Characters of a word that is left for the model to write."""
