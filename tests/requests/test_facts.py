"""What goes into a request whose action is about how modules work together."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.actions.catalog import load_actions
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.engines.scripted import ScriptedEngine
from deskmate.requests.facts import facts_of_action, project_modules, task_of, with_modules
from deskmate.requests.pipeline import propose
from deskmate.requests.request import Request

ACTIONS, _ = load_actions()
CODE = """\
from shop.orders import Order
from shop.tax import rate
import json


def total(order: Order) -> float:
    return order.sum() * (1 + rate(order.country))
"""


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
    return Request(ACTIONS["explain-together"], document, Span(0, len(CODE)), root=tmp_path)


async def test_the_model_sees_what_is_imported_though_it_is_not_open(request_: Request) -> None:
    engine = ScriptedEngine(["They add up."])
    await propose(with_modules(request_), engine)
    shown = engine.prompts[0].messages[-1].content
    assert "`Order` in orders.py" in shown
    assert "`rate` in tax.py" in shown
    assert "never_shown" not in shown


def test_for_any_other_action_no_file_is_read(request_: Request) -> None:
    plain = Request(ACTIONS["explain"], request_.document, request_.span, root=request_.root)
    assert with_modules(plain) is plain


def test_what_is_open_is_taken_from_the_editor(request_: Request) -> None:
    assert request_.root is not None
    uri = (request_.root / "shop" / "tax.py").as_uri()
    unsaved = open_document(uri, "def rate(country):\n    return 0.3\n")
    asked = Request(
        request_.action,
        request_.document,
        request_.span,
        others=(unsaved,),
        root=request_.root,
    )
    texts = [one.text for one in with_modules(asked).others if one.uri == uri]
    assert texts == [unsaved.text]


def test_what_cannot_be_read_is_left_out(request_: Request) -> None:
    assert request_.root is not None
    (request_.root / "shop" / "tax.py").write_bytes(b"\xff\xfe")
    names = [one.uri.rpartition("/")[2] for one in with_modules(request_).others]
    assert names == ["orders.py"]


def test_modules_are_those_of_the_project_that_the_code_uses(request_: Request) -> None:
    whole = Span(0, len(CODE))
    found = project_modules(request_.document, whole, request_.root)
    assert found == ("shop/orders.py", "shop/tax.py")
    assert project_modules(request_.document, whole, None) == ()
    at = CODE.index("def total")
    head = Span(at, CODE.index("\n", at))
    assert project_modules(request_.document, head, request_.root) == ("shop/orders.py",)


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
    assert task_of(ACTIONS[action]) == task


def test_what_is_written_anew_needs_room_twice() -> None:
    document = open_document("file:///x.py", CODE)
    whole = Span(0, len(CODE))
    read = facts_of_action(ACTIONS["explain"], "", document, whole, 1000, 8192)
    written = facts_of_action(ACTIONS["refactor"], "", document, whole, 1000, 8192)
    assert written.needed - read.needed == 1000 + 256 - 512
