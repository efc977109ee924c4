"""May a change stand? Each check looks at one thing and, where it fails, says what it found in a
sentence that can be put before the model.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from deskmate.core.document import Document
from deskmate.core.elisions import is_elision
from deskmate.core.markup import find_markup
from deskmate.core.placing import flat
from deskmate.core.strict import refusal
from deskmate.core.syntax import Problem, Scope, imports, problems, scopes
from deskmate.core.target import Target
from deskmate.core.text import Edit, Span
from deskmate.core.tokens import shape, texts, tokens


@dataclass(frozen=True)
class Change:
    """A change of the target's document that is to be checked.

    `after` is the document with it, `span` what of it is new, `edits` what was changed. `scope` is
    what the target's scope has become, None where there is none or it is gone.
    """

    target: Target
    after: Document
    span: Span
    edits: tuple[Edit, ...]
    scope: Scope | None = None

    @property
    def before(self) -> Document:
        """The document without the change."""
        return self.target.document

    @property
    def new(self) -> str:
        """The new text."""
        return self.after.slice(self.span)

    def moved(self, offset: int) -> int:
        """Where an offset of the document before, outside of the edits, lies after them."""
        for edit in sorted(self.edits, key=lambda edit: edit.span, reverse=True):
            if edit.span.end <= offset:
                offset += len(edit.text) - len(edit.span)
        return offset


Check = Callable[[Change], str | None]


def findings(change: Change, names: Iterable[str]) -> dict[str, str]:
    """What the checks of these names, and those that always run, find wrong with a change."""
    wanted = dict.fromkeys((*ALWAYS, *names))
    found = {name: CHECKS[name](change) for name in wanted}
    return {name: finding for name, finding in found.items() if finding}


def parses(change: Change) -> str | None:
    """No syntax error that was not there before, in the whole document."""
    before = problems(change.before)
    known = Counter((p.kind, change.moved(p.span.start)) for p in before)
    broken = sum(p.span.overlaps(change.target.span) for p in before)
    for problem in problems(change.after):
        place = (problem.kind, problem.span.start)
        if known[place] > 0:
            known[place] -= 1
        elif broken > 0 and problem.span.overlaps(change.span):
            broken -= 1
        else:
            return _syntax_error(change, problem)
    empty = _empty_block(change.after, change.span)
    if empty is not None and _empty_block(change.before, change.target.span) is None:
        return f"Nothing follows `{_line(change.after, change.after.lines.line_at(empty))}`."
    refused = refusal(change.after)
    if refused is None or refusal(change.before) is not None:
        return None
    return f"At `{_line(change.after, refused[0])}` there is a syntax error: {refused[1]}."


def _empty_block(document: Document, span: Span) -> int | None:
    """Where a block without anything in it stands: no error to the grammars of languages that are
    nested by indentation, but one to the languages.
    """
    nodes = [document.tree.root_node] if document.tree and document.tree.root_node.end_byte else []
    start, end = document.bytes_span(span)
    while nodes:
        node = nodes.pop()
        if node.start_byte == node.end_byte and node.is_named and not node.is_missing:
            return document.offset_of(node.start_byte)
        nodes += [n for n in node.children if n.end_byte >= start and n.start_byte <= end]
    return None


def _syntax_error(change: Change, problem: Problem) -> str:
    line = change.after.lines.line_at(problem.span.start)
    first = change.after.lines.line_at(change.span.start)
    text = _line(change.after, line)
    what = (
        f"`{problem.text}` is missing" if problem.kind == "missing" else "there is a syntax error"
    )
    if change.span.overlaps(problem.span):
        return f"In line {line - first + 1} of the code, {what}: `{text}`."
    return f"With this code the file no longer parses: {what} at `{text}`."


def _line(document: Document, line: int) -> str:
    lines = document.lines
    while line > 0 and not document.text[lines.start(line) : lines.end(line)].strip():
        line -= 1
    return document.text[lines.start(line) : lines.end(line)].strip()[:100]


def in_scope(change: Change) -> str | None:
    """What is around the change is read as it was before, and nothing of the target is lost."""
    before = [s for s in scopes(change.before) if not change.target.span.contains(s.span)]
    after = [s for s in scopes(change.after) if not change.span.contains(s.span)]
    if [(s.kind, s.path, s.name) for s in before] != [(s.kind, s.path, s.name) for s in after]:
        return "The code runs on into what follows it: an end or a closing bracket is missing."
    if _surroundings(change.before, change.target.span) != _surroundings(change.after, change.span):
        return "The code runs on into what surrounds it: an end or a closing bracket is missing."
    return None


def _surroundings(document: Document, span: Span) -> list[str]:
    """The types of the nodes around the first thing behind `span`, outermost first."""
    rest = document.text[span.end :]
    behind = rest.lstrip()
    if document.tree is None or not behind:
        return []
    at = len(document.text) - len(behind)
    byte, _ = document.bytes_span(Span(at, at))
    node = document.tree.root_node.descendant_for_byte_range(byte, byte + 1)
    kinds = []
    while node is not None:
        kinds.append(node.type)
        node = node.parent
    return kinds[::-1]


def one_definition(change: Change) -> str | None:
    """Where a function or class is rewritten, there is just that one, of the same name."""
    old = change.target.scope
    if old is None or not old.name or old.kind == "section":
        return None
    here = [s for s in scopes(change.after) if change.span.contains(s.span)]
    if any((s.kind, s.name, s.path) == (old.kind, old.name, old.path) for s in here):
        extra = [s.name for s in here if s.path == old.path and s.name != old.name]
        return f"Besides `{old.name}` the code defines `{extra[0]}`." if extra else None
    other = next((s.name for s in here if s.kind == old.kind), "")
    instead = f"; the reply calls it `{other}`" if other else ""
    return f"The code must be the whole {old.kind} `{old.name}`{instead}."


def members_kept(change: Change) -> str | None:
    """No function that was defined in the target is gone."""
    old = {s.name for s in scopes(change.before) if change.target.span.contains(s.span)}
    new = {s.name for s in scopes(change.after) if change.span.contains(s.span)}
    own = {change.target.scope.name} if change.target.scope else set()
    lost = sorted(old - new - own)
    if not lost:
        return None
    names = ", ".join(f"`{name}`" for name in lost)
    return f"The code no longer defines {names}: keep everything that is not to be changed."


def same_signature(change: Change) -> str | None:
    """Name, parameters, decorators and return type are what they were, layout aside."""
    old = change.target.scope
    if old is None or old.kind != "function":
        return None
    if change.scope is None:
        return f"The code must be the whole function `{old.name}`."
    if signature(change.before, old) == signature(change.after, change.scope):
        return None
    was, now = flat(change.before, old.head).strip(), flat(change.after, change.scope.head).strip()
    return f"The signature must stay `{was}`; the reply has `{now}`."


def signature(document: Document, scope: Scope) -> list[str]:
    """The tokens of a scope's head, without what formatters change."""
    words = texts(document, scope.head, comments=False)
    out = [word.replace("'", '"') for word in words]
    return [
        word
        for word, following in zip(out, [*out[1:], ""], strict=True)
        if not (word == "," and following in (")", "]", ">", "}")) and word != ";"
    ]


