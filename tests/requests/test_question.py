"""Questions on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import Project
from deskmate.core.reply.snippets import inserted, snippets
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import apply_edits
from deskmate.requests.doubts import find_doubts


def prompt(project: Project) -> str:
    """What the model was shown last."""
    asked = [json.loads(line) for line in project.log.read_text(encoding="utf-8").splitlines()]
    return str([one for one in asked if "messages" in json.dumps(one)][-1])


def test_the_answer_is_printed_and_its_cost_beside_it(project: Project) -> None:
    project.script("A *tuple* cannot be changed.", pieces=4)
    asked = project.deskmate("ask", "What is a tuple?")
    assert (asked.returncode, asked.stdout) == (0, "A *tuple* cannot be changed.\n")
    assert "tokens in" in asked.stderr


def test_it_knows_the_lines_that_it_is_asked_about(project: Project) -> None:
    project.script("It takes the largest.", when="return max(prices)")
    asked = project.deskmate("ask", "What is wrong?", "shop.py:1-2")
    assert asked.stdout == "It takes the largest.\n", asked.stderr


def test_what_another_command_prints_can_be_asked_about(project: Project) -> None:
    project.script("It is `test_shop.py:14`.", when="test_shop.py:14: AssertionError")
    asked = project.deskmate("ask", "Why?", piped="= FAILURES =\ntest_shop.py:14: AssertionError\n")
    assert asked.stdout == "It is `test_shop.py:14`.\n", asked.stderr


def test_what_may_be_wrong_in_an_answer_is_said(project: Project) -> None:
    project.script("3.9, I think.")
    asked = project.deskmate("ask", "Which version of Python is the latest?")
    assert "newer than the model's knowledge" in asked.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("ask", " "), "There is no question."),
        (("ask", "Why?", "gone.py"), "There is no file gone.py"),
        (("ask", "Why?", "shop.py:99"), "shop.py"),
        (("ask", "why " * 30_000), "longer than the model can read"),
    ],
)
def test_what_cannot_be_asked(project: Project, arguments: tuple[str, ...], says: str) -> None:
    project.script("yes")
    asked = project.deskmate(*arguments)
    assert asked.returncode == 2
    assert says in asked.stderr


def test_a_file_for_which_there_is_no_room_is_named(project: Project) -> None:
    (project.root / "long.txt").write_text("word " * 40_000)
    project.script("It is short.", when="return max")
    asked = project.deskmate("ask", "How do they differ?", "long.txt", "shop.py")
    assert asked.stdout == "It is short.\n"
    assert "did not see long.txt" in asked.stderr


def test_what_it_points_at_is_shown_and_what_is_not_there_is_said(project: Project) -> None:
    (project.root / "stock.py").write_text("def reserve(amount):\n    return amount\n")
    project.script("It gives the amount.", when="def reserve(amount):")
    asked = project.deskmate("ask", "What does @stock.py do, unlike @nowhere.py?")
    assert asked.stdout == "It gives the amount.\n", asked.stderr
    assert "Nothing was found for @nowhere.py." in asked.stderr


def test_a_definition_that_it_names_is_looked_up_and_cited(project: Project) -> None:
    (project.root / "stock.py").write_text("LIMIT = 3\n\n\ndef reserve_all(amount):\n    pass\n")
    project.script("Nothing.", when="def reserve_all(amount):")
    asked = project.deskmate("ask", "What does reserve_all give?")
    assert "Looked up in the project: stock.py:4." in asked.stderr, asked.stderr


def test_a_passage_whose_heading_it_has_the_words_of_is_cited(project: Project) -> None:
    (project.root / "docs").mkdir()
    text = "# The shop\n\n## Opening hours\n\nFrom nine to five.\n\n## Prices\n\nNo discounts.\n"
    (project.root / "docs" / "shop.md").write_text(text)
    project.script("Nine to five.", when="From nine to five.")
    asked = project.deskmate("ask", "What are the opening hours on Mondays?")
    assert asked.stdout == "Nine to five.\n", asked.stderr
    assert "Looked up in the project: docs/shop.md:3." in asked.stderr
    assert "No discounts." not in prompt(project)


@pytest.mark.model
def test_a_real_model_answers(project: Project, coder: Path) -> None:
    project.variables["DESKMATE_LOCAL__MODEL"] = str(coder)
    asked = project.deskmate(
        "ask", "Which built-in function is called in `total`? Name it.", "shop.py:1-2"
    )
    assert asked.returncode == 0, asked.stderr
    assert "max" in asked.stdout


@pytest.mark.parametrize(
    ("question", "doubted"),
    [
        ("What is the latest version of Django?", True),
        ("What changed in 2026?", True),
        ("Who wrote Dune?", True),
        ("What does the current file do?", False),
        ("Why does currency round?", False),
        ("How do I sort a list?", False),
        ("When is `close` called?", False),
    ],
)
def test_when_an_answer_is_doubted(question: str, doubted: bool) -> None:
    assert bool(find_doubts(question)) == doubted


ANSWER = """\
Use `sum`:

```python
def total(prices):
    return sum(prices)
```

or in a shell

````sh
echo '```'
````
and ``` is no fence.
"""


def test_the_code_in_an_answer() -> None:
    assert [(one.info, one.title) for one in snippets(ANSWER)] == [
        ("python", "def total(prices):"),
        ("sh", "echo '```'"),
    ]


def test_it_goes_below_the_cursors_line_as_indented_as_that() -> None:
    text = "class Shop:\n    rate = 2\n\n    def other(self):\n        pass\n"
    document = open_document("file:///shop.py", text)
    edit = inserted(document, text.index("2"), snippets(ANSWER)[0])
    assert edit is not None
    assert apply_edits(text, [edit]) == text.replace(
        "2\n", "2\n    def total(prices):\n        return sum(prices)\n"
    )


def test_it_is_not_offered_where_it_would_break_the_file() -> None:
    document = open_document("file:///shop.py", "total = (\n    1,\n)\n")
    assert inserted(document, 12, snippets(ANSWER)[0]) is None
    assert inserted(document, 0, snippets(ANSWER)[1]) is None, "another language"
