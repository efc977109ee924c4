"""Asks the model until a reply passes the gate, and tells it each time what was wrong."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from textwrap import shorten
from typing import Literal

from deskmate.actions.prompt import Wording
from deskmate.core.gate.checks import UNCHANGED
from deskmate.core.gate.gate import judge
from deskmate.core.target import Accepted, Rejected, Target
from deskmate.engines.engine import Capabilities, Chunk, Engine, Message, Prompt, Usage
from deskmate.errors import Refused

log = logging.getLogger(__name__)

REPAIRS = 2
"""How often the model is told what was wrong with its reply and asked again."""

PATIENCE = 2
"""How many times the room of an answer may be used up before it is refused: a model that runs on
does so again, and the user waits.
"""

Stage = Literal[
    "loading the model",
    "waiting",
    "waiting for your answer",
    "reading",
    "thinking",
    "writing",
    "repairing",
    "checking",
    "trying again",
]


@dataclass(frozen=True, slots=True)
class Update:
    """How far a request is. `text` is the next piece of the answer, of `completion_tokens` so far.
    Before that, `read` is how much of the prompt the model has read, from 0 to 1, and `thought`
    what it thinks, which is no part of the answer. `part` says which part of a long text it is.
    """

    stage: Stage
    text: str = ""
    completion_tokens: int = 0
    read: float = 0
    thought: str = ""
    part: str = ""

    def __str__(self) -> str:
        """In words for the user."""
        part = f" {self.part}" if self.part else ""
        if self.thought:
            last = " ".join(self.thought[-200:].split())[-_LAST:]
            return f"{self.stage}{part}, {self.completion_tokens} tokens: …{last}"
        if self.completion_tokens:
            return f"{self.stage}{part}, {self.completion_tokens} tokens"
        return f"{self.stage}{part}, {self.read:.0%}" if self.read else f"{self.stage}{part}"


_LAST = 60  # characters of what the model thinks that are shown

OnUpdate = Callable[[Update], None]


@dataclass(frozen=True, slots=True)
class Passed:
    """The reply that passed the gate, what all of them cost, and what those before it failed on.
    It was written `anew` where the model did not see the code that it takes the place of.
    """

    accepted: Accepted
    usage: Usage
    reply: str
    tried: tuple[str, ...]
    anew: bool = False


OnUnchanged = Literal["ask again", "search", "give up"]
"""What to do where the model changes nothing: it may be asked again, asked for several answers, or
believed.
"""


@dataclass
class Unchanged(Exception):
    """The model changes nothing, and several answers are to be asked for: what it said, what that
    cost, and what its replies failed on.
    """

    said: str
    usage: Usage
    tried: tuple[str, ...]


async def _ask_again() -> OnUnchanged:
    return "ask again"


async def ask(
    engine: Engine,
    capabilities: Capabilities,
    wording: Wording,
    goal: Target,
    name: str,
    on_update: OnUpdate,
    on_unchanged: Callable[[], Awaitable[OnUnchanged]] = _ask_again,
) -> Passed:
    """The first reply that passes the gate. Raises Refused where none does, and Unchanged.

    A reply that was cut off, and is of no use for that, is continued once where the engine can.
    `name` is what the user calls what is worked on. Where the model changes nothing,
    `on_unchanged` says what to do; what it raises is raised.
    """
    prompt = build_prompt(wording, capabilities)
    goal = replace(goal, prefill=prompt.prefill)
    total, tried, said, why = Usage(), list[str](), "", ""
    for attempt in range(1 + REPAIRS):
        stage: Stage = "repairing" if attempt else "writing"
        reply, cut, usage = await listen(engine, prompt, on_update, stage)
        verdict = await asyncio.to_thread(_judge, reply, goal, cut)
        if cut and isinstance(verdict, Rejected) and capabilities.prefill:
            more = replace(prompt, prefill=prompt.prefill + reply)
            rest, cut, cost = await listen(engine, more, on_update, stage)
            reply, usage = reply + rest, add(usage, cost)
            verdict = await asyncio.to_thread(_judge, reply, goal, cut)
        total, said = add(total, usage), prompt.prefill + reply
        if isinstance(verdict, Accepted) and verdict.again and not attempt:
            verdict = Rejected(verdict.again)
        if isinstance(verdict, Accepted):
            return Passed(verdict, total, said, tuple(tried))
        log.debug("Reply %d is rejected: %s\n%s", attempt + 1, verdict.findings, reply)
        tried.append(" ".join(verdict.findings))
        if total.completion_tokens >= PATIENCE * prompt.max_tokens:
            break
        todo = await on_unchanged() if UNCHANGED in verdict.findings else "ask again"
        if todo == "search":
            raise Unchanged(said, total, tuple(tried))
        if todo == "give up":
            why = f"The model found nothing to fix in {name}, so nothing was changed. {SAY}"
            break
        prompt = build_repair(prompt, said, verdict.findings, attempt)
    raise Refused(
        why or describe_tries(name, tried),
        tuple(tried),
        said,
        capabilities.model,
        prompt_tokens=total.prompt_tokens,
        completion_tokens=total.completion_tokens,
    )


async def ask_again(
    engine: Engine,
    capabilities: Capabilities,
    wording: Wording,
    goal: Target,
    said: str,
    findings: Sequence[str],
    on_update: OnUpdate,
) -> tuple[str, Accepted | Rejected, Usage]:
    """One more reply, after one that passed the gate and is not right for another reason: what it
    says, what the gate says of it, and what it cost.
    """
    prompt = build_prompt(wording, capabilities)
    prompt = build_repair(prompt, said, findings)
    reply, cut, usage = await listen(engine, prompt, on_update, "repairing")
    goal = replace(goal, prefill=prompt.prefill)
    return prompt.prefill + reply, await asyncio.to_thread(_judge, reply, goal, cut), usage


def build_prompt(wording: Wording, capabilities: Capabilities) -> Prompt:
    """The request as it is sent first; its answer is begun where the engine can go on from that."""
    prefill = wording.prefill if capabilities.prefill else ""
    return Prompt(
        messages=(Message("system", wording.system), Message("user", wording.user)),
        prefill=prefill,
        stop=wording.stop if prefill else (),
        max_tokens=wording.max_tokens,
    )


ANEW = (
    "The model saw nothing wrong in the code, so it rewrote it from its documentation: compare "
    "the two."
)


def build_anew(wording: Wording, capabilities: Capabilities) -> Prompt:
    """The request for the same code by its documentation: what the model has read it repeats."""
    messages = (Message("system", wording.system), Message("user", wording.anew))
    return replace(build_prompt(wording, capabilities), messages=messages)


SAY = "If something goes wrong there, say what: it looks for that."
"""What a user can do about code that the model finds nothing wrong with."""


def describe_tries(name: str, tried: Sequence[str]) -> str:
    """That no reply can be used, and what they failed on."""
    tries = "1 try" if len(tried) == 1 else f"{len(tried)} tries"
    return (
        f"No usable answer for {name} after {tries}, so nothing was changed. "
        f"{_summarize(tried)} A larger model or a smaller selection may help."
    )


def _summarize(tried: Sequence[str]) -> str:
    """What the replies failed on, each of them shortly and the same ones together."""
    shortly = [shorten(finding.replace("\n", " "), 100, placeholder=" …") for finding in tried]
    if len(set(shortly)) == 1:
        return shortly[0] if len(shortly) == 1 else f"Each time: {shortly[0]}"
    return " ".join(f"{number}. {finding}" for number, finding in enumerate(shortly, 1))


def _judge(reply: str, goal: Target, cut: bool) -> Accepted | Rejected:
    try:
        return judge(reply, goal, cut=cut)
    except Rejected as rejected:
        return rejected


def build_repair(prompt: Prompt, reply: str, findings: Sequence[str], attempt: int = 0) -> Prompt:
    """The same request once more, after the reply and what was wrong with it.

    The rejected replies before it go: they cost tokens, and models repeat what they read.
    """
    wrong = "\n".join(f"- {finding}" for finding in findings)
    again = f"That cannot be used:\n{wrong}\nAnswer the same request again, corrected."
    return replace(
        prompt,
        messages=(
            *prompt.messages[:2],
            Message("assistant", reply),
            Message("user", again),
        ),
        temperature=0.3 * (attempt + 1),
    )


async def listen(
    engine: Engine, prompt: Prompt, on_update: OnUpdate, stage: Stage
) -> tuple[str, bool, Usage]:
    """One reply, whether it was cut off at the token limit, and what it cost; where the engine does
    not say, its pieces are counted.
    """
    told, cut, tokens = _Told(), False, 0
    usage: Usage | None = None
    async with aclosing(engine.stream(prompt)) as chunks:
        async for chunk in chunks:
            if chunk.read is not None:
                on_update(Update("reading", read=chunk.read))
                continue
            tokens += bool(chunk.text or chunk.reasoning)
            usage = chunk.usage or usage
            cut = cut or chunk.finish == "length"
            piece = told.take(chunk)
            if piece or not told.thought:
                on_update(Update(stage, piece, tokens))
            else:
                on_update(Update("thinking", "", tokens, thought=told.thought))
    return told.text, cut, usage or Usage(completion_tokens=tokens)


class _Told:
    """What a reply says so far: its whole `text`, and what is `thought` in it or apart from it."""

    def __init__(self) -> None:
        self.text = ""
        self.thought = ""
        self._given = 0

    def take(self, chunk: Chunk) -> str:
        """The next piece of the answer, without what is thought."""
        self.text += chunk.text
        answer, thought = _split_thought(self.text)
        self.thought = thought or self.thought + chunk.reasoning
        piece, self._given = answer[self._given :], len(answer)
        return piece


def _split_thought(text: str) -> tuple[str, str]:
    """The answer in the beginning of a reply, and what is thought aloud before it."""
    begun = text.lstrip()
    if not begun.startswith(_THINK[: len(begun)]):
        return text, ""
    thought, ended, answer = begun.removeprefix(_THINK).partition("</think>")
    return (answer if ended else ""), thought if begun.startswith(_THINK) else ""


_THINK = "<think>"


def add(a: Usage, b: Usage) -> Usage:
    """What two answers cost together."""
    return Usage(
        a.prompt_tokens + b.prompt_tokens,
        a.cached_tokens + b.cached_tokens,
        a.completion_tokens + b.completion_tokens,
    )
