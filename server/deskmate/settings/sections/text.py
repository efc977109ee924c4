"""`[text]`."""

from __future__ import annotations

from dataclasses import dataclass

from deskmate.settings.setting import setting


@dataclass(frozen=True, slots=True)
class TextSettings:
    """How texts are proofread."""

    rules: bool = setting(
        True,
        "Let rules find misspelled English words first, in milliseconds; the model then looks for "
        "what rules cannot see.",
        project=True,
    )
    diagnostics: bool = setting(
        False,
        "Show what the rules find while you type, as hints with quick fixes; no model is involved.",
        project=True,
    )
