"""Which tests of a project reach what was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.checks.reaching import find_reaching_tests
from deskmate.checks.verdict import Subject
from deskmate.core.syntax.document import open_document
from deskmate.core.text.uri import file_uri
from deskmate.settings.project import project_of

TOTAL = "pub fn total(prices: &[u32]) -> u32 {\n    0\n}\n"
TESTED = (
    TOTAL
    + """
pub fn other() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up() {
        assert_eq!(total(&[1, 2]), 3);
    }
}
"""
)


@pytest.mark.parametrize(
    ("text", "symbol", "reaching"),
    [
        (TESTED, "total", ("src/lib.rs",)),
        (TESTED, "", ("src/lib.rs",)),
        (TESTED, "other", ()),
        (TOTAL, "total", ()),
    ],
    ids=["named", "all", "not named", "no tests"],
)
def test_tests_that_stand_in_the_file_itself(
    tmp_path: Path, text: str, symbol: str, reaching: tuple[str, ...]
) -> None:
    (tmp_path / ".git").mkdir()
    file = tmp_path / "src" / "lib.rs"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    project = project_of(file, tmp_path)
    language = open_document(file_uri(file), text).language
    assert project is not None
    assert language is not None
    subject = Subject(tmp_path, "src/lib.rs", "rust", text, {}, symbol)
    assert find_reaching_tests(subject, project, language, tmp_path) == reaching


@pytest.mark.parametrize(
    ("source", "test", "reaching"),
    [
        ("src/box.tsx", "src/box.test.ts", True),
        ("src/box.jsx", "src/box.test.js", True),
        ("src/box.mts", "tests/box.test.ts", True),
        ("src/box.h", "tests/box_test.cc", True),
        ("src/box.ts", "src/box.test.css", False),
    ],
)
def test_tests_in_a_file_of_another_suffix(
    tmp_path: Path, source: str, test: str, reaching: bool
) -> None:
    for name in (".git/x", source, test):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("box: total()", encoding="utf-8")
    project = project_of(tmp_path / source, tmp_path)
    language = open_document(file_uri(tmp_path / source), "").language
    assert project is not None
    assert language is not None
    subject = Subject(tmp_path, source, language.name, "", {}, "total")
    assert find_reaching_tests(subject, project, language, tmp_path) == (test,) * reaching