def keeps_directives(change: Change) -> str | None:
    """Comments that tools read are still there, as long as the line that they are about is."""
    new = [line.strip() for line in change.new.splitlines()]
    have = Counter(match[0] for line in new for match in _DIRECTIVE.finditer(line))
    for line in change.before.slice(change.target.span).splitlines():
        for match in _DIRECTIVE.finditer(line):
            if have[match[0]] > 0:
                have[match[0]] -= 1
                continue
            code = line[: match.start()].strip()
            if not code or code in new:
                return f"The comment `{match[0].strip()}` is gone; keep it: `{line.strip()}`."
    return None


_DIRECTIVE = re.compile(
    r"(?:#|//|/\*|--|<!--)\s*(?:type:|noqa|nosec|pylint:|pyright:|mypy:|ruff:|fmt:|isort:|pragma\b"
    r"|flake8:|yapf:|nolint|go:|\+build|eslint-|@ts-|prettier-|istanbul |c8 |v8 |webpack|biome-"
    r"|rustfmt|clippy|noinspection|NOLINT|clang-format|coverage:|rubocop:|shellcheck |phpcs:"
    r"|phpstan|@phpstan|language=|region\b|endregion\b|SPDX-|Copyright\b|copyright\b|Licensed\b"
    r"|@license|@preserve|nosemgrep|deno-lint|@jsx|@flow|sourceMappingURL|#__PURE__)[^\n]*"
)
"""Comments that mean something to a tool or a lawyer."""


def imports_kept(change: Change) -> str | None:
    """No import of the target is gone."""
    after = {tuple(texts(change.after, span)) for span in imports(change.after)}
    for span in imports(change.before):
        if change.target.span.contains(span) and tuple(texts(change.before, span)) not in after:
            return f"The import `{flat(change.before, span)}` is gone; keep it."
    return None


def changed(change: Change) -> str | None:
    """It is not what was there already."""
    if shape(change.before, change.target.span) != shape(change.after, change.span):
        return None
    return "The code is the same as before: nothing was changed."


