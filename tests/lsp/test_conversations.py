"""What is kept of the conversations of a session."""

from __future__ import annotations

from deskmate.lsp.conversations import KEPT, Conversations
from deskmate.requests.conversation import Turn


async def test_the_last_ones_are_kept_however_they_began() -> None:
    kept = Conversations()
    turn = Turn("Explain: function `total`", "It adds up.")
    for at in range(KEPT + 1):
        kept.begin(str(at), turn)
    async with kept.join("0") as first, kept.join("2") as third:
        assert (first.turns, third.turns) == ((), (turn,))
