"""What goes into a request whose action is about how modules work together."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.actions.catalog import load_actions
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.text.text import Span
from deskmate.engines.scripted import ScriptedEngine
from deskmate.requests.facts import find_task, gather_action_facts
from deskmate.requests.modules import modules_used
from deskmate.requests.pipeline import propose
from deskmate.requests.request import Request, resolve

ACTIONS, _ = load_actions()
TOGETHER = "explain-together"
CODE = """\
from shop.orders import Order
from shop.tax import rate
import json


def total(order: Order) -> float:
    return order.sum() * (1 + rate(order.country))
"""


def ask(
    document: Document, root: Path, others: tuple[Document, ...] = (), action: str = TOGETHER
) -> Request:
    return resolve(ACTIONS[action], document, Span(0, len(CODE)), others=others, root=root)


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    (tmp_path / "shop").mkdir()
    for name, text in (
        ("orders.py", "class Order:\n    def sum(self):\n        return 1\n"),
        ("tax.py", "def rate(country):\n    return 0.2\n"),
        ("other.py", "def never_shown():\n    pass\n"),
    ):
        (tmp_path / "shop" / name).write_text(text, encoding="utf-8")
    document = open_document((tmp_path / "till.py").as_uri(), CODE)
    return ask(document, tmp_path)


async def test_the_model_sees_what_is_imported_though_it_is_not_open(request_: Request) -> None:
    engine = ScriptedEngine(["They add up."] * 2)  # without its parts, so asked again
    await propose(request_, engine)
    shown = engine.prompts[0].messages[-1].content
    assert "# shop/orders.py\nclass Order:" in shown
    assert "# shop/tax.py\ndef rate(country):" in shown
    assert "never_shown" not in shown


def test_what_is_open_is_taken_from_the_editor(request_: Request) -> None:
    assert request_.root is not None
    uri = (request_.root / "shop" / "tax.py").as_uri()
    unsaved = open_document(uri, "def rate(country, year):\n    return 0.3\n")
    asked = ask(request_.document, request_.root, (unsaved,))
    texts = [one.text for one in asked.pieces if one.uri == uri]
    assert texts == ["def rate(country, year):"]


def test_what_cannot_be_read_is_left_out(request_: Request) -> None:
    assert request_.root is not None
    (request_.root / "shop" / "tax.py").write_bytes(b"def rate(): \0")
    names = {one.uri.rpartition("/")[2] for one in ask(request_.document, request_.root).pieces}
    assert names == {"orders.py"}


def test_modules_are_those_of_the_project_that_the_code_uses(request_: Request) -> None:
    document, found = request_.document, request_.modules
    assert [one.path for one in found] == ["shop/orders.py", "shop/tax.py"]
    at = CODE.index("def total")
    head = Span(at, CODE.index("\n", at))
    assert modules_used(found, document, head) == ("shop/orders.py",)


@pytest.mark.parametrize(
    ("action", "task"),
    [
        ("fix-bug", "fix"),
        ("refactor", "change"),
        ("generate", "change"),
        ("explain", "explain"),
        ("add-docstring", "document"),
        ("write-tests", "test"),
        ("proofread", "text"),
        ("convert-JSON", "text"),
    ],
)
def test_the_task_of_an_action(action: str, task: str) -> None:
    assert find_task(ACTIONS[action]) == task


def test_what_is_written_anew_needs_room_twice() -> None:
    document = open_document("file:///x.py", CODE)
    whole = Span(0, len(CODE))
    read = gather_action_facts(ACTIONS["explain"], "", document, whole, size=1000, window=8192)
    written = gather_action_facts(ACTIONS["refactor"], "", document, whole, size=1000, window=8192)
    assert written.needed - read.needed == 1000 + 256 - 512
