"""From a reply for one `Unit` of prose to the edits of the document, or a finding that says why
there are none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from deskmate.core.prose.corrections import Correction, corrections
from deskmate.core.prose.meaning import changes
from deskmate.core.prose.replies import (
    check_language,
    laid_out,
    lost,
    made_up,
    read_line,
    read_reply,
    restore,
)
from deskmate.core.prose.units import Unit, has_words, protected, shape
from deskmate.core.reply.readings import other_letters
from deskmate.core.syntax.document import Document
from deskmate.core.target import Rejected
from deskmate.core.text.differences import minimal_edits
from deskmate.core.text.matching import likeness
from deskmate.core.text.text import Edit, apply_edits, line_end


@dataclass(frozen=True, slots=True)
class UnitEdits:
    """What a reply comes to: `edits` of the document, what each corrects, what is worth a second
    look, and numbers that are gone with them.
    """

    edits: tuple[Edit, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ruled:
    """The text of a unit as rules put it right, the same on one line with its marks, and what they
    corrected.
    """

    text: str
    marked: str
    notes: tuple[Correction, ...] = ()


def correct(document: Document, unit: Unit, reply: str, ruled: Ruled | None = None) -> UnitEdits:
    """What `reply` corrects in a unit, each by itself, beside what is `ruled`. Raises Rejected."""
    ruled = ruled or Ruled(unit.text, unit.marked)
    corrected = restore(read_line(_without_neighbours(document, unit, reply), unit), unit)
    if likeness(ruled.text.lower(), corrected.lower()) < _ALIKE:
        raise Rejected("The reply is another text.")
    undone = {(one.new, one.old) for one in ruled.notes}
    stops = unit.kind == "paragraph" and len(ruled.text.split()) >= _SENTENCE
    every = corrections(ruled.text, corrected, stops=stops)
    found = [one for one in every if (one.old, one.new) not in undone]
    made = [one for one in found if not one.held and not _belongs_to_held(one, found)]
    text = apply_edits(ruled.text, [one.edit for one in made])
    done = settle(document, unit, text, (*ruled.notes, *made))
    held = tuple(
        f"“{one.old}” → “{one.new}” may change what is said, so it was left to you."
        for one in found
        if one.held
    )
    return replace(done, notes=(*done.notes, *held))


_SENTENCE = 8  # words of a paragraph from which on it is no caption


def _belongs_to_held(one: Correction, found: Sequence[Correction]) -> bool:
    """Whether a correction of grammar stands beside one that is held, which it may come with."""
    return one.reason != "spelling" and any(
        other.held
        and one.edit.span.start <= other.edit.span.end + _BESIDE
        and other.edit.span.start <= one.edit.span.end + _BESIDE
        for other in found
    )


_BESIDE = 2  # characters between words that stand beside each other


def settle(document: Document, unit: Unit, text: str, notes: Sequence[Correction]) -> UnitEdits:
    """The edits that put a corrected text where a unit stands. Raises Rejected."""
    lines = text.split("\n")
    text = "\n".join(stripped for line in lines if (stripped := line.strip()))
    if Counter(protected(text)) != Counter(protected(unit.text)) or not has_words(text):
        raise Rejected("The corrections would change what is no prose.")
    lines, margins = text.split("\n"), _margins(document, unit)
    margins = margins if len(lines) == len(margins) else [unit.margin] * len(lines)
    text = "\n".join([lines[0], *map("".join, zip(margins[1:], lines[1:], strict=True))])
    edits = _placed(document, unit, text)
    return UnitEdits(edits, tuple(f"{one}." for one in notes) if edits else ())


def rewrite(
    document: Document,
    unit: Unit,
    reply: str,
    width: int,
    asked: str = "",
    *,
    names: bool = True,
    same_language: bool = True,
) -> UnitEdits:
    """The unit as `reply` has it, its lines at most `width` characters wide. `asked` is what the
    model was told, which small ones repeat; without `names` only numbers are looked for that the
    text did not have, and with `same_language` it must be in that of the text. Raises Rejected.
    """
    line = read_reply(_without_neighbours(document, unit, reply), unit)
    said = list(changes(unit.marked, line)) if names else []
    if said and said[0].certain:
        raise Rejected(str(said[0]))
    if names and (letters := other_letters(line, unit.text)):
        raise Rejected(f"The reply switches to another language: {letters[:_SAID]}")
    if same_language:
        check_language(line, unit.marked)
    if _repeats(line, asked, unit):
        raise Rejected("The reply repeats the instruction; answer with the new text only.")
    edits = _placed(document, unit, laid_out(line, unit, width, _margins(document, unit)))
    told = tuple(
        f"“{one}” does not occur in the text."
        for one in made_up(line, unit)
        if names or one[0].isdigit()
    )
    told += tuple(map(str, said))
    return UnitEdits(edits, (), told if edits else (), lost(line, unit) if edits and names else ())


def _without_neighbours(document: Document, unit: Unit, reply: str) -> str:
    """A reply for one line without the lines beside it, which models repeat."""
    if "\n" in unit.text:
        return reply
    lines, text = document.lines, reply.strip()
    here = lines.line_at(unit.span.start)

    def beside(line: int) -> str:
        if not 0 <= line < len(lines):
            return ""
        return document.text[lines.start(line) : lines.end(line)].strip().lstrip("> ").strip()

    above, below = beside(here - 1), beside(here + 1)
    if above and text.startswith((f"{above} ", f"{above}\n")) and not unit.text.startswith(above):
        text = re.sub(r"\A[:~]\s+", "", text[len(above) :].lstrip())
    if below and text.endswith(f"\n{below}"):
        text = text[: -len(below)].rstrip()
    return text


def _margins(document: Document, unit: Unit) -> list[str]:
    """What stands before the text of each line of a unit; nothing where that cannot be told."""
    there = re.split(r"\r\n|\r|\n", document.slice(unit.span))
    lines = unit.text.split("\n")
    if len(there) != len(lines):
        return []
    pairs = list(zip(there, lines, strict=True))
    if not all(line in whole for whole, line in pairs):
        return []
    return [whole[: whole.index(line)] for whole, line in pairs]


def _placed(document: Document, unit: Unit, new: str) -> tuple[Edit, ...]:
    """The edits that put `new` where the unit stands. Raises Rejected where it would not be one."""
    old = document.slice(unit.span)
    new = new.replace("\n", line_end(document.text))
    if new.split() == old.split():
        return ()
    after = document.changed(Edit(unit.span, new))
    if shape(after) != shape(document):
        raise Rejected("The reply changes more than words: it begins a block or ends a comment.")
    return minimal_edits(old, new, unit.span.start)


def _repeats(line: str, asked: str, unit: Unit) -> bool:
    """Whether five words in a row are those of the instruction and not of the text."""
    runs = _find_runs(line) & _find_runs(asked)
    return not runs <= _find_runs(unit.marked)


@lru_cache(maxsize=16)  # all paragraphs have one instruction
def _find_runs(text: str) -> frozenset[tuple[str, ...]]:
    """All words in a row, as many as are no chance."""
    words = re.findall(r"\w+", text.lower())
    return frozenset(tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))


_RUN = 5
_SAID = 10  # letters of another script that are named
_ALIKE = 0.5  # the share of characters that a corrected text keeps at least, links and all
