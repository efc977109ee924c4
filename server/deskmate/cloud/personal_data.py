"""Where personal data stands in a text: e-mail addresses, phone numbers, accounts, cards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deskmate.cloud.found import Found
from deskmate.core.text.text import Span


def find_personal(text: str) -> Iterator[Found]:
    """Everything of the kind that can be told from its form, in no order."""
    for match in _EMAIL.finditer(text):
        before = text[max(0, match.start() - 16) : match.start()]
        if not (_NOBODYS.fullmatch(match.group()) or _OF_MESSAGE.search(before)):
            yield Found(Span(*match.span()), "EMAIL")
    for match in _IBAN.finditer(text):
        if _is_iban(match.group()):
            yield Found(Span(*match.span()), "IBAN")
    for match in _CARD.finditer(text):
        if _is_card(match.group()):
            yield Found(Span(*match.span()), "CARD_NUMBER")
    for match in _CARD_CODE.finditer(text):
        yield Found(Span(*match.span("code")), "CARD_CODE")
    for match in _NATIONAL_ID.finditer(text):
        yield Found(Span(*match.span("number")), "NATIONAL_ID")
    for match in _SOCIAL_SECURITY.finditer(text):
        yield Found(Span(*match.span()), "SOCIAL_SECURITY_NUMBER")
    for match in _NATIONAL.finditer(text):
        digits = re.sub(r"\D", "", match["number"])
        if len(digits) >= 7 and not _FICTIONAL.fullmatch(digits):
            yield Found(Span(*match.span("number")), "PHONE")
    if _PHONE.search(text):
        yield from _phones(text)


_EMAIL = re.compile(
    r"(?<![\w.+$-])(?<!://)[\w.+-]{1,64}@(?P<domain>(?:[^\W_](?:[\w-]{0,62}[^\W_])?\.)+[^\W\d_]{2,})"
    r"(?![\w-])"
)

_NOBODYS = re.compile(
    r"(?i)(?:git|you|your[._-]?name|name|someone|foo|bar|do-?not-?reply|no-?reply)@.*"
    r"|.*@(?:(?:.*\.)?(?:example(?:\.\w+)?|test|invalid|localhost)|(?:your-?)?(?:domain|company)\.\w+"
    r"|users\.noreply\.github\.com|.*\.(?:png|jpe?g|gif|svg|webp|pdf|css|js|ts|py|json|md|txt))"
)
"""Addresses of examples (RFC 2606) and of machines, and names of files."""

_OF_MESSAGE = re.compile(r"(?i)(?:message-id|in-reply-to|references|content-id|cid):\s?<?$")
"""What is before the number of a message, which looks like an address."""

_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")

_CARD = re.compile(r"(?<![\w.])(?:\d[ -]?){12,18}\d(?![\w.])")

_CARD_CODE = re.compile(r"(?i)\b(?:cvv2?|cvc2?)[\"']?\s{0,3}[:= ]\s{0,3}[\"']?(?P<code>\d{3,4})\b")

_NATIONAL_ID = re.compile(
    r"(?i)\b(?:steuer-?id(?:nr|entifikationsnummer)?|(?:sozial|renten)versicherungs-?(?:nummer|nr)"
    r"|versicherten-?(?:nummer|nr)|(?:reisepass|ausweis)-?(?:nummer|nr)"
    r"|national insurance(?: number)?|nino|passport(?: number| no)?|tax ?payer id)"
    r"[\"'.]?\s{0,3}[:= ]\s{0,3}[\"']?"
    r"(?P<number>(?=[^\n\"']{0,20}\d)[A-Z0-9](?:[ /-]?[A-Z0-9]){6,15})\b"
)
"""Numbers of a person that a word beside them tells."""

_SOCIAL_SECURITY = re.compile(r"(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")

_PHONE = re.compile(r"\+\d[\d ()./-]{6,}\d")


_NATIONAL = re.compile(
    r"(?<![\w.])(?:(?i:t[eé]l(?:efon|[eé]phone|[eé]fono)?|portable|phone|mobile?|handy|fax"
    r"|cell|ruf|ring|whatsapp|sms|num[eé]ro|phone_?no|contact"
    r"|(?:call|reach|text|ring)(?: me| us)?(?: at| on)?|sms to|appelez(?:-moi)?(?: le| au)?"
    r"|llám[ae]me al"
    r"|(?:erreichbar|an|rückruf|melden) (?:unter|an)|rufen sie (?:mich |uns )?an(?: unter)?)"
    r"(?:[ _]?(?:number|nummer|no\.?|nr\.?))?[\"']?"
    r"(?: is | ist | est |\.?\s{0,3}[:=]\s{0,3}[\"']?|\.?\s{1,3}(?=[0(]))"
    r"|(?=\(\d{3}\) \d{3}-\d{4}|07\d{3} \d{6}|01[567]\d[ /-]\d{7,8}(?!\d)"
    r"|(?!01.02.03)0[1-9](?:[ .]\d\d){4}(?![ .]?\d)"
    r"|0[1-9]\d{1,3}[ /-]\d{3,4}[ -]\d{3,4}(?![ -]?\d)|\d{3}-\d{3}-\d{4}))"
    r"(?P<number>\+?\(?0?\d[\d ()/.-]{5,16}\d)(?![\w-]|\.\w)"
)
"""Numbers without their country: as likely to be something else, unless a word says so or they are
written as only telephone numbers are.
"""


_FICTIONAL = re.compile(r"1?(?:\d{3})?55501\d\d")
"""What the plan of numbers in America keeps for stories."""


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
