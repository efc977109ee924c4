"""What makes a request hard for a local model: one pure function a signal, each with its evidence.

Weights add up; from 1 on a request counts as hard. `tests/routing/measure.py` measures them on
requests that are labelled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from deskmate.core.syntax.concurrency import concurrency
from deskmate.core.syntax.queries import imports
from deskmate.core.target import Hard
from deskmate.routing.facts import Facts, Task
from deskmate.routing.lexicon import conditions, groups, new_libraries, pictures_seen, rare_names

JUDGING: tuple[Task, ...] = ("question", "explain", "fix", "change", "new", "test")
"""Tasks in which what the code does has to be judged."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for (or with a negative weight against) a request being hard. `reason`
    goes on after "because".
    """

    signal: str
    weight: float
    reason: str


def find_evidence(facts: Facts) -> tuple[Evidence, ...]:
    """All that speaks for or against, in the order of the signals."""
    return tuple(one for signal in SIGNALS for one in signal(facts))


def context(facts: Facts) -> Iterator[Evidence]:
    """More text than the local model's window holds, or than it attends to well."""
    if facts.task == "text" or facts.window <= 0:
        return
    share = facts.needed / facts.window
    if share > 1:
        needs = f"it needs about {facts.needed:,} tokens and the local model has {facts.window:,}"
        yield Evidence("context", 1.0, needs)
    elif share > CROWDED:
        fills = f"its {facts.needed:,} tokens take much of the local model's {facts.window:,}"
        yield Evidence("context", 1.0 if share > FULL else 0.5, fills)


CROWDED, FULL = 0.4, 0.6
"""Shares of its window from which on a small model attends less well, and badly, to what it reads
and writes.
"""


def modules(facts: Facts) -> Iterator[Evidence]:
    """Code of other files that is used, and files that the instruction names."""
    if facts.task not in JUDGING:
        return
    used = len(facts.modules)
    if used >= 3:
        names = ", ".join(facts.modules[:3]) + (", …" if used > 3 else "")
        yield Evidence("modules", 1.0 if used >= 4 else 0.5, f"it uses {used} other files: {names}")
    named = set(re.findall(r"\b[\w/-]+\.[a-z]{1,4}\b(?!\()", facts.instruction))
    if len(named) >= 2:
        names = f"it names {len(named)} files: {', '.join(sorted(named))}"
        yield Evidence("modules", 1.0 if len(named) >= 3 else 0.5, names)


def concurrent_code(facts: Facts) -> Iterator[Evidence]:
    """Code that does several things at a time, where it has to be judged."""
    if facts.document is None or facts.task not in JUDGING:
        return
    found = concurrency(facts.document, facts.span)
    if not found:
        return
    reason = f"the code has {_listed([_CONSTRUCTS[one] for one in found])}"
    heavy = [one for one in found if one != "async"]
    if not heavy:
        yield Evidence("concurrency", 0.4 if facts.task in ("fix", "question") else 0.2, reason)
    elif facts.task in ("fix", "question"):
        unsaid = facts.task == "fix" and not facts.instruction.strip()
        yield Evidence("concurrency", 1.0 if unsaid or len(found) >= 2 else 0.6, reason)
    else:
        yield Evidence("concurrency", 0.4, reason)


_CONSTRUCTS = {
    "async": "async functions",
    "thread": "threads or tasks",
    "lock": "locks",
    "atomic": "atomic operations",
    "channel": "channels",
    "transaction": "transactions",
}


def words(facts: Facts) -> Iterator[Evidence]:
    """What the instruction's own words say, group by group, the strongest of each signal."""
    if facts.task == "text":
        return
    best: dict[str, Evidence] = {}
    for group in groups():
        if facts.needed >= group.over and group.pattern.search(facts.instruction):
            known = best.get(group.signal)
            if known is None or abs(group.weight) > abs(known.weight):
                best[group.signal] = Evidence(group.signal, group.weight, group.reason)
    yield from best.values()


