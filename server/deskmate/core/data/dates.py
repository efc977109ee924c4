"""Dates in a text, and what each means: some can mean two days, and are not guessed at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from deskmate.core.text.text import Span

Order = Literal["day first", "month first"]


@dataclass(frozen=True, slots=True)
class Written:
    """A date as it stands in a text, and the days that it may mean, as ISO 8601 writes them: the
    day first, then the month first.
    """

    span: Span
    text: str
    readings: tuple[str, ...]


def find_dates(text: str) -> tuple[Written, ...]:
    """Every date with a year, in order."""
    found = [one for one in _all(text) if one.readings]
    return tuple(sorted(found, key=lambda one: one.span))


def usual_order(found: tuple[Written, ...]) -> Order | None:
    """The order in which a text has day and month: that of the dates which can be read in one way
    only, where they agree; a point between the numbers means the day first.
    """
    orders: set[Order] = set()
    for one in found:
        match = _NUMBERS.fullmatch(one.text)
        if (match and match[2] == ".") or (match and int(match[1]) > 12):
            orders.add("day first")
        elif match and int(match[3]) > 12:
            orders.add("month first")
    return orders.pop() if len(orders) == 1 else None


def _all(text: str) -> Iterator[Written]:
    taken = set[int]()
    for pattern, read in ((_ISO, _iso), (_NUMBERS, _numbers), (_DAY, _day), (_MONTH, _month)):
        for match in pattern.finditer(text):
            span = Span(*match.span())
            if taken.isdisjoint(range(span.start, span.end)):
                taken.update(range(span.start, span.end))
                days = dict.fromkeys(filter(None, read(match)))
                yield Written(span, match.group(), tuple(days))


_MONTHS = (
    "january januar jänner janvier enero jan janv",
    "february februar février febrero feb febr févr",
    "march märz mars marzo mar mär mrz",
    "april avril abril apr avr abr",
    "may mai mayo",
    "june juni juin junio jun",
    "july juli juillet julio jul juil",
    "august août agosto aug ago",
    "september septembre septiembre sep sept",
    "october oktober octobre octubre oct okt",
    "november novembre noviembre nov",
    "december dezember décembre diciembre dec dez déc dic",
)
"""Their names, and what these are shortened to: in English, German, French and Spanish."""

_NUMBER_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_NAME = "|".join(rf"{name}\b\.?" for name in _NUMBER_OF)
_ISO = re.compile(r"(?<![\w-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\w-])")
_NUMBERS = re.compile(r"(?<![\w./-])(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?![\w/-]|\.\d)")
_DAY = re.compile(
    rf"\b(\d{{1,2}})(?:(?:st|nd|rd|th|er)?\.? (?:of |de )?({_NAME}),? (?:de )?(\d{{4}})"
    rf"|-({_NAME})-(\d{{4}}))\b",
    re.I,
)
_MONTH = re.compile(rf"\b({_NAME}) (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b", re.I)


def _iso(match: re.Match[str]) -> tuple[str, ...]:
    return (_day_of(match[1], match[3], match[4]),)


def _numbers(match: re.Match[str]) -> tuple[str, ...]:
    year = match[4] if len(match[4]) == 4 else ("20" if int(match[4]) < 70 else "19") + match[4]
    first = _day_of(year, match[3], match[1])
    return (first,) if match[2] == "." else (first, _day_of(year, match[1], match[3]))


def _day(match: re.Match[str]) -> tuple[str, ...]:
    return (_day_of(match[3] or match[5], _number(match[2] or match[4]), match[1]),)


def _month(match: re.Match[str]) -> tuple[str, ...]:
    return (_day_of(match[3], _number(match[1]), match[2]),)


def _number(name: str) -> str:
    return str(_NUMBER_OF.get(name.casefold().rstrip("."), 0))


def _day_of(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""
