"""Texts as a model reads them to say something about the whole, and what it says put in its place.

Only prose is shown, with its headings, items and cells; what is no prose stands behind a mark as in
`units.py`, and comes back byte for byte wherever an answer has its mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from deskmate.core.prose.english import introductions
from deskmate.core.prose.minutes import BULLET, OPEN, list_loose_days, read_sections
from deskmate.core.prose.units import MARK, Unit, protected, units
from deskmate.core.reply.chat import refuses, without_chat
from deskmate.core.reply.chat_markup import find_answer
from deskmate.core.reply.readings import find_text, first_words, other_letters
from deskmate.core.syntax.document import Document
from deskmate.core.target import Form, Part, Rejected
from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text as a model reads it, and what stands behind its marks, by mark."""

    marked: str
    kept: dict[str, str]


def passages(document: Document, within: Span, room: int) -> tuple[Passage, ...]:
    """The prose of `within` in passages of at most `room` characters, cut before headings where
    there are any, else between paragraphs; only a paragraph that is longer is longer.
    """
    lines = list(_lines(document, within))
    found: list[list[tuple[str, dict[str, str]]]] = [[]]
    size = 0
    for at, (line, kept) in enumerate(lines):
        section = _until_heading(lines, at) if line.startswith("#") else len(line)
        if (found[-1] and size + len(line) > room) or (size + section > room and size > room / 2):
            found.append([])
            size = 0
        found[-1].append((line, kept))
        size += len(line) + 1
    return tuple(_passage(part) for part in found if part)


def _until_heading(lines: list[tuple[str, dict[str, str]]], at: int) -> int:
    size = len(lines[at][0])
    for line, _ in lines[at + 1 :]:
        if line.startswith("#"):
            break
        size += len(line) + 1
    return size


def _lines(document: Document, within: Span) -> Iterator[tuple[str, dict[str, str]]]:
    """Each unit on a line, behind the marks of Markdown that say what it is; marks are numbered
    throughout.
    """
    number, at = 0, within.start
    for unit in units(document, within):
        gap = document.slice(Span(min(at, unit.span.start), unit.span.start))
        if "\n" not in gap and at > within.start and unit.kind == "cell":
            lead = "| "
        else:
            lead = _lead(document, unit)
        at = unit.span.end
        kept: dict[str, str] = {}
        marked = unit.marked
        for old, piece in reversed([*zip(MARK.findall(marked), unit.kept, strict=True)]):
            new = re.sub(r"\d+", str(number + int(re.sub(r"\D", "", old))), old)
            head, _, tail = marked.rpartition(old)
            marked = head + new + tail
            kept[new] = piece
        number += len(unit.kept)
        yield lead + marked, kept


def _lead(document: Document, unit: Unit) -> str:
    lines = document.lines
    start = lines.start(lines.line_at(unit.span.start))
    before = document.text[start : unit.span.start]
    if unit.kind == "heading":
        return before if before.startswith("#") else "# "
    found = re.match(r"[\s>]*(?:([-*+]|\d+[.)])\s+(\[[ xX]\]\s+)?)?", before)
    if not found or not found[1]:
        return ""
    return f"- {found[2] or ''}"


def _passage(part: Iterable[tuple[str, dict[str, str]]]) -> Passage:
    text, kept = "", dict[str, str]()
    for line, here in part:
        joined = line.startswith("| ") and text
        text += f" {line}" if joined else f"\n{line}" if text else line
        kept |= here
    return Passage(text, kept)


@dataclass(frozen=True, slots=True)
class Digest:
    """An answer that may stand, and what in it is worth a second look."""

    text: str
    warnings: tuple[str, ...]


def read_digest(
    reply: str,
    source: Passage,
    form: Form,
    asked: str,
    *,
    whole: bool,
    parts: Mapping[str, Part] = MappingProxyType({}),
) -> Digest:
    """What a reply says about `source`. `form` is what it must be: a `line`, `paragraphs`,
    `bullets`, or `sections` of bullets, which are these `parts`. With `whole` nothing of the source
    may be left out, so each mark must be there once. Raises Rejected, with what is wrong.
    """
    text = find_text(find_answer(reply, source.marked)).strip()
    text = without_chat(introductions().sub("", text, count=1).strip(), source.marked)
    if not text:
        raise Rejected("The reply is empty.")
    if refuses(text, source.marked):
        raise Rejected(f"The reply refuses: “{first_words(text)}”")
    if _overlap(text, asked) and not _overlap(source.marked, asked):
        raise Rejected("The reply repeats the instruction; answer with the new text only.")
    if letters := other_letters(text, source.marked):
        raise Rejected(f"The reply switches to another language: {letters[:10]}")
    text = read_sections(text, parts, source.marked) if form == "sections" else _FORMS[form](text)
    text = _known_marks(text, source)
    if whole:
        _check_all(text, source)
    warnings = [f"“{one}” does not occur in the text." for one in invented(text, source)]
    if "tasks" in parts.values():
        warnings += list_loose_days(text, source.marked)
    return Digest(restored(text, source), tuple(warnings))


def restored(text: str, source: Passage) -> str:
    """A text with what its marks stand for."""
    return MARK.sub(lambda match: source.kept.get(match.group(), match.group()), text)


