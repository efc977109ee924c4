"""What was said before a question: the turns of a conversation, as many as a model can read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from deskmate.actions.pieces import estimate_tokens
from deskmate.core.text.fence import fenced
from deskmate.engines.engine import Message


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer. `given` is what the model was shown with it, as it was shown;
    `shown` are the URIs of the documents that it may know something of by then. Where it `stays`,
    its user wanted it answered on this machine.
    """

    question: str
    answer: str
    given: str = ""
    shown: tuple[str, ...] = ()
    stays: bool = False

    @property
    def messages(self) -> tuple[Message, Message]:
        """As the model reads them. They never change, so that it finds them in its prefix cache."""
        return Message("user", self.given + self.question), Message("assistant", self.answer)

    @property
    def cost(self) -> int:
        """An estimate of its tokens."""
        return estimate_tokens(self.given + self.question + self.answer) + _TEMPLATE_TOKENS


_TEMPLATE_TOKENS = 16
"""What a chat template puts around two messages."""


def describe_piece(title: str, text: str, fence: str) -> str:
    """A piece of text under its title, in Markdown."""
    return f"{title}:\n{fenced(text, fence)}\n\n"


def fit_turns(turns: Sequence[Turn], pieces: Iterable[str], room: int) -> tuple[Turn, ...]:
    """The turns that there is room for, in tokens, beside the `pieces` that a question is shown.
    All of them as they were, if that goes; else what was said last in half of the room, and what
    was shown with it is to be shown anew.
    """
    costs = (estimate_tokens(piece) for piece in list_unseen(turns, pieces))
    wanted = sum(cost for cost in costs if cost <= room)
    if sum(turn.cost for turn in turns) + wanted <= room:
        return tuple(turns)
    kept: list[Turn] = []
    left = room // 2
    for turn in reversed(turns):
        said = replace(turn, given="")
        left -= said.cost
        if left < 0:
            break
        kept.insert(0, said)
    return tuple(kept)


def list_unseen(turns: Sequence[Turn], pieces: Iterable[str]) -> list[str]:
    """The pieces that were not shown with one of the turns, to the letter."""
    return [piece for piece in pieces if not any(piece in turn.given for turn in turns)]
