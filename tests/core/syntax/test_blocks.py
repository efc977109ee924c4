"""Code inside of a text, in whatever quotes and lists: taken out and put back."""

from __future__ import annotations

import random

from deskmate.core.syntax.blocks import Block, block_at
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span, apply_edits

LINES = (
    *("x = 1", "", "  y = 2", "def f():", "    return '`'", "```", "~~~", "> q", "- a", "\tz"),
    *("'''", "# t", "    ", "`````", "----", " ```", "```py", "#+end_src"),
)
AROUND = ("", "> ", "- ", "  ", "1. ", "   ", "> > ", "> - ", "- > ", "\t", "    ")
ROUNDS = 500


def fenced(chance: random.Random) -> str:
    first, end = chance.choice(AROUND), chance.choice(("\n", "\r\n"))
    then = first.replace("- ", "  ").replace("1. ", "   ")
    marks = chance.choice("`~") * chance.randint(3, 5)
    body = [then + line if line.strip() else (then + line).rstrip() for line in code(chance)]
    closing = [then + marks] if chance.random() < 0.9 else []
    below = ["", "after"] if chance.random() < 0.5 else []
    lines = ["# T", "", f"{first}{marks}py", *body, *closing, *below]
    return end.join(lines) + (end if chance.random() < 0.8 else "")


def code(chance: random.Random) -> list[str]:
    return [chance.choice(LINES) for _ in range(chance.randint(1, 5))]


def test_a_block_is_what_is_put_back_into_it() -> None:
    seed = random.randrange(1_000_000)
    chance, found = random.Random(seed), 0
    for _ in range(ROUNDS):
        text = fenced(chance)
        document = open_document("file:///a.md", text)
        at = min(document.lines.start(3) + chance.randint(0, 3), len(text))
        block = block_at(document, Span(at, at))
        if block is not None:
            found += 1
            check(block, "\n".join(code(chance)) + "\n", f"seed {seed}: {text!r}")
    assert found > ROUNDS / 2


def test_what_is_there_stands_however_its_fence_is_read() -> None:
    text = "# T\r\n\r\n  ````py\r\n\r\n  `````\r\n  #+end_src\r\n  - a\r\n  ````"
    block = block_at(open_document("file:///a.md", text), Span(18, 18))
    assert block is not None
    assert block.put_back(block.document.text) == ()


def check(block: Block, new: str, case: str) -> None:
    text = block.host.text
    assert block.put_back(block.document.text) == (), case
    for at in range(len(block.document.text)):
        assert block.find_inner(block.find_outer(Span(at, at))) == Span(at, at), case
    edits = block.put_back(new)
    if edits is None:
        return
    after = apply_edits(text, edits)
    start = text.index(block.host.slice(block.marks)) if block.word else 0
    assert after.startswith(text[:start]), case
    assert after.endswith(text[block.span.end :].lstrip(" >`~-\t\r\n")), case
