"""Which files of its project code uses: what it imports, and nothing that lies elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deskmate.core.syntax.document import Document, open_document
from deskmate.core.text.text import Span
from deskmate.requests.context import find_here
from deskmate.requests.modules import find_modules, modules_used
from deskmate.settings.project import Project

THERE = {
    "shop/orders.py": "class Order: ...\n",
    "shop/tax.py": "rate = 1\n",
    "shop/unused.py": "other = 1\n",
    "shop/orders.js": "",
    "shop/tax.js": "",
    "shop/tax.h": "int rate(int cents);\n",
    "shop/orders.rb": "class Order\nend\n",
    "shop/Order.java": "package shop;\nclass Order {}\n",
    "src/orders.rs": "pub struct Order;\n",
    "src/main/kotlin/shop/Order.kt": "package shop\nclass Order\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The project's folder, beside one of somebody else's."""
    root = tmp_path / "project"
    for name, text in {**THERE, "../etc/tax.js": "", "../etc/tax.py": ""}.items():
        path = (root / name).resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def used(root: Path, document: Document, span: Span) -> tuple[str, ...]:
    here = find_here(document, (), Project(root, (root,)))
    assert here is not None
    return modules_used(find_modules(*here), document, span)


@pytest.mark.parametrize(
    ("name", "code", "files"),
    [
        ("main.py", "from shop import tax\ntax.rate\n", ("shop/tax.py",)),
        ("main.py", "import shop.orders\nshop.orders.new()\n", ("shop/orders.py",)),
        ("shop/main.py", "from . import tax\ntax.rate\n", ("shop/tax.py",)),
        ("shop/main.py", "from .orders import Order\nOrder()\n", ("shop/orders.py",)),
        ("web/main.py", "from ..shop.orders import Order\nOrder()\n", ("shop/orders.py",)),
        ("main.py", "import json\njson.loads(text)\n", ()),
        ("shop/main.py", "from shop import main, tax\nmain.run(tax)\n", ("shop/tax.py",)),
        ("shop/main.js", 'import tax from "./tax.js";\ntax();\n', ("shop/tax.js",)),
        ("web/main.js", 'import tax from "../shop/tax";\ntax();\n', ("shop/tax.js",)),
        ("main.js", 'import tax from "../etc/tax.js";\ntax();\n', ()),
        ("main.c", '#include "shop/tax.h"\nint f(void) { return rate(1); }\n', ("shop/tax.h",)),
        ("shop/main.rb", 'require_relative "orders"\nOrder.new\n', ("shop/orders.rb",)),
        ("Main.java", "import shop.Order;\nclass Main { Order a; }\n", ("shop/Order.java",)),
        ("src/main.rs", "use crate::orders::Order;\nfn f(a: Order) {}\n", ("src/orders.rs",)),
        (
            "src/main/kotlin/Main.kt",
            "import shop.Order\nfun f(a: Order) = 1\n",
            ("src/main/kotlin/shop/Order.kt",),
        ),
    ],
)
def test_imports_are_followed_to_files_of_the_project(
    root: Path, name: str, code: str, files: tuple[str, ...]
) -> None:
    document = open_document((root / name).as_uri(), code)
    assert used(root, document, Span(0, len(code))) == files


def test_an_import_that_the_code_does_not_use_does_not_count(root: Path) -> None:
    code = "from shop.orders import Order\nfrom shop.unused import other\n\nOrder()\n"
    document = open_document((root / "main.py").as_uri(), code)
    assert used(root, document, Span(code.index("Order()"), len(code))) == ("shop/orders.py",)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(["..", ".", "/", "etc", "tax", "shop", "C:", "\\\\", "::", '"', " "]),
        max_size=9,
    )
)
def test_no_import_leads_out_of_the_project(root: Path, pieces: list[str]) -> None:
    module = "".join(pieces)
    for name, code in (
        ("main.py", f"from {module} import tax\ntax\n"),
        ("main.js", f'import tax from "{module}";\ntax\n'),
        ("main.c", f'#include "{module}"\nint tax;\n'),
    ):
        document = open_document((root / "src" / name).as_uri(), code)
        here = find_here(document, (), Project(root, (root,)))
        assert here is not None
        for files in here.project_index.imported(here.path).values():
            assert all(file.resolve().is_relative_to(root) for file in files)
