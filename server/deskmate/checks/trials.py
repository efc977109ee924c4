"""What runs tell of tests that a model has written, one by one: plain values in and out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from textwrap import shorten

from deskmate.checks.reaching import says
from deskmate.checks.suites import Suite, Tally
from deskmate.checks.tallies import find_words
from deskmate.checks.verdict import Status, Verdict


@dataclass(frozen=True, slots=True)
class Fate:
    """How it went with one test, which was run `alone` or with the others: `names` are what its
    runner calls it, `words` why it fails, or what keeps anybody from telling. It was `slow` where
    the run went beyond a limit, or came near one.
    """

    test: str
    status: Status
    names: frozenset[str] = frozenset()
    words: str = ""
    alone: bool = True
    slow: bool = False


def find_fate(test: str, head: str, suite: Suite, before: Tally, after: Tally) -> Fate:
    """What became of the test with this head: `before` is how the suite went without it."""
    return replace(_find_fate(test, head, suite, before, after), slow=after.cut or after.near)


def _find_fate(test: str, head: str, suite: Suite, before: Tally, after: Tally) -> Fate:
    new = frozenset(after.tests) - frozenset(before.tests)
    bad = after.bad - before.bad
    names = frozenset(one for one in new if _is_of(head, one))
    if names & bad:
        return Fate(test, "fails", names, after.said)
    if names and not after.cut:
        return Fate(test, "passes", names)
    if after.cut:
        return Fate(test, "unknown", names, after.problem)
    if bad:  # all of its file
        return Fate(test, "fails", words=after.said)
    if frozenset(after.tests) == {suite.title}:  # nothing but how the command ended
        return Fate(test, "passes" if after.good else "unknown", words=after.said)
    if new:
        return Fate(test, "passes", new)
    if any(PurePosixPath(one).name in after.output for one in suite.files) and not after.tests:
        return Fate(test, "fails", words=after.said)
    words = after.problem or f"{suite.name} finds no such test"
    return Fate(test, "fails" if after.good else "unknown", words=words)


def _is_of(head: str, name: str) -> bool:
    """Whether a runner's name is that of the test with this head."""
    return any(says(head, word) for word in find_words(name))


def settle(fates: Sequence[Fate]) -> tuple[Fate, ...]:
    """The same of tests that were all run: where one passes, and has time left, there is nothing
    else to blame for what became of the others.
    """
    passing = [one for one in fates if one.status == "passes"]
    quick = not any(one.slow for one in passing)
    return tuple(
        replace(one, status="fails")
        if passing and one.status == "unknown" and (quick or not one.slow)
        else one
        for one in fates
    )


def doubt(fates: Iterable[Fate]) -> tuple[Fate, ...]:
    """The same where something else is to blame than the tests."""
    return tuple(replace(one, status="unknown") for one in fates)


def find_silent(fates: Iterable[Fate], before: Tally, mutants: Sequence[Tally]) -> tuple[str, ...]:
    """The tests that fail on none of the mutants, whose tallies these are."""
    return tuple(
        one.test for one in fates if not any(notices(one, before, tally) for tally in mutants)
    )


def notices(fate: Fate, before: Tally, mutant: Tally) -> bool:
    """Whether a test fails on a mutant: by name, or since it is not there where others are; where
    it has no name, anything that fails.
    """
    bad = mutant.bad - before.bad
    return bool(fate.names & bad if fate.names else bad) or not fate.names <= mutant.tests.keys()


def is_alive(fates: Iterable[Fate], mutant: Tally) -> bool:
    """Whether the tests could be run on a mutant: one that cannot be compiled or imported, or that
    goes on for ever, says nothing of them.
    """
    names = frozenset(name for one in fates for name in one.names)
    return not mutant.cut and bool(names & frozenset(mutant.tests))


def tell_trial(file: str, good: Sequence[Fate], silent: Sequence[str], mutants: int) -> Verdict:
    """What is known of tests in a file that pass, of which some fail on none of so many mutants."""
    number = f"{len(good)} test{'s' * (len(good) != 1)}"
    evidence = f"{number} of {file} pass{'es' * (len(good) == 1)}"
    if all(one.alone for one in good):
        evidence += ", run alone" if len(good) == 1 else ", each run alone"
    changed = f"{mutants} changed version{'s' * (mutants != 1)} of the code"
    if mutants and silent:
        fail = "fails" if len(silent) == 1 else "fail"
        which = ", ".join(f"`{one}`" for one in silent[:_NAMED])
        more = f" and {len(silent) - _NAMED} more" if len(silent) > _NAMED else ""
        evidence += f", but {len(silent)} {fail} on none of {changed} ({which}{more})"
    elif mutants:
        what = "it fails" if len(good) == 1 else "each fails"
        evidence += f", and {what} on some of {changed}"
    return Verdict("tests", "passes", evidence, ran=True)


_NAMED = 3


def explain_failures(failed: Iterable[Fate]) -> tuple[str, ...]:
    """What is wrong with tests, for the model: the code is what it is."""
    return tuple(
        f"The test `{one.test}` fails with the code as it is, so what it expects is wrong:"
        f"\n{one.words}"
        for one in failed
    )


def name_failures(failed: Iterable[Fate]) -> tuple[str, ...]:
    """What is left out, for the user, each with the first line of why."""
    return tuple(
        f"Left out `{one.test}`, which fails with the code as it is: {_tell_shortly(one.words)}"
        for one in failed
    )


def tell_unknown(fates: Sequence[Fate]) -> str:
    """How many tests could not be tried, and why the first of them; "" where all were."""
    if not fates:
        return ""
    number = f"{len(fates)} test{'s' * (len(fates) != 1)} could not be tried"
    why = _tell_shortly(fates[0].words)
    return f"{number} ({why})" if why else number


def _tell_shortly(words: str) -> str:
    """What says most of what a runner said, in a line."""
    lines = [line.strip() for line in words.splitlines()]
    told = [line.removeprefix("E ").strip() for line in lines if _TELLING.search(line)]
    return shorten(", ".join(dict.fromkeys(told or lines[:1])), _WIDE, placeholder=" …")


_TELLING = re.compile(r"^E |Error: |assert|[eE]xpected|actual|want|left: |right: |did not end")
_WIDE = 160  # characters
