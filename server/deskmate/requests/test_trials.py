"""Tests that a model has written are tried: each alone, all that pass together, and then on mutants
of the code.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from deskmate.checks.consent import find_leave
from deskmate.checks.sandbox import Limits
from deskmate.checks.suites import RUN_LIMITS, Suite, Tally, find_suites, run_suite
from deskmate.checks.trials import (
    Fate,
    doubt,
    explain_failures,
    find_fate,
    find_silent,
    is_alive,
    name_failures,
    notices,
    settle,
    tell_trial,
    tell_unknown,
)
from deskmate.checks.verdict import Judgement, Subject
from deskmate.core.gate.written_tests import WrittenTest, find_tests, keep_tests
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.mutants import find_mutants
from deskmate.core.syntax.queries import all_scopes, problems
from deskmate.core.target import Accepted, Rejected, Target
from deskmate.core.text.text import apply_edits
from deskmate.core.text.uri import file_path
from deskmate.requests.judging import find_open
from deskmate.requests.repair_loop import OnUpdate, Update
from deskmate.requests.request import Request
from deskmate.settings.project import placed_in

log = logging.getLogger(__name__)

MUTANTS = 12
"""Changed versions of the code on which tests are tried at most."""

PATIENCE = 3
"""How many times the seconds of one run all tests together may take, and all mutants."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a reply's tests: what may be `proposed`, None where no test passes, and how it
    went with each that passes, fails, or could not be tried; or why none was run.
    """

    proposed: Accepted | None
    good: tuple[Fate, ...] = ()
    bad: tuple[Fate, ...] = ()
    unknown: tuple[Fate, ...] = ()
    not_run: str = ""
    seconds: float = 0.0

    @property
    def findings(self) -> tuple[str, ...]:
        """What is wrong, for the model."""
        return explain_failures(self.bad)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is left out, for the user."""
        return name_failures(self.bad)


def make_trial(request: Request, goal: Target, on_update: OnUpdate) -> TestTrial | None:
    """Where tests for a request are tried, which go to the file of `goal`; None where that is
    turned off, or is in no project.
    """
    settings, project = request.settings.checks, request.project
    source, place = file_path(request.document.uri), file_path(goal.document.uri)
    language = goal.document.language
    if not settings.enabled or "tests" in settings.disabled or project is None:
        return None
    if source is None or place is None or language is None:
        return None
    placed = [placed_in(one) for one in (source, place)]
    if not all(one.is_relative_to(project.folder) for one in placed):
        return None
    code, name = (one.relative_to(project.folder).as_posix() for one in placed)
    others = {**find_open(request, project), code: request.document.text}
    others.pop(name, None)
    before = goal.document.text
    subject = Subject(project.folder, name, language.name, before, others, goal.name)
    return TestTrial(request, goal, subject, code, on_update)