def not_emptied(change: Change) -> str | None:
    """A function that had a body has one still."""
    written = {(s.path, s.name) for s in scopes(change.before) if not s.stub}
    for scope in scopes(change.after):
        if scope.stub and change.span.contains(scope.span) and (scope.path, scope.name) in written:
            return f"The body of `{scope.name}` is gone; write all of it."
    return None


def not_stub(change: Change) -> str | None:
    """The body is no placeholder."""
    here = [s for s in scopes(change.after) if change.span.contains(s.span)]
    stub = next((s for s in here if s.stub and s.kind == "function"), None)
    if stub is None or (change.scope is not None and not change.scope.stub):
        return None
    return f"The body of `{stub.name}` is still a placeholder; write what it does."


def sane_size(change: Change) -> str | None:
    """It is neither many times as long as what was there, nor next to nothing of it."""
    old = len(texts(change.before, change.target.span, comments=False))
    new = len(texts(change.after, change.span, comments=False))
    if new > max(_LARGEST, 4 * old):
        return f"The code is {new // max(1, old)} times as long as what it replaces; shorten it."
    if old > 40 and new * 8 < old:
        return "Most of the code is gone; keep everything that is not to be changed."
    return None


_LARGEST = 400
"""Tokens that a rewritten piece of code may have whatever stood there."""


def code_unchanged(change: Change) -> str | None:
    """Nothing but documentation was added: the code is token for token what it was."""
    old, new = change.target.scope, change.scope
    if old is None or new is None:
        return "The documentation does not leave the code as it is."
    bare = _apart_from(change.after, new.outer, new.doc)
    if _apart_from(change.before, old.outer, old.doc) != bare:
        return "The documentation does not leave the code as it is."
    return None if new.doc else "What was written is not read as documentation."


def _apart_from(document: Document, span: Span, doc: Span | None) -> list[str]:
    inside = [t for t in tokens(document, span) if doc is None or not doc.overlaps(t.span)]
    return [token.text for token in inside]


def asserts(change: Change) -> str | None:
    """The tests assert something, and about what they are for."""
    words = texts(change.after, change.span, comments=False)
    if not any(_ASSERTION.match(word) for word in words):
        return "The tests assert nothing."
    name = change.target.name
    if name and name not in " ".join(words):
        return f"The tests never use `{name}`."
    return None


_ASSERTION = re.compile(
    r"assert|Assert|expect$|should|require$|Error(f)?$|Fatal(f)?$|Fail(Now)?$|raises$|fail$|check$"
    r"|verify|Equal|is_err|is_ok|EXPECT_|ASSERT_|CHECK|REQUIRE|refute|must_|t\.is|ok$|equal$"
)


def clean(change: Change) -> str | None:
    """No chat markup, no place where code was left out, no broken characters, no endless loop."""
    original = change.before.text
    if markup := find_markup(change.new, original):
        return f"`{markup}` is no part of the code."
    known = {line.strip() for line in original.splitlines()}
    for line in change.new.splitlines():
        if is_elision(line) and line.strip() not in known:
            return f"Code is left out at `{line.strip()}`; write all of it."
    if "\ufffd" in change.new and "\ufffd" not in original:
        return "The code holds broken characters."
    loop = _loop(change.new, known)
    return f"The reply repeats `{loop}` over and over." if loop else None


def _loop(text: str, known: set[str]) -> str:
    """A line that the text ends up repeating; lines of the original may repeat."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for period in range(1, 9):
        repeats = 1
        for at in range(len(lines) - 2 * period, -1, -period):
            if lines[at : at + period] != lines[len(lines) - period :]:
                break
            repeats += 1
        unit = lines[len(lines) - period :]
        if repeats * period >= 6 and repeats >= 4 and not set(unit) <= known:
            return max(unit, key=len)
    return ""


CHECKS: Mapping[str, Check] = {
    "parses": parses,
    "clean": clean,
    "in-scope": in_scope,
    "one-definition": one_definition,
    "members-kept": members_kept,
    "not-emptied": not_emptied,
    "same-name": one_definition,
    "same-signature": same_signature,
    "keeps-directives": keeps_directives,
    "imports-kept": imports_kept,
    "changed": changed,
    "not-stub": not_stub,
    "sane-size": sane_size,
    "code-unchanged": code_unchanged,
    "asserts": asserts,
}
"""By the names that actions use."""

ALWAYS = ("clean", "parses", "in-scope")
"""What no action can do without."""

STRUCTURE = frozenset((*ALWAYS, "not-emptied", "one-definition", "same-name", "changed"))
"""The checks that tell whether the right code was read; the others are about what it says."""
