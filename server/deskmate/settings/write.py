"""Writes settings into the user's own file, which stays as it is otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deskmate.errors import DeskmateError
from deskmate.files.replace import replace_file
from deskmate.settings.sources import user_file


def write_settings(values: Mapping[str, Any]) -> Path:
    """Puts these values, by dotted name, into the user's settings file, and gives its path. Raises
    DeskmateError where that cannot be read as one, OSError.
    """
    file = user_file()
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    replace_file(file, with_settings(text, values, file).encode())
    return file


def with_settings(text: str, values: Mapping[str, Any], path: Path) -> str:
    """The text of the settings file in `path` with these values, by dotted name: lists gain what
    they do not have, everything else is replaced; comments and order stay.

    Raises DeskmateError where it is no TOML, or has something else where a section should be.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
        for name, value in values.items():
            section, _, key = name.partition(".")
            table: Any = document.setdefault(section, tomlkit.table())
            if isinstance(value, list):
                there = table.setdefault(key, tomlkit.array())
                for item in value:
                    if item not in there:
                        there.append(item)
            else:
                table[key] = value
        return tomlkit.dumps(document)
    except (TOMLKitError, AttributeError, TypeError) as error:
        raise DeskmateError(
            f"{path} stays as it is, for it cannot be read as settings: {error}."
        ) from error
