"""Writes the message of a commit from what is staged."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Any

from deskmate.actions.pieces import estimate_tokens
from deskmate.actions.prompt import instruct
from deskmate.core.prose.commit_message import message_span, read_message
from deskmate.core.target import Rejected
from deskmate.core.text.fence import fenced
from deskmate.core.text.text import Edit, Span, apply_edits
from deskmate.core.text.uri import file_path
from deskmate.engines.engine import Engine, Message, Prompt, Usage
from deskmate.errors import ActionError, Refused
from deskmate.requests.proposal import FileChange, Proposal
from deskmate.requests.repair_loop import OnUpdate, Stage, add, listen
from deskmate.requests.request import Request
from deskmate.workspace.git import find_comment_sign, find_git_dir, read_commit

log = logging.getLogger(__name__)

TRIES = 3
"""How often a message is asked for."""

SUBJECTS = 20
"""Commits whose first lines show the repository's style."""

SYSTEM = """\
You write commit messages for a programmer. You are given the last messages of the repository and \
a change as a diff. You answer with the message alone."""


async def write_message(
    request: Request, engine: Engine, on_update: OnUpdate, stop: asyncio.Event
) -> Proposal:
    """The message in place of what stands above git's comments; what stood there is shown to the
    model as the author's own words. Of a merge, a revert or a cherry-pick it is git's. Raises
    ActionError where nothing is staged, Refused where no reply may be a message, EngineError.
    """
    document, capabilities = request.document, await engine.capabilities()
    path = file_path(document.uri)
    if path is None:
        raise ActionError("Save the file first: the message is for the repository that it lies in.")
    git_dir = await asyncio.to_thread(find_git_dir, path.parent)
    if git_dir is None:
        raise ActionError("This file lies in no git repository.")
    sign = await asyncio.to_thread(find_comment_sign, git_dir, document.text)
    span = message_span(document.text, sign)
    own = document.slice(span).strip()
    commit = await asyncio.to_thread(
        read_commit,
        git_dir,
        request.project,
        SUBJECTS,
        own=own,
        under_way=span.end < len(document.text),
    )
    if commit.prepared:
        return _propose(request, span, commit.prepared, notes=(PREPARED,))
    staged, subjects = commit.diffs, commit.subjects
    if not staged:
        raise ActionError("Nothing is staged. Run `git add` on what the commit is to have.")
    room = (
        capabilities.context
        - request.action.tokens
        - _AROUND
        - estimate_tokens("\n".join(subjects))
    )
    shown, left_out = _fit(staged, room)
    parts = [f"The last messages:\n{chr(10).join(subjects)}"] if subjects else []
    parts += [f"The change:\n{shown}", *([f"The author's own words: {own}"] if own else [])]
    parts.append(instruct(request.action, request.target, request.instruction))
    prompt = Prompt(
        (Message("system", SYSTEM), Message("user", "\n\n".join(parts))),
        max_tokens=request.action.tokens,
    )
    known = "\n".join((*staged, *staged.values(), own, request.instruction))
    usage, findings, reply = Usage(), list[str](), ""
    for attempt in range(TRIES):
        stage: Stage = "repairing" if attempt else "writing"
        reply, _, cost = await listen(engine, prompt, on_update, stage)
        usage = add(usage, cost)
        try:
            message = read_message(reply, known, subjects)
        except Rejected as rejected:
            log.debug("Rejected: %s\n%s", rejected, reply)
            findings.append(str(rejected))
            again = Message("user", f"That cannot be used: {rejected} Answer again.")
            messages = (*prompt.messages[:2], Message("assistant", reply), again)
            prompt = replace(prompt, messages=messages, temperature=0.3 * (attempt + 1))
            continue
        return _propose(
            request,
            span,
            message,
            left_out=left_out,
            model=capabilities.model,
            usage=usage,
            reply=reply,
            tried=tuple(findings),
        )
    raise Refused(
        f"No usable message after {TRIES} tries, so nothing was changed. {findings[-1]}",
        tuple(findings),
        reply,
        capabilities.model,
    )


def _propose(request: Request, span: Span, message: str, **more: Any) -> Proposal:
    """The message in place of what stands at `span`."""
    document = request.document
    edits = (Edit(span, f"{message}\n"),)
    change = FileChange(document, edits, apply_edits(document.text, edits))
    return Proposal(request, change, **more)


PREPARED = "It is git's own, of what is under way, and no model was asked."

_AROUND = 256  # tokens of the instruction and the chat template


def _fit(staged: dict[str, str], room: int) -> tuple[str, tuple[str, ...]]:
    """The diffs that fit, each cut to its share, and the names of all others."""
    share = max(room // max(len(staged), 1), _LEAST)
    shown, left_out = list[str](), list[str]()
    for name, diff in staged.items():
        cut = diff[: share * _CHARACTERS]
        cost = estimate_tokens(cut)
        if cut and cost <= room:
            room -= cost
            shown.append(fenced(cut, "diff"))
        else:
            left_out.append(name)
    names = [f"Also changed: {', '.join(left_out)}"[: max(room, _LEAST)]] if left_out else []
    return "\n".join(shown + names), tuple(left_out)


_LEAST = 100  # tokens of a file's diff that say something
_CHARACTERS = 3  # of a token of code, at least
