"""Every action with the real 0.5B model, in its own process, through the real server.

Whatever a model says, this holds: the status is one that is documented; what was applied changed
nothing around its span and broke no syntax; what was refused changed nothing at all. What the
model made of it is printed: `pytest -rP tests/lsp/test_real_model.py`.
"""

from __future__ import annotations

import difflib
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from lsp_editor import Editor, editing, helix

from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.queries import problems

pytestmark = pytest.mark.model

PYTHON = '''\
"""Shapes.

Second paragraph: é, 🎈.
"""

import math

UNTOUCHED = "before"  # noqa


def area(radius: float) -> float:
    """The area of a circle."""
    return math.pi * radius


def is_even(number: int) -> bool:
    return number % 2 == 0


def largest(numbers: list[int]) -> int:
    """The largest number."""
    raise NotImplementedError


# a function that gives the circumference of a circle

untouched = "after"
'''

TYPESCRIPT = """\
export interface Item {
  price: number;
}

export function total(items: Item[]): number {
  let sum = 0;
  for (const item of items) {
    sum = item.price;
  }
  return sum;
}

export const untouched = 1;
"""

GO = """\
package shapes

// Double gives twice n.
func Double(n int) int {
	panic("not implemented")
}

func Half(n int) int {
	return n / 2
}
"""

RUST = """\
pub fn half(n: i32) -> i32 {
    n / 2
}
"""

CASES = [
    ("explain", "shapes.py", PYTHON, "def area"),
    ("fix-bug", "shapes.py", PYTHON, "def area"),
    ("refactor", "shapes.py", PYTHON, "def is_even"),
    ("add-docstring", "shapes.py", PYTHON, "def is_even"),
    ("generate", "shapes.py", PYTHON, "def largest"),
    ("generate", "shapes.py", PYTHON, "# a function"),
    ("write-tests", "shapes.py", PYTHON, "def is_even"),
    ("fix-bug", "basket.ts", TYPESCRIPT, "export function"),
    ("add-docstring", "basket.ts", TYPESCRIPT, "export function"),
    ("write-tests", "basket.ts", TYPESCRIPT, "export function"),
    ("generate", "shapes.go", GO, "func Double"),
    ("add-docstring", "shapes.go", GO, "func Half"),
    ("add-docstring", "half.rs", RUST, "pub fn"),
    ("write-tests", "half.rs", RUST, "pub fn"),
]
LANGUAGES = {".py": "python", ".ts": "typescript", ".go": "go", ".rs": "rust"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(
    tmp_path_factory: pytest.TempPathFactory, coder: Path
) -> AsyncGenerator[Editor, None]:
    folder = tmp_path_factory.mktemp("real")
    (folder / "tests").mkdir()
    (folder / "pyproject.toml").touch()
    settings = {"local": {"model": str(coder), "preload": False}}
    async with editing(folder, helix(), settings=settings) as running:
        yield running


def project(folder: Path) -> dict[Path, str]:
    """The files of the project; the user's home lies in it as well, hidden."""
    files = [path for path in folder.rglob("*.*") if path.is_file()]
    return {path: path.read_text() for path in files if ".home" not in path.parts}


@pytest.mark.parametrize(("action", "name", "text", "mark"), CASES)
async def test_action(editor: Editor, action: str, name: str, text: str, mark: str) -> None:
    language = LANGUAGES[Path(name).suffix]
    uri = editor.open(name, text, language)
    files = project(editor.folder)
    result = await editor.run(action, uri, text.index(mark))
    now = editor.buffers[uri].text
    editor.close(uri)
    print(result)
    print("".join(difflib.unified_diff(text.splitlines(True), now.splitlines(True), n=1)))
    written = project(editor.folder)
    new = {path: written[path] for path in written if files.get(path) != written[path]}
    for path, content in new.items():
        print(f"{path.name}:\n{content}")

    assert result["status"] in {"applied", "refused"} | (
        {"shown"} if action == "explain" else set()
    )
    assert result["message"]
    assert not problems(open_document(uri, now, language_id=language))
    if action == "write-tests" and language != "rust":
        assert now == text
        assert bool(new) is (result["status"] == "applied")
        assert not any(
            problems(open_document(p.as_uri(), new[p])) for p in new if p.suffix == ".py"
        )
        return
    assert not [path for path in new if path.suffix in LANGUAGES]
    assert (now == text) is (result["status"] != "applied")
    if language == "python":
        assert now.startswith(text[: text.index("def area")])
        assert now.endswith(text[text.index("\nuntouched") :])
        assert "`" not in now
    if action == "add-docstring" and result["status"] == "applied":
        assert without_added_lines(text, now) == text


def without_added_lines(before: str, after: str) -> str:
    """What is left of `after` without the lines that it has more than `before`."""
    matcher = difflib.SequenceMatcher(None, before.splitlines(True), after.splitlines(True))
    kept = [
        "".join(after.splitlines(True)[k:n])
        for tag, _, _, k, n in matcher.get_opcodes()
        if tag != "insert"
    ]
    return "".join(kept)
