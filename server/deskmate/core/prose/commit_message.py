"""Commit messages: where one stands in its file, and what of a model's reply may be one."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from deskmate.core.prose.english import find_clear_language, introductions, labels
from deskmate.core.reply.chat import refuses, without_chat
from deskmate.core.reply.chat_markup import find_answer
from deskmate.core.reply.readings import find_text, first_words
from deskmate.core.target import Rejected
from deskmate.core.text.text import Span

SUBJECT = 72
"""Characters of a first line at most, as git's own log shows it."""


def message_span(text: str, sign: str = "#") -> Span:
    """What of a message's file is the message: all above git's first comment, which begins with
    this `sign`.
    """
    comment = re.search(rf"^{re.escape(sign)}", text, re.M)
    return Span(0, comment.start() if comment else len(text))


def is_conventional(subjects: Sequence[str]) -> bool:
    """Whether most of a repository's commits have a type, as Conventional Commits 1.0.0 has it."""
    return len(_list_typed(subjects)) * 2 > len(subjects)


def _list_typed(subjects: Sequence[str]) -> list[str]:
    return [one for one in subjects if _TYPED.match(one)]


def read_message(reply: str, shown: str, subjects: Sequence[str] = ()) -> str:
    """The message that a reply gives, its body in lines of 72 characters. What it names in code or
    as a file stands in what the model was `shown`; its first line is like the `subjects` of the
    last commits, and none of them. Raises Rejected, with what is wrong.
    """
    text = find_text(find_answer(reply, shown)).strip().strip('`"').strip()
    text = without_chat(introductions().sub("", text, count=1).strip(), shown)
    text = labels().sub("", text, count=1).strip()
    if not text:
        raise Rejected("The reply is empty.")
    if refuses(text, shown):
        raise Rejected(f"The reply refuses: “{first_words(text)}”")
    subject, _, body = text.partition("\n")
    subject = re.sub(r"^(#+ |[-*] |\*\*)|\*\*$", "", subject.strip()).rstrip(".")
    if len(subject) > SUBJECT:
        raise Rejected(f"The first line has {len(subject)} characters; it may have {SUBJECT}.")
    if subject in subjects:
        raise Rejected("That is an earlier commit's message; say what this change does.")
    if is_conventional(subjects) and not _TYPED.match(subject):
        example = _list_typed(subjects)[0]
        raise Rejected(f"The first line needs a type and a colon before it, as “{example}” has.")
    if (signs := _find_signs(subjects)) and not _SIGN.match(subject):
        raise Rejected(f"The first line needs a sign before it, such as {', '.join(signs)}.")
    _refuse_language(subject, body, subjects)
    body = re.sub(r"^(```|diff --git|[+-]{3} |@@ ).*$", "", body, flags=re.M).strip()
    for name in _NAMES.findall(f"{subject}\n{body}"):
        if name.strip("`.,;:()") not in shown:
            raise Rejected(f"The change has no {name.strip('`.,;:')}; say only what it shows.")
    return f"{subject}\n\n{_fill(body)}" if body else subject


def _find_signs(subjects: Sequence[str]) -> tuple[str, ...]:
    """The signs with which most of the last commits begin (gitmoji), each once."""
    found = [sign[0].strip() for one in subjects if (sign := _SIGN.match(one))]
    return tuple(dict.fromkeys(found))[:5] if len(found) * 2 > len(subjects) else ()


def _refuse_language(subject: str, body: str, subjects: Sequence[str]) -> None:
    """Raises Rejected where the message is in another language than the last ones."""
    wanted, there = "\n".join(subjects), f"{subject}\n{body}"
    language = find_clear_language(wanted)
    other = find_clear_language(there)
    if language and other and language != other:
        raise Rejected(f"The last messages are in {language.capitalize()}, so this must be, too.")
    if _share_beyond_latin(wanted) > 0.3 and not _share_beyond_latin(there):
        raise Rejected(f"Write it in the language of the last messages: “{subjects[0]}”.")


def _share_beyond_latin(text: str) -> float:
    letters = [one for one in text if one.isalpha()]
    return sum(one > "\u024f" for one in letters) / max(len(letters), 1)


def _fill(body: str) -> str:
    """Each paragraph and item in lines that fit; `#` would begin a comment of git's."""
    lines: list[str] = []
    for line in body.splitlines():
        line = line.strip().lstrip("#").strip()
        item = re.match(r"[-*] |\d+\. ", line)
        indent = " " * len(item[0]) if item else ""
        lines += textwrap.wrap(line, SUBJECT, subsequent_indent=indent) or [""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


_SIGN = re.compile(
    r":[a-z0-9_+-]+:\s*|[\u2190-\u2bff\u3030\u303d\U0001f000-\U0001faff]"
    r"\ufe0f?(?:\u200d[\u2190-\u2bff\U0001f000-\U0001faff]\ufe0f?)*\s*"
)
_TYPED = re.compile(rf"(?:{_SIGN.pattern})?[A-Za-z]+(\([^()\n]+\))?!?: \S")
_NAMES = re.compile(
    r"`[^`\n]+`|[\w.-]+/[\w./-]+|\b\w+\.[a-z]{1,4}\b(?!\.)|\b\w+\(\)|\b\w+_\w+\b|#\d+|\b[a-z]+[A-Z]\w*"
)
