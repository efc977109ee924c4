"""More than one try: where the first answer fails judges, or changes nothing though something is
wrong, the model is asked for several, and the first of those that passes is taken.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace

from deskmate.actions.prompt import Wording
from deskmate.checks.verdict import Judgement
from deskmate.core.gate.checks import UNCHANGED
from deskmate.core.gate.gate import judge
from deskmate.core.syntax.tokens import shape
from deskmate.core.target import Rejected, Target
from deskmate.engines.engine import Capabilities, Engine, Prompt, Usage
from deskmate.errors import EngineError, NotSent, Refused
from deskmate.requests.judging import Judging
from deskmate.requests.repair_loop import (
    OnUpdate,
    Passed,
    Unchanged,
    Update,
    add,
    build_anew,
    build_prompt,
    build_repair,
    describe_tries,
    listen,
)

log = logging.getLogger(__name__)

AUTO = 4
"""How many answers are asked for where nobody says."""

SECONDS, TOKENS = 60.0, 4000
"""After which no further answers are asked for."""

TEMPERATURE = 0.6

_MANY = 1_000


@dataclass
class _Candidate:
    """An answer that passed the gate, how many said the same, and what judges say of it."""

    passed: Passed
    votes: int = 1
    judgement: Judgement | None = None


@dataclass
class Tries:
    """All that is asked of one model for one request; `number` is how many more answers it is asked
    for where the first one fails, 0 for as many as is usual.
    """

    engine: Engine
    capabilities: Capabilities
    wording: Wording
    goal: Target
    name: str
    on_update: OnUpdate
    number: int = 0
    _usage: Usage = field(default_factory=Usage)
    _tried: list[str] = field(default_factory=list)
    _said: str = ""
    _started: float = 0.0
    _before: int = 0

    async def pick(self, first: Passed, judging: Judging) -> tuple[Passed, Judgement]:
        """The first answer, or one in its place that judges find nothing wrong with; where there is
        none, the best of those that nothing alarming is wrong with. Raises Refused.
        """
        self._usage, self._tried = first.usage, list(first.tried)
        candidates = {tuple(shape(first.accepted.after)): _Candidate(first)}
        judged = await self._judge(next(iter(candidates.values())), judging)
        if not judged.failed:
            return self._finish(first), judged
        prompts = self._prompts(first, judged) if self.number != 1 else iter(())
        return await self._search(candidates, prompts, judging)

    async def search(
        self, unchanged: Unchanged, wrong: Sequence[str], judging: Judging | None
    ) -> tuple[Passed, Judgement]:
        """An answer after one that changes nothing: the first that judges find nothing wrong with,
        or where there are none, what most say. `wrong` is what is wrong with the code, as they say;
        where they do not, nothing is written by documentation alone. Raises Refused.
        """
        self._usage, self._tried = unchanged.usage, list(unchanged.tried)
        self._said = unchanged.said
        prompts = self._prompts_after(unchanged, wrong)
        return await self._search({}, prompts, judging)

    async def _search(
        self,
        candidates: dict[tuple[str, ...], _Candidate],
        prompts: Iterator[tuple[Prompt, int]],
        judging: Judging | None,
    ) -> tuple[Passed, Judgement]:
        self._started, self._before = time.monotonic(), self._usage.completion_tokens
        try:
            for prompt, most in prompts:
                async for reply, cut in self._write(prompt, min(self.number or AUTO, most)):
                    await self._add(candidates, reply, cut, prompt)
                    if not self._at_once and (found := await self._first_good(candidates, judging)):
                        return found
                if found := await self._first_good(candidates, judging):
                    return found
        except (EngineError, NotSent) as error:
            if not _find_sound(candidates.values()):
                raise
            log.info("No further answers: %s", error)
            self._tried.append(str(error))
        return self._second_best(list(candidates.values()))

    def _prompts(self, first: Passed, judged: Judgement) -> Iterator[tuple[Prompt, int]]:
        """What is asked, in turn, and how often at most: the same after what is wrong with the
        first answer, where that tells something; the same; and where there is documentation, the
        code by that.
        """
        prompt = build_prompt(self.wording, self.capabilities)
        if judged.telling:
            yield build_repair(prompt, first.reply, judged.telling), 1
        yield replace(prompt, temperature=TEMPERATURE), _MANY
        yield from self._anew()

    def _prompts_after(
        self, unchanged: Unchanged, wrong: Sequence[str]
    ) -> Iterator[tuple[Prompt, int]]:
        """What is asked where nothing was changed: the code by its documentation, where there is
        some, and the same after what is wrong.
        """
        if wrong:
            yield from self._anew()
        prompt = build_prompt(self.wording, self.capabilities)
        prompt = build_repair(prompt, unchanged.said, (UNCHANGED, *wrong))
        yield replace(prompt, temperature=TEMPERATURE), _MANY

    def _anew(self) -> Iterator[tuple[Prompt, int]]:
        if self.wording.anew:
            anew = build_anew(self.wording, self.capabilities)
            yield replace(anew, temperature=TEMPERATURE), _MANY

    @property
    def _left(self) -> tuple[float, int]:
        """The seconds and the tokens that further answers may still take."""
        seconds = SECONDS - (time.monotonic() - self._started)
        return seconds, TOKENS - (self._usage.completion_tokens - self._before)

    @property
    def _at_once(self) -> bool:
        return self.capabilities.answers > 1

    async def _write(self, prompt: Prompt, number: int) -> AsyncIterator[tuple[str, bool]]:
        """That many answers while there is time, and whether each was cut off: at once where the
        engine can.
        """
        done = 0
        while done < number and min(self._left) > 0:
            count = min(number - done, self.capabilities.answers)
            seconds, tokens = self._left
            part = f"{done + 1}-{done + count}" if count > 1 else f"{done + 1}"
            part = f"{part} of {number}, at most {seconds:.0f} s and {tokens} tokens more"
            self.on_update(Update("trying again", part=part))
            one = replace(prompt, seed=done + 1, answers=count)
            if count > 1:
                for written in await self._write_at_once(one, part):
                    yield written
            else:
                reply, cut, usage = await listen(self.engine, one, self.on_update, "trying again")
                self._usage = add(self._usage, usage)
                yield reply, cut
            done += count

    async def _write_at_once(self, prompt: Prompt, what: str) -> list[tuple[str, bool]]:
        """What has come of them when all have ended, or the time is over: those that have not ended
        then are cut off.
        """
        texts, ended, tokens = [""] * prompt.answers, [""] * prompt.answers, 0
        usage: Usage | None = None
        seconds, _ = self._left
        is_over = True
        with suppress(TimeoutError):
            async with (
                asyncio.timeout(seconds),
                aclosing(self.engine.stream(prompt)) as chunks,
            ):
                async for chunk in chunks:
                    usage = chunk.usage or usage
                    tokens += bool(chunk.text)
                    texts[chunk.answer] += chunk.text
                    ended[chunk.answer] = ended[chunk.answer] or chunk.finish or ""
                    self.on_update(Update("trying again", completion_tokens=tokens, part=what))
            is_over = False
        self._usage = add(self._usage, usage or Usage(completion_tokens=tokens))
        cut = ("length", "") if is_over else ("length",)
        return [(text, how in cut) for text, how in zip(texts, ended, strict=True)]

    async def _add(
        self,
        candidates: dict[tuple[str, ...], _Candidate],
        reply: str,
        cut: bool,
        prompt: Prompt,
    ) -> None:
        """Puts an answer among the others, if it passes the gate; equal ones count once."""
        goal = replace(self.goal, prefill=prompt.prefill)
        try:
            accepted = await asyncio.to_thread(judge, reply, goal, cut=cut)
        except Rejected as rejected:
            self._tried.append(" ".join(rejected.findings))
            return
        anew = prompt.messages[-1].content == self.wording.anew
        passed = Passed(accepted, Usage(), prompt.prefill + reply, (), anew)
        known = candidates.setdefault(tuple(shape(accepted.after)), _Candidate(passed, 0))
        known.votes += 1

    async def _first_good(
        self, candidates: dict[tuple[str, ...], _Candidate], judging: Judging | None
    ) -> tuple[Passed, Judgement] | None:
        """One that nothing is wrong with; of several the one that most say."""
        for one in sorted(candidates.values(), key=lambda one: -one.votes):
            if judging is None:
                return self._finish(one.passed), Judgement()
            if one.judgement is None and not (await self._judge(one, judging)).failed:
                assert one.judgement is not None
                return self._finish(one.passed), one.judgement
        return None

    async def _judge(self, candidate: _Candidate, judging: Judging) -> Judgement:
        candidate.judgement = await judging.judge(candidate.passed.accepted.after.text)
        self._tried += candidate.judgement.words
        return candidate.judgement

    def _second_best(self, candidates: list[_Candidate]) -> tuple[Passed, Judgement]:
        if sound := _find_sound(candidates):
            passed, judgement = max(sound, key=lambda one: one[1].good)
            return self._finish(passed), judgement
        if not candidates:
            raise self._refuse(describe_tries(self.name, self._tried), self._said)
        failed = candidates[0].judgement
        words = failed.words[0] if failed and failed.words else ""
        number = "the answer" if len(candidates) == 1 else f"none of {len(candidates)} answers"
        told = "does not pass its checks" if len(candidates) == 1 else "passes its checks"
        said = f"For {self.name} {number} {told}, so nothing was changed. {words}"
        raise self._refuse(said, candidates[0].passed.reply, words.partition("\n")[0])

    def _refuse(self, told: str, reply: str, failed: str = "") -> Refused:
        error = Refused(
            told,
            tuple(self._tried),
            reply,
            self.capabilities.model,
            prompt_tokens=self._usage.prompt_tokens,
            completion_tokens=self._usage.completion_tokens,
        )
        error.failed = failed
        return error

    def _finish(self, passed: Passed) -> Passed:
        """With what all of them cost, and what the others failed on."""
        return replace(passed, usage=self._usage, tried=tuple(self._tried))


def _find_sound(candidates: Iterable[_Candidate]) -> list[tuple[Passed, Judgement]]:
    """Those with which nothing alarming is wrong."""
    return [
        (one.passed, one.judgement)
        for one in candidates
        if one.judgement is not None and not one.judgement.alarming
        if one.judgement.good or not one.passed.anew
    ]
