"""Fix bug tells the model which names and members the code uses and that do not exist, and takes no
answer that uses them again.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from case_files import read_cases
from deskmate.actions.action import ABOUT_PROBLEM
from deskmate.actions.catalog import load_actions
from deskmate.actions.diagnostic import Diagnostic
from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.queries import scopes
from deskmate.core.target import Target
from deskmate.core.text.text import Span
from deskmate.engines.scripted import ScriptedEngine
from deskmate.errors import Refused
from deskmate.requests.context import Here
from deskmate.requests.pipeline import propose
from deskmate.requests.request import Request, resolve
from deskmate.requests.wrong_names import find_wrong_names
from deskmate.settings.project import project_of
from deskmate.workspace.index.build import index_all
from deskmate.workspace.index.index import ProjectIndex
from deskmate.workspace.index.store import open_store

PYTHON = {
    "lamps.py": "from enum import Enum\n\n\nclass Light(Enum):\n    RED = 1\n    GREEN = 2\n",
    "road.py": "from lamps import Light\n\n\ndef may_go(light: Light) -> bool:\n"
    "    return light is Light.GREN\n",
}
SCRIPT = {
    "lamp.ts": "export interface Lamp {\n  title: string;\n  watts: number;\n}\n",
    "road.ts": 'import { Lamp } from "./lamp";\n\nexport function strong(lamp: Lamp): boolean {\n'
    "  return lamp.power > 60;\n}\n",
}
GO = {
    "go.mod": "module road\n",
    "lamp.go": "package road\n\ntype Lamp struct {\n\tWatts int\n}\n",
    "road.go": "package road\n\nfunc Strong(lamp Lamp) bool {\n\treturn lamp.Power > 60\n}\n",
}
CASES = {
    "python": (PYTHON, "road.py", "`Light.GREN` is not a field of `Light`; it has `GREEN`, `RED`"),
    "typescript": (SCRIPT, "road.ts", "`lamp.power` is not a field of `Lamp`; it has `title`"),
    "go": (GO, "road.go", "`lamp.Power` is not a field of `Lamp`; it has `Watts`"),
    "a name": (
        {
            "go.mod": "module road\n",
            "lamp.go": "package road\n\nconst Bright = 60\n",
            "road.go": "package road\n\nfunc Strong(watts int) bool {\n"
            "\treturn watts > VeryBright\n}\n",
        },
        "road.go",
        "`VeryBright` is neither defined nor imported here",
    ),
    "a name that others may give": (
        {"road.py": "def may_go(speed):\n    return speed < LIMIT\n"},
        "road.py",
        "",
    ),
    "right": (
        {**PYTHON, "road.py": PYTHON["road.py"].replace("GREN", "GREEN")},
        "road.py",
        "",
    ),
    "of an unknown class": (
        {"road.py": "from elsewhere import Light\n\n\ndef may_go(light: Light):\n"
        "    return light is Light.GREN\n"},
        "road.py",
        "",
    ),
}  # fmt: skip


def fix_in(
    root: Path,
    files: dict[str, str],
    source: str,
    reported: tuple[Diagnostic, ...] = (),
    choice: str = "",
) -> Request:
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    document = open_document((root / source).as_uri(), files[source])
    place = document.text.index("return")
    return resolve(
        replace(load_actions()[0]["fix-bug"], choice=choice),
        document,
        Span(place, place),
        diagnostics=reported,
        project=project_of(root / source, root),
        root=root,
    )


@pytest.mark.parametrize("case", CASES)
def test_what_does_not_exist_is_a_problem(case: str, tmp_path: Path) -> None:
    files, source, told = CASES[case]
    request = fix_in(tmp_path, files, source)
    assert [told in one.message for one in request.diagnostics] == [True] * bool(told)


def test_what_is_reported_elsewhere_in_the_file_is_nothing_to_fix_here(tmp_path: Path) -> None:
    files, source, _ = CASES["right"]
    elsewhere = Diagnostic(Span(0, 4), "Imports are not sorted.")
    assert not fix_in(tmp_path, files, source, (elsewhere,)).diagnostics


def test_what_the_editor_reports_is_not_said_again(tmp_path: Path) -> None:
    at = PYTHON["road.py"].index("return")
    reported = Diagnostic(Span(at, at + 6), "There is no GREN.")
    request = fix_in(tmp_path, PYTHON, "road.py", (reported,))
    assert request.diagnostics == (reported,)


def test_what_is_limited_to_one_problem_is_about_that_alone(tmp_path: Path) -> None:
    at = PYTHON["road.py"].index("def")
    reported = Diagnostic(Span(at, at + 3), "The name is too short.")
    request = fix_in(tmp_path, PYTHON, "road.py", (reported,), choice=ABOUT_PROBLEM)
    assert request.diagnostics == (reported,)


async def test_an_answer_has_to_mend_it(tmp_path: Path) -> None:
    head = "def may_go(light: Light) -> bool:\n    return "
    kept = f"```python\n{head}light == Light.GREN\n```"
    mended = f"```python\n{head}light is Light.GREEN\n```"
    engine = ScriptedEngine([kept, mended])
    proposal = await propose(fix_in(tmp_path, PYTHON, "road.py"), engine)
    assert proposal.change is not None
    assert "Light.GREEN" in proposal.change.after
    assert "`Light.GREN` is not a field" in engine.prompts[0].messages[-1].content
    assert "`Light.GREN` is not a field" in engine.prompts[1].messages[-1].content


def kept(name: str) -> list[str]:
    """Answers that all ask for what does not exist."""
    head = "def may_go(light: Light) -> bool:\n    return "
    asked = (f"light == Light.{name}", f"not light == Light.{name}", f"light in [Light.{name}]")
    return [f"```python\n{head}{one}\n```" for one in asked]


async def test_where_no_answer_does_a_name_that_is_like_it_is_taken(tmp_path: Path) -> None:
    proposal = await propose(fix_in(tmp_path, PYTHON, "road.py"), ScriptedEngine(kept("GREN")))
    assert proposal.change is not None
    assert proposal.change.after == PYTHON["road.py"].replace("GREN", "GREEN")
    told = (
        "The model found no usable answer, so only a name was changed: `GREN` of `Light` is now "
        "`GREEN`, since there is nothing else like it."
    )
    assert told in proposal.remarks
    assert len(proposal.tried) == 3


@pytest.mark.parametrize("name", ["AMBER", "GREY"])
async def test_where_it_is_not_sure_what_is_meant_nothing_is_changed(
    name: str, tmp_path: Path
) -> None:
    lamps = PYTHON["lamps.py"] + "    GRAY = 3\n    GREEK = 4\n"
    road = PYTHON["road.py"].replace("GREN", name)
    files = {"lamps.py": lamps, "road.py": road}
    with pytest.raises(Refused, match=name):
        await propose(fix_in(tmp_path, files, "road.py"), ScriptedEngine(kept(name)))


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("unsubscribe", "subscribe"),
        ("encrypt", "decrypt"),
        ("set_user", "get_user"),
        ("isInvalid", "isValid"),
        ("user_ids", "user_id"),
        ("encode_utf16", "encode_utf8"),
        ("discounted_price", "discount_price"),
    ],
)
async def test_a_name_that_means_something_else_is_never_taken(
    asked: str, there: str, tmp_path: Path
) -> None:
    road = PYTHON["road.py"].replace("GREN", asked)
    files = {"lamps.py": PYTHON["lamps.py"].replace("GREEN", there), "road.py": road}
    with pytest.raises(Refused, match=asked):
        await propose(fix_in(tmp_path, files, "road.py"), ScriptedEngine(kept(asked)))


@pytest.mark.parametrize(
    ("asked", "there"),
    [("userName", "user_name"), ("discuonted_price", "discounted_price"), ("adress", "address")],
)
async def test_a_slip_is_mended(asked: str, there: str, tmp_path: Path) -> None:
    road = PYTHON["road.py"].replace("GREN", asked)
    files = {"lamps.py": PYTHON["lamps.py"].replace("GREEN", there), "road.py": road}
    proposal = await propose(fix_in(tmp_path, files, "road.py"), ScriptedEngine(kept(asked)))
    assert proposal.change is not None
    assert proposal.change.after == road.replace(asked, there)


FOLDER = Path(__file__).parents[1] / "cases" / "wrong-names"
FILE = re.compile(r"^`([^`\n]+)`\n\n```\w+\n(.*?)```\n", re.MULTILINE | re.DOTALL)
TOLD = re.compile(r"^told: .*(?:\n\n- .*)*", re.MULTILINE)


@pytest.mark.parametrize(("file", "case"), list(read_cases(FOLDER)))
def test_what_is_told(file: Path, case: str, tmp_path: Path, update: bool) -> None:
    """Each case is a heading, the files of a project, a cursor (`‸`) in what is to be mended, and
    what is told of it.
    """
    for name, text in FILE.findall(case):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("‸", ""), encoding="utf-8")
        if "‸" in text:
            source, at = path, text.index("‸") - 1
    project = project_of(source, tmp_path)
    assert project is not None
    store = open_store(project.folder)
    index_all(store, project)
    document = open_document(source.as_uri(), source.read_text(encoding="utf-8"))
    around = [one for one in scopes(document) if one.span.start <= at < one.span.end]
    scope = min(around, key=lambda one: len(one.span))
    target = Target(document, scope.span, "replace", scope, wanted="function")
    found = find_wrong_names(target, Here(ProjectIndex(project, {}, store), source), ())
    told = "told: " + (" ".join(one.message for one in found.values()) or "nothing")
    if update:
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(case, TOLD.sub(lambda _: told, case)), encoding="utf-8")
    assert TOLD.findall(case) == [told]
