"""No secret leaves, code still parses without them, and everything comes back."""

from __future__ import annotations

import io
import random
import sysconfig
import time
import tokenize
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from planted import KINDS, NAMED_KINDS, NAMED_PLACES, PLACES, Chance, Place, private_key

from deskmate.cloud.placeholders import Restoring, hidden, restore, used
from deskmate.cloud.redaction import Redacted, leaks, redact
from deskmate.cloud.secrets import _rules, find_secrets
from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.queries import problems

ROOT = Path(__file__).parents[2]


def test_the_kinds_are_many() -> None:
    assert len(KINDS) + len(NAMED_KINDS) >= 50


@pytest.mark.parametrize("kind", [*KINDS, *NAMED_KINDS])
def test_no_secret_is_left_wherever_it_stands(kind: str) -> None:
    """26 secrets of each kind, each in a place of its own: more than 1,400 in all."""
    chance = Chance(kind)
    make = KINDS.get(kind) or NAMED_KINDS[kind]
    for place in PLACES if kind in KINDS else NAMED_PLACES:
        secret = make(chance)
        check(place, secret, redact([place.text.replace("SECRET", secret)]))


LINES = (ROOT / "tests/cases/redaction/secrets.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("line", LINES[2:])
def test_what_people_write_where(line: str) -> None:
    secrets = [value for value in LINES[1].split() if value in line]
    redacted = redact([line])
    assert secrets
    assert not [secret for secret in secrets if secret in redacted.texts[0]]
    assert restore(redacted.texts[0], redacted.placeholders) == line
    assert leaks(redacted.texts, redacted.placeholders) == ()


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "])
def test_private_keys_go_whole(kind: str) -> None:
    key = private_key(Chance(kind), kind)
    escaped = key.replace("\n", "\\n")
    lines = key.replace("\n", '\\n"\n    "')
    for place, secret in (
        (Place("a.py", 'KEY = """\nSECRET\n"""\n'), key),
        (Place("b.py", f'KEY = (\n    "{lines}"\n)\n'), key.splitlines()[3]),
        (Place("c.json", f'{{"private_key": "{escaped}\\n", "a": 1}}\n'), key.splitlines()[3]),
        (Place("d.yaml", f"key: |\n  {key}\n".replace("\n", "\n  ")), key.splitlines()[3]),
        (Place("e.txt", "\n".join(key.splitlines()[:5])), key.splitlines()[3]),
        (Place("f.txt", "\n".join(key.splitlines()[4:])), key.splitlines()[6]),
    ):
        check(place, secret, redact([place.text.replace("SECRET", key)]))


def check(place: Place, secret: str, redacted: Redacted) -> None:
    """Nothing of it is left but for what everybody knows, and nothing is broken."""
    (text,) = redacted.texts
    before = restore(text, redacted.placeholders)
    assert secret in before
    assert secret not in text
    assert secret[-10:] not in text
    assert leaks(redacted.texts, redacted.placeholders) == ()
    if not place.name.endswith(".txt"):
        assert mistakes(place.name, text) <= mistakes(place.name, before), text


def mistakes(name: str, text: str) -> int:
    return len(problems(open_document(f"file:///{name}", text)))


@pytest.mark.parametrize("text", ["", "\n", " ", "\n\n|"])
def test_in_nothing_is_nothing(text: str) -> None:
    assert [*find_secrets(text)] == []


def test_a_value_is_found_again_where_nothing_tells_it() -> None:
    texts = ['password = "winter4all"', "why does winter4all fail?", "# not winter4allowed"]
    assert redact(texts).texts == (
        'password = "REDACTED_1_PASSWORD"',
        "why does REDACTED_1_PASSWORD fail?",
        "# not winter4allowed",
    )


@pytest.mark.parametrize("before", ["def f(p):", "if debug:", "for x in y:"])
def test_the_line_before_hides_nothing(before: str) -> None:
    (text,) = redact([f'{before}\n    password = "tulip4me"\n']).texts
    assert "tulip4me" not in text


def test_a_name_and_its_value_may_be_lines_apart() -> None:
    text = "env:\n  - name: DB_PASS\n    value: tiger88cub\n"
    assert redact([text]).texts == (text.replace("tiger88cub", "REDACTED_1_PASSWORD"),)


KNOWN = 'bl"ue & sky'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"x = {KNOWN}.", "x = REDACTED_1_SECRET."),
        ('{"x": "bl\\"ue & sky"}', '{"x": "REDACTED_1_SECRET"}'),
        ("?x=bl%22ue%20%26%20sky&y", "?x=REDACTED_1_SECRET&y"),
        ("x: YmwidWUgJiBza3k=", "x: REDACTED_1_SECRET"),
        ("blue sky", "blue sky"),
    ],
)
def test_a_known_value_is_found_however_it_is_written(text: str, expected: str) -> None:
    redacted = redact([text], {KNOWN: "SECRET"})
    assert redacted.texts == (expected,)
    assert restore(expected, redacted.placeholders) == text


