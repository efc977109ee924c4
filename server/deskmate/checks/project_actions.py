"""The actions that may be used: those built in, the user's own, and with their leave a project's.
How that is asked is the editor's or the terminal's business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deskmate.actions.action import Action
from deskmate.actions.catalog import list_action_files, load_actions
from deskmate.checks.consent_store import Choice, find_actions_decision
from deskmate.errors import DeskmateError
from deskmate.files.places import place
from deskmate.settings.project import up_to_repository
from deskmate.settings.sources import action_folders
from deskmate.workspace.reading import stamp_of

CHOICES: dict[str, Choice] = {"Use them here": "always", "Never here": "never"}


@dataclass(frozen=True, slots=True)
class ActionsQuestion:
    """Whether the actions of the project in `folder` may be used, whose files have these names. No
    answer means not now.
    """

    folder: Path
    names: tuple[str, ...]

    @property
    def words(self) -> str:
        """What is asked."""
        return (
            f"This project brings actions of its own ({self._few}), which say to the model what to "
            f"do, and may take the place of built-in ones. Use them? ({self.folder})"
        )

    @property
    def how(self) -> str:
        """What to do where it cannot be asked."""
        return (
            f"This project brings actions of its own ({self._few}), which are not used until you "
            f'say so: `deskmate consent actions "{self.folder}"`.'
        )

    def brings(self, action_id: str) -> bool:
        """Whether one of them may be the action of that id, or of that id with a choice."""
        return any(action_id == one or action_id.startswith(f"{one}-") for one in self.names)

    @property
    def _few(self) -> str:
        more = "…" if len(self.names) > _FEW else ""
        return ", ".join((*self.names[:_FEW], *([more] if more else [])))


_FEW = 5


@dataclass(frozen=True, slots=True)
class Loaded:
    """The actions by id that may be used, what is wrong with any file, what the user has not
    decided yet, and the state of all files that this comes of.
    """

    actions: Mapping[str, Action]
    problems: tuple[str, ...]
    questions: tuple[ActionsQuestion, ...]
    state: object


def load_allowed(
    root: Path | None, *, trusted: Sequence[Path] = (), known: Loaded | None = None
) -> Loaded:
    """The actions that may be used with the project in a folder. Where an editor says that its user
    has `trusted` folders, they have decided, though not of what is above. What is `known` is given
    back where no file has changed since.
    """
    own, projects = action_folders(root)
    opened = {one for folder in trusted for one in up_to_repository(folder)[:1]}
    state = (opened, _find_state((*own, *projects)))
    if known is not None and known.state == state:
        return known
    allowed: list[Path] = []
    problems: list[str] = []
    questions: list[ActionsQuestion] = []
    for folder in projects:
        names = tuple(path.stem for path in list_action_files(folder, problems))
        top = folder.parent.parent
        decided = not names or top in opened
        try:
            choice = "always" if decided else find_actions_decision(top)
        except DeskmateError as error:
            problems.append(str(error))
            continue
        if choice == "always":
            allowed.append(folder)
        elif choice is None:
            questions.append(ActionsQuestion(top, names))
    actions, broken = load_actions(own, allowed)
    return Loaded(actions, tuple(dict.fromkeys((*problems, *broken))), tuple(questions), state)


def _find_state(folders: tuple[Path, ...]) -> object:
    """What is another where a file with actions, or the user's decisions, changed."""
    files = [path for folder in folders for path in (folder, *list_action_files(folder, []))]
    return tuple((path, stamp_of(path)) for path in (*files, place("runs")))
