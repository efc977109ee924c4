"""Where tests go, in projects laid out as people lay them out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deskmate.actions.catalog import load_actions
from deskmate.actions.targets import find_target
from deskmate.actions.test_files import TestFile, find_test_file
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.text.text import Span
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
        (["pyproject.toml", "shop/"], "shop/box.py", "shop/test_box.py", "shop.box"),
        (["setup.py", "tests/", "shop/test_box.py"], "shop/box.py", "shop/test_box.py", "shop.box"),
        ([".git/", "my-tools/"], "my-tools/box.py", "my-tools/test_box.py", "box"),
        ([".git/", "my-tools/src/shop/"], "my-tools/src/shop/box.py",
         "my-tools/src/shop/test_box.py", "shop.box"),
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
    assert not alone.create, "it is open in the editor, saved or not"


def test_what_the_signature_names_is_imported_too(tmp_path: Path) -> None:
    make(tmp_path, "pyproject.toml")
    source = "def total(items: list[Item]) -> int:\n    return 0\n\n\nclass Item:\n    price = 1\n"
    assert "import Item, total\n" in place(tmp_path, "box.py", source).header


def test_what_it_raises_is_imported_too(tmp_path: Path) -> None:
    make(tmp_path, "pyproject.toml")
    source = "def total():\n    raise Empty()\n\n\nclass Empty(Exception):\n    price = 1\n"
    header = place(tmp_path, "box.py", source).header
    assert "import Empty, total\n" in header
    assert header.startswith("import pytest\n")


def test_an_open_test_file_comes_before_the_one_on_disk(tmp_path: Path) -> None:
    make(tmp_path, "pyproject.toml", "tests/test_box.py")
    text = "def test_zero():\n    pass\n"
    opened = open_document((tmp_path / "tests" / "test_box.py").as_uri(), text, version=3)
    found = place(tmp_path, "box.py", PYTHON, opened)
    assert found.document is opened
    assert found.create is False


def test_a_file_without_a_place_has_no_tests() -> None:
    document = open_document("untitled:Untitled-1", PYTHON, language_id="python")
    assert find_target(WRITE_TESTS, document, Span(0, 0)) is None
    target = find_target(WRITE_TESTS, open_document("file:///box.py", PYTHON), Span(0, 0))
    assert target is not None
    with pytest.raises(ActionError, match="Save the file first"):
        find_test_file(replace(target, document=document), None, ())


def about(root: Path, name: str, text: str, mark: str) -> TestFile:
    """The test file for the function around `mark` of a source with this text."""
    document = open_document((root / name).as_uri(), text)
    at = text.index(mark)
    target = find_target(WRITE_TESTS, document, Span(at, at))
    assert target is not None
    return find_test_file(target, None, ())


JAVA = "package shop;\n\nclass Box {\n    int size() {\n        return 1;\n    }\n}\n"


@pytest.mark.parametrize(
    ("build", "text", "framework", "imported"),
    [
        ("pom.xml", "", "JUnit 5", "org.junit.jupiter.api.Test"),
        ("pom.xml", "<artifactId>junit-jupiter</artifactId>", "JUnit 5", "org.junit.jupiter"),
        ("pom.xml", "<artifactId>junit</artifactId>", "JUnit 4", "import org.junit.Test;"),
        ("pom.xml", "<artifactId>testng</artifactId>", "TestNG", "org.testng.annotations.Test"),
        ("build.gradle", "testImplementation 'junit:junit:4.13'", "JUnit 4", "org.junit.Assert"),
        ("build.gradle", "testImplementation 'junit:junit:4'\ntest { useJUnitPlatform() }",
         "JUnit 5", "org.junit.jupiter"),
        ("build.gradle.kts", 'testImplementation("org.testng:testng:7")', "TestNG", "org.testng"),
    ],
)  # fmt: skip
def test_java(tmp_path: Path, build: str, text: str, framework: str, imported: str) -> None:
    make(tmp_path, ".git/", "core/src/main/java/shop/")
    (tmp_path / "core" / build).write_text(text, encoding="utf-8")
    found = about(tmp_path, "core/src/main/java/shop/Box.java", JAVA, "size")
    test_file = tmp_path / "core/src/test/java/shop/BoxTest.java"  # its folder is yet to be made
    assert found.document.uri == test_file.as_uri()
    assert found.framework == framework
    assert found.header.startswith("package shop;\n")
    assert imported in found.header


def test_java_without_a_package(tmp_path: Path) -> None:
    make(tmp_path, ".git/")
    found = about(tmp_path, "Box.java", JAVA.partition("\n\n")[2], "size")
    assert found.document.uri == (tmp_path / "BoxTest.java").as_uri()
    assert found.header.startswith("import static")


def test_a_test_file_keeps_its_framework_and_its_class(tmp_path: Path) -> None:
    make(tmp_path, ".git/", "BoxTest.java")
    text = "import org.junit.Test;\n\npublic class BoxTest {\n    @Test public void a() {}\n}\n"
    (tmp_path / "BoxTest.java").write_text(text, encoding="utf-8")
    found = about(tmp_path, "Box.java", JAVA, "size")
    assert (found.framework, found.create) == ("JUnit 4", False)
    assert text[found.place :] == "}\n"


CSHARP = "namespace Shop.Stock;\n\npublic class Box\n{\n    public int Size() => 1;\n}\n"


@pytest.mark.parametrize(
    ("files", "source", "test_file"),
    [
        (["src/Shop/Shop.csproj", "tests/Shop.Tests/Shop.Tests.csproj"], "src/Shop/Stock/Box.cs",
         "tests/Shop.Tests/BoxTests.cs"),
        (["src/Shop/Shop.csproj", "tests/Shop.Tests/Stock/"], "src/Shop/Stock/Box.cs",
         "tests/Shop.Tests/Stock/BoxTests.cs"),
        (["Shop/Shop.csproj", "Shop.Tests/Shop.Tests.csproj"], "Shop/Box.cs",
         "Shop.Tests/BoxTests.cs"),
        (["Shop.csproj", "tests/"], "Box.cs", "tests/BoxTests.cs"),
        (["Shop.csproj"], "Box.cs", "BoxTests.cs"),
    ],
)  # fmt: skip
def test_csharp(tmp_path: Path, files: list[str], source: str, test_file: str) -> None:
    make(tmp_path, ".git/", *files)
    found = about(tmp_path, source, CSHARP, "Size")
    assert found.document.uri == (tmp_path / test_file).as_uri()
    assert found.framework == "xUnit"
    assert found.header.startswith("using Shop.Stock;\nusing Xunit;\n")


@pytest.mark.parametrize(
    ("package", "framework", "attribute"),
    [("NUnit", "NUnit", "[Test]"), ("MSTest.TestFramework", "MSTest", "[TestMethod]"),
     ("xunit.v3", "xUnit", "[Fact]")],
)  # fmt: skip
def test_csharp_frameworks(tmp_path: Path, package: str, framework: str, attribute: str) -> None:
    make(tmp_path, ".git/", "src/Shop/Shop.csproj", "tests/Shop.Tests/Shop.Tests.csproj")
    project = tmp_path / "tests/Shop.Tests/Shop.Tests.csproj"
    project.write_text(f'<PackageReference Include="{package}" />', encoding="utf-8")
    found = about(tmp_path, "src/Shop/Box.cs", CSHARP, "Size")
    assert found.framework == framework
    assert attribute in found.opening


@pytest.mark.parametrize(
    ("files", "build", "framework", "test_file", "include"),
    [
        (["tests/", "include/shop/box.hpp"], "find_package(Catch2 3)", "Catch2",
         "tests/box_test.cpp", "shop/box.hpp"),
        (["test/", "src/box.h"], "find_package(doctest)", "doctest", "test/box_test.cpp", "box.h"),
        (["src/box.h"], "find_package(GTest)", "GoogleTest", "src/box_test.cpp", "box.h"),
        (["tests/test_box.cpp"], "", "GoogleTest", "tests/test_box.cpp", "../src/box.cpp"),
    ],
)  # fmt: skip
def test_cpp(
    tmp_path: Path, files: list[str], build: str, framework: str, test_file: str, include: str
) -> None:
    make(tmp_path, ".git/", "src/", *files)
    (tmp_path / "CMakeLists.txt").write_text(build, encoding="utf-8")
    found = about(tmp_path, "src/box.cpp", "int size() {\n  return 1;\n}\n", "size")
    assert found.document.uri == (tmp_path / test_file).as_uri()
    assert found.framework == framework
    assert f'#include "{include}"\n' in found.header


@pytest.mark.parametrize(
    ("build", "framework", "included"),
    [
        ("FetchContent_Declare(unity)", "Unity", '#include "unity.h"'),
        ("pkg_check_modules(CMOCKA cmocka)", "CMocka", "#include <cmocka.h>"),
        ("", "assert", "#include <assert.h>"),
    ],
)
def test_c(tmp_path: Path, build: str, framework: str, included: str) -> None:
    make(tmp_path, ".git/", "src/box.h", "tests/")
    (tmp_path / "CMakeLists.txt").write_text(build, encoding="utf-8")
    found = about(tmp_path, "src/box.c", "int size(void) {\n  return 1;\n}\n", "size")
    assert found.document.uri == (tmp_path / "tests/test_box.c").as_uri()
    assert found.framework == framework
    assert included in found.header
    assert '#include "box.h"' in found.header
    assert "{test}" in found.footer


@pytest.mark.parametrize(
    ("files", "source", "text", "tests", "below"),
    [
        ("pyproject.toml", "box.py", PYTHON,
         "import unittest\n\n\nclass TestBox(unittest.TestCase):\n    pass\n\n\n"
         '# all\nif __name__ == "__main__":\n    unittest.main()\n', "# all\nif __name__"),
        ("Makefile", "box.c", "int size(void)\n{\n    return 1;\n}\n",
         "#include <assert.h>\n\nint main(void)\n{\n    return 0;\n}\n", "int main("),
        ("composer.json", "Box.php", "<?php\nclass Box\n{\n    function size() { return 1; }\n}\n",
         "<?php\nclass BoxTest extends TestCase\n{\n}\n\nclass Helper\n{\n}\n", "}\n\nclass H"),
        ("pom.xml", "Box.java", JAVA,
         "class BoxTest {\n    @Test void a() {}\n}\n\nclass Other {\n}\n", "}\n\nclass Other"),
        ("Gemfile", "box.rb", "def size\n  1\nend\n",
         "class TestBox < Minitest::Test\n  def test_a\n  end\nend\n\nclass Aid\nend\n",
         "end\n\nclass Aid"),
        ("Build.PL", "Box.pm", "package Box;\nsub size {\n  return 1;\n}\n1;\n",
         "use Test::More;\nok(1);\n\ndone_testing;\n", "done_testing"),
    ],
)  # fmt: skip
def test_tests_go_where_their_runner_finds_them(
    tmp_path: Path, files: str, source: str, text: str, tests: str, below: str
) -> None:
    make(tmp_path, files, ".git/")
    mark = "double" if text == PYTHON else "size"
    there = Path(about(tmp_path, source, text, mark).document.uri.removeprefix("file://"))
    there.parent.mkdir(exist_ok=True)
    there.write_text(tests, encoding="utf-8")
    found = about(tmp_path, source, text, mark)
    assert tests[found.place :].startswith(below)


@pytest.mark.parametrize(
    ("exported", "package", "imported"),
    [
        ("export function size() {\n  return 1;\n}", '"vitest"', 'import { size } from "./box"'),
        (
            "export default function size() {\n  return 1;\n}",
            '"vitest"',
            'import size from "./box"',
        ),
        (
            "export default async function size() {\n  return 1;\n}",
            '"vitest"',
            'import size from "./box"',
        ),
        (
            "function size() {\n  return 1;\n}\nexport default size;",
            '"vitest"',
            'import size from "./box"',
        ),
        (
            "function size() {\n  return 1;\n}\nexport { size as default };",
            '"vitest"',
            "import size from",
        ),
        (
            "function size() {\n  return 1;\n}\nmodule.exports = size;",
            "",
            'const size = require("./box")',
        ),
        (
            "function size() {\n  return 1;\n}\nmodule.exports = { size };",
            "",
            "const { size } = require(",
        ),
        (
            "export default function size() {\n  return 1;\n}",
            '"jest"',
            'import size from "./box"',
        ),
        (
            "export default function size() {\n  return 1;\n}",
            '{"type":"module"}',
            'import size from "./box.js"',
        ),
    ],
)
def test_a_default_export_is_imported_as_one(
    tmp_path: Path, exported: str, package: str, imported: str
) -> None:
    make(tmp_path, "package.json", package_json=package)
    assert imported in about(tmp_path, "box.js", f"{exported}\n", "size").header


GO = "package box\n\nfunc Size() int {\n\treturn size()\n}\n\nfunc size() int {\n\treturn 1\n}\n"


def test_a_go_package_of_tests_reaches_what_is_exported_by_its_name(tmp_path: Path) -> None:
    make(tmp_path, "go.mod", "a/box_test.go", "a/other.go",
         go_mod="module example.org/shop\n", box_test_go="package box_test\n",
         other_go="package box\n\ntype Lid struct{}\n")  # fmt: skip
    found = about(tmp_path, "a/box.go", GO, "Size")
    assert (found.qualifier, found.qualified) == ("box", ("Lid", "Size"))
    assert 'import "example.org/shop/a"' in found.header
    assert found.header.startswith("package box_test\n")
    inner = about(tmp_path, "a/box.go", GO, "size() int")
    assert inner.document.uri.endswith("/a/box_internal_test.go")
    assert inner.header.startswith("package box\n")


def test_rspec_is_told_by_the_gem(tmp_path: Path) -> None:
    make(tmp_path, ".git/", "Gemfile", "lib/", Gemfile="gem 'rspec'\n")
    assert about(tmp_path, "lib/box.rb", "def size\n  1\nend\n", "size").framework == "RSpec"
