"""What a project has that no source in it says: classes that programs write, and names that its
tools are told of.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from deskmate.core.syntax.module_convention import ModuleConvention
from deskmate.files.disk import asks
from deskmate.files.guarded import find_text


@asks(True)
def may_be_made(folder: Path, name: str, rules: ModuleConvention) -> bool:
    """Whether a program may write a class of that name: a file that it wrote is called so, wherever
    it lies, or one from which code is written says the name, or begins it with its own; or there
    are more files than are looked at.
    """
    if not rules.made and not rules.schemas:
        return False
    plain = _plainly(name)
    for number, path in enumerate(_walk(folder)):
        stem = path.name.partition(".")[0]
        if number == _MOST or (path.suffix in rules.made and stem == name):
            return True
        if path.suffix in rules.schemas:
            begins = len(stem) > 1 and plain.startswith(_plainly(stem))
            if begins or re.search(rf"\b{re.escape(name)}\b", find_text(path, folder)):
                return True
    return False


@asks(False)
def is_told(path: Path, name: str, rules: ModuleConvention, top: Path) -> bool:
    """Whether the tools of the project of a file are told that it is given a name."""
    for folder in (one for one in path.parents if one.is_relative_to(top)):
        for pattern, says in rules.told:
            wanted = re.compile(says.replace("{name}", re.escape(name)))
            if any(wanted.search(find_text(file, top)) for file in folder.glob(pattern)):
                return True
    return False


def _walk(folder: Path) -> Iterator[Path]:
    """Every file, also where what is built lies, but for what is installed or hidden."""
    for here, folders, files in os.walk(folder):
        folders[:] = [one for one in folders if one != "node_modules" and not one.startswith(".")]
        yield from (Path(here, one) for one in files)


def _plainly(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


_MOST = 50_000
"""Files that are looked at: a second's worth."""
