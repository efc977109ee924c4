"""What nobody sees is not sent, and what tells who the user is goes."""

from __future__ import annotations

import pytest

from deskmate.cloud.payload import Whereabouts, pack, visible
from deskmate.cloud.placeholders import restore

SEEN = {
    "plain": "plain",
    "zero\u200bwidth\ufeff": "zerowidth",
    "turned \u202egnp.exe\u202c": "turned gnp.exe",
    "isolated \u2066x\u2069": "isolated x",
    "tags \U000e0041\U000e0042": "tags ",
    "soft\u00adhyphen": "softhyphen",
    "variants a\U000e0101b": "variants ab",
    "joined a\u200db": "joined ab",
    "family 👩\u200d💻": "family 👩\u200d💻",
    "heart ❤\ufe0f": "heart ❤\ufe0f",
    "key 1\ufe0f\u20e3": "key 1\ufe0f\u20e3",
    "select a\ufe0fb\ufe01c": "select abc",
    "join a\u034fb\u180bc": "join abc",
    "fill a\u3164b\u115fc": "fill abc",
    "می\u200cخواهم": "می\u200cخواهم",
    "naïve 日本 \ttab\n": "naïve 日本 \ttab\n",
}


@pytest.mark.parametrize("text", SEEN)
def test_what_nobody_sees_goes(text: str) -> None:
    assert visible(text) == SEEN[text]


def test_a_secret_cannot_hide_behind_what_nobody_sees() -> None:
    token = "ghp_" + "a1B2c3D4e5" * 4
    hidden = token[:20] + "\u200b" + token[20:]
    assert pack([hidden]).texts == ("REDACTED_1_GITHUB_TOKEN",)


PLACES = {
    Whereabouts(project="/home/max/shop", home="/home/max", user="max", host="laptop-7"): (
        "/home/max/shop/a.py /home/max/b max(a) on laptop-7",
        "REDACTED_1_PROJECT_FOLDER/a.py REDACTED_2_HOME_FOLDER/b max(a) on REDACTED_3_HOST_NAME",
    ),
    Whereabouts(project=r"C:\Users\Annegret\shop", home=r"C:\Users\Annegret", user="Annegret"): (
        r'C:\Users\Annegret\shop\a.py "C:\\Users\\Annegret\\b" C:/Users/Annegret/c by Annegret',
        "REDACTED_1_PROJECT_FOLDER\\a.py "
        '"REDACTED_2_HOME_FOLDER\\\\b" REDACTED_3_HOME_FOLDER/c by REDACTED_4_USER_NAME',
    ),
    Whereabouts(project="/", home="/root", user="root", host="localhost"): (
        "/a /root/b root@localhost",
        "/a REDACTED_1_HOME_FOLDER/b root@localhost",
    ),
}


@pytest.mark.parametrize("where", PLACES)
def test_who_and_where_the_user_is_goes_and_comes_back(where: Whereabouts) -> None:
    text, expected = PLACES[where]
    payload = pack([text], (), where)
    assert payload.texts == (expected,)
    assert restore(expected, payload.placeholders) == text


def test_what_was_taken_out_is_counted() -> None:
    text = 'password = "winter4all"; token = "ghp_' + "a1B2c3D4e5" * 4 + '"; mail jane@acme.io'
    assert pack([text, text]).kinds == {"EMAIL": 1, "GITHUB_TOKEN": 1, "PASSWORD": 1}
    assert pack([text], personal=False).kinds == {"GITHUB_TOKEN": 1, "PASSWORD": 1}
