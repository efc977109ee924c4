"""The page of `deskmate eval` in a real browser: on a screen and on a phone, light and dark, and
the picture of it in the docs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deskmate.evaluation.advice import Choice, advise
from deskmate.evaluation.comparing import arms
from deskmate.evaluation.page import by_suite, run_page
from deskmate.evaluation.runs import Run, read

if TYPE_CHECKING:
    from playwright.sync_api import Page

RUN = Path(__file__).parents[1] / "evaluation" / "run.jsonl"
PICTURE = Path(__file__).parents[2] / "docs" / "images" / "eval.png"

pytestmark = pytest.mark.editors


@pytest.fixture(scope="module")
def run() -> Run:
    """A real one, of a few tasks."""
    return read(RUN)


@pytest.fixture
def page(run: Run, tmp_path: Path) -> Iterator[Page]:
    playwright = pytest.importorskip("playwright.sync_api")
    file = tmp_path / "run.html"
    pairings = by_suite(arms(run.results, "bare", "deskmate"))
    file.write_text(
        run_page(run, advise(run.results, Choice()), pairings), encoding="utf-8", newline="\n"
    )
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1100, "height": 1000})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        yield page
        assert asked == [file.as_uri()], "it needs nothing else"
        browser.close()


def test_a_filter_leaves_out_its_rows(run: Run, page: Page) -> None:
    def shown(kind: str) -> int:
        return int(page.locator(f"tr.{kind}:visible").count())

    wrong = sum(not one.right and one.status == "applied" for one in run.results)
    assert shown("wrong") == wrong > 0
    page.get_by_label("wrong").uncheck()
    assert (shown("wrong"), shown("right") > 0) == (0, True)
    page.get_by_label("wrong").check()
    assert shown("wrong") == wrong


def test_a_phone_shows_all_of_it_without_scrolling_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360
    assert page.get_by_text("Task by task").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(page: Page, scheme: str) -> None:
    """By the contrast that WCAG 2.2 asks of text, 4.5 to 1."""
    page.emulate_media(color_scheme=scheme)
    worst = page.evaluate(CONTRAST)
    assert worst["ratio"] >= 4.5, worst


def test_a_picture_of_it(page: Page, update: bool, tmp_path: Path) -> None:
    """With `--update` it is the one in the docs."""
    path = PICTURE if update else tmp_path / "eval.png"
    page.screenshot(path=path)
    assert path.stat().st_size > 10_000


CONTRAST = """() => {
  const light = (text) => {
    const [r, g, b] = text.match(/[\\d.]+/g).map(Number).map((one) => {
      const share = one / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const back = light(getComputedStyle(document.body).backgroundColor);
  const found = [...document.querySelectorAll("h1,p,li,th,td,.mark,.quiet")].map((one) => {
    const front = light(getComputedStyle(one).color);
    const [high, low] = front > back ? [front, back] : [back, front];
    return {what: one.outerHTML.slice(0, 80), ratio: (high + 0.05) / (low + 0.05)};
  });
  return found.reduce((one, other) => other.ratio < one.ratio ? other : one);
}"""
