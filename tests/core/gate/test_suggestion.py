"""What of a model's text may be suggested at a cursor."""

from __future__ import annotations

import pytest

from deskmate.core.gate import suggestion
from deskmate.core.gate.suggestion import fit_suggestion, is_over
from deskmate.core.syntax.document import Document, open_document

CURSOR = "‸"


def place(text: str, name: str = "shop.py") -> tuple[Document, int]:
    return open_document(f"file:///{name}", text.replace(CURSOR, "")), text.index(CURSOR)


ADD = "def add(first, second):\n    ‸\n\n\nprint(add(1, 2))\n"
HEADLESS = "def tell(all):\n    ‸\n        print(one)\n    return all\n"
FILLED = "def add(first, second):\n    total = first + second\n    ‸\n    return total\n"

CASES = {
    "a line": (ADD, "return first + second", "return first + second"),
    "a body, and nothing behind it": (
        ADD,
        "total = first + second\n    return total\n\n\ndef other():\n    pass",
        "total = first + second\n    return total",
    ),
    "one statement, where more stand there": (
        FILLED,
        "print(total)\n    print(first)",
        "print(total)",
    ),
    "a block whole": (
        FILLED,
        "if total > 9:\n        total = 9\n    print(total)",
        "if total > 9:\n        total = 9",
    ),
    "no block without what belongs to it": (FILLED, "if total > 9:\n    return total", ""),
    "what is half written goes on": (ADD.replace("‸", "ret‸"), "urn first", "urn first"),
    "no more than fits before the rest of the line": (
        "print(add(‸))\n\n\ndef add(first, second): ...\n",
        "1, 2))\nprint(3)",
        "1, 2",
    ),
    "nothing that stands below": (FILLED, "return total", ""),
    "nothing that stands above": (FILLED, "total = first + second", ""),
    "a block up to what stands below": (
        FILLED,
        "if total > 9:\n        total = 9\n    return total",
        "if total > 9:\n        total = 9",
    ),
    "nothing that is no syntax": (ADD, "return first +", ""),
    "nothing unbalanced": (ADD, "return (first + second", ""),
    "no name that nothing binds": (ADD, "return sum_of(first, second)", ""),
    "no name that only another function binds, in a line that is half written": (
        "def size(lines):\n    return len(lines)\n\n\ndef add(first):\n    total = ‸\n"
        "    return total\n",
        "sum(lines)",
        "",
    ),
    "no member that a class has not": (
        "class Cart:\n    def __init__(self):\n        self.lines = []\n\n    def size(self):\n"
        "        ‸\n",
        "return len(self.rows)",
        "",
    ),
    "only blanks": (ADD, "  \n ", ""),
    "no tabs among spaces": (FILLED, "if total > 9:\n\t\ttotal = 9", ""),
    "nothing invisible": (ADD, "return first\u202e", ""),
    "no repetition": (ADD, "print(first)\n    print(first)\n    print(first)", "print(first)"),
    "nothing that stands further below in the block": (
        "def pair(first):\n    ‸\n    total = first\n    print(total)\n",
        "print(total)",
        "",
    ),
    "what stands in another branch": (
        "def pair(first):\n    if first:\n        ‸\n    else:\n        print(first)\n",
        "print(first)",
        "print(first)",
    ),
    "no block that follows": (
        "def pair(first):\n    ‸\n    while first:\n        if first > 1:\n            break\n",
        "if first > 1:\n        break\n",
        "",
    ),
    "the body of a head": (
        "class Cart:\n    def total(self):‸\n\n    def size(self): ...\n",
        "\n        total = 0\n        return total\n\n    def other(self):",
        "\n        total = 0\n        return total",
    ),
    "a statement with the comment above it": (
        FILLED,
        "# Nothing is below zero.\n    total = max(total, 0)\n    print(total)",
        "# Nothing is below zero.\n    total = max(total, 0)",
    ),
    "only a head, where its block stands below": (
        HEADLESS,
        "for one in all:\n        total = one\n        print(total)\n    return total",
        "for one in all:",
    ),
    "only the rest of a head, where its block stands below": (
        "def tell(a‸\n    print(all)\n    return all\n",
        "ll: list) -> list:\n    return all\n\n\ndef other():",
        "ll: list) -> list:",
    ),
    "a head of several lines, where its block stands below": (
        HEADLESS,
        "for one in (\n        all\n    ):\n        print(1)\n",
        "for one in (\n        all\n    ):",
    ),
    "no comment alone": (FILLED, "# Nothing is below zero.\n", ""),
    "no comment at the end": (
        ADD,
        "total = first + second\n    # Add more here\n",
        "total = first + second",
    ),
    "a comment that was begun": ("def add(first):\n    # The ‸\n", "sum of all.\n", "sum of all."),
    "what fits before the rest of the line, though another end was meant": (
        "def greet(name):\n    print(f'Hello, {‸}')\n",
        "name}!')",
        "name",
    ),
    "a new line where one is whole": (
        "def add(first, second):‸\n\n\nprint(add(1, 2))\n",
        "\n    return first + second\n\n\nother",
        "\n    return first + second",
    ),
}