def test_a_known_value_of_letters_is_a_whole_word() -> None:
    assert redact(["bluesky = blueskyline + BLUESKY"], {"bluesky": "SECRET"}).texts == (
        "REDACTED_1_SECRET = blueskyline + BLUESKY",
    )


def test_what_is_a_number_stays_one() -> None:
    redacted = redact(['{"card": 4111111111111111, "also": "4111111111111111"}'], personal=True)
    assert redacted.texts == ('{"card": 7000000001, "also": "REDACTED_2_CARD_NUMBER"}',)
    assert restore("[7000000001, 70000000012]", redacted.placeholders) == (
        "[4111111111111111, 70000000012]"
    )


PERSONAL = {
    "mail jane.doe+shop@acme.io now": "mail REDACTED_1_EMAIL now",
    "call +49 30 901820, or +1 (212) 555-0123": "call REDACTED_1_PHONE, or REDACTED_2_PHONE",
    "to DE89 3704 0044 0532 0130 00 today": "to REDACTED_1_IBAN today",
    "iban: GB82WEST12345698765432": "iban: REDACTED_1_IBAN",
    "card 4111 1111 1111 1111": "card REDACTED_1_CARD_NUMBER",
    "ssn 078-05-1120": "ssn REDACTED_1_SOCIAL_SECURITY_NUMBER",
    "mail you@example.com": "mail you@example.com",
    "git@github.com:psf/requests.git": "git@github.com:psf/requests.git",
    "card 4111 1111 1111 1112": "card 4111 1111 1111 1112",
    "to DE00 3704 0044 0532 0130 00": "to DE00 3704 0044 0532 0130 00",
}


@pytest.mark.parametrize("text", PERSONAL)
def test_personal_data_goes_where_that_is_set(text: str) -> None:
    assert redact([text]).texts == (text,)
    redacted = redact([text], personal=True)
    assert redacted.texts == (PERSONAL[text],)
    assert restore(PERSONAL[text], redacted.placeholders) == text
    assert leaks(redacted.texts, redacted.placeholders, personal=True) == ()


def test_what_is_left_is_said() -> None:
    assert leaks(['x = "ghp_' + "a1B2" * 9 + '"'], {}) == ("GITHUB_TOKEN",)
    assert leaks(["call winter4all"], {}, {"winter4all": "SECRET"}) == ("SECRET",)
    assert leaks(["mail jane@acme.io"], {}, personal=True) == ("EMAIL",)


def test_a_placeholder_is_never_one_that_stands_there_already() -> None:
    text = 'REDACTED_1_PASSWORD, REDACTED_11; password = "winter4all"'
    redacted = redact([text])
    assert list(redacted.placeholders) == ["REDACTED_2_PASSWORD"]
    assert restore(redacted.texts[0], redacted.placeholders) == text


