"""Lines of documentation that say what a call gives, which are examples too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deskmate.checks.sandbox import Limits
from deskmate.checks.suites import RUN_LIMITS, find_examples, run_suite
from deskmate.checks.verdict import Subject

LIMITS = Limits(seconds=600, **RUN_LIMITS)

# What documentation says of `half`, which gives the half of a number, and what of it is an example.
SAID = {
    "half(4) == 2": ["half(4)"],
    "half(4) => 2": ["half(4)"],
    "half(4) -> 2": ["half(4)"],
    "half(4)➞2": ["half(4)"],
    "half(4) = 2.": ["half(4)"],
    "- `half(4)` returns `2`": ["half(4)"],
    "For example: half(4) should be 2 since it is even": ["half(4)"],
    "e.g. half(4) gives 2 (exactly)": ["half(4)"],
    "half(4) = 2, half(-6) = -3 and so on": ["half(4)", "half(-6)"],
    "half(1) = 0.5": ["half(1)"],
    "Example: half(4) is 2": ["half(4)"],
    "1. half(4) must be 2": ["half(4)"],
    "Exact where it can be, e.g. half(4) is 2": ["half(4)"],
    "half(4) is 2, for example": ["half(4)"],
    "half(4)  # returns 2": ["half(4)"],
    "half(4); => 2": ["half(4)"],
    "half(4) == 2, and half(2) is 1": ["half(4)", "half(2)"],
    "half(4) == 3": ["half(4)!"],
    "half(4.8) = 2.": ["half(4.8)!"],
    'half("4") == 2': ['half("4")!'],
    "half(n) = n / 2": [],
    "half(4) = 1 + 1": [],
    "half(4) = 2, 3": [],
    "half(4) == 2 or more": [],
    "half(4) == 2 when it is even": [],
    "half(4) == 2, rest": [],
    "half(8) is 2 times what half(4) gives": [],
    "half(4) gives 1 more than half(2)": [],
    "half(4) == [2, ...]": [],
    "half(4) -> number": [],
    "Unlike half(4) == 3": [],
    "half(other(4)) == 2": [],
    "half(4)": [],
}
CODE = {
    "python": (
        "halves.py",
        'def half(n):\n    """Halves.\n\n    {said}\n    """\n    print("!")\n    return n / 2\n',
    ),
    "javascript": (
        "halves.js",
        "/* Halves.\n * {said}\n */\nconst half = (n) => {\n"
        "  if (+n !== n) throw n;\n  return n / 2;\n};\n",
    ),
    "go": (
        "halves.go",
        "// half halves.\n//\n// {said}\nfunc half(n float64) float64 { return n / 2 }\n",
    ),
    "java": (
        "Half.java",
        "/** Halves.\n * {said}\n */\nstatic double half(double n) { return n / 2; }\n",
    ),
}
NEEDS = {"python": "", "javascript": "node", "go": "go", "java": "javac"}
AROUND = {"go": "package halves\n\n{code}", "java": "class Half {\n{code}\n}\n"}
TYPED = ("go", "java")
"""Languages in which what is none of the function's types is no example."""


def skip_without(language: str) -> None:
    """Skips a test that needs what runs this language."""
    if NEEDS[language] and shutil.which(NEEDS[language]) is None:
        pytest.skip(f"needs {NEEDS[language]}")


@pytest.mark.parametrize("language", CODE)
async def test_a_line_that_says_what_a_call_gives_is_an_example(
    language: str, kept_project: Path
) -> None:
    skip_without(language)
    file, code = CODE[language]
    parts = [
        code.replace("{said}", said).replace("half", f"half{number}")
        for number, said in enumerate(SAID)
    ]
    text = AROUND.get(language, "{code}").replace("{code}", "\n\n".join(parts))
    (kept_project / file).write_text(text, encoding="utf-8")
    suite = find_examples(Subject(kept_project, file, language, text, {}, "half0"), [text])
    assert suite is not None
    assert suite.reaches
    tally = await run_suite(suite, Subject(kept_project, file, language, text, {}), text, LIMITS)
    wanted = {
        example.rstrip("!").replace("half", f"half{number}"): not example.endswith("!")
        for number, examples in enumerate(SAID.values())
        for example in examples
        if not (language in TYPED and '"' in example)
    }
    assert tally.tests == wanted


ODD = '''import sys

async def half(n):
    """half(4) => 2"""
    return n / 2

def count(n):
    """count(1) yields 1"""
    yield n

def leave():
    """leave() => 1"""
    sys.exit()

def double(n):
    """double(4) => 8"""
    return 2 * n
'''


YIELDING = """\
/** count(1) yields 1 */
export function* count(n) {
  yield n;
}

/** half(4) => 2 */
export async function half(n) {
  return n / 2;
}
"""

OTHERS = {
    "python": ("odd.py", ODD, ODD, {"half(4)": True, "leave()": False, "double(4)": True}),
    "javascript": ("shop.js", YIELDING, "* count(1) yields 1", {"half(4)": True}),
}


@pytest.mark.parametrize("language", OTHERS)
async def test_what_is_awaited_yielded_or_left_spoils_no_other_example(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    skip_without(language)
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    file, text, said, told = OTHERS[language]
    project = tmp_path / "shop"
    project.mkdir()
    (project / file).write_text(text, encoding="utf-8")
    subject = Subject(project, file, language, text, {})
    suite = find_examples(subject, [said])
    assert suite is not None
    assert (await run_suite(suite, subject, text, LIMITS)).tests == told


def test_letters_that_a_terminal_lacks_are_told_too(tmp_path: Path) -> None:
    file = tmp_path / "names.py"
    file.write_text(
        'def shout(n):\n    """shout("é") => "É→" """\n    return n\n', encoding="utf-8"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "deskmate.checks.inside.run_examples", str(file)]
    ran = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert 'not ok - shout("é")' in ran.stdout.decode("utf-8")


@pytest.mark.parametrize("said", [said for said, examples in SAID.items() if examples])
def test_each_such_line_is_enough_to_run_it(said: str, tmp_path: Path) -> None:
    text = CODE["python"][1].replace("{said}", said)
    assert find_examples(Subject(tmp_path, "a.py", "python", text, {}, "half"), [text])


@pytest.mark.parametrize("language", ["python", "go"])
@pytest.mark.parametrize(
    "said", ["<example>" * 99, "{@12. " * 99, "{@instance " * 99, "half() " * 99, "." * 200_000]
)
def test_a_line_of_many_pieces_is_read_once(said: str, language: str, tmp_path: Path) -> None:
    text = f"// {said}\n"
    assert find_examples(Subject(tmp_path, "a", language, text, {}, "half"), [text]) is None


@pytest.mark.parametrize(
    "text",
    [
        'def half(n):\n    """Halves n: half(n) is what two people get."""\n    return n / 2\n',
        "def half(n):\n    return n / 2  # half of it\n",
        "def half(n):\n    half(n - 2)\n    # what is left\n    return n / 2\n",
    ],
)
def test_documentation_without_one_has_none(text: str, tmp_path: Path) -> None:
    assert find_examples(Subject(tmp_path, "a.py", "python", text, {}, "half"), [text]) is None
