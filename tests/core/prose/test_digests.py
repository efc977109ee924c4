"""What a digest must be like, whatever a model makes of it."""

from __future__ import annotations

import pytest

from deskmate.core.prose.digests import Passage, count_sentences, read_digest
from deskmate.core.prose.minutes import tidy_part
from deskmate.core.target import Part, Rejected

NOTES = Passage(
    "We meet on Mondays. It was agreed that Ana updates the docs by Friday. Backup!", {}
)
ASKED = """List what was decided, in this form:

**Decisions**
- each decision

**Action items**
- owner: task (date)
"""


PARTS: dict[str, Part] = {"Decisions": "decisions", "Action items": "tasks"}


def test_an_action_item_has_an_owner_or_is_open() -> None:
    reply = "**Decisions**\n- meet on Mondays\n\n**Action items**\n- Ana: docs (Friday)\n- backup"
    found = read_digest(reply, NOTES, "sections", ASKED, whole=False, parts=PARTS)
    assert found.text.endswith("- Ana: docs (Friday)\n- open: backup (no date)")
    assert "- meet on Mondays" in found.text, "a decision has none"


def test_who_is_named_in_a_sentence_is_asked_for() -> None:
    reply = "**Decisions**\n- on Mondays\n\n**Action items**\n- Ana updates the docs by Friday"
    with pytest.raises(Rejected, match=r"each of the action items as “owner: task \(date\)”"):
        read_digest(reply, NOTES, "sections", ASKED, whole=False, parts=PARTS)


def test_what_a_chat_says_around_it_goes() -> None:
    reply = (
        "Sure! Here are the minutes:\n\n**Decisions**\n- meet on Mondays\n\n**Action items**\n"
        "- None.\n\nI hope this helps!"
    )
    found = read_digest(reply, NOTES, "sections", ASKED, whole=False, parts=PARTS)
    assert found.text == "**Decisions**\n\n- meet on Mondays\n\n**Action items**\n\n- none"


KICKOFF = Passage(
    "# Kick-off\n- Mia presented two drafts. We decided to use the second draft.\n"
    "- Paul suggested moving the launch to May; no decision.\n"
    "- Mia will draw the icons until 3 May. Paul will try the draft with users.\n"
    "- Who updates the docs? To be seen.",
    {},
)
TREFFEN = Passage(
    "Treffen am 4. Mai. Wir haben beschlossen, dass die Preise nicht erhöht werden und der "
    "Umzug am 12. Juni ist.\nOb wir das Büro mieten, ist noch nicht entschieden. Lena schreibt "
    "bis Freitag die Kündigung.",
    {},
)


REUNION = Passage(
    "Nous avons décidé de garder le nom. Paul propose de changer le logo, sans décision pour "
    "l'instant.\nLéa enverra le budget à tous pour vendredi. Il faut réserver la salle.",
    {},
)
JUNTA = Passage(
    "Se acordó cerrar la oficina en agosto. Marta revisará el contrato con los abogados.\n"
    "Hay que pintar la sala, pero no se sabe quién lo hará.",
    {},
)


def minutes(decisions: str, tasks: str) -> str:
    return f"**Decisions**\n{decisions}\n\n**Action items**\n{tasks}"


