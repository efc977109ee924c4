"""Markdown put in order by rules: what a page shows is as before, but for levels of headings."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from deskmate.core.prose.structure import tidy_structure
from deskmate.core.text.text import apply_edits
from markdown_documents import document


def tidied(text: str) -> str:
    return apply_edits(text, tidy_structure(text).edits)


DONE = (
    ("# A\nText\n## B\n", "# A\n\nText\n\n## B\n"),
    ("# A\n\n### B\n\n### C\n\n## D\n", "# A\n\n## B\n\n## C\n\n## D\n"),
    ("A\n=\n\n### B\n", "A\n=\n\n## B\n"),
    ("Text\n```sh\nls\n```\nText\n", "Text\n\n```sh\nls\n```\n\nText\n"),
    ("Text\n- a\n- b\n", "Text\n\n- a\n- b\n"),
    ("a \nb\t\nc   \nd\n", "a\nb\nc  \nd\n"),
    ("##Two words\n", "## Two words\n"),
    ("#Two words\ntext\n", "# Two words\n\ntext\n"),
    ("```\ncode\n", "```\ncode\n```\n"),
    ("a\r\n## B\r\n", "a\r\n\r\n## B\r\n"),
)

LEFT = (
    "- first, which\n  goes on\n- second\n",
    "- first, which\ngoes on\n- second\n",
    "- a\n  ```sh\n  ls\n  ```\n- b\n",
    "1. a\n   # b\n2. c\n",
    "It was in\n2019. That is long ago.\n",
    "It took 1 ms instead of\n5. That is less.\n",
    "a line that ends  \nhere\n",
    "#todo\n",
    "#todo #work\n",
    "#done is what it is\n",
    "#1 of them\n",
    "```a``` and `b`\n\nText\n",
    "<pre>\na\n\n# b\nc   \n</pre>\n",
    "<!--\na\n\n# b\n- c\n-->\n# Title\n",
    "+++\n#comment\ntitle = 'x'\n+++\n\nText\n",
    "---\n#comment\ntitle: x\n---\n\nText\n",
    "$$\na\n- b\n+ c\n$$\n",
    "- x\n  ```\n  code\n\nText\n",
    "    # code\n    text   \n",
    "> a\n> # b\n> c\n",
    "a\\ \nb\n",
)


@pytest.mark.parametrize(("text", "new"), DONE)
def test_it_is_put_in_order(text: str, new: str) -> None:
    assert tidied(text) == new
    assert tidied(new) == new


@pytest.mark.parametrize("text", LEFT)
def test_it_stays(text: str) -> None:
    assert tidied(text) == text


def shown(text: str) -> str:
    """What a page shows, whatever the levels of its headings."""
    page = MarkdownIt("commonmark").enable("table").render(text)
    return re.sub(r"(</?h)\d", r"\1", page)


@given(document)
def test_what_the_page_shows_stays(text: str) -> None:
    after = tidied(text)
    assert shown(after) == shown(text)
    kept = str.maketrans("", "", " \t\r\n#`~")
    assert after.translate(kept) == text.translate(kept)
    assert tidied(after) == after, "once is enough"
