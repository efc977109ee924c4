"""Requests that are labelled by hand as hard or everyday ones (the folder `routing`), and how well
they are told apart.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from deskmate.actions.action import Action
from deskmate.actions.catalog import load_actions
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.text.text import Span
from deskmate.requests.facts import gather_action_facts, gather_question_facts
from deskmate.requests.modules import Module, find_modules, modules_used
from deskmate.routing.facts import Facts, Tried, split_wish
from deskmate.routing.policy import Available, Route, route
from deskmate.settings.project import Project
from deskmate.settings.sections.routing import RoutingSettings
from deskmate.workspace.index.index import ProjectIndex

CASES = resources.files(__package__) / "routing"

WINDOW = 8192
"""Tokens of the local model, as on a laptop without a GPU."""

LINE = 11
"""Tokens of a line of code, for requests that say only how long they are."""


@dataclass(frozen=True)
class Labelled:
    """A request with its label. `unseen` ones were left out of account while weights were tuned;
    `later` ones were written when nothing was changed any more.
    """

    action: str
    why: str
    hard: bool
    later: bool
    instruction: str = ""
    language: str = ""
    code: str = ""
    lines: int = 0
    project: tuple[str, ...] = ()
    tried: Tried = ""
    file: str = field(default="", compare=False)

    @property
    def unseen(self) -> bool:
        """By a hash, so that nobody chooses."""
        text = f"{self.action}\n{self.instruction}\n{self.code}{self.lines or ''}"
        return hashlib.sha256(text.encode()).digest()[0] % 3 == 0

    def facts(self) -> Facts:
        """What the signals see of it."""
        name = f"file:///project/{PurePosixPath(self._folder) / 'main'}"
        document = open_document(name, self.code, language_id=self.language or "plaintext")
        whole = Span(0, len(self.code))
        size = max(LINE * self.lines, len(self.code) // 3)
        said, wish = split_wish(self.instruction)
        if self.action == "ask":
            facts = gather_question_facts(
                said, document, whole, size=size, window=WINDOW, wish=wish
            )
        else:
            action = _actions()[self.action]
            facts = gather_action_facts(
                action, said, document, whole, size=size, window=WINDOW, wish=wish
            )
        used = modules_used(self._modules(document), document, whole)
        return replace(facts, modules=used, tried=self.tried)

    def _modules(self, document: Document) -> tuple[Module, ...]:
        """The files of its project that it imports: they have names, and nothing in them."""
        with TemporaryDirectory() as made:
            root = Path(made).resolve()
            for name in self.project:
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).touch()
            path = root / self._folder / "main"
            return find_modules(ProjectIndex(Project(root, (root,)), {path: document}), path)

    def route(self) -> Route:
        """Where it would go if a cloud model were there, with the defaults."""
        return route(self.facts(), RoutingSettings(), Available(cloud=True))

    @property
    def _folder(self) -> str:
        return str(PurePosixPath(self.project[0]).parent) if self.project else ""


@cache
def _actions() -> Mapping[str, Action]:
    return load_actions()[0]


@cache
def labelled() -> tuple[Labelled, ...]:
    """Every labelled request."""
    return tuple(
        Labelled(
            **_values(one),
            hard="hard" in path.name,
            later="later" in path.name,
            file=path.name,
        )
        for path in sorted(CASES.iterdir(), key=lambda one: one.name)
        if path.name.endswith(".toml")
        for one in tomllib.loads(path.read_text(encoding="utf-8"))["request"]
    )


def _values(one: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in one.items()}


def parts() -> dict[str, list[Labelled]]:
    """Those that weights are tuned on, those that are left unseen, and those written later."""
    found: dict[str, list[Labelled]] = {"tuned": [], "unseen": [], "later": []}
    for one in labelled():
        found["later" if one.later else "unseen" if one.unseen else "tuned"].append(one)
    return found


@dataclass(frozen=True)
class Figures:
    """How well hard requests are told from everyday ones."""

    everyday: int
    hard: int
    found: int
    alarms: int

    @property
    def precision(self) -> float:
        """How many of those that are called hard are."""
        called = self.found + self.alarms
        return self.found / called if called else 1.0

    @property
    def recall(self) -> float:
        """How many of the hard ones are called so."""
        return self.found / self.hard

    @property
    def false_alarms(self) -> float:
        """How many of the everyday ones are called hard."""
        return self.alarms / self.everyday


def measure(requests: Iterable[Labelled]) -> Figures:
    """The figures of these requests."""
    called = [(one.hard, one.route().kind == "ask") for one in requests]
    return Figures(
        everyday=sum(not hard for hard, _ in called),
        hard=sum(hard for hard, _ in called),
        found=sum(hard and said for hard, said in called),
        alarms=sum(said and not hard for hard, said in called),
    )
