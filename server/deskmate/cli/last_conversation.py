"""What was asked last in a project and answered, kept for `deskmate ask --continue`."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path

from deskmate.errors import ActionError
from deskmate.files.places import place
from deskmate.files.replace import replace_file
from deskmate.requests.conversation import Turn

KEPT = 20
"""Projects whose last conversation is kept, those with the newest."""


def read_conversation(folder: Path) -> tuple[Turn, ...]:
    """The last conversation in the project of that folder. Raises ActionError for none."""
    try:
        turns = json.loads(_find_file(folder).read_text(encoding="utf-8"))
        return tuple(_read_turn(**turn) for turn in turns)
    except (OSError, ValueError, TypeError, KeyError):
        raise ActionError(
            "There is no conversation here to go on with. Ask without `--continue` first; with "
            "`cache.megabytes` = 0 none is kept."
        ) from None


def _read_turn(
    *, question: object, answer: object, given: object, shown: object, stays: object
) -> Turn:
    """Raises TypeError where one of them is not what it was when it was kept."""
    match question, answer, given, shown, stays:
        case str(), str(), str(), [*uris], bool():
            texts = tuple(one for one in uris if isinstance(one, str))
            if len(texts) == len(uris):
                return Turn(question, answer, given, texts, stays)
    raise TypeError


def keep_conversation(folder: Path, turns: tuple[Turn, ...]) -> None:
    """Keeps it in place of the one before; without turns none is kept. Raises OSError."""
    path = _find_file(folder)
    if not turns:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in sorted(path.parent.glob("*.json"), key=os.path.getmtime)[: 1 - KEPT]:
        old.unlink(missing_ok=True)
    text = json.dumps([asdict(turn) for turn in turns])
    replace_file(path, text.encode("utf-8"), private=True)


def _find_file(folder: Path) -> Path:
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:24]
    return place("conversations") / f"{name}.json"
