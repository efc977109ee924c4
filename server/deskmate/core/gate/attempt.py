"""One reading of a reply, tried: accepted, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from deskmate.core.gate.always_checks import parses
from deskmate.core.gate.bound import UNBOUND, perhaps_unbound
from deskmate.core.gate.change import Change
from deskmate.core.gate.checks import STRUCTURE, findings
from deskmate.core.reply.readings import Reading, find_answers, find_code
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import flat
from deskmate.core.target import Accepted, Target
from deskmate.core.text.differences import minimal_edits
from deskmate.core.text.text import Edit, apply_edits


@dataclass(frozen=True, slots=True)
class Failed:
    """What is wrong with a reading. It is `sound` where the code is the wanted code and readable,
    so that no worse reading of the reply needs to be tried.
    """

    findings: tuple[str, ...]
    sound: bool = False


Attempt = Accepted | Failed

CUT = Failed(("The reply was cut off before the code was complete; answer more briefly.",))
ENDED = Failed(("The reply ends in the middle of the code; write all of it.",))


def left_out(line: str) -> Failed:
    """What is wrong with code that says "and so on" at `line`."""
    return Failed((f"Code is left out at `{line}`; write all of it.",))


def attempt(change: Change, checks: Iterable[str], notes: Iterable[str]) -> Attempt:
    """The change with the smallest edits that make it, where it passes these checks and those
    that always run.
    """
    found = findings(change, checks)
    if found:
        return Failed(tuple(found.values()), sound=not STRUCTURE & found.keys())
    if finding := parses(replace(change, after=_afresh(change.after))):
        return Failed((finding,))
    edits: list[Edit] = []
    for edit in change.edits:
        edits += minimal_edits(change.before.slice(edit.span), edit.text, edit.span.start)
    assert apply_edits(change.before.text, edits) == change.after.text
    warnings = tuple(f"`{name}` is {UNBOUND}." for name in perhaps_unbound(change))
    told = tuple(dict.fromkeys(notes))
    return Accepted(tuple(edits), change.after, told, change.new, warnings, change.span)


def _afresh(document: Document) -> Document:
    """The same document, parsed anew: grammars' own scanners may go wrong at what they reuse."""
    return Document(document.uri, document.version, document.text, document.language)


def readings(reply: str, target: Target) -> Iterator[Reading]:
    """Every reading of the code in a reply, likeliest first."""
    original = flat(target.document, target.span) if len(target.span) else ""
    for answer in find_answers(reply, target.prefill, target.document):
        yield from find_code(answer, target.document, original)
