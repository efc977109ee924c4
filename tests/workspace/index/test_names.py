"""What a project says of the names in one of its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.core.syntax.document import Document, open_document
from deskmate.core.syntax.file_imports import Import
from deskmate.core.syntax.file_symbols import FileSymbols, find_symbols
from deskmate.core.syntax.language import Language, languages
from deskmate.settings.project import project_of
from deskmate.workspace.index import files
from deskmate.workspace.index.build import index_all
from deskmate.workspace.index.index import ProjectIndex
from deskmate.workspace.index.names import NamesHere
from deskmate.workspace.index.store import open_store
from deskmate.workspace.resolve import resolve_import

DECLARED = {
    "types/globals.d.ts": "declare const VERSION: string;\ndeclare function gtag(): void;\n",
    "types/window.d.ts": "export {};\ndeclare global {\n  const analytics: { send(): void };\n}\n",
    "types/rows.d.ts": "export declare const ROWS: number;\n",
    "src/other.ts": "const LOCAL = 1;\n",
}


@pytest.mark.parametrize(
    ("path", "declared"),
    [
        ("a.js", ["VERSION", "gtag", "analytics"]),
        ("a.ts", ["VERSION", "gtag", "analytics"]),
        ("a.tsx", ["VERSION", "gtag", "analytics"]),
        ("a.py", []),
    ],
)
def test_what_declaration_files_declare_is_there_everywhere(
    tmp_path: Path, path: str, declared: list[str]
) -> None:
    names = _names_in(tmp_path, DECLARED, path, indexed=True)
    asked = ("VERSION", "gtag", "analytics", "ROWS", "LOCAL")
    assert [name for name in asked if names.declares(name)] == declared


GIVEN = {
    "test/setup.js": "globalThis.expectRow = 1;\n",
    ".eslintrc.json": '{"globals": {"analytics": "readonly"}}',
    "vite.config.ts": "export default { define: { VERSION: 1 } };",
    "src/rows.js": "const tools = rowTool.other;\nglobal.rows == 1;\n",
    "pyproject.toml": '[tool.ruff]\nbuiltins = ["_"]\n',
    "shop/log.py": "import builtins\n\nbuiltins.say = print\n",
}


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("src/a.ts", ["expectRow", "analytics", "VERSION"]),
        ("src/a.py", ["_", "say"]),
        ("src/a.go", []),
    ],
)
def test_what_is_set_or_told_for_all_of_a_project_is_given(
    tmp_path: Path, path: str, given: list[str]
) -> None:
    names = _names_in(tmp_path, GIVEN, path, indexed=True)
    asked = ("expectRow", "analytics", "VERSION", "rowTool", "rows", "_", "say")
    assert [name for name in asked if names.gives(name)] == given


def test_what_git_ignores_may_define_what_its_package_uses(tmp_path: Path) -> None:
    shop = {"go.mod": "module shop\n", "till.go": "package shop\n"}
    assert not _names_in(tmp_path, shop, "till.go", indexed=False).sees("Order")
    shop[".gitignore"] = "*.pb.go\n"
    shop["order.pb.go"] = "package shop\n\ntype Order struct{}\n"
    assert _names_in(tmp_path, shop, "till.go", indexed=False).sees("Order")


def test_a_name_that_is_nowhere_is_asked_for_once_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Headers that all include each other: as many ways as there are orders of them."""
    names = [f"part{number}.h" for number in range(30)]
    for name in names:
        lines = [f'#include "{one}"\n' for one in names]
        (tmp_path / name).write_text("".join(lines), encoding="utf-8")
    project = project_of(tmp_path / "x", tmp_path)
    assert project is not None
    resolved: list[Path] = []
    resolve = ProjectIndex.resolve

    def count(index: ProjectIndex, path: Path, imported: Import) -> tuple[Path, ...]:
        resolved.append(path)
        return resolve(index, path, imported)

    monkeypatch.setattr(ProjectIndex, "resolve", count)
    (tmp_path / "far.h").write_text("struct Row { int cents; };\n", encoding="utf-8")
    with (tmp_path / names[-1]).open("a", encoding="utf-8") as file:
        file.write('#include "far.h"\n')
    index = ProjectIndex(project, {})
    assert index.lookup(tmp_path / names[0], "nowhere") == ()
    assert len(resolved) <= 3 * len(names) ** 2
    (row,) = index.lookup(tmp_path / names[0], "Row")
    assert row.path == tmp_path / "far.h"


