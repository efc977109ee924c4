"""What a request took, in numbers: the same ones for the user, the protocol and the statistics."""

from __future__ import annotations

from dataclasses import dataclass

from deskmate.checks.verdict import Proof
from deskmate.errors import Refused


@dataclass(frozen=True, slots=True)
class Figures:
    """`model` is "" where none answered, `elsewhere` the provider of one that is not on this
    machine. `attempts` are its replies, the tokens those of all of them together, and `seconds`
    the time from the request to the answer. `proof` says how much is known of it, and `judges`
    names those that passed it, with ", " between two.
    """

    model: str = ""
    elsewhere: str = ""
    attempts: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    proof: Proof = ""
    judges: str = ""

    def __str__(self) -> str:
        """In words for the user."""
        if not self.model:
            return "without a model"
        tokens = self.completion_tokens
        return f"{tokens} tokens in {self.seconds:.1f} s" if tokens else "as answered before"


def measure_refused(refused: Refused) -> Figures:
    """What a request took that no reply passed for."""
    return Figures(
        model=refused.model,
        elsewhere=refused.elsewhere,
        attempts=len(refused.tried),
        prompt_tokens=refused.prompt_tokens,
        completion_tokens=refused.completion_tokens,
    )
