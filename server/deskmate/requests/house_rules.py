"""What a project says to assistants about its code (`AGENTS.md` and the like), as far as it
concerns a file, cut to what a small model can bear. It is shown as the project's words.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path

from deskmate.actions.pieces import Piece, Place, Worth
from deskmate.core.syntax.language import Language, languages
from deskmate.core.text.uri import file_uri
from deskmate.settings.project import Project
from deskmate.workspace.reading import read_project_file

ROOM = 900
"""Characters of rules that are shown: about 250 tokens."""


def find_rules(path: Path, language: Language, project: Project) -> tuple[Piece, ...]:
    """The rules for the file at `path`: of the nearest folder that has some, the sections that
    concern its language or its folder first, then those of style, and no more than `ROOM`.
    """
    for folder in reversed(project.folders):
        for name in _words("files"):
            place = folder / name
            file = read_project_file(place, project)
            if file is not None and (text := _choose(file.text, path, language, folder)):
                title = f"What the project's `{name}` says about its code"
                uri = file_uri(place)
                return (Piece(title, title, text, "text", Worth.RULES, Place.RULES, uri=uri),)
    return ()


def _choose(text: str, path: Path, language: Language, folder: Path) -> str:
    sections = [one.strip() for one in _HEADING.split(text) if one.strip()]
    ranked = sorted(
        (score, at, one)
        for at, one in enumerate(sections)
        if (score := _rank(one, path, language, folder)) < _NEVER
    )
    kept: list[tuple[int, str]] = []
    room = ROOM
    for _, at, one in ranked:
        cut = _cut(one, room)
        if cut:
            kept.append((at, cut))
            room -= len(cut)
    return "\n".join(one for _, one in sorted(kept))


def _rank(section: str, path: Path, language: Language, folder: Path) -> int:
    """How near a section is to the file: 0 where its heading names the language or the folder."""
    heading, _, body = section.partition("\n")
    if not body.strip() and heading.startswith("#"):
        return _NEVER
    words = {word.lower() for word in re.findall(r"[\w+#./-]+", heading)}
    own = {language.name, language.title.lower(), *language.aliases, *language.ids}
    parts = {one.lower() for one in path.relative_to(folder).parts[:-1]}
    if words & own or words & parts:
        return 0
    if words & _other_languages() or words.intersection(_words("elsewhere")):
        return _NEVER
    return 1 if words.intersection(_words("style")) or not heading.startswith("#") else 2


def _other_languages() -> set[str]:
    titles = {one.title.lower() for one in languages() if not one.prose}
    return titles.difference(_words("common"))


def _cut(text: str, room: int) -> str:
    """As many of the lines as there is room for; nothing where that is the heading alone."""
    kept: list[str] = []
    for line in text.splitlines():
        room -= len(line) + 1
        if room < 0:
            break
        kept += [line] if line.strip() else []
    return "\n".join(kept) if len(kept) > 1 or not text.startswith("#") else ""


_NEVER = 9
_HEADING = re.compile(r"(?m)^(?=#{1,6} )")


@cache
def _words(key: str) -> tuple[str, ...]:
    """A list of `house_rules.toml`."""
    text = (resources.files(__package__) / "house_rules.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)[key])
