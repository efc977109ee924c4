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
    if _PHONE.search(text):
        yield from _phones(text)


_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@(?P<domain>(?:[^\W_](?:[\w-]{0,62}[^\W_])?\.)+[^\W\d_]{2,})"
    r"(?![\w-])"
)

_NOBODYS = ("example.com", "example.org", "example.net", "users.noreply.github.com")

_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")

_CARD = re.compile(r"(?<![\d.])(?:\d[ -]?){12,18}\d(?![\d.])")

_SOCIAL_SECURITY = re.compile(r"(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")

_PHONE = re.compile(r"\+\d[\d ()./-]{6,}\d")


def _phones(text: str) -> Iterator[Found]:
    """International numbers; one without its country is as likely to be something else."""
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
    is_of_card = str(digits[-1]) in "3456" and len(set(digits)) > 1
    return is_of_card and (sum(digits[::2]) + doubled) % 10 == 0
