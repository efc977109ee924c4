"""Lines of documentation that say what a call gives, such as `half(4) => 2`, in plain values. What
a call and a value are is the language's business.
"""

from __future__ import annotations

import io
import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator

_BEFORE = (
    re.compile(
        r"[\s*#•–-]*(?:\d+[.)]\s+)?"
        r"(?:(?:assert|e\.g\.|i\.e\.|(?:for )?(?:examples?|instance))[\s:,]*)*`*",
        re.IGNORECASE,
    ),
    re.compile(r".*\b(?:e\.g\.|for (?:example|instance)\b)[\s:,]*`*", re.IGNORECASE),
)
"""What a line may have before a call that is an example, the likelier first."""
_GIVES = (
    r"`*;?\s*(?:(?:#|//)?\s*(?:={1,3}>?|-+>|[→⇒➞➔⟶➜:]"
    r"|(?:(?:should|must|will|would)\s+)?"
    r"(?:returns?|gives?|yields?|equals?|throws|be|is|outputs?|evaluates? to)\b(?: to be)?)"
    r"|{comment})\s*:?\s*`*"
)
"""What stands between a call and what it gives; a comment says it by itself."""
_BEHIND = re.compile(
    r"`*(?:\s*\Z|[.;:](?:\s|\Z)|\s*(?:#|//)|\s+\(|,\s*\Z|,\s`*(?:[\w.]+\("
    r"|(?:and|but|so|since|because|as|which|etc|for (?:example|instance))\b)"
    r"|\s+(?!(?:or|if|unless|else|plus|minus|times|mod|modulo|more|less|fewer|percent|to|when|where"
    r"|while|assuming|depending|except|with|without|in|on|at|only)\b)[a-z])"
)
"""What may stand behind a value: no operator, of which it would be a part, in signs or words, and
nothing that it depends on.
"""
_NEXT = re.compile(r"`*\s*[,;]\s*(?:and\s+)?`*")
_LONGEST = 500  # characters of a line that is looked at


def find_promises(
    documentation: str,
    begins: re.Pattern[str],
    is_call: Callable[[str], bool],
    is_value: Callable[[str], bool],
    comment: str = "#",
) -> Iterator[tuple[str, str]]:
    """The calls in a documentation, and what they give, as they stand there; a call `begins` with a
    name and a bracket, and a `comment` with this sign.
    """
    say = re.compile(_GIVES.replace("{comment}", comment), re.IGNORECASE)
    for line in documentation.splitlines():
        rests = (before.sub("", line[:_LONGEST], count=1) for before in _BEFORE)
        rest = next(filter(begins.match, rests), "")
        while begins.match(rest):
            call = _cut(rest, (at + 1 for at, one in enumerate(rest) if one == ")"), is_call)
            gives = say.match(rest, len(call))
            if not call or not gives:
                break
            rest = rest[gives.end() :]
            ends = (at for at in range(len(rest), 0, -1) if _BEHIND.match(rest, at))
            wanted = _cut(rest, ends, is_value)
            if not wanted:
                break
            yield call, wanted
            further = _NEXT.match(rest, len(wanted))
            rest = rest[further.end() :] if further else ""


def _cut(text: str, ends: Iterable[int], accepts: Callable[[str], bool]) -> str:
    """The first of the beginnings of a text that is accepted; "" where none is."""
    return next((text[:end] for end in ends if accepts(text[:end])), "")


def is_near(made: float, wanted: float, text: str) -> bool:
    """Whether a number is what was promised, as this text says it: in as many places as there."""
    places = len(text.strip().partition(".")[2])
    if math.isnan(made) or math.isnan(wanted):
        return math.isnan(made) and math.isnan(wanted)
    return math.isclose(made, wanted, rel_tol=1e-9) or (
        places > 0 and round(made, places) == wanted
    )


def open_output() -> None:
    """Has letters told that a terminal lacks: on Windows it takes few by itself."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def tell(call: str, wanted: str, got: str, good: bool) -> None:
    """Says how it went with one."""
    if not good:
        print("Failed example:", f"    {call}", "Expected:", f"    {wanted}", "Got:", sep="\n")
        print(f"    {got}")
    print("ok" if good else "not ok", "-", call, flush=True)
