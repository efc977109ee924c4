"""How much is found of `tests/cases/unseen`, and how much is taken for a secret that is none. The
cases were written, and measured once, before their author had seen a rule; one half was then used
to mend the rules.

    python tests/cloud/first_sight.py [seen|kept] [--show]
"""

from __future__ import annotations

import hashlib
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from deskmate.cloud.redaction import redact

CASES = Path(__file__).parents[1] / "cases" / "unseen"
MARKED = re.compile("⟦(.*?)⟧", re.DOTALL)
PLACEHOLDER = re.compile(r"REDACTED_\d+_[A-Z_]+")
WINDOW = 6
"""Characters of a secret that must not be left side by side."""


class Case(NamedTuple):
    """A text, the group that it is in, and the secrets that are marked in it."""

    group: str
    marked: str

    @property
    def text(self) -> str:
        """As the user has it."""
        return MARKED.sub(r"\1", self.marked)


def read(files: str, half: str) -> list[Case]:
    """The cases of one half; which half a case is in depends on its text alone."""
    cases = [case for path in sorted(CASES.glob(files)) for case in _cases(path)]
    return [case for case in cases if _half(case.text) == half]


def _cases(path: Path) -> Iterator[Case]:
    text = path.read_text(encoding="utf-8").replace("·", "")
    for group in tomllib.loads(text)["group"]:
        texts = [*group["lines"].splitlines()] if "lines" in group else []
        texts += group["blocks"].strip("\n").split("\n\n") if "blocks" in group else []
        yield from (Case(group["name"], one) for one in texts if one)


def _half(text: str) -> str:
    return ("seen", "kept")[hashlib.sha256(text.encode()).digest()[0] % 2]


def sent(text: str) -> str:
    """What leaves of a text with the settings as they are delivered."""
    return redact([text], personal=True, internal=True).texts[0]


def missed(half: str) -> tuple[list[Case], list[Case]]:
    """All cases with a secret, and those where a piece of one is left in what is sent."""
    cases = read("secrets-*.toml", half)
    return cases, [case for case in cases if _left(case)]


def _left(case: Case) -> bool:
    rest, after = MARKED.sub("\0", case.marked), PLACEHOLDER.sub("\0", sent(case.text))
    for secret in MARKED.findall(case.marked):
        size = min(WINDOW, len(secret))
        pieces = {secret[at : at + size] for at in range(len(secret) - size + 1)}
        if any(piece in after and piece not in rest for piece in pieces):
            return True
    return False


def taken(half: str) -> tuple[list[Case], list[Case]]:
    """All harmless cases, and those that are not sent as they are."""
    cases = read("harmless-*.toml", half)
    return cases, [case for case in cases if sent(case.text) != case.text]


if __name__ == "__main__":
    for half in [one for one in sys.argv[1:] if one in ("seen", "kept")] or ("seen", "kept"):
        for what, (cases, wrong) in (("left", missed(half)), ("taken", taken(half))):
            print(f"{half}: {len(wrong)} of {len(cases)} {what}")
            if "--show" in sys.argv:
                for case in wrong:
                    print(f"  {case.group}: {case.marked}\n        -> {sent(case.text)}")
