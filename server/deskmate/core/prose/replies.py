"""A model's reply for one `Unit` of prose: read, checked, and put where the unit stands.

Nothing that is kept behind marks can be lost, changed or made up, nothing can begin another block,
and the lines stay as wide as they were.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from deskmate.core.prose.english import (
    find_clear_language,
    german_too,
    is_german,
    is_usual_german,
    labels,
)
from deskmate.core.prose.facts import names_in, numbers_in
from deskmate.core.prose.lines import is_wrapped
from deskmate.core.prose.units import MARK, Unit, has_words, protected
from deskmate.core.prose.usual_words import usualness
from deskmate.core.reply.chat import (
    refuses,
    without_afterword,
    without_chat,
    without_lead_in,
)
from deskmate.core.reply.chat_markup import find_answer
from deskmate.core.reply.readings import find_text, first_words
from deskmate.core.target import Rejected

LONGER = 2.5
"""How many times as long an answer may be: a model that writes more writes something else."""

SHORTER = 5
"""How many times shorter: a model that writes less has left out what the text says."""


def read_reply(reply: str, unit: Unit) -> str:
    """The new text of a unit, on one line, with its marks. Raises Rejected, with what is wrong."""
    line = read_line(reply, unit)
    _check_marks(line, unit)
    if len(line) > LONGER * len(unit.marked) + 40:
        raise Rejected("The reply is much longer than the text; keep to about its length.")
    if len(line) < len(unit.marked) / SHORTER:
        raise Rejected("The reply leaves out most of the text; keep what it says.")
    restored = restore(line, unit)
    if not has_words(restored):
        raise Rejected("The reply leaves out the text itself.")
    if Counter(protected(restored)) != Counter(protected(unit.text)):
        raise Rejected("The reply has code, links or markup that the text does not have.")
    signs = _signs(line), _signs(unit.marked)
    if signs[0] - signs[1] or any(signs[0][one] != signs[1][one] for one in "[]"):
        raise Rejected(
            "Keep brackets as they are, and add no signs that mean something in Markdown."
        )
    if _stray(restored) > _stray(unit.text):
        raise Rejected("Some `*` or `_` of the reply has no partner; keep them as they are.")
    return line


def read_line(reply: str, unit: Unit) -> str:
    """The text that a reply gives, on one line, whatever became of the marks. Raises Rejected."""
    text = without_chat(find_text(find_answer(reply, unit.text)), unit.marked, whole=True)
    text = without_afterword(without_lead_in(text, unit.marked), unit.marked)
    text = _without_wrapping(text, unit)
    if not text:
        raise Rejected("The reply is empty.")
    if refuses(text, unit.marked):
        raise Rejected(f"The reply refuses: “{first_words(text)}”")
    if _ITEM.search(text) or (_BREAK.search(text) and not _is_one_text(text, unit)):
        raise Rejected("Answer with one paragraph: the text, and nothing before or after it.")
    return _with_marks(" ".join(text.split()), unit)


_ITEM = re.compile(r"\n[ \t]*(?:[*+-]|\d{1,2}[.)])[ \t]")
_BREAK = re.compile(r"\S[ \t]*\n[ \t]*\n[ \t]*\S")


def _is_one_text(text: str, unit: Unit) -> bool:
    """Whether paragraphs are sentences of one text, which small models set apart, and no list, no
    heading and no second proposal.
    """
    return len(text) <= _AS_ONE * len(unit.marked) + 40 and not re.search(
        r"^[ \t]*(?:[#>|*+-]|\d+[.)]|```|\**(?:or|oder|option|alternativ\w*|variante)\b)",
        text,
        re.M | re.I,
    )


_AS_ONE = 1.5
"""How many times as long paragraphs may be together that stand for one."""


def _with_marks(line: str, unit: Unit) -> str:
    """A text with the marks of what stands in it as it does in the document; a word of the source
    that the model put between backticks stands there without them.
    """
    for number, piece in sorted(enumerate(unit.kept, 1), key=lambda one: -len(one[1])):
        mark = f"](link{number})" if f"](link{number})" in unit.marked else f"`code{number}`"
        if mark not in line:
            line = line.replace(" ".join(piece.split()), mark, 1)
    for match in re.findall(r"(?<!`)`(?!code\d+`)([^`\n]+)`(?!`)", line):
        if match in unit.marked and f"`{match}`" not in unit.marked:
            line = line.replace(f"`{match}`", match)
    return line


def restore(line: str, unit: Unit) -> str:
    """A text with what its marks stand for; one that stands for nothing stays."""

    def kept(match: re.Match[str]) -> str:
        number = _number(match)
        return unit.kept[number - 1] if number <= len(unit.kept) else match.group()

    return MARK.sub(kept, line)


def laid_out(line: str, unit: Unit, width: int, margins: Sequence[str] = ()) -> str:
    """The new text as it stands in the document: its lines at most `width` characters wide where
    the old one was wrapped or is as long, one for each sentence where it was so. A line at either
    end that has the words that it had stays as it is, with its margin, of `margins`; any other has
    the unit's.
    """
    old = unit.text.split("\n")
    words = [restore(word, unit) for word in line.split()]
    if unit.kind != "paragraph":
        return " ".join(words)
    if len(old) > 1 and all(_SENTENCE_END.search(part) for part in old[:-1]):
        return f"\n{unit.margin}".join(_sentences(words))
    whole = " ".join(words)
    if len(old) == 1 and (not width or len(whole) <= max(width, len(old[0]))):
        return whole
    room = max(width, *(len(part) for part in old)) - len(unit.margin)
    first = _count_kept(old, words)
    rest = words[sum(len(part.split()) for part in old[:first]) :]
    last = _count_kept(old[first:][::-1], rest[::-1], backwards=True)
    end = len(rest) - sum(len(part.split()) for part in old[len(old) - last :])
    new: list[str] = []
    for word in rest[:end]:
        if new and len(new[-1]) + 1 + len(word) <= room:
            new[-1] += f" {word}"
        else:
            new.append(word)
    lines = [*old[:first], *new, *old[len(old) - last :]]
    before = list(margins) if len(margins) == len(old) else [unit.margin] * len(old)
    used = [*before[:first], *([unit.margin] * len(new)), *before[len(old) - last :]]
    return "\n".join(
        [lines[0], *(f"{at}{text}" for at, text in zip(used[1:], lines[1:], strict=True))]
    )


def _count_kept(old: Sequence[str], words: Sequence[str], *, backwards: bool = False) -> int:
    """How many whole lines of the old text the new one begins with."""
    count = at = 0
    for part in old:
        told = part.split()[::-1] if backwards else part.split()
        if list(words[at : at + len(told)]) != told:
            break
        count, at = count + 1, at + len(told)
    return count


def usual_width(found: Iterable[Unit]) -> int:
    """How wide the lines of a document's wrapped paragraphs are; 0 where nothing is wrapped."""
    return max(
        (
            len(unit.margin) + max(map(len, unit.text.split("\n")))
            for unit in found
            if is_wrapped(unit.text.split("\n"))
        ),
        default=0,
    )