def constraints(facts: Facts) -> Iterator[Evidence]:
    """Separate conditions, which small models keep the first few of."""
    count = count_conditions(facts.instruction)
    if count >= MANY:
        yield Evidence("constraints", 1.0, f"it puts {count} conditions at once")
    elif count >= MANY - 1:
        yield Evidence("constraints", 0.5, f"it puts {count} conditions at once")


MANY = 5
"""Conditions of which a small model forgets some."""


def count_conditions(instruction: str) -> int:
    """How many conditions an instruction puts: each item of a list, and else each clause that is
    put as one.
    """
    items = [line for line in instruction.splitlines() if _ITEM.match(line)]
    rest = "\n".join(line for line in instruction.splitlines() if not _ITEM.match(line))
    clauses = _CLAUSE.split(rest)
    put = [clause for clause in clauses if conditions().search(clause)]
    long = len(clauses) if len(rest.split()) >= _LONG else 0
    return len(items) + max(len(put), long)


_ITEM = re.compile(r"\s*(?:[-*+•]|\d+[.)])\s+\S")
_CLAUSE = re.compile(r"[,;:\n]\s*(?:(?:and|but)\s+)?|\.\s+|\s(?:and|but)\s")
_LONG = 30
"""Words from which on every clause of an instruction asks for something."""


def knowledge(facts: Facts) -> Iterator[Evidence]:
    """Libraries that are younger than the models, and ground that is rare in what they learned."""
    if facts.task in ("text", "document"):
        return
    imported = set[str]()
    if facts.document is not None:
        spans = imports(facts.document)[:100]
        statements = [facts.document.slice(span) for span in spans]
        imported = {name for text in statements for name in re.findall(r"[\w@./-]+", text)}
    for library in new_libraries():
        match = library.name.search(facts.instruction)
        known = sorted(library.imports & imported)
        if match or known:
            name = match[0].strip() if match else known[0]
            since = f"{library.since:%B %Y}"
            yield Evidence("knowledge", 1.0, f"{name} is of {since}, after what the model knows")
            return
    if match := rare_names().search(facts.instruction):
        yield Evidence("knowledge", 1.0, f"{match[0]} is rare in what models have read")


def images(facts: Facts) -> Iterator[Evidence]:
    """Pictures that have to be seen."""
    if facts.task in ("text", "document"):
        return
    text = facts.text
    pictures = _IMAGE.findall(text)
    if not pictures:
        return
    count = "a picture" if len(pictures) == 1 else f"{len(pictures)} pictures"
    if pictures_seen().search(facts.instruction):
        yield Evidence("images", 1.0, f"it is about {count}, which the local model cannot see")
    elif facts.task == "explain" and len(_IMAGE.sub("", text).split()) < 20 * len(pictures):
        yield Evidence("images", 1.0, f"there is little but {count}, which the model cannot see")


_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\n]+\)|<img\b[^>]*>", re.IGNORECASE)


def history(facts: Facts) -> Iterator[Evidence]:
    """What became of the same request before."""
    if facts.tried == "refused":
        why = f" ({facts.failed.rstrip('.:')})" if facts.failed else ""
        yield Evidence("history", 1.5, f"no answer of the local model passed the checks{why}")
    elif facts.tried == "undone":
        yield Evidence("history", 1.5, "you took the local model's answer back and ask again")


def flags(facts: Facts) -> Iterator[Evidence]:
    """What the action says of all its requests."""
    if facts.hard:
        yield Evidence(facts.hard, 1.0, _HARD[facts.hard])


_HARD: dict[Hard, str] = {
    "architecture": "a plan for a change of architecture takes a view of the whole",
    "concurrency": "finding what goes wrong only at times takes long reasoning",
    "scope": "what matters here is between several files",
    "reasoning": "it takes a long chain of reasoning",
}


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


SIGNALS: tuple[Callable[[Facts], Iterator[Evidence]], ...] = (
    history,
    flags,
    images,
    context,
    modules,
    knowledge,
    constraints,
    concurrent_code,
    words,
)
"""In the order in which their reasons are told."""