@pytest.mark.parametrize(
    ("notes", "reply", "told"),
    [
        (
            KICKOFF,
            minutes(
                "- use the second draft", "- Mia: draw the icons (3 May)\n- Paul: try the draft"
            ),
            [
                "use the second draft",
                "Mia: draw the icons (3 May)",
                "Paul: try the draft (no date)",
            ],
        ),
        (
            KICKOFF,
            minutes(
                "- use the second draft",
                "- Boris: update the docs (none)\n- **Mia**: icons by 3 May",
            ),
            ["use the second draft", "open: update the docs (no date)", "Mia: icons by 3 May"],
        ),
        (
            TREFFEN,
            minutes(
                "- Die Preise werden nicht erhöht",
                "- Lena: Kündigung (bis Freitag)\n- Büro ansehen",
            ),
            [
                "Die Preise werden nicht erhöht",
                "Lena: Kündigung (bis Freitag)",
                "offen: Büro ansehen (kein Datum)",
            ],
        ),
        (
            TREFFEN,
            "**Entscheidungen**\n- Umzug am 12. Juni\n\n**Aufgaben**\n- Lena: Kündigung schreiben",
            ["Umzug am 12. Juni", "Lena: Kündigung schreiben (bis Freitag)"],
        ),
        (
            Passage("We go for Redis. Mr. Lee will write to R. Ames by Friday. Ana sees it.", {}),
            minutes("- Redis", "- Mr. Lee: write to R. Ames (Friday)\n- Ana (legal): see it"),
            ["Redis", "Mr. Lee: write to R. Ames (Friday)", "Ana (legal): see it (no date)"],
        ),
        (
            REUNION,
            "**Décisions**\n- garder le nom\n\n**Actions**\n- Léa: envoyer le budget (vendredi)\n"
            "- personne: réserver la salle",
            [
                "garder le nom",
                "Léa: envoyer le budget (vendredi)",
                "à définir: réserver la salle (sans date)",
            ],
        ),
        (REUNION, minutes("- none", "- Léa: budget"), "list what they say"),
        (REUNION, minutes("- changer le logo", "- Léa: budget"), "is no decision"),
        (
            JUNTA,
            minutes("- cerrar la oficina en agosto", "- Marta: revisar el contrato\n- Luz: pintar"),
            [
                "cerrar la oficina en agosto",
                "Marta: revisar el contrato (sin fecha)",
                "por definir: pintar (sin fecha)",
            ],
        ),
        (JUNTA, minutes("- cerrar la oficina en agosto", "- none"), "list what they say"),
        (Passage("Ana wants to try Redis.", {}), minutes("- try Redis", "- none"), "no decision"),
        (NOTES, minutes("- N/A", "- No action items were named."), "It was agreed"),
        (KICKOFF, minutes("- move the launch to May", "- none"), "is no decision"),
        (TREFFEN, minutes("- Wir mieten das Büro", "- keine"), "is no decision"),
        (KICKOFF, minutes("- none", "- Mia: icons"), "list what they say"),
        (KICKOFF, minutes("- use the second draft", "- none"), "list what they say"),
        (KICKOFF, minutes("- use the second draft", "- Mia: icons (7 May)"), "or no date"),
        (
            KICKOFF,
            minutes(
                "- use the second draft", "- Mia: try the draft with users\n- Paul: draw the icons"
            ),
            "name who does it",
        ),
        (KICKOFF, "**Decisions**\n- use the second draft", "a list below"),
    ],
)
def test_minutes_have_the_form_that_they_promise(
    notes: Passage, reply: str, told: list[str] | str
) -> None:
    if isinstance(told, str):
        with pytest.raises(Rejected, match=told):
            read_digest(reply, notes, "sections", ASKED, whole=False, parts=PARTS)
    else:
        found = read_digest(reply, notes, "sections", ASKED, whole=False, parts=PARTS).text
        assert [line[2:] for line in found.split("\n") if line.startswith("- ")] == told


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three?", 3),
        ("Es geht z. B. um 3.5 Tage. Mehr nicht.", 2),
        ("See example.com and v1.2 for it.", 1),
        ("“It works.” That is all.", 2),
    ],
)
def test_sentences_are_counted(text: str, count: int) -> None:
    assert count_sentences(text) == count


@pytest.mark.parametrize(
    ("notes", "nothing"),
    [
        ("Kurzes Treffen. Es wurde nichts beschlossen.", "keine"),
        ("A short meeting. Nothing was decided.", "none"),
    ],
)
def test_that_nothing_was_decided_is_no_decision(notes: str, nothing: str) -> None:
    assert tidy_part("decisions", [nothing], notes) == [nothing]


