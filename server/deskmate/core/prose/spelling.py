"""What a rule checker says of a text, weighed: what is a mistake, and what was meant.

Such a checker knows that a word is none, seldom which one was meant, and takes names and terms for
mistakes. What else stands in the document tells: a term comes again, and so do the words that the
author uses. `tests/core/prose/measure_documents.py` measures what is certain here, on documents
that are right as they are and on misspellings planted in them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from deskmate.core.prose.coined import is_coined
from deskmate.core.prose.english import (
    also_written,
    certain_rules,
    holds_between,
    is_english,
    is_mixed,
    stressed_words,
)
from deskmate.core.prose.named import (
    begins,
    is_explained,
    is_no_name,
    is_somebody,
    seems_name,
)
from deskmate.core.prose.near_words import SHORT, count_slips, is_certain, rank_meanings
from deskmate.core.prose.units import MARK
from deskmate.core.prose.usual_words import usualness
from deskmate.core.prose.vocabulary import Vocabulary, is_name, is_rare
from deskmate.core.prose.word_forms import form_number, word_set
from deskmate.core.text.text import Edit, Span, apply_edits


@dataclass(frozen=True, slots=True)
class Lint:
    """What a `rule` of the checker says of a stretch of a line: its `kind`, what may stand there
    instead.
    """

    span: Span
    rule: str
    kind: str
    suggestions: tuple[str, ...]

    @property
    def spells(self) -> bool:
        """Whether it says that a word is none."""
        return self.rule == "SpellCheck"


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake in a line, and what may be meant, the likeliest first. Where `certain` it may be
    put right without asking.
    """

    span: Span
    reason: str
    words: tuple[str, ...]
    certain: bool


def findings(
    lines: Sequence[str],
    lints: Sequence[Sequence[Lint]],
    vocabulary: Vocabulary | None = None,
) -> tuple[tuple[Finding, ...], ...]:
    """The mistakes in each of the lines of a document, given what words it has. A line in another
    language has none.
    """
    vocabulary = vocabulary or Vocabulary("\n".join(lines), tuple(lines))
    known = _known_words(lines, lints, vocabulary)
    return tuple(
        tuple(_findings(line, found, known, vocabulary)) if _is_read(line, found) else ()
        for line, found in zip(lines, lints, strict=True)
    )


def corrected(line: str, found: Iterable[Finding]) -> str:
    """A line with what is certain put right."""
    edits = [Edit(one.span, one.words[0]) for one in found if one.certain]
    return apply_edits(line, edits)


def _known_words(
    lines: Sequence[str], lints: Sequence[Sequence[Lint]], vocabulary: Vocabulary
) -> Counter[str]:
    """The author's words, and how often each stands in the prose. Of what the checker was not asked
    about only those that come again.
    """
    unknown = {
        _word(line, lint).lower()
        for line, found in zip(lines, lints, strict=True)
        for lint in found
        if lint.spells
    }
    looked_at = {word for line in lines for word in _WORDS.findall(line)}
    words = Counter(word for line in vocabulary.prose for word in _WORDS.findall(line))
    return Counter(
        {
            word: count
            for word, count in words.items()
            if word not in unknown and (count > 1 or word in looked_at)
        }
    )


_WORDS = re.compile(r"(?<![\w`/.-])[a-z]{3,}(?![\w`/.-])")


def _word(line: str, lint: Lint) -> str:
    return line[lint.span.start : lint.span.end]


def _is_read(line: str, found: Sequence[Lint]) -> bool:
    """Whether a line is in the language of the rules."""
    unknown = sum(lint.spells for lint in found)
    return unknown < _FEW or (unknown <= len(line.split()) * _MOST and is_english(line))


_FEW = 3
_MOST = 0.6
"""The share of a line's words that may be unknown, where so many are."""


def _findings(
    line: str, found: Sequence[Lint], known: Counter[str], vocabulary: Vocabulary
) -> Iterator[Finding]:
    end = 0
    for lint in sorted(found, key=lambda one: (one.span.start, not one.spells)):
        if lint.span.start < end or not lint.suggestions or not lint.suggestions[0]:
            continue
        if lint.spells:
            finding = _misspelling(line, lint, known, vocabulary)
        else:
            finding = _by_rule(line, lint, vocabulary)
        if finding is not None:
            end = lint.span.end
            yield finding


def _by_rule(line: str, lint: Lint, vocabulary: Vocabulary) -> Finding | None:
    """What a rule of grammar says, where it is one that holds."""
    word, meant = _word(line, lint), lint.suggestions[0]
    reason = certain_rules().get(lint.rule)
    if reason is None or _is_code(word) or re.search(r"[^\w\s'’.,-]", word):
        return None
    if not _stands_alone(line, lint.span) or not is_english(line):
        return None
    if lint.rule == "RegularIrregulars":
        if _LATIN.search(word) or vocabulary.comes_again(word):
            return None  # `corpuses` is as right as `corpora`, and a `strided` array a term
        # No participle: nothing asks for one.
        meant = min(lint.suggestions, key=lambda one: (form_number(one), one))
    if (word[0].isupper() and not begins(line, lint.span)) or _BESIDE_CODE.search(
        line[: lint.span.start]
    ):
        return None  # a name, or of a thing of which it is not known whether it is one
    if lint.rule == "RepeatedWords" and not _is_said_twice(line, lint.span, meant):
        return None
    if not holds_between(lint.rule, line[: lint.span.start], line[lint.span.end :]):
        return None
    if lint.rule == "AnA":
        following = _SOUND[word.lower()].match(line, lint.span.end)
        if following is None or not usualness(following[0].strip()):
            return None
        if _PLURAL_OR_OTHER.match(line, following.end()):
            return None  # `and` may be meant, or no article
        reason, meant = "article", word[0] + meant[1:].lower()
    return Finding(lint.span, reason, (meant,), certain=True)


