"""What models make of prose, and what becomes of it: `tests/cases/prose` (`pytest --update`)."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import pytest

from case_files import read_cases
from deskmate.core.prose.edits import correct, rewrite
from deskmate.core.prose.replies import usual_width
from deskmate.core.prose.units import units
from deskmate.core.syntax.document import open_document
from deskmate.core.target import Rejected
from deskmate.core.text.text import Edit, Span, apply_edits

CASES = Path(__file__).parents[2] / "cases" / "prose"


@pytest.mark.parametrize(("file", "case"), list(read_cases(CASES)))
def test_a_case(file: Path, case: str, update: bool) -> None:
    found = outcome(case)
    if update:
        said = re.split(r"^`{5}(?:diff|left)\n", case, flags=re.M)[0].rstrip()
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(case, f"{said}\n\n{found}\n\n"), encoding="utf-8")
    else:
        assert found == case[case.rindex("\n`````\n\n`````") + len("\n`````\n\n") :].strip()


def outcome(case: str) -> str:
    """The lines that change, and the notes; or why it was left as it is."""
    kind = re.findall(r"^`{5}(\w+)$", case, re.M)[0]
    text = fences(case, kind)[0].replace("⇥", "\t")
    corrects = "- corrects" in case
    if "- ends: CRLF" in case:
        text = text.replace("\n", "\r\n")
    start, end = text.find("⟦"), text.find("⟧") - 1
    span = Span(start, end) if start >= 0 else Span(0, len(text))
    text = text.replace("⟦", "").replace("⟧", "")
    document = open_document("file:///text.md", text, language_id=kind)
    width = usual_width(units(document, Span(0, len(text))))
    edits: list[Edit] = []
    told: list[str] = []
    found = units(document, span)
    replies = fences(case, "reply")
    assert len(found) == len(replies), [unit.marked for unit in found]
    for unit, reply in zip(found, replies, strict=True):
        try:
            done = (
                correct(document, unit, reply)
                if corrects
                else rewrite(document, unit, reply, width, "Make the text below more concise")
            )
        except Rejected as rejected:
            told.append(f"{unit.marked} → {rejected}")
            continue
        edits += done.edits
        told += [*done.notes, *done.warnings]
    after = apply_edits(text, edits)
    assert "\r" not in after.replace("\r\n", "")
    lines = difflib.unified_diff(text.splitlines(), after.splitlines(), lineterm="", n=0)
    diff = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    notes = "".join(f"\n- {one}" for one in told)
    return (
        "`````diff\n"
        + "".join(f"{line}\n" for line in diff)
        + "`````"
        + ("\n" + notes) * bool(told)
    )


def fences(case: str, name: str) -> list[str]:
    return re.findall(rf"^`{{5}}{name}\n(.*?\n)`{{5}}$", case, re.M | re.S)
