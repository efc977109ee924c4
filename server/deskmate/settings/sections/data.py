"""`[data]`."""

from __future__ import annotations

from dataclasses import dataclass

from deskmate.settings.setting import setting


@dataclass(frozen=True, slots=True)
class DataSettings:
    """What is extracted from texts and said of them."""

    schema: str = setting(
        "",
        "A file with a JSON Schema, or with an example record, for extraction; a relative path is "
        "resolved in the project. Empty: the model chooses the fields unless you name them.",
        project="inside",
    )
    tags: tuple[str, ...] = setting(
        (), "The tags to choose from. Empty: the model makes them up.", project=True
    )
    categories: tuple[str, ...] = setting(
        (), "The categories to choose from. Empty: the model makes them up.", project=True
    )
    region: str = setting(
        "",
        "The country, as a two-letter code such as `US`, for phone numbers without a country code. "
        "Empty: only numbers that begin with `+` are cleaned up.",
        project=True,
    )