class TestTrial:
    """The trials of one request's tests."""

    __test__ = False

    def __init__(
        self, request: Request, goal: Target, subject: Subject, code: str, on_update: OnUpdate
    ) -> None:
        self._request = request
        self._goal = goal
        self._subject = subject
        self._code = code  # the name in the project of what is tested
        self._on_update = on_update
        self._limits = replace(Limits(seconds=request.settings.checks.seconds), **RUN_LIMITS)
        self._suite: Suite | None = None
        self._before = Tally({})
        self._leave: str | None = None
        self._known: dict[str, tuple[Tally, float]] = {}

    async def run(self, accepted: Accepted) -> Tried:
        """What becomes of the tests of a reply that passed the gate."""
        try:
            return await self._run_each(accepted)
        except Exception:
            log.exception("The written tests cannot be tried")
            return Tried(accepted, not_run="the tests could not be tried (the log says why)")

    async def _run_each(self, accepted: Accepted) -> Tried:
        ways = self._find_ways(accepted)
        if not ways:
            return Tried(accepted, not_run="nothing is here that runs such tests")
        if self._leave is None:
            folder = self._subject.folder
            self._leave = await find_leave(folder, self._request.ask_to_run)
        if self._leave:
            return Tried(accepted, not_run=self._leave)
        suite = await self._choose(ways, accepted)
        written = await asyncio.to_thread(find_tests, accepted)
        if not written:  # nobody knows what one test is: all of them are
            written = (WrittenTest(self._subject.name, accepted.replacement, accepted.span),)
        fates = await self._try_alone(suite, accepted, written)
        bad = tuple(one for one in fates if one.status == "fails")
        gone = {one.test for one in bad}
        kept = [test for test in written if test.name not in gone]
        good = [one for one in fates if one.status == "passes"]
        unknown = tuple(one for one in fates if one.status == "unknown")
        if not good:
            proposed = await self._keep(accepted, written, kept) if kept else None
            return Tried(proposed, bad=bad, unknown=unknown, not_run=tell_unknown(unknown))
        while kept:
            proposed = await self._keep(accepted, written, kept)
            if proposed is None:
                break
            together, seconds = await self._run_once(suite, proposed.after.text, "all of them")
            left = [one for one in good if notices(one, self._before, together)]
            if not left or together.cut:
                return Tried(proposed, tuple(good), bad, unknown, seconds=seconds)
            names = {one.test for one in left}
            bad += tuple(replace(one, status="fails", words=together.said) for one in left)
            good = [one for one in good if one.test not in names]
            kept = [test for test in kept if test.name not in names]
        return Tried(None, bad=bad, unknown=unknown)

    def _find_ways(self, accepted: Accepted) -> tuple[Suite, ...]:
        subject = replace(
            self._subject,
            others={**self._subject.others, self._subject.name: accepted.after.text},
        )
        command = self._request.settings.checks.test_command
        return tuple(find_suites(subject, (subject.name,), command))

    async def _choose(self, ways: tuple[Suite, ...], accepted: Accepted) -> Suite:
        """The first of the ways that is installed, and how the project goes with it as it is."""
        if self._suite is not None:
            return self._suite
        for suite in ways:
            self._suite = suite
            self._before = await self._run_before(suite)
            whole, _ = await self._run_once(suite, accepted.after.text, "all of them")
            if whole.tests or whole.output:
                break
        assert self._suite is not None
        return self._suite

    async def _run_before(self, suite: Suite) -> Tally:
        """How the suite goes without the tests; a file that is yet to be made has none."""
        if self._goal.document.text.strip():
            return await self._run(suite, self._subject.before, "as it is")
        if "{files}" in suite.command:
            return Tally({})
        code = replace(self._subject, name=self._code)
        return await self._run(suite, self._request.document.text, "as it is", code)

    async def _try_alone(
        self, suite: Suite, accepted: Accepted, written: tuple[WrittenTest, ...]
    ) -> tuple[Fate, ...]:
        """How it goes with each of the tests without the others; where one cannot stand alone, or
        the time is up, among them.
        """
        fates: list[Fate] = []
        apart: list[Fate] = []
        started = time.monotonic()
        for at, test in enumerate(written, 1):
            told = test.name, test.head, suite, self._before
            alone = await self._keep(accepted, written, [test])
            if alone is None or time.monotonic() - started > PATIENCE * self._limits.seconds:
                whole, _ = await self._run_once(suite, accepted.after.text, "all of them")
                apart.append(replace(find_fate(*told, whole), alone=False))
                continue
            part = f"test {at} of {len(written)}"
            tally, _ = await self._run_once(suite, alone.after.text, part)
            fates.append(find_fate(*told, tally))
        settled = settle(fates)
        none_ran = not any(one.names or one.status == "passes" for one in settled)
        if none_ran and await self._is_hopeless(suite):
            settled = doubt(settled)
        return (*settled, *(one if one.names else doubt([one])[0] for one in apart))

    async def _is_hopeless(self, suite: Suite) -> bool:
        """Whether no test could be run in a file of its own: what it imports cannot be."""
        header = self._goal.imports
        document = self._goal.document
        if document.text.strip() or problems(Document("", None, header, document.language)):
            return False
        return bool((await self._run(suite, header, "without tests")).bad)

    async def _keep(
        self,
        accepted: Accepted,
        written: tuple[WrittenTest, ...],
        kept: Collection[WrittenTest],
    ) -> Accepted | None:
        if len(kept) == len(written):
            return accepted
        try:
            return await asyncio.to_thread(keep_tests, accepted, self._goal, kept)
        except Rejected as rejected:
            log.debug("Some of the tests cannot stand without the others: %s", rejected.findings)
            return None

    async def judge(self, tried: Tried) -> Judgement:
        """What is known of what is proposed: whether its tests notice mistakes in the code."""
        suite = self._suite
        if not tried.good or tried.proposed is None or suite is None:
            return Judgement(not_run=tried.not_run)
        silent, number = list(tried.good), 0
        started = time.monotonic()
        limits = min(self._limits.seconds, _AT_LEAST + PATIENCE * tried.seconds)
        texts = await asyncio.to_thread(self._mutate, tried.proposed.after)
        for at, files in enumerate(texts, 1):
            if not silent:
                break
            if time.monotonic() - started > PATIENCE * self._limits.seconds:
                number = number if number >= _TELLING else 0
                break
            subject = replace(self._subject, others={**self._subject.others, **files})
            text = files.get(self._subject.name, tried.proposed.after.text)
            part = f"changed version {at} of {len(texts)}"
            tally = await self._run(suite, text, part, subject, limits)
            if is_alive(tried.good, tally):
                number += 1
                names = find_silent(silent, self._before, [tally])
                silent = [one for one in silent if one.test in names]
        verdict = tell_trial(self._subject.name, tried.good, [one.test for one in silent], number)
        return Judgement((verdict,), tell_unknown(tried.unknown))

    def _mutate(self, proposed: Document) -> tuple[Mapping[str, str], ...]:
        """What is changed in the project by each mutant of the code that is tested."""
        document, scope = self._request.document, self._request.target.scope
        if self._code == self._subject.name and scope is not None:
            wanted, document = (scope.kind, scope.path, scope.name), proposed
            found = (
                one for one in all_scopes(document) if (one.kind, one.path, one.name) == wanted
            )
            scope = next(found, None)
        if scope is None:
            return ()
        mutants = find_mutants(document, scope.span, MUTANTS)
        return tuple({self._code: apply_edits(document.text, [one.edit])} for one in mutants)

    async def _run_once(self, suite: Suite, text: str, part: str) -> tuple[Tally, float]:
        """How it goes with this text of the file, and in how many seconds. What was cut off is run
        again: much may have been compiled by then.
        """
        if text not in self._known:
            started = time.monotonic()
            tally = await self._run(suite, text, part)
            if tally.cut:
                return tally, self._limits.seconds
            self._known[text] = tally, time.monotonic() - started
        return self._known[text]

    async def _run(
        self,
        suite: Suite,
        text: str,
        part: str,
        subject: Subject | None = None,
        seconds: float | None = None,
    ) -> Tally:
        limits = replace(self._limits, seconds=seconds or self._limits.seconds)
        told = f"by {self._subject.name}, {part}, at most {round(limits.seconds, 1):g} s"
        self._on_update(Update("checking", part=told))
        return await run_suite(suite, subject or self._subject, text, limits)


_TELLING = 4
"""Mutants below which it says little that a test fails on none, if there was no time for more."""
_AT_LEAST = 2.0
"""Seconds that any run of a mutant may take."""
