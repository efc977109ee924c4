"""Minutes as they promise to be: decisions that were decided, action items with owner and date."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from deskmate.core.prose.english import find_language, is_german, minutes_pattern, minutes_words
from deskmate.core.target import Part, Rejected


def read_sections(text: str, parts: Mapping[str, Part], notes: str) -> str:
    """Lists below their names in bold, which are the `parts` where there are any, about these
    `notes`. Raises Rejected.
    """
    found = _find_sections(text)
    if not parts:
        found = {name: items for name, items in found.items() if items}
    if not found:
        raise Rejected("Answer with lists, each below its name in bold, as the instruction says.")
    if parts:
        kinds = _match_parts([*found], parts)
        found = {name: tidy_part(kinds[name], found[name], notes) for name in kinds}
    return "\n\n".join(
        "\n".join((f"**{name}**", "", *(f"- {one}" for one in dict.fromkeys(items))))
        for name, items in found.items()
    )


def _find_sections(text: str) -> dict[str, list[str]]:
    """The items below each name."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in text.split("\n"):
        item = BULLET.match(line)
        named = re.fullmatch(r"\s*(?:#+\s+(.+?)|\*\*(.+?)\*\*)\s*:?\s*", line)
        if named or (line.strip() and not item and line.strip().endswith(":")):
            said = (named[1] or named[2]) if named else line
            name = said.strip("*: ")
            found.setdefault(name, [])
        elif item and name and item[1].strip():
            found[name].append(item[1].strip())
    return found


def _match_parts(names: Sequence[str], parts: Mapping[str, Part]) -> dict[str, Part]:
    """What is below each name that is one of the parts: by its words, or where the names are in
    another language by the order. Raises Rejected where one is missing.
    """
    if len(names) == len(parts) and not {one.casefold() for one in names} & {
        one.casefold() for one in parts
    }:
        return dict(zip(names, parts.values(), strict=True))
    known = {name.casefold(): kind for name, kind in parts.items()}
    found = {name: known[name.casefold()] for name in names if name.casefold() in known}
    if missing := known.keys() - {name.casefold() for name in found}:
        named = next(name for name in parts if name.casefold() in missing)
        raise Rejected(f"Write a list below **{named}** too; “- none” where there is nothing.")
    return found


BULLET = re.compile(r"\s*(?:[-*+•]|\d+[.)])\s+(.*)")
_LANGUAGES = ("english", "german", "french", "spanish")
OPEN = tuple(minutes_words(language)["open"] for language in _LANGUAGES)
"""What stands for an owner whom nobody named."""
NOTHING = tuple(minutes_words(language)["none"] for language in _LANGUAGES)
"""What stands where there is nothing to list."""


def tidy_part(kind: Part, items: Sequence[str], notes: str) -> list[str]:
    """The items of a part of minutes in its form: “owner: task (date)”, “open” and “(no date)”
    where the notes name none, “none” where there is nothing. Raises Rejected where an item says
    what the notes do not, or nothing is said of what they have.
    """
    words = minutes_words(find_language(notes))
    found = [one for one in items if not minutes_pattern("nothing").fullmatch(one.strip(" .*_-"))]
    lines = [line for line in _split(notes) if _telling(line)]
    if not found:
        marks = {"decisions": "decided", "tasks": "tasks"}.get(kind, "")
        said = next((one for one in lines if marks and minutes_pattern(marks).search(one)), "")
        if said and not minutes_pattern("undecided").search(said):
            raise Rejected(f"The notes say “{said.strip()}”; list what they say.")
        return [words["none"]]
    if kind == "decisions":
        for item in found:
            _check_decided(item, lines)
    if kind == "tasks":
        tidied = [_tidy_task(item, lines, words) for item in found]
        _check_owners(tidied, lines)
        return _add_days(tidied, lines, words["no date"])
    return found