def _without_wrapping(text: str, unit: Unit) -> str:
    """Without what models put around a text: a name for it, bold or quotation marks, a
    heading's marks.
    """
    text = labels().sub("", text.strip(), count=1).strip()
    for opening, closing in _QUOTES:
        inside = text[len(opening) : -len(closing)]
        around = text.startswith(opening) and text.endswith(closing) and bool(inside)
        if around and not unit.marked.startswith(opening) and closing not in inside:
            text = inside.strip()
    if not re.match(r"#|[-*+] |\d+[.)] |>", unit.marked):
        text = re.sub(r"\A(?:#{1,6}|[-*+]|\d{1,2}[.)]|>) +", "", text)
    return text


def _check_marks(line: str, unit: Unit) -> None:
    marks = Counter(match.group() for match in MARK.finditer(line))
    wanted = Counter(match.group() for match in MARK.finditer(unit.marked))
    lost, new = wanted - marks, marks - wanted
    if lost:
        names = ", ".join(lost)
        raise Rejected(f"The reply leaves out {names}. Keep each such mark as it is, once.")
    if new:
        raise Rejected(f"The reply has {', '.join(new)} too often. Keep each mark as it is, once.")


def _number(match: re.Match[str]) -> int:
    return int(re.sub(r"\D", "", match.group()))


