"""Where personal data stands in a text: e-mail addresses, phone numbers, accounts, cards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deskmate.cloud.secrets import Found
from deskmate.core.text.text import Span


def find_personal(text: str) -> Iterator[Found]:
    """Everything of the kind that can be told from its form, in no order."""
    for match in _EMAIL.finditer(text):
        if match["domain"].lower() not in _NOBODYS and not match.group().startswith("git@"):
            yield Found(Span(*match.span()), "EMAIL")
    for match in _IBAN.finditer(text):
        if _is_iban(match.group()):
            yield Found(Span(*match.span()), "IBAN")
    for match in _CARD.finditer(text):
        if _is_card(match.group()):
            yield Found(Span(*match.span()), "CARD_NUMBER")
    for match in _SOCIAL_SECURITY.finditer(text):
        yield Found(Span(*match.span()), "SOCIAL_SECURITY_NUMBER")
    for match in _NATIONAL.finditer(text):
        if sum(map(str.isdigit, match["number"])) >= 7:
            yield Found(Span(*match.span("number")), "PHONE")
    if _PHONE.search(text):
        yield from _phones(text)


_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@(?P<domain>(?:[^\W_](?:[\w-]{0,62}[^\W_])?\.)+[^\W\d_]{2,})"
    r"(?![\w-])"
)

_NOBODYS = ("example.com", "example.org", "example.net", "users.noreply.github.com")

_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")

_CARD = re.compile(r"(?<![\w.])(?:\d[ -]?){12,18}\d(?![\w.])")

_SOCIAL_SECURITY = re.compile(r"(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")

_PHONE = re.compile(r"\+\d[\d ()./-]{6,}\d")


_NATIONAL = re.compile(
    r"(?<![\w.])(?:(?i:tel(?:efon|ephone)?|phone|mobile?|handy|fax|cell|ruf(?:nummer)?|call(?: me)?"
    r"(?: at| on)?)[\"']?(?:\s{0,3}[:=]\s{0,3}[\"']?|\.?\s{1,3}(?=[0(]))"
    r"|(?=\(\d{3}\) \d{3}-\d{4}|07\d{3} \d{6}"
    r"|\d{3}-\d{3}-\d{4}))(?P<number>\(?0?\d[\d ()/.-]{5,16}\d)(?![\w.-])"
)
"""Numbers without their country: as likely to be something else, unless a word says so or they are
written as only telephone numbers are.
"""


def _phones(text: str) -> Iterator[Found]:
    """International numbers."""
    import phonenumbers

    for match in phonenumbers.PhoneNumberMatcher(text, None):
        yield Found(Span(match.start, match.end), "PHONE")


def _is_iban(text: str) -> bool:
    """Whether the check digits are right (ISO 13616)."""
    plain = text.replace(" ", "")
    digits = "".join(str(int(one, 36)) for one in plain[4:] + plain[:4])
    return 15 <= len(plain) <= 34 and int(digits) % 97 == 1


def _is_card(text: str) -> bool:
    """Whether the check digit is right (Luhn), and the number is of a card."""
    digits = [int(one) for one in text if one.isdigit()][::-1]
    doubled = sum(sum(divmod(2 * one, 10)) for one in digits[1::2])
    number = "".join(map(str, reversed(digits)))
    return (
        bool(_ISSUERS.match(number))
        and len(set(digits)) > 1
        and (sum(digits[::2]) + doubled) % 10 == 0
    )


_ISSUERS = re.compile(
    r"(?:4\d{15}|5[1-5]\d{14}|222[1-9]\d{12}|22[3-9]\d{13}|2[3-6]\d{14}|27[01]\d{13}|2720\d{12}"
    r"|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35\d{14}|6(?:011|4[4-9]\d|5\d\d)\d{12}|62\d{14,17}"
    r"|50\d{14}|5[6-8]\d{14}|6[37]\d{14})\Z"
)
"""Beginnings and lengths of the numbers of cards."""
