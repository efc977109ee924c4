"""What chat models say instead of a text and around it, and texts that say the same themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.core.reply.chat import (
    refuses,
    without_afterword,
    without_chat,
    without_lead_in,
)

CASES = Path(__file__).parents[2] / "cases" / "chat"


def cases(name: str) -> list[str]:
    return (CASES / f"{name}.txt").read_text(encoding="utf-8").splitlines()[1:]


@pytest.mark.parametrize("line", cases("first_person"))
def test_a_text_in_the_first_person_is_no_refusal(line: str) -> None:
    source, reply = line.split(" | ")
    assert not refuses(reply, source)


@pytest.mark.parametrize("line", cases("refused"))
def test_a_reply_about_the_task_is_one(line: str) -> None:
    source, reply = line.split(" | ")
    assert refuses(reply, source)


SOURCE = "pls send the report by monday, the board wants it"
TEXT = "Please send the report by Monday, as the board requires it."

AROUND = [
    "{}",
    "Sure, here's the formal version: {}",
    "Sure! Here's the formal version:\n{}",
    "Sure, here is a more formal version of the text:\n\n{}",
    "Certainly! {}",
    "Certainly!\n\n{}",
    "Of course. Here is the rewritten text:\n\n{}",
    "**Formal version:** {}",
    "**Formal version:**\n\n{}",
    "**Formal Version**\n{}",
    "## Formal version\n\n{}",
    "Formal version:\n{}",
    "Here you go, the revised text:\n{}",
    "I've rewritten the text to be more formal:\n\n{}",
    "{} I hope this helps!",
    "{}\nI hope this helps!",
    "{}\n\nI hope this helps! Let me know if you need anything else.",
    "{}\n\n---\n\nLet me know if you'd like any changes.",
    "{}\n\nThis version uses a polite tone and avoids abbreviations.",
    "{}\n\n**Note:** I changed “pls” to “Please”.",
    "Sure! Here's the formal version:\n\n{}\n\nFeel free to adjust it!",
    "Gerne! Hier ist die formelle Fassung:\n\n{}",
    "Hier ist die überarbeitete Version:\n{}\n\nIch hoffe, das hilft!",
    "Natürlich. {}",
    "**Formelle Fassung:** {}",
    "Voici la version formelle :\n\n{}",
    "Sure! Here's a more formal version:\n\n{}",
    "Certainly, here is the rewritten text:\n{}",
    "Of course! Below is the revised paragraph:\n\n{}",
    "Here you go:\n\n{}",
    "Here is a concise version of the text:\n\n{}",
    "**Revised text:**\n\n{}",
    "**Formal:**\n{}",
    "### Improved version\n\n{}",
    "Absolutely! I've rewritten it in a friendlier tone:\n\n{}",
    "The rewritten text is:\n\n{}",
    "Sure thing — here it is:\n\n{}",
    "I have rewritten the text as follows:\n\n{}",
    "{}\n\nI hope this helps!",
    "{}\n\nLet me know if you would like any changes.",
    "{}\n\nFeel free to ask if you need anything else.",
    "{}\n\nThis version is more formal and keeps the facts.",
    "{}\n\nIs there anything else that I can do for you?",
    "{}\n\n**Note:** I kept the names as they were.",
    "{}\n\n---\n\nWould you like a shorter version?",
    "{}\n\nWould you like me to make it shorter?",
    "{}\n\nChanges made:\n- fixed grammar\n- clearer words",
    "{}\n\n(Word count: 12)",
    "Sure, here's the text:\n\n{}\n\nHope that helps!",
    "Gerne! Hier ist die überarbeitete Fassung:\n\n{}",
    "Natürlich, hier ist der Text:\n{}",
    "**Überarbeitete Version:**\n\n{}",
    "Klar, so klingt es freundlicher:\n\n{}",
    "Hier eine formellere Variante:\n\n{}",
    "{}\n\nIch hoffe, das hilft dir weiter!",
    "{}\n\nSag mir Bescheid, wenn ich etwas ändern soll.",
    "{}\n\nMöchten Sie noch eine kürzere Fassung?",
    "{}\n\nDiese Version ist klarer und kürzer.",
    "Bien sûr ! Voici une version plus formelle :\n\n{}",
    "Voici le texte corrigé :\n{}",
    "{}\n\nN'hésitez pas à me dire si vous souhaitez des modifications.",
    "{}\n\nJ'espère que cela vous convient.",
    "¡Claro! Aquí tienes una versión más formal:\n\n{}",
    "Por supuesto, aquí está el texto:\n{}",
    "{}\n\nEspero que te sirva.",
    "Here's one way to put it:\n\n{}",
    "How about this:\n\n{}",
    "Try this instead:\n\n{}",
    "Certainly. The following is a formal version of your message:\n\n{}",
    "Understood. {}",
    "**Revised:**\n{}",
    "*Formal version:*\n\n{}",
    "Output:\n{}",
    "{}\n\nNote: the original had an abbreviation.",
    "{}\n\nThis is a more formal way to say the same thing.",
    "{}\n\nDoes this work for you?",
    "{}\n\nPlease tell me if you need further changes.",
    '{}\n\nI made the following changes:\n\n- "pls" → "Please"',
    "{}\n\n---\n*Tone: formal*",
    "Verstanden! Hier die formelle Version:\n\n{}",
    "So könnte man es schreiben:\n\n{}",
    "{}\n\nPasst das so für dich?",
    "{}\n\nIch habe den Ton etwas förmlicher gestaltet.",
    "Voici ma proposition :\n\n{}",
    "{}\n\nCela vous convient-il ?",
    "Esta es la versión formal:\n\n{}",
    "{}\n\n¿Necesitas otra versión?",
    "{}\n\nSi necesitas algo más, dímelo.",
    "Sure, I can help with that! Here's the revised text:\n\n{}",
    "Got it. Here's your text:\n\n{}",
    "Great question! Here is a polished version:\n\n{}",
    "Below you'll find the edited text.\n\n{}",
    "Rewritten in a formal tone:\n\n{}",
    "My revision:\n\n{}",
    "The text, rewritten formally:\n\n{}",
    "Alright! Let's make this more formal:\n\n{}",
    "Happy to help! {}",
    "No problem! Here it is:\n\n{}",
    "{}\n\nWould you like me to adjust anything else?",
    "{}\n\nIs there anything else I can do for you?",
    "{}\n\nLet me know what you think!",
    "{}\n\nChanges made:\n- Expanded abbreviations\n- Used a polite tone",
    "{}\n\nExplanation: I made the tone more formal.",
    "{}\n\n(I replaced the abbreviation and added a comma.)",
    "{}\n\nI kept the meaning and only changed the tone.",
    "{}\n\n*Word count: 14*",
    "{}\n\nKey improvements:\n\n1. **Tone**: more polite.\n2. **Clarity**: no abbreviations.",
    "Selbstverständlich, hier ist der überarbeitete Text:\n\n{}",
    "Klar, gerne! So klingt es förmlicher:\n\n{}",
    "Hier mein Vorschlag:\n\n{}",
    "Überarbeiteter Text:\n\n{}",
    "{}\n\nSag Bescheid, wenn du noch Änderungen möchtest!",
    "{}\n\nGerne passe ich den Text weiter an.",
    "{}\n\nHinweis: Ich habe die Abkürzung ausgeschrieben.",
    "Bien sûr ! Voici le texte reformulé :\n\n{}",
    "Voici une version plus formelle du texte :\n{}",
    "{}\n\nN'hésitez pas à me dire si vous souhaitez des modifications.",
    "¡Claro! Aquí tienes la versión formal:\n\n{}",
    "Aquí está el texto revisado:\n\n{}",
    "{}\n\n¿Te gustaría que cambie algo más?",
    "{}\n\nEspero que esto te ayude.",
    "Here you go: {}",
    "Absolutely, here you go: {}",
    "Sure - here's a version: {}",
    "Sure, here it is: {}",
    "Okay, so: {}",
    "No worries! {}",
    "My pleasure. {}",
    "Happy to! Here's a clearer wording: {}",
    "Sehr gerne! Bitte sehr: {}",
    "Avec plaisir, voilà : {}",
]


@pytest.mark.parametrize("around", AROUND)
def test_what_a_chat_says_around_a_text_goes(around: str) -> None:
    text = without_lead_in(without_chat(around.format(TEXT), SOURCE), SOURCE)
    assert without_afterword(text, SOURCE) == TEXT


@pytest.mark.parametrize(
    ("source", "reply"),
    [
        ("The build is broken. Ask Tom.", "The build is broken.\n\nPlease ask Tom about it."),
        ("The build is broken.", "The build is broken.\n\nIt failed in step 12 of the run."),
        ("The build is broken.", "La compilation a échoué.\n\nVeuillez la relancer vite."),
        ("The build is broken.\n\nSorry!", "The build is broken.\n\nMy apologies to all of you."),
        ("The build is broken.", "The build is broken.\n\nBest regards"),
        ("The build broke. Pls ping us.", "The build is broken.\n\nKindly contact our team."),
        ("Der Build ist rot! Schreib mal.", "Der Build ist rot.\n\nBitte antworten Sie bald."),
    ],
)
def test_a_last_paragraph_of_the_text_stays(source: str, reply: str) -> None:
    assert without_afterword(reply, source) == reply


@pytest.mark.parametrize("line", cases("kept"))
def test_what_the_source_says_stays(line: str) -> None:
    source, reply = line.split(" | ")
    assert without_chat(reply, source) == reply


TRANSLATED = {
    "Liebe Anna,\n\nder Bericht ist fertig.\n\nSoll ich ihn schicken?": (
        "Dear Anna,\n\nthe report is done.\n\nShould I send it?"
    ),
    "Die Prüfung ist morgen. Viel Glück!": "The exam is tomorrow. Good luck!",
    "Das Essen ist fertig. Guten Appetit!": "The food is ready. Enjoy your meal!",
    "Ich bin im Büro. Sag Bescheid, ob du kommst.": "I am in the office. Let me know if you come.",
    "Das Paket ist da. Wenn Sie noch Fragen haben, rufen Sie an.": (
        "The parcel is here. If you have any further questions, please call."
    ),
    "The exam is tomorrow. Good luck!": "Die Prüfung ist morgen. Viel Erfolg!",
    "The tap drips. If you have time, please look at it.": (
        "Le robinet fuit. Si vous avez le temps, regardez-le."
    ),
}


@pytest.mark.parametrize("source", TRANSLATED)
def test_a_translation_keeps_its_last_sentence(source: str) -> None:
    reply = TRANSLATED[source]
    assert without_chat(reply, source, whole=True) == reply
    assert without_chat(f"{reply}\n\nI hope this helps!", source, whole=True) == reply


def test_a_rewritten_text_may_wish_luck() -> None:
    reply = "The exam is tomorrow. Good luck!"
    assert without_chat(reply, "The exam is on Tuesday. Do well in it!") == reply


LEAD_INS = [
    "Here you go:",
    "Revised:",
    "Sure thing — here's a polished version:",
    "I'd be happy to help! Here's the revised version:",
    "As requested, here is the new version:",
    "**So könnte der Text lauten:**",
    "Formell:",
    "Hier mein Vorschlag:",
    "Today's version:",
]


@pytest.mark.parametrize("line", LEAD_INS)
def test_a_line_that_leads_in_is_taken_off_whatever_it_says(line: str) -> None:
    assert without_lead_in(f"{line}\n\n{TEXT}", SOURCE) == TEXT


@pytest.mark.parametrize(
    ("source", "reply"),
    [
        ("Hi all, the build is broken.", "Dear all:\nThe build is broken."),
        ("Remember three things. Save, close.", "Remember three things:\nSave and close."),
        ("What I need:\na pen", "The list:\na pen"),
    ],
)
def test_a_line_of_the_text_itself_stays(source: str, reply: str) -> None:
    assert without_lead_in(reply, source) == reply