def invented(text: str, source: Passage) -> tuple[str, ...]:
    """Numbers, dates, names and quotations of a text that its source does not have."""
    text = MARK.sub(" ", text)
    old = MARK.sub(" ", source.marked).lower()
    words = set(re.findall(r"[^\W_]+", old))
    found = [one for one in re.findall(r"\b\d[\d.,:/-]*\d\b|\b\d+\b", text) if one not in old]
    for match in re.finditer(r"(?<![.!?:] )(?<!^)(?<!- )(?<!\*\*)\b[A-Z][\w-]+", text, re.M):
        name = match.group()
        if name.lower() not in old and name.lower().rstrip("s") not in words:
            found.append(name)
    for owner in re.findall(r"^- ([^\W\d_][\w .-]{1,30}):", text, re.M):
        if owner not in OPEN and owner.lower() not in old:
            found.append(owner)
    for quotation in re.findall(r"[\"“]([^\"”\n]{3,})[\"”]", text):
        if " ".join(quotation.lower().split()).rstrip(".,") not in " ".join(old.split()):
            found.append(quotation)
    return tuple(dict.fromkeys(found))


def _known_marks(text: str, source: Passage) -> str:
    """The text with only marks that stand for something, and no code or link of its own: words that
    the model put between backticks stand there without them. Raises Rejected.
    """
    text = re.sub(r"\[([^\[\]\n]*)\](?!\()", r"\1", text) if "[" not in source.marked else text
    for piece in protected(text):
        inside = re.fullmatch(r"`+([^`]+)`+", piece)
        if piece in source.kept or (MARK.fullmatch(piece) and piece in source.kept):
            continue
        if MARK.fullmatch(piece):
            raise Rejected(f"There is no {piece} in the text; leave it out.")
        if inside:
            text = text.replace(piece, inside[1])
        elif piece not in source.marked:
            raise Rejected("The reply has code, links or markup that the text does not have.")
    for link in re.findall(r"\]\(link\d+\)", text):
        if not re.search(r"\[[^\[\]\n]+" + re.escape(link), text):
            raise Rejected(f"{link} has no words before it: write [words{link}.")
    if re.search(r"^\s*(?:```|~~~|<\w)", text, re.M):
        raise Rejected("The reply has a block of code; answer with text only.")
    return text


def _check_all(text: str, source: Passage) -> None:
    lost = [word for word in _telling(source.marked) if word.lower() not in text.lower()]
    if len(lost) > _LOST * len(_telling(source.marked)):
        words = ", ".join(f"“{word}”" for word in lost[:5])
        raise Rejected(f"The reply leaves out {words}. Keep every fact.")
    for mark in source.kept:
        count = text.count(mark)
        if count != 1:
            what = "leaves out" if not count else "repeats"
            raise Rejected(f"The reply {what} {mark}. Keep each such mark as it is, once.")


def _telling(text: str) -> list[str]:
    """The words that carry what a text says."""
    return list(dict.fromkeys(re.findall(r"\b(?:\w*\d\w*|[^\W\d_]{4,})\b", MARK.sub(" ", text))))


_LOST = 0.15  # of those words may be gone: endings and synonyms


def is_repetition(text: str, source: str) -> bool:
    """Whether most sentences of a text are those of its source."""
    plain = re.sub(r"\W+", " ", source).lower()
    sentences = [re.sub(r"\W+", " ", one).strip().lower() for one in re.split(r"[.!?]\s", text)]
    said = [one for one in sentences if one]
    return 2 * sum(one in plain for one in said) > len(said)


def count_sentences(text: str) -> int:
    """How many sentences a text has, about: “z. B.” ends none."""
    ends = re.findall(r"(?<=\w\w[.!?])[\"”)’]?\s+(?=[\"“(\d]?[A-ZÄÖÜ\d])|\n+", text.strip())
    return len(ends) + 1


def _overlap(text: str, asked: str) -> bool:
    """Whether six words in a row of the instruction are in a text."""
    words, told = (re.findall(r"\w+", one.lower()) for one in (text, asked))
    here = {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}
    return any(tuple(told[at : at + _RUN]) in here for at in range(len(told) - _RUN + 1))


_RUN = 6


def _line(text: str) -> str:
    first = text.split("\n", 1)[0].strip().lstrip("#>-* ").strip()
    return first.strip('"“”*').strip()


def _paragraphs(text: str) -> str:
    """Paragraphs, each on one line; what is a list or a heading is taken for sentences."""
    if sum(bool(BULLET.match(line)) for line in text.split("\n")) > 1:
        raise Rejected("Answer with sentences, not with a list.")
    text = re.sub(r"^#+ .*$", "", text, flags=re.M).strip()
    if re.search(r"^\s*(?:\||```|~~~|<|\[\^)|^ {4}", text, re.M):
        raise Rejected("Answer with sentences only, without tables, code or other markup.")
    parts = re.split(r"\n\s*\n", text)
    plain = [re.sub(r"\A(?:#+|>|[-*+])\s+", "", " ".join(part.split())) for part in parts]
    return "\n\n".join(part for part in plain if part)


def _bullets(text: str) -> str:
    found = [match[1].strip() for line in text.split("\n") if (match := BULLET.match(line))]
    if not found:
        raise Rejected("Answer with a list: each point on a line of its own that begins with “- ”.")
    return "\n".join(f"- {item}" for item in dict.fromkeys(found) if item)


_FORMS = {"line": _line, "paragraphs": _paragraphs, "bullets": _bullets}
