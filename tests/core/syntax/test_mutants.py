"""What mutants are made of code: `tests/cases/mutants`, one case a heading (`--update`).

The list below the code has the line that each mutant makes. Without a cursor all of the code is
mutated, with one (‸) the function there.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from case_files import read_cases
from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.language import languages, query
from deskmate.core.syntax.mutants import find_mutants
from deskmate.core.syntax.queries import enclosing
from deskmate.core.text.text import Span

CASES = Path(__file__).parents[2] / "cases" / "mutants"
CODE = re.compile(r"```(\w+)\n(.*?)```\n", re.DOTALL)


@pytest.mark.parametrize(("file", "case"), list(read_cases(CASES)))
def test_a_case(file: Path, case: str, update: bool) -> None:
    found = CODE.search(case)
    assert found is not None
    shown = "".join(f"- {line}\n" for line in shown_mutants(found[1], found[2]))
    if update:
        text = file.read_text(encoding="utf-8")
        new = f"{case[: found.end()]}\n{shown}".rstrip() + "\n\n"
        file.write_text(text.replace(case, new).rstrip() + "\n", encoding="utf-8")
    else:
        assert case[found.end() :].strip() == shown.strip()


def shown_mutants(fence: str, marked: str) -> list[str]:
    language = next(one for one in languages() if one.fence == fence)
    document = open_document("untitled:1", marked.replace("‸", ""), language_id=language.ids[0])
    span = Span(0, len(document.text))
    if "‸" in marked:
        scope = enclosing(document, Span(marked.index("‸"), marked.index("‸")))
        assert scope is not None
        span = scope.span
    shown = []
    for one in find_mutants(document, span, 100):
        after = document.changed(one.edit)
        line = after.lines.line_at(one.edit.span.start)
        text = after.text[after.lines.start(line) : after.lines.end(line)]
        shown.append(f"{one.operator}: `{text.strip()}`")
    return shown


def test_of_many_some_of_each_kind_are_taken_and_the_same_each_time() -> None:
    lines = "".join(f"    if n == {at} or n <= {at}:\n        return n + {at}\n" for at in range(9))
    document = open_document("file:///a.py", f"def f(n):\n{lines}")
    span = Span(0, len(document.text))
    few = find_mutants(document, span, 12)
    assert len(few) == 12
    assert {one.operator: 2 for one in few} == {
        one.operator: sum(other.operator == one.operator for other in few) for one in few
    }
    assert few == find_mutants(document, span, 12)
    assert len({one.edit.span.start for one in few} & {*range(len(document.text) // 2)}) < 12


def test_every_language_with_tests_that_are_run_has_mutants() -> None:
    from deskmate.checks.toolchains import read_rows

    run = {name for row in read_rows("suites.toml").values() for name in row.get("languages", ())}
    having = {one.name for one in languages() if query(one, "mutants") is not None}
    assert run <= having
