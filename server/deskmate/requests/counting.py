"""What a request came to, as `stats.py` keeps it."""

from __future__ import annotations

from deskmate.errors import Refused
from deskmate.requests.figures import measure_refused
from deskmate.requests.proposal import Proposal
from deskmate.requests.question import Answered
from deskmate.requests.stats import Ended, count


def count_proposal(proposal: Proposal) -> None:
    """Counts an action that came to something."""
    count(*describe_end(proposal))


def describe_end(proposal: Proposal) -> Ended:
    """What is counted of an action that came to something."""
    status = "applied" if proposal.change else "shown"
    return proposal.request.name, status, proposal.figures


def count_answered(answered: Answered) -> None:
    """Counts an answer to a question."""
    count("ask", "shown", answered.figures)


def count_refused(action: str, refused: Refused) -> None:
    """Counts an action that no reply passed for."""
    count(*describe_refused(action, refused))


def describe_refused(action: str, refused: Refused) -> Ended:
    """What is counted of an action that no reply passed for."""
    return action, "refused", measure_refused(refused)