def test_what_an_import_means_is_asked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many names are looked up: each question is one for the disk."""
    for number in range(10):
        (tmp_path / f"part{number}.h").write_text(f"int f{number}();\n", encoding="utf-8")
    includes = "".join(f'#include "part{number}.h"\n' for number in range(10))
    (tmp_path / "a.cc").write_text(includes, encoding="utf-8")
    project = project_of(tmp_path / "x", tmp_path)
    assert project is not None
    asked: list[str] = []

    def count(path: Path, language: Language, imported: Import, top: Path) -> tuple[Path, ...]:
        asked.append(imported.module)
        return resolve_import(path, language, imported, top)

    monkeypatch.setattr("deskmate.workspace.index.files.resolve_import", count)
    index = ProjectIndex(project, {})
    found = [index.lookup(tmp_path / "a.cc", f"f{number}") for number in range(20)]
    assert [len(one) for one in found] == [1] * 10 + [0] * 10
    assert len(asked) == 10


@pytest.mark.parametrize("indexed", [True, False])
def test_a_class_that_no_file_imports_yet_is_imported_from_where_it_is_defined(
    tmp_path: Path, indexed: bool
) -> None:
    (tmp_path / "post").mkdir()
    (tmp_path / "post/__init__.py").touch()
    (tmp_path / "post/message.py").write_text("class Attachment:\n    pass\n", encoding="utf-8")
    project = project_of(tmp_path / "x", tmp_path)
    assert project is not None
    store = open_store(project.folder) if indexed else None
    if store is not None:
        index_all(store, project)
    [python] = (one for one in languages() if one.name == "python")
    names = NamesHere(ProjectIndex(project, {}, store), tmp_path / "post/test_box.py", python)
    assert names.statements("Attachment") == ("from post.message import Attachment",)
    assert names.statements("Nowhere") == ()


@pytest.mark.parametrize(
    ("path", "text", "defined_in", "module"),
    [
        ("a.mjs", "", "lib/rates.mjs", "./lib/rates.mjs"),
        ("a.js", "", "rates.js", "./rates.js"),
        ("a.js", "", "rates/index.js", "./rates/index.js"),
        ("a.js", 'import { b } from "./other";\n', "rates.js", "./rates"),
        ("a.ts", "", "rates.ts", "./rates"),
        ("a.ts", "", "rates/index.ts", "./rates"),
        ("a.ts", 'import "./a.css";\nimport { b } from "./other.js";\n', "rates.ts", "./rates.js"),
        ("a.mts", "", "rates.mts", "./rates.mjs"),
    ],
)
def test_a_path_ends_as_others_of_the_file_do_or_as_it_must(
    tmp_path: Path, path: str, text: str, defined_in: str, module: str
) -> None:
    """Node finds no module without the ending of its file."""
    for name, content in (
        (path, text),
        (defined_in, "export function vat() {}\n"),
        ("a.css", "a {}\n"),
        (f"other{Path(path).suffix}", "export const b = 1;\n"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    project = project_of(tmp_path / "x", tmp_path)
    document = open_document((tmp_path / path).as_uri(), text)
    assert project is not None and document.language is not None
    index = ProjectIndex(project, {tmp_path / path: document})
    names = NamesHere(index, tmp_path / path, document.language)
    assert names.statements("vat") == (f'import {{ vat }} from "{module}";',)


def test_a_file_of_a_large_package_is_read_closely_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each method of a type stands in another of its package's files; others say nothing of it."""
    for number in range(80):
        method = f"func (row Row) M{number}() {{}}\n" if number % 2 else "func other() {}\n"
        (tmp_path / f"f{number}.go").write_text(f"package shop\n\n{method}", encoding="utf-8")
    (tmp_path / "row.go").write_text("package shop\n\ntype Row struct{}\n", encoding="utf-8")
    project = project_of(tmp_path / "x", tmp_path)
    assert project is not None
    read: list[str] = []

    def count(document: Document, *, references: bool = True) -> FileSymbols:
        read.append(document.uri)
        return find_symbols(document, references=references)

    monkeypatch.setattr(files, "find_symbols", count)
    use = tmp_path / "use.go"
    for text in ("package shop\n", "package shop\n\nvar row Row\n"):
        document = open_document(use.as_uri(), text)
        index = ProjectIndex(project, {}).having(use, document)
        (row,) = index.lookup(use, "Row")
        assert len(index.members(row)) == 40
    assert len([one for one in read if not one.endswith("use.go")]) == 41


