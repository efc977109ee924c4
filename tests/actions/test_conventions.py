"""What a project's own settings say about its style."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.actions.conventions import find_style
from deskmate.core.syntax.document import open_document

RUFF = '[tool.ruff]\nline-length = 88\n[tool.ruff.format]\nquote-style = "single"\n'
CASES = {
    "ruff": ("a.py", "pyproject.toml", RUFF, "lines of at most 88 characters, single quotes"),
    "black": (
        "a.py",
        "pyproject.toml",
        "[tool.black]\nline-length = 79\n",
        "lines of at most 79 characters",
    ),
    "prettier as YAML": (
        "a.ts",
        ".prettierrc",
        "singleQuote: true\nsemi: false\n",
        "single quotes, no semicolons",
    ),
    "prettier as JSON": ("a.jsx", ".prettierrc", '{"singleQuote": false}', "double quotes"),
    "package.json": ("a.tsx", "package.json", '{"prettier": {"semi": false}}', "no semicolons"),
    "rustfmt": ("a.rs", "rustfmt.toml", "max_width = 120", "lines of at most 120 characters"),
    "clang-format": (
        "a.cpp",
        ".clang-format",
        "BasedOnStyle: LLVM\nColumnLimit: 100\n",
        "lines of at most 100 characters",
    ),
    "no limit": ("a.cpp", ".clang-format", "ColumnLimit: 0\n", ""),
    "rubocop": (
        "a.rb",
        ".rubocop.yml",
        "Layout/LineLength:\n  Max: 90\n",
        "lines of at most 90 characters",
    ),
    "editorconfig": (
        "a.go",
        ".editorconfig",
        "root = true\n[*]\nmax_line_length = 110\n",
        "lines of at most 110 characters",
    ),
    "off": ("a.go", ".editorconfig", "[*]\nmax_line_length = off\n", ""),
    "broken": ("a.py", "pyproject.toml", "[tool.ruff\n", ""),
    "broken YAML": ("a.ts", ".prettierrc", "a: [", ""),
    "of another kind": ("a.py", "pyproject.toml", '[tool]\nruff = "no table"\n', ""),
    "another language": ("a.py", ".prettierrc", "semi: false", ""),
}


@pytest.mark.parametrize(("name", "file", "text", "style"), CASES.values(), ids=CASES)
def test_what_a_project_says(name: str, file: str, text: str, style: str, tmp_path: Path) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    document = open_document((tmp_path / "src" / name).as_uri(), "")
    assert find_style(document, tmp_path) == style


def test_nothing_is_said_of_what_is_no_file() -> None:
    assert find_style(open_document("untitled:1", "", language_id="python"), None) == ""
