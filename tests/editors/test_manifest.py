"""What is generated for VS Code: one more action or setting adds lines, and changes none."""

from __future__ import annotations

import difflib
import json
import runpy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deskmate.actions.catalog import Action, load_actions

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
