"""What a proofread text corrects, one small edit each, without what is no correction.

A model that is asked to correct also rewrites. So each difference is looked at by itself: a word
that is spelled almost the same, an article, an ending, a comma may change; a name, a number, a
quotation, another word for the same thing, or British for American spelling may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import zip_longest

from deskmate.core.prose.english import (
    confused_words,
    endings,
    is_german,
    small_words,
    variants,
)
from deskmate.core.prose.facts import begins_sentence
from deskmate.core.prose.tenses import changes_tense
from deskmate.core.prose.turns import is_twice, turns, turns_there
from deskmate.core.prose.word_alignment import Part, Token, align, has_words, read_tokens
from deskmate.core.prose.word_forms import is_same_word, is_word, word_set
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
        kept = _join(gone) == _join(came) or any(one.kept for one in (*gone, *came))
        reason = "" if kept else vouched
        if not kept and not vouched and twice and not came:
            reason = "extra word"
        elif not kept and not vouched:
            reason = _reason(text, old[:last], old[last:], at, gone, came, stops)
        if reason:
            one = _correction(text, old, at, (gone, came), reason)
            was, now = ([token.text for token in part] for part in (gone, came))
            held = (turns(was, now) and not twice) or _are_names(was, now, text)
            held = held or changes_tense(was, now, text)
            before = old[at - 1].text if at else ""
            held = held or turns_there(was, now, before, [one.text for one in behind])
            said_once = reason == REPEATED and was[0].lower() not in word_set("denials")
            made.append(replace(one, held=held and not vouched and not said_once))
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


def _reason(
    text: str,
    old: Sequence[Token],
    rest: Sequence[Token],
    at: int,
    gone: Sequence[Token],
    came: Sequence[Token],
    stops: bool,
) -> str:
    """Why a change at token `at` is a correction; "" where it is none. `rest` stays as it is."""
    before, after = _join(gone), _join(came)
    if before == after or any(c.isdigit() for c in before + after):
        return ""
    if not has_words(gone) and not has_words(came):
        is_end = not rest and at + len(gone) >= len(old)
        ends = stops and not gone and after == "."
        if is_end and old and not ends and not _FULL_STOP.search(text[: old[-1].span.start]):
            return ""  # a heading, an item of a list: whether it ends in a stop is style
        signs = set(before + after) <= _SIGNS and len(before) <= 2 and len(after) <= 2
        return "punctuation" if signs else ""
    if not came:
        return _removed(old, rest, at, gone)
    if not gone:
        small = all(one.text.lower() in small_words() or not has_words([one]) for one in came)
        return "missing word" if small and len(came) <= _FEW else ""
    within = _is_name(old, at)
    named = within and before.lower() != after.lower()
    german = named and is_german(text)
    inflected = german and is_same_word(before.lower(), after.lower())
    slip = inflected or _is_slip(before.lower(), after.lower(), german)
    if _is_code(before) or (named and not slip):
        return ""
    if before.lower() == after.lower():
        small = stops and within and before.istitle() and after in small_words()
        beside = [*old[at + len(gone) :], *rest[:1]][:1]
        small = small and not any(one.text[:1].isupper() for one in beside)  # The Hague
        return "capital" if after[:1].isupper() or small else ""
    if _variant(before) == _variant(after):
        return ""
    one, other = before.lower(), after.lower()
    if any(one in words and other in words for words in confused_words()):
        return "grammar"
    if len(gone) == len(came) == 1 and is_same_word(one, other):
        return "grammar"
    if one in small_words() and other in small_words():
        return ""
    if sorted(re.sub(r"\W", "", one)) == sorted(re.sub(r"\W", "", other)):
        return "spelling"
    near = SequenceMatcher(None, one, other).ratio()
    if len(gone) == 1 and len(came) <= 2 and near >= _NEAR and one[0] == other[0]:
        return "grammar" if _same_stem(one, other) else "spelling"
    if len(gone) == len(came) == 1 and near >= _NEARER:
        return "spelling"
    if max(len(gone), len(came)) <= 3 and near >= _NEAREST:
        return "grammar"
    return ""


REPEATED = "repeated word"
"""Why a word goes that stands there twice."""

_SIGNS = frozenset(" .,;:!?'’…-–—()")
"""Punctuation that a proofreader touches; anything else may be markup."""

_FULL_STOP = re.compile(r"[.!?]\s")
_FEW = 2  # words that may be missing at one place
_NEAR, _NEARER, _NEAREST = 0.7, 0.75, 0.6


def _removed(old: Sequence[Token], rest: Sequence[Token], at: int, gone: Sequence[Token]) -> str:
    """Why words may go: one that stands there twice, or a small one too many."""
    word = _join(gone).lower()
    around = [old[at - 1].text.lower()] if at else []
    if at + len(gone) == len(old) and rest:
        around.append(rest[0].text.lower())
    if len(gone) == 1 and word in around:
        return REPEATED
    return "extra word" if word in small_words() else ""


def _correction(text: str, old: Sequence[Token], first: int, part: Part, reason: str) -> Correction:
    """The edit for a change at token `first`; what is put in stands behind the word before."""
    gone, came = part
    new = _join(came)
    if gone:
        span = Span(gone[0].span.start, gone[-1].span.end)
        if not came:
            span = _with_blank(text, span)
        return Correction(Edit(span, new), _join(gone), new, reason)
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


def _join(tokens: Sequence[Token]) -> str:
    return "".join(
        (" " if at and token.spaced else "") + token.text for at, token in enumerate(tokens)
    )


def _is_code(word: str) -> bool:
    return bool(re.search(r"_|[a-z][A-Z]|\A[A-Z]{2,}\Z|[/\\.]\w", word))


def _are_names(gone: Sequence[str], came: Sequence[str], text: str) -> bool:
    """Whether a word with a capital becomes one that is none: names may be written so."""
    if len(gone) != 1 or len(came) != 1 or is_german(text):
        return False
    capitals = gone[0][:1].isupper() and came[0][:1].isupper()
    return capitals and not is_word(came[0].lower())


def _is_slip(word: str, meant: str, german: bool) -> bool:
    """Whether a word with a capital is no name but a usual word with a slip, or German's noun."""
    near = SequenceMatcher(None, word.replace("ß", "ss"), meant).ratio() >= _SLIP
    unknown = german or (not is_word(word) and is_word(meant))
    return unknown and near and len(word) >= _LONG


_SLIP, _LONG = 0.85, 6


def _is_name(old: Sequence[Token], at: int) -> bool:
    """Whether a word begins with a capital where no sentence begins."""
    if not old[at].text[:1].isupper() or at == 0 or old[at].text == "I":
        return False
    return old[at - 1].text not in (".", "!", "?", ":", "…", '"', "“", "(")


def _variant(word: str) -> str:
    """A word without what tells British spelling from American."""
    word = word.lower()
    for pattern, plain in variants():
        word = pattern.sub(plain, word)
    return word


def _same_stem(one: str, other: str) -> bool:
    """Whether they differ in an ending only."""
    return any(
        one.removesuffix(a) == other.removesuffix(b) and one.endswith(a) and other.endswith(b)
        for pair in endings()
        for a, b in (pair, pair[::-1])
    )
