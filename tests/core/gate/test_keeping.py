"""What a rewrite leaves alone, over programs put together from the cases' own sources.

A reply that is the shown code with one line changed changes that line's bytes and nothing else; a
reply without the comments puts each of them back, names it or is refused; strings of several lines
keep their values. Whatever the language, the margin, the line ends, tabs and blanks.
"""

from __future__ import annotations

import difflib
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from test_gate import CASES, Case, target_of

from deskmate.core.gate.change import make_change
from deskmate.core.gate.comments import lost_comments
from deskmate.core.gate.edits.keep import keep_comments
from deskmate.core.gate.edits.place import place
from deskmate.core.gate.gate import Accepted, Rejected, Target, judge
from deskmate.core.syntax.comments import comments_in
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.syntax.indent import flat, split_lines
from deskmate.core.syntax.queries import Scope, problems, scopes
from deskmate.core.syntax.strings import long_strings
from deskmate.core.text.text import Edit, Span

SEED = 20261128


def sources() -> Iterator[Case]:
    """One case of each document that has a rewritten function or class of some lines."""
    seen = set()
    for case in CASES:
        key = case.language, case.document
        if key in seen or case.settings.get("result", "replace") != "replace":
            continue
        seen.add(key)
        target = target_of(case)
        document, language = target.document, target.document.language
        if language is None or language.prose or document.tree is None or problems(document):
            continue
        if target.scope is not None and target.original.count("\n") > 2:
            yield case


SOURCES = list(sources())
by_source = pytest.mark.parametrize("case", SOURCES, ids=lambda case: case.id)


