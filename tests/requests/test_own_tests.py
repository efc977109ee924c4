"""Tests go where a project tests the same already, though the file is called otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.actions.catalog import load_actions
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.requests.request import resolve
from deskmate.settings.project import project_of
from deskmate.workspace.index.build import index_all
from deskmate.workspace.index.store import open_store

PYTHON = {
    "pyproject.toml": "",
    "shop/__init__.py": "",
    "shop/box.py": "def double(x):\n    return 2 * x\n\n\ndef half(x):\n    return x / 2\n",
}
SCRIPT = {
    "package.json": "{}",
    "src/box.ts": "export function double(x: number) {\n  return 2 * x;\n}\n",
}
GO = {
    "go.mod": "module shop\n",
    "box.go": "package shop\n\nfunc Double(x int) int {\n\treturn 2 * x\n}\n",
}

CASES = {
    "by a name that is imported": (
        {
            **PYTHON,
            "tests/test_all.py": "from shop.box import double\n\n\ndef test_it():\n    double(1)\n",
        },
        ("shop/box.py", "def double", "tests/test_all.py"),
    ),
    "by the module": (
        {
            **PYTHON,
            "tests/test_all.py": "import shop.box\n\n\ndef test_it():\n    shop.box.double(1)\n",
        },
        ("shop/box.py", "def double", "tests/test_all.py"),
    ),
    "where it is used most": (
        {
            **PYTHON,
            "tests/test_a.py": "from shop.box import double\n\n\ndef test_a():\n    double(1)\n",
            "tests/test_b.py": "from shop.box import double\n\n\ndef test_b():\n    double(1)\n"
            "    double(2)\n",
        },
        ("shop/box.py", "def double", "tests/test_b.py"),
    ),
    "not where another function of the file is tested": (
        {
            **PYTHON,
            "tests/test_all.py": "from shop.box import double\n\n\ndef test_it():\n    double(1)\n",
        },
        ("shop/box.py", "def half", "tests/test_box.py"),
    ),
    "not where another of that name is tested": (
        {
            **PYTHON,
            "shop/bag.py": "def double(x):\n    return x, x\n",
            "tests/test_all.py": "from shop.bag import double\n\n\ndef test_it():\n    double(1)\n",
        },
        ("shop/box.py", "def double", "tests/test_box.py"),
    ),
    "not where that is so, though another function of the file is tested there": (
        {
            **PYTHON,
            "shop/bag.py": "def double(x):\n    return x, x\n",
            "tests/test_all.py": "from shop.bag import double\nfrom shop.box import half\n\n\n"
            "def test_it():\n    double(half(1))\n",
        },
        ("shop/box.py", "def double", "tests/test_box.py"),
    ),
    "not where it is no test": (
        {**PYTHON, "shop/use.py": "from shop.box import double\n\nprint(double(1))\n"},
        ("shop/box.py", "def double", "shop/test_box.py"),
    ),
    "first where such a file goes": (
        {
            **PYTHON,
            "tests/test_all.py": "from shop.box import double\n\n\ndef test_it():\n    double(1)\n",
            "tests/test_box.py": "from shop.box import half\n\n\ndef test_half():\n    half(1)\n",
        },
        ("shop/box.py", "def double", "tests/test_box.py"),
    ),
    "in TypeScript": (
        {
            **SCRIPT,
            "test/all.test.ts": 'import { double } from "../src/box";\n\ntest("it", () => {\n'
            "  double(1);\n});\n",
        },
        ("src/box.ts", "export", "test/all.test.ts"),
    ),
    "in TypeScript, of what has JSX": (
        {
            "package.json": "{}",
            "src/box.tsx": "export function Box() {\n  return <b/>;\n}\n",
            "test/all.test.ts": 'import { Box } from "../src/box";\n\ntest("it", () => {\n'
            "  Box();\n});\n",
        },
        ("src/box.tsx", "export", "test/all.test.ts"),
    ),
    "not where they are in another language": (
        {
            **SCRIPT,
            "test/all.test.js": 'import { double } from "../src/box";\n\ntest("it", () => {\n'
            "  double(1);\n});\n",
        },
        ("src/box.ts", "export", "test/box.test.ts"),
    ),
    "in a package that sees it": (
        {
            **GO,
            "all_test.go": 'package shop\n\nimport "testing"\n\nfunc TestIt(t *testing.T) {\n'
            "\tDouble(1)\n}\n",
        },
        ("box.go", "func", "all_test.go"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_tests_go_to_those_of_the_same(case: str, tmp_path: Path) -> None:
    files, (source, at, wanted) = CASES[case]
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    project = project_of(tmp_path / source, tmp_path)
    assert project is not None
    index_all(open_store(project.folder), project)
    document = open_document((tmp_path / source).as_uri(), files[source])
    place = document.text.index(at)
    request = resolve(
        load_actions()[0]["write-tests"],
        document,
        Span(place, place),
        project=project,
        root=tmp_path,
    )
    assert request.tests is not None
    assert request.tests.document.uri == (tmp_path / wanted).as_uri()
