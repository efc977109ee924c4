"""May a change stand? Each check looks at one thing and, where it fails, says what it found in a
sentence that can be put before the model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise, zip_longest
from textwrap import dedent

from deskmate.core.gate.accounting import nothing_lost
from deskmate.core.gate.always_checks import clean, in_scope, line_at, parses, whole_values
from deskmate.core.gate.bodies import not_emptied, not_stub
from deskmate.core.gate.bound import bound
from deskmate.core.gate.change import Change
from deskmate.core.gate.comments import lost_comments
from deskmate.core.gate.members import members_exist
from deskmate.core.gate.test_assertions import asserts
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import flat, split_lines
from deskmate.core.syntax.queries import Scope, imports, scopes
from deskmate.core.syntax.signatures import signature
from deskmate.core.syntax.strings import LongString, long_strings
from deskmate.core.syntax.tokens import Token, shape, texts, tokens
from deskmate.core.text.text import Span

Check = Callable[[Change], str | None]


def findings(change: Change, names: Iterable[str]) -> dict[str, str]:
    """What these checks, and those that always run, find wrong with a change, by their names; where
    that is nothing, whether its names are bound and its members exist.
    """
    found: dict[str, str] = {}
    for name in dict.fromkeys((*ALWAYS, *names)):
        finding = CHECKS[name](change)
        if finding and finding not in found.values():
            found[name] = finding
        if finding and name == "parses":
            break  # what else is found then comes of that
    if not found and (finding := bound(change) or members_exist(change)):
        found["bound"] = finding
    return found


def one_definition(change: Change) -> str | None:
    """Where a function or class is rewritten, there is just that one, of the same name."""
    old = change.target.scope
    if old is None or not old.name or old.kind == "section":
        return None
    if old.anonymous:
        name = f" that is given to `{old.name}`" if old.name else ""
        return None if change.scope else f"The code must be the whole function{name}, and no more."
    here = [s for s in scopes(change.after) if change.span.contains(s.span)]
    if any((s.kind, s.name, s.path) == (old.kind, old.name, old.path) for s in here):
        extra = [s.name for s in here if s.path == old.path and s.name != old.name]
        return f"Besides `{old.name}` the code defines `{extra[0]}`." if extra else None
    other = next((s.name for s in here if s.kind == old.kind), "")
    instead = f"; the reply calls it `{other}`" if other else ""
    return f"The code must be the whole {old.kind} `{old.name}`{instead}."


def members_kept(change: Change) -> str | None:
    """No function that was defined in the target is gone, nor one of its overloads."""
    own = change.target.scope.span if change.target.scope else None
    old = [s for s in scopes(change.before) if change.target.span.contains(s.span)]
    new = [s for s in scopes(change.after) if change.span.contains(s.span)]
    kept = Counter(s.name for s in new) - Counter(s.name for s in old if s.span == own)
    heads = {_head(change.after, s) for s in new}
    lost: dict[str, Scope] = {}
    for scope in sorted(old, key=lambda s: _head(change.before, s) not in heads):
        if scope.span != own and kept[scope.name] == 0:
            lost[scope.name] = scope
        kept[scope.name] -= 1 if scope.span != own else 0
    if not lost:
        return None
    gone = ", ".join(f"`{_head(change.before, lost[name])}`" for name in sorted(lost))
    return f"The code no longer defines {gone}: keep everything that is not to be changed."


def _head(document: Document, scope: Scope) -> str:
    return flat(document, scope.head).strip()


def same_signature(change: Change) -> str | None:
    """Name, parameters, decorators and return type are what they were, layout aside."""
    old = change.target.scope
    if old is None or old.kind != "function":
        return None
    if change.scope is None:
        return one_definition(change)
    if signature(change.before, old) == signature(change.after, change.scope):
        return None
    was, now = _head(change.before, old), _head(change.after, change.scope)
    return f"The signature must stay `{was}`; the reply has `{now}`."


def keeps_directives(change: Change) -> str | None:
    """No comment is gone that somebody relies on: a directive for a tool whose line is still there,
    a licence, a TODO.
    """
    gone = next((one for one in lost_comments(change) if one.needed), None)
    if gone is None:
        return None
    where = f": `{gone.line}`" if gone.line != gone.first_line else ""
    return f"The comment `{gone.first_line}` is gone; keep it{where}."


def strings_kept(change: Change) -> str | None:
    """A string of several lines that says what it said is indented as it was; or as a whole, where
    its margin is no part of it.
    """
    now: dict[tuple[str, ...], list[list[str]]] = {}
    for string in long_strings(change.after, change.span):
        lines = split_lines(change.after.slice(string.span))
        now.setdefault(tuple(line.strip() for line in lines), []).append(lines)
    for string in long_strings(change.before, change.target.span):
        lines = split_lines(change.before.slice(string.span))
        twins = now.get(tuple(line.strip() for line in lines), [])
        if twins and not any(_says_the_same(lines, twin, string) for twin in twins):
            first = next((line.strip() for line in lines[1:] if line.strip()), lines[0].strip())
            return f"The blanks before `{first}` are part of a string; keep them as they were."
    return None


def _says_the_same(old: list[str], new: list[str], string: LongString) -> bool:
    """Whether a string has the same value; or lines of it were moved, and not all of it."""
    same = sum(a == b for a, b in zip(old[1:], new[1:], strict=True))
    if same == len(old) - 1 or 2 * same > len(old):
        return True
    return string.dedented and dedent("\n".join(old[1:])) == dedent("\n".join(new[1:]))


def imports_kept(change: Change) -> str | None:
    """No import of the target is gone."""
    after = {tuple(texts(change.after, span)) for span in imports(change.after)}
    for span in imports(change.before):
        if change.target.span.contains(span) and tuple(texts(change.before, span)) not in after:
            return f"The import `{flat(change.before, span)}` is gone; keep it."
    return None


UNCHANGED = "The code is the same as before: nothing was changed."


def changed(change: Change) -> str | None:
    """It is not what was there already."""
    language = change.before.language
    if language is None or language.prose:
        old, new = change.before.slice(change.target.span), change.new
        same = old.split() == new.split()
        return "The text is the same as before: nothing was changed." if same else None
    before, after = shape(change.before, change.target.span), shape(change.after, change.span)
    if _plain(before) != _plain(after):
        return None
    return UNCHANGED


def code_changed(change: Change) -> str | None:
    """The code is not what it was, whatever its comments say; of comments alone, they are not."""
    old, new = (
        shape(document, span, comments=False)
        for document, span in (
            (change.before, change.target.span),
            (change.after, change.span),
        )
    )
    if old and _plain(old) == _plain(new):
        return UNCHANGED
    return changed(change)


def _plain(words: list[str]) -> list[str]:
    """Without what formatters choose: quotes, semicolons, trailing commas."""
    return [
        word.replace("'", '"')
        for word, following in pairwise([*words, ""])
        if word != ";" and not (word == "," and following in (")", "]", "}"))
    ]


def sane_size(change: Change) -> str | None:
    """It is neither many times as long as what was there, nor next to nothing of it."""
    old = len(texts(change.before, change.target.span, comments=False))
    new = len(texts(change.after, change.span, comments=False))
    if new > max(_LARGEST, 4 * old):
        return f"The code is {new // max(1, old)} times as long as what it replaces; shorten it."
    if old > 40 and new * 8 < old:
        lost = _first_lost(change)
        return f"Most of the code is gone, from `{lost}` on; keep what is not to be changed."
    return None


def _first_lost(change: Change) -> str:
    kept = {line.strip() for line in change.new.splitlines()}
    old = (line.strip() for line in change.target.original.splitlines())
    return next((line for line in old if line and line not in kept), "")


_LARGEST = 400
"""Tokens that a rewritten piece of code may have whatever stood there."""


def code_unchanged(change: Change) -> str | None:
    """Nothing but documentation was added: the code is token for token what it was."""
    old, new = change.target.scope, change.scope
    if old is None or new is None:
        return "The documentation does not leave the code as it is."
    was = _apart_from(change.before, old.outer, old.doc)
    now = _apart_from(change.after, new.outer, new.doc)
    if [token.text for token in was] != [token.text for token in now]:
        pairs = zip_longest(was, now, fillvalue=None)
        old_token, new_token = next(pair for pair in pairs if _text(pair[0]) != _text(pair[1]))
        there = _line_of(change.before, old_token or was[-1])
        here = _line_of(change.after, new_token or now[-1])
        return f"The code must stay as it is: `{there}`; the reply has `{here}`."
    return None if new.doc else "What was written is not read as documentation."


def _text(token: Token | None) -> str:
    return token.text if token else ""


def _line_of(document: Document, token: Token) -> str:
    return line_at(document, document.lines.line_at(token.span.start))


def _apart_from(document: Document, span: Span, doc: Span | None) -> list[Token]:
    return [t for t in tokens(document, span) if doc is None or not doc.overlaps(t.span)]


CHECKS: Mapping[str, Check] = {
    "parses": parses,
    "clean": clean,
    "in-scope": in_scope,
    "whole-values": whole_values,
    "one-definition": one_definition,
    "members-kept": members_kept,
    "not-emptied": not_emptied,
    "nothing-lost": nothing_lost,
    "same-name": one_definition,
    "same-signature": same_signature,
    "keeps-directives": keeps_directives,
    "strings-kept": strings_kept,
    "imports-kept": imports_kept,
    "changed": changed,
    "code-changed": code_changed,
    "not-stub": not_stub,
    "sane-size": sane_size,
    "code-unchanged": code_unchanged,
    "asserts": asserts,
}
"""By the names that actions use."""
ALWAYS = ("clean", "parses", "in-scope", "whole-values")
"""What no action can do without."""
STRUCTURE = frozenset(
    (
        *("clean", "parses", "in-scope", "not-emptied", "one-definition", "same-name"),
        *("changed", "code-changed"),
    )
)
"""The checks that tell whether the right code was read; the others are about what it says."""
