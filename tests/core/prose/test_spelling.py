"""Which of a rule checker's findings are mistakes, and what is meant."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskmate.core.prose.near_words import distance
from deskmate.core.prose.spelling import Finding, Lint, corrected, findings
from deskmate.core.text.text import Span


def unknown(line: str, **suggestions: str) -> tuple[Lint, ...]:
    """A checker that does not know these words, and says what it would write."""
    return tuple(
        Lint(Span(*match.span()), "SpellCheck", "Spelling", tuple(meant.split("/")))
        for word, meant in suggestions.items()
        for match in re.finditer(rf"\b{word}\b", line)
    )


def found(line: str, *more: str, **suggestions: str) -> list[tuple[str, tuple[str, ...], bool]]:
    lines = (line, *more)
    per_line = findings(lines, [unknown(one, **suggestions) for one in lines])
    return [(line[at.span.start : at.span.end], at.words, at.certain) for at in per_line[0]]


@pytest.mark.parametrize(
    ("line", "suggestions", "certain"),
    [
        ("I recieve it.", {"recieve": "receive/relieve"}, "I receive it."),
        # What two words are as near to, the user or the model must say.
        ("It fike now.", {"fike": "fake/fife/file"}, "It fike now."),
        # A word that the document has is likelier meant.
        ("Each file: this fike.", {"fike": "fake/fife/file"}, "Each file: this file."),
        # One that the checker did not think of, too.
        (
            "The heading and the headding.",
            {"headding": "head ding"},
            "The heading and the heading.",
        ),
        # Letters that are swapped are likelier than one that is missing.
        ("The flie here.", {"flie": "flies/file"}, "The file here."),
        # A term comes again; names have capitals; two words are a guess.
        ("Use pygls, for pygls is good.", {"pygls": "piglets"}, "Use pygls, for pygls is good."),
        ("Use Neovim.", {"Neovim": "Novum"}, "Use Neovim."),
        ("It is infact so.", {"infact": "in fact/intact"}, "It is infact so."),
        # Terms: of four letters with another one, or two letters more than a usual word has.
        ("Add support for the ccid driver.", {"ccid": "acid"}, "Add support for the ccid driver."),
        ("The pointer to conn is not kept.", {"conn": "con"}, "The pointer to conn is not kept."),
        (
            "What does unsetenv return here?",
            {"unsetenv": "unseen"},
            "What does unsetenv return here?",
        ),
        ("The code xxxx is sent, and xxx.", {"xxxx": "xxx"}, "The code xxxx is sent, and xxx."),
        # What comes again is never certain, be it near a word that is there more often.
        ("A test, test, test, tset, tset.", {"tset": "test"}, "A test, test, test, tset, tset."),
        # What is part of a name, a path, an option or a number is no word.
        (
            "See aws.json and -teh.",
            {"aws": "was", "json": "son", "teh": "the"},
            "See aws.json and -teh.",
        ),
        ("Run cfn-lint now.", {"cfn": "can"}, "Run cfn-lint now."),
        # Terms of computing are words, and so are words made of words.
        # A letter is set apart; a name among others.
        (
            "The **B**order of **C**ommands.",
            {"order": "older", "ommands": "commands"},
            "The **B**order of **C**ommands.",
        ),
        (
            "It is like Celery and Dramatiq here.",
            {"Dramatiq": "Dramatic"},
            "It is like Celery and Dramatiq here.",
        ),
        ("With json and rpath.", {"json": "son", "rpath": "path"}, "With json and rpath."),
        (
            "An mmapped file, after mmapping.",
            {"mmapped": "mapped"},
            "An mmapped file, after mmapping.",
        ),
        ("It is not boilerplatey.", {"boilerplatey": "boilerplate"}, "It is not boilerplatey."),
        ("An unsandboxed run.", {"unsandboxed": "sandboxed"}, "An unsandboxed run."),
        # Two slips are too many for a short word, and for one that is not usual.
        ("See the godoc, good.", {"godoc": "good"}, "See the godoc, good."),
        ("It was exfiltrated.", {"exfiltrated": "exhilarated"}, "It was exfiltrated."),
        # A long word that is one letter from a usual one is not two others by chance.
        ("A differnet one.", {"differnet": "different"}, "A different one."),
        ("Is thisy so?", {"thisy": "this"}, "Is this so?"),
        # A syllable twice is one slip, and one in a beginning that denies does not take it away.
        ("All updadates are there.", {"updadates": "updates"}, "All updates are there."),
        ("The dicovery of it.", {"dicovery": "discovery"}, "The discovery of it."),
        ("The unloked door.", {"unloked": "loved"}, "The unlocked door."),
        # Coined with a letter too few, of a foreign phrase, or right in another spelling.
        ("A brandles dimmer.", {"brandles": "brandies"}, "A brandles dimmer."),
        ("Without a priori knowledge.", {"priori": "prior"}, "Without a priori knowledge."),
        ("It is useable.", {"useable": "usable"}, "It is useable."),
        ("sta A mask of bits.", {"sta": "sat"}, "sta A mask of bits."),
        ("It has nonced tags.", {"nonced": "nonce"}, "It has nonced tags."),
        ("A focussed, rivetting page.", {"rivetting": "riveting"}, "A focussed, rivetting page."),
        # Two slips that nobody makes who writes as they speak; one behind a bracket; a name.
        ("The Crostini shell.", {"Crostini": "Costing"}, "The Crostini shell."),
        ("The maintainance of it.", {"maintainance": "maintenance"}, "The maintenance of it."),
        ("A (P)articipation of us.", {"articipation": "anticipation"}, "A (P)articipation of us."),
        ("It has an option (by fuine).", {"fuine": "fine"}, "It has an option (by fuine)."),
        ("It is handlebarjs here.", {"handlebarjs": "handlebars"}, "It is handlebarjs here."),
        # A letter is as likely left out, or one too many.
        ("It is anway, away.", {"anway": "away/anyway"}, "It is anway, away."),
        ("The search appers.", {"appers": "papers/appears"}, "The search appers."),
        ("The default ist none.", {"ist": "its/is"}, "The default ist none."),
        # Another first or last letter, one that is not near on the keyboard: so are names made.
        ("Read it with pretiz here.", {"pretiz": "pretty"}, "Read it with pretiz here."),
        ("Songs of deezen.", {"deezen": "deeper/dozen"}, "Songs of deezen."),
        ("All fastx files.", {"fastx": "fast"}, "All fastx files."),
        ("For vertica only.", {"vertica": "vertical"}, "For vertica only."),
        ("A kstor server.", {"kstor": "astor"}, "A kstor server."),
        ("The pyriodic table.", {"pyriodic": "periodic"}, "The pyriodic table."),
        ("The protocal of it.", {"protocal": "protocol"}, "The protocol of it."),
        ("The refresn of it.", {"refresn": "refresh"}, "The refresh of it."),
        # Several of something, letters apart from each other, each doubled once.
        ("Two prios.", {"prios": "prior"}, "Two prios."),
        ("See the utilies here.", {"utilies": "utilise"}, "See the utilies here."),
        ("With fanstatic here.", {"fanstatic": "fantastic"}, "With fanstatic here."),
        ("Append a preseed file.", {"preseed": "pressed"}, "Append a preseed file."),
        # Who does it, and to whom it is done.
        ("A type inferrer.", {"inferrer": "inferred"}, "A type inferrer."),
        ("All followees of it.", {"followees": "followers"}, "All followees of it."),
        # Either of two words that are as near.
        ("Many disperate parts.", {"disperate": "desperate"}, "Many disperate parts."),
        # What stands in another language, in braces, before the rest of a word.
        (
            "Conector para la base de datos.",
            {"Conector": "Connector"},
            "Conector para la base de datos.",
        ),
        ("Push to ${bransh} now.", {"bransh": "branch"}, "Push to ${bransh} now."),
        ("It is (bene)fit.", {"bene": "been"}, "It is (bene)fit."),
        # A capital at the beginning, and in the middle; names stand beside names.
        ("Goverment is there.", {"Goverment": "Government"}, "Government is there."),
        ("The Goverment is there.", {"Goverment": "Government"}, "The Government is there."),
        ("By Jan Goverment there.", {"Goverment": "Government"}, "By Jan Goverment there."),
    ],
)
def test_what_is_put_right(line: str, suggestions: dict[str, str], certain: str) -> None:
    (of_line,) = findings([line], [unknown(line, **suggestions)])
    assert corrected(line, of_line) == certain


def test_what_is_not_certain_is_found_with_what_may_be_meant() -> None:
    assert found("It fike now.", fike="fake/fife/file") == [
        ("fike", ("file", "fine", "fire"), False)
    ]


def test_another_language_has_no_mistakes() -> None:
    words = dict.fromkeys(("Das", "ist", "ein", "guter", "Satz"), "dais")
    assert found("Das ist ein guter Satz.", **words) == []


def test_a_document_in_another_language_has_none_either() -> None:
    words = dict.fromkeys(("gato", "mesa", "come"), "come")
    other = "El gato y la mesa y el gato come y come bien la mesa de su gato hoy."
    assert found("Un gato en la mesa come.", other, **words) == []


def test_a_word_twice_and_an_article() -> None:
    line = "So the the end is a apple and a `code1`."
    lints = (
        Lint(Span(3, 10), "RepeatedWords", "Repetition", ("the",)),
        Lint(Span(18, 19), "AnA", "Miscellaneous", ("AN",)),
        Lint(Span(30, 31), "AnA", "Miscellaneous", ("an",)),
    )
    (of_line,) = findings([line], [lints])
    assert [one.reason for one in of_line] == ["repeated word", "article"]
    assert corrected(line, of_line) == "So the end is an apple and a `code1`."


@pytest.mark.parametrize(
    ("line", "rule", "word", "meant"),
    [
        ("It is of it's own kind, and not of the other.", "ItsPossessive", "it's", "its"),
        ("I read more then the others of you did.", "ThenThan", "then", "than"),
        ("So it are stored in the file that you have.", "PronounInflectionBe", "are", "is"),
    ],
)
def test_a_rule_holds_where_it_is_sure(line: str, rule: str, word: str, meant: str) -> None:
    assert certain(line, rule, word, meant) == line.replace(word, meant)


def test_the_past_of_a_verb_is_no_participle() -> None:
    line = "The issue arised in all of the tests of it."
    lint = Lint(Span(10, 16), "RegularIrregulars", "Agreement", ("arisen", "arose"))
    assert corrected(line, findings([line], [[lint]])[0]) == line.replace("arised", "arose")


@pytest.mark.parametrize(
    ("line", "rule", "word", "meant"),
    [
        ("And it's way easier for us to do it here.", "ItsPossessive", "it's", "its"),
        ("A small queue in one file: it's self-contained.", "ItsPossessive", "it's", "its"),
        ("So small a library, and it's tree shakeable.", "ItsPossessive", "it's", "its"),
        ("If it is 17 or higher then it is an error.", "ThenThan", "then", "than"),
        ("The call and the text for it are stored in a file.", "PronounInflectionBe", "are", "is"),
        ("The reasons for re-enabling it are in a file.", "PronounInflectionBe", "are", "is"),
        ("So use the file FILE for it, and no other.", "RepeatedWords", "file FILE", "file"),
        ("It is a very very rough copy of the other.", "RepeatedWords", "very very", "very"),
        ("He said that he had had enough of it.", "RepeatedWords", "had had", "had"),
        ("How to run rsync rsync can do more than that.", "RepeatedWords", "rsync rsync", "rsync"),
        (
            "It has two corpuses of text, and so has the other.",
            "RegularIrregulars",
            "corpuses",
            "corpora",
        ),
        (
            "All of the tests are runned by the one who wrote it.",
            "RegularIrregulars",
            "runned",
            "ran",
        ),
        ("save save the file that is open now.", "RepeatedWords", "save save", "save"),
        ("It is not an mbox file, and so is the other.", "AnA", "an", "a"),
        ("That is where a and b are, and so is the other.", "AnA", "a", "an"),
        ("We an write it so, and you can read it then.", "AnA", "an", "a"),
        (
            "It hands you transcodes of all of the songs.",
            "PronounVerbAgreement",
            "transcodes",
            "transcode",
        ),
        ("It is a strided array, and strided it stays.", "RegularIrregulars", "strided", "strode"),
        ("So the tokens of it are in mass here and there.", "EnMasse", "in mass", "en masse"),
        ("It has mesa an diagnostic tools, and so has the other.", "AnA", "an ", "a "),
        ("It has a items list, and so has the other.", "AnA", "a ", "an "),
    ],
)
def test_and_nowhere_else(line: str, rule: str, word: str, meant: str) -> None:
    assert certain(line, rule, word, meant) == line


def certain(line: str, rule: str, word: str, meant: str) -> str:
    """A line as a rule of the checker puts it right, where that is certain."""
    at = line.index(word)
    lint = Lint(Span(at, at + len(word)), rule, "Agreement", (meant,))
    (of_line,) = findings([line], [[lint]])
    return corrected(line, of_line)


words = st.text("abcd", max_size=6)


@given(words, words, words)
def test_the_distance_is_one(one: str, two: str, three: str) -> None:
    assert distance(one, two) == distance(two, one)
    assert (distance(one, two) == 0) == (one == two)
    assert distance(one, two) <= max(len(one), len(two))
    assert distance("ab" + one, "ba" + one) == 1


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), words), max_size=5))
def test_findings_are_apart_from_each_other(spans: list[tuple[int, int, str]]) -> None:
    line = "abcd dcba abdc cdab bcda dabc ab"
    lints = [
        Lint(Span(min(a, b), max(a, b)), "SpellCheck", "Typo", (text,))
        for a, b, text in sorted(spans)
    ]
    (of_line,) = findings([line], [lints])
    ends = [0, *(one.span.end for one in of_line)]
    assert all(end <= one.span.start for end, one in zip(ends, of_line, strict=False))
    assert isinstance(corrected(line, of_line), str)
    assert all(isinstance(one, Finding) and one.words for one in of_line)


def test_a_word_twice_with_markup_between_is_left_alone() -> None:
    line = "See the [the docs](link1) and the *The Times*."
    lints = [
        Lint(Span(4, 12), "RepeatedWords", "Repetition", ("the",)),
        Lint(Span(30, 38), "RepeatedWords", "Repetition", ("the",)),
    ]
    assert findings([line], [lints]) == ((),)
