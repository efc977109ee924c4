"""The one way from a request to a checked proposal; the editor and the command line both take it.

context → model → gate, and back to the model with what was wrong, twice at most.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import shorten
from typing import Literal

from deskmate.actions.catalog import Action
from deskmate.actions.context import DENSITY
from deskmate.actions.conventions import find_style
from deskmate.actions.prompt import TEMPLATE_TOKENS, Wording, describe, word
from deskmate.actions.targets import Diagnostic, find_target
from deskmate.actions.test_files import TestFile, find_test_file
from deskmate.core.document import Document
from deskmate.core.gate import judge
from deskmate.core.target import Accepted, Rejected, Target
from deskmate.core.text import Edit, Span
from deskmate.engines.engine import Capabilities, Engine, Message, Prompt, Usage
from deskmate.errors import ActionError, Refused

log = logging.getLogger(__name__)

REPAIRS = 2
"""How often the model is told what was wrong with its reply and asked again."""

PATIENCE = 2
"""How many times the room of an answer may be used up before it is refused: a model that runs on
does so again, and the user waits.
"""

Stage = Literal["waiting", "reading", "writing", "repairing"]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, all of it by value: nothing here changes while the model answers.

    `others` are the other open documents, for context. `root` is the project's folder;
    `docstrings` the style of documentation, where the language has several.
    """

    action: Action
    document: Document
    span: Span
    instruction: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    others: tuple[Document, ...] = ()
    root: Path | None = None
    docstrings: str = ""


@dataclass(frozen=True, slots=True)
class FileChange:
    """Edits of one file, against `before`; `create` where the file does not exist yet."""

    before: Document
    edits: tuple[Edit, ...]
    after: str
    create: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A reply that passed the gate: a change of a file, or Markdown to show.

    `anchor` is the span of the request's document that must not be touched meanwhile; `target`
    says in words what was worked on; `notes` what the gate mended, `warnings` what is worth a
    second look; `left_out` which context did not fit the budget; `seconds` the time from request
    to proposal. `reply` is what the model said, `tried` what the replies before it failed on.
    """

    action: Action
    target: str
    anchor: Span
    change: FileChange | None
    shown: str
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    left_out: tuple[str, ...]
    model: str
    usage: Usage
    seconds: float
    reply: str
    tried: tuple[str, ...]

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the user should know of it, in sentences."""
        unseen = f"The model did not see, for lack of room: {', '.join(self.left_out)}."
        return (*self.warnings, *self.notes, *([unseen] if self.left_out else []))

    @property
    def cost(self) -> str:
        """What it took, in words."""
        tokens = self.usage.completion_tokens
        return f"{tokens} tokens in {self.seconds:.1f} s" if tokens else "as answered before"


@dataclass(frozen=True, slots=True)
class Update:
    """How far a request is. `text` is the next piece of the answer, `tokens` how many so far.
    Before that, `read` is how much of the prompt the model has read, from 0 to 1.
    """

    stage: Stage
    text: str = ""
    tokens: int = 0
    read: float = 0

    def __str__(self) -> str:
        """In words for the user."""
        if self.tokens:
            return f"{self.stage}, {self.tokens} tokens"
        return f"{self.stage}, {self.read:.0%}" if self.read else self.stage


OnUpdate = Callable[[Update], None]


async def propose(
    request: Request, engine: Engine, on_update: OnUpdate = lambda update: None
) -> Proposal:
    """A checked proposal for `request`. Cancelling it stops the engine's generation.

    Raises ActionError where the action does not apply, Refused where no reply may stand, and
    EngineError or ModelError where the model could not answer.
    """
    started = time.monotonic()
    target = find_target(request.action, request.document, request.span)
    if target is None:
        raise ActionError(_not_here(request))
    on_update(Update("waiting"))
    capabilities = await engine.capabilities()
    tests = find_test_file(target, request.root, request.others) if _makes_file(target) else None
    goal = tests.target(target) if tests else target
    wording = await _worded(request, target, tests, engine)
    if wording.left_out:
        log.info("Left out of the context: %s", ", ".join(wording.left_out))
    name = describe(target)
    passed = await _ask(engine, capabilities, wording, goal, name, on_update)
    accepted = passed.accepted
    return Proposal(
        action=request.action,
        target=name,
        anchor=target.span,
        change=_change(goal, accepted, tests),
        shown=accepted.replacement if goal.result == "show" else "",
        notes=accepted.notes,
        warnings=accepted.warnings,
        left_out=wording.left_out,
        model=capabilities.model,
        usage=passed.usage,
        seconds=time.monotonic() - started,
        reply=passed.reply,
        tried=passed.tried,
    )


