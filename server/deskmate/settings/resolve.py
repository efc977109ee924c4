"""Raw values from several places, laid over each other → `Settings` and what is wrong.

An invalid value is ignored and reported; all other settings apply. Where the raw values come from,
and in which order, is in `sources.py`.
"""

from __future__ import annotations

import difflib
import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import PurePath
from typing import Any, Literal, get_args, get_origin, get_type_hints

from deskmate.settings.schema import Settings


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in the settings: where it stands, its key ("" for a whole file), and
    a sentence that says what is expected.
    """

    source: str
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.source}: {self.message}"


@dataclass(frozen=True, slots=True)
class Layer:
    """The raw values of one place, by dotted key, and what was wrong with the place itself."""

    kind: Literal["user", "project", "editor", "environment"]
    source: str
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    problems: tuple[Problem, ...] = ()


def resolve(*layers: Layer) -> tuple[Settings, tuple[Problem, ...]]:
    """The settings that come of the defaults and `layers`, of which a later one wins key by key,
    and every problem found on the way. Where a project may only be stricter, what the user chose
    holds if that is stricter still.
    """
    given: dict[str, Any] = {}
    strictest: dict[str, Any] = {}
    problems: list[Problem] = []
    for layer in layers:
        problems += layer.problems
        for name, raw in layer.values.items():
            try:
                value = _checked(layer, name, raw)
            except ValueError as wrong:
                problems.append(Problem(layer.source, name, str(wrong)))
            else:
                if layer.kind == "project" and keys()[name].project == "earlier":
                    strictest[name] = _stricter(name, strictest.get(name, value), value)
                else:
                    given[name] = value
    for name, value in strictest.items():
        given[name] = _stricter(name, given.get(name, keys()[name].default), value)
    values: dict[str, dict[str, Any]] = {section.name: {} for section in fields(Settings)}
    for name, value in given.items():
        section, _, short = name.partition(".")
        values[section][short] = value
    sections = get_type_hints(Settings)
    return Settings(**{name: sections[name](**values[name]) for name in sections}), tuple(problems)


def _stricter(name: str, one: str, other: str) -> str:
    return min(one, other, key=get_args(keys()[name].kind).index)


PREFIX = "DESKMATE_"


def variable(name: str) -> str:
    """The environment variable for a key: `local.engine` → `DESKMATE_LOCAL__ENGINE`."""
    return PREFIX + name.replace(".", "__").upper()


@dataclass(frozen=True, slots=True)
class Key:
    """One setting as it is documented and checked. `kind` is its type, `within` the least and the
    greatest number, `begins` how a text must begin, `command` whether it is words that can be run.
    `project` says whether a project may set it, or only to a choice that stands "earlier" among
    those that there are, or to a file "inside" of it.
    """

    name: str
    kind: Any
    default: Any
    help: str
    project: bool | Literal["earlier", "inside"]
    secret: bool
    within: tuple[float, float] | None
    begins: tuple[str, ...]
    command: bool

    @property
    def expected(self) -> str:
        """What a value must be, in words that go on after "must be"."""
        if get_origin(self.kind) is Literal:
            return "one of " + ", ".join(f"`{choice}`" for choice in get_args(self.kind))
        words = _WORDS[self.kind]
        if self.within:
            words += f" from {self.within[0]:,} to {self.within[1]:,}"
        if self.begins:
            words += " that begins with " + " or ".join(f"`{text}`" for text in self.begins)
        if self.command:
            words += " with a program first and its quotes closed"
        return words


_WORDS: dict[Any, str] = {
    str: "a string",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    tuple[str, ...]: "a list of strings",
}


@cache
def keys() -> Mapping[str, Key]:
    """Every setting by its dotted name, section by section."""
    return {
        f"{section}.{one.name}": Key(
            name=f"{section}.{one.name}",
            kind=_kind(get_type_hints(owner)[one.name], one.metadata["choices"]),
            default=one.default,
            **{name: about for name, about in one.metadata.items() if name != "choices"},
        )
        for section, owner in get_type_hints(Settings).items()
        for one in fields(owner)
    }


def _kind(kind: Any, choices: Callable[[], tuple[str, ...]] | None) -> Any:
    return Literal[choices()] if choices else kind


def _checked(layer: Layer, name: str, raw: Any) -> Any:
    """The value of one key. Raises ValueError with a sentence for the user."""
    spelled = f"`{_plain(_spelled(layer, name))}`"
    key = keys().get(name)
    if key is None:
        raise ValueError(f"{spelled} is not a setting. {_nearest(layer, name)}")
    if layer.kind == "project" and not key.project:
        raise ValueError(
            f"{spelled} cannot be set by a project, whose files may not decide what runs or where "
            f"code is sent. Set it in your own settings or in your editor's."
        )
    if layer.kind == "project" and key.project == "inside" and _is_elsewhere(str(raw)):
        raise ValueError(
            f"{spelled} may be a file of the project's, by its name from its folder on, where a "
            f"project sets it, not {shown(raw)}."
        )
    value = _from_text(key, raw) if layer.kind == "environment" else raw
    if key.kind is float and type(value) is int:
        value = float(value)
    if get_origin(key.kind) is Literal and isinstance(value, str):
        value = value.lower()
    if not _fits(key, value):
        found = "" if key.secret else f", not {shown(raw)}"
        raise ValueError(f"{spelled} must be {key.expected}{found}.")
    return tuple(value) if isinstance(value, list) else value


def _nearest(layer: Layer, name: str) -> str:
    section = name.partition(".")[0]
    inside = [key.partition(".")[2] for key in keys() if key.startswith(f"{section}.")]
    if name == section and inside:
        return f"It is a section; its keys are {', '.join(inside)}."
    near = difflib.get_close_matches(name, keys(), n=1)
    if near:
        return f"Did you mean `{_spelled(layer, near[0])}`?"
    if inside:
        return f"The keys in `{section}` are {', '.join(inside)}."
    return f"The sections are {', '.join(get_type_hints(Settings))}."


def _from_text(key: Key, text: str) -> Any:
    """The text of a variable as the type of its key; the text itself where it is none."""
    if key.kind is bool:
        return {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}.get(text.lower(), text)
    if key.kind in (int, float):
        try:
            return key.kind(text)
        except ValueError:
            return text
    if get_origin(key.kind) is tuple:
        return [item.strip() for item in text.split(",") if item.strip()]
    return text


def _is_elsewhere(name: str) -> bool:
    """Whether a file of that name is not looked for in the project."""
    return bool(PurePath(name).anchor) or name.startswith("~")


_YES = ("1", "true", "yes", "on")
_NO = ("0", "false", "no", "off")


def _fits(key: Key, value: Any) -> bool:
    if get_origin(key.kind) is Literal:
        return value in get_args(key.kind)
    if get_origin(key.kind) is tuple:
        return isinstance(value, list) and all(
            isinstance(item, str) and "\0" not in item for item in value
        )
    if type(value) is not key.kind or (isinstance(value, str) and "\0" in value):
        return False
    if key.within:
        return bool(key.within[0] <= value <= key.within[1])
    if key.command:
        return _is_command(value)
    return not key.begins or not value or bool(value.startswith(key.begins))


def _is_command(text: str) -> bool:
    """Whether a text is empty, or words that can be run."""
    try:
        words = shlex.split(text)
    except ValueError:
        return False
    return not words or bool(words[0].strip())


def _spelled(layer: Layer, name: str) -> str:
    return variable(name) if layer.kind == "environment" else name


def shown(value: object) -> str:
    """A wrong value for a sentence, as JSON writes it."""
    return f"`{_plain(json.dumps(value, ensure_ascii=False, default=str))}`"


def _plain(text: str) -> str:
    """At most 40 characters of somebody's text, and none that would steer a terminal."""
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return text if len(text) <= 40 else text[:39] + "…"
