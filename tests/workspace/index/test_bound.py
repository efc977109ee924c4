"""What is refused of classes that stand nowhere, where the project says which there are."""

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

JAVA = """package shop;

import java.util.List;
HEAD {
    int total(List<Integer> prices) {
        return 0;
    }
}
"""
PHP = """<?php
HEAD
class Basket {
    function total(array $prices) {
        return 0;
    }
}
"""
FILES = {
    "shop/Named.java": "package shop;\n\ninterface Named { enum Kind { A } }\n",
    "shop/Other.java": "package shop;\n\nclass Other { Object it = Generated.make(); }\n",
    "shop/Row.java": "package shop;\n\n@RecordBuilder\nrecord Row(int cents) {}\n",
    "bank/Account.java": "package bank;\n\npublic class Account {}\n",
    "grammar/Orders.g4": "grammar Orders;\n",
    "grammar/api.proto": "message Receipt {}\n",
    "target/generated-sources/shop/Written.java": "package shop;\n\nclass Written {}\n",
    ".gitignore": "target/\n",
    "shop/Money.php": "<?php\nnamespace Shop;\n\nclass Money {}\n",
}


@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize(
    ("text", "head", "asked", "refused"),
    [
        (JAVA, "class Basket", "throw new EmptyBasket();", True),
        (JAVA, "class Basket", "throw new IllegalStateException();", False),
        (JAVA, "class Basket", "return new Other().hashCode();", False),
        (JAVA, "class Basket", "return Generated.total(prices);", False),
        (JAVA, "class Basket", "return new AutoValue_Total(prices).all();", False),
        (JAVA, "class Basket", "return TotalsKt.all(prices);", False),
        (JAVA, "class Basket", "return com.shop.Totals.all(prices);", False),
        (JAVA, "import java.util.*;\nclass Basket", "return Totals.all(prices);", True),
        (JAVA, "import java.util.*;\nclass Basket", "return Objects.hash(prices);", False),
        (JAVA, "import far.off.*;\nclass Basket", "return Totals.all(prices);", False),
        (JAVA, "import bank.*;\nclass Basket", "return Totals.all(prices);", True),
        (JAVA, "import bank.*;\nclass Basket", "return Account.all(prices);", False),
        (JAVA, "class Basket", "return new OrdersLexer(prices).total();", False),
        (JAVA, "class Basket", "return new Written().total();", False),
        (JAVA, "class Basket", "return Receipt.of(prices);", False),
        (JAVA, "class Basket", "return new RowBuilder().total();", False),
        (JAVA, "class Basket", "return new OtherBuilder().total();", True),
        (JAVA, "class Basket<Totals>", "return ((Totals) prices).hashCode();", False),
        (JAVA, "class Basket extends Unknown", "return Totals.all(prices);", False),
        (JAVA, "class Basket implements Named", "return Kind.A.ordinal();", False),
        (JAVA, "class Basket implements Named", "return Totals.all(prices);", True),
        (JAVA, "class Basket implements List<String>", "return Totals.all(prices);", True),
        (JAVA, "class Basket", "return new Thread() { Totals t; }.hashCode();", False),
        (PHP, "namespace Shop;", "throw new EmptyBasket();", True),
        (PHP, "namespace Shop;", "return new Money();", False),
        (PHP, "namespace Shop;", "return new self(Other\\Money::NONE);", False),
        (PHP, "", "throw new EmptyBasket();", False),
    ],
)
def test_a_class_that_is_nowhere(
    tmp_path: Path, text: str, head: str, asked: str, refused: bool, indexed: bool
) -> None:
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    path = tmp_path / "shop" / ("Basket.php" if text == PHP else "Basket.java")
    document = open_document(file_uri(path), text.replace("HEAD", head))
    project = project_of(path, tmp_path)
    assert project is not None and document.language is not None
    store = open_store(project.folder) if indexed else None
    if store is not None:
        index_all(store, project)
    scope = next(one for one in scopes(document) if one.name == "total")
    names = NamesHere(ProjectIndex(project, {path: document}, store), path, document.language)
    target = Target(document, scope.span, "replace", scope, wanted="function", names=names)
    code = document.slice(scope.span).replace("return 0;", asked)
    try:
        judge(f"```\n{code}\n```", target)
        said = ""
    except Rejected as rejected:
        said = rejected.findings[0]
    assert bool(said) == refused
    assert not said or "is neither defined nor imported here" in said
