"""What wants documentation, and documentation put in where it still fits."""

from __future__ import annotations

import pytest

from deskmate.core.syntax.document import Document, open_document
from deskmate.core.syntax.queries import scopes
from deskmate.core.syntax.undocumented import (
    Documentation,
    Selection,
    documentation,
    is_documented,
    put_in,
    undocumented,
)
from deskmate.core.text.text import Edit, Span, apply_edits

BOTH = ("function", "class")

# A language, a text, and the names that are to be documented: of what is public, and of all.
SELECTED = {
    "Python": (
        "python",
        "def a():\n    return 1\n\ndef _b():\n    return 1\n\n"
        "class _C:\n    def d(self):\n        return 1\n\n"
        "def e():\n    '''It is.'''\n    return 1\n\ndef f(): ...\n\n"
        "def g():\n    def h():\n        return 1\n    return h\n",
        ["a", "g"],
        ["a", "_b", "_C", "d", "g"],
    ),
    "Go": (
        "go",
        "package a\n\nfunc A() int {\n\treturn 1\n}\n\nfunc b() int {\n\treturn 1\n}\n\n"
        "func (t T) C() int {\n\treturn 1\n}\n\n// D is.\nfunc D() int {\n\treturn 1\n}\n",
        ["A", "C"],
        ["A", "b", "C"],
    ),
    "Rust": (
        "rust",
        "pub fn a() -> i32 {\n    1\n}\n\nfn b() -> i32 {\n    1\n}\n",
        ["a"],
        ["a", "b"],
    ),
    "TypeScript": (
        "typescript",
        "function a() {\n  return 1;\n}\nclass B {\n  private c() {\n    return 1;\n  }\n"
        "  d() {\n    return 1;\n  }\n}\n",
        ["a", "B", "d"],
        ["a", "B", "c", "d"],
    ),
    "Java": (
        "java",
        "public class A {\n  public int b() {\n    return 1;\n  }\n"
        "  int c() {\n    return 1;\n  }\n}\n",
        ["A", "b"],
        ["A", "b", "c"],
    ),
    "a syntax error": (
        "python",
        "def a():\n    return (\n\n\ndef b():\n    return 1\n",
        ["b"],
        ["b"],
    ),
    "no documentation known": ("json", '{"a": 1}\n', [], []),
}


@pytest.mark.parametrize("case", SELECTED)
def test_what_is_selected(case: str) -> None:
    language, text, public, every = SELECTED[case]
    document = open_document("file:///a", text, language_id=language)
    for wanted, names in ((True, public), (False, every)):
        found = undocumented(document, Selection(BOTH, 1, public=wanted))  # type: ignore[arg-type]
        assert [scope.name for scope in found] == names


def test_the_least_number_of_lines() -> None:
    text = "def a():\n    return 1\n\n\ndef b():\n    x = 1\n    return x\n"
    document = open_document("file:///a.py", text)
    found = undocumented(document, Selection(("function",), 3))
    assert [scope.name for scope in found] == ["b"]


METHOD = "class A:\n    def f(self):\n        return 1\n"
DOCUMENTED = 'class A:\n    def f(self):\n        """It is."""\n        return 1\n'

# The text later on, and what putting the documentation of `A.f` in makes of it.
LATER = {
    "as it was": (METHOD, DOCUMENTED),
    "moved": ("# 😀\n\n" + METHOD, "# 😀\n\n" + DOCUMENTED),
    "with another line end": (METHOD.replace("\n", "\r\n"), METHOD.replace("\n", "\r\n")),
    "edited": (METHOD.replace("1", "2"), METHOD.replace("1", "2")),
    "in another class": (METHOD.replace("A", "B"), METHOD.replace("A", "B")),
    "indented otherwise": (METHOD.replace("    def", "  def"), METHOD.replace("    def", "  def")),
    "longer": (METHOD + "        # more\n        x\n", METHOD + "        # more\n        x\n"),
    "gone": ("x = 1\n", "x = 1\n"),
    "documented by hand": (
        DOCUMENTED.replace("It is.", "By hand."),
        DOCUMENTED.replace("It is.", "By hand."),
    ),
    "in a string": (f"x = '''\n{METHOD}'''\n", f"x = '''\n{METHOD}'''\n"),
    "in a string and as code": (
        f"x = '''\n{METHOD}'''\n{METHOD}",
        f"x = '''\n{METHOD}'''\n{DOCUMENTED}",
    ),
}


@pytest.mark.parametrize("case", LATER)
def test_it_goes_in_where_it_fits(case: str) -> None:
    later, expected = LATER[case]
    document = open_document("file:///a.py", later)
    assert apply_edits(later, put_in(document, [written()])) == expected


def test_before_a_function_its_indentation_counts() -> None:
    text = "class A {\n  int f() {\n    return 1;\n  }\n}\n"
    document = open_document("file:///A.java", text)
    start = text.index("  int")
    one = documentation(
        document, scope(document, "f"), [Edit(Span(start, start), "  /** It. */\n")]
    )
    assert one is not None
    later = open_document("file:///A.java", "// x\n" + text)
    after = apply_edits(later.text, put_in(later, [one]))
    assert after == "// x\n" + text.replace("  int", "  /** It. */\n  int")


def test_what_reaches_beyond_its_lines_is_no_documentation() -> None:
    document = open_document("file:///a.py", METHOD)
    assert documentation(document, scope(document, "f"), [Edit(Span(0, 0), "x")]) is None


def test_whether_it_is_documented_now() -> None:
    assert not is_documented(open_document("file:///a.py", METHOD), written())
    assert is_documented(open_document("file:///a.py", DOCUMENTED), written())


def written() -> Documentation:
    """The documentation of `A.f`."""
    document = open_document("file:///a.py", METHOD)
    at = METHOD.index("\n        return")
    edit = Edit(Span(at, at), '\n        """It is."""')
    found = documentation(document, scope(document, "f"), [edit])
    assert found is not None
    return found


def scope(document: Document, name: str):  # type: ignore[no-untyped-def]
    return next(one for one in scopes(document) if one.name == name)
