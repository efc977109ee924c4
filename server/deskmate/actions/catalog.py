"""The catalogue of actions: each one a file, built in or the user's own.

An action file is front matter (what it is called, where it applies, what comes of it) and a
Jinja template of the instruction for the model. `docs/actions.md` lists what the keys mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any, Literal, get_args

from deskmate.actions.templates import check_template
from deskmate.core.data.records import references_elsewhere
from deskmate.core.gate.checks import CHECKS
from deskmate.core.target import Form, Hard, Part, Putting, Result, Wish
from deskmate.errors import ActionError
from deskmate.files.disk import asks
from deskmate.files.guarded import read_small

Where = Literal["function", "class", "selection", "list", "table", "paragraph", "section", "file"]
When = Literal[
    "always",
    "written",
    "stub",
    "comment",
    "undocumented",
    "testable",
    "listed",
    "data",
    "selected",
    "importing",
    "concurrent",
]


Menu = Literal["first", "more"]
"""Whether an action is listed at once, or behind “More…” where there are many."""

ABOUT_PROBLEM = "problem"
"""The choice of an action that is asked about one reported problem, and nothing else."""

Behaviour = Literal["", "same"]
"""Whether code is to do what it did before."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be asked for.

    `scope` is what it works on, the first that is found at the cursor; `when` are the conditions
    of which one must hold there; `tokens` is the room for its answer on top of the length of
    what it rewrites. A `digest` is of that `form`, of `most` sentences or points,
    and goes where `put` says; it, or what is shown, has `parts` by these names; of `front-matter`
    the `fields` are keys, each with its JSON Schema. One that has `choices` is listed once for
    each, which its template knows as `choice`. `route` is where its requests are to be answered,
    `hard` in which way all of them are hard for a local model. `menu` says where it is listed,
    `behaviour` what is to become of what code does, unless the user's own words ask for something,
    `shortens` that a rewritten text may leave out facts, which is said, `together` that what uses
    the code is changed with it, in one edit of several files. One with a `problem` is
    listed under that title, too, for a single reported problem; then `choice` is `ABOUT_PROBLEM`.
    """

    id: str
    title: str
    summary: str
    kind: str
    scope: tuple[Where, ...]
    languages: tuple[str, ...]
    when: tuple[When, ...]
    result: Result
    checks: tuple[str, ...]
    tokens: int
    template: str
    form: Form = "paragraphs"
    put: Putting = "show"
    most: int = 0
    parts: Mapping[str, Part] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    choice: str = ""
    route: Wish = ""
    hard: Hard = ""
    menu: Menu = "first"
    behaviour: Behaviour = ""
    shortens: bool = False
    together: bool = False
    problem: str = ""

    @property
    def shows(self) -> bool:
        """Whether what comes of it is only for the user to read."""
        return self.result == "show" or (self.result == "digest" and self.put == "show")

    @property
    def edits(self) -> bool:
        """Whether it changes a document."""
        return not self.shows and self.result not in ("records", "labels")


def load_actions(
    folders: Iterable[Path] = (), projects: Iterable[Path] = (), disabled: Iterable[str] = ()
) -> tuple[dict[str, Action], tuple[str, ...]]:
    """The actions by id, in the order in which they are listed, and what is wrong with any file.

    A file in `folders`, which are the user's, replaces a built-in action of the same name. So does
    one in `projects`, the `.deskmate/actions` of those whose actions the user wants, but its title
    says that it is the project's; it lies in the project, replaces none of the user's, and may keep
    requests here and not send them elsewhere. One that is broken is left out.
    """
    found: dict[str, Action] = {}
    problems: list[str] = []
    taken: set[str] = set()
    sources: list[tuple[Path, Path | None, bool]] = []
    for name in BUILTIN:
        found |= {one.id: one for one in _variants(_read_builtin(name))}
    for folder in folders:
        sources += [(path, None, True) for path in list_action_files(folder, problems)]
    for folder in projects:
        top = folder.parent.parent
        sources += [(path, top, False) for path in list_action_files(folder, problems)]
    for source, within, own in sources:
        name = source.name.removesuffix(".md")
        try:
            action = parse_action(name, read_small(source, within, LARGEST))
            if not own:
                _stays_here(action)
                action = replace(action, title=f"{action.title} (.deskmate/actions/{source.name})")
            made = {one.id: one for one in _variants(action)}
            if not own:
                _is_new(made, taken)
            if len(taken | made.keys()) > MOST:
                raise ActionError(f"with it there would be more than {MOST} of such actions.")
            taken |= made.keys()
            found |= made
        except (ActionError, OSError, UnicodeDecodeError) as error:
            problems.append(f"The action file {source} is left out: {error}")
    return {key: found[key] for key in found if key not in set(disabled)}, tuple(problems)


LARGEST = 100_000
"""Bytes of a file with an action."""

FRONT = 10_000
"""Characters of its front matter."""

FILES = 100
"""Files of one folder."""

CHOICES = 100
"""Actions that one file may make."""

MOST = 300
"""Actions that all files together may make: each menu looks at every one."""

LINE = 300
"""Characters of its title, its summary and its kind."""

TOKENS = 32_000
"""The most room for an answer that an action may ask for."""

BUILTIN = (
    "fix-bug",
    "generate",
    "add-docstring",
    "refactor",
    "write-tests",
    "proofread",
    "clarify",
    "shorten",
    "simplify",
    "tone",
    "audience",
    "translate",
    "summarize",
    "summarize-bullets",
    "tldr",
    "minutes",
    "expand",
    "to-bullets",
    "to-prose",
    "continue",
    "fix-structure",
    "describe",
    "tags",
    "category",
    "extract",
    "classify",
    "convert",
    "clean",
    "explain",
    "explain-together",
    "change-together",
    "review-concurrency",
    "plan-change",
    "commit-message",
)
"""In the order in which a menu lists them."""


def hover_action() -> Action:
    """What explains a function or class in a hover. No menu lists it."""
    return _read_builtin("hover", "unlisted")


def use_action() -> Action:
    """What fits code to other code that it uses. No menu lists it."""
    return _read_builtin("fit-use", "unlisted")


@cache
def _read_builtin(name: str, folder: str = "builtin") -> Action:
    file = f"{folder}/{name}.md"
    text = resources.files(__package__).joinpath(file).read_text(encoding="utf-8")
    return _parse(name, text)


@asks(())
def list_action_files(folder: Path, problems: list[str]) -> Sequence[Path]:
    """The files of actions in a folder, and a problem where those are too many."""
    found = list(islice(folder.glob("*.md"), FILES + 1))
    if len(found) > FILES:
        problems.append(f"Of {folder} no action is read: it has more than {FILES} files.")
        return []
    return sorted(found)


def _is_new(made: Iterable[str], taken: set[str]) -> None:
    """Raises ActionError where a project's action would take the place of one of the user's, or of
    another project's.
    """
    if both := sorted(taken.intersection(made)):
        raise ActionError(
            f"you have an action `{both[0]}` already, and a project cannot replace it. Give one of "
            "the files another name."
        )


def _stays_here(action: Action) -> None:
    """Raises ActionError where a project's action would have requests leave the machine."""
    for key, value in (("route", action.route), ("hard", action.hard)):
        if value not in ("", "local"):
            raise ActionError(
                f"`{key}: {value}` is for your own actions; a project's may only have "
                "`route: local`."
            )


