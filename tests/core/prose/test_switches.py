"""What a text says to Deskmate itself: which part is left alone, which words are right."""

from __future__ import annotations

from deskmate.core.prose.switches import add_own_word, find_own_words
from deskmate.core.prose.units import open_markdown, units
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span


def test_what_is_switched_off_is_no_prose() -> None:
    text = (
        "One here.\n\n<!-- deskmate: off -->\n\nTwo here.\n\n<!-- deskmate: on -->\n\nThree here.\n"
    )
    found = units(open_markdown(text), Span(0, len(text)))
    assert [unit.text for unit in found] == ["One here.", "Three here."]


def test_it_holds_to_the_end_and_in_the_comments_of_other_formats() -> None:
    text = "One here.\n\n% deskmate: off\n\nTwo here.\n"
    document = open_document("file:///a.tex", text)
    assert [unit.text for unit in units(document, Span(0, len(text)))] == ["One here."]


def test_a_sentence_about_it_is_no_switch() -> None:
    text = "Write deskmate: off to say so.\n\nTwo here.\n"
    assert len(units(open_markdown(text), Span(0, len(text)))) == 2


def test_words_are_added_to_the_comment_that_is_there() -> None:
    text = "Of pygls.\n"
    for word in ("pygls", "Ruoyu", "pygls"):
        added = add_own_word(text, word)
        if added is not None:
            text = text[: added[0]] + added[1] + text[added[0] :]
    assert text == "Of pygls.\n\n<!-- deskmate: words pygls Ruoyu -->\n"
    assert find_own_words(text) == {"pygls", "ruoyu"}
