"""What judges say of an answer: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Status = Literal["passes", "partly", "fails", "unknown"]
"""Partly: what failed before passes with the answer, but not all of it."""

Proof = Literal["", "none", "read", "ran", "fixed"]
"""How much is known of an answer: it was not for judges, none could tell, programs that only read
it passed it, code that was run did, or what failed before passes with it.
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one judge says: `words` are what is wrong, for the model and the user, `evidence` what
    it did, as a part of a sentence; both are "" where there is nothing to say. `ran` says that code
    was run, `fixed` that something failed before and passes now, `alarming` that nothing that fails
    like this may be applied, and `telling` that the model can make a better answer of the words.
    `good` is how many tests or examples pass.
    """

    judge: str
    status: Status
    evidence: str = ""
    words: str = ""
    ran: bool = False
    fixed: bool = False
    alarming: bool = False
    telling: bool = False
    good: int = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What all judges say together; `not_run` why no code was run that might have told more, and
    `not_compared` what was not compared with what it did before, and why.
    """

    verdicts: tuple[Verdict, ...] = ()
    not_run: str = ""
    not_compared: str = ""

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """Those that found something wrong."""
        return tuple(one for one in self.verdicts if one.status in ("partly", "fails"))

    @property
    def good(self) -> int:
        """How many tests and examples pass."""
        return sum(one.good for one in self.verdicts)

    @property
    def passed(self) -> tuple[str, ...]:
        """The names of those that it passes."""
        return tuple(dict.fromkeys(one.judge for one in self.verdicts if one.status == "passes"))

    @property
    def alarming(self) -> bool:
        """Whether what is wrong is no matter of taste."""
        return any(one.alarming for one in self.failed)

    @property
    def words(self) -> tuple[str, ...]:
        """What is wrong, in sentences."""
        return tuple(one.words for one in self.failed if one.words)

    @property
    def telling(self) -> tuple[str, ...]:
        """What of that the model is told."""
        return tuple(one.words for one in self.failed if one.telling)

    @property
    def proof(self) -> Proof:
        """How much is known."""
        passed = [one for one in self.verdicts if one.status == "passes"]
        partly = [one for one in self.verdicts if one.status == "partly"]
        if any(one.fixed for one in passed) and not partly:
            return "fixed"
        if partly or any(one.ran for one in passed):
            return "ran"
        return "read" if passed else "none" if self.not_run or self.verdicts else ""

    @property
    def evidence(self) -> str:
        """What is known, in a line, such as “Checked: 3 tests of tests/test_basket.py pass, 1 of
        them failed before; ruff finds nothing new.”
        """
        dear_first = [one.evidence for one in reversed(self.verdicts) if one.evidence]
        checked = f"Checked: {'; '.join(dear_first)}." if dear_first else ""
        not_run = f"Not run: {self.not_run}." if self.not_run else ""
        not_compared = f"Not compared: {self.not_compared}." if self.not_compared else ""
        return " ".join(filter(None, (checked, not_run, not_compared)))


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged: the file `name` of the project in `folder`, in a language, with the text
    `before`; "" where it is new. `others` are files whose text is another than on the disk, since
    an editor has them open. `symbol` is what was asked for, if it has a name.
    """

    folder: Path
    name: str
    language: str
    before: str
    others: Mapping[str, str]
    symbol: str = ""

    def files(self, text: str) -> dict[str, str]:
        """The files that are not as on the disk, with this text of the one."""
        return {**self.others, self.name: text}
