"""What functions use of their projects in languages other than Python, for `measure_context.py`:
by queries of its own (`measured_languages.toml`), so that nothing of Deskmate's judges itself.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tree_sitter import Node, Parser, Query, QueryCursor

from deskmate.core.syntax.language import grammar, language_for

LANGUAGES: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("measured_languages.toml").read_text(encoding="utf-8")
)


class Use(NamedTuple):
    """Something of its project that a function uses."""

    kind: str
    name: str


@dataclass
class File:
    """What one file defines, and the functions in it, each with the class that it is of."""

    text: str
    defined: dict[str, str] = field(default_factory=dict)
    members: dict[str, dict[str, str]] = field(default_factory=dict)
    measured: list[tuple[str, Node]] = field(default_factory=list)
    local: list[Node] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)


@cache
def read(path: Path, language: str) -> File:
    """One file by the queries of a language."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    file = File(text)
    parser, query = _tools(language)
    for _, captures in QueryCursor(query).matches(parser.parse(text.encode()).root_node):
        one = {name: nodes[0] for name, nodes in captures.items()}
        owner = _text(one["owner"]) if "owner" in one else ""
        for kind in ("function", "class", "constant"):
            if kind in one:
                file.defined[_text(one[kind])] = kind
        for kind in ("field", "method"):
            if kind in one:
                file.members.setdefault(owner, {})[_text(one[kind])] = kind
        if "measured" in one:
            node = one["measured"]
            file.measured.append((owner, node))
            name = one.get("method") or one.get("function")
            file.names[node.id] = _text(name) if name else ""
        if "local" in one:
            file.local.append(one["local"])
    return file


def files(folder: Path, language: str) -> list[Path]:
    """The sources of a project, without its tests."""
    suffixes = LANGUAGES[language]["suffixes"]
    found = (one for one in folder.rglob("*") if one.suffix in suffixes and one.is_file())
    kept = (one for one in found if not _TEST.search(str(one.relative_to(folder))))
    return sorted(one for one in kept if one.stat().st_size < _LARGE)


def uses(folder: Path, path: Path, language: str, owner: str, node: Node) -> Iterator[Use]:
    """What a function uses: of its class, of its file, and what only one other file defines that
    is imported, or seen without an import.
    """
    rules, own = LANGUAGES[language], read(path, language)
    everywhere = _everywhere(folder, language)
    local = {_text(one) for one in own.local if _is_in(one, node)}
    imported = "\n".join(re.findall(rules["imports"], own.text))
    around = {own.names.get(node.id, ""), owner, *_around(node)}
    for name, before in _names(node, tuple(rules.get("leaves", ()))):
        if name in around:
            continue
        members = (
            _members(folder, language, owner) if "apart" in rules else own.members.get(owner, {})
        )
        receivers = rules.get("receivers") or _receiver(node)
        bare = not before and name not in local
        if name in members and (before in receivers or (rules.get("bare") and bare)):
            yield Use(members[name], name)
        elif bare and name in own.defined:
            yield Use(own.defined[name], name)
        elif len(places := everywhere.get(name, set())) == 1 and path not in places:
            place = next(iter(places))
            beside = "folder" in rules and place.parent == path.parent
            sought = place.stem if "files" in rules else name
            stands = re.search(rf"\b{re.escape(sought)}\b", imported)
            through = rules.get("qualified") and before == place.parent.name
            if (bare and (beside or stands or rules.get("anywhere"))) or through:
                yield Use("imported", name)


def is_shown(text: str, use: Use, language: str) -> bool:
    """Whether a context has the definition of what is used."""
    rules = LANGUAGES[language]
    return re.search(rules["shown"].replace("NAME", re.escape(use.name)), text) is not None


@cache
def _tools(language: str) -> tuple[Parser, Query]:
    known = language_for(language, "")
    assert known is not None
    return Parser(grammar(known)), Query(grammar(known), LANGUAGES[language]["query"])


@cache
def _everywhere(folder: Path, language: str) -> dict[str, set[Path]]:
    found: dict[str, set[Path]] = {}
    for path in files(folder, language):
        for name in read(path, language).defined:
            found.setdefault(name, set()).add(path)
    return found


@cache
def _members(folder: Path, language: str, owner: str) -> dict[str, str]:
    """What a class has, in whichever files of the project."""
    each = (read(path, language).members.get(owner, {}) for path in files(folder, language))
    return {name: kind for members in each for name, kind in members.items()}


def _names(node: Node, more: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The names in a function, each with what is before its dot; also leaves of `more` types."""
    before = ""
    last = ""
    for leaf in _leaves(node):
        text = _text(leaf)
        if text in (".", "->", "?."):
            before = last or "?"
        elif text == "::":
            before = "::"
        else:
            if leaf.type.endswith(("identifier", "name", *more)) or leaf.type == "this":
                yield text, before
            before = ""
        last = text if text.isidentifier() else ""


def _around(node: Node) -> Iterator[str]:
    """The names of what a function stands in."""
    while node.parent is not None:
        node = node.parent
        name = node.child_by_field_name("name")
        yield _text(name) if name else ""


def _leaves(node: Node) -> Iterator[Node]:
    if "comment" in node.type or "string" in node.type:
        return
    if not node.children:
        yield node
    for child in node.children:
        yield from _leaves(child)


def _receiver(node: Node) -> set[str]:
    receiver = node.child_by_field_name("receiver")
    return {_text(one) for one in _leaves(receiver)} if receiver else set()


def _is_in(inner: Node, outer: Node) -> bool:
    return outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


_TEST = re.compile(
    r"(?i)(^|/|\.)(tests?|specs?|testdata|__tests__|examples?)([/.]|$)|_(unit)?test\.\w+$"
)
_LARGE = 300_000
"""Bytes."""
