"""The page on quality says what was measured, and whether that is what was promised."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from results import result, several

from deskmate.evaluation.quality import measure, name_of, quality_page, with_projects
from deskmate.evaluation.runs import Run

ABOUT = {"model": "Small-Model.gguf", "tasks": 20, "seed": 1, "version": "abc"}
BOOK = {
    "goal": [
        {"kind": "well-formed", "suites": ["*"], "least": 1.0},
        {"kind": "times bare", "suites": ["fix", "tests"], "least": 1.3},
        {"kind": "times bare", "suites": ["*"], "least": 1.0},
    ],
    "why": {"times bare": {"small-model": {"fix": "It cannot."}}},
}


def run(own: int, bare: int, suite: str = "fix") -> Run:
    results = [*several(own, 20, suite=suite), *several(bare, 20, suite=suite, arm="bare")]
    return Run(Path("001.jsonl"), ABOUT, results)


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
    page = quality_page([run(own, bare, suite)], BOOK)
    row = next(line for line in page.splitlines() if "times bare" in line and "small" in line)
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert (cells[3], cells[5]) == (measured, outcome)
    assert (cells[6] == "It cannot.") == (outcome != "reached" and suite == "fix")


def test_well_formed_is_all_or_missed() -> None:
    broken = Run(Path("1"), ABOUT, [*several(9, 9), result("T/9", well_formed=False)])
    one = measure(broken, BOOK["goal"])[0]  # type: ignore[arg-type]
    assert (one.figure, one.reached) == (0.9, False)
    assert "| **missed by 10.0 %** |" in quality_page([broken], BOOK)


def test_the_interval_of_a_ratio_is_around_it_and_the_same_each_time() -> None:
    first, again = (measure(run(13, 10), BOOK["goal"])[1] for _ in range(2))  # type: ignore[arg-type]
    assert first == again
    assert 1 <= first.low < first.figure < first.high


def test_what_was_not_measured_is_said() -> None:
    page = quality_page([run(13, 10)], BOOK)
    assert "Not measured: `tests`. That needs HumanEvalPack" in page
    assert "20 of 20 tasks, seed 1, Deskmate abc." in page


def test_a_model_is_called_as_in_the_catalogue() -> None:
    about = ABOUT | {"model": "qwen2.5-coder-0.5b-instruct-q4_k_m"}
    assert name_of(Run(Path("1"), about, [])) == "qwen2.5-coder-0.5b-instruct"


def test_what_was_recorded_of_projects_stands_at_the_end_once() -> None:
    def lines(alone: bool, right: int, count: int) -> list[dict[str, object]]:
        told = {"model": "small", "alone": alone, "version": "1"}
        return [{**told, **asdict(one)} for one in several(right, count, suite="projects")]

    recorded = [*lines(True, 2, 9), *lines(False, 6, 8)]  # the ninth has no other yet
    page = with_projects("# Page\n", recorded)
    assert page == with_projects(page, recorded)
    rows = [line for line in page.splitlines() if line.startswith("| small")]
    assert [row.split("|")[2:5] for row in rows] == [
        [" its file alone ", " 8 ", " 25 % "],
        [" the project ", " 8 ", " 75 % "],
    ]
    assert "4 that only the project has, 0 that only its file alone has" in page