def _check_decided(item: str, lines: Sequence[str]) -> None:
    """Raises Rejected where the notes leave open what the item says."""
    about = " ".join(_find_lines(item, lines, min(2, len(_telling(item)))))
    settled, opened = minutes_pattern("undecided").subn("", about)
    if opened and not minutes_pattern("decided").search(settled):
        raise Rejected(f"“{item}” is no decision: the notes say “{about.strip()}”. Leave it out.")


def _tidy_task(item: str, lines: Sequence[str], words: dict[str, str]) -> str:
    """The task with its owner before it and its date behind it. Raises Rejected."""
    notes = "\n".join(lines).casefold()
    named = _OWNER.match(item)
    if named is None:
        name = re.match(r"(?:The )?([A-Z][\w-]+)", item)
        if (
            name
            and not is_german("\n".join(lines))
            and re.search(rf"(?<![.!?] )(?<!\A)(?<!- )\b{name[1]}\b", "\n".join(lines))
        ):
            raise Rejected("Write each of the action items as “owner: task (date)”.")
    owner, task = (named[1], named[2]) if named else ("", item)
    known = [one for one in re.findall(r"\w+", owner) if re.search(rf"\b{one.casefold()}\b", notes)]
    if not known or minutes_pattern("nobody").fullmatch(owner):
        owner = words["open"]
    date = re.search(r"\(([^()]*)\)\W*$", task)
    if date is None:
        at = "" if _names_day(task) else f" ({words['no date']})"
        return f"{owner}: {task}{at}"
    if minutes_pattern("no_date").fullmatch(date[1].strip(" .")):
        return f"{owner}: {task[: date.start()].rstrip()} ({words['no date']})"
    strange = [
        one for one in re.findall(r"\d+|[^\W\d_]{4,}", date[1]) if one.casefold() not in notes
    ]
    if strange:
        raise Rejected(f"“({date[1]})” is not in the notes; write it as they do, or no date.")
    return f"{owner}: {task}"


_OWNER = re.compile(
    r"(?:\*\*)?"
    r"((?:[^:.(]|(?<=\b[A-Z])\.|(?<=\b[A-Z][a-z])\.|(?<=\bMrs)\.|(?<=\bProf)\.|\([^():]*\)){1,60}?)"
    r"(?:\*\*)?:(?:\*\*)?\s+(.*)"
)
"""Who is to do something, with titles and initials, and what."""


def _check_owners(items: Sequence[str], lines: Sequence[str]) -> None:
    """Raises Rejected where the notes give a task to another of the owners."""
    owners = [item.partition(":")[0] for item in items]
    for owner, item in zip(owners, items, strict=True):
        about = " ".join(_find_lines(item.partition(":")[2], lines))
        others = [
            one for one in owners if one != owner and re.search(rf"\b{re.escape(one)}\b", about)
        ]
        if others and not re.search(rf"\b{re.escape(owner)}\b", about):
            raise Rejected(f"The notes say “{about.strip()}”; name who does it there.")


def _add_days(items: Sequence[str], lines: Sequence[str], no_date: str) -> list[str]:
    """The items, with the day until which the notes give time where an item that is the only one
    of its sentence has none.
    """
    mark = f" ({no_date})"
    about = [_find_lines(item.removesuffix(mark).partition(":")[2], lines, 1) for item in items]
    taken = Counter(line for found in about for line in found)
    days = [
        [day for line in found for day in _find_days(line)]
        if sum(taken[line] for line in found) == 1
        else []
        for found in about
    ]
    return [
        f"{item.removesuffix(mark)} ({day[0]})" if item.endswith(mark) and len(day) == 1 else item
        for item, day in zip(items, days, strict=True)
    ]


def list_loose_days(text: str, notes: str) -> Iterator[str]:
    """A sentence for each item of minutes that has no date, and a day stands in what the notes say
    of it: whether it is the task's, only a reader can tell.
    """
    mark = f" ({minutes_words(find_language(notes))['no date']})"
    lines = [line for line in _split(notes) if _telling(line)]
    for item in text.split("\n"):
        task = item.removesuffix(mark)
        if task != item:
            about = _find_lines(task.partition(":")[2], lines, 1)
            days = (day[0] for line in about for day in _day().finditer(line))
            if day := next(filter(_names_day, days), ""):
                yield f"See whether “{day}”, of which the notes speak, is the day of “{task[2:]}”."


