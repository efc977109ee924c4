"""What a proofread text corrects, one small edit each, without what is no correction.

A model that is asked to correct also rewrites. So each difference is looked at by itself: a word
that is spelled almost the same, an article, an ending, a comma may change; a name, a number, a
quotation, another word for the same thing, or British for American spelling may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from deskmate.core.prose.correction_reasons import REPEATED, find_reason
from deskmate.core.prose.english import is_german, small_words
from deskmate.core.prose.facts import begins_sentence
from deskmate.core.prose.tenses import changes_tense
from deskmate.core.prose.turns import is_twice, turns, turns_there
from deskmate.core.prose.word_alignment import (
    Part,
    Token,
    align,
    has_words,
    join_tokens,
    read_tokens,
)
from deskmate.core.prose.word_forms import is_word, word_set
from deskmate.core.prose.word_order import moves
from deskmate.core.text.matching import Opcode, opcodes
from deskmate.core.text.text import Edit, Span


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction: the edit, in the text that is corrected, what it changes and why. One that is
    `held` may change what the text says, so it is for the user to make.
    """

    edit: Edit
    old: str
    new: str
    reason: str
    held: bool = False

    def __str__(self) -> str:
        """For the user: `teh → the (spelling)`."""
        return f"{self.old or '∅'} → {self.new or '∅'} ({self.reason})"


def corrections(
    text: str, corrected: str, vouched: str = "", *, stops: bool = False
) -> tuple[Correction, ...]:
    """The corrections in `corrected`, as edits of `text`; the rest of what differs is left out.
    Line breaks stay where they are. Where a rule vouches for what differs, `vouched` is its reason,
    and only code and quotations stay out of it. A text that `stops` is of sentences, the last of
    which ends in a full stop, too.
    """
    old, new = read_tokens(text), read_tokens(corrected)
    quoted = _quoted(text)
    done = opcodes([one.text for one in old], [one.text for one in new])
    moved = {} if vouched else dict(moves(text, old, new, done))
    found: list[Correction] = []
    for number, (tag, first, last, start, end) in enumerate(done):
        place = _span(text, old, first, last)
        cited = any(one.start <= place.start and place.end <= one.end for one in quoted)
        if cited and tag != "equal":
            continue
        if number in moved:
            edit = moved[number]
            before = text[edit.span.start : edit.span.end]
            found.append(Correction(edit, before, edit.text, "word order"))
        elif number - 2 in moved:
            continue
        elif tag == "equal":
            found += _blanks(text, [*zip(old[first:last], new[start:end], strict=True)])
        else:
            found += _differences(text, old, new, done[number], vouched, stops)
    return tuple(_apart(_without_titles(text, found)))


def _without_titles(text: str, found: Sequence[Correction]) -> Iterator[Correction]:
    """Without the capitals within sentences, where a reply writes small words so, as in titles."""
    end, line = -1, text.replace("\n", " ")
    inside: set[Correction] = set()
    for one in found:
        begins = begins_sentence(line, one.edit.span.start) or one.edit.span.start == end
        if one.reason == "capital" and not begins:
            inside.add(one)
        stops = one.new[-1:] in (".", "!", "?")  # a sentence is made into two
        end = one.edit.span.end + 1 if stops else -1
    titled = any(one.old in small_words() - {"i"} for one in inside)
    yield from (one for one in found if not titled or one not in inside)


