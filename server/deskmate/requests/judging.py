"""What judges say of the answers to one request. What is the same for all of them is found once:
which judges there are, whether code may be run, and how things are without an answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from deskmate.checks.comparison import COMPARISON, can_compare, compare_results
from deskmate.checks.consent import find_leave
from deskmate.checks.reaching import find_reaching_tests
from deskmate.checks.sandbox import Limits
from deskmate.checks.static import (
    Found,
    StaticJudge,
    compare_findings,
    find_static_judges,
    look,
    looks_at,
)
from deskmate.checks.suites import (
    EXAMPLES,
    RUN_LIMITS,
    Suite,
    Tally,
    find_examples,
    find_suites,
    run_suite,
)
from deskmate.checks.tallies import compare_tallies, is_concerned, tell_wrong
from deskmate.checks.verdict import Judgement, Subject, Verdict
from deskmate.checks.warming import can_warm, warm
from deskmate.core.text.uri import file_path
from deskmate.requests.kept_behaviour import says_it_stays
from deskmate.requests.repair_loop import OnUpdate, Update
from deskmate.requests.request import Request, find_symbol, find_symbol_path
from deskmate.settings.project import Project, placed_in

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Runs:
    """What can be run: the suites, of each place the ways to run it, the likeliest first; or why
    none is. Of what has the path `compared`, two versions can be, by inputs from the files `tests`.
    """

    suites: tuple[tuple[Suite, ...], ...] = ()
    not_run: str = ""
    compared: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()


def make_judging(request: Request, on_update: OnUpdate) -> Judging | None:
    """The judges of a request; None where it is not for judges: there is no project, they are
    turned off, or nothing is written that could be wrong.
    """
    path, project = file_path(request.document.uri), request.project
    language = request.document.language
    if not request.settings.checks.enabled or path is None or project is None or language is None:
        return None
    placed = placed_in(path)
    if language.prose or not placed.is_relative_to(project.folder):
        return None
    if request.target.result not in ("replace", "insert", "docstring"):
        return None
    name = placed.relative_to(project.folder).as_posix()
    others = find_open(request, project)
    subject = Subject(
        project.folder, name, language.name, request.document.text, others, find_symbol(request)
    )
    return Judging(request, project, subject, on_update)


def find_open(request: Request, project: Project) -> Mapping[str, str]:
    """The texts of the project's files that an editor has open."""
    found: dict[str, str] = {}
    for one in request.others:
        path = file_path(one.uri)
        if path and (placed := placed_in(path)).is_relative_to(project.folder):
            found[placed.relative_to(project.folder).as_posix()] = one.text
    return found


