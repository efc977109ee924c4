"""The words that a project and its user have for their things: in dictionaries, file names,
manifests, and what the project's source defines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

from deskmate.core.syntax.document import Document
from deskmate.errors import ActionError
from deskmate.files.disk import ask
from deskmate.files.guarded import find_text, read_small
from deskmate.files.places import place
from deskmate.files.replace import replace_file
from deskmate.settings.project import Project
from deskmate.workspace.index.index import open_index
from deskmate.workspace.walk import walk_project

FILES = 5000
"""Files of a project whose names are read."""


class KnownWords:
    """Says whether a word is right in a project, or for the user. It reads files when it is made,
    and may when it is asked, so it belongs in a thread.
    """

    def __init__(self, project: Project | None, documents: Iterable[Document] = ()) -> None:
        self._words = _words_in(read_dictionaries(project))
        self._index = None
        if project is not None:
            self._words |= _names(project)
            self._index = open_index(project, documents)

    def __call__(self, word: str) -> bool:
        """Whether a word is one of them, however it is written there."""
        small = word.lower()
        if small in self._words or small.removesuffix("s") in self._words:
            return True
        spellings = {small, small.capitalize(), small.upper()}
        return self._index is not None and any(self._index.find(one, most=1) for one in spellings)


def user_dictionary() -> Path:
    """The user's own dictionary: one word a line."""
    return place("dictionary")


def project_dictionary(project: Project) -> Path:
    """The project's own dictionary: one word a line."""
    return project.folder / ".deskmate" / "dictionary.txt"


def add_word(path: Path, word: str) -> None:
    """Puts a word into a dictionary of ours, unless it is there. Raises ActionError where it is no
    word, OSError.
    """
    if not re.fullmatch(r"[^\W\d_][\w'’-]*", word):
        raise ActionError(f"“{word}” is no single word.")
    try:
        text = read_small(path, None)
    except FileNotFoundError:
        text = "# Words that are right, one a line.\n"
    except UnicodeDecodeError as error:
        raise ActionError(f"{path} is not UTF-8; save it as UTF-8.") from error
    if word.lower() not in _words_in(text):
        gap = "" if text.endswith("\n") or not text else "\n"
        replace_file(path, f"{text}{gap}{word}\n".encode())


def read_dictionaries(project: Project | None) -> str:
    """The text of all dictionaries that hold in a project: the user's, the project's, and those of
    Vale, cspell and Harper in it.
    """
    texts = [_read_users()]
    for folder in project.folders if project else ():
        names = (".deskmate/dictionary.txt", ".harper-dictionary.txt")
        texts += (find_text(folder / name, folder) for name in names)
        texts += (*_of_vale(folder), *_of_cspell(folder))
    return "\n".join(texts)


def _read_users() -> str:
    try:
        return read_small(user_dictionary(), None)
    except (OSError, ValueError):
        return ""


def _of_vale(folder: Path) -> Iterator[str]:
    """The accepted words of its vocabularies; those that are patterns are left out."""
    said = find_text(folder / ".vale.ini", folder)
    styles = re.search(r"^\s*StylesPath\s*=\s*(\S+)", said, re.M)
    names = re.search(r"^\s*Vocab\s*=\s*(.+)", said, re.M)
    if styles is None or names is None:
        return
    for name in re.split(r"[,\s]+", names[1].strip()):
        for below in ("config/vocabularies", "Vocab"):
            text = find_text(folder / styles[1] / below / name / "accept.txt", folder)
            lines = (line.removeprefix("(?i)") for line in text.splitlines())
            yield "\n".join(line for line in lines if re.fullmatch(r"[\w' -]+", line))


def _of_cspell(folder: Path) -> Iterator[str]:
    """The words of its configuration, and of the text files that it names."""
    for name in _CSPELL:
        text = find_text(folder / name, folder)
        if not text:
            continue
        for words in _WORDS_OF_JSON.findall(text):
            yield " ".join(re.findall(r"[\"']([^\"'\n]+)[\"']", words))
        for words in _WORDS_OF_YAML.findall(text):
            yield words
        for path in _PATHS.findall(text):
            yield find_text((folder / name).parent / path, folder)


_CSPELL = (
    "cspell.json",
    ".cspell.json",
    "cspell.config.json",
    ".vscode/cspell.json",
    ".vscode/settings.json",
    "package.json",
    "cspell.yaml",
    "cspell.yml",
    ".cspell.yaml",
    "cspell.config.yaml",
    "cspell.config.mjs",
)
_WORDS_OF_JSON = re.compile(
    r"[\"']?\b(?:cSpell\.)?(?:words|userWords|ignoreWords)[\"']?\s*:\s*\[([^\]]*)\]"
)
_WORDS_OF_YAML = re.compile(r"^\s*(?:words|ignoreWords):\s*\n((?:\s*(?:- .*|#.*)\n?)+)", re.M)
_PATHS = re.compile(r"\bpath[\"']?\s*:\s*[\"']?([^\s\"',{}]+\.txt)")
"""By their keys wherever they stand: the files are JSON with comments, YAML or JavaScript."""


def _words_in(text: str) -> set[str]:
    lines = (line.split("#")[0] for line in text.splitlines())
    return {word.lower() for line in lines for word in re.findall(r"[^\W_]+", line)}


def _names(project: Project) -> frozenset[str]:
    """The words in the names of a project's files, and in its manifests."""
    return _names_at(project, tuple(_stamp(project.folder / one) for one in ("", *_MANIFESTS)))


def _stamp(path: Path) -> int:
    try:
        return ask(path.stat, path).st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=8)
def _names_at(project: Project, stamps: tuple[int, ...]) -> frozenset[str]:
    """As `_names`, for the state that the stamps tell."""
    files = (one[0] for one in islice(walk_project(project), FILES) if one is not None)
    names = [project.folder.name, *(project.name(path) for path in files)]
    texts = [find_text(project.folder / one, project.folder) for one in _MANIFESTS]
    return frozenset(
        word.lower() for text in (*names, *texts) for word in re.findall(r"[^\W\d_]{3,}", text)
    )


_MANIFESTS = (
    "pyproject.toml",
    "setup.cfg",
    "requirements.txt",
    "package.json",
    "Cargo.toml",
    "go.mod",
    "Gemfile",
    "composer.json",
    "mix.exs",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "CMakeLists.txt",
    "Makefile",
    "mkdocs.yml",
)
