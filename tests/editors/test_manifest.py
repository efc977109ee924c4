"""What is generated for VS Code: one more action or setting adds lines, and changes none."""

from __future__ import annotations

import difflib
import json
import re
import runpy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deskmate.actions.action import Action
from deskmate.actions.catalog import load_actions
from deskmate.engines.models.catalogue import known

EDITORS = Path(__file__).parents[2] / "editors"
MANIFEST = runpy.run_path(str(EDITORS / "vscode" / "generate_manifest.py"))
ACTIONS, _ = load_actions()


def generated(monkeypatch: pytest.MonkeyPatch, actions: dict[str, Action]) -> list[str]:
    monkeypatch.setitem(MANIFEST["manifest"].__globals__, "load_actions", lambda: (actions, ()))
    package: dict[str, Any] = MANIFEST["manifest"]()
    both = json.dumps([package, MANIFEST["words"]()], indent=2)
    return both.splitlines()


@pytest.mark.parametrize("like", ["fix-bug", "proofread", "convert-JSON", "explain"])
@pytest.mark.parametrize("at", [0, len(ACTIONS) // 2, len(ACTIONS)])
def test_an_action_more_adds_lines_only(
    like: str, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = replace(ACTIONS[like], id="tidy", title="Tidy", choice="", choices=())
    more = list(ACTIONS.items())
    more.insert(at, ("tidy", added))

    before = generated(monkeypatch, ACTIONS)
    after = generated(monkeypatch, dict(more))

    changed = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
    assert [line for line in changed if line[0] == "-"] == []
    assert sum('"deskmate.action.tidy"' in line for line in changed) >= 3


def test_the_menu_has_every_action_of_a_kind_of_text_that_vs_code_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listed = {entry["command"] for entry in MANIFEST["submenu"]()}
    known = {f"deskmate.action.{name}" for name in MANIFEST["catalog"]()}
    assert known - listed == set()


@pytest.mark.parametrize("page", sorted((EDITORS / "vscode/media").glob("model*.md")), ids=str)
def test_the_models_of_the_walkthrough_are_in_the_catalogue(page: Path) -> None:
    named = re.findall(r"^\|.*`(\S+)` \|$", page.read_text(encoding="utf-8"), re.M)
    assert len(named) == 4
    assert set(named) <= {model.name for model in known()}


def test_what_a_translation_lacks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = MANIFEST["translation_problems"]
    assert list(problems("de")) == []
    read = MANIFEST["_read"]

    def read_less(name: str) -> dict[str, Any]:
        return dict(list(read(name).items())[1:]) if ".de." in name else dict(read(name))

    monkeypatch.setitem(problems.__globals__, "_read", read_less)
    assert [one.partition(" lacks ")[0] for one in problems("de")] == [
        "editors/vscode/package.nls.de.json",
        "editors/vscode/l10n/bundle.l10n.de.json",
    ]


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ('window.showErrorMessage("Nothing is open.")', True),
        ('notify("warning", "Nothing is open.")', True),
        ("item.tooltip = `The model ${name} answers`;", True),
        ('window.showErrorMessage(l10n.t("Nothing is open."))', False),
        ('this.item.text = "Deskmate"', False),
    ],
)
def test_a_sentence_that_could_not_be_translated_is_found(line: str, seen: bool) -> None:
    assert bool(MANIFEST["SHOWN"].search(line)) is seen