@pytest.mark.parametrize(("text", "said", "expected"), CASES.values(), ids=CASES)
def test_what_may_be_suggested(text: str, said: str, expected: str) -> None:
    assert fit_suggestion(*place(text), said) == expected


OTHERS = {
    "braces": (
        "shop.ts",
        "function add(a: number, b: number) {\n  ‸\n}\n",
        "const sum = a + b;\n  return sum;\n}\n\nfunction",
        "const sum = a + b;\n  return sum;",
    ),
    "only a head with its brace, where its block stands below": (
        "shop.ts",
        "function add(all: number[]) {\n  let s = 0;\n  ‸\n    s += n;\n  }\n  return s;\n}\n",
        "for (const n of all) {\n    s -= n;\n  }\n  return s;\n}",
        "for (const n of all) {",
    ),
    "only a head that ends with `end`": (
        "shop.rb",
        "def add(a)\n  ‸\n    puts a\n  end\nend\n",
        "if a\n    puts 2\n  end\n",
        "if a",
    ),
    "only a key, where what it holds stands below": (
        "compose.yaml",
        "services:\n  ‸\n    image: nginx\n",
        "web:\n    image: apache\n",
        "web:",
    ),
    "only the beginning of a chain that goes on below": (
        "shop.ts",
        "const all = ‸\n  .map((one) => one + 1);\n",
        "[1, 2]\n  .filter((one) => one)\n",
        "[1, 2]",
    ),
    "a block with its brace": (
        "shop.go",
        "package shop\n\nfunc Add(a, b int) int {\n\tc := a\n\t‸\n\treturn c\n}\n",
        "if b > 0 {\n\t\tc += b\n\t}\n\treturn c\n}",
        "if b > 0 {\n\t\tc += b\n\t}",
    ),
    "a head, and not the short lines of its body, which stand below": (
        "shop.go",
        "package shop\n\nfunc Add(all []int) (s int) {\n\t‸\n\t\ts += n\n\t}\n\treturn s\n}\n",
        "for _, n := range all {\n\t\ts += n\n\t}\n\treturn s\n}",
        "for _, n := range all {",
    ),
    "a block whose last lines are as short as what follows": (
        "shop.go",
        "package shop\n\nfunc Add(a int) {\n\tfor {\n\t\t‸\n\t\tbreak\n\t}\n}\n",
        "if a > 1 {\n\t\t\tbreak\n\t\t}\n\t\tbreak\n\t}\n}",
        "if a > 1 {\n\t\t\tbreak\n\t\t}",
    ),
    "blanks where the lines around are indented by them, though the file has tabs": (
        "shop.go",
        "package shop\n\nfunc Add(a int) int {\n\treturn a\n}\n\n"
        "func Sub(a int) int {\n    b := a\n    ‸\n    return b\n}\n",
        "if b > 0 {\n        b -= 1\n    }\n",
        "if b > 0 {\n        b -= 1\n    }",
    ),
    "an `end`": (
        "shop.rb",
        "def add(a, b)\n  c = a\n  ‸\n  c\nend\n",
        "if b\n    c += b\n  end\n  c\nend\n",
        "if b\n    c += b\n  end",
    ),
    "prose": ("notes.txt", "We sell ‸\n", "fruit and bread.\nAnd more.", "fruit and bread."),
    "no separator where nothing follows": (
        "app.json",
        '{\n  "name": "shop",\n  "version": ‸\n}\n',
        '"1.0.0",\n  "private": true\n',
        '"1.0.0"',
    ),
    "a block that goes on behind its brace": (
        "shop.ts",
        "function add(a: number) {\n  ‸\n  return a;\n}\n",
        "if (a > 0) {\n    a += 1;\n  } else {\n    a = 0;\n  }\n  return a;",
        "if (a > 0) {\n    a += 1;\n  } else {\n    a = 0;\n  }",
    ),
    "no remark at the end": (
        "shop.ts",
        "function add(a: number) {\n  ‸\n  return a;\n}\n",
        "a += 1; // Assuming that one is added\n",
        "a += 1;",
    ),
    "a list in prose": ("notes.md", "- Red.\n- ‸\n", "Green.\n\nWhat is green?", "Green."),
    "a fence in prose": ("notes.md", "Install it:\n\n‸\n", "```sh\nshop\n```", "```sh\nshop\n```"),
    "a key": ("app.json", '{\n  "name": "shop",\n  "port": ‸\n}\n', "8080\n}\n", "8080"),
}


