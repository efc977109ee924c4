"""`[routing]`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from deskmate.settings.setting import setting


@dataclass(frozen=True, slots=True)
class RoutingSettings:
    """Which requests are too hard for the local model, and what then."""

    mode: Literal["never", "ask", "auto"] = setting(
        "ask",
        "What happens to a request that is too hard for the local model: it stays local, you are "
        "asked and told why, or it is sent. Unless you have turned a cloud model on, every request "
        "stays local and you are not asked.",
        project="earlier",
    )
    hard_from: float = setting(
        1.0,
        "The score from which a request counts as too hard for the local model; docs/privacy.md "
        "lists what adds to it. A higher value asks less often.",
        within=(0.1, 100),
    )
    large_from: float = setting(
        1.0,
        "The score from which the larger local model, if there is one, is asked first, instead of "
        "only after the replies of the first model failed the checks.",
        within=(0.1, 100),
    )
    wait: float = setting(
        30.0,
        "Seconds to wait for your answer before the local result is used.",
        within=(0, 3600),
    )
