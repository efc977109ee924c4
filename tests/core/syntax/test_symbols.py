"""Which function or class a name means, and what its explanation rests on."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.symbols import around, basis, read_symbols, symbol_at
from deskmate.core.text.text import Edit, Span

CURSOR = "‸"

PYTHON = """\
from decimal import Decimal
import os


def total(items):
    return sum(items)


class Basket:
    def total(self):
        return self.tax() + total([1])

    def tax(self):
        return Decimal(1)


class Order:
    def ship(self, total):
        return total * 2

    def tax(self):
        return 2
"""

# The text around a cursor, and the line on which what it means is defined; None for nothing.
MEANT = {
    "its own definition": ("def ‸total(items)", 5),
    "a method's own definition": ("    def ‸total(self)", 10),
    "a function by its bare name, beside a method of that name": ("+ ‸total([1])", 5),
    "a method of self": ("self.‸tax()", 13),
    "the end of a name": ("self.ta‸x()", 13),
    "a parameter": ("return ‸total * 2", None),
    "a builtin": ("return ‸sum(items)", None),
    "an import": ("return ‸Decimal(1)", None),
    "a keyword": ("‸class Order", None),
    "no name": ("items)‸:", None),
}


@pytest.mark.parametrize("case", MEANT)
def test_what_a_name_means(case: str) -> None:
    around, line = MEANT[case]
    place = around.replace(CURSOR, "")
    assert PYTHON.count(place) == 1, place
    assert defined_on(PYTHON, PYTHON.index(place) + around.index(CURSOR), "python") == line


# A language, a text with a cursor, and the line of the definition.
LANGUAGES = {
    "Java calls its methods by their names": (
        "java",
        "class A {\n  int one() { return 1; }\n  int two() { return ‸one(); }\n}\n",
        2,
    ),
    "JavaScript does not": (
        "javascript",
        "class A {\n  one() { return 1; }\n  two() { return ‸one(); }\n}\n",
        None,
    ),
    "this.": (
        "javascript",
        "class A {\n  one() { return 1; }\n  two() { return this.‸one(); }\n}\n",
        2,
    ),
    "a method of the type that is named": (
        "rust",
        "struct A {}\nimpl A {\n    fn new() -> A { A {} }\n}\nstruct B {}\n"
        "impl B {\n    fn new() -> B { B {} }\n}\nfn f() { A::‸new(); }\n",
        3,
    ),
    "the only method of that name": (
        "go",
        "package a\n\ntype T struct{}\n\nfunc (t T) Go() {}\n\nfunc f(t T) {\n\tt.‸Go()\n}\n",
        5,
    ),
    "one of two methods of that name": (
        "python",
        "class A:\n    def f(self): return 1\nclass B:\n    def f(self): return 2\nx.‸f()\n",
        None,
    ),
    "a word in a comment": ("python", "def f():\n    return 1\n# ‸f\n", None),
    "a word in a string": ("python", "def f():\n    return '‸f'\n", None),
    "an astral character before it": ("python", "def f():\n    return 1\nx = '😀'; ‸f()\n", 1),
    "a text without a grammar": ("plaintext", "def ‸f():\n", None),
}


@pytest.mark.parametrize("case", LANGUAGES)
def test_languages(case: str) -> None:
    language, text, line = LANGUAGES[case]
    assert defined_on(text.replace(CURSOR, ""), text.index(CURSOR), language) == line


def defined_on(text: str, offset: int, language: str) -> int | None:
    document = open_document("file:///a", text, language_id=language)
    found = symbol_at(document, offset, read_symbols(document))
    return document.lines.line_at(found.span.start) + 1 if found else None


# An edit (a text once in the file, and what becomes of it), and whether `Basket.total` is
# explained anew after it.
EDITS = {
    "its own code": ("self.tax() + ", "self.tax() - ", True),
    "what it calls": ("def total(items):", "def total(items, rate):", True),
    "a method that it calls": (
        "def tax(self):\n        return Decimal",
        "def tax(me): Decimal",
        True,
    ),
    "the class it is in": ("class Basket:", "class Basket(dict):", True),
    "another class": ("total * 2", "total * 3", False),
    "another function's name": ("def ship", "def send", False),
    "an import that it does not use": ("import os", "import sys", False),
    "a line above": ("import os", "import os\n\nX = '😀'", False),
}


@pytest.mark.parametrize("case", EDITS)
def test_what_an_explanation_rests_on(case: str) -> None:
    old, new, anew = EDITS[case]
    assert PYTHON.count(old) == 1
    assert (rests_on(PYTHON) != rests_on(PYTHON.replace(old, new))) is anew


def rests_on(text: str) -> tuple[str, ...]:
    document = open_document("file:///a.py", text)
    known = read_symbols(document)
    place = text.index("def total(self)") + len("def ")
    found = symbol_at(document, place, known)
    assert found is not None
    return basis(document, found, known)


@given(
    st.integers(0, len(PYTHON)),
    st.integers(0, 30),
    st.text("def f():\n x😀'#\"", max_size=30),
)
@example(283, 21, "")
def test_a_table_made_from_an_earlier_one_is_as_one_made_afresh(
    at: int, gone: int, text: str
) -> None:
    document = open_document("file:///a.py", PYTHON)
    later = document.changed(Edit(Span(at, min(at + gone, len(PYTHON))), text))
    again, afresh = read_symbols(later, read_symbols(document)), read_symbols(later)
    assert again.definitions == afresh.definitions
    assert again.imports == afresh.imports


def test_what_is_around_a_place() -> None:
    document = open_document("file:///a.py", PYTHON)
    found = around(document, PYTHON.index("self.tax"), read_symbols(document))
    names = [".".join((*scope.path, scope.name)) for scope in found]
    assert names == ["Basket.total", "Basket", "total", "Basket.tax"]
