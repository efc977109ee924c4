"""The page of a run: it needs nothing else, and what a model wrote is text in it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

from results import result, several

from deskmate.evaluation.advice import Choice, advise
from deskmate.evaluation.comparing import arms, pairs
from deskmate.evaluation.page import by_suite, comparison_page, run_page
from deskmate.evaluation.running import Result
from deskmate.evaluation.runs import Run

ABOUT = {"model": "a-model", "tasks": 4, "half": "unseen", "seed": 1}
HARM = '<script>alert("x")</script><img src=//evil.example>'


def run(*results: Result) -> Run:
    return Run(Path("001.jsonl"), ABOUT, list(results))


def page_of(one: Run) -> str:
    pairings = by_suite(arms(one.results, "bare", "deskmate"))
    return run_page(one, advise(one.results, Choice()), pairings)


class Reader(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_it_needs_nothing_else_and_runs_nothing() -> None:
    page = page_of(run(*several(2, 4), *several(1, 4, arm="bare", reason=HARM)))
    reader = Reader(page)
    assert not reader.open
    names = {tag for tag, _ in reader.tags}
    assert not names & {"script", "img", "link", "iframe", "object"}
    assert not {name for _, given in reader.tags for name in given} & {"src", "href", "onclick"}
    assert not re.search(r"url\(|@import|https?:", page)
    assert "&lt;script&gt;" in page


def test_every_task_has_a_row_that_its_outcome_filters() -> None:
    page = page_of(
        run(result("A"), result("B", right=False), result("C", right=False, refused=True))
    )
    for name in ("right", "wrong", "refused"):
        assert page.count(f'<tr class="{name}">') == 1
        assert f'id="only-{name}" checked> {name} (1)' in page
        assert f"body:has(#only-{name}:not(:checked)) tr.{name}" in page


def test_what_the_suites_count_is_there() -> None:
    found = several(2, 2, suite="proofread", counts={"found": 3, "made wrong": 1})
    page = page_of(run(*found, result("A")))
    assert "<li>proofread, deskmate: found 6, made wrong 2</li>" in page
    assert page.count("found 3, made wrong 1") == 2


def test_the_charts_say_in_words_what_they_show() -> None:
    page = page_of(run(*several(2, 4)))
    (chart,) = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    drawn = ElementTree.fromstring(chart)
    assert drawn.get("aria-label") == "50 % right, likely 15 % to 85 %"
    assert drawn.findall("rect")[1].get("width") == "50.0"


def test_two_runs_stand_task_by_task() -> None:
    one, other = run(*several(1, 3)), run(*several(3, 3))
    page = comparison_page(one, other, pairs(one.results, other.results))
    assert not Reader(page).open
    assert page.count('<tr class="better">') == 2
    assert page.count('<tr class="same">') == 1
    assert "McNemar" in page