def test_the_share_of_harmless_lines_that_are_redacted() -> None:
    lines = (ROOT / "tests/cases/redaction/harmless.txt").read_text(encoding="utf-8").splitlines()
    wrong = [line for line in lines[1:] if list(find_secrets(line))]
    assert len(wrong) / len(lines) <= 0.02, wrong


SOURCES = {
    "our own": (ROOT / "server" / "deskmate", "c*/**/*.py"),
    "the standard library": (Path(sysconfig.get_path("stdlib")), "[a-g]*.py"),
}


@pytest.mark.parametrize("name", SOURCES)
def test_the_share_of_names_and_strings_of_source_that_are_redacted(name: str) -> None:
    """Far less than the 2 % that would be borne: it is 0.01 % of all now."""
    folder, pattern = SOURCES[name]
    paths = list(folder.glob(pattern))
    count, wrong = 0, set[str]()
    for path in random.sample(paths, len(paths) // 2):  # others in each run
        text = path.read_text(encoding="utf-8", errors="replace")
        found = [one.span for one in find_secrets(text)]
        for start, end in words(text):
            count += 1
            if any(one.start < end and start < one.end for one in found):
                wrong.add(text[start:end])
    assert count > 20_000
    assert len(wrong) / count <= 0.002, wrong


def words(text: str) -> Iterator[tuple[int, int]]:
    """Where the names, strings and comments of Python source stand."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.NAME, tokenize.STRING, tokenize.COMMENT, tokenize.NUMBER):
            yield (
                starts[token.start[0] - 1] + token.start[1],
                starts[token.end[0] - 1] + token.end[1],
            )


REPEATED = (
    "a",
    "_",
    "-",
    "/",
    "nnnn",
    "a.",
    "a@",
    "+1 ",
    "1 ",
    "api-key-",
    "--password",
    'password="',
    "password ",
    "password=",
    "login(a, ",
    "${password:",
    "insert into a (password) values (",
    'passwords = {"a": ',
    "the password for a ",
    "password is A",
    "try pass=",
    "curl -u 'a:",
    "smbclient -U a%",
    '.type("password", ',
    "fill_in password ",
    "recovery codes: ab12-",
    "one-time code 1",
    "wifi key: a",
    "password: { a, ",
    '{"name": "password", ',
    '<input type="password" ',
    "bucket: a-",
    " -h a.",
    "\\\\a-b.",
    "030 4859 ",
    "§ 10.1.2.",
    "-----BEGIN PRIVATE KEY-----\nab",
    "password: |\n ",
    "user=a,",
    "tel ",
    "  passwd = kettlewind\n",
    'password = \\"',
    "-----BEGIN PRIVATE KEY-----\n",
    "-----BEGIN CERTIFICATE-----\n",
    "authorization: ",
    "http://a:",
    "curl -u ",
    "mysql ",
    "<password ",
    "token is ",
    "key: 12345678-1234-",
    "DE89 ",
    "eyJ",
    "sk-",
    "$2a$",
    "aB3xK9mQ2pR7sT4vW8yZtheendofthewordisnear",
    "users:\n",
    "[password\n",
    "password(\n",
    "password:\na: b\n",
    '"-p", ',
    '["-p", "b"], ',
    "log in a /",
    "a:1:b:c:",
    "  a:\n    password: AbC\n",
    "winter_Kettle ",
    "--password=",
    "authorization:bearer:",
    "b",
    "\t",
    "+/",
    "eyJ-O_",
    "token is 1a",
    " or ",
    'name: "a.apikeyvalue',
    'a").arg("-b").arg("',
    "passphrase is a ",
    "-u a -b ",
    "secrets set a/",
)

MARKS = " ".join(mark for rule in _rules() for mark in rule.marks)
"""With these behind it every rule looks at a text: one is slow where it finds nothing, too."""


LENGTH = 2_500
"""Characters of the shorter text. Four times as many may take `SHARE` times as long, on a processor
that others use as well: with the square of the length it would be 16.
"""
SHARE = 9.0
SLIGHT = 0.05
"""Seconds of the processor that are not looked at closer."""


@pytest.mark.parametrize("piece", REPEATED)
def test_the_time_grows_with_the_text_alone(piece: str) -> None:
    """Whatever somebody writes into a file."""
    grows_with_the_text_alone(
        lambda length: piece * (length // len(piece)) + MARKS + " " * (length // 10)
    )


@pytest.mark.parametrize(
    "text",
    [
        "Authorization:…;x",
        'authorization = "…;x',
        "The password for the account is:…too short",
        'code|password:…ENV.fetch("DB")',
        "Set-Cookie:…;",
    ],
)
def test_the_time_grows_with_the_blanks_in_it_alone(text: str) -> None:
    grows_with_the_text_alone(lambda length: text.replace("…", " " * length))


def grows_with_the_text_alone(build: Callable[[int], str]) -> None:
    """Whether the text of four times the length takes four times as long, or little more."""

    def measure(length: int) -> float:
        text = build(length)
        began = time.thread_time()
        redacted = redact([text], personal=True, internal=True)
        spent = time.thread_time() - began
        assert restore(redacted.texts[0], redacted.placeholders) == text
        return spent

    long = measure(4 * LENGTH)
    if long > SLIGHT and long > SHARE * measure(LENGTH):
        short = max(measure(LENGTH) for _ in range(3))
        assert min(measure(4 * LENGTH) for _ in range(3)) <= SHARE * short


PIECES = st.sampled_from(
    [
        "REDACTED_1_",
        "REDACTED_",
        "PASSWORD",
        "7000000001",
        "1",
        "password = ",
        '"winter4all"',
        "winter4all",
        "ghp_" + "a1B2" * 9,
        "\n",
        " ",
        "4111111111111111",
        "jane@acme.io",
        "-----BEGIN PRIVATE KEY-----\n",
        "aB3xK9mQ2pR7sT4vW8yZ",
    ]
)
TEXTS = st.lists(st.lists(PIECES | st.text(max_size=5), max_size=12).map("".join), max_size=3)


@given(TEXTS, st.lists(st.text(min_size=4, max_size=12), max_size=2))
def test_what_is_redacted_comes_back(texts: list[str], known: list[str]) -> None:
    redacted = redact(texts, dict.fromkeys(known, "SECRET"), personal=True)
    assert [restore(text, redacted.placeholders) for text in redacted.texts] == texts


@given(TEXTS, TEXTS)
def test_so_it_does_in_the_turns_of_a_conversation(first: list[str], later: list[str]) -> None:
    before = redact(first, personal=True).placeholders
    assume(not used(later, before))  # which mean what they stand for
    asked = [*first, *(hidden(text, before) for text in later)]
    redacted = redact(asked, {}, before, personal=True)
    assert dict(before).items() <= dict(redacted.placeholders).items()
    assert [restore(text, redacted.placeholders) for text in redacted.texts] == [*first, *later]


@given(TEXTS, st.lists(st.integers(0, 60), max_size=12))
def test_it_comes_back_in_pieces_too(texts: list[str], cuts: list[int]) -> None:
    redacted = redact(texts, personal=True)
    for text in redacted.texts:
        assert in_pieces(text, cuts, redacted.placeholders) == restore(text, redacted.placeholders)


def in_pieces(text: str, cuts: list[int], placeholders: Mapping[str, str]) -> str:
    restoring, said, at = Restoring(placeholders), [], 0
    for cut in (*sorted(cuts), len(text)):
        said.append(restoring.take(text[at:cut]))
        at = max(at, cut)
    return "".join([*said, restoring.end()])


def test_what_cannot_be_a_placeholder_is_said_at_once() -> None:
    restoring = Restoring({"REDACTED_1_TOKEN": "abc"})
    assert [restoring.take(piece) for piece in ("x = RED", "UCE", "R", "EDACTED_1_TOKEN;")] == [
        "x = ",
        "REDUCE",
        "",
        "abc;",
    ]
