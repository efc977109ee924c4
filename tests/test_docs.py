"""Every block of settings, JSON and commands in README.md and docs/ is one that works."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from deskmate.cli.main import create_parser
from deskmate.engines.near import is_near
from deskmate.settings.resolve import Layer, keys, resolve
from deskmate.settings.schema import Settings
from deskmate.settings.sources import flatten

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
_BLOCK = re.compile(r"^( *)(`{3,})(\w+)[^\n]*\n(.*?)^\1\2 *$", re.M | re.S)
SECTIONS = {section.name for section in fields(Settings)}


class Block(NamedTuple):
    """A fenced block of a page, with the line on which its text begins."""

    page: Path
    line: int
    language: str
    text: str


def blocks(*languages: str) -> list[Any]:
    """The blocks in these languages, as parameters named after their places."""
    return [
        pytest.param(block, id=f"{block.page.relative_to(ROOT)}:{block.line}")
        for page in PAGES
        if page.exists()
        for block in _blocks_of(page)
        if block.language in languages
    ]


def _blocks_of(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        yield Block(page, text.count("\n", 0, found.start(4)) + 1, found[3], found[4])


@pytest.mark.parametrize("block", blocks("toml"))
def test_settings_are_settings(block: Block) -> None:
    values = tomllib.loads(block.text)
    if set(values) <= SECTIONS:
        accept(flatten(values))
    server = values.get("language-server", {}).get("deskmate", {})
    accept(flatten(server.get("config", {}).get("deskmate", {})))


@pytest.mark.parametrize("block", blocks("json"))
def test_json_is_json(block: Block) -> None:
    text = block.text.strip()
    values = json.loads(f"{{{text}}}" if text.startswith('"') else text)
    for name, value in named(values):
        if not name.startswith(("server.", "trace.")):  # the extension's own
            accept({name: value})


def named(values: Any) -> Iterator[tuple[str, Any]]:
    """Our settings in an editor's: `"deskmate.local.model": …` wherever it stands."""
    if isinstance(values, Mapping):
        for name, value in values.items():
            if name.startswith("deskmate."):
                yield name.removeprefix("deskmate."), value
            elif name == "deskmate" and isinstance(value, Mapping) and set(value) <= SECTIONS:
                yield from flatten(value).items()
            else:
                yield from named(value)


def accept(values: Mapping[str, Any]) -> None:
    _, problems = resolve(Layer("user", "the page", dict(values)))
    assert not problems
    for name, value in values.items():
        if name.startswith("local") and keys()[name].begins:
            assert is_near(value), f"{value} is on the internet"


def commands() -> list[Any]:
    """Each line of the shell blocks, and what is typed after `$` in a terminal."""
    found = []
    for parameters in blocks("sh", "console"):
        (block,) = parameters.values
        for at, line in enumerate(block.text.splitlines(), block.line):
            typed = line.removeprefix("$ ") if block.language == "console" else line
            if typed != line or block.language == "sh":
                place = f"{block.page.relative_to(ROOT)}:{at}"
                found.append(pytest.param(typed, id=f"{place} {typed[:40]}"))
    return found


@pytest.mark.parametrize("line", commands())
def test_commands_are_commands(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    for part in re.split(r" [|&]{1,2} | >>? ", line):
        words = shlex.split(part, comments=True)
        match words:
            case ["deskmate" | ".venv/bin/deskmate", *arguments]:
                try:
                    create_parser().parse_args(arguments)
                except SystemExit as end:
                    assert not end.code, capsys.readouterr().err
            case ["make", *goals]:
                targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M)
                assert {goal for goal in goals if "=" not in goal} <= set(targets)


TOP = ROOT / "server" / "deskmate"
_NAMED = re.compile(r"`((?:[\w-]+/)+[\w-]*)(?:\.(\w+))?`")
_METHOD = re.compile(r"[a-z]+(?:/[a-zA-Z]+)*/[a-z]+[A-Z][A-Za-z]+")  # LSP's: `workspace/applyEdit`


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "SECURITY.md"], ids=lambda page: str(page.relative_to(ROOT))
)
def test_files_and_names_that_pages_name_are_there(page: Path) -> None:
    """`cloud/consent.py`, `core/target.Result`, `docs/`: from either top."""
    text = page.read_text(encoding="utf-8")
    named = [
        (path, name)
        for path, name in _NAMED.findall(text)
        if any((top / path.split("/")[0]).exists() for top in (ROOT, TOP))
        and not _METHOD.fullmatch(path)
    ]
    missing = [f"{path}.{name}" for path, name in named if not is_there(path, name, text)]
    assert not missing


def is_there(path: str, name: str, page: str) -> bool:
    """Whether a file is there, or a module that has the name; or one that a page has the reader
    make, or to name (`NAME.md`).
    """
    file = f"{path}.{name}" if name else path
    if re.search(r"\b[A-Z]+/?$", path) and not path.endswith("README"):
        return True
    if any((top / file).exists() for top in (ROOT, TOP)) or f"+++ b/{file}\n" in page:
        return True
    module = TOP / f"{path}.py"
    return module.exists() and re.search(rf"\b{name}\b", module.read_text("utf-8")) is not None


def test_modules_that_modules_name_are_there() -> None:
    modules = sorted(path.as_posix() for path in TOP.rglob("*.py"))
    tests = sorted(path.as_posix() for path in (ROOT / "tests").rglob("*.py"))
    missing = [
        f"{path}: {named}"
        for path in modules
        for named in re.findall(r"`([a-z_\d/]+\.py)`", Path(path).read_text(encoding="utf-8"))
        if not any(there.endswith(f"/{named}") for there in (*modules, *tests))
    ]
    assert not missing