class Judging:
    """The judges of one request."""

    def __init__(
        self, request: Request, project: Project, subject: Subject, on_update: OnUpdate
    ) -> None:
        self._request = request
        self._project = project
        self._subject = subject
        self._on_update = on_update
        self._settings = request.settings.checks
        self._reads = request.target.result != "docstring"  # its code is what it was
        self._limits = replace(Limits(seconds=self._settings.seconds), **RUN_LIMITS)
        self._preparing: asyncio.Task[Runs] | None = None
        self._warming: asyncio.Task[None] | None = None
        self._found: dict[str, Found | None] = {}
        self._tallies: dict[str, Tally] = {}
        self._chosen: dict[int, Suite] = {}

    def begin(self) -> None:
        """Looks for what can be run, and asks whether it may be, while the model writes."""
        if self._reads:
            self._preparing = asyncio.create_task(self._prepare(self._subject.before))

    async def aclose(self) -> None:
        """Ends what is under way."""
        for task in (self._preparing, self._warming):
            if task is not None:
                task.cancel()
                await asyncio.wait({task})

    @cached_property
    def repairs(self) -> bool:
        """Whether what fails now is what the answer is for."""
        action = self._request.action
        return action.kind == "quickfix" or "stub" in action.when

    async def compares(self) -> bool:
        """Whether what the answer does is compared with what the code does now."""
        return bool((await self._find_runs(self._subject.before)).compared)

    async def judge(self, text: str) -> Judgement:
        """What the judges say of the file with this text, from cheap to dear, up to the first that
        something is wrong with.
        """
        runs = await self._find_runs(text)
        verdicts: list[Verdict] = []
        async for verdict in self._ask(text, runs):
            verdicts.append(verdict)
            if verdict.status == "fails":
                break
        told = [one for one in verdicts if one.status != "unknown"]
        left = [one.words for one in verdicts if one.judge == COMPARISON and one.status != "fails"]
        return Judgement(tuple(told), self._explain_not_run(runs, verdicts), ", ".join(left))

    async def is_right(self) -> Judgement | None:
        """What judges that run code say of the code as it is, where they find nothing wrong with
        it; None where they do, or cannot tell: tests have to name what was asked for, and be named.
        """
        runs = await self._find_runs(self._subject.before)
        verdicts, told = [], False
        for at, ways in enumerate(runs.suites):
            suite = await self._choose(at, ways)
            before = self._tallies[suite.name]
            if before.problem or before.bad:
                return None
            verdicts.append(compare_tallies(suite, before, before, repairs=False))
            told = told or (suite.reaches and suite.title not in before.tests)
        return Judgement(tuple(verdicts)) if told else None

    async def find_wrong(self) -> tuple[str, ...]:
        """What judges that run code find wrong with the code as it is, in words for the model."""
        runs = await self._find_runs(self._subject.before)
        found: list[str] = []
        for at, ways in enumerate(runs.suites):
            suite = await self._choose(at, ways)
            before = self._tallies[suite.name]
            concerned = await asyncio.to_thread(is_concerned, suite, self._subject, before)
            if (before.bad and concerned) or before.problem:
                found.append(tell_wrong(suite, before))
        return tuple(found)

    async def _ask(self, text: str, runs: Runs) -> AsyncIterator[Verdict]:
        may_run = bool(runs.suites or runs.compared)
        try:
            judges = await asyncio.to_thread(self._list_static, may_run)
        except Exception:
            log.exception("The judges that read code cannot be found")
            judges = []
        for judge in judges:
            self._tell(f"with {judge.name}")
            yield await self._guard(judge.name, self._ask_static(judge, text))
        await self._wait_until_ready()
        for at, ways in enumerate(runs.suites):
            suite = await self._choose(at, ways)
            before = self._tallies[suite.name]
            if before.problem and not before.tests and not self.repairs and self._reads:
                continue
            yield await self._guard(suite.name, self._ask_suite(suite, before, text))
        if runs.compared:
            self._tell(f"on the same inputs, at most {self._limits.seconds:g} s")
            asked = compare_results(self._subject, runs.compared, runs.tests, text, self._limits)
            yield await self._guard(COMPARISON, asked)

    async def _ask_static(self, judge: StaticJudge, text: str) -> Verdict:
        if judge.name not in self._found:
            asked = await looks_at(judge, self._subject, self._limits)
            before = self._subject.before
            self._found[judge.name] = await self._look(judge, before) if asked else None
        known = self._found[judge.name]
        if known is None:  # what is new nobody could say
            return Verdict(judge.name, "unknown")
        return compare_findings(judge, known, await self._look(judge, text))

    async def _ask_suite(self, suite: Suite, before: Tally, text: str) -> Verdict:
        after = await self._run(suite, text)
        log.debug("%s: %s, then %s", suite.name, before, after)
        concerned = await asyncio.to_thread(is_concerned, suite, self._subject, after)
        return compare_tallies(suite, before, after, repairs=self.repairs, concerned=concerned)

    async def _guard(self, name: str, asked: Coroutine[Any, Any, Verdict]) -> Verdict:
        """What a judge says; of an answer that it cannot judge, whatever the reason, nothing."""
        try:
            return await asked
        except Exception:
            log.exception("%s cannot judge an answer", name)
            return Verdict(name, "unknown")

    def _list_static(self, may_run: bool) -> list[StaticJudge]:
        if not self._reads:
            return []
        found = find_static_judges(self._subject, may_run=may_run)
        return [one for one in found if one.name not in self._settings.disabled]

    async def _look(self, judge: StaticJudge, text: str) -> Found | None:
        return await look(judge, self._subject, text, self._limits)

    async def _choose(self, at: int, ways: tuple[Suite, ...]) -> Suite:
        """The first of the ways that runs tests with the code as it is."""
        if at not in self._chosen:
            for suite in ways:
                tally = await self._run(suite, self._subject.before)
                self._tallies[suite.name] = tally
                if at not in self._chosen or tally.tests:
                    self._chosen[at] = suite
                if tally.tests:
                    break
        return self._chosen[at]

    async def _run(self, suite: Suite, text: str) -> Tally:
        self._tell_run(suite)
        try:
            return await run_suite(suite, self._subject, text, self._limits)
        except Exception:
            log.exception("%s cannot be run", suite.name)
            return Tally({}, problem=f"{suite.title} could not be run (the log says why)")

    async def _find_runs(self, text: str) -> Runs:
        if self._preparing is None:
            self._preparing = asyncio.create_task(self._prepare(text))
        if not self._preparing.done():
            self._tell("")
        return await asyncio.shield(self._preparing)

    async def _prepare(self, text: str) -> Runs:
        try:
            runs = await asyncio.to_thread(self._list_runs, text)
            if not runs.suites and not runs.compared:
                return runs
            what = "tests" if runs.suites else "code"
            not_run = await find_leave(self._project.folder, self._request.ask_to_run, what)
        except Exception:
            log.exception("The tests cannot be prepared")
            return Runs(not_run="the tests could not be prepared (the log says why)")
        if not_run:
            return Runs(not_run=not_run)
        calls = runs.compared or any(ways[0].name == EXAMPLES for ways in runs.suites)
        if calls and can_warm(self._subject.language):
            made = warm(self._project.folder, self._subject.language)
            self._warming = asyncio.create_task(made)
        return runs

    async def _wait_until_ready(self) -> None:
        """Waits for what is compiled before code can be called, as long as a run may take."""
        if self._warming is not None and not self._warming.done():
            self._tell("as soon as the compiler is ready")
            await asyncio.wait({self._warming}, timeout=self._limits.seconds)

    def _list_runs(self, text: str) -> Runs:
        found: list[tuple[Suite, ...]] = []
        target = self._request.target
        scope = target.document.slice(target.scope.outer) if target.scope else target.original
        examples = find_examples(self._subject, (scope,) if self._reads else (text,))
        if examples and examples.name not in self._settings.disabled:
            found.append((examples,))
        language, files = self._request.document.language, tuple[str, ...]()
        if self._reads and language:
            files = find_reaching_tests(self._subject, self._project, language, self._request.root)
        if files and "tests" not in self._settings.disabled:
            ways = tuple(find_suites(self._subject, files, self._settings.test_command))
            found += [ways] if ways else []
        not_run = "no test reaches it" if self._reads and not found else ""
        if not_run and files and "tests" not in self._settings.disabled:
            not_run = f"`checks.test_command` has to say how {files[0]} is run"
        return Runs(tuple(found), not_run, self._find_compared(), files)

    def _find_compared(self) -> tuple[str, ...]:
        """The path of what is to do what it did: the user has asked for nothing else, or has said
        that this stays.
        """
        request = self._request
        if request.action.behaviour != "same":
            return ()
        if request.instruction and not says_it_stays(request.instruction):
            return ()
        if COMPARISON in self._settings.disabled or not can_compare(self._subject.language):
            return ()
        return find_symbol_path(request)

    def _explain_not_run(self, runs: Runs, verdicts: list[Verdict]) -> str:
        """Why code was not run that might have told more; "" where it was, or need not be."""
        if runs.not_run or any(one.status == "fails" for one in verdicts):
            return runs.not_run
        known = {one.judge: one for one in verdicts}
        for suite in self._chosen.values():
            verdict = known.get(suite.name)
            if verdict is None or verdict.status == "unknown":
                why = self._tallies[suite.name].problem or (verdict.words if verdict else "")
                if why:
                    return why
        return ""

    def _tell(self, what: str) -> None:
        self._on_update(Update("checking", part=what))

    def _tell_run(self, suite: Suite) -> None:
        self._tell(f"by {suite.title}, at most {self._limits.seconds:g} s")
