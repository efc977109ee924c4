"""What is refused of fields, methods and names of modules where the project says what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.core.gate.gate import Rejected, Target, judge
from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.queries import scopes
from deskmate.core.text.uri import file_uri
from deskmate.settings.project import project_of
from deskmate.workspace.index.build import index_all
from deskmate.workspace.index.index import ProjectIndex
from deskmate.workspace.index.names import NamesHere
from deskmate.workspace.index.store import open_store

FILES = {
    "shop/models.py": """
class Named:
    title = ""

class Row(Named):
    amount: int

class Shape:
    def area(self): ...

class Loose:
    def __getattr__(self, name): ...
""",
    "shop/special.py": """
from shop.models import Shape
from shop.basket import Basket

class Square(Shape):
    def edge(self): ...

class Cube(Square):
    def depth(self): ...

class Large(Basket):
    def limit(self): ...

def mark(row):
    row.marked = True
""",
    "shop/prices.py": """
RATE = 3

def price(row): ...
""",
    "shop/basket.py": """
from shop import prices
from shop.models import Loose, Row, Shape

class Basket:
    rows: list[Row]

    def total(self, row: Row, shape: Shape, loose: Loose):
        return 0
""",
}


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ("row.cents", "`row.cents` is not a field of `Row`; it has `amount`, `title`."),
        ("self.rows[0].cents", "`self.rows[0].cents` is not a field of `Row`"),
        ("prices.rate()", "`prices.rate` is not a name of `prices`; it has `RATE`, `price`."),
        ("self.lines", "`self.lines` is not a field of `Basket`"),
        ("row.title + row.amount + prices.price(row)", ""),
        ("self.limit()", ""),
        ("shape.edge()", ""),
        ("shape.depth()", ""),
        ("row.marked", ""),
        ("loose.anything", ""),
    ],
    ids=str,
)
def test_what_the_project_says(tmp_path: Path, asked: str, refused: str) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    project = project_of(tmp_path / "x", tmp_path)
    assert project is not None
    store = open_store(project.folder)
    index_all(store, project)
    path = tmp_path / "shop" / "basket.py"
    document = open_document(file_uri(path), FILES["shop/basket.py"])
    scope = next(one for one in scopes(document) if one.name == "total")
    assert document.language is not None
    names = NamesHere(ProjectIndex(project, {path: document}, store), path, document.language)
    target = Target(document, scope.span, "replace", scope, wanted="function", names=names)
    head = "def total(self, row: Row, shape: Shape, loose: Loose):"
    try:
        judge(f"```python\n{head}\n    return {asked}\n```", target)
        said = ""
    except Rejected as rejected:
        said = rejected.findings[0]
    assert said.startswith(refused) and bool(said) == bool(refused)
