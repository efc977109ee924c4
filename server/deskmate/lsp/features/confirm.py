"""The question whether a change may be applied that does something new: run a program, delete
files, reach a host.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from lsprotocol import types

from deskmate.core.text.fence import fenced
from deskmate.core.text.uri import file_path, name_in
from deskmate.lsp.client import Client
from deskmate.lsp.outcome import Declined
from deskmate.lsp.showing import show

if TYPE_CHECKING:
    from deskmate.requests.proposal import FileChange, Proposal

APPLY, SEE, DISCARD = "Apply", "Show the change", "Discard"


async def confirm(client: Client, proposal: Proposal) -> None:
    """Has the user look at a change with risks before it is applied. Raises Declined where they do
    not want it, or cannot be asked: then the change is shown.
    """
    change = proposal.change
    if not proposal.risks or change is None:
        return
    title = proposal.request.title
    risks = " ".join(proposal.risks)
    while True:
        answer = await client.choose(
            f"{title}: {risks}", APPLY, SEE, DISCARD, kind=types.MessageType.Warning
        )
        if answer == APPLY:
            return
        if answer == SEE or answer is None:
            await show(client, f"{title}: a change that was not applied", _describe(change))
        if answer is None:
            raise Declined(
                f"{title}: {risks} Nothing was applied, for this editor cannot ask. The change is "
                f"shown; `deskmate run {proposal.request.name} {_place(proposal)} --write` asks in "
                f"a terminal."
            )
        if answer != SEE:
            raise Declined(f"{title}: nothing was applied, as you decided.")


def _describe(change: FileChange) -> str:
    before, after = (text.splitlines(keepends=True) for text in (change.before.text, change.after))
    diff = difflib.unified_diff(before, after, "now", "then")
    return fenced("".join(diff), "diff")


def _place(proposal: Proposal) -> str:
    target = proposal.request.target
    uri = target.host.uri
    line = target.host.lines.line_at(target.host_span.start) + 1
    return f"{file_path(uri) or name_in(uri)}:{line}"
