"""The page on quality says what was measured, and whether that is what was promised."""

from __future__ import annotations

from pathlib import Path

import pytest
from results import result, several

from deskmate.evaluation.quality import Recorded, measure, name_of, quality_page
from deskmate.evaluation.running import Result
from deskmate.evaluation.runs import Run

BOOK = {
    "goal": [
        {"kind": "well-formed", "suites": ["*"], "least": 1.0},
        {"kind": "times bare", "suites": ["fix", "tests"], "least": 1.3},
        {"kind": "times bare", "suites": ["*"], "least": 1.0},
    ],
    "why": {"times bare": {"small-model": {"fix": "It cannot."}}},
}


def kept(results: list[Result]) -> list[Recorded]:
    return [Recorded("small-model", "abc", one) for one in results]


def both(own: int, bare: int, suite: str = "fix") -> list[Result]:
    return [*several(own, 20, suite=suite), *several(bare, 20, suite=suite, arm="bare")]


@pytest.mark.parametrize(
    ("own", "bare", "suite", "measured", "outcome"),
    [
        (13, 10, "fix", "1.30×", "reached"),
        (12, 10, "fix", "1.20×", "**missed by 0.10×**"),
        (12, 10, "prose", "1.20×", "reached"),
        (9, 10, "prose", "0.90×", "**missed by 0.10×**"),
        (2, 0, "fix", "∞", "reached"),
        (0, 0, "fix", "–", "cannot be told: neither has any right"),
        (0, 4, "fix", "0.00×", "**missed by 1.30×**"),
    ],
)
def test_a_goal_is_reached_or_missed_by_so_much(
    own: int, bare: int, suite: str, measured: str, outcome: str
) -> None:
    page = quality_page(kept(both(own, bare, suite)), BOOK)
    row = next(line for line in page.splitlines() if "times bare" in line and "small" in line)
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert (cells[3], cells[5]) == (measured, outcome)
    assert (cells[6] == "It cannot.") == (outcome != "reached" and suite == "fix")


def test_well_formed_is_all_or_missed() -> None:
    broken = [*several(9, 9), result("T/9", well_formed=False)]
    one = measure("small-model", broken, BOOK["goal"])[0]  # type: ignore[arg-type]
    assert (one.figure, one.reached) == (0.9, False)
    assert "| **missed by 10.0 %** |" in quality_page(kept(broken), BOOK)


def test_a_goal_of_what_is_applied_leaves_out_what_was_refused() -> None:
    kind = "pass on the right code"
    goal = {"kind": kind, "suites": ["tests"], "applied": True, "least": 0.95}
    passed = [result(f"T/{at}", suite="tests", counts={kind: 1}) for at in range(19)]
    none = [result(f"R/{at}", suite="tests", refused=True, right=False) for at in range(5)]
    failed = result("T/19", suite="tests", counts={}, right=False)
    [one] = measure("small", [*passed, failed, *none], [goal])
    assert (one.figure, one.reached) == (0.95, True)
    page = quality_page(kept([*passed, failed, *none]), {"goal": [goal]})
    assert "| pass on the right code ≥ 95 % of those applied | 95 % |" in page
    assert "cannot be told: none is applied" in quality_page(kept(none), {"goal": [goal]})


def test_the_interval_of_a_ratio_is_around_it_and_the_same_each_time() -> None:
    first, again = (measure("small", both(13, 10), BOOK["goal"])[1] for _ in range(2))  # type: ignore[arg-type]
    assert first == again
    assert 1 <= first.low < first.figure < first.high


def test_what_was_not_measured_is_said() -> None:
    page = quality_page(kept(both(13, 10)), BOOK)
    assert "Not measured: `tests`. That needs HumanEvalPack" in page
    assert "20 tasks, by Deskmate abc (40 results)." in page


def test_a_model_is_called_as_in_the_catalogue() -> None:
    about = {"model": "qwen2.5-coder-0.5b-instruct-q4_k_m"}
    assert name_of(Run(Path("1"), about, [])) == "qwen2.5-coder-0.5b-instruct"


def test_what_the_project_is_worth_is_told_by_tasks_that_have_both() -> None:
    alone = several(2, 9, suite="projects", arm="alone")  # the ninth has no other yet
    page = quality_page(kept([*alone, *several(6, 8, suite="projects")]), BOOK)
    rows = [line for line in page.splitlines() if line.startswith("| projects")]
    assert [row.split("|")[2:5] for row in rows] == [
        [" alone ", " 9 ", " 22 % "],
        [" deskmate ", " 8 ", " 75 % "],
    ]
    assert "4 that only the project has, 0 that only its file alone has" in page


def test_a_result_is_read_as_it_was_kept() -> None:
    [one] = kept([result(counts={"planted": 2}, reason="“No”")])
    assert Recorded.read(one.line()) == one
