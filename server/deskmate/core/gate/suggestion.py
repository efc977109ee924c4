"""What of a model's text may be suggested at a cursor while its user types: one statement or block,
which fits what stands around it and repeats nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from unicodedata import category

from deskmate.core.gate.always_checks import parses
from deskmate.core.gate.bound import is_bound
from deskmate.core.gate.change import Change, make_change
from deskmate.core.gate.members import members_exist
from deskmate.core.lazy import lazy
from deskmate.core.reply.loops import find_loop
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import indent_unit, margin_at
from deskmate.core.syntax.queries import enclosing
from deskmate.core.target import ProjectNames, Target
from deskmate.core.text.text import Edit, Span, line_end

__all__ = ["fit_suggestion", "is_over", "says_what_follows"]


def is_over(
    document: Document,
    offset: int,
    text: str,
    names: ProjectNames | None = None,
    *,
    late: bool = False,
) -> bool:
    """Whether a text that is being written for `offset` already has all that would be suggested; or
    where it is `late`, anything. Also where nothing of it will be, however it goes on.
    """
    place = _Place(document, offset, names)
    whole = text.rpartition("\n")[0].rstrip()
    lines = whole.split("\n")
    if not place.says_code(lines):
        return False
    if place.rest.strip() or place.is_lost(whole):
        return True
    if late or place.has_block_below(lines):
        return any(map(place.allows, place.candidates(whole)))
    ends = list(place.find_ends(lines))
    if any(certain and place.allows("\n".join(lines[:end])) for end, certain in ends):
        return True
    if place.leaves(lines) and place.allows(whole):
        return True
    written = [line for line in lines if place.says_code([line])]
    if place.is_body or len(written) > 1:
        return place.falls_below(lines)
    if whole.endswith(_OPENERS):
        return False
    return any(map(place.allows, place.shorten(whole)))


def says_what_follows(document: Document, offset: int, text: str) -> bool:
    """Whether a text for `offset` begins with what stands below, as if nothing were missing."""
    return _Place(document, offset).begins_as_below(text)


def fit_suggestion(
    document: Document,
    offset: int,
    text: str,
    names: ProjectNames | None = None,
    *,
    cut: bool = False,
) -> str:
    """As much of `text` as may be suggested at `offset`, with the document's line ends; "" for
    nothing. `names` are what the project says of names; `cut` says that the text ended at the token
    limit, so that its last line may be half of one.
    """
    place = _Place(document, offset, names)
    text = text.replace("\r\n", "\n")
    if cut:
        text = text.rpartition("\n")[0]
    tries = max(1, _READ // max(1, len(document.text)))
    found = next(filter(place.allows, islice(place.candidates(text), tries)), "")
    return found.replace("\n", line_end(document.text)) if "\r\n" in document.text else found


class _Place:
    """A cursor in a document, and what stands around it."""

    def __init__(self, document: Document, offset: int, names: ProjectNames | None = None) -> None:
        lines = document.lines
        line = lines.line_at(offset)
        self._document, self._offset, self._names = document, offset, names
        self._begun = document.text[lines.start(line) : offset]
        self.rest = document.text[offset : lines.end(line)]
        self._above = next(_near(document, range(line - 1, -1, -1)), "")
        self._following = list(islice(_near(document, range(line + 1, len(lines))), _REPEATED))
        self._below = next(iter(self._following), "")
        self._margin = margin_at(document, offset)
        self._tabs = "\t" in (self._margin or indent_unit(document, Span(0, 0)))

    @lazy
    def is_body(self) -> bool:
        """Whether it is a block without anything in it, so that all of its statements are wanted
        and not only the next.
        """
        margin, below = len(self._margin), len(_blanks(self._below))
        if self._begun.strip():
            language = self._document.language
            nested = language is not None and language.by_indentation
            return nested and self._begun.rstrip().endswith(":") and below <= margin
        if below >= max(margin, 1):
            return False
        if len(_blanks(self._above)) < margin or not self._above:
            return True
        scope = enclosing(self._document, Span(self._offset, self._offset))
        return scope is not None and scope.stub

    def is_lost(self, text: str) -> bool:
        """Whether nothing that begins so may stand there, however it goes on: it says once more
        what stands there, or uses what nothing defines.
        """
        if self._repeats(text) or find_loop(text):
            return True
        change = self._change(text)
        return parses(change) is None and not _has_all_names(change)

    def begins_as_below(self, text: str) -> bool:
        """Whether its first line is one of those that follow in the same block."""
        line = text.partition("\n")[0]
        first = f"{self._begun}{line}".strip()
        return _says(first) and first in self._find_block()

    def has_block_below(self, lines: list[str]) -> bool:
        """Whether what follows stands further in than some lines, so that they are its head and
        nothing more.
        """
        return len(_blanks(self._below)) > self._find_base(lines)

    def leaves(self, lines: list[str]) -> bool:
        """Whether the last statement of some lines is one behind which nothing is done, and cannot
        go on.
        """
        language = self._document.language
        if language is None or not (language.by_indentation or lines[-1].endswith(";")):
            return False
        base = self._find_base(lines)
        told = filter(str.strip, (f"{self._begun}{lines[0]}", *lines[1:]))
        first = [line.strip() for line in told if len(_blanks(line)) <= base]
        begin = [line for line in first if not _CLOSER.match(line)]
        return bool(begin) and _LEAVES.match(begin[-1]) is not None

    def find_ends(self, lines: list[str]) -> Iterator[tuple[int, bool]]:
        """After how many of some lines the statement or the block may end, the first before the
        others; and whether that is certain, because more follows.
        """
        base = self._find_base(lines)
        for at, line in self._later(lines):
            inside = len(_blanks(line)) - base
            closes = _CLOSER.match(line.strip()) is not None
            if inside > 0 or not self.says_code(lines[:at]):
                continue
            if inside == 0 and (self.is_body or _GOES_ON.match(line.strip())):
                continue
            if inside == 0 and closes and line.rstrip().endswith(_OPENERS):
                continue  # such as `} else {`
            yield at + (inside == 0 and closes), True
            if inside < 0:
                return
        yield len(lines), False

    def says_code(self, lines: list[str]) -> bool:
        """Whether some of the lines is more than a comment, or goes on with one."""
        return any(line.strip() and not self._is_comment(line) for line in lines)

    def shorten(self, text: str) -> Iterator[str]:
        """A text without the remark and without the separator that models like to end it with, and
        as it is.
        """
        at = text.find(f" {self._comment}", text.rfind("\n") + 1) if self._comment else -1
        plain = text if at < 0 else text[:at].rstrip()
        yield from dict.fromkeys((plain, plain.rstrip(",;"), text))

    def _is_comment(self, line: str) -> bool:
        return bool(self._comment) and line.lstrip().startswith(self._comment)

    @lazy
    def _comment(self) -> str:
        """What a comment begins with; "" where none does, or the user has begun one."""
        language = self._document.language
        mark = (language and language.line_comment) or ""
        return "" if mark and mark in self._begun else mark

    def falls_below(self, lines: list[str]) -> bool:
        """Whether a line stands further out than the first."""
        base = self._find_base(lines)
        return any(len(_blanks(line)) < base for _, line in self._later(lines))

    def _find_base(self, lines: list[str]) -> int:
        """The blanks before the first line."""
        first = next((at for at, line in enumerate(lines) if line.strip()), 0)
        return len(_blanks(lines[first] if first else self._begun or lines[0]))

    def _later(self, lines: list[str]) -> Iterator[tuple[int, str]]:
        """The lines that say something, but for the first of them."""
        told = [(at, line) for at, line in enumerate(lines) if line.strip()]
        return iter(told[1:])

    def candidates(self, text: str) -> Iterator[str]:
        """Beginnings of the text that end with a line, the likeliest first."""
        lines = text.split("\n")
        if self.rest.strip():
            yield from self._in_line(lines[0].rstrip())
            return
        again = (at for at in range(1, len(lines)) if self._goes_on_below(lines[at:]))
        lines = lines[: next(again, len(lines))]
        if self.has_block_below(lines):
            for end in range(1, min(len(lines), _TRIES) + 1):
                yield from self.shorten(self._join(lines[:end]))
            return
        ends = [end for end, _ in islice(self.find_ends(lines), _TRIES)]
        for end in (*ends, *range(ends[0] - 1, max(0, ends[0] - 1 - _TRIES), -1)):
            yield from self.shorten(self._join(lines[:end]))
        yield from self.shorten(self._join(lines[:1]))

    def _goes_on_below(self, lines: list[str]) -> bool:
        """Whether some lines begin as what follows does: with a line that says enough to tell, or
        with two.
        """
        first = lines[0]
        if _says(first) and first.strip() == self._below.strip():
            return True
        two = [line.rstrip() for line in islice(filter(str.strip, lines), 2)]
        below = [line.rstrip() for line in self._following[:2]]
        return any(map(str.isalnum, first)) and len(two) == 2 and two == below

    def _join(self, lines: list[str]) -> str:
        """The lines up to the last that is more than a comment."""
        while lines and (not lines[-1].strip() or self._is_comment(lines[-1])):
            lines = lines[:-1]
        return "\n".join(lines).rstrip()

    def _in_line(self, line: str) -> Iterator[str]:
        """Where more of the line follows, the text without what it repeats of that."""
        rest = self.rest.rstrip()
        for length in range(min(len(line), len(rest)), 0, -1):
            if line.endswith(rest[:length]):
                yield line[:-length]
        yield line
        if not rest[0].isalnum():
            yield line.partition(rest[0])[0]

    def allows(self, text: str) -> bool:
        """Whether it may stand there."""
        if not text.strip() or any(category(one) in _HIDDEN for one in text if one not in "\n\t"):
            return False
        if self._repeats(text) or find_loop(text) or self._mixes_indentation(text):
            return False
        if sum(line.lstrip().startswith("```") for line in text.split("\n")) % 2:
            return False
        change = self._change(text)
        return parses(change) is None and _has_all_names(change)

    def _change(self, text: str) -> Change:
        span = Span(self._offset, self._offset)
        target = Target(self._document, span, "replace", names=self._names)
        return make_change(target, Edit(span, text))

    def _repeats(self, text: str) -> bool:
        """Whether it says once more what stands above or below."""
        lines = [line.strip() for line in f"{self._begun}{text}".split("\n") if line.strip()]
        first = lines[0]
        if _says(first) and first in (self._above.strip(), *self._find_block()):
            return True
        if any(_says(line) and line == one for line, one in zip(lines[1:], lines, strict=False)):
            return True
        following = [one.strip() for one in self._following]
        return len(lines) > 1 and any(
            _says(first) and lines[:2] == following[at : at + 2] for at in range(len(following))
        )

    def _find_block(self) -> Iterator[str]:
        """What follows in the same block, the first line of which may be another."""
        margin = _blanks(self._below)
        for at, line in enumerate(self._following):
            if at and len(_blanks(line)) < len(margin):
                return
            if _blanks(line) == margin:
                yield line.strip()

    def _mixes_indentation(self, text: str) -> bool:
        wrong = " " if self._tabs else "\t"
        return any(_blanks(line).startswith(wrong) for line in text.split("\n")[1:])


def _has_all_names(change: Change) -> bool:
    return is_bound(change) and members_exist(change) is None


def _near(document: Document, numbers: range) -> Iterator[str]:
    """Those of some lines that are not blank and not far away."""
    lines = document.lines
    texts = (document.text[lines.start(one) : lines.end(one)] for one in numbers[:_FAR])
    return (text for text in texts if text.strip())


def _blanks(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _says(line: str) -> bool:
    """Whether a line has enough in it for its like to be a repetition."""
    return sum(one.isalnum() for one in line) > _LITTLE


_FAR = 20
"""Lines that are looked at for the nearest."""
_REPEATED = 5
"""Lines below that are not said again."""
_OPENERS = (":", "{", "(", "[")
"""Ends of a line to which more belongs."""
_TRIES = 8
"""Ends of a text that are tried."""
_READ = 1_000_000
"""Characters that are read to check them, over all tries: each of them reads the whole document."""
_LITTLE = 6
"""Letters of a line that may well stand twice: `else:`, `break`."""
_CLOSER = re.compile(r"[)\]}]|end\b|fi\b|done\b|esac\b")
"""What a block's last line begins with, where it is indented as its first."""
_GOES_ON = re.compile(r"(?:else|elif|elsif|except|finally|catch|rescue|ensure|then|do)\b|[.{]")
"""What a line begins with that goes on with the statement above it."""
_LEAVES = re.compile(r"(?:return|raise|throw|break|continue)\b")
"""What a statement begins with behind which nothing of its block is done."""
_HIDDEN = ("Cc", "Cf", "Cs", "Co")
