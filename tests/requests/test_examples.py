"""What an index finds of how a project does it: the cases of `tests/cases/context` have none."""

from __future__ import annotations

from pathlib import Path

from deskmate.actions.catalog import load_actions
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.requests.question import add_named, resolve_question
from deskmate.requests.request import Request, resolve
from deskmate.settings.project import project_of
from deskmate.workspace.index.build import index_all
from deskmate.workspace.index.store import forget_stores, open_store, store_path

ACTIONS, _ = load_actions()

FILES = {
    "shop/rates.py": "def vat_rate(name):\n    return 0.2\n",
    "shop/till.py": "from shop.rates import vat_rate\n\nprint(1)\n\n\nprint(vat_rate('x'))\n",
    "shop/load.py": "def load_rows(path):\n    with open(path) as rows:\n        return [*rows]\n",
    "shop/names.py": "def load_names(path):\n    pass\n",
    "a/run.py": "def run_it():\n    return 1\n",
    "b/run.py": "from a.run import run_it as it\n\n\ndef run_it():\n    return run_it\n",
}


def resolved(folder: Path, action: str, name: str) -> Request:
    for file, text in FILES.items():
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")
    project = project_of(folder / "x", folder)
    assert project is not None
    index_all(open_store(folder), project)
    document = open_document((folder / name).as_uri(), FILES[name])
    return resolve(ACTIONS[action], document, Span(0, 0), project=project, root=folder)


def shown(request: Request) -> list[tuple[str, str]]:
    return [(one.title, one.text) for one in request.pieces if one.name.startswith("line")]


def test_calls_in_other_files(tmp_path: Path) -> None:
    request = resolved(tmp_path, "refactor", "shop/rates.py")
    assert shown(request) == [("Where it is called", "print(vat_rate('x'))")]
    assert (tmp_path / "shop" / "till.py").as_uri() in request.shown


def test_no_calls_of_a_name_that_may_mean_another(tmp_path: Path) -> None:
    assert shown(resolved(tmp_path, "refactor", "a/run.py")) == []


def test_the_most_similar_function_of_a_file_beside(tmp_path: Path) -> None:
    title, text = shown(resolved(tmp_path, "generate", "shop/names.py"))[-1]
    assert title == "The function of the project that is most like it"
    assert text == FILES["shop/load.py"].rstrip("\n")


def test_a_question_is_shown_what_it_names(tmp_path: Path) -> None:
    project = resolved(tmp_path, "refactor", "shop/rates.py").project
    asked = resolve_question("What calls `vat_rate`, and who are Nobody?", project=project)
    for _ in ("with an index", "without one"):
        found = add_named(asked, ())
        assert [one.title for one in found.retrieved.named] == ["shop/rates.py:1"]
        assert found.shown == ((tmp_path / "shop" / "rates.py").as_uri(),)
        forget_stores(0)
    assert not store_path(tmp_path).exists()


def test_a_question_is_shown_what_it_points_at(tmp_path: Path) -> None:
    project = resolved(tmp_path, "refactor", "shop/rates.py").project
    text = "How do @vat_rate and load_rows use @shop/till.py, and @gone?"
    asked = resolve_question(text, project=project)
    retrieved = add_named(asked, ()).retrieved
    assert [one.name for one in retrieved.pointed] == ["@vat_rate", "@shop/till.py"]
    assert retrieved.pointed[1].text == FILES["shop/till.py"]
    assert retrieved.unknown == ("@gone",)
    assert [one.title for one in retrieved.named] == ["shop/load.py:1"], "shown once"
