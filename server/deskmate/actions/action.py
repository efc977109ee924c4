"""An action, and how it is read from its file.

An action file is front matter (what it is called, where it applies, what comes of it) and a
Jinja template of the instruction for the model. `docs/actions.md` lists what the keys mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

from deskmate.actions.templates import check_template
from deskmate.core.data.records import references_elsewhere
from deskmate.core.gate.checks import CHECKS
from deskmate.core.target import Form, Hard, Part, Putting, Result, Wish
from deskmate.errors import ActionError

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


def parse_action(action_id: str, text: str) -> Action:
    """One action from the text of its file. Raises ActionError that says what is wrong in it."""
    action = read_action(action_id, text)
    try:
        check_template(action.template)
    except ActionError as error:
        raise ActionError(f"its text is broken: {error}.") from error
    return action


def read_action(action_id: str, text: str) -> Action:
    """The same, without a look at its template: that of a built-in one is known to be right."""
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


FRONT = 10_000
"""Characters of its front matter."""

CHOICES = 100
"""Actions that one file may make."""

LINE = 300
"""Characters of its title, its summary and its kind."""

TOKENS = 32_000
"""The most room for an answer that an action may ask for."""
