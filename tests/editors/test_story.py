"""The same story in each real editor: what a user sees and does, on a scripted engine.

Keys go into a terminal, and what is asserted is on its screen or in the file.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from helix_editor import Helix
from neovim_editor import Neovim
from terminal import Terminal

from command_line import Project

pytestmark = pytest.mark.editors

EDITORS: dict[str, Callable[[Project, Path, int], RealEditor]] = {"neovim": Neovim, "helix": Helix}

BASKET = Path(__file__).parents[2] / "examples" / "shop" / "basket.py"
IMAGES = Path(__file__).parents[2] / "docs" / "editors" / "images"
SUGGESTIONS = Path(__file__).parents[2] / "docs" / "images" / "suggestions"
JUDGED = {"DESKMATE_CHECKS__ENABLED": "true"}
TEXT = BASKET.read_text(encoding="utf-8")
TOTAL, LOOP, MOST_EXPENSIVE = 15, 18, 23

FIXED_TOTAL = '''\
def total(items: list[Item]) -> int:
    """What all items cost together, in cents."""
    result = 0
    for item in items:
        result += item.price * item.quantity
    return result'''
FIX = f"```python\n{FIXED_TOTAL}\n```"
DOCUMENTED = '''```python
def most_expensive(items: list[Item]) -> Item | None:
    """The item that costs most."""
    if not items:
        return None
    return max(items, key=lambda item: item.price)
```'''
FIXED = TEXT.replace("result = item", "result += item")


class RealEditor(Protocol):
    """What the story needs of an editor."""

    terminal: Terminal

    def go(self, line: int) -> None: ...
    def listed(self) -> str: ...
    def choose(self, title: str) -> None: ...
    def cancel(self) -> None: ...
    def choose_and_let_tests_run(self, title: str) -> None: ...
    def insert(self, line: int, text: str) -> None: ...
    def hover(self) -> None: ...
    def save(self) -> None: ...
    def text(self) -> str: ...
    def close(self) -> None: ...


class Story:
    """One editor with the basket open, and the model that answers."""

    def __init__(self, editor: RealEditor, project: Project) -> None:
        self.editor = editor
        self._project = project

    def model(self, event: str) -> None:
        """Waits until this has happened to the scripted engine."""
        log = self._project.log
        self.editor.terminal.until(
            lambda: log.exists() and f'"{event}"' in log.read_text(), f"the model: {event}"
        )

    def let_it_end(self) -> None:
        """What was held back of the model's answer is said, once the server has what was typed:
        Neovim tells it of that 0.15 s later.
        """
        time.sleep(1)
        self._project.go.touch()

    def escalate(self) -> None:
        """Waits until nothing has changed on the screen for a while."""
        before = ""
        while before != (before := self.editor.terminal.screen()):
            time.sleep(1)


Start = Callable[..., Story]


@pytest.fixture(params=EDITORS)
def start(request: pytest.FixtureRequest, project: Project) -> Iterator[Start]:
    """Starts the editor on the basket; the model says these replies, one after the other, and where
    they are `held` no end of them before it is let.
    """
    running: list[RealEditor] = []

    def start(
        *replies: str, settings: dict[str, str] | None = None, held: bool = False, **more: Any
    ) -> Story:
        shutil.copytree(BASKET.parent, project.root, dirs_exist_ok=True)
        file = project.root / BASKET.name
        if held:
            more["until"] = str(project.go)
        if replies:
            project.script(*replies, **more)
        project.variables.update(settings or {})
        running.append(EDITORS[request.param](project, file, LOOP))
        return Story(running[-1], project)

    yield start
    for editor in running:
        editor.close()


def test_actions_are_listed(start: Start) -> None:
    story = start(FIX)
    screen = story.editor.listed()
    for title in ("Fix bug", "Refactor", "Write tests", "Explain"):
        assert title in screen
    assert not re.search(r"Add docstring\b", screen), "it has one"


def test_a_bug_is_fixed(start: Start) -> None:
    story = start(FIX)
    story.editor.choose("Fix bug")
    story.editor.terminal.shows("result += item.price")
    assert story.editor.text() == FIXED


def test_a_fix_is_judged_by_the_tests_that_failed(start: Start) -> None:
    story = start(FIX, settings=JUDGED)
    story.editor.choose_and_let_tests_run("Fix bug")
    story.editor.terminal.shows("2 tests of tests/test_basket.py pass, 1 of them failed before")
    assert story.editor.text() == FIXED


def test_progress_is_shown(start: Start) -> None:
    story = start(FIX, held=True, pieces=4)
    story.editor.choose("Fix bug")
    story.editor.terminal.shows("writing, ")
    story.let_it_end()
    story.editor.terminal.shows("result += item.price")
    story.editor.terminal.until(
        lambda: "writing" not in story.editor.terminal.screen(), "the progress is gone"
    )


def test_what_runs_is_cancelled(start: Start) -> None:
    story = start(FIX, held=True, pieces=4)
    story.editor.choose("Fix bug")
    story.editor.terminal.shows("writing, ")
    story.editor.cancel()
    story.model("closed")
    story.editor.terminal.until(
        lambda: "writing" not in story.editor.terminal.screen(), "the progress is gone"
    )
    assert story.editor.text() == TEXT


def test_an_explanation_is_shown(start: Start) -> None:
    story = start("It adds up the **price** of every item.\n\nThen it gives the sum.", pieces=5)
    story.editor.choose("Explain")
    story.editor.terminal.shows("It adds up the")
    story.editor.terminal.shows("Then it gives the sum.")
    story.model("finished")
    story.escalate()
    assert "Then it gives the sum." in story.editor.terminal.screen(), "it is no passing message"


def test_who_types_elsewhere_gets_the_edit_where_it_belongs(start: Start) -> None:
    story = start(FIX, held=True)
    story.editor.choose("Fix bug")
    story.model("asked")
    story.editor.insert(1, "# typed 🛒 meanwhile")
    story.let_it_end()
    story.editor.terminal.shows("result += item.price")
    assert story.editor.text() == "# typed 🛒 meanwhile\n" + FIXED


def test_who_types_in_the_function_keeps_it(start: Start) -> None:
    story = start(FIX, held=True)
    story.editor.choose("Fix bug")
    story.model("asked")
    story.editor.insert(LOOP, "# mine")
    story.let_it_end()
    story.editor.terminal.shows("You edited this code")
    assert story.editor.text() == TEXT.replace("    for item", "    # mine\n    for item", 1)


def test_what_may_not_stand_is_refused(start: Start) -> None:
    story = start("```python\ndef total(items:\n```", again=True)
    story.editor.choose("Fix bug")
    story.editor.terminal.shows("nothing was changed")
    assert story.editor.text() == TEXT


def test_the_second_hover_shows_what_the_first_one_asked_for(start: Start) -> None:
    story = start("Adds up the **price** of every item.", again=True)
    story.editor.go(TOTAL)
    story.editor.terminal.type("ee")
    story.editor.hover()
    story.model("finished")
    story.editor.terminal.keys("Escape")
    story.editor.terminal.type("hl")  # or else Neovim goes into the window of the first one
    story.editor.hover()
    story.editor.terminal.shows("Adds up the")


def test_a_save_puts_documentation_in(start: Start) -> None:
    story = start(DOCUMENTED, again=True, settings={"DESKMATE_DOCSTRINGS__ON_SAVE": "all"})
    story.model("finished")
    story.editor.insert(1, "# typed")
    story.editor.save()
    story.editor.terminal.shows("The item that costs most.")
    documented = TEXT.replace("| None:\n", '| None:\n    """The item that costs most."""\n')
    assert story.editor.text() == "# typed\n" + documented


@pytest.mark.model
def test_the_small_model_answers(
    start: Start, coder: Path, update: bool, request: pytest.FixtureRequest
) -> None:
    """Whatever it says: it is applied or refused in a sentence, and what it explains is shown. With
    `--update` the picture in the docs is of this.
    """
    story = start(settings={"DESKMATE_LOCAL__MODEL": str(coder)})
    terminal = story.editor.terminal
    story.editor.go(MOST_EXPENSIVE)
    story.editor.choose("Add docstring")
    ended = re.compile(r'nothing was changed|most_expensive\(.*\n[\W\d]*"""')
    terminal.until(lambda: ended.search(terminal.screen()), "it is documented, or refused")
    story.editor.go(LOOP)
    story.editor.choose("Explain")
    terminal.until(lambda: "`total`" in terminal.screen(), "it is explained")
    story.escalate()
    if update:
        name = request.node.callspec.params["start"]
        terminal.picture(IMAGES / f"{name}.svg", f"{name.capitalize()}: basket.py")
