"""A model's reply, read: every piece of code that it may mean, or its text.

Nothing here decides. Each reading is tried by the gate, likeliest first, and the first that
passes every check is taken; so a wrong guess costs time, never a wrong edit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from deskmate.core.reply import english
from deskmate.core.reply.chat_markup import Answer, find_answer
from deskmate.core.reply.cleanup import clean, plain_forms
from deskmate.core.reply.diffs import apply_hunks, find_hunks
from deskmate.core.reply.elisions import fill_elisions, is_elision
from deskmate.core.reply.fences import Piece, find_fenced, find_pieces
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language import Language


@dataclass(frozen=True, slots=True)
class Reading:
    """Code as the reply may mean it. `closed` says that its end was written, `continued` that it
    begins with what had been written for it, `changed` that it is the original with a diff
    applied; `left_out` is a place where it leaves code out.
    """

    code: str
    closed: bool
    continued: bool
    notes: tuple[str, ...] = ()
    left_out: str = ""
    changed: bool = False


def find_answers(reply: str, prefill: str, document: Document) -> Iterator[Answer]:
    """The answers that a reply may be, with `prefill` before it or, where the engine passed that
    over, without.
    """
    if prefill:
        reply = _without_aside(reply, prefill, document.language)
    drafts = [prefill + reply, reply]
    if _RESTART.match(reply.lstrip("\ufeff")):
        drafts = [reply]
    elif prefill[-1:].strip() and reply[:1].strip():
        drafts.insert(1, prefill + "\n" + _next_indent(prefill, document.language) + reply)
    elif prefill.endswith(("{", ":")) and re.match(r"[ \t]{2}", reply):
        drafts.insert(0, f"{prefill}\n{reply}")
    if english.introductions().match(reply) or _repeats_head(prefill, reply):
        drafts.reverse()
    for draft in dict.fromkeys(drafts):
        yield replace(find_answer(draft, document.text), continued=draft != reply)


def find_code(answer: Answer, document: Document, original: str) -> Iterator[Reading]:
    """The readings of the code in an answer, likeliest first. `original` is the code that it is to
    replace, at the left margin with `\\n` line ends.
    """
    for piece in _ordered(find_pieces(answer.text), document.language):
        yield from _readings(piece, answer, document, original)
    if answer.thinking:
        fenced = [piece for piece in find_pieces(answer.thinking) if piece.fenced and piece.closed]
        for piece in reversed(fenced):
            yield from _readings(piece, answer, document, original)


def find_fragments(answer: Answer, document: Document) -> list[Reading]:
    """The pieces of code in an answer, in its order: what stands in fences that are closed and of
    this language, or else all that is no prose.
    """
    names = {document.language.fence, *document.language.aliases} if document.language else set()
    found = [
        piece
        for piece in find_fenced(answer.text)
        if piece.closed and (not piece.info or piece.info.lower() in names)
    ]
    texts = [(piece.text, True) for piece in found]
    if not texts:
        texts = [(_without_prose(answer.text, document), False)]
    cleaned = [(next(clean(text, document, "")), closed) for text, closed in texts if text.strip()]
    return [Reading(one.code, closed, False, one.notes) for one, closed in cleaned]


def find_text(answer: Answer, language: Language | None = None) -> str:
    """The text of an answer, out of a fence around all of it and without words that lead in to it;
    "" where it says nothing. `language` is that of the document it is for.
    """
    text = answer.text.strip()
    whole = _WHOLE_FENCE.fullmatch(text)
    led = whole or _WHOLE_FENCE.fullmatch(english.lead_ins().sub("", text, count=1))
    if led and (not language or language.prose):
        return (led[2] or "").strip("\n")
    return english.lead_ins().sub("", text, count=1) if language and language.prose else text


def other_letters(text: str, source: str) -> str:
    """The letters of a text that are of no script that its source is written in, as small models
    write them when they lose their way; "" for none.
    """
    known = {_script(letter) for letter in source} | {"LATIN"}
    return "".join(letter for letter in text if letter.isalpha() and _script(letter) not in known)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0] if letter > "\x7f" else "LATIN"


def first_words(text: str) -> str:
    """How a text begins, to be quoted."""
    lines = (line.strip() for line in text.splitlines())
    line = next((line for line in lines if line and not _FENCE_LINE.fullmatch(line)), "")
    return line if len(line) <= 80 else line[:77].rstrip() + "…"


def _without_aside(reply: str, prefill: str, language: Language | None) -> str:
    """Without a comment on the line that was begun for the model: it adds one to have something to
    say there.
    """
    aside, end, rest = reply.partition("\n")
    mark = language.line_comment if language else None
    if mark and end and "\n" in prefill and aside.strip().startswith(mark):
        return end + rest
    return reply


def _next_indent(prefill: str, language: Language | None) -> str:
    """The blanks that a reply lost which was to begin on the line below `prefill`."""
    line = prefill.rsplit("\n", 1)[-1]
    unit = language.indent if language else "    "
    return line[: len(line) - len(line.lstrip())] + unit * line.endswith((":", "{"))


def _repeats_head(prefill: str, reply: str) -> bool:
    """Whether the reply begins the code again that the prefill began."""
    begun = [line.strip() for line in prefill.split("\n")[1:] if line.strip()]
    first = next((line.strip() for line in reply.split("\n") if line.strip()), "")
    return bool(begun) and len(begun[0]) > 3 and first.startswith(begun[0][:40])


def _ordered(pieces: tuple[Piece, ...], language: Language | None) -> list[Piece]:
    """Fences that say they are of this language first; behind a correction, the last of them."""
    names = {name.lower() for name in (language.fence, *language.aliases)} if language else set()
    corrected = max(
        (piece.start for piece in pieces if english.corrections().match(piece.before)), default=0
    )

    def rank(piece: Piece) -> tuple[bool, bool, bool]:
        info = re.split(r"[:{,]", piece.info.lower())[0].lstrip(".")
        return (not piece.fenced, bool(info) and info not in names, piece.start < corrected)

    return sorted(pieces, key=rank)


def _readings(piece: Piece, answer: Answer, document: Document, original: str) -> Iterator[Reading]:
    for changed in _applied(piece.text, document, original):
        for cleaned in clean(changed, document, original):
            notes = (*answer.notes, "Applied the reply's diff.", *cleaned.notes)
            yield Reading(cleaned.code, piece.closed, answer.continued, notes, changed=True)
    text = piece.text if piece.fenced else _without_prose(piece.text, document)
    for cleaned in clean(text, document, original) if text.strip() else ():
        filled = fill_elisions(cleaned.code, original)
        notes = (*answer.notes, *cleaned.notes)
        if filled.lines:
            notes = (*notes, f"Put back {filled.lines} lines that the reply left out.")
        yield Reading(filled.code, piece.closed, answer.continued, notes, filled.left)


def _applied(text: str, document: Document, original: str) -> Iterator[str]:
    """The original with the changes that the reply describes."""
    whole = re.sub(r"\r\n?", "\n", document.text)
    for plain in plain_forms(text, document):
        for hunks in find_hunks(plain):
            for code in dict.fromkeys((original, whole)):
                changed = apply_hunks(code, hunks)
                if changed is not None:
                    yield changed
                    return


def _without_prose(text: str, document: Document) -> str:
    """Without the paragraphs of prose before and after what may be code."""
    if document.language is not None and document.language.prose:
        return text
    lines = text.split("\n")
    mark = document.language.line_comment if document.language else None
    used = [at for at, line in enumerate(lines) if line.strip() and not _is_prose(line, mark)]
    while used and _LEAD_IN.fullmatch(lines[used[0]].strip()):
        used.pop(0)
    return "\n".join(lines[used[0] : used[-1] + 1]) if used else ""


def _is_prose(line: str, comment: str | None) -> bool:
    line = line.strip()
    if is_elision(line) or (comment and re.match(rf"{re.escape(comment)}(?!#)", line)):
        return False
    if english.prose().match(line):
        return True
    words = re.findall(r"[A-Za-z']+", line)
    return len(words) > 4 and line[0].isalpha() and line[-1] in ".:!?" and not _CODE.search(line)


_WHOLE_FENCE = re.compile(
    r"(`{3,}|~{3,})(?:markdown|md|text|txt)?[ \t]*\n(?:(.*)\n)?\1[ \t]*", re.DOTALL
)
_RESTART = re.compile(
    r"\s*(?:```\w|~~~|<think|<reason|<\||\[/INST\]|[#>] ?```|```\n(?=.*\n```))",
    re.IGNORECASE | re.DOTALL,
)
_FENCE_LINE = re.compile(r"(?:`{3,}|~{3,})[\w+#.-]*")
_LEAD_IN = re.compile(r"[A-Z][\w ,'’`-]*:")
"""A line that leads in to code: "Then:". Only before all code: a label may look like it."""
_CODE = re.compile(r"[{}();=\[\]]|\w\(")
