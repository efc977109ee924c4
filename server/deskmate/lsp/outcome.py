"""What came of a job, and what the user is told. The one place where an error of ours becomes
something that the editor sees.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from lsprotocol import types

from deskmate.errors import DeskmateError, Refused, Stale
from deskmate.lsp.applied import Applied
from deskmate.requests.figures import Figures, measure_refused

log = logging.getLogger(__name__)

Status = Literal["applied", "shown", "ready", "refused", "failed", "cancelled", "stale"]


class Declined(DeskmateError):
    """The user was asked for something that the job needs, and does not want it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended, as whoever waited for it is told. `target` says in words what was worked
    on, `figures` what that took, `evidence` what is known of what it does, and `conversation` what
    a question can go on with that follows it; `applied` is the edit, where it can be followed.
    """

    status: Status
    message: str
    target: str = ""
    figures: Figures = field(default_factory=Figures)
    evidence: str = ""
    conversation: str = ""
    applied: Applied | None = None

    def to_wire(self) -> dict[str, Any]:
        """As JSON values."""
        figures = asdict(self.figures) | {"seconds": round(self.figures.seconds, 3)}
        told = {"status": self.status, "message": self.message, "target": self.target}
        told |= {"evidence": self.evidence, "conversation": self.conversation}
        return told | figures


def to_outcome(error: BaseException) -> Outcome:
    """The outcome of a job that ended with `error`. What is no error of ours is a bug: it is
    logged whole, and the user is told in a sentence.
    """
    if isinstance(error, asyncio.CancelledError):
        return Outcome("cancelled", "Cancelled.")
    if isinstance(error, Declined):
        return Outcome("cancelled", str(error))
    if isinstance(error, Refused):
        return Outcome("refused", str(error), figures=measure_refused(error))
    if isinstance(error, Stale):
        return Outcome("stale", str(error))
    if isinstance(error, DeskmateError):
        return Outcome("failed", str(error))
    log.error("A bug in Deskmate", exc_info=error)
    name = type(error).__name__
    return Outcome("failed", f"A bug in Deskmate stopped this ({name}); its log says more.")


def find_severity(outcome: Outcome) -> types.MessageType | None:
    """How loudly the user is told of an outcome that nobody waits for; None: not at all, since
    they see it, or asked for it.
    """
    return {
        "failed": types.MessageType.Error,
        "refused": types.MessageType.Warning,
        "stale": types.MessageType.Warning,
    }.get(outcome.status)
