"""The question whether a request may leave this machine: what it says, what may be answered, and
what of that is remembered. How it is put is the editor's or the terminal's business.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deskmate.cloud.consent import find_standing
from deskmate.cloud.consent_store import decide, read_decisions
from deskmate.cloud.gateway import Sending
from deskmate.cloud.ledger import describe_counts
from deskmate.cloud.prices import read_prices_date
from deskmate.errors import DeskmateError
from deskmate.requests.escalation import Answer, Cloud, Escalation, find_cloud
from deskmate.requests.question import Question
from deskmate.requests.request import Request
from deskmate.routing.policy import Route, Standing

SEND, STAY, SEE = "Send", "Stay local", "See what is sent"
ANYWAY = "Send, over budget"
ALWAYS, NEVER = "Always for this project", "Never for this project"


@dataclass(frozen=True, slots=True)
class ConsentQuestion:
    """Whether `sending` may go to the model of a provider, for an action of that title. No answer
    means that it stays here.
    """

    title: str
    provider: str
    model: str
    route: Route
    sending: Sending
    choices: tuple[str, ...]

    @property
    def words(self) -> str:
        """Why, to whom, what, and at what price."""
        because = self.route.because
        why = f"a local model may not do it well: {because}" if self.route.hard else because
        over = f" But {self.sending.over}" if self.sending.over else ""
        words = (
            f"{self.title}: {why}. Send it to {self.provider} ({self.model})? It is {self.what}."
            f"{over} Without an answer it stays here."
        )
        return " ".join(words.split())  # no name of a file can look like a line of its own

    @property
    def what(self) -> str:
        """How much it is, of which files, for which price."""
        sending = self.sending
        parts = [f"up to {sending.prompt_tokens:,} tokens"]
        if sending.files:
            parts.append(f"with text from {', '.join(sending.files)}")
        price = "of unknown price"
        if sending.price is not None:
            price = f"for up to ${sending.price:.3f} at the prices of {read_prices_date()}"
        out = describe_counts(sending.redactions)
        return ", ".join([" ".join([*parts, price]), *([f"taken out: {out}"] if out else [])])

    @property
    def shown(self) -> str:
        """What would be sent, to the letter, in a fence that holds it whatever is in it."""
        text = self.sending.text
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
        return f"{fence}\n{text}\n{fence}"


Choose = Callable[[ConsentQuestion], Awaitable[str | None]]


@dataclass(frozen=True)
class User:
    """Whom this is about. `warn` tells them something, `show` shows them a text, by a title;
    `choose` gives which of a question's choices they take, anything else for none, and is None
    where they cannot be asked.
    """

    warn: Callable[[str], None]
    show: Callable[[str, str], Awaitable[None]]
    choose: Choose | None


async def find_escalation(asked: Request | Question, user: User) -> Escalation:
    """Where a request may go that is too hard for this machine, and how `user` wants it."""
    settings, project = asked.settings, asked.project
    cloud = find_cloud(settings, asked.name, project, asked.shown)
    folder = project.folder if project else None
    if cloud is None:
        return Escalation(settings.routing)
    consult = partial(_consult, user, user.choose, asked.title, folder) if user.choose else None
    return Escalation(settings.routing, cloud, await _find_standing(user, cloud, folder), consult)


async def _find_standing(user: User, cloud: Cloud, folder: Path | None) -> Standing:
    """What was decided; where that cannot be read, nothing is sent."""
    try:
        return find_standing(await asyncio.to_thread(read_decisions), folder, cloud.provider)
    except DeskmateError as error:
        user.warn(str(error))
        return "never"


async def _consult(
    user: User,
    choose: Choose,
    title: str,
    folder: Path | None,
    cloud: Cloud,
    sending: Sending,
    route: Route,
) -> Answer:
    """Asks until there is an answer: having seen what is sent, the user is asked again."""
    send = ANYWAY if sending.over else SEND
    project = (ALWAYS, NEVER) if folder else ()
    choices = (send, STAY, SEE, *(project if not sending.over else project[1:]))
    question = ConsentQuestion(title, cloud.provider, cloud.model, route, sending, choices)
    while (answer := await choose(question)) == SEE:
        await user.show(f"What is sent to {cloud.provider}", question.shown)
        rest = tuple(one for one in question.choices if one != SEE)
        question = ConsentQuestion(title, cloud.provider, cloud.model, route, sending, rest)
    if answer not in question.choices:
        return "local"
    if folder is not None and answer in (ALWAYS, NEVER):
        await _remember(user, folder, cloud, always=answer == ALWAYS)
    return "send" if answer in (send, ALWAYS) else "local"


async def _remember(user: User, folder: Path, cloud: Cloud, *, always: bool) -> None:
    try:
        await asyncio.to_thread(decide, folder, "always" if always else "never", cloud.provider)
    except (DeskmateError, OSError) as error:
        user.warn(f"Your decision could not be saved: {error}")