def _sentences(words: Sequence[str]) -> list[str]:
    found: list[list[str]] = [[]]
    for word in words:
        found[-1].append(word)
        if _SENTENCE_END.search(word):
            found.append([])
    return [" ".join(sentence) for sentence in found if sentence]


def _signs(line: str) -> Counter[str]:
    """What may begin markup, outside of marks, and how often."""
    text = re.sub(r"`code\d+`|(?<=\])\(link\d+\)", "", line)
    return Counter(_SIGN.findall(text))


_SIGN = re.compile(r"[\\|^{}\[\]`]|<(?=[A-Za-z/!?])|\A[#>](?!\d)|\$(?!\d)|~~|~(?!\d)|==")
"""What Markdown reads as more than itself: not `< 5`, `$5`, `#3`, `~10` and `a=1`."""


def _stray(text: str) -> int:
    """Delimiters of emphasis that have no partner."""
    for piece in protected(text):
        text = text.replace(piece, "x", 1)
    text = re.sub(r"(?<=\w)_(?=\w)", "", text)
    return sum(text.count(mark) % 2 for mark in ("**", "__", "~~", "*", "_"))


_QUOTES = (("**", "**"), ('"', '"'), ("“", "”"), ("'", "'"), ("«", "»"))
_SENTENCE_END = re.compile(r"[.!?…:](?:[\"'”’)\]*_]|\]\(link\d+\))*\Z")


def lost(line: str, unit: Unit) -> tuple[str, ...]:
    """Numbers and names of the old text that a new one does not have."""
    old, new = (numbers_in(MARK.sub("", text)) for text in (unit.marked, line))
    names = sorted(one for one in names_in(unit.marked) if one.lower() not in line.lower())
    gone = (said for number, said in old.items() if number not in new and said[0].isdigit())
    return (*gone, *names)


def check_language(new: str, old: str) -> None:
    """Raises Rejected where a new text is clearly in another language than the old one, both with
    their marks.
    """
    wanted, there = (find_clear_language(MARK.sub(" ", one)) for one in (old, new))
    if wanted and there and wanted != there:
        raise Rejected(f"The reply is in {there.title()}; answer in {wanted.title()}.")
    if wanted == "german" and _is_partly_english(new, old):
        raise Rejected("The reply is partly in English; answer in German.")


def _is_partly_english(new: str, old: str) -> bool:
    """Whether of the words that a German text has anew, nouns aside, most are usual in English."""
    known = {word.lower() for word in re.findall(r"[^\W\d_]+", old)}
    words = re.findall(r"(?:\A|(?<=[.!?] ))[^\W\d_]+|\b[a-zäöüß]+\b", MARK.sub(" ", new))
    came = [word.lower() for word in words if word.lower() not in known]
    german = german_too().union(filter(is_usual_german, came))
    english = [word for word in came if usualness(word) > 1 and word not in german]
    return len(english) >= _ANEW and 2 * len(english) > len(came)


_ANEW = 3


def made_up(line: str, unit: Unit) -> tuple[str, ...]:
    """Numbers and names in a new text that the old one does not have."""
    old = unit.marked.lower()
    found = re.findall(r"(?<!code)(?<!link)\b\d[\d.,:/-]*\b|(?<=[a-z,;] )[A-Z][\w-]+", line)
    if is_german(line):  # where each noun has a capital
        found = [one for one in found if one[0].isdigit() or one in names_in(line)]
    said = numbers_in(unit.marked)
    found = [one for one in found if not numbers_in(one).keys() & said.keys()]
    return tuple(dict.fromkeys(one for one in found if one.lower() not in old))
