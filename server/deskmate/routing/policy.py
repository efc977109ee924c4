"""Where a request is answered: signals and the user's settings → a route, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from deskmate.routing.facts import Facts
from deskmate.routing.signals import find_evidence
from deskmate.settings.sections.routing import RoutingSettings

Kind = Literal["local", "local_large", "ask", "cloud"]

Standing = Literal["", "always", "never"]
"""What the user decided once and for all for a project and a provider."""

Bar = Literal["", "off", "mode", "decision", "nobody", "parts", "unseen"]
"""Why a request that should leave may not: no cloud model is turned on, `routing.mode` is `never`,
the user decided never for the project, there is nobody who could be asked, it is worked on in
parts, which are small, or it would edit a text with characters that nobody sees, which stay here.
"""


ASKED_FOR = "you asked for it"


@dataclass(frozen=True, slots=True)
class Available:
    """What could answer besides the local model, whether the user can be asked about it, and what
    they decided about it.
    """

    large: bool = False
    cloud: bool = False
    asks: bool = True
    standing: Standing = ""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request goes. `reasons` go on after "because", the weightiest first; they are there,
    too, where a request stays here that should not, and `bar` says why it does. `score` is the sum
    of the weights, `tokens` about what the request and its answer need.
    """

    kind: Kind
    reasons: tuple[str, ...] = ()
    score: float = 0.0
    hard: bool = False
    bar: Bar = ""
    tokens: int = 0

    @property
    def because(self) -> str:
        """The reasons as one clause."""
        return "; ".join(self.reasons)


def route(facts: Facts, settings: RoutingSettings, available: Available) -> Route:
    """The route of a request. Without a cloud model that the user turned on, it is never `ask` or
    `cloud`; nor with `routing.mode` at `never`, or where they want it `local`. That the local model
    failed is a reason to ask and none to send unasked: what it read may have made it fail.
    """
    evidence = find_evidence(facts)
    score = round(max(0.0, sum(one.weight for one in evidence)), 2)
    hard = score >= settings.hard_from
    weighty = sorted((one for one in evidence if one.weight > 0), key=lambda one: -one.weight)
    reasons = tuple(dict.fromkeys(one.reason for one in weighty)) if hard else ()
    if facts.wish == "cloud":
        reasons = (ASKED_FOR, *reasons)
    bar: Bar = ""
    if facts.wish == "cloud" or (hard and facts.wish != "local"):
        itself = sum(one.weight for one in evidence if one.signal != "history")
        unasked = settings.mode == "auto" and (
            itself >= settings.hard_from or facts.wish == "cloud"
        )
        decided = unasked or available.standing == "always"
        bar = _bar(settings, available, decided=decided)
        if not bar:
            kind: Kind = "cloud" if decided else "ask"
            return Route(kind, reasons, score, hard, tokens=facts.needed)
    large = available.large and score >= settings.large_from
    return Route("local_large" if large else "local", reasons, score, hard, bar, facts.needed)


def _bar(settings: RoutingSettings, available: Available, *, decided: bool) -> Bar:
    if not available.cloud:
        return "off"
    if settings.mode == "never":
        return "mode"
    if available.standing == "never":
        return "decision"
    return "" if decided or available.asks else "nobody"
