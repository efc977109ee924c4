"""Proofreading: misspellings planted in real documentation, how many are found, and what else is
changed.
"""

from __future__ import annotations

import csv
import os
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path

from deskmate.actions.catalog import load_actions
from deskmate.core.prose.edits import correct
from deskmate.core.prose.spelling import corrected, findings
from deskmate.core.prose.units import protected, units
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.text.text import Edit, Span, apply_edits
from deskmate.engines.hosts.client import LocalEngine
from deskmate.engines.models.catalogue import find_model
from deskmate.harper import client as rules
from deskmate.requests.pipeline import propose
from deskmate.requests.request import resolve
from deskmate.settings.schema import Settings
from deskmate.settings.sections.text import TextSettings

WORDS = Path(os.environ.get("DESKMATE_TYPOS", "../shared/data/typos/words.csv"))
"""Lines of `misspelling,word`, as the `typos` project keeps them; not part of this one."""

DOCUMENTS = Path(__file__).parents[2] / "docs"


async def proofreading(model: str = "", count: int = 60, seed: int = 11) -> None:
    """Plants a misspelling in each of `count` paragraphs, and has them proofread."""
    if not WORDS.exists():
        print(f"Proofreading is not measured: there is no {WORDS} (DESKMATE_TYPOS names another).")
        return
    texts = plant(random.Random(seed), count)
    started = time.monotonic()
    report("rules alone", by_rules(texts[1]), time.monotonic() - started, *texts)
    engine = LocalEngine(find_model(model))
    action = load_actions()[0]["proofread"]
    whole = Span(0, len(texts[1].text))
    for with_rules in (False, True):
        settings = Settings(text=TextSettings(rules=with_rules))
        request = resolve(action, texts[1], whole, settings=settings)
        proposal = await propose(request, engine)
        assert proposal.change is not None
        name = f"{proposal.model}{' after the rules' if with_rules else ' alone'}"
        report(name, proposal.change.after, proposal.seconds, *texts)
    await engine.aclose()


def by_rules(planted: Document) -> str:
    """The text with what the rules are certain of put right."""
    whole = units(planted, Span(0, len(planted.text)))
    lines = [unit.marked for unit in whole]
    edits = list[Edit]()
    for unit, found in zip(whole, findings(lines, rules.lint(lines)), strict=True):
        edits += correct(planted, unit, corrected(unit.marked, found)).edits
    return apply_edits(planted.text, edits)


def report(
    name: str,
    text: str,
    seconds: float,
    right: Document,
    planted: Document,
    places: list[tuple[str, str]],
) -> None:
    """Prints how many misspellings are gone from `text`, and what else has changed."""
    after = open_document(planted.uri, text, language_id="markdown")
    found, wrong = 0, 0
    for old, new in changed(planted.text, text):
        if (old, new) in places:
            found += 1
        else:
            wrong += 1
    words = len(re.findall(r"\w+", right.text))
    touched = sum(a != b for a, b in zip(whole_parts(right), whole_parts(after), strict=True))
    print(f"Proofreading {len(places)} paragraphs with a misspelling each, {name}:")
    print(f"{'  found and put right':46}{found / len(places):>6.0%}")
    print(f"{'  words wrongly changed':46}{wrong / words:>6.1%} ({wrong} of {words})")
    print(f"{'  paragraphs whose code or links were touched':46}{touched:>6}           goal 0")
    print(f"{'  seconds a paragraph':46}{seconds / len(places):>7.2f}")


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


def changed(before: str, after: str) -> Iterator[tuple[str, str]]:
    """The words that differ, as they were and as they are."""
    old, new = (re.findall(r"\w+(?:['’]\w+)*|[^\w\s]", text) for text in (before, after))
    for tag, a, b, c, d in SequenceMatcher(None, old, new, False).get_opcodes():
        if tag != "equal":
            yield from zip_longest(old[a:b], new[c:d], fillvalue="")


def whole_parts(document: Document) -> list[Counter[str]]:
    """What is kept whole, paragraph by paragraph."""
    found = units(document, Span(0, len(document.text)))
    return [Counter(protected(one.text)) for one in found]
