"""What becomes of replies: the cases in `tests/cases/replies`, which its README explains."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pytest

from deskmate.core.gate.gate import Rejected, Result, Target, judge
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.syntax.language import languages
from deskmate.core.syntax.queries import Scope, all_scopes, problems, scopes
from deskmate.core.syntax.scopes import Kind
from deskmate.core.target import Wanted
from deskmate.core.text.text import Span, apply_edits

FOLDER = Path(__file__).parents[2] / "cases" / "replies"
FENCE = "`````"
CURSOR = "‸"


@dataclass(frozen=True)
class Case:
    """One reply: what it is for, and what is to become of it (`expected`, as it is written)."""

    file: Path
    title: str
    language: str
    document: str
    settings: dict[str, str]
    reply: str
    expected: str

    @property
    def id(self) -> str:
        return f"{self.file.parent.name}/{self.file.stem}: {self.title}"


def read_cases(file: Path) -> Iterator[Case]:
    """The cases of a file; a document and settings above them hold for all that follow."""
    language = document = ""
    shared: dict[str, str] = {}
    for section in sections(file.read_text(encoding="utf-8")):
        fences = re.findall(rf"^{FENCE}(\S*)\n(.*?)\n?{FENCE}$", section, re.MULTILINE | re.DOTALL)
        prose = re.sub(rf"^{FENCE}.*?^{FENCE}$", "", section, flags=re.MULTILINE | re.DOTALL)
        settings = dict(re.findall(r"^- (\w+): (.*)$", prose, re.MULTILINE))
        own = next((fence for fence in fences if fence[0] not in ("reply", *OUTCOMES)), None)
        if section.startswith("# "):
            language, document = own or ("", "")
            shared = settings
        reply = next((text for info, text in fences if info == "reply"), None)
        if reply is None:
            continue
        title = section.partition("\n")[0].lstrip("# ")
        named, text = own or (language, document)
        yield Case(file, title, named, text, {**shared, **settings}, reply, outcome_of(section))


def sections(text: str) -> list[str]:
    """The text before each heading and behind it; what is in a fence is no heading."""
    found, fenced = [""], False
    for line in text.splitlines(keepends=True):
        if line.startswith(FENCE):
            fenced = not fenced
        if not fenced and re.match(r"#{1,2} ", line):
            found.append("")
        found[-1] += line
    return found


OUTCOMES = ("diff", "refused", "shown", "inserted")


def outcome_of(section: str) -> str:
    found = re.search(rf"^{FENCE}(?:{'|'.join(OUTCOMES)})\n.*", section, re.MULTILINE | re.DOTALL)
    return found[0].rstrip() if found else ""


def target_of(case: Case) -> Target:
    """The target at the cursor, or between the two cursors, of the case's document."""
    text = unescaped(case.document, case.settings.get("ends", "LF"))
    if case.settings.get("last") != "without a line end" and not text.endswith(f"\n{CURSOR}"):
        text += {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}[case.settings.get("ends", "LF")]
    marks = [match.start() - at for at, match in enumerate(re.finditer(CURSOR, text))]
    text = text.replace(CURSOR, "")
    language = next(known for known in languages() if known.fence == case.language)
    document = open_document("file:///case", text, language_id=language.ids[0])
    start, end = (marks * 2)[:2] if marks else (len(text), len(text))
    result = cast(Result, case.settings.get("result", "replace"))
    checks = tuple(re.findall(r"[\w-]+", case.settings.get("checks", "")))
    prefill = unescaped(case.settings.get("prefill", "").replace("⏎", "\n"))
    scope = scope_at(document, start, case) if len(marks) == 1 and result not in APPENDED else None
    return Target(
        document=document,
        span=scope.span if scope else Span(start, end),
        result=result,
        scope=scope,
        checks=checks,
        prefill=prefill,
        wanted=cast(Wanted, case.settings.get("wanted", scope.kind if scope else "code")),
        name=case.settings.get("name", scope.name if scope else ""),
        imports=case.settings.get("imports", "").replace("⏎", "\n"),
        footer=case.settings.get("footer", "").replace("⏎", "\n"),
        instruction=case.settings.get("instruction", ""),
    )


APPENDED = ("insert", "new-file")


def scope_at(document: Document, at: int, case: Case) -> Scope:
    kinds = cast("list[Kind]", case.settings.get("on", "function class section").split())
    named = case.settings.get("result") == "docstring"
    known = [
        one
        for one in (scopes(document) if named else all_scopes(document))
        if not one.anonymous or "\n" in document.slice(one.span)
    ]
    around = [s for s in known if s.kind in kinds and s.outer.start <= at <= s.outer.end]
    return min(around, key=lambda scope: len(scope.span))


