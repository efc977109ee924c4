"""Proofreading: misspellings planted in real documentation, how many are found, and what else is
changed.
"""

from __future__ import annotations

import csv
import os
import random
import re
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from pathlib import Path

from deskmate.actions.catalog import load_actions
from deskmate.core.document import Document, open_document
from deskmate.core.prose import protected, units
from deskmate.core.text import Edit, Span, apply_edits
from deskmate.engines.local import LocalEngine
from deskmate.engines.models import find_model
from deskmate.pipeline import propose
from deskmate.work import Request

WORDS = Path(os.environ.get("DESKMATE_TYPOS", "../shared/data/typos/words.csv"))
"""Lines of `misspelling,word`, as the `typos` project keeps them; not part of this one."""

DOCUMENTS = Path(__file__).parents[2] / "docs"


async def proofreading(model: str = "", count: int = 60, seed: int = 11) -> None:
    """Plants a misspelling in each of `count` paragraphs, and has them proofread."""
    if not WORDS.exists():
        print(f"Proofreading is not measured: there is no {WORDS} (DESKMATE_TYPOS names another).")
        return
    right, planted, places = plant(random.Random(seed), count)
    engine = LocalEngine(find_model(model))
    actions, _ = load_actions()
    whole = Span(0, len(planted.text))
    proposal = await propose(Request(actions["proofread"], planted, whole), engine)
    await engine.aclose()
    assert proposal.change is not None
    after = open_document(planted.uri, proposal.change.after, language_id="markdown")
    found = sum(kept(after.text, right.text, place) for place in places)
    wrong = changes(right.text, after.text) - (len(places) - found)
    words = len(re.findall(r"\w+", right.text))
    touched = sum(a != b for a, b in zip(whole_parts(right), whole_parts(after), strict=True))
    print(f"Proofreading {len(places)} paragraphs with a misspelling each, {proposal.model}:")
    print(f"{'  found and put right':46}{found / len(places):>6.0%}")
    print(f"{'  words wrongly changed':46}{wrong / words:>6.1%} ({wrong} of {words})")
    print(f"{'  paragraphs whose code or links were touched':46}{touched:>6}           goal 0")
    print(f"{'  seconds a paragraph':46}{proposal.seconds / len(places):>6.1f}")


def plant(chance: random.Random, count: int) -> tuple[Document, Document, list[tuple[str, str]]]:
    """A document of real paragraphs, the same one with misspellings, and what those are."""
    ways = defaultdict(list)
    with WORDS.open(encoding="utf-8", newline="") as file:
        for typo, *words in csv.reader(file):
            if len(words) == 1 and len(words[0]) > 3:
                ways[words[0]].append(typo)
    paragraphs, edits, planted = list[str](), list[Edit](), list[tuple[str, str]]()
    at = 0
    pieces = [piece for path in sorted(DOCUMENTS.glob("*.md")) for piece in prose(path)]
    chance.shuffle(pieces)
    for piece in pieces:
        known = [
            m for m in re.finditer(r"(?<![\w`/.-])[a-z]{4,}(?![\w`/.-])", piece) if m[0] in ways
        ]
        known = [m for m in known if not any(m[0] in one for one in protected(piece))]
        if not known or len(planted) == count:
            continue
        word = chance.choice(known)
        typo = chance.choice(ways[word[0]])
        edits.append(Edit(Span(at + word.start(), at + word.end()), typo))
        planted.append((typo, word[0]))
        paragraphs.append(piece)
        at += len(piece) + 2
    text = "\n\n".join(paragraphs)
    right = open_document("file:///right.md", text, language_id="markdown")
    return right, open_document("file:///text.md", apply_edits(text, edits)), planted


def prose(path: Path) -> list[str]:
    """The paragraphs of a page that are of some length."""
    page = open_document(path.as_uri(), path.read_text(encoding="utf-8"))
    found = units(page, Span(0, len(page.text)))
    return [one.text for one in found if one.kind == "paragraph" and len(one.text.split()) > 7]


def kept(after: str, right: str, place: tuple[str, str]) -> bool:
    """Whether a misspelling is gone and the word is there as often as it should be."""
    typo, word = (rf"\b{re.escape(one)}\b" for one in place)
    return not re.search(typo, after) and len(re.findall(word, after)) >= len(
        re.findall(word, right)
    )


def changes(before: str, after: str) -> int:
    """Words that differ."""
    old, new = (re.findall(r"\w+(?:['’]\w+)*|[^\w\s]", text) for text in (before, after))
    matcher = SequenceMatcher(None, old, new, False)
    return sum(max(b - a, d - c) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal")


def whole_parts(document: Document) -> list[Counter[str]]:
    """What is kept whole, paragraph by paragraph."""
    found = units(document, Span(0, len(document.text)))
    return [Counter(protected(one.text)) for one in found]
