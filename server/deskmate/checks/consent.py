"""Whether code of a project may be run to check answers: what the user is asked, once, and what
follows from what they said. How it is put is the editor's or the terminal's business.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from deskmate.checks.consent_store import Choice, decide_run, find_run_decision
from deskmate.checks.sandbox import find_missing
from deskmate.errors import DeskmateError

log = logging.getLogger(__name__)

ALWAYS, NEVER = "Always here", "Never here"
ONCE = "Once"
"""For whoever made the project, such as `deskmate eval`: it may be run, and nothing is kept."""

CHOICES: dict[str, Choice] = {ALWAYS: "always", NEVER: "never"}


@dataclass(frozen=True, slots=True)
class RunQuestion:
    """Whether the tests of the project in `folder` may be run, or else its code (`what`),
    on a system that does not have what is `missing`. No answer means not now.
    """

    folder: Path
    missing: tuple[str, ...] = ()
    what: str = "tests"

    @property
    def words(self) -> str:
        """What is asked."""
        runs = "They run" if self.what == "tests" else "It runs"
        return f"Run this project's {self.what} to check answers? {runs} {self.where}."

    @property
    def where(self) -> str:
        """What keeps the code that is run where it belongs, and what does not."""
        how = "in a copy that is thrown away, without network"
        if self.missing:
            how = f"in a copy that is thrown away; but {' and '.join(self.missing)}"
        return f"{how} ({self.folder})"


AskToRun = Callable[[RunQuestion], Awaitable[str | None]]
"""Puts the question: which of `CHOICES` the user takes, anything else for none; None where they
cannot be asked.
"""


async def find_leave(folder: Path, ask: AskToRun | None, what: str = "tests") -> str:
    """Why no code of the project in `folder` may be run; "" where it may. The user is asked where
    they have not decided yet, by what would be run first, and their decision is kept for all.
    """
    try:
        missing = await find_missing()
        decided = await asyncio.to_thread(find_run_decision, folder, missing)
        if decided is None and ask is not None:
            answer = await ask(RunQuestion(folder, missing, what))
            if answer == ONCE:
                return ""
            decided = CHOICES.get(answer or "")
            if decided is not None:
                await asyncio.to_thread(decide_run, folder, decided, missing)
            elif answer is not None:
                return "you have not allowed it"
    except (DeskmateError, OSError) as error:
        log.warning("No code is run: %s", error)
        return str(error).rstrip(".")
    if decided is None:
        how = f'`deskmate consent tests "{folder}"`'
        return f"{how} has to allow it first, for nobody could be asked"
    return "" if decided == "always" else "you decided that no code of this project is run"