TILL = {
    "Pay/Money.cs": "namespace Shop.Pay;\n\npublic class Money {}\n\npublic class Task {}\n",
    "Till/Till.cs": "namespace Shop.Till;\n\nclass Till {}\n",
    "Till/Paying.cs": "using Shop.Pay;\n\nnamespace Shop.Till;\n\nclass Paying {}\n",
    "Pay/Cards/Card.cs": "namespace Shop.Pay.Cards;\n\nclass Card {}\n",
    "Till/Later.cs": "using System;\n\nnamespace Shop.Till;\n\nclass Later { Task It; }\n",
}
MONEY = {
    "go.mod": "module example.org/shop\n",
    "pay/money/money.go": 'package money\n\nfunc Format(cents int) string { return "" }\n',
    "pay/money/money_test.go": "package money\n\nfunc Only() {}\n",
    "pay/loop.go": 'package pay\n\nimport "example.org/shop/till"\n\nfunc Loop() { till.Till() }\n',
    "till/till.go": "package till\n\nfunc Till() {}\n",
    "rates/__init__.py": "",
    "rates/vat.py": "def percent():\n    return 19\n",
    "taxes.py": "def percent():\n    return 19\n",
    "Cargo.toml": '[package]\nname = "shop"\n',
    "src/lib.rs": "mod money;\nmod till;\n",
    "src/money.rs": "pub struct Money;\n\npub fn format(money: Money) {}\n",
    "src/till.rs": "",
    "src/main.rs": "fn main() {}\n",
    "src/bin/total.rs": "fn main() {}\n",
    "src/bin/pay/main.rs": "mod cards;\n\nfn main() {}\n",
    "src/bin/pay/cards.rs": "pub fn read() {}\n",
    "my-shop/goods/cents.py": "def half():\n    return 1\n",
}

CRATES = {
    "pay/Cargo.toml": '[package]\nname = "pay"\n',
    "pay/src/lib.rs": "mod money;\nmod till;\n",
    "pay/src/main.rs": "fn main() {}\n",
    "pay/src/money.rs": "pub struct Money;\n",
    "pay/src/till.rs": "use crate::money::Money;\n\nfn f(m: Money) {}\n",
    "pay/src/bin/shop.rs": "fn main() {}\n",
    "shop/Cargo.toml": '[package]\nname = "shop"\n',
    "shop/src/lib.rs": "mod till;\n",
    "shop/src/till.rs": "",
}


@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize(
    ("path", "asked", "statement"),
    [
        ("till/till.go", "money.Format", 'import "example.org/shop/pay/money"'),
        ("till/till.go", "money.Only", ""),
        ("till/till.go", "money.Parse", ""),
        ("till/till.go", "pay.Loop", ""),
        ("till.py", "vat.percent", "from rates import vat"),
        ("till.py", "taxes.percent", "import taxes"),
        ("till.py", "taxes.rates", ""),
        ("till.py", "cents.half", ""),
        ("my-shop/till.py", "cents.half", "from goods import cents"),
        ("src/till.rs", "money.format", "use crate::money;"),
        ("src/till.rs", "cards.read", ""),
        ("src/main.rs", "money.format", ""),
        ("src/bin/total.rs", "money.format", ""),
        ("src/bin/pay/main.rs", "money.format", ""),
        ("src/bin/pay/main.rs", "cards.read", "use crate::cards;"),
    ],
)
def test_a_module_that_is_used_is_imported_if_it_has_what_it_is_asked_for(
    tmp_path: Path, path: str, asked: str, statement: str, indexed: bool
) -> None:
    names = _names_in(tmp_path, MONEY, path, indexed=indexed)
    found = names.module_statements(*asked.split("."))
    assert found == ((statement,) if statement else ())