def varied(target: Target, chance: random.Random) -> Target:
    """The same target in a document that is further in, in tabs, in both, or with CRLF."""
    document = target.document
    text = re.sub(r"\r\n?", "\n", document.text)
    assert document.language is not None
    kind = chance.choice(("as it is", "tabs", "both", "other step"))
    lines = text.split("\n")
    inside = {line for string in long_strings(document) for line in string.lines}
    for at, line in enumerate(lines):
        if at in inside or kind == "as it is" or document.language.by_indentation:
            continue
        blanks = line[: len(line) - len(line.lstrip(" "))]
        if kind == "tabs" or (kind == "both" and chance.random() < 0.5):
            lines[at] = "\t" * (len(blanks) // 4) + " " * (len(blanks) % 4) + line[len(blanks) :]
        elif kind == "other step":
            lines[at] = blanks + line
    text = chance.choice(("\n", "\r\n")).join(lines)
    after = open_document(document.uri, text, language_id=document.language.ids[0])
    same = alike(document, target.scope)
    found = alike(after, target.scope)
    if target.scope not in same or len(found) != len(same) or problems(after):
        return replace(target, checks=(), prefill="")
    scope = found[same.index(target.scope)]
    return Target(after, scope.span, "replace", scope, wanted=target.wanted, name=target.name)


def alike(document: Document, scope: Scope | None) -> list[Scope]:
    """The scopes of that kind, place and name."""
    assert scope is not None
    wanted = (scope.kind, scope.path, scope.name)
    return [one for one in scopes(document) if (one.kind, one.path, one.name) == wanted]


def one_line_changed(code: str, chance: random.Random) -> tuple[str, int] | None:
    """The code with a digit of one line changed; and which line."""
    lines = code.split("\n")
    places = [
        (at, match.start())
        for at, line in enumerate(lines)
        for match in re.finditer(r"(?<![\w.])[1-8]\b(?![\w.])", line)
    ]
    if not places:
        return None
    at, column = chance.choice(places)
    digit = str(int(lines[at][column]) + 1)
    lines[at] = lines[at][:column] + digit + lines[at][column + 1 :]
    return "\n".join(lines), at


@by_source
def test_only_the_line_that_changed_is_changed(case: Case) -> None:
    chance = random.Random(SEED)
    for _ in range(2):
        target = varied(target_of(case), chance)
        changed = one_line_changed(flat(target.document, target.span), chance)
        if changed is None:
            return
        placed = place(changed[0], target)
        raw, new = split_lines(target.original), split_lines(placed)
        moved = [at for at, (a, b) in enumerate(zip(raw, new, strict=True)) if a != b]
        assert moved == [changed[1]], diff(target.original, placed)
        assert digits(raw[moved[0]]) == digits(new[moved[0]])
        ends = re.compile(r"\r\n|\r|\n")
        assert ends.findall(placed) == ends.findall(target.original)


def digits(line: str) -> str:
    return re.sub(r"\d", "0", line)


@by_source
def test_comments_come_back_or_are_named(case: Case) -> None:
    chance = random.Random(SEED)
    target = replace(varied(target_of(case), chance), prefill="")
    document = target.document
    if not comments_in(document, target.span) or any(s.stub for s in scopes(document)):
        return  # a TODO goes with its stub
    code = without_comments(target)
    changed = one_line_changed(code, chance)
    try:
        accepted = judge(f"`````\n{changed[0] if changed else code}\n`````", target)
    except Rejected:
        return
    check_comments(target, accepted)


def check_comments(target: Target, accepted: Accepted) -> None:
    grown = len(accepted.after.text) - len(target.document.text)
    before = words_of(target.document, target.span)
    after = words_of(accepted.after, Span(target.span.start, target.span.end + grown))
    warned = " ".join(accepted.warnings)
    for words in before - after:
        assert words[:20] in "".join(re.findall(r"\w+", warned)), (words, warned)


def words_of(document: Document, span: Span) -> Counter[str]:
    """What the comments there say, each without its marks."""
    found = (document.slice(one) for one in comments_in(document, span))
    return Counter("".join(re.findall(r"\w+", text)) for text in found)


def without_comments(target: Target) -> str:
    """The shown code without any comment, as small models leave them out."""
    document, text = target.document, flat(target.document, target.span)
    for one in comments_in(document, target.span):
        comment = flat(document, one)
        text = remove(text, comment if comment in text else document.slice(one))
    return text


def remove(text: str, comment: str) -> str:
    at = text.find(comment)
    if at < 0:
        return text
    line = text.rfind("\n", 0, at) + 1
    end = at + len(comment)
    stop = text.find("\n", end)
    rest = text[end : stop if stop >= 0 else len(text)]
    if not text[line:at].strip() and not rest.strip():
        return text[:line] + text[(stop + 1 if stop >= 0 else len(text)) :]
    return text[:at].rstrip(" \t") + text[end:]


def diff(old: str, new: str) -> str:
    return "\n".join(difflib.ndiff(old.splitlines(), new.splitlines()))


@by_source
def test_strings_keep_their_values_when_the_code_is_indented_anew(case: Case) -> None:
    target = target_of(case)
    document = target.document
    strings = long_strings(document, target.span)
    if not strings:
        return
    shown = flat(document, target.span)
    code = re.sub(r"^[ \t]+", lambda m: "   " * len(m[0].expandtabs(2)), shown, flags=re.M)
    placed = place(code, target)
    change = make_change(target, Edit(target.span, placed))
    now = long_strings(change.after, change.span)
    assert [document.slice(one.span) for one in strings] == [
        change.after.slice(one.span) for one in now
    ]


def test_it_grows_with_the_code() -> None:
    """Work is counted in calls, so that a slow machine makes no difference."""
    counts = [calls_of(lines) for lines in (100, 400)]
    assert counts[1] < 5 * counts[0]


def calls_of(lines: int) -> int:
    body = "".join(f"    # about {at}\n    total += {at}\n" for at in range(lines))
    text = f"def f(total):\n{body}    return total\n"
    document = open_document("file:///f.py", text, language_id="python")
    scope = scopes(document)[0]
    target = Target(document, scope.span, "replace", scope, wanted="function", name="f")
    code = without_comments(target).replace("total += 7\n", "total += 8\n")
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        change = make_change(target, Edit(target.span, place(code, target)))
        kept, _ = keep_comments(change)
    finally:
        sys.setprofile(None)
    assert not lost_comments(kept)
    return calls
