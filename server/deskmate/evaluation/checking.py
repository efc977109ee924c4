"""What an outcome of our own tasks is worth, by what the task expects: all of it is data."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import PurePath
from typing import Any

from deskmate.checks.sandbox import Limits
from deskmate.evaluation.judges import Program, passes, tells
from deskmate.evaluation.tasks import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of a task whose document had the text `before`. It is looked for in the
    answer where it `shows` one, in the new file where it `makes` one, else in the document.

    `has` and `lacks` are regular expressions, and so are `facts`, of what it still says; `kept` are
    parts that must still be there. With `keeps` links, code, numbers and quotations are, and
    something has changed. `words` are the least and the most, `shorter` the most of the words
    before that are left (1 is all), `longer` how many there are more; of `fewer`, a regular
    expression, there is less. `exact` is the whole text.

    Of what was `planted`, mistakes with what is right, most are fixed, and nothing else has
    changed but into what `accept` has. `value` is data, of which texts in the keys `loose` need
    only be a part of what is there; `labels` those of the lines; each of `tags`, a regular
    expression, is found in the front matter. A `program` succeeds; where there is a `wrong` text,
    the tests that were made succeed with the text before and not with that one.
    """

    before: str
    document: str
    shows: bool = False
    makes: str = ""
    keeps: bool = False
    has: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    words: tuple[int, int] | None = None
    shorter: float = 0
    longer: int = 0
    fewer: str = ""
    exact: str = ""
    planted: tuple[tuple[str, str], ...] = ()
    accept: tuple[str, ...] = ()
    value: Any = None
    loose: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    program: Program | None = None
    wrong: str = ""


MOST = 0.6
"""The share of planted mistakes that are to be fixed: nobody finds all."""


async def check(expected: Expected, outcome: Outcome, limits: Limits) -> Verdict:
    """What the outcome is worth."""
    text = _text(expected, outcome)
    if not text.strip():
        return Verdict("There is nothing.")
    if expected.planted:
        return _proofread(expected, text)
    reason = next(_missing(expected, text), "")
    if expected.keeps:
        return Verdict(reason, _count_kept(expected, outcome))
    if reason or expected.program is None:
        return Verdict(reason)
    if expected.wrong:
        return await tells(expected.program, expected.before, expected.wrong, outcome, limits)
    return await passes(expected.program, outcome, limits)


def _text(expected: Expected, outcome: Outcome) -> str:
    if expected.shows:
        return outcome.answer
    return next(iter(outcome.made.values()), "") if expected.makes else outcome.text


def _count_kept(expected: Expected, outcome: Outcome) -> Mapping[str, int]:
    """What became of what a text says."""
    if outcome.text == expected.before:
        return {"left as they were": 1}
    if not any(_lost(expected, outcome.text)):
        return {"all kept": 1}
    return {"lost and said" if outcome.warnings else "lost in silence": 1}


def _missing(expected: Expected, text: str) -> Iterator[str]:
    """What is not as it is expected, in words, the first thing first."""
    before = expected.before
    if not expected.shows and not expected.makes and text == before:
        yield "Nothing has changed."
    yield from _lost(expected, text)
    yield from _without(expected.has, text)
    for pattern in expected.lacks:
        if found := re.search(pattern, text):
            yield f"There still is “{found[0].strip()}”."
    count, was = len(text.split()), len(before.split())
    if expected.words and not expected.words[0] <= count <= expected.words[1]:
        yield f"It has {count} words, not {expected.words[0]} to {expected.words[1]}."
    if expected.shorter and count > expected.shorter * was:
        yield f"It has {count} words, and before {was}."
    if expected.longer and count < was + expected.longer:
        yield f"It has {count - was} words more."
    if expected.fewer and _times(expected.fewer, text) >= _times(expected.fewer, before):
        yield f"There is no less of {expected.fewer}."
    if expected.exact and text.strip() != expected.exact.strip():
        yield "It is another text."
    if expected.value is not None and not _is_value(expected, text):
        yield "The values are others."
    if expected.labels and _labels(text) != [one.lower() for one in expected.labels]:
        yield f"The labels are {', '.join(_labels(text)) or 'not there'}."
    yield from _untagged(expected.tags, text)


def _lost(expected: Expected, text: str) -> Iterator[str]:
    """What it no longer says."""
    yield from _without(expected.facts, text)
    for part in expected.kept:
        if _flat(part) not in _flat(text):
            yield f"“{_flat(part)}” is gone."
    if expected.keeps:
        gone = _protected(expected.before) - _protected(text)
        yield from (f"{part} is gone." for part in gone)