def _variants(action: Action) -> Iterator[Action]:
    """The action once for each of its choices."""
    if not action.choices:
        yield action
    for choice in action.choices:
        name, title = f"{action.id}-{choice.replace(' ', '-')}", f"{action.title}: {choice}"
        yield replace(action, id=name, title=title, choice=choice)


def parse_action(action_id: str, text: str) -> Action:
    """One action from the text of its file. Raises ActionError that says what is wrong in it."""
    action = _parse(action_id, text)
    try:
        check_template(action.template)
    except ActionError as error:
        raise ActionError(f"its text is broken: {error}.") from error
    return action


def _parse(action_id: str, text: str) -> Action:
    import yaml

    parts = re.match(r"---\r?\n(.*?\n)---\r?\n(.*)", text, re.DOTALL)
    if parts is None:
        raise ActionError("it must begin with front matter between two lines of `---`.")
    if len(parts[1]) > FRONT:
        raise ActionError(f"its front matter has more than {FRONT:,} characters.")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        # What stands for another part of it may be large, though it is short.
        if any(isinstance(one, yaml.AliasEvent) for one in yaml.parse(parts[1], Loader=loader)):
            raise ActionError("its front matter may have no aliases (`*name`).")
        given = yaml.load(parts[1], Loader=loader)
    except RecursionError:
        raise ActionError("its front matter is nested too deep.") from None
    except (yaml.YAMLError, ValueError) as error:  # the latter of a date or number that is none
        raise ActionError(f"its front matter is not YAML: {error}.") from error
    if not isinstance(given, dict):
        raise ActionError("its front matter must be `key: value` lines.")
    return Action(id=action_id, template=parts[2].strip(), **_checked(given))


