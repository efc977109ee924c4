"""`[local_large]`."""

from __future__ import annotations

from dataclasses import dataclass

from deskmate.settings.engines import ENGINES
from deskmate.settings.setting import setting

AS_LOCAL = "as local"
"""The larger model's engine where it is the other one's."""


@dataclass(frozen=True, slots=True)
class LargeSettings:
    """A larger model, for what the other one cannot do."""

    model: str = setting(
        "",
        "A larger model, given as in `local.model`. Used for requests that are too hard for the "
        "first model, whose replies failed the checks, or on demand (`--large`). It is loaded when "
        "it is first needed, beside the first model.",
    )
    engine: str = setting(
        AS_LOCAL,
        "What runs the larger model, as in `local.engine`.",
        choices=lambda: (AS_LOCAL, *ENGINES),
    )
    url: str = setting(
        "",
        "The address of its server for `openai`. Empty: `local.url`.",
        begins=("http://", "https://"),
    )
    api_key: str = setting("", "That server's API key, as in `local.api_key`.", secret=True)
    draft_model: str = setting("", "Its draft model, as in `local.draft_model`.")
