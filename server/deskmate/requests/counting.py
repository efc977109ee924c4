"""What a request came to, as `stats.py` counts it."""

from __future__ import annotations

from deskmate.errors import Refused
from deskmate.requests.pipeline import Proposal
from deskmate.requests.question import Answered
from deskmate.requests.stats import Counted, count


def count_proposal(proposal: Proposal) -> None:
    """Counts an action that came to something."""
    status = "applied" if proposal.change else "shown"
    _count(proposal.action.id, status, proposal, len(proposal.tried) + 1)


def count_answered(answered: Answered) -> None:
    """Counts an answer to a question."""
    _count("ask", "shown", answered, 1)


def count_refused(action: str, refused: Refused) -> None:
    """Counts an action that no reply passed for."""
    attempts, usage = len(refused.tried), (refused.read, refused.written)
    count(Counted(action, "refused", refused.model, refused.elsewhere, attempts, *usage))


def _count(action: str, status: str, one: Proposal | Answered, attempts: int) -> None:
    usage = one.usage
    count(
        Counted(
            action,
            status,
            one.model,
            one.elsewhere,
            attempts,
            usage.prompt_tokens,
            usage.completion_tokens,
            one.seconds,
        )
    )