@pytest.mark.parametrize(
    ("notes", "items", "told"),
    [
        ("Ana sends the offer by Friday noon.", ["Ana: send the offer"], ["by Friday noon"]),
        ("Ana sends the offer by end of May.", ["Ana: send the offer"], ["by end of May"]),
        ("Ben prüft bis zum 3. Mai die Verträge.", ["Ben: Verträge prüfen"], ["bis zum 3. Mai"]),
        ("Léa envoie le budget d'ici vendredi.", ["Léa: le budget"], ["d'ici vendredi"]),
        (
            "Luz pinta la sala antes del 4 de mayo.",
            ["Luz: pintar la sala"],
            ["antes del 4 de mayo"],
        ),
        ("Ana sends the offer by May 5 to all.", ["Ana: send the offer"], ["by May 5"]),
        ("Ana sends the offer by mail.", ["Ana: send the offer"], ["no date"]),
        ("Ana cuts the budget by 10 percent.", ["Ana: cut the budget"], ["no date"]),
        ("Ana sorts the sales by region 4.", ["Ana: sort the sales"], ["no date"]),
        # Whose day it is, or whether it is one to be ready by, cannot be told.
        (
            "Ana sends the offer by Friday and Ben calls the customer.",
            ["Ana: send the offer", "Ben: call the customer"],
            ["no date", "no date"],
        ),
        ("Ana mends the release of 3 May.", ["Ana: mend the release"], ["no date"]),
        ("Ana reads it by Monday or by Friday.", ["Ana: read it all"], ["no date"]),
    ],
)
def test_a_day_that_the_notes_give_is_not_lost(
    notes: str, items: list[str], told: list[str]
) -> None:
    found = tidy_part("tasks", [f"{item} (no date)" for item in items], notes)
    assert [item[item.rindex("(") + 1 : -1] for item in found] == told


@pytest.mark.parametrize(
    ("notes", "item", "told"),
    [
        ("- Tom: Installer reparieren – 24. März", "Tom: Installer reparieren", "(24. März)"),
        ("- Tom: fix the installer (24 Mar)", "Tom: fix the installer", "(24 Mar)"),
        ("| Tom | repair the installer | 24.3. |", "Tom: repair the installer", "(24.3.)"),
        ("TODO Tom: installer, due 24 March", "Tom: installer", "(due 24 March)"),
        (
            "Tom to fix the engine, deadline: 24 March",
            "Tom: fix the engine",
            "(deadline: 24 March)",
        ),
        ("Tom macht den Installer bis KW 12.", "Tom: Installer machen", "(bis KW 12)"),
        ("Tom orders 12 chairs by Friday.", "Tom: order 12 chairs", "(by Friday)"),
        ("Tom orders 12 chairs.", "Tom: order 12 chairs", "(no date)"),
        ("- Tom: chairs, 12", "Tom: chairs", "(no date)"),
        ("Tom writes what was said by Friday's guests.", "Tom: write what was said", "(no date)"),
    ],
)
def test_a_day_is_found_where_it_stands(notes: str, item: str, told: str) -> None:
    assert tidy_part("tasks", [item], notes) == [f"{item} {told}"]


@pytest.mark.parametrize(
    ("notes", "day"),
    [
        ("Anna calls the printer on Monday.", "Monday"),
        ("Anna calls the printer tomorrow.", "tomorrow"),
        ("Anna mends the printer of 3 May.", "3 May"),
        ("Anna calls the printer.", ""),
        ("Anna calls 12 printers.", ""),
    ],
)
def test_a_day_that_may_be_a_tasks_is_told(notes: str, day: str) -> None:
    reply = "**Decisions**\n- none\n\n**Action items**\n- Anna: the printer (no date)"
    source = Passage(notes, {})
    found = read_digest(reply, source, "sections", ASKED, whole=False, parts=PARTS)
    assert [f"“{day}”" in one for one in found.warnings] == [True] * bool(day)


def test_somebody_is_nobody() -> None:
    notes = "Jemand muss die Kartons bestellen. Das ist der Stand."
    assert tidy_part("tasks", ["Jemand: Kartons bestellen"], notes) == [
        "offen: Kartons bestellen (kein Datum)"
    ]