@pytest.mark.parametrize(("name", "text", "said", "expected"), OTHERS.values(), ids=OTHERS)
def test_other_languages(name: str, text: str, said: str, expected: str) -> None:
    assert fit_suggestion(*place(text, name), said) == expected


def test_what_opens_a_block_of_keys_is_not_all() -> None:
    here = place("services:\n  web:\n    image: nginx\n    ‸\n", "compose.yaml")
    assert not is_over(*here, "ports:\n")
    assert is_over(*place("- Red.\n- ‸\n", "notes.md"), "Green.\n\n")
    assert is_over(*place('{\n  "port": ‸\n}\n', "app.json"), "8080,\n")


BODY = "function add(a: number) {\n  ‸\n}\n"


@pytest.mark.parametrize(
    ("said", "over"),
    [("return a;\n", True), ("return a > 1\n", False), ("return a > 1\n    ? a\n    : 1;\n", True)],
)
def test_where_statements_go_on_without_a_mark_their_own_end_tells(said: str, over: bool) -> None:
    assert is_over(*place(BODY, "shop.ts"), said) is over


def test_line_ends_are_the_documents() -> None:
    text = ADD.replace("\n", "\r\n")
    said = "total = first + second\n    return total"
    assert fit_suggestion(*place(text), said) == said.replace("\n", "\r\n")


def test_a_line_that_was_cut_off_is_left_out() -> None:
    said = "total = first + second\n    return tot"
    assert fit_suggestion(*place(ADD), said, cut=True) == "total = first + second"
    assert fit_suggestion(*place(ADD), "return first", cut=True) == ""


def test_what_was_there_before_is_no_fault_of_it() -> None:
    text = "broken = (\n\n\n" + ADD
    assert fit_suggestion(*place(text), "return first") in ("", "return first")
    assert fit_suggestion(*place("value = missing\n" + ADD), "return first") == "return first"


@pytest.mark.parametrize(
    ("text", "said", "over"),
    [
        (FILLED, "print(total)", False),
        (FILLED, "print(total)\n", True),
        (FILLED, "if total > 9:\n", False),
        (FILLED, "if total > 9:\n        total = 9\n", False),
        (FILLED, "if total > 9:\n        total = 9\n    print(1)\n", True),
        (ADD, "total = first + second\n", False),
        (ADD, "return first\n\n\ndef other():\n", True),
        ("print(add(‸))\n", "1, 2)\n", True),
        (ADD, "return first\n", True),
        (ADD, "if first:\n        return second\n", False),
        (ADD, "if first:\n        return second\n    return first\n", True),
        (ADD, "return sum(\n", False),
        (ADD, "return sum(\n        (first, second)\n    )\n", True),
        (ADD, "returned = first\n", False),
        (HEADLESS, "for one in all:\n", True),
        (HEADLESS, "for one in (\n", False),
        (FILLED, "# Nothing is below zero.\n", False),
        (FILLED, "# Nothing is below zero.\n    total = 0\n", True),
        (ADD, "total = sum_of(first, second)\n", True),
        (ADD, "total = sum_of(first,\n", False),
        (FILLED, "total = first + second\n", True),
        ("def add(first):‸\n", "\n    total = first\n", False),
        ("def add(first):‸\n", "\n    return first\n", True),
        ("def add(first):‸\n", "\n    return first\n\n\nadd(1)\n", True),
    ],
)
def test_when_a_model_has_said_enough(text: str, said: str, over: bool) -> None:
    assert is_over(*place(text), said) is over


def test_the_longer_a_document_the_fewer_ends_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    allows = suggestion._Place.allows

    def count(place: suggestion._Place, text: str) -> bool:
        tried.append(text)
        return allows(place, text)

    monkeypatch.setattr(suggestion._Place, "allows", count)
    monkeypatch.setattr(suggestion, "_READ", 100_000)
    said = "\n    ".join(f"unknown_{one}(first)" for one in range(7))
    counts = []
    for many in (1, 6_000):
        tried.clear()
        assert fit_suggestion(*place("x = 1\n" * many + ADD), said) == ""
        counts.append(len(tried))
    assert counts == [8, 2]