def _without(patterns: Sequence[str], text: str) -> Iterator[str]:
    for pattern in patterns:
        if not re.search(pattern, text):
            yield f"There is nothing like {pattern}."


def _flat(text: str) -> str:
    return " ".join(text.split())


def _times(pattern: str, text: str) -> int:
    return len(re.findall(pattern, text))


def _says(text: str, words: str) -> bool:
    """Whether these very words are in it, whole ones."""
    return re.search(rf"(?<!\w){re.escape(_flat(words))}(?!\w)", _flat(text)) is not None


_PROTECTED = re.compile(r"`[^`]+`|https?://[^\s)>\]]+|[\w.+-]+@[\w-]+\.\w+|(?<![A-Za-z\d])\d+")


def _protected(text: str) -> Counter[str]:
    """Links, addresses, code and the digits of numbers, each as often as it is there."""
    return Counter(_PROTECTED.findall(text))


def _proofread(expected: Expected, text: str) -> Verdict:
    """By words: each planted mistake is fixed, or not; what else is another word is a mistake."""
    right = expected.before
    for wrong, fixed in expected.planted:
        right = right.replace(wrong, fixed)
    found = sum(
        not _says(text, wrong) and any(_says(text, one) for one in (fixed, *expected.accept))
        for wrong, fixed in expected.planted
    )
    changes = _changes(_words(expected.before), _words(text))
    planted = _changes(_words(expected.before), _words(right))
    allowed = {word for _, new in planted for word in new}
    allowed |= {word for one in expected.accept for word in _words(one)}
    places = {word for old, _ in planted for word in old}
    bad = sum(not (set(old) <= places and set(new) <= allowed) for old, new in changes)
    counts = {"planted": len(expected.planted), "fixed": found, "wrong changes": bad}
    if bad:
        return Verdict(f"{bad} changes are none of a mistake.", counts)
    if found < MOST * len(expected.planted):
        return Verdict(f"{found} of {len(expected.planted)} mistakes are fixed.", counts)
    return Verdict("", counts)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+(?:['’-]\w+)*|[^\w\s]", text)


def _changes(
    old: Sequence[str], new: Sequence[str]
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        (tuple(old[a:b]), tuple(new[c:d]))
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    ]


def _is_value(expected: Expected, text: str) -> bool:
    try:
        found = _parsed(text, PurePath(expected.makes).suffix)
    except (ValueError, csv.Error, RecursionError):
        return False
    return _same(expected.value, found, frozenset(expected.loose))


def _parsed(text: str, suffix: str) -> Any:
    """Data as the format of the file has it. Raises ValueError."""
    if suffix == ".toml":
        return tomllib.loads(text)
    if suffix == ".yaml":
        return _yaml(text)
    if suffix in (".csv", ".tsv"):
        rows = csv.reader(io.StringIO(text.strip()), delimiter="\t" if suffix == ".tsv" else ",")
        head, *rest = rows
        return [dict(zip(head, row, strict=False)) for row in rest if row]
    if suffix == ".jsonl":
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    return json.loads(text)


def _yaml(text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def _same(wanted: Any, found: Any, loose: frozenset[str], key: str = "") -> bool:
    if isinstance(wanted, Mapping):
        if not isinstance(found, Mapping):
            return False
        there = {name: value for name, value in found.items() if not str(name).startswith("_")}
        more = [name for name in there if name not in wanted and there[name] not in (None, "")]
        return not more and all(
            _same(value, there.get(name), loose, name) for name, value in wanted.items()
        )
    if isinstance(wanted, Sequence) and not isinstance(wanted, str):
        return (
            isinstance(found, list)
            and len(found) == len(wanted)
            and all(_same(one, other, loose) for one, other in zip(wanted, found, strict=True))
        )
    if isinstance(wanted, bool) or found is None:
        return wanted is found
    if isinstance(wanted, int | float):
        return _number(found) == float(wanted)
    told, meant = _flat(str(found)).lower(), _flat(str(wanted)).lower()
    return meant in told if key in loose else meant == told


def _number(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def _labels(text: str) -> list[str]:
    """The last column of a table, below its head."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text.strip())) if row]
    except csv.Error:
        return []
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    at = head.index("label") if "label" in head else -1
    return [row[at].strip().lower() for row in rows[1:] if len(row) > max(at, 0)]


def _untagged(patterns: Sequence[str], text: str) -> Iterator[str]:
    if not patterns:
        return
    parts = re.split(r"(?m)^---[ \t]*$", text, maxsplit=2)
    front = parts[1].lower() if len(parts) == 3 and not parts[0].strip() else ""
    for pattern in patterns:
        if not re.search(pattern, front):
            yield f"No tag or category is like {pattern}."
