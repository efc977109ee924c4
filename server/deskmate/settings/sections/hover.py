"""`[hover]`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from deskmate.settings.setting import setting


@dataclass(frozen=True, slots=True)
class HoverSettings:
    """What is shown at the name that the mouse or the cursor rests on."""

    show: Literal["explanation", "all", "off"] = setting(
        "explanation",
        "What a hover on a function or class shows: only the model's explanation, because another "
        "language server shows the rest; all, with signature, documentation and place of "
        "definition, for editors without another server; or nothing.",
        project=True,
    )
    disabled: tuple[str, ...] = setting(
        (), "Languages without hovers, such as `python`.", project=True
    )
    budget_ms: int = setting(
        0,
        "Milliseconds that a hover waits for an explanation that is not written yet. 0 means "
        "never: the explanation is written in the background, and the next hover shows it.",
        within=(0, 10_000),
    )
    prefetch: bool = setting(
        False,
        "Write explanations for the code around the cursor while the model is idle, so that the "
        "first hover shows one. This keeps the processor busy, gives way to everything else, and "
        "pauses on battery power.",
    )