async def read_ahead(request: Request, engine: Engine) -> None:
    """Has the engine read what the actions at this place have in common, so that the one that is
    chosen begins at once. Does nothing where the engine remembers nothing. Raises EngineError.
    """
    capabilities = await engine.capabilities()
    target = find_target(request.action, request.document, request.span)
    if target is None or not capabilities.prefix_cache:
        return
    wording = await _worded(request, target, None, engine)
    messages = (Message("system", wording.system), Message("user", wording.common))
    prompt = Prompt(messages, max_tokens=0, priority="background")
    async with aclosing(engine.stream(prompt)) as chunks:
        async for _ in chunks:
            pass


async def _worded(
    request: Request, target: Target, tests: TestFile | None, engine: Engine
) -> Wording:
    """The request in words that fit the model's window: counted where the engine has a tokenizer.

    Raises ActionError where they cannot.
    """
    capabilities = await engine.capabilities()
    density = (
        await _density(request.document, target, engine) if capabilities.tokenizer else DENSITY
    )
    style = find_style(request.document, request.root)
    while True:
        wording = word(
            request.action,
            target,
            capabilities.context,
            instruction=request.instruction,
            diagnostics=request.diagnostics,
            others=request.others,
            tests=tests,
            docstrings=request.docstrings,
            style=style,
            density=density,
        )
        whole = wording.system + wording.user + wording.prefill
        room = capabilities.context - wording.max_tokens - TEMPLATE_TOKENS
        if not capabilities.tokenizer or len(whole.encode(errors="replace")) <= room:
            return wording  # no tokenizer makes more tokens than there are bytes
        if await engine.count_tokens(whole) <= room:
            return wording
        density *= 1.25


async def _density(document: Document, target: Target, engine: Engine) -> float:
    """Tokens a byte of this file, a little on the high side."""
    sample = f"{target.original[:SAMPLE]}\n{document.text[:SAMPLE]}"
    return DENSER * await engine.count_tokens(sample) / len(sample.encode(errors="replace"))


SAMPLE = 20_000
"""Characters from which it is told how many tokens a file's text makes: a few milliseconds."""

DENSER = 1.05
"""How much denser than the sample other parts may be before they are counted themselves."""


def _not_here(request: Request) -> str:
    line = request.document.lines.line_at(request.span.start) + 1
    scope = " or ".join(request.action.scope)
    needs = {"stub": "without a body yet", "undocumented": "without documentation"}
    detail = " ".join(needs[when] for when in request.action.when if when in needs)
    return (
        f"“{request.action.title}” does not apply at line {line}: it needs a {scope}"
        f"{' ' + detail if detail else ''} there. Put the cursor inside one, or select it."
    )


def _makes_file(target: Target) -> bool:
    return target.result == "new-file"


def _change(goal: Target, accepted: Accepted, tests: TestFile | None) -> FileChange | None:
    if goal.result == "show":
        return None
    return FileChange(
        before=goal.document,
        edits=accepted.edits,
        after=accepted.after.text,
        create=tests is not None and tests.create,
    )


@dataclass(frozen=True, slots=True)
class _Passed:
    """The reply that passed the gate, what all of them cost, and what those before it failed on."""

    accepted: Accepted
    usage: Usage
    reply: str
    tried: tuple[str, ...]