def unescaped(text: str, ends: str = "LF") -> str:
    """With `{U+200B}` for that character and `⇥` for a tab; with the line ends that are asked."""
    text = re.sub(r"\{U\+([0-9A-F]{4,6})\}", lambda match: chr(int(match[1], 16)), text)
    return text.replace("⇥", "\t").replace("\n", {"CRLF": "\r\n", "CR": "\r"}.get(ends, "\n"))


def escaped(text: str) -> str:
    """The other way round, so that a case shows what nobody sees."""

    def visible(character: str) -> bool:
        return character == "\n" or (character.isprintable() and character != "\xad")

    text = text.replace("\t", "⇥").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c if visible(c) else f"{{U+{ord(c):04X}}}" for c in text)


def outcome(case: Case) -> str:
    """What becomes of the reply, as cases write it."""
    target = target_of(case)
    cut = case.settings.get("cut") == "yes"
    try:
        accepted = judge(unescaped(case.reply, case.settings.get("sent", "LF")), target, cut=cut)
    except Rejected as rejected:
        return f"{FENCE}refused\n" + escaped("\n".join(rejected.findings)) + f"\n{FENCE}"
    before, after = target.document.text, accepted.after.text
    assert apply_edits(before, accepted.edits) == after
    if target.result == "show":
        block = f"{FENCE}shown\n{escaped(accepted.replacement)}\n{FENCE}"
    else:
        assert not problems(accepted.after) or problems(target.document)
        assert before != after
        assert ends(after) <= ends(before) | {"\n"}
        block = f"{FENCE}diff\n{diff(before, after)}\n{FENCE}"
    notes = "".join(f"- {escaped(note)}\n" for note in (*accepted.notes, *accepted.warnings))
    return f"{block}\n\n{notes}".rstrip()


def ends(text: str) -> set[str]:
    return set(re.findall(r"\r\n|\r|\n", text))


def diff(before: str, after: str) -> str:
    """The lines that change, one line around them."""
    a, b = (re.split(r"\r\n|\r|\n", text) for text in (before, after))
    lines = list(difflib.unified_diff(a, b, lineterm="", n=1))[2:]
    out = ["@@" if line.startswith("@@") else escaped(line) for line in lines]
    return "\n".join(out).removeprefix("@@\n")


CASES = [case for file in sorted(FOLDER.glob("*/*.md")) for case in read_cases(file)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_reply_becomes_what_its_case_says(case: Case, update: bool) -> None:
    found = outcome(case)
    if update and found != case.expected:
        rewrite(case, found)
    else:
        assert found == case.expected


@pytest.mark.parametrize(
    "case", [one for one in CASES if "ends" not in one.settings], ids=lambda case: case.id
)
def test_the_line_ends_of_windows_are_no_other_case(case: Case) -> None:
    assert outcome(replace(case, settings={**case.settings, "ends": "CRLF"})) == case.expected


def rewrite(case: Case, found: str) -> None:
    """Puts what was found in place of what the case expects."""
    parts = sections(case.file.read_text(encoding="utf-8"))
    at = next(at for at, part in enumerate(parts) if part.startswith(f"## {case.title}\n"))
    section = parts[at].rstrip().removesuffix(case.expected).rstrip()
    parts[at] = f"{section}\n\n{found}\n" + ("\n" if at + 1 < len(parts) else "")
    case.file.write_text("".join(parts), encoding="utf-8")


def test_there_are_cases_enough_in_every_language() -> None:
    titles = [(case.file, case.title) for case in CASES]
    assert len(titles) == len(set(titles)), "two cases of a file have the same title"
    assert len(CASES) >= 400


@pytest.mark.parametrize(("count", "elided"), [(300, True), (20, False)])
def test_what_has_many_readings_may_be_answered_in_parts(count: int, elided: bool) -> None:
    methods = [METHOD.format(number) for number in range(count)]
    text = "\n".join(("class Shop:\n    items = []\n", *methods))
    changed = [one.replace("a > ", "a >= ") for one in methods]
    if elided:
        more = "    # ... existing code ..."
        reply = f"```python\nclass Shop:\n{more}\n\n{changed[3]}\n{more}\n```"
        changed = [*methods[:3], changed[3], *methods[4:]]
    else:
        reply = "\n".join(f"```python\n{one}```\nsome words" for one in changed)
    document = open_document("file:///shop.py", text)
    done = judge(reply, Target(document, Span(0, len(text)), "replace")).after.text
    assert done == "\n".join(("class Shop:\n    items = []\n", *changed))


METHOD = """\
    def method_{0}(self, a, b):
        # what {0} is about
        if a > {0}:
            return self.items[{0}] + b
        return 'none {0}'
"""