def _differences(
    text: str,
    old: Sequence[Token],
    new: Sequence[Token],
    opcode: Opcode,
    vouched: str,
    stops: bool,
) -> Iterator[Correction]:
    """The corrections in a stretch that differs."""
    _, at, last, start, end = opcode
    parts = [*align(old[at:last], new[start:end])]
    made: list[Correction | None] = []
    for (gone, came), below in zip_longest(parts, parts[1:], fillvalue=((), ())):
        behind = [*old[at + len(gone) :][:1], *below[1][:1]]
        twice = len(gone) == 1 and bool(behind) and is_twice(gone[0].text, behind[-1].text)
        kept = join_tokens(gone) == join_tokens(came) or any(one.kept for one in (*gone, *came))
        reason = "" if kept else vouched
        if not kept and not vouched and twice and not came:
            reason = "extra word"
        elif not kept and not vouched:
            reason = find_reason(text, old[:last], old[last:], at, gone, came, stops)
        if reason:
            one = _correction(text, old, at, (gone, came), reason)
            was, now = ([token.text for token in part] for part in (gone, came))
            held = (turns(was, now) and not twice) or _are_names(was, now, text)
            held = held or changes_tense(was, now, text)
            before = old[at - 1].text if at else ""
            held = held or turns_there(was, now, before, [one.text for one in behind])
            if reason == REPEATED:
                held = was[0].lower() in word_set("denials", "twice_rightly")
            made.append(replace(one, held=held and not vouched))
        elif not kept and has_words([*gone, *came]):
            made.append(None)
        at += len(gone)
    # What is no correction may have been what the grammar beside it came with.
    whole = vouched or all(one and not one.held for one in made)
    for one in filter(None, made):
        if whole or one.held or one.reason == "spelling":
            yield one


def _apart(found: Iterable[Correction]) -> Iterator[Correction]:
    """Without those that reach into the one before."""
    end = -1
    for one in found:
        if one.edit.span.start >= end:
            end = max(one.edit.span.end, one.edit.span.start + 1)
            yield one


def _quoted(text: str) -> list[Span]:
    """What stands between quotation marks: somebody else's words."""
    pattern = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“”]*[“”]")
    return [Span(match.start() + 1, match.end() - 1) for match in pattern.finditer(text)]


def _blanks(text: str, pairs: Sequence[tuple[Token, Token]]) -> Iterator[Correction]:
    """Blanks before a sign, or missing behind one."""
    for number, (one, other) in enumerate(pairs):
        sign = not has_words([one]) and not one.kept
        if one.spaced == other.spaced or not number or one.kept:
            continue
        at, last = one.span.start, pairs[number - 1][0].text
        near, apart = f"{last}{one.text}", f"{last} {one.text}"
        if other.spaced and not has_words([pairs[number - 1][0]]):
            yield Correction(Edit(Span(at, at), " "), near, apart, "space")
        elif one.spaced and sign and text[at - 1] != "\n":
            before = pairs[number - 1][0].span.end
            yield Correction(Edit(Span(before, at), ""), apart, near, "space")


def _correction(text: str, old: Sequence[Token], first: int, part: Part, reason: str) -> Correction:
    """The edit for a change at token `first`; what is put in stands behind the word before."""
    gone, came = part
    new = join_tokens(came)
    if gone:
        span = Span(gone[0].span.start, gone[-1].span.end)
        if not came:
            span = _with_blank(text, span)
        return Correction(Edit(span, new), join_tokens(gone), new, reason)
    if not first:
        return Correction(
            Edit(Span(old[0].span.start, old[0].span.start), f"{new} "), "", new, reason
        )
    behind = old[first - 1].span.end
    added = f" {new}" if came[0].spaced else new
    return Correction(Edit(Span(behind, behind), added), "", new, reason)


def _with_blank(text: str, span: Span) -> Span:
    """With the blank that would be one too many without it, never a line break: `a, b` keeps the
    one behind a comma that goes.
    """
    before, behind = text[: span.start][-1:], text[span.end :][:1]
    if before in _BLANKS and not behind.isalnum():
        return Span(span.start - 1, span.end)
    if behind in _BLANKS and (before in ("", "\n") or text[span.start].isalnum()):
        return Span(span.start, span.end + 1)
    return span


_BLANKS = (" ", "\t")


def _span(text: str, old: Sequence[Token], first: int, last: int) -> Span:
    if first < last:
        return Span(old[first].span.start, old[last - 1].span.end)
    at = old[first].span.start if first < len(old) else len(text)
    return Span(at, at)


def _are_names(gone: Sequence[str], came: Sequence[str], text: str) -> bool:
    """Whether a word with a capital becomes one that is none: names may be written so."""
    if len(gone) != 1 or len(came) != 1 or is_german(text):
        return False
    capitals = gone[0][:1].isupper() and came[0][:1].isupper()
    return capitals and not is_word(came[0].lower())
