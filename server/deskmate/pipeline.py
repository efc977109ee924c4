"""The one way from a request to a checked proposal; the editor and the command line both take it.

context → model → gate, and back to the model with what was wrong, twice at most.
"""

from __future__ import annotations

import logging
import time
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

from deskmate.actions.catalog import Action
from deskmate.actions.context import DENSITY
from deskmate.actions.conventions import find_style
from deskmate.actions.prompt import TEMPLATE_TOKENS, Wording, describe, instruct, word
from deskmate.actions.targets import Diagnostic, find_target
from deskmate.actions.test_files import TestFile, find_test_file
from deskmate.asking import OnUpdate, Update, ask, prompt_of
from deskmate.core.document import Document
from deskmate.core.target import Accepted, Target
from deskmate.core.text import Edit, Span
from deskmate.engines.engine import Engine, Usage
from deskmate.engines.tiers import Tiers
from deskmate.errors import ActionError, EngineError, ModelError, Refused
from deskmate.writing import write

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, all of it by value: nothing here changes while the model answers.

    `others` are the other open documents, for context. `root` is the project's folder;
    `docstrings` the style of documentation, where the language has several. With `large` the
    larger model is asked at once.
    """

    action: Action
    document: Document
    span: Span
    instruction: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    others: tuple[Document, ...] = ()
    root: Path | None = None
    docstrings: str = ""
    large: bool = False


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


async def propose_in_tiers(
    request: Request, tiers: Tiers, on_update: OnUpdate = lambda update: None
) -> Proposal:
    """As `propose`; what the model finds no usable answer to, the larger one is asked, where one is
    set.
    """
    if request.large:
        return await propose(request, await tiers.large(), on_update)
    try:
        return await propose(request, tiers.local, on_update)
    except Refused as refused:
        if not tiers.has_large:
            raise
        first = refused
    log.info("The larger model is asked: %s", first)
    try:
        proposal = await propose(request, await tiers.large(), on_update)
    except (EngineError, ModelError) as error:
        told = f"{first} The larger model could not be asked: {error}"
        raise Refused(told, first.tried, first.reply, first.model) from error
    note = f"{first.model} found no usable answer, so {proposal.model} was asked."
    return replace(proposal, tried=first.tried + proposal.tried, notes=(*proposal.notes, note))


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
    on_update(Update("loading the model"))
    capabilities = await engine.capabilities()
    on_update(Update("waiting"))
    if target.result in _PROSE:
        return await _write(request, target, engine, on_update, started)
    tests = find_test_file(target, request.root, request.others) if _makes_file(target) else None
    goal = tests.target(target) if tests else target
    wording = await _worded(request, target, tests, engine)
    if wording.left_out:
        log.info("Left out of the context: %s", ", ".join(wording.left_out))
    name = describe(target)
    passed = await ask(engine, capabilities, wording, goal, name, on_update)
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


_PROSE = ("prose", "corrections")


async def _write(
    request: Request, target: Target, engine: Engine, on_update: OnUpdate, started: float
) -> Proposal:
    """The proposal of an action on prose."""
    capabilities = await engine.capabilities()
    instruction = instruct(request.action, target, request.instruction)
    written = await write(engine, capabilities, target, instruction, on_update)
    return Proposal(
        action=request.action,
        target=describe(target),
        anchor=target.span,
        change=FileChange(target.document, written.edits, written.after.text),
        shown="",
        notes=written.notes,
        warnings=written.warnings,
        left_out=(),
        model=capabilities.model,
        usage=written.usage,
        seconds=time.monotonic() - started,
        reply=written.reply,
        tried=(),
    )


async def read_ahead(request: Request, engine: Engine) -> None:
    """Has the engine read `request`, so that it begins at once if it is chosen; another action at
    the same place has all but its own instruction read. Does nothing where the engine remembers
    nothing. Raises EngineError.
    """
    capabilities = await engine.capabilities()
    target = find_target(request.action, request.document, request.span)
    if target is None or not capabilities.prefix_cache or target.result in _PROSE:
        return
    wording = await _worded(request, target, None, engine)
    if _makes_file(target):  # its instruction has to do with another file
        wording = replace(wording, user=wording.common, prefill="")
    prompt = replace(prompt_of(wording, capabilities), max_tokens=0, priority="background")
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
