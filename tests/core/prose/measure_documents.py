"""What proofreading by rules does to documents that are right as they are, and to misspellings that
are planted in them:

    python tests/core/prose/measure_documents.py FOLDER [--right FILE] [--plant WORDS]

FOLDER has published documents in Markdown, reStructuredText and the like, which are no part of this
project. Every change that is certain is printed; a person says which of them are right, one a line
as it is printed up to `|`, in the file `--right`. WORDS are lines of `misspelling,word`, as the
`typos` project keeps them: one is planted in each of `--count` paragraphs, in small letters, with a
capital, in capitals as the word stands there.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from deskmate.core.prose.spelling import Finding, findings
from deskmate.core.prose.units import protected, units
from deskmate.core.prose.vocabulary import Vocabulary
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.harper import client as rules


def main() -> None:
    """Prints what was changed, and the shares."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--right", type=Path)
    parser.add_argument("--plant", type=Path)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--case", choices=["a capital", "capitals"], help="write them so")
    given = parser.parse_args()
    paths = sorted(path for path in given.folder.resolve().rglob("*") if path.suffix in _TEXTS)
    pages = [read_page(path) for path in paths]
    if given.plant:
        report_planted(pages, given.plant, given.count, given.case)
    else:
        right = given.right.read_text(encoding="utf-8").splitlines() if given.right else []
        report_changes(pages, Counter(line.split(" | ")[0] for line in right))


_TEXTS = (".md", ".markdown", ".mdx", ".rst", ".adoc", ".txt")


def read_page(path: Path) -> Vocabulary:
    """The prose of a document, with what its words are judged by."""
    document = open_document(path.as_uri(), path.read_text(encoding="utf-8"))
    prose = units(document, Span(0, len(document.text)))
    return Vocabulary(document.text, tuple(unit.marked for unit in prose))


def report_changes(pages: Sequence[Vocabulary], right: Counter[str]) -> None:
    """What is certain in documents that are right, and how much of that is wrong."""
    wrong = count = 0
    for page in pages:
        for line, finding in look(page):
            if not finding.certain:
                continue
            at, count = finding.span, count + 1
            change = f"{line[at.start : at.end]} → {finding.words[0]} ({finding.reason})"
            around = line[max(0, at.start - 40) : at.end + 30]
            known = right[change] > 0
            right[change] -= known
            wrong += not known
            print(f"{'right' if known else 'wrong'}: {change} | {around}")
    words = sum(len(re.findall(r"[^\W\d_]{2,}", line)) for page in pages for line in page.prose)
    print(f"{len(pages)} documents, {words:,} words: {count} changes that are certain", end="")
    print(f", {wrong} wrong ({wrong / words * 10_000:.2f} in 10,000 words)", end="")
    print(f", {(count - wrong) / max(1, count):.1%} right")


def look(page: Vocabulary) -> Iterator[tuple[str, Finding]]:
    """What is found in a document, with the line that it stands in."""
    lines = page.prose
    for line, found in zip(lines, findings(lines, rules.lint(lines), page), strict=True):
        yield from ((line, one) for one in found)


def report_planted(
    pages: Sequence[Vocabulary], words: Path, count: int, forced: str | None = None
) -> None:
    """How many planted misspellings are put right, how many only pointed out; all in the `forced`
    case, where there is one.
    """
    chance, ways = random.Random(11), defaultdict[str, list[str]](list)
    with words.open(encoding="utf-8", newline="") as file:
        for typo, *meant in csv.reader(file):
            if len(meant) == 1 and len(meant[0]) > 3 and typo.isalpha():
                ways[meant[0]].append(typo)
    places = [(page, line) for page in pages for line in page.prose if len(line.split()) > 7]
    chance.shuffle(places)
    told, done, fixed, pointed = Counter[str](), 0, Counter[str](), Counter[str]()
    for page, line in places:
        kept = protected(line)
        found = [one for one in _WORD.finditer(line) if one[0].lower() in ways]
        found = [one for one in found if not any(one[0] in piece for piece in kept)]
        if not found or done == count:
            continue
        word = chance.choice(found)
        there = {"capitals": word[0].upper(), "a capital": word[0].title()}.get(
            forced or "", word[0]
        )
        case = next(name for name, pattern in _CASES if re.fullmatch(pattern, there))
        typo = as_written(chance.choice(ways[word[0].lower()]), there)
        planted = line[: word.start()] + typo + line[word.end() :]
        told[case], done = told[case] + 1, done + 1
        here = Vocabulary(page.text + "\n" + typo, page.prose)
        (of_line,) = findings([planted], rules.lint([planted]), here)
        at_it = [one for one in of_line if one.span.start <= word.start() < one.span.end]
        right = any(there in one.words for one in at_it)
        fixed[case] += any(one.certain and one.words[0] == there for one in at_it)
        pointed[case] += right
        if not right or not any(one.certain for one in at_it):
            print(f"{typo} → {there}: {[one.words for one in at_it]}")
        for one in at_it:
            if one.certain and one.words[0] != there:
                print(f"WRONG {typo} → {one.words[0]}, not {there}")
    for case, number in told.items():
        print(f"{case}: {number} planted, put right {fixed[case] / number:.0%}", end="")
        print(f", found with the word that was meant {pointed[case] / number:.0%}")
    print(f"all: put right {fixed.total() / done:.1%}, found {pointed.total() / done:.1%}")


_WORD = re.compile(r"(?<![\w`/.@#&-])(?:[a-z]{4,}|[A-Z][a-z]{3,}|[A-Z]{4,})(?![\w`/.@(-])")
_CASES = (
    ("small letters", "[a-z]+"),
    ("a capital", "[A-Z][a-z]+"),
    ("capitals", "[A-Z]+"),
)


def as_written(word: str, there: str) -> str:
    """A word in the letters of another."""
    if there.isupper():
        return word.upper()
    return word[0].upper() + word[1:] if there[0].isupper() else word


if __name__ == "__main__":
    main()
