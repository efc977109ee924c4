"""What a digest must be like, whatever a model makes of it."""

from __future__ import annotations

import pytest

from deskmate.core.prose.digests import Passage, read_digest
from deskmate.core.target import Rejected

NOTES = Passage(
    "We meet on Mondays. It was agreed that Ana updates the docs by Friday. Backup!", {}
)
ASKED = """List what was decided, in this form:

**Decisions**
- each decision

**Action items**
- owner: task (date, if there is one)
"""


def test_an_action_item_has_an_owner_or_is_open() -> None:
    reply = "**Decisions**\n- meet on Mondays\n\n**Action items**\n- Ana: docs (Friday)\n- backup"
    found = read_digest(reply, NOTES, "sections", ASKED, whole=False)
    assert found.text.endswith("- Ana: docs (Friday)\n- open: backup")
    assert "- meet on Mondays" in found.text, "a decision has none"


def test_who_is_named_in_a_sentence_is_asked_for() -> None:
    reply = "**Action items**\n- Ana updates the docs by Friday"
    with pytest.raises(Rejected, match="each of the action items as “owner: task”"):
        read_digest(reply, NOTES, "sections", ASKED, whole=False)


def test_what_a_chat_says_around_it_goes() -> None:
    reply = "Sure! Here are the minutes:\n\n**Decisions**\n- meet on Mondays\n\nI hope this helps!"
    found = read_digest(reply, NOTES, "sections", ASKED, whole=False)
    assert found.text == "**Decisions**\n\n- meet on Mondays"
