"""Which names the code that a model works on uses, or says that it will."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.tokens import tokens
from deskmate.core.target import Target
from deskmate.core.text.text import Span


@dataclass(frozen=True, slots=True)
class UsedNames:
    """The names in the code of a target, dotted ones also as a whole, those in its comments and
    documentation, and every word of it.
    """

    code: tuple[str, ...]
    said: tuple[str, ...]
    words: frozenset[str]

    @classmethod
    def read(cls, document: Document, span: Span, target: Target) -> UsedNames:
        """What is used in a span; of an insertion, in the comment above it."""
        if target.result == "insert":
            text = document.text[max(0, span.start - _COMMENT) : span.end]
            named = tuple(find_said(text))
            return cls((), named, frozenset(named))
        code: dict[str, None] = {}
        words: list[str] = []
        for token in tokens(document, span):
            if token.comment or token.textual:
                words.append(token.text)
            elif token.type == token.text and token.type not in _NODES:
                continue  # a keyword, which half of the project's files have
            elif found := _IDENTIFIER.fullmatch(token.text):
                code[found[1]] = None
            elif _DOTTED.fullmatch(token.text):
                code.update(dict.fromkeys(token.text.split(".")))
        text = document.slice(span)
        dotted = {name: None for name in _DOTTED.findall(text) if name.split(".")[0] in code}
        names = tuple(dict.fromkeys((*dotted, *code)))
        every = frozenset((*code, *_NAME.findall(text)))
        return cls(names, tuple(find_said("\n".join(words))), every)


def find_said(text: str) -> Iterator[str]:
    """The words of a text that may be names, in the singular, too."""
    for word in dict.fromkeys(_NAME.findall(text)):
        if len(word) > 2 and (
            word[0].isupper() or "_" in word or f"{word}(" in text or f"`{word}" in text
        ):
            yield word
            for end in ("ies", "es", "s"):
                if word.endswith(end):
                    yield word.removesuffix(end) + ("y" if end == "ies" else "")


_NODES = frozenset(("constant", "identifier", "name", "variable", "word"))
"""What grammars call names, which may be names as well."""

_COMMENT = 2000
"""Characters above an insertion in which its comment is looked for."""
_NAME = re.compile(r"[^\W\d]\w*")
_IDENTIFIER = re.compile(r"(?:\$(?:\w+:)?)?([^\W\d]\w*(?:-\w+)*[?!]?)")
"""A whole token that is one: Ruby's may end so, and PowerShell's have hyphens."""
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+")
