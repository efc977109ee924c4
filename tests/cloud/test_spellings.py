"""Secrets in the spellings of many tools and languages, drawn from a fixed seed, and lines that
only look like some.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deskmate.cloud.redaction import redact

CASES = Path(__file__).parents[1] / "cases" / "redaction"
WORDS = ("Winter", "Kettle", "garden", "Lantern", "puffin", "Harbor", "Tulip", "Apfel", "Donner")
KINDS = ("words", "mixed", "signs")
UUID = (8, 4, 4, 4, 12)
ALPHABET = string.ascii_letters + string.digits


def draw(chance: random.Random, kind: str) -> str:
    """A password."""
    one, other = chance.choice(WORDS), chance.choice(WORDS)
    if kind == "words":
        return f"{one}{chance.choice(['', '-', '_'])}{other}{chance.choice(['', '7', '2024'])}"
    if kind == "signs":
        return f"{one}{chance.choice('!#*+')}{chance.randrange(10, 999)}"
    return "".join(chance.choices(ALPHABET, k=chance.choice([9, 11, 14]))) + chance.choice("2345")


def cases() -> Iterator[tuple[str, tuple[str, ...]]]:
    """A text, and the secrets in it."""
    chance = random.Random(18)
    text = re.sub(r"\A(?:#.*\n)+", "", (CASES / "spellings.txt").read_text(encoding="utf-8"))
    hexadecimal = "0123456789abcdef"
    drawn: dict[str, Callable[[str], str]] = {
        "p": lambda kind: draw(chance, kind),
        "b": lambda _: " ".join(chance.choices(WORDS, k=4)).lower(),
        "t": lambda _: "".join(chance.choices(ALPHABET, k=chance.choice([24, 32, 40]))),
        "h": lambda _: "".join(chance.choices(hexadecimal, k=40)),
        "6": lambda _: "".join(chance.choices(ALPHABET + "+/", k=43)) + "=",
        "u": lambda _: "-".join("".join(chance.choices(hexadecimal, k=n)) for n in UUID),
    }
    for situation in text.split("\n%%\n"):
        for kind in KINDS if "§p" in situation else KINDS[:1]:
            secrets: list[str] = []

            def fill(match: re.Match[str], kind: str = kind, into: list[str] = secrets) -> str:
                into.append(drawn[match[1]](kind))
                return into[-1]

            yield re.sub("§(.)", fill, situation.strip("\n")), tuple(secrets)


def sent(text: str) -> str:
    """What leaves of a text."""
    return redact([text], personal=True, internal=True).texts[0]


def test_hardly_any_is_missed() -> None:
    every = list(cases())
    missed = [text for text, secrets in every if any(one in sent(text) for one in secrets)]
    assert len(every) > 800
    assert len(missed) <= len(every) // 100, missed


@pytest.mark.parametrize("half", [0, 1])
def test_hardly_anything_else_is_taken(half: int) -> None:
    lines = (CASES / "harmless-spellings.txt").read_text(encoding="utf-8").splitlines()[half::2]
    assert [line for line in lines if sent(line) != line] == []


HARMLESS = (
    "type User struct {\n\tpassword string\n\tsync.Mutex\n}",
    "    String password;\n    break;",
    "cat password | sort\nreport | sort",
    "  state: this.internal,\n",
)
"""Of more lines than one."""


@pytest.mark.parametrize("text", HARMLESS)
def test_code_is_no_table_and_no_file_of_settings(text: str) -> None:
    assert sent(text) == text


BESIDE = {
    " user | password\n------+----------\n ann | {}\n bob | {}": ("Winter-Kettle", "Lantern7"),
    "+------+---+\n| user | password |\n+------+---+\n| ann | {} |\n+------+---+\n| bob | {} |": (
        "Winter-Kettle",
        "Lantern7",
    ),
    'user,password\n"Ann, B.",{}\nbob,"{}"': ("Winter-Kettle", "Garden,7"),
    "snmpwalk -v3 -u ann -a SHA-256 -A {} -x AES-128 -X {} host": ("Winter7k", "Kettle9k"),
    "user|password\nann|{}": ("Winter-Kettle",),
    "[smtp]\npass = {}": ("WinterWinter",),
    "mosquitto_pub -p 8883 -u ann -P {} -t a": ("Winter-Kettle",),
    '密码：{}\n密码："{}"': ("kettle", "Winter-Kettle"),
}


@pytest.mark.parametrize("text", BESIDE)
def test_what_stands_beside_hides_nothing(text: str) -> None:
    """Rules and quotes in a table, an option in the other case, a wide colon."""
    left = sent(text.format(*BESIDE[text]))
    assert [one for one in BESIDE[text] if one in left] == []
