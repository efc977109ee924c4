"""Where tests go, in projects laid out as people lay them out."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.actions.catalog import load_actions
from deskmate.actions.targets import find_target
from deskmate.actions.test_files import TestFile, find_test_file
from deskmate.core.document import Document, open_document
from deskmate.core.text import Span
from deskmate.errors import ActionError

WRITE_TESTS = load_actions()[0]["write-tests"]
PYTHON = "def double(x):\n    return 2 * x\n"
SCRIPT = "export function double(x) {\n  return 2 * x;\n}\n"


def make(root: Path, *names: str, **contents: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            path.write_text(contents.get(path.name.replace(".", "_"), ""), encoding="utf-8")
        else:
            path.mkdir(exist_ok=True)


def place(root: Path, name: str, text: str, *others: Document) -> TestFile:
    document = open_document((root / name).as_uri(), text)
    target = find_target(WRITE_TESTS, document, Span(0, 0))
    assert target is not None
    return find_test_file(target, None, others)


@pytest.mark.parametrize(
    ("files", "source", "test_file", "module"),
    [
        (["pyproject.toml", "tests/"], "box.py", "tests/test_box.py", "box"),
        (["pyproject.toml", "tests/"], "src/shop/box.py", "tests/test_box.py", "shop.box"),
        (["pyproject.toml", "tests/", "shop/__init__.py"], "shop/box.py", "tests/test_box.py",
         "shop.box"),
        (["pyproject.toml"], "shop/box.py", "shop/test_box.py", "shop.box"),
        (["setup.py", "tests/", "shop/test_box.py"], "shop/box.py", "shop/test_box.py", "shop.box"),
        (["pyproject.toml", "tests/", "shop/__init__.py"], "shop/__init__.py",
         "tests/test___init__.py", "shop"),
    ],
)  # fmt: skip
def test_python(tmp_path: Path, files: list[str], source: str, test_file: str, module: str) -> None:
    make(tmp_path, *files)
    found = place(tmp_path, source, PYTHON)
    assert found.document.uri == (tmp_path / test_file).as_uri()
    assert found.create is not (test_file in files)
    assert found.framework == "pytest"
    assert f"from {module} import double\n" in found.header


def test_unittest_where_the_project_uses_it(tmp_path: Path) -> None:
    make(tmp_path, "setup.py", "tests/test_other.py", test_other_py="import unittest\n")
    assert place(tmp_path, "box.py", PYTHON).framework == "unittest"


@pytest.mark.parametrize(
    ("package", "framework"),
    [
        ('{"devDependencies": {"vitest": "^3"}}', "vitest"),
        ('{"devDependencies": {"jest": "^29"}}', "jest"),
        ("{}", "node:test"),
    ],
)
def test_javascript(tmp_path: Path, package: str, framework: str) -> None:
    make(tmp_path, "package.json", "src/", package_json=package)
    found = place(tmp_path, "src/box.js", SCRIPT)
    assert found.framework == framework
    assert found.document.uri == (tmp_path / "src" / "box.test.js").as_uri()
    assert "double" in found.header
    assert "./box" in found.header


def test_go_tests_stand_beside_their_source_in_its_package(tmp_path: Path) -> None:
    make(tmp_path, "go.mod")
    source = "package box\n\nfunc Double(x int) int {\n\treturn 2 * x\n}\n"
    document = open_document((tmp_path / "box" / "box.go").as_uri(), source)
    at = source.index("Double")
    target = find_target(WRITE_TESTS, document, Span(at, at))
    assert target is not None
    found = find_test_file(target, None, ())
    assert found.document.uri == (tmp_path / "box" / "box_test.go").as_uri()
    assert found.header.startswith("package box\n")


def test_java_tests_mirror_the_folders_of_their_source(tmp_path: Path) -> None:
    make(tmp_path, ".git/", "src/main/java/shop/", "src/test/java/shop/")
    source = "package shop.box;\n\nclass Box {\n    int size() {\n        return 1;\n    }\n}\n"
    document = open_document((tmp_path / "src/main/java/shop/Box.java").as_uri(), source)
    at = source.index("size")
    target = find_target(WRITE_TESTS, document, Span(at, at))
    assert target is not None
    found = find_test_file(target, None, ())
    assert found.document.uri == (tmp_path / "src/test/java/shop/BoxTest.java").as_uri()
    assert "package shop.box;" in found.header


def test_rust_tests_stand_in_their_source(tmp_path: Path) -> None:
    make(tmp_path, "Cargo.toml")
    code = "pub fn double(x: i32) -> i32 {\n    x * 2\n}\n"
    module = "\n#[cfg(test)]\nmod tests {\n    use super::*;\n}\n"
    alone, with_module = (place(tmp_path, "src/lib.rs", text) for text in (code, code + module))
    assert alone.document.uri == with_module.document.uri == (tmp_path / "src/lib.rs").as_uri()
    assert alone.place == len(code)
    assert "mod tests {" in alone.header
    assert with_module.place == len(code + module) - len("}\n")
    assert with_module.header == ""


def test_what_the_signature_names_is_imported_too(tmp_path: Path) -> None:
    make(tmp_path, "pyproject.toml")
    source = "def total(items: list[Item]) -> int:\n    return 0\n\n\nclass Item:\n    price = 1\n"
    assert "import Item, total\n" in place(tmp_path, "box.py", source).header


def test_an_open_test_file_comes_before_the_one_on_disk(tmp_path: Path) -> None:
    make(tmp_path, "pyproject.toml", "tests/test_box.py")
    text = "def test_zero():\n    pass\n"
    opened = open_document((tmp_path / "tests" / "test_box.py").as_uri(), text, version=3)
    found = place(tmp_path, "box.py", PYTHON, opened)
    assert found.document is opened
    assert found.create is False


def test_a_file_without_a_place_has_no_tests() -> None:
    document = open_document("untitled:Untitled-1", PYTHON, language_id="python")
    target = find_target(WRITE_TESTS, document, Span(0, 0))
    assert target is not None
    with pytest.raises(ActionError, match="Save the file first"):
        find_test_file(target, None, ())