def _find_days(line: str) -> list[str]:
    """The days until which a sentence gives time, and the one that an item of a list ends with."""
    until = [day[0] for day in _until().finditer(line) if _is_day(day)]
    apart = _apart().match(line) if not until else None
    return [apart["day"]] if apart and _names_day(apart["day"]) else until


@cache
def _until() -> re.Pattern[str]:
    """“by Friday noon”, “bis zum 3. Mai”."""
    until = minutes_pattern("until").pattern
    return re.compile(rf"{until}\s(?:\w+\s){{0,2}}?{_day().pattern}(?!['’]s\b)", re.IGNORECASE)


@cache
def _apart() -> re.Pattern[str]:
    """“- Tom: installer – 24 March”, “| Tom | installer | 24.3. |”."""
    return re.compile(
        r"\s*(?:[-*+•|@]|\d+[.)]\s|TODO\b|[^\W\d_][\w .-]{0,40}:).*(?:[–—|(,;>]|\s-)\s*"
        rf"(?P<day>{_day().pattern}\.?)[\s)|]*\Z",
        re.IGNORECASE,
    )


@cache
def _day() -> re.Pattern[str]:
    day = rf"(?>{minutes_pattern('dates').pattern}(?:st|nd|rd|th|s|er|am|pm|h\d{{0,2}})?)"
    return re.compile(rf"{day}(?:[.:/-]?\s?(?:de |of )?{day})*(?!\w)", re.IGNORECASE)


def _names_day(text: str) -> bool:
    """Whether a text has a day, and more than a number that may count."""
    found = minutes_pattern("dates").finditer(text)
    return any(not one[0].isdigit() or _DATED.match(text, one.start()) for one in found)


_DATED = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}(?:\.\s?\d{1,2}\.|/\d{1,2}\b|:\d\d|\s?(?:st|nd|rd|th|am|pm|h)\b)"
)


def _is_day(found: re.Match[str]) -> bool:
    """Whether it is more than a number that may count: “by 10 percent”, “by region 4”."""
    number = re.search(r"\s\d+\Z", found[0])
    if number is None:
        return True
    before = found[0][: number.start()]
    start = before.rfind(" ") + 1
    month = minutes_pattern("dates").match(found[0], start)
    if month is not None and month.end() == len(before):
        return True
    behind = found.string[found.end() :]
    said = minutes_pattern("until").fullmatch(before.removesuffix(" the"))
    return said is not None and re.match(r"\s*[\w%€$]", behind) is None


def _find_lines(item: str, lines: Sequence[str], least: int = 2) -> tuple[str, ...]:
    """The lines of the notes that say most of an item, if that is half of it and so many words."""
    wanted = _telling(item)
    best = max((len(wanted & _telling(line)) for line in lines), default=0)
    if best < max(1, least, len(wanted) / 2):
        return ()
    return tuple(line for line in lines if len(wanted & _telling(line)) == best)


def _telling(text: str) -> frozenset[str]:
    """The longer words without what their other forms end in."""
    words = re.findall(r"\d+|[^\W\d_]{4,}", text.casefold())
    return frozenset(_ENDING.sub("", word) for word in words)


_ENDING = re.compile(r"(?<=\w{3})(?:ings?|ed|es|en|er|e|s)$")


def _split(notes: str) -> Iterator[str]:
    """Its sentences: “3. Mai” ends none."""
    end = rf"(?<=[!?;])\s+|(?<=\D\.)\s+|(?<=\d\.)\s+(?!{minutes_pattern('dates').pattern})"
    for line in notes.split("\n"):
        yield from re.split(end, line, flags=re.IGNORECASE)