async def _ask(
    engine: Engine,
    capabilities: Capabilities,
    wording: Wording,
    goal: Target,
    name: str,
    on_update: OnUpdate,
) -> _Passed:
    """The first reply that passes the gate. Raises Refused where none does.

    A reply that was cut off, and is of no use for that, is continued once where the engine can.
    `name` is what the user calls what is worked on.
    """
    prompt = _prompt(wording, capabilities)
    goal = replace(goal, prefill=prompt.prefill)
    total, tried, said = Usage(), list[str](), ""
    for attempt in range(1 + REPAIRS):
        stage: Stage = "repairing" if attempt else "writing"
        reply, cut, usage = await _listen(engine, prompt, on_update, stage)
        verdict = _judged(reply, goal, cut)
        if cut and isinstance(verdict, Rejected) and capabilities.prefill:
            more = replace(prompt, prefill=prompt.prefill + reply)
            rest, cut, cost = await _listen(engine, more, on_update, stage)
            reply, usage = reply + rest, _add(usage, cost)
            verdict = _judged(reply, goal, cut)
        total, said = _add(total, usage), prompt.prefill + reply
        if isinstance(verdict, Accepted):
            return _Passed(verdict, total, said, tuple(tried))
        log.debug("Reply %d is rejected: %s\n%s", attempt + 1, verdict.findings, reply)
        tried.append(" ".join(verdict.findings))
        if total.completion_tokens >= PATIENCE * prompt.max_tokens:
            break
        prompt = _repair(prompt, reply, verdict, attempt)
    tries = "1 try" if len(tried) == 1 else f"{len(tried)} tries"
    raise Refused(
        f"No usable answer for {name} after {tries}, so nothing was changed. "
        f"{_in_few_words(tried)} A larger model or a smaller selection may help.",
        tuple(tried),
        said,
        capabilities.model,
    )


def _in_few_words(tried: Sequence[str]) -> str:
    """What the replies failed on, each of them shortly and the same ones together."""
    shortly = [shorten(finding.replace("\n", " "), 100, placeholder=" …") for finding in tried]
    if len(set(shortly)) == 1:
        return shortly[0] if len(shortly) == 1 else f"Each time: {shortly[0]}"
    return " ".join(f"{number}. {finding}" for number, finding in enumerate(shortly, 1))


def _judged(reply: str, goal: Target, cut: bool) -> Accepted | Rejected:
    try:
        return judge(reply, goal, cut=cut)
    except Rejected as rejected:
        return rejected


def _prompt(wording: Wording, capabilities: Capabilities) -> Prompt:
    prefill = wording.prefill if capabilities.prefill else ""
    return Prompt(
        messages=(Message("system", wording.system), Message("user", wording.user)),
        prefill=prefill,
        stop=wording.stop if prefill else (),
        max_tokens=wording.max_tokens,
    )


def _repair(prompt: Prompt, reply: str, rejected: Rejected, attempt: int) -> Prompt:
    """The same request once more, after the reply and what was wrong with it.

    The rejected replies before it go: they cost tokens, and models repeat what they read.
    """
    findings = "\n".join(f"- {finding}" for finding in rejected.findings)
    again = f"That cannot be used:\n{findings}\nAnswer the same request again, corrected."
    return replace(
        prompt,
        messages=(
            *prompt.messages[:2],
            Message("assistant", prompt.prefill + reply),
            Message("user", again),
        ),
        temperature=0.3 * (attempt + 1),
    )


async def _listen(
    engine: Engine, prompt: Prompt, on_update: OnUpdate, stage: Stage
) -> tuple[str, bool, Usage]:
    """One reply, whether it was cut off at the token limit, and what it cost."""
    pieces: list[str] = []
    usage, cut, tokens = Usage(), False, 0
    async with aclosing(engine.stream(prompt)) as chunks:
        async for chunk in chunks:
            if chunk.read is not None:
                on_update(Update("reading", read=chunk.read))
                continue
            tokens += bool(chunk.text or chunk.reasoning)
            pieces.append(chunk.text)
            usage = chunk.usage or usage
            cut = cut or chunk.finish == "length"
            on_update(Update(stage, chunk.text, tokens))
    return "".join(pieces), cut, usage


def _add(a: Usage, b: Usage) -> Usage:
    return Usage(
        a.prompt_tokens + b.prompt_tokens,
        a.cached_tokens + b.cached_tokens,
        a.completion_tokens + b.completion_tokens,
    )
