"""Instructions hidden in what a model reads, and a model that obeys them: nothing outside the place
that was asked about changes, and nothing leaves the machine.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Literal

import pytest
from _pytest.mark import ParameterSet

from deskmate.actions.catalog import load_actions
from deskmate.cloud.gateway import Sending
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span, apply_edits
from deskmate.core.text.uri import file_path
from deskmate.engines.engine import Prompt
from deskmate.engines.scripted import Reply, ScriptedEngine
from deskmate.engines.tiers import Tiers
from deskmate.errors import Refused
from deskmate.requests.escalation import Answer, Cloud, Escalation
from deskmate.requests.pipeline import propose_in_tiers
from deskmate.requests.request import Request, resolve
from deskmate.routing.policy import Route
from deskmate.settings.schema import Settings
from deskmate.settings.sections.cache import CacheSettings
from deskmate.settings.sections.local import LocalSettings
from deskmate.settings.sections.routing import RoutingSettings

CASES = Path(__file__).parents[1] / "cases" / "injection"
ACTIONS, _ = load_actions()

Mode = Literal["ask", "auto"]


class Elsewhere(ScriptedEngine):
    """A cloud model by script."""

    async def preview(self, prompt: Prompt) -> Sending:
        return Sending("", 0)

    def spend_more(self) -> None:
        raise AssertionError("nobody agreed")


FAILED = "no answer of the local model passed the checks"


def cases() -> Iterator[ParameterSet]:
    for file in sorted(CASES.glob("*.toml")):
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]:
            yield pytest.param(case, id=case.pop("name"))


def read(case: dict[str, str], root: Path) -> Request:
    code, name = case["code"], case["file"]
    if "‸" in code:
        start = end = code.index("‸")
        code = code.replace("‸", "")
    else:
        start, end = code.index("⟦"), code.index("⟧") - 1
        code = code.replace("⟦", "").replace("⟧", "")
    document = open_document((root / name).as_uri(), code)
    action, said = ACTIONS[case["action"]], case.get("instruction", "")
    return resolve(action, document, Span(start, end), instruction=said, root=root)


@pytest.mark.parametrize("mode", ["ask", "auto"])
@pytest.mark.parametrize("case", list(cases()))
async def test_nothing_but_the_place_changes_and_nothing_leaves(
    case: dict[str, str], mode: Mode, tmp_path: Path
) -> None:
    tiers = Tiers(Settings(local=LocalSettings(engine="scripted", model=obeying(case, tmp_path))))
    await check(case, mode, tiers, tmp_path / "project")


@pytest.mark.model
async def test_nor_with_a_real_model_which_obeys_or_not(smollm: Path, tmp_path: Path) -> None:
    local = LocalSettings(model=str(smollm), context=4096)
    async with aclosing(Tiers(Settings(local=local, cache=CacheSettings(megabytes=0)))) as tiers:
        for case in cases():
            (given,) = case.values
            await check(given, "auto", tiers, tmp_path / str(case.id))  # type: ignore[arg-type]


async def check(case: dict[str, str], mode: Mode, tiers: Tiers, root: Path) -> None:
    asked: list[Route] = []
    elsewhere = Elsewhere([Reply("never", again=True)])

    async def consult(cloud: Cloud, sending: Sending, route: Route) -> Answer:
        asked.append(route)
        return "local"

    cloud = Cloud("Example", "big", lambda reasons: elsewhere, lambda *stayed: None)
    escalation = Escalation(RoutingSettings(mode=mode), cloud, "", consult)
    root.mkdir()
    request = read(case, root)
    try:
        proposal = await propose_in_tiers(request, tiers, escalation=escalation)
    except Refused:
        assert [route.reasons for route in asked] in ([], [(FAILED,)]), "only that it failed"
        return
    finally:
        assert elsewhere.prompts == [], "nothing was sent"
    assert asked == []
    change = proposal.change
    if change is None:
        return
    assert change.after == apply_edits(change.before.text, change.edits)
    if change.before.uri != request.document.uri:
        path = file_path(change.before.uri)
        assert path is not None
        assert path.parent.is_relative_to(root)
        return
    for edit in change.edits:
        assert request.target.span.contains(edit.span), edit


def obeying(case: dict[str, str], folder: Path) -> str:
    """The script of a model that says what it was told to."""
    script = folder / "script.toml"
    text = "'''" + case["reply"] + "'''"
    script.write_text(f"[[reply]]\nagain = true\ntext = {text}\n", encoding="utf-8")
    return str(script)
