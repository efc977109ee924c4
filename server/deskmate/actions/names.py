"""How a definition is shown to a model."""

from __future__ import annotations

import re
from pathlib import Path

from deskmate.core.syntax.file_symbols import Definition, Found
from deskmate.core.syntax.language import Language
from deskmate.core.syntax.lookup import CLASSES, Names
from deskmate.core.text.text import Span


def describe_definition(
    found: Found,
    names: Names,
    language: Language,
    used: frozenset[str] = frozenset(),
    without: tuple[Path, Span] | None = None,
    *,
    least: bool = False,
) -> str:
    """A definition as its head with the first sentence of its documentation; a class with its
    members, those of the names in `used` first, but for the one `without` which it is to be. The
    `least` of it is what tells how to use it as it is used: a short head, and of the members none
    but those in `used`.
    """
    definition = found.definition
    head = _shorten(definition.head, used) if least else definition.head
    lines = [*comment(language, "" if least else definition.doc), *head.splitlines()]
    if definition.kind in CLASSES:
        inside: dict[str, None] = {}  # several may have one line: `int width, height;`
        for member in _choose_members(found, names, used, without, head):
            if least and member.name not in used:
                continue
            explained = member.kind == "function" and member.name in used and not least
            said = comment(language, member.doc if explained else "")
            short = _shorten(member.head, used) if least else member.head
            inside["\n".join((*said, short))] = None
        lines += [language.indent + line for one in inside for line in one.splitlines()]
    return "\n".join(lines)


def comment(language: Language, text: str) -> list[str]:
    """A text as a comment of one line; nothing where the text is, or the language has none."""
    if not text:
        return []
    if language.line_comment:
        return [f"{language.line_comment} {text}"]
    return (
        [f"{language.block_comment[0]} {text} {language.block_comment[1]}"]
        if language.block_comment
        else []
    )


def _choose_members(
    found: Found,
    names: Names,
    used: frozenset[str],
    without: tuple[Path, Span] | None,
    head: str,
) -> list[Definition]:
    """The fields of a class and its functions: those that are used, and of the others the first
    public ones.
    """
    inside = [
        one.definition
        for one in names.members(found)
        if (one.path, one.definition.span) != without
        and one.definition.head not in head  # of a struct, whose head has them
    ]
    others = [one for one in inside if one.name not in used]
    fields = [one for one in others if one.kind == "field"][:_FIELDS]
    public = [one for one in others if not one.name.startswith("_")][:_MEMBERS]
    return [one for one in inside if one.name in used or one in fields or one in public]


def _shorten(head: str, used: frozenset[str]) -> str:
    """As much of a long head as there is room for; of its lines those that say what is used."""
    if len(head) <= _SHORT:
        return head
    first, *lines = head.splitlines()
    told = [line for line in lines if not used.isdisjoint(_WORD.findall(line))]
    kept = [first] if told else [" ".join((first, *map(str.strip, lines)))]
    return "\n".join(line[:_SHORT] for line in (*kept, *told))[: 2 * _SHORT].rstrip() + " …"


_WORD = re.compile(r"\w+")
_SHORT = 160
"""Characters of a head where there is no room for all of it."""
_FIELDS, _MEMBERS = 30, 12
"""Members of a class that are shown though nothing says that they are used."""
