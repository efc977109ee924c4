"""A paragraph that is too long to be rewritten costs a menu nothing, and it is said."""

from __future__ import annotations

import pytest

from deskmate.actions.catalog import load_actions
from deskmate.actions.targets import offers
from deskmate.core.prose.units import LONGEST, units
from deskmate.core.syntax.document import LONGEST as LENGTH
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.errors import NotApplicable
from deskmate.requests.request import resolve

ACTIONS = load_actions()[0]
TALK = "the speaker says one more word about it and so on "
LONG = f"A short one.\n\n{TALK * (LONGEST // len(TALK) + 1)}\n\nAnother one.\n"


def test_the_others_are_rewritten() -> None:
    document = open_document("file:///talk.md", LONG)
    found = [unit.text for unit in units(document, Span(0, len(LONG)))]
    assert found == ["A short one.", "Another one."]


def test_in_a_long_one_nothing_is_offered_and_asking_says_why() -> None:
    document = open_document("file:///talk.md", LONG)
    here = Span(5000, 5000)
    offered = {offer.action.id for offer in offers(ACTIONS.values(), document, here)}
    assert "proofread" not in offered
    with pytest.raises(NotApplicable, match=r"line 3 has 20,0\d\d characters"):
        resolve(ACTIONS["proofread"], document, here)


@pytest.mark.parametrize("name", ["a.md", "a.py", "a.tex", "a.html", "a.txt"])
def test_a_document_that_is_too_long_to_be_read_is_listed_for(name: str) -> None:
    document = open_document(f"file:///{name}", "A word or two.\n\n" * (1 + LENGTH // 16))
    assert document.is_too_long
    for span in (Span(LENGTH // 2, LENGTH // 2), Span(0, 40)):
        list(offers(load_actions()[0].values(), document, span))
