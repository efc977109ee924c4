"""What an answer does to a suite: how it went without the answer, and how it goes with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from deskmate.checks.reaching import says
from deskmate.checks.suites import Suite, Tally, read_test
from deskmate.checks.verdict import Subject, Verdict


def compare_tallies(
    suite: Suite, before: Tally, after: Tally, *, repairs: bool, concerned: bool = True
) -> Verdict:
    """What an answer does to a suite. One that `repairs` fails where something failed before,
    nothing of that passes now, and what still fails is `concerned` with it, or all that there is;
    it passes partly where something of that does.
    """
    name, what = suite.name, "example" if suite.name == "examples" else "test"
    if before.problem and not before.tests and (after.problem or not after.tests):
        return Verdict(name, "unknown", words=after.problem)
    broken = sorted(_find_broken(before, after))
    fixed = {one for one in after.good - before.good if _failed_in(before, after, one)}
    if broken or _stops(before, after):
        new = " passed before and" if before.good else ""
        which = f"{_list(broken)}{new} {_fails(broken)} now" if broken else ""
        why = " and ".join(filter(None, (which, after.problem)))
        words = f"With this answer, {what}s of {suite.title} fail: {why}.\n{after.said}".strip()
        return Verdict(name, "fails", "", words, ran=True, alarming=True)
    if after.cut and not fixed:
        return Verdict(name, "unknown", words=after.problem)
    still, good = sorted(after.bad), len(after.good)
    words = f"{_list(still)} of {suite.title} still {_fails(still)}.\n{after.said}".strip()
    missed = still and repairs and (concerned or not good)
    if missed and not fixed:
        return Verdict(name, "fails", "", words, ran=True, alarming=True)
    if not good:
        return Verdict(name, "unknown")
    told = Verdict(name, "passes", _tell(suite, what, after, len(fixed)), ran=True, good=good)
    told = replace(told, fixed=bool(fixed))
    return replace(told, status="partly", words=words, telling=True) if missed else told


def tell_wrong(suite: Suite, tally: Tally) -> str:
    """What of a suite fails with the code as it is, for the model."""
    bad = sorted(tally.bad)
    what = f"{_list(bad)} of {suite.title} {_fails(bad)}" if bad else tally.problem
    return f"{what}.\n{tally.said}".strip()


def _find_broken(before: Tally, after: Tally) -> Iterable[str]:
    """What the answer breaks. Of a run that was cut off, what is missing says nothing."""
    if before.cut or after.cut:
        return before.good & after.bad
    new = {one for one in after.bad - before.bad if not _failed_in(before, after, one)}
    return (before.good - after.good) | new


def _stops(before: Tally, after: Tally) -> bool:
    """Whether the answer keeps a suite from its end that came there, with tests that pass. Where
    that was near a limit, going beyond it is nobody's fault.
    """
    if after.cut:
        return bool(before.good) and not before.cut and not before.near
    return bool(after.problem) and not before.problem


def _failed_in(before: Tally, after: Tally, name: str) -> bool:
    """Whether a test failed before, by itself or as everything in its file did, whose name is then
    that of the file: it is not there any more where there are tests in its place.
    """
    if name in before.tests:
        return name in before.bad
    if before.cut or not before.tests:
        return True
    if any(name.startswith(f"{one}::") for one in before.bad):
        return True
    if before.bad <= set(after.tests):
        return False
    return len(after.tests) > len(before.tests) or not (before.good or after.bad)


def is_concerned(suite: Suite, subject: Subject, tally: Tally) -> bool:
    """Whether a test that fails has to do with what was asked for: its text, or what was said of
    what fails, names that. Reads the test files.
    """
    if not subject.symbol:
        return True
    name = re.escape(subject.symbol)
    as_code = rf"(?:\b(?:in|at) |::|['\"`.]|(?<!\w)(?={name}\s?\()){name}(?!\w)"
    if re.search(as_code, tally.output):
        return True
    texts = [read_test(subject, one).splitlines() for one in suite.files]
    return any(
        says(block, subject.symbol)
        for test in tally.bad
        for block in _find_blocks(test, suite, texts)
    )


def _find_blocks(name: str, suite: Suite, texts: Sequence[Sequence[str]]) -> Iterator[str]:
    """The texts of the tests of this name: from the line that names them to the next that is not
    further in, but for where what they are given ends and their body begins.
    """
    if name in suite.files or name == suite.title:
        return
    for word in find_words(name):
        found = [(at, lines) for lines in texts for at, one in enumerate(lines) if says(one, word)]
        for at, lines in found:
            depth = _depth(lines[at])
            end = at + 1
            while end < len(lines) and (
                not lines[end].strip()
                or _depth(lines[end]) > depth
                or (_depth(lines[end]) == depth and lines[end].strip()[0] in "{)")
            ):
                end += 1
            yield "\n".join(lines[at:end])
        if found:
            return


def find_words(name: str) -> Iterator[str]:
    """What a runner's name of a test may be in the text of a file, the likeliest first."""
    plain = re.sub(r"\[.*\]$| ?\([\w.]*\)$| with data set .*", "", name)
    last = re.split(r"::| > |#(?=test_)(?:test_\d+_)?", plain)[-1]
    yield last
    yield last.partition("/")[0]
    words = last.split(" ")
    for at in range(1, len(words)):
        yield " ".join(words[at:])
    if re.fullmatch(r"[\w$]+(?:\.[\w$]+)+", last):  # a method, by its class
        yield last.rpartition(".")[2]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _tell(suite: Suite, what: str, after: Tally, fixed: int) -> str:
    good, bad = len(after.good), len(after.bad)
    passes = f"{good} {what}{'s' * (good != 1)} of {suite.title} pass{'es' * (good == 1)}"
    if set(after.tests) == {suite.title}:
        passes = f"{suite.title} passes"
    was = ""
    if fixed:
        was = ", which failed before" if fixed == good == 1 else f", {fixed} of them failed before"
    left = f", {bad} {'fails' if bad == 1 else 'fail'} as before" if bad else ""
    cut = f"; {after.problem}" if after.cut else ""
    return f"{passes}{was}{left}{cut}"


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name.strip('`')}`" for name in names[:_NAMED])
    return f"{shown} and {len(names) - _NAMED} more" if len(names) > _NAMED else shown


_NAMED = 3


def _fails(names: Sequence[str]) -> str:
    return "fails" if len(names) == 1 else "fail"
