"""`[docstrings]`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from deskmate.settings.setting import setting


@dataclass(frozen=True, slots=True)
class DocstringSettings:
    """How documentation is written, and when without being asked."""

    style: Literal["google", "numpy", "rest"] = setting(
        "google", "The style of Python docstrings.", project=True
    )
    on_save: Literal["off", "changed", "all"] = setting(
        "off",
        "Insert docstrings when a file is saved: for functions and classes changed since the file "
        "was opened, or for all. They are written in the background while you are not typing, and "
        "saving never waits: what is not ready comes with the next save. A docstring that you "
        "delete is not written again. Test files are left alone.",
    )
    disabled: tuple[str, ...] = setting(
        (),
        "Languages in which no docstrings are inserted on save, such as `bash`.",
        project=True,
    )
    public_only: bool = setting(
        True,
        "On save and for a whole file, document only public names: none that begins with `_`, and "
        "only what is marked public in languages that mark it.",
        project=True,
    )
    min_lines: int = setting(
        3,
        "On save and for a whole file, document only functions and classes of at least this many "
        "lines.",
        project=True,
        within=(1, 10_000),
    )