def _is_said_twice(line: str, span: Span, meant: str) -> bool:
    """Whether a word stands there twice by mistake: not rightly as `had had`, nor to stress it, as
    `file FILE`, nor where the text begins with what it explains.
    """
    small = meant.lower()
    named = len(small) > _SHORTEST - 1 and not usualness(small)  # ends and begins a sentence
    words = line[span.start : span.end].split()
    meant_twice = stressed_words() | word_set("twice_rightly")
    once = small in meant_twice or named or len(set(words)) > 1
    return not once and bool(line[: span.start].strip())


_LATIN = re.compile(r"(?:(?:us|ix|ex)e|a|um|on)s\Z")
_BESIDE_CODE = re.compile(r"`\W*\Z")

_SOUND = {
    "a": re.compile(r" [aeio][a-z]*(?:[a-rt-z]|[ius]s)(?![\w-])"),
    "an": re.compile(r" (?!h)[b-df-np-tv-z]{1,2}[aeiou][a-z]+(?![\w-])"),
}
"""What is spoken as it is written, behind an article; of the rest that is anybody's guess."""
_PLURAL_OR_OTHER = re.compile(r" (?:an?|the|[a-z]{2,}(?<![sui])s)(?![\w-])")


def _stands_alone(line: str, span: Span) -> bool:
    """Whether what stands there is a word, and no part of a name, a path, an option, a number."""
    before, behind = line[: span.start], line[span.end :]
    if before[-1:] and before[-1:] in _MARKS and behind[:1] in _MARKS:
        return False  # a term, if it is set apart by itself
    return not (
        re.search(r"(?:[\w./@#$%&~=+:`\\)\]{<-]|\w[*_]+)\Z", before)  # also `**B**order`
        or re.match(r"[-/._@=+\\~&*)]*[\w`]|[(/_@=\\{\[]|['’](?:\w{3}|(?!\w))", behind)
    )


_MARKS = "*_\"'“”‘’"


def _is_code(text: str) -> bool:
    return "`" in text or bool(re.search(r"[\d_/\\@.]|[a-z][A-Z]", text))


def _misspelling(
    line: str, lint: Lint, known: Counter[str], vocabulary: Vocabulary
) -> Finding | None:
    """What a word that is none may be meant to be; None where it may be a name or a term."""
    word = _word(line, lint)
    small = word.lower()
    cased = next((to_case for is_case, to_case in _CASES if is_case(word)), None)
    if cased is None or len(word) < _SHORTEST or not word.isascii() or not word.isalpha():
        return None
    if not _stands_alone(line, lint.span) or vocabulary.is_right(small) or len({*small}) == 1:
        return None
    ranked = rank_meanings(small, (one.lower() for one in lint.suggestions), known)
    if not ranked:
        return None
    best = ranked[0][1]
    if whole := next((one for one in lint.suggestions if one.replace("'", "") == word), ""):
        return Finding(lint.span, "spelling", (whole,), certain=False)  # `thats`
    again = vocabulary.comes_again(small)
    if again and known[best] < _USUAL:
        return None
    usual = usualness(best) > 1 or best in known
    slip = count_slips(small, best) == 1 and usual
    meant = is_certain(small, ranked, known) and not is_coined(small, best, slip=slip)
    certain = meant and not again and small not in also_written(best)
    certain = certain and not is_rare(small) and not is_name(small) and not is_mixed(line)
    certain = certain and not is_somebody(line, lint.span)
    certain = certain and not is_explained(line, lint.span)
    if not word.islower():
        certain = certain and usualness(best) > 1 and not seems_name(line, lint.span, slip=slip)
        certain = certain and is_no_name(small, best, capitals=word.isupper())
    if len(word) <= SHORT and re.match(r"\.\s*[^A-Z\s]", line[lint.span.end :]):
        certain = False  # an abbreviation
    # Alone it may be anything.
    certain = certain and len(_LETTERS.findall(MARK.sub("", line))) > 1
    return Finding(lint.span, "spelling", tuple(cased(one) for _, one in ranked), certain)


_CASES: tuple[tuple[Callable[[str], bool], Callable[[str], str]], ...] = (
    (str.islower, str),
    (str.istitle, lambda word: word[0].upper() + word[1:]),
    (str.isupper, str.upper),
)
_SHORTEST = 3
_LETTERS = re.compile(r"[^\W\d_]{2,}")


_USUAL = 3
"""How often a word must stand in a document that a misspelling of it may come twice."""
