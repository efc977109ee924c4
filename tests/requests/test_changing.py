"""Code that is changed together with what uses it: one proposal for several files, or none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deskmate.actions.catalog import load_actions
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.text.text import Span, apply_edits
from deskmate.engines.scripted import ScriptedEngine
from deskmate.errors import ActionError, Refused
from deskmate.requests.context import find_here
from deskmate.requests.pipeline import propose
from deskmate.requests.proposal import Proposal
from deskmate.requests.request import resolve
from deskmate.requests.uses import find_uses
from deskmate.requests.workers.changing import MOST
from deskmate.settings.project import project_of

ACTION = load_actions()[0]["change-together"]

FILES = {
    "shop/money.py": '''\
def total(prices):
    """What they cost."""
    return sum(prices)


def mean(prices):
    return total(prices) / len(prices)
''',
    "shop/till.py": """\
from shop.money import total


class Till:
    def pay(self, prices):
        return total(prices)


def empty():
    return 0


def show(prices):
    print(total(prices))
""",
    "shop/report.py": """\
import shop.money

PRICES = [1, 2]
SUM = shop.money.total(PRICES)
""",
    "shop/other.py": "def total():\n    return 0\n\n\ndef zero():\n    return total()\n",
}
NEW = '''\
```python
def total(prices, tax):
    """What they cost."""
    return sum(prices) * (1 + tax)
```'''
MEAN = "```python\ndef mean(prices):\n    return total(prices, 0) / len(prices)\n```"
PAY = "```python\ndef pay(self, prices):\n    return total(prices, 0.2)\n```"
SHOW = "```python\ndef show(prices):\n    print(total(prices, 0.2))\n```"
SUM = "```python\nSUM = shop.money.total(PRICES, 0)\n```"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return tmp_path


async def change(
    project: Path, engine: ScriptedEngine, instruction: str, *others: Document
) -> Proposal:
    path = project / "shop/money.py"
    document = open_document(path.as_uri(), path.read_text(encoding="utf-8"), version=3)
    request = resolve(
        ACTION,
        document,
        Span(4, 4),
        instruction=instruction,
        others=others,
        project=project_of(path, project),
        root=project,
    )
    return await propose(request, engine)


def changed(project: Path, proposal: Proposal) -> dict[str, str]:
    """The new text of each file that has one, by its path in the project."""
    found = {}
    for one in proposal.changes:
        assert apply_edits(one.before.text, one.edits) == one.after
        if one.edits:
            found[one.before.uri.removeprefix(f"{project.as_uri()}/")] = one.after
    return found


TAXED = {
    "shop/money.py": FILES["shop/money.py"]
    .replace("total(prices):", "total(prices, tax):")
    .replace("sum(prices)", "sum(prices) * (1 + tax)")
    .replace("return total(prices)", "return total(prices, 0)"),
    "shop/till.py": FILES["shop/till.py"].replace("total(prices)", "total(prices, 0.2)"),
    "shop/report.py": FILES["shop/report.py"].replace("(PRICES)", "(PRICES, 0)"),
}


async def test_what_uses_it_is_changed_with_it_and_nothing_else(project: Path) -> None:
    engine = ScriptedEngine([NEW, MEAN, SUM, SHOW, PAY])
    proposal = await change(project, engine, "take the tax")
    assert changed(project, proposal) == TAXED
    assert proposal.warnings == ()
    assert proposal.notes[0] == (
        "Changed: function `total`, function `mean` in shop/money.py, line 4 in shop/report.py, "
        "function `show` in shop/till.py, function `pay` in shop/till.py."
    )
    shown = [prompt.messages[-1].content for prompt in engine.prompts[1:]]
    assert all("def total(prices, tax):\n" in one for one in shown), "as it is by then"


async def test_without_an_instruction_what_uses_it_fits_the_code_as_it_is(project: Path) -> None:
    path = project / "shop/money.py"
    path.write_text(TAXED["shop/money.py"], encoding="utf-8", newline="\n")
    engine = ScriptedEngine([MEAN, SUM, SHOW, PAY])
    proposal = await change(project, engine, "")
    assert changed(project, proposal) == {
        name: text for name, text in TAXED.items() if name != "shop/money.py"
    }


async def test_nothing_is_made_to_do_without_it_unasked(project: Path) -> None:
    alone = "```python\ndef mean(prices):\n    return sum(prices) / len(prices)\n```"
    same = (FILES["shop/report.py"].splitlines()[-1], "def show(prices):\n    print(total(prices))")
    replies = [f"```python\n{one}\n```" for one in same]
    pays = "```python\ndef pay(self, prices):\n    return total(prices)\n```"
    proposal = await change(project, ScriptedEngine([alone, *replies, pays]), "")
    assert changed(project, proposal) == {}
    assert proposal.notes[0] == "Changed: nothing."


async def test_what_fits_stays_and_is_named_where_that_is_doubtful(project: Path) -> None:
    same = "```python\ndef show(prices):\n    print(total(prices))\n```"
    proposal = await change(project, ScriptedEngine([NEW, MEAN, SUM, same, PAY]), "take the tax")
    assert changed(project, proposal)["shop/till.py"] == FILES["shop/till.py"].replace(
        "return total(prices)", "return total(prices, 0.2)"
    )
    assert proposal.warnings == (
        "The head of `total` is another, and the model left as it is: function `show` in "
        "shop/till.py.",
    )


async def test_one_part_without_an_answer_ends_all_of_it(project: Path) -> None:
    broken = "```python\ndef show(prices:\n```"
    engine = ScriptedEngine([NEW, MEAN, SUM, broken, broken, broken, PAY])
    with pytest.raises(Refused, match=r"Function `show` in shop/till\.py could not"):
        await change(project, engine, "take the tax")


async def test_what_is_open_is_taken_from_the_editor(project: Path) -> None:
    till = project / "shop/till.py"
    typed = open_document(till.as_uri(), f"# typed\n{FILES['shop/till.py']}", version=8)
    engine = ScriptedEngine([NEW, MEAN, SHOW, PAY, SUM])
    proposal = await change(project, engine, "take the tax", typed)
    assert changed(project, proposal)["shop/till.py"] == f"# typed\n{TAXED['shop/till.py']}"
    assert [one.before.version for one in proposal.changes] == [3, 8, None]


async def test_line_ends_stay_and_who_has_the_name_for_something_else_is_left_alone(
    project: Path,
) -> None:
    windows = FILES["shop/till.py"].replace("\n", "\r\n")
    (project / "shop/till.py").write_bytes(b"\xef\xbb\xbf" + windows.encode())
    for number in range(2 * MOST):
        (project / f"shop/aaa{number}.py").write_text(FILES["shop/other.py"])
    engine = ScriptedEngine([NEW, MEAN, SUM, SHOW, PAY])
    proposal = await change(project, engine, "take the tax")
    by_hand = TAXED["shop/till.py"].replace("\n", "\r\n")
    assert changed(project, proposal) == {**TAXED, "shop/till.py": by_hand}


async def test_a_file_that_may_not_be_written_is_said_before_the_model_is_asked(
    project: Path,
) -> None:
    (project / "shop/till.py").chmod(0o444)
    engine = ScriptedEngine([])
    with pytest.raises(ActionError, match=r"till\.py is write-protected, so nothing was changed"):
        await change(project, engine, "take the tax")
    assert engine.prompts == []


async def test_too_much_that_uses_it_is_said(project: Path) -> None:
    many = "".join(f"def f{at}():\n    return total([])\n\n\n" for at in range(MOST))
    (project / "shop/many.py").write_text(f"from shop.money import total\n\n\n{many}")
    with pytest.raises(ActionError, match=f"More than {MOST} functions use `total`"):
        await change(project, ScriptedEngine([]), "take the tax")


# What else is changed, by its language: the first line of each.
OTHERS = {
    "a header and who includes it": (
        {
            "money.c": '#include "money.h"\n\nint total(int n) {\n    return n;\n}\n',
            "money.h": "int total(int n);\n",
            "till.c": '#include "money.h"\n\nint pay(int n) {\n    return total(n);\n}\n',
        },
        ["money.h: int total(int n);", "till.c: int pay(int n) {"],
    ),
    "a default export, and tests without names": (
        {
            "money.ts": "export default function total(n: number) {\n  return n;\n}\n",
            "till.tsx": 'import sum from "./money";\nconst b = sum(1);\n',
            "pay.tsx": 'import total from "./money";\nexport const A = () => <b>{total(1)}</b>;\n',
            "money.test.ts": 'import total from "./money";\ntest("1", () => {\n  total(1);\n});\n',
        },
        ["money.test.ts: () => {", "pay.tsx: export const A = () => <b>{total(1)}</b>;"],
    ),
    "its package and another": (
        {
            "go.mod": "module shop\n",
            "money/money.go": "package money\n\nfunc Total(n int) int {\n\treturn n\n}\n",
            "money/mean.go": "package money\n\nfunc Mean(n int) int {\n\treturn Total(n)\n}\n",
            "till/till.go": 'package till\n\nimport "shop/money"\n\nvar T = money.Total(1)\n',
        },
        ["money/mean.go: func Mean(n int) int {", "till/till.go: var T = money.Total(1)"],
    ),
    "a folder of modules that only the tests' settings name": (
        {
            "server/shop/money.py": "def total(n):\n    return n\n",
            "tests/test_money.py": "from shop.money import total\n\nassert total(1) == 1\n",
            "tests/test_other.py": "from bank.money import total\n\nassert total(1) == 1\n",
        },
        ["tests/test_money.py: assert total(1) == 1"],
    ),
    "whoever has an object, and a constructor": (
        {
            "till.py": "class Till:\n    def __init__(self, n):\n        self.n = n\n",
            "shop.py": "from till import Till\n\n\ndef open_it():\n    return Till(1)\n",
            "pay.py": "def pay(till):\n    return till.n\n",
        },
        ["shop.py: def open_it():"],
    ),
}


@pytest.mark.parametrize("case", OTHERS)
def test_what_uses_it_is_found(case: str, tmp_path: Path) -> None:
    files, expected = OTHERS[case]
    (tmp_path / ".git").mkdir()
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    first = next(name for name in files if name.endswith((".c", ".ts", ".go", ".py")))
    place = tmp_path / first
    project = project_of(place, tmp_path)
    document = open_document(place.as_uri(), files[first])
    at = re.search(r"\w+(?=\((?:self, |int )?n)", files[first])
    assert at is not None
    request = resolve(ACTION, document, Span(at.start(), at.start()), project=project)
    here = find_here(request.document, (), project)
    assert here is not None
    found = [
        f"{one.path.relative_to(tmp_path).as_posix()}: "
        + (tmp_path / one.path).read_text(encoding="utf-8")[one.span.start :].partition("\n")[0]
        for one in find_uses(request.target, here, MOST).found
    ]
    assert sorted(found) == expected
