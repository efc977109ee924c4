"""What the documentation and Helix are told of the languages, from their folders."""

from __future__ import annotations

import json
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import deskmate
from deskmate.core.syntax.language import Language, languages, query

FOLDER = Path(deskmate.__file__).parent / "core" / "languages"


def languages_page() -> str:
    """Every language with what is found and written in it."""
    rows = "".join(_row(one) for one in sorted(languages(), key=_title))
    return f"{PAGE}{rows}{BELOW}"


def languages_list() -> str:
    """The languages whose functions are known, for the README."""
    known = [one.title for one in sorted(languages(), key=_title) if _is_code(one)]
    said = f"{', '.join(known[:-1])} and {known[-1]} are understood by their syntax."
    return textwrap.fill(said, 100) + "\n"


def helix_languages() -> str:
    """`languages.toml` for Helix."""
    entries = sorted((one for each in languages() for one in _helix(each)), key=_helix_name)
    return HELIX + "".join(map(_helix_entry, entries))


def _title(language: Language) -> str:
    return language.title.lower()


def _is_code(language: Language) -> bool:
    return language.doc is not None and query(language, "scopes") is not None


def _row(language: Language) -> str:
    scopes = query(language, "scopes") or query(language, "sections")
    tests = language.tests.frameworks if language.tests else ()
    files = [f"`{name}`" for name in (*language.extensions, *language.filenames)]
    cells = (
        language.title,
        ", ".join(files[:6]) + (", …" if len(files) > 6 else ""),
        ("sections" if language.prose else ", ".join(_kinds(language))) if scopes else "",
        "yes" if language.doc else "",
        "yes" if query(language, "imports") else "",
        ", ".join(dict.fromkeys(one.name for one in reversed(tests))),
    )
    return f"| {' | '.join(cells)} |\n"


def _kinds(language: Language) -> Iterator[str]:
    """What of it is found."""
    found = query(language, "scopes")
    captures = {found.capture_name(at) for at in range(found.capture_count)} if found else set()
    kinds = {"function": "functions", "class": "classes"}
    yield from (name for kind, name in kinds.items() if f"{kind}.around" in captures)


def _helix(language: Language) -> list[dict[str, Any]]:
    text = (FOLDER / language.name / "language.toml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text).get("helix", [])
    return found


def _helix_name(entry: dict[str, Any]) -> tuple[bool, str]:
    """Those that Helix does not know come last."""
    return "scope" in entry, entry["name"]


def _helix_entry(entry: dict[str, Any]) -> str:
    lines = ["[[language]]", f"name = {json.dumps(entry['name'])}"]
    if "scope" in entry:
        lines.insert(0, "# Helix knows no such language by itself.")
        lines += [f"{key} = {json.dumps(entry[key])}" for key in ("scope", "file-types")]
    lines.append(f"language-servers = {json.dumps([*entry['servers'], 'deskmate'])}")
    return "\n" + "\n".join(lines) + "\n"


PAGE = """\
<!-- Written by docs/generate.py from core/languages; `make fix` writes it anew. -->

# Languages

What Deskmate knows of each language by its syntax. Where functions or classes are found, the menu
of code actions is about the one around the cursor; where documentation is written, *Add docstring*
is offered; where tests go somewhere, *Write tests* is. In every language that has a grammar, no
edit gets through that brings a syntax error. In any other, *Explain*, *Refactor* and *Fix bug* work
on what you select.

Languages of configuration have fewer of these on purpose: a Dockerfile has no functions, the rules
of a Makefile and the blocks of HCL are found so that each can be explained and fixed by itself.

| language | files | found | documentation | imports | tests |
|---|---|---|---|---|---|
"""

BELOW = """
A language is a folder of data, and no code; `server/deskmate/core/languages/README.md` says what is
in it.
"""

HELIX = """\
# Helix with Deskmate: paste this into ~/.config/helix/languages.toml, or let
# `deskmate setup helix --write` do it, which keeps what is there.
#
# Helix takes a list of language servers as it stands, so each names those that Helix 25.01 has for
# the language by itself, and Deskmate after them. What is not installed is passed over.
#
# Written by docs/generate.py from core/languages; `make fix` writes it anew.

[language-server.deskmate]
command = "deskmate"
args = ["serve"]
"""
