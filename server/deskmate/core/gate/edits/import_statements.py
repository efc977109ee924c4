"""An import statement: what it is read as, and which names it brings."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from deskmate.core.syntax.document import Document


@dataclass(frozen=True, slots=True)
class Import:
    """An import statement. One that names several things is a group: `head` and `tail` are what is
    before and behind those, with their brackets, `items` what they are. `keywords` are the words in
    it that name nothing.
    """

    text: str
    keywords: frozenset[str]
    head: str = ""
    items: tuple[str, ...] = ()
    tail: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What two groups of the same module have in common."""
        return re.sub(r"[\s(]+", "", self.head), re.sub(r"[\s);]+", "", self.tail)

    @property
    def names(self) -> frozenset[str]:
        """The names it may bring: words outside of strings or, without any, the words in them."""
        return self.bound or words_in(self.text) - self.keywords

    @property
    def bound(self) -> frozenset[str]:
        """The names that it binds: of a group, what its items are called here."""
        if not self.items:
            return words_outside_strings(self.text) - self.keywords
        return frozenset(map(local_name, self.items)) | (words_in(self.head) - self.keywords)


def read_import(statement: str, document: Document) -> Import:
    """What a statement of a document's language says."""
    keywords = document.language.imports.keywords if document.language else frozenset()
    several = document.language.imports.several if document.language else ""
    group = _GROUP.fullmatch(statement) or (several and re.fullmatch(several, statement))
    if not group:
        return Import(statement, keywords)
    items = tuple(item.strip() for item in re.split(r"[,\n]", group[2]) if item.strip())
    return Import(statement, keywords, group[1], items, group[3])


_GROUP = re.compile(r"([^({]*(?:\{|(?<=import )\())([^(){}]*)([)}].*)", re.DOTALL)


def with_items(group: Import, items: tuple[str, ...]) -> Import:
    """The group with these items alone, written as it was: on one line or on one each."""
    if "\n" not in group.text:
        text = f"{group.head} {', '.join(items)} {group.tail}".rstrip()
    else:
        comma = "," if "," in group.text else ""
        margin = re.search(r"\n([ \t]*)\S", group.text)
        lines = "".join(f"\n{margin[1] if margin else ''}{item}{comma}" for item in items)
        text = f"{group.head}{lines}\n{group.tail}"
    return replace(group, text=text, items=items)


def imported_names(statement: str, document: Document) -> frozenset[str]:
    """The names that an import statement brings."""
    read = read_import(statement, document)
    if not read.items:
        return read.names
    return frozenset(re.split(r"\W+", item.strip())[-1] for item in read.items)


def with_name(statement: str, name: str, document: Document) -> str:
    """An import statement that brings this name alone from where another brings some."""
    read = read_import(statement, document)
    own = next((one for one in read.items if re.split(r"\W+", one.strip())[-1] == name), name)
    if read.items:
        return with_items(read, (own,)).text
    default = document.language.imports.default if document.language else ""
    if name in read.names:
        return statement
    if default and re.match(default, statement):
        return re.sub(default, rf"\1 {{ {name} }}\3", statement, count=1)
    words = [*re.finditer(r"[^\W\d]\w*", _STRING.sub("", statement))]
    last = words[-1] if words else None
    return f"{statement[: last.start()]}{name}{statement[last.end() :]}" if last else statement


def local_name(item: str) -> str:
    """What an item of a group is called where it is brought to."""
    words: list[str] = re.findall(r"\w+", item)
    return words[-1] if words else ""


def strings_in(statement: str) -> list[str]:
    """The strings of a statement, with their quotes."""
    return [match[0] for match in _STRING.finditer(statement)]


_STRING = re.compile(r"\"[^\"]*\"|'[^']*'|`[^`]*`")


def words_outside_strings(text: str) -> frozenset[str]:
    """The words of a text that are in none of its strings."""
    return words_in(_STRING.sub("", text))


def words_in(text: str) -> frozenset[str]:
    """The words of a text, of which none begins with a digit."""
    return frozenset(re.findall(r"[^\W\d]\w*", text))
