"""What is seen to before an answer is shown: no line of a file that the model was not given, a word
on commands that destroy, and no guess about what only the user can know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from deskmate.actions.pieces import Piece
from deskmate.core.prose.usual_words import usualness
from deskmate.core.reply.dangers import find_dangers
from deskmate.core.reply.file_lines import FileLines, find_file_lines, find_file_names
from deskmate.files.disk import ask
from deskmate.requests.repair_loop import OnUpdate, Update
from deskmate.requests.retrieval import Source
from deskmate.settings.project import Project

UNKNOWN = (
    "I don't know: this is about what only you and your files can tell, and I was shown nothing "
    "of it. Name the file that says it, or send its text to standard input."
)
NOT_SAID = "I don't know: what I was shown does not say it."


@dataclass(frozen=True, slots=True)
class Given:
    """What the model was given: the `texts` of the question and of what was shown with it, and
    which lines those are: the file's path, the first and the last line, from 1.
    """

    texts: tuple[str, ...]
    lines: tuple[tuple[str, int, int], ...] = ()

    def has(self, named: FileLines) -> bool:
        """Whether the model can know of these lines."""
        return any(
            first <= named.first and named.last <= last and _is_same(path, named.path)
            for path, first, last in self.lines
        )


def find_given(
    texts: tuple[str, ...], sources: Iterable[Source], pointed: Iterable[Piece] = ()
) -> Given:
    """What these texts say, and which of the parts and pieces of files stand in them."""
    shown = "\n".join(texts)
    named = [(one.path, one.first, one.last) for one in find_file_lines(shown)]
    parts = [(one.document.uri, *one.lines) for one in sources if f"`{one.title}`" in shown]
    pieces = [(one.uri, 1, one.text.count("\n") + 1) for one in pointed if one.uri]
    return Given(texts, (*named, *parts, *pieces))


def _is_same(known: str, named: str) -> bool:
    """Whether a path may be the one that is named, by as many folders as both have."""
    if not named:
        return True
    one, other = (re.split(r"[/\\]", unquote(path))[::-1] for path in (known, named))
    return all(a == b or ":" in b or b in ("", ".") for a, b in zip(one, other, strict=False))


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer without the lines that nobody gave, and what to say of it."""

    text: str
    notes: tuple[str, ...] = ()


def check_lines(text: str, given: Given, *, fenced: bool = False) -> Checked:
    """The text where files stand without lines that were not given. In code, and where only a line
    is named, it is said and nothing is changed. `fenced`: the text begins inside a fence.
    """
    kept, at, notes = "", 0, list[str]()
    for one in find_file_lines(text):
        if given.has(one) or not (one.path or given.lines):
            continue
        lines = f"line {one.first}" if one.first == one.last else f"lines {one.first} to {one.last}"
        named = f"The answer named {lines}" + (f" of {one.path}" if one.path else "")
        code = (text[: one.span.start].count("```") + fenced) % 2
        if code or not one.path:
            notes.append(f"{named}, which the model was not shown: do not rely on it.")
            continue
        kept += text[at : one.span.start] + one.plain
        at = one.span.end
        notes.append(f"{named}, which the model was not shown; that was taken out.")
    return Checked(kept + text[at:], tuple(dict.fromkeys(notes)))


def name_missing_files(text: str, given: Given, project: Project | None) -> tuple[str, ...]:
    """A sentence on files that an answer about a project's names, with a folder, and that neither
    are there nor were spoken of nor are to be made. It looks on the disk, so it belongs in a
    thread.
    """
    if project is None or not given.lines:
        return ()
    spoken_of = "\n".join(given.texts)
    missing = [
        one
        for one in find_file_names(text)
        if one not in spoken_of
        and not re.search(rf"(?:{_MAKES}){re.escape(one)}", text)
        and not any(_may_be(at / one) for at in (project.folder, project.top))
    ]
    listed = " and no ".join(missing[:_LISTED])
    return (f"There is no {listed} in this project.",) if missing else ()


_MAKES = (
    r"(?i:\b(?:creat(?:e|es|ing)|touch|sav(?:e|ing)|(?:call|name)d? it"
    r"|new (?:file|module)|erstell\w*|leg(?:e|en|t)|speicher\w*|neue (?:Datei|Klasse)"
    r"|créez?|crea|crie|maak)\b)[^\n]{0,40}"
    r"|(?i:\badd(?:ing)?\b(?:(?!\b(?:to|into|in|at)\b)[^\n]){0,40})"
)
"""What stands before a file that there is not yet."""


def _may_be(path: Path) -> bool:
    try:
        return ask(path.exists, path)
    except OSError:
        return True  # behind a door: nobody can tell


def warn(text: str) -> str:
    """What stands behind an answer with dangerous commands, in Markdown; "" without any."""
    return "".join(f"\n\n> **Before you run it:** {one}" for one in find_dangers(text))


def is_made_up(text: str, given: Given) -> bool:
    """Whether an answer names things, persons or numbers, and none of what the model was given."""
    facts = set(_find_facts(text))
    known = {fact for one in given.texts for fact in _WORD.findall(one.casefold())}
    return bool(facts) and not facts & known


def _find_facts(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        if word[0].isdigit() or (
            word[0].isupper() and len(word) > 1 and not usualness(word.lower())
        ):
            yield word.casefold()


class Held:
    """Passes pieces of an answer on as soon as no line of a file can begin before their end.
    With `back`, nothing is passed on but how far it is.
    """

    def __init__(self, on_update: OnUpdate, given: Given, *, back: bool = False) -> None:
        self._on_update = on_update
        self._given = given
        self._back = back
        self._text = ""
        self._fenced = False

    def __call__(self, update: Update) -> None:
        """The next update of the model."""
        self._text += update.text
        end = 0 if self._back else _find_end(self._text)
        self._on_update(replace(update, text=self._take(end)))

    def complete(self, answer: str, behind: str) -> None:
        """The model has ended: passes on what is left of its answer, and what stands behind it."""
        rest = answer if self._back else self._take(len(self._text)).rstrip()
        self._on_update(Update("writing", rest + behind, 1))

    def _take(self, end: int) -> str:
        piece, self._text = self._text[:end], self._text[end:]
        checked = check_lines(piece, self._given, fenced=self._fenced)
        self._fenced ^= bool(piece.count("```") % 2)
        return checked.text


def _find_end(text: str) -> int:
    """Where the last words begin, or before that a line that goes on in them."""
    words = [one.start() for one in re.finditer(r"\s+", text)]
    if len(words) < _WORDS:
        return 0
    end = words[-_WORDS]
    across = (one.span.start for one in find_file_lines(text) if one.span.end > end)
    return min(end, next(across, end))


_WORDS = 10
"""More than a line of a file is ever named with."""
_WORD = re.compile(r"\w+(?:[.@-]\w+)*")
_LISTED = 3
