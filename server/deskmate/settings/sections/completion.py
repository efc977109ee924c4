"""`[completion]`."""

from __future__ import annotations

from dataclasses import dataclass

from deskmate.settings.setting import setting


@dataclass(frozen=True, slots=True)
class CompletionSettings:
    """What is suggested while you type."""

    enabled: bool = setting(
        False,
        "Suggest how the line or block goes on while you type, in editors that show it. It needs a "
        "model that can fill in the middle of a text, as the Qwen2.5-Coder models can.",
    )
    model: str = setting(
        "",
        "The model that does, as in `local.model`; a smaller one is faster and takes memory of its "
        "own. Empty: the one that answers everything else.",
    )
    in_list: bool = setting(
        False,
        "In editors that show no text behind the cursor, such as Helix, offer it as the last entry "
        "of the completion menu. Read when the server starts, from its initialization options and "
        "your own settings.toml.",
    )
    disabled: tuple[str, ...] = setting(
        (), "Languages in which nothing is suggested, such as `markdown`.", project=True
    )
    battery: int = setting(
        30,
        "On battery power, suggest nothing by itself below this charge in percent: 0 always "
        "suggests, 101 never.",
        within=(0, 101),
    )
    slowest_ms: int = setting(
        1500,
        "Milliseconds that a suggestion may take on this machine: where most take longer, it says "
        "so once and suggests only what you ask for by key.",
        within=(100, 60_000),
    )
