"""Where settings come from: the user's file, the project's, the editor and the environment.

Each place becomes a `Layer` of raw values for `settings.resolve`; a place that cannot be read
becomes a layer with that problem.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from deskmate.files.disk import ask
from deskmate.files.guarded import read_contents
from deskmate.files.places import place
from deskmate.settings.project import up_to_repository
from deskmate.settings.resolve import PREFIX, Layer, Problem, resolve, shown
from deskmate.settings.schema import Settings


def load_settings(
    folders: Iterable[Path] = (), editor: Iterable[object] = ()
) -> tuple[Settings, tuple[Problem, ...]]:
    """The settings that hold now, and what is wrong with them.

    defaults < user file < the files of a project in `folders`, the outermost first < what the
    editor sent, in the order in which it came < environment.
    """
    project = [project_layer(folder) for folder in folders]
    sent = [editor_layer(values) for values in editor]
    return resolve(user_layer(), *project, *sent, environment_layer())


def is_said(key: str, editor: Iterable[object] = ()) -> bool:
    """Whether the user has said something about a setting: in their own file, in what the editor
    sent, or in the environment.
    """
    layers = (user_layer(), *map(editor_layer, editor), environment_layer())
    return any(key in layer.values for layer in layers)


def user_file() -> Path:
    """Where the user's own settings are kept on this system."""
    return place("settings")


def action_folders(root: Path | None) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Where action files may lie besides the built-in ones: the user's folder, and those of the
    project in `root`, which are trusted less: there, and above it up to its repository's folder,
    the nearest first.
    """
    tops = up_to_repository(root) if root else ()
    return (place("actions"),), tuple(top / ".deskmate" / "actions" for top in tops)


def user_layer() -> Layer:
    """The user's own file; empty where there is none."""
    return _file_layer("user", user_file(), None)


def project_layer(root: Path) -> Layer:
    """The file of a project in the folder `root`; empty where there is none."""
    return _file_layer("project", root / ".deskmate" / "settings.toml", root)


def editor_layer(values: object) -> Layer:
    """What an editor sends: sections, dotted keys, or both. Where some of it is under "deskmate",
    the rest is other programs'. None, and None for a key, is "not set".
    """
    source = "the editor's settings"
    if values is None:
        return Layer("editor", source)
    if not isinstance(values, Mapping):
        wrong = Problem(source, "", f"they must be an object with keys, not {shown(values)}.")
        return Layer("editor", source, problems=(wrong,))
    flat = flatten(values)
    ours = {key: value for key, value in flat.items() if key.startswith("deskmate.")} or flat
    return Layer(
        "editor", source, {key.removeprefix("deskmate."): value for key, value in ours.items()}
    )


def environment_layer() -> Layer:
    """The variables `DESKMATE_SECTION__KEY`; an empty one is as good as none."""
    values = {
        name.removeprefix(PREFIX).lower().replace("__", "."): value
        for name, value in os.environ.items()
        if name.startswith(PREFIX) and value
    }
    return Layer("environment", "the environment", values)


def _file_layer(kind: Literal["user", "project"], path: Path, within: Path | None) -> Layer:
    def broken(message: str) -> Layer:
        return Layer(kind, str(path), problems=(Problem(str(path), "", message),))

    try:
        if not ask(path.exists, path):
            return Layer(kind, str(path))
        if not ask(path.is_file, path):
            return broken("it is not a file, so nothing is read from it.")
        data = read_contents(path, within).data
    except OSError as error:
        return broken(f"it cannot be read: {error.strerror or error}.")
    try:
        return Layer(kind, str(path), flatten(tomllib.loads(data.decode("utf-8-sig"))))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return broken(f"line {line} is not UTF-8, so nothing is read from it; save it as UTF-8.")
    except (ValueError, RecursionError) as error:
        return broken(f"it is not valid TOML, so nothing is read from it: {error}.")


def flatten(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested tables as one table with dotted keys, without those that are None."""
    flat: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{prefix}{key}.")
        elif value is not None:
            flat[f"{prefix}{key}"] = value
    return flat
