"""Corrections that change what a text says are left to the user, right ones are made, and a
rewritten text says what the text said: `tests/cases/meaning`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskmate.core.prose.corrections import corrections
from deskmate.core.prose.edits import correct, rewrite
from deskmate.core.prose.units import open_markdown, units
from deskmate.core.target import Rejected
from deskmate.core.text.text import Span, apply_edits

CASES = Path(__file__).parents[2] / "cases" / "meaning"


def pairs(name: str) -> Iterator[tuple[str, str]]:
    for line in (CASES / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            text, reply = line.split(" → ")
            yield text, reply


def proofread(text: str, reply: str) -> str:
    """What becomes of a text that a model corrects to `reply`."""
    document = open_markdown(text)
    (unit,) = units(document, Span(0, len(text)))
    try:
        return apply_edits(text, correct(document, unit, reply).edits)
    except Rejected:
        return text


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        one
        for part in ("", "-2", "-3", "-4", "-5", "-6", "-7", "-8")
        for one in pairs(f"changed{part}.txt")
    ],
)
def test_what_says_something_else_is_not_applied(text: str, reply: str) -> None:
    assert proofread(text, reply) != reply


@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("corrected.txt", 0.1),
        ("corrected-2.txt", 0.12),
        ("corrected-3.txt", 0.17),
        ("corrected-4.txt", 0.1),
        ("corrected-5.txt", 0.11),
        ("corrected-6.txt", 0.05),
        ("corrected-7.txt", 0.18),
        ("corrected-8.txt", 0.0),
    ],
)
def test_right_corrections_are_kept(name: str, share: float) -> None:
    wanted = list(pairs(name))
    lost = [(text, reply) for text, reply in wanted if proofread(text, reply) != reply]
    assert len(lost) <= len(wanted) * share, lost


@given(
    st.lists(
        st.sampled_from(("so", "the", "the", "a", "it", "is", ",", "(", ")", '"', "-")), min_size=2
    ),
    st.data(),
)
def test_words_stay_apart_when_something_between_them_goes(
    parts: list[str], data: st.DataObject
) -> None:
    text = re.sub(r" ([,)])", r"\1", "We said that " + " ".join(parts) + " was it.")
    pieces = re.findall(r"\w+|\S", text)
    gone = data.draw(st.integers(0, len(pieces) - 1))
    at = [*re.finditer(r"\w+|\S", text)][gone].span()
    reply = " ".join((text[: at[0]] + text[at[1] :]).split())
    made = [one.edit for one in corrections(text, reply)]
    assert set(re.findall(r"\w+", apply_edits(text, made))) <= set(re.findall(r"\w+", text))


@given(
    st.lists(
        st.sampled_from(("non", "long", "term", "a", "lot", "in", "fact", "user", "we")), min_size=4
    ),
    st.data(),
)
def test_words_that_are_joined_or_parted_lose_no_letter(
    words: list[str], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(words) - 2))
    pair, apart = words[at : at + 2], data.draw(st.sampled_from(("", "-", " ")))
    added = data.draw(st.sampled_from(("", ",", " the", " very")))
    text = f"Say {' '.join(words[:at])} {data.draw(st.sampled_from(('', '-', ' '))).join(pair)}"
    reply = f"Say {' '.join(words[:at])} {apart.join(pair)}{added}"
    rest = " ".join(("", *words[at + 2 :])) + "."
    made = [one.edit for one in corrections(text + rest, reply + rest)]
    letters = re.sub(r"\W", "", apply_edits(text + rest, made))
    assert letters in (re.sub(r"\W", "", text + rest), re.sub(r"\W", "", reply + rest))


def rewritten(text: str, reply: str) -> tuple[str, tuple[str, ...]]:
    """A text as a model rewrites it, and what is said of that. Raises Rejected."""
    document = open_markdown(text)
    (unit,) = units(document, Span(0, len(text)))
    done = rewrite(document, unit, reply, 0, "Make it clear")
    invented = "does not occur in the text."
    told = [one for one in done.warnings if not one.endswith(invented)]
    return apply_edits(text, done.edits), (*done.lost, *told)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        one
        for part in ("", "-2", "-3", "-4", "-5")
        for one in pairs(f"rewritten-otherwise{part}.txt")
    ],
)
def test_a_rewritten_text_that_says_something_else_is_asked_for_again_or_said(
    text: str, reply: str
) -> None:
    try:
        _, lost = rewritten(text, reply)
    except Rejected:
        return
    assert lost


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("rewritten.txt", (0, 2)),
        ("rewritten-2.txt", (0, 0)),
        ("rewritten-3.txt", (4, 29)),
        ("rewritten-4.txt", (0, 5)),
        ("rewritten-5.txt", (0, 0)),
    ],
)
def test_a_rewritten_text_that_says_the_same_is_taken(name: str, most: tuple[int, int]) -> None:
    refused, doubted = [], []
    for text, reply in pairs(name):
        try:
            after, told = rewritten(text, reply)
        except Rejected as rejected:
            refused.append((reply, str(rejected)))
            continue
        assert after == reply
        if told:
            doubted.append((reply, told))
    assert len(refused) <= most[0], refused
    assert len(doubted) <= most[1], doubted


def test_a_text_keeps_its_language() -> None:
    text = "Das neue Logo ist der Hammer, aber das Blaue ist besser als das Grüne."
    with pytest.raises(Rejected, match="is in English; answer in German"):
        rewritten(text, "The new logo is great, but the blue is better than the green.")


def test_a_text_in_two_languages_is_none() -> None:
    text = "Pflanzen: zweimal die Woche gießen, Farne täglich, Kaktus im Winter nie."
    with pytest.raises(Rejected, match="partly in English"):
        rewritten(text, "Pflanzen: Twice a week, Farne daily, Kaktus in Winter never.")
    assert rewritten(
        text, "Pflanzen zweimal die Woche gießen, Farne täglich, Kakteen im Winter nie."
    )


def test_words_that_german_has_as_well_are_no_english() -> None:
    text = "Die Wohnung ist nicht kalt, und sie ist für alle da."
    assert rewritten(text, "Die Wohnung ist nicht kalt, sie ist warm, modern und hell, für alle.")


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("It takes milliseconds, and not seconds.", "It takes milliseconds."),
        ("Die Sicherung läuft um 02:00, und nicht um 14:00.", "Die Sicherung läuft um 02:00."),
    ],
)
def test_what_was_only_set_beside_may_go_and_is_said(text: str, reply: str) -> None:
    assert rewritten(text, reply)[1]


def test_a_list_is_no_paragraph() -> None:
    with pytest.raises(Rejected, match="one paragraph"):
        rewritten("It is fast, and it is small.", "It is:\n- fast\n- small")


def test_a_word_in_two_is_one_correction() -> None:
    assert (
        proofread("Alot of people use it.", "A lot of people use it.") == "A lot of people use it."
    )


@pytest.mark.parametrize(
    ("text", "reply", "invented"),
    [
        (
            "Sie müssen den Server nicht neu starten.",
            "Ein Neustart des Servers ist nicht nötig, wenn Sie ihn prüfen.",
            [],
        ),
        ("Bitte ruf mich bis Montag an.", "Bitte ruf mich oder Krause bis Montag an.", ["Krause"]),
        ("Please call me by Monday.", "Please call me or Krause by Monday.", ["Krause"]),
    ],
)
def test_a_name_that_the_text_does_not_have_is_said_and_no_noun_of_german(
    text: str, reply: str, invented: list[str]
) -> None:
    document = open_markdown(text)
    (unit,) = units(document, Span(0, len(text)))
    told = rewrite(document, unit, reply, 0).warnings
    assert [one for one in told if "does not occur" in one] == [
        f"“{one}” does not occur in the text." for one in invented
    ]
