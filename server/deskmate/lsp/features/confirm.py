"""The question whether a change may be applied that is in several files, or does something new: run
a program, delete files, reach a host.
"""

from __future__ import annotations

import difflib
import os
import shlex
import subprocess
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from deskmate.core.text.fence import fenced
from deskmate.core.text.uri import file_path, name_in
from deskmate.errors import ActionError
from deskmate.lsp.client import Client
from deskmate.lsp.jobs import WAITING
from deskmate.lsp.outcome import Declined
from deskmate.lsp.showing import show

if TYPE_CHECKING:
    from deskmate.requests.proposal import FileChange, Proposal
    from deskmate.requests.request import Request

APPLY, SEE, DISCARD = "Apply", "Show the change", "Discard"


async def confirm(client: Client, proposal: Proposal, report: Callable[[str], None]) -> None:
    """Has the user look at a change with risks, or of several files, before it is applied; `report`
    is told that they are waited for. Raises Declined where they do not want it, or cannot be asked:
    then the change is shown.
    """
    if not proposal.risks and not proposal.crosses_files:
        return
    title, changes = proposal.request.title, proposal.changes
    why = " ".join((*proposal.risks, *([_name_files(changes)] if proposal.crosses_files else ())))
    shown = "\n".join(map(_describe, changes))
    if proposal.crosses_files:
        await show(client, f"{title}: {SEE_FIRST}", shown)
    while True:
        report(WAITING)
        answer = await client.choose(
            f"{title}: {why}", APPLY, SEE, DISCARD, kind=types.MessageType.Warning
        )
        if answer == APPLY:
            return
        if answer == SEE or answer is None:
            await show(client, f"{title}: a change that was not applied", shown)
        if answer is None:
            raise Declined(
                f"{title}: {why} Nothing was applied, for this editor cannot ask. The change is "
                f"shown; {_name_command(proposal.request)} asks in a terminal."
            )
        if answer != SEE:
            raise Declined(f"{title}: nothing was applied, as you decided.")


SEE_FIRST = "what would be changed"


def refuse_unversioned(client: Client, request: Request) -> None:
    """Raises ActionError where a request is for an edit of several files, and the editor takes none
    that is for one version of each.
    """
    if request.action.together and not client.checks_versions:
        raise ActionError(
            f"“{request.title}” changes several files at once, and this editor takes no edits that "
            "are for one version of each (`documentChanges`): what you type meanwhile might be "
            f"lost. {_name_command(request)} changes them all, or none."
        )


def _name_files(changes: Sequence[FileChange]) -> str:
    names = ", ".join(name_in(one.before.uri) for one in changes)
    return f"It changes {len(changes)} files: {names}." if changes[1:] else f"It changes {names}."


def _describe(change: FileChange) -> str:
    before, after = (text.splitlines(keepends=True) for text in (change.before.text, change.after))
    name = name_in(change.before.uri)
    diff = difflib.unified_diff(before, after, f"{name} now", f"{name} then")
    return fenced("".join(diff), "diff")


def _name_command(request: Request) -> str:
    target = request.target
    uri = target.host.uri
    line = target.host.lines.line_at(target.host_span.start) + 1
    where = _quote(f"{file_path(uri) or name_in(uri)}:{line}")
    asked = f" --instruction {_quote(request.instruction)}" if request.instruction else ""
    return f"`deskmate run {request.name} {where}{asked} --write`"


def _quote(word: str) -> str:
    """One word for the system's shell: that of Windows knows no single quotes."""
    return subprocess.list2cmdline([word]) if os.name == "nt" else shlex.quote(word)
