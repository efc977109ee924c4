"""What a project has agreed on about its style, as its formatters' own settings say.

Which settings those are is data in each `language.toml`. This module reads the project's files,
nothing else; what cannot be read says nothing.
"""

from __future__ import annotations

import configparser
import json
import tomllib
from collections.abc import Iterator, Mapping
from functools import reduce
from pathlib import Path
from typing import Any

from deskmate.core.syntax.document import Document
from deskmate.core.syntax.language_tables import StyleRule
from deskmate.core.text.uri import file_path
from deskmate.files.guarded import read_small
from deskmate.settings.project import project_root

LARGEST = 200_000
"""Bytes of a settings file that is read."""


def find_style(document: Document, root: Path | None) -> str:
    """The project's style for the language of this document, in a few words; "" where none is set.

    Of the rules that say the same thing the first counts.
    """
    path = file_path(document.uri)
    if document.language is None or path is None:
        return ""
    found: dict[str, str] = {}
    for rule in document.language.style:
        said = _said(rule, root or project_root(path))
        if said and rule.about not in found:
            found[rule.about] = said
    return ", ".join(found.values())


def _said(rule: StyleRule, root: Path) -> str:
    for name in rule.files:
        values = _read(root / name, root)
        value = reduce(_entry, rule.key, values)
        if value is None or isinstance(value, (dict, list)):
            continue
        if rule.says and str(value).strip("0").isdigit():  # 0 and "off" are no limit
            return rule.says.replace("{}", str(value))
        return rule.values.get(str(value).lower(), "")
    return ""


def _entry(values: Any, key: str) -> Any:
    return values.get(key) if isinstance(values, Mapping) else None


def _read(path: Path, root: Path) -> Any:
    """The settings in a file, whichever of the usual formats it has; None where there are none."""
    try:
        return next(_parsed(path.name, read_small(path, root, LARGEST)), None)
    except (OSError, ValueError, RecursionError, configparser.Error):
        return None


def _parsed(name: str, text: str) -> Iterator[Any]:
    if name.endswith(".toml"):
        yield tomllib.loads(text)
    elif name.endswith(".json"):
        yield json.loads(text)
    elif name == ".editorconfig":
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        parser.read_string("[root]\n" + text)
        yield {section: dict(parser[section]) for section in parser.sections()}
    else:  # YAML, which JSON is a part of
        import yaml

        try:
            # The one in C is ten times as fast, and says so of what is nested too deep.
            yield yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except yaml.YAMLError:
            return
