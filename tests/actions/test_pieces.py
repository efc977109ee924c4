"""What of the pieces is shown where there is little room."""

from __future__ import annotations

import pytest

from deskmate.actions.pieces import Piece, Place, Worth, estimate_tokens, fit_pieces

LARGE = Piece("`Ledger`", "Used", "class Ledger:\n" + 9 * "    def other(): ...\n", "python",
              Worth.USED, Place.FILE, least="class Ledger:\n    balance: int")  # fmt: skip
SMALL = Piece("`vat`", "Used", "def vat(): ...", "python", Worth.TYPES, Place.FILE)


@pytest.mark.parametrize(
    ("budget", "shown", "left_out"),
    [
        (200, ["class Ledger:", "other", "vat"], ()),
        (40, ["class Ledger:", "balance", "vat"], ()),
        (26, ["class Ledger:", "balance"], ("`vat`",)),
        (5, [], ("`Ledger`", "`vat`")),
    ],
)
def test_the_least_of_all_comes_before_the_rest_of_one(
    budget: int, shown: list[str], left_out: tuple[str, ...]
) -> None:
    context = fit_pieces([LARGE, SMALL], budget)
    assert all(text in context.text for text in shown)
    assert bool(context.text) == bool(shown)
    assert context.left_out == left_out
    assert estimate_tokens(context.text) <= budget + 8
