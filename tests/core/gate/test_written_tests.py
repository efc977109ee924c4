"""Each test of what a model wrote can be told, and can stand alone: tried with all cases of
`tests/cases/new-tests`, in every language.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from case_files import read_cases
from deskmate.core.gate.gate import judge
from deskmate.core.gate.written_tests import find_tests, keep_tests
from deskmate.core.syntax.queries import problems
from deskmate.core.syntax.tokens import texts
from deskmate.core.target import Accepted, Target
from deskmate.core.text.text import Span
from new_test_cases import CASES, lay_out


def written(case: str, root: Path) -> tuple[Accepted, Target]:
    request, reply = lay_out(case.partition("\n→ ")[0], root)
    assert request.tests is not None
    goal = request.tests.target(request.target)
    return judge(reply, goal), goal


@pytest.mark.parametrize(("file", "case"), list(read_cases(CASES)))
def test_all_of_them_are_the_same_file_and_each_can_stand_alone(
    file: Path, case: str, tmp_path: Path
) -> None:
    accepted, goal = written(case, tmp_path)
    found = find_tests(accepted)
    language = accepted.after.language
    assert language is not None
    if language.tests is None or not language.tests.single:
        pytest.skip(f"what a test is nothing says of {language.title}")
    assert found
    again = keep_tests(accepted, goal, found)
    assert texts(again.after, Span(0, len(again.after.text))) == texts(
        accepted.after, Span(0, len(accepted.after.text))
    )
    for one in found:
        alone = keep_tests(accepted, goal, [one])
        assert [other.head for other in find_tests(alone)] == [one.head]
        assert not problems(alone.after)
