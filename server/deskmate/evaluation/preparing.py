"""What programs need that judge, and is made once for all of them: preparing.toml."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources

_MARK = "{prepared:"


def fill_prepared(command: Sequence[str]) -> list[str]:
    """The command with the folder in the place of each word `{prepared:NAME}`. May take a minute
    the first time.
    """
    return [_prepare(word[len(_MARK) : -1]) if word.startswith(_MARK) else word for word in command]


@cache
def _prepare(name: str) -> str:
    text = (resources.files(__package__) / "preparing.toml").read_text(encoding="utf-8")
    about = tomllib.loads(text)[name]
    _succeed(about["prepare"])
    return _succeed(about["asked"]).strip()


def _succeed(command: Sequence[str]) -> str:
    program = shutil.which(command[0]) or command[0]
    return subprocess.run([program, *command[1:]], capture_output=True, text=True).stdout
