"""Comments that mean something to a tool or a lawyer: which they are is data of each language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from deskmate.core.syntax.language import Language, common


def find_directives(line: str, language: Language | None) -> Iterator[re.Match[str]]:
    """The directives in a line of code, each from its comment's mark to the line's end."""
    return _in_line(language).finditer(line)


def without_mark(line: str) -> tuple[str, str]:
    """What a line of a comment says: behind its mark, and from its first word on."""
    line = line.strip()
    marks = [mark for mark in common()["comment_marks"] if line.startswith(mark)]
    rest = line[len(max(marks, key=len, default="")) :].lstrip()
    return rest, _BEFORE_WORDS.sub("", rest, count=1)


_BEFORE_WORDS = re.compile(r"\A[^\w@]+(?=[\w@])")


def is_directive(text: str, language: Language | None) -> bool:
    """Whether the text of a comment, without its mark, is one."""
    return _begins(language).match(text) is not None


def is_reminder(text: str) -> bool:
    """Whether the text of a comment, without its mark, asks somebody to come back to it."""
    return _reminders().match(text) is not None


def is_about_next(directive: str, language: Language | None) -> bool:
    """Whether a directive is about the line below, where it stands on a line of its own."""
    return _about_next(language).search(directive) is not None


@cache
def _in_line(language: Language | None) -> re.Pattern[str]:
    marks = "|".join(map(re.escape, common()["comment_marks"]))
    return re.compile(rf"(?:{marks})\s*(?:{_begins(language).pattern})[^\n]*")


@cache
def _begins(language: Language | None) -> re.Pattern[str]:
    own = language.directives if language else ()
    return re.compile("|".join((*common()["directives"], *own)))


@cache
def _reminders() -> re.Pattern[str]:
    return re.compile("|".join(common()["reminders"]))


@cache
def _about_next(language: Language | None) -> re.Pattern[str]:
    own = language.about_next if language else ()
    return re.compile("|".join((*common()["about_next"], *own)))
