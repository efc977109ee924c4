"""Write tests in whole projects, as an engine's replies are scripted: `tests/cases/new-tests`
(`--update`). Each result was run once by the runner that it is for.

A case is the files of a project, ‸ being the cursor, what the model says, and the test file that
comes of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from case_files import read_cases
from deskmate.core.text.uri import file_path
from deskmate.engines.scripted import Reply, ScriptedEngine
from deskmate.requests.pipeline import propose
from new_test_cases import CASES, lay_out

FENCE = "`" * 5


@pytest.mark.parametrize(("file", "case"), list(read_cases(CASES)))
async def test_a_case(file: Path, case: str, tmp_path: Path, update: bool) -> None:
    given, _, expected = case.partition("\n→ ")
    found = await written(given, tmp_path)
    if update:
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(case, f"{given.rstrip()}\n\n→ {found}\n\n"), encoding="utf-8")
    else:
        assert found == expected.rstrip()


async def written(case: str, root: Path) -> str:
    """The name of the test file and its text."""
    request, reply = lay_out(case, root)
    proposal = await propose(request, ScriptedEngine([Reply(reply)]))
    assert proposal.change is not None
    place = file_path(proposal.change.before.uri)
    assert place is not None
    shown = place.relative_to(root.resolve()).as_posix()
    return f"{shown}\n\n{FENCE}\n{proposal.change.after}{FENCE}"