@pytest.mark.parametrize(
    ("files", "path", "name", "statement"),
    [
        (MONEY, "src/till.rs", "Money", "use crate::money::Money;"),
        (TILL, "Till/Till.cs", "Money", "using Shop.Pay;"),
        (TILL, "Till/Paying.cs", "Money", ""),
        (TILL, "Pay/Cards/Card.cs", "Money", ""),
        (TILL, "Till/Till.cs", "Task", ""),
        (
            {"pay/Money.kt": "package shop.pay\n\nclass Money\n", "Till.kt": "package shop\n"},
            "Till.kt",
            "Money",
            "import shop.pay.Money",
        ),
        (
            {
                "pay/Money.scala": "package shop.pay\n\nclass Money\n",
                "Till.scala": "package shop\n",
            },
            "Till.scala",
            "Money",
            "import shop.pay.Money",
        ),
        (
            {
                "src/Money.php": "<?php\nclass Money {}\n",
                "src/Till.php": "<?php\nnamespace Shop;\n",
            },
            "src/Till.php",
            "Money",
            "",
        ),
        (
            {
                "pay/Money.scala": "package shop\npackage pay\n\nclass Money\n",
                "Till.scala": "package till\n",
            },
            "Till.scala",
            "Money",
            "",
        ),
        (CRATES, "shop/src/till.rs", "Money", ""),
        (CRATES, "pay/src/main.rs", "Money", ""),
        (CRATES, "pay/src/bin/shop.rs", "Money", ""),
        (CRATES, "pay/src/other.rs", "Money", "use crate::money::Money;"),
        (
            {"my-shop/goods/pay.py": "class Money: ...\n", "my-shop/till.py": ""},
            "my-shop/till.py",
            "Money",
            "from goods.pay import Money",
        ),
        (
            {"Money.java": "class Money {}\n", "shop/Till.java": "package shop;\n"},
            "shop/Till.java",
            "Money",
            "",
        ),
    ],
)
def test_a_class_is_imported_by_the_name_that_its_module_has_here(
    tmp_path: Path, files: dict[str, str], path: str, name: str, statement: str
) -> None:
    names = _names_in(tmp_path, files, path, indexed=True)
    assert names.statements(name) == ((statement,) if statement else ())


@pytest.mark.parametrize(
    ("path", "imports", "name", "statement"),
    [
        (
            "A{}.java",
            ("import shop.Row.Kind;", "import shop.Row;"),
            "Row",
            "import shop.Row;",
        ),
        ("A{}.java", ("import shop.Row.Kind;",), "Row", ""),
        ("A{}.kt", ("import shop.Row.A", "import shop.Row"), "Row", "import shop.Row"),
        ("a{}.scala", ("import shop.{ Row, Till }", "import shop.Row"), "Row", "import shop.Row"),
        ("src/a{}.rs", ("use shop::{Row, Till};", "use shop::Row;"), "Row", "use shop::Row;"),
        ("src/a{}.rs", ("use shop::{a::{Row, b}, c};",), "Row", "use shop::a::Row;"),
        ("src/a{}.rs", ("use shop::{a::{self, Row}, c};",), "a", ""),
    ],
)
def test_an_import_of_another_file_counts_for_what_it_brings(
    tmp_path: Path, path: str, imports: tuple[str, ...], name: str, statement: str
) -> None:
    files = {path.format(number): f"{one}\n" for number, one in enumerate(imports)}
    used = {file: f"{text}class A {{ {name} row; }}\n" for file, text in files.items()}
    found = _names_in(tmp_path, used, path.format("x"), indexed=True).statements(name)
    assert found == ((statement,) if statement else ())


def _names_in(
    folder: Path, texts: dict[str, str], path: str, *, indexed: bool, code: str = ""
) -> NamesHere:
    for name, text in texts.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(text, encoding="utf-8")
    project = project_of(folder / "x", folder)
    document = open_document((folder / path).as_uri(), code or texts.get(path, ""))
    assert project is not None and document.language is not None
    store = open_store(project.folder) if indexed else None
    if store is not None:
        index_all(store, project)
    index = ProjectIndex(project, {folder / path: document}, store)
    return NamesHere(index, folder / path, document.language)
