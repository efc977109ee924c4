"""Actions on text and data, as an engine's replies are scripted: `tests/cases/work` (`--update`).

A case is an action, a file with what is selected between ⟦ and ⟧ (⟦⟧ is the cursor, none the whole
file), what the model says, and what comes of it.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import pytest

from case_files import read_cases
from deskmate.actions.catalog import load_actions
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span, apply_edits
from deskmate.engines.scripted import Reply, ScriptedEngine
from deskmate.errors import DeskmateError, EngineRejected
from deskmate.requests.pipeline import propose
from deskmate.requests.proposal import Proposal
from deskmate.requests.request import resolve

CASES = Path(__file__).parents[1] / "cases" / "work"
ACTIONS, _ = load_actions()
FENCE = "`" * 5


def options_of(case: str) -> dict[str, str]:
    """What stands above the first fence of a case; `ends` are LF or CRLF, and both where it says
    nothing.
    """
    return dict(re.findall(r"^- (\w+): (.*)$", case.split(FENCE)[0], re.M))


@pytest.mark.parametrize(("file", "case"), list(read_cases(CASES)))
async def test_a_case(file: Path, case: str, update: bool) -> None:
    found = await outcome(case)
    if update:
        said = re.split(rf"^(?:{FENCE}(?:diff|shown|new)|→)", case, flags=re.M)[0].rstrip()
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(case, f"{said}\n\n{found}\n\n"), encoding="utf-8")
    else:
        assert found == re.split(rf"^(?={FENCE}(?:diff|shown|new)|→)", case, flags=re.M)[1].strip()


@pytest.mark.parametrize(
    ("file", "case"),
    [one for one in read_cases(CASES) if "ends" not in options_of(str(one.values[1]))],
)
async def test_the_line_ends_of_windows_are_no_other_case(file: Path, case: str) -> None:
    expected = re.split(rf"^(?={FENCE}(?:diff|shown|new)|→)", case, flags=re.M)[1].strip()
    assert (await outcome(case, "CRLF")).replace("\r", "") == expected.replace("\r", "")


async def outcome(case: str, ends: str = "LF") -> str:
    """The lines that change, what is shown, or why there is nothing; and what the user is told."""
    options = {"ends": ends, **options_of(case)}
    name, text = re.findall(rf"^{FENCE}(\S+\.\w+)\n(.*?)^{FENCE}$", case, re.M | re.S)[0]
    if options["ends"] == "CRLF":
        text = text.replace("\n", "\r\n")
    replies = re.findall(rf"^{FENCE}reply\n(.*?)\n?^{FENCE}$", case, re.M | re.S)
    start, end = text.find("⟦"), text.find("⟧") - 1
    span = Span(start, end) if start >= 0 else Span(0, len(text))
    text = text.replace("⟦", "").replace("⟧", "")
    document = open_document(f"file:///project/{name}", text)
    engine = ScriptedEngine([Reply(reply) for reply in replies])
    action = ACTIONS[options["action"]]
    said = options.get("instruction", "")
    try:
        proposal = await propose(resolve(action, document, span, instruction=said), engine)
    except EngineRejected:
        raise  # the case has too few replies
    except DeskmateError as error:
        return f"→ {type(error).__name__}: {error}"
    told = "".join(f"\n- {one}" for one in proposal.remarks)
    return shown(proposal, text) + ("\n" + told if told else "")


def shown(proposal: Proposal, text: str) -> str:
    """What came of it."""
    change = proposal.change
    if change is None:
        return f"{FENCE}shown\n{proposal.shown.rstrip()}\n{FENCE}"
    if change.create:
        name = change.before.uri.rpartition("/")[2]
        return f"{FENCE}new {name}\n{change.after.rstrip()}\n{FENCE}"
    assert apply_edits(text, change.edits) == change.after
    if "\r\n" in text:
        assert "\n" not in change.after.replace("\r\n", "")
    lines = difflib.unified_diff(text.splitlines(), change.after.splitlines(), lineterm="", n=0)
    diff = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    return f"{FENCE}diff\n" + "".join(f"{line}\n" for line in diff) + FENCE