def _checked(given: Mapping[Any, Any]) -> dict[str, Any]:
    values = {"kind": "refactor.rewrite", "summary": "", "checks": [], "tokens": 512}
    values |= {
        "choices": [],
        "form": "paragraphs",
        "put": "show",
        "fields": {},
        "parts": {},
        "most": 0,
    }
    values |= {"route": "", "hard": "", "menu": "first", "behaviour": "", "shortens": False}
    values |= {"problem": "", "together": False}
    values |= given
    known = {one.name for one in fields(Action)} - {"id", "template", "choice"}
    for key in values:
        if key not in known:
            raise ActionError(f"`{key}` is not a key of an action; the keys are {_list(known)}.")
    for key in known:
        if key not in values:
            raise ActionError(f"`{key}` is missing.")
    for key, allowed in _ALLOWED.items():
        items = _as_tuple(values[key])
        wrong = [item for item in items if allowed and item not in allowed]
        if wrong or not all(isinstance(item, str) for item in items):
            raise ActionError(f"`{key}` may be {_list(allowed)}, not {_list(wrong or items)}.")
        if len(items) > CHOICES:
            raise ActionError(f"`{key}` may be {CHOICES} at most.")
        values[key] = items
    for key, names in _NAMED.items():
        if values[key] not in get_args(names):
            raise ActionError(f"`{key}` may be {_list(get_args(names))}, not {values[key]!r}.")
    parts = values["parts"]
    if not isinstance(parts, dict) or not all(one in get_args(Part) for one in parts.values()):
        raise ActionError(f"`parts` must be names, each with one of {_list(get_args(Part))}.")
    values["parts"] = {str(name): kind for name, kind in parts.items()}
    if type(values["most"]) is not int or values["most"] < 0:
        raise ActionError("`most` must be a whole number of sentences or points, or 0.")
    if not isinstance(values["fields"], dict):
        raise ActionError("`fields` must be keys, each with its JSON Schema.")
    if elsewhere := next(references_elsewhere(values["fields"]), None):
        raise ActionError(f"`fields` refer to {elsewhere}, which is not read.")
    for key in ("shortens", "together"):
        if not isinstance(values[key], bool):
            raise ActionError(f"`{key}` must be true or false.")
    if values["together"] and values["result"] != "replace":
        raise ActionError("`together` is for actions whose `result` is `replace`.")
    if not isinstance(values["tokens"], int) or not 0 < values["tokens"] <= TOKENS:
        raise ActionError(f"`tokens` must be a whole number from 1 to {TOKENS:,}.")
    for key in ("title", "summary", "kind", "problem"):
        if not isinstance(values[key], str | int | float) or len(str(values[key])) > LINE:
            raise ActionError(f"`{key}` must be a text of {LINE} characters at most.")
        values[key] = str(values[key])
    return values


def _as_tuple(value: object) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _list(items: Iterable[object]) -> str:
    return ", ".join(f"`{item}`" for item in sorted(items, key=str))


_NAMED: dict[str, Any] = {
    "result": Result,
    "form": Form,
    "put": Putting,
    "route": Wish,
    "hard": Hard,
    "menu": Menu,
    "behaviour": Behaviour,
}

_ALLOWED: dict[str, tuple[str, ...]] = {
    "scope": get_args(Where),
    "when": get_args(When),
    "languages": (),
    "checks": tuple(CHECKS),
    "choices": (),
}
