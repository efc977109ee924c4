from __future__ import annotations

import pytest

from deskmate.core.syntax.document import Document, open_document
from deskmate.core.syntax.language import languages
from deskmate.core.syntax.queries import (
    Problem,
    captured,
    comment_at,
    enclosing,
    imports,
    paragraph_at,
    problems,
    scopes,
)
from deskmate.core.text.text import Span


def document(text: str, fence: str = "python") -> Document:
    language = next(one for one in languages() if one.fence == fence)
    return open_document("untitled:1", text, language_id=language.ids[0])


def marked(text: str, fence: str = "python") -> tuple[Document, int]:
    return document(text.replace("‸", ""), fence), text.index("‸")


@pytest.mark.parametrize(
    ("text", "comment"),
    [
        ("# o‸ne\n# two\nx = 1\n", "# one\n# two"),
        ("# one\n# two‸\nx = 1\n", "# one\n# two"),
        ("def f():\n ‸   # 🦊\n    # two\n\n    # three\n    pass\n", "# 🦊\n    # two"),
        ("# one\r\n# t‸wo\r\nx = 1\r\n", "# one\r\n# two"),
        ("# one\n‸\n# two\n", None),
        ("x = 1  # o‸ne\n", None),
        ("x = 1  # one\n# t‸wo\n", "# two"),
        ("x‸ = '# one'\n", None),
        ("x = '# o‸ne'\n", None),
        ("‸", None),
    ],
)
def test_comment_at(text: str, comment: str | None) -> None:
    place, offset = marked(text)
    found = comment_at(place, offset)
    assert (found and place.slice(found)) == comment


@pytest.mark.parametrize(
    ("fence", "text", "comment"),
    [
        ("rust", "/// one\n/// t‸wo\nfn f() {}\n", "/// one\n/// two"),
        ("rust", "/* one\n  ‸ two */\nfn f() {}\n", "/* one\n   two */"),
        ("javascript", "// one\n/* t‸wo */\nf();\n", "// one\n/* two */"),
        ("go", "package a // no\n// o‸ne\n", "// one"),
    ],
)
def test_comment_at_in_other_languages(fence: str, text: str, comment: str) -> None:
    place, offset = marked(text, fence)
    found = comment_at(place, offset)
    assert found and place.slice(found) == comment


@pytest.mark.parametrize(
    ("fence", "text", "expected"),
    [
        (
            "python",
            "from __future__ import annotations\nimport os  # 🦊\n\nfrom a import (\n    b,\n)\n"
            "\ndef f():\n    import c\n",
            ["from __future__ import annotations", "import os", "from a import (\n    b,\n)"],
        ),
        (
            "javascript",
            'import a from "a";\nconst b = require("b"), c = 1;\nconst d = call("d");\n',
            ['import a from "a";', 'const b = require("b"), c = 1;'],
        ),
        ("tsx", 'import type { A } from "a";\n', ['import type { A } from "a";']),
        ("go", 'package a\n\nimport (\n\t"os"\n)\n', ['import (\n\t"os"\n)']),
        ("rust", "use a::{b, c};\nextern crate d;\n", ["use a::{b, c};", "extern crate d;"]),
        ("java", "package a;\nimport b.C;\nclass D {}\n", ["import b.C;"]),
        ("c", '#include "a.h"\n#define B 1\n', ['#include "a.h"']),
        ("cpp", "#include <a>\nusing namespace b;\n", ["#include <a>", "using namespace b;"]),
        ("csharp", "using A;\nnamespace B;\n", ["using A;"]),
        ("ruby", 'require "a"\nputs "b"\n', ['require "a"']),
        ("php", "<?php\nuse A\\B;\nrequire 'c.php';\n", ["use A\\B;", "require 'c.php';"]),
        ("bash", "source a.sh\n. b.sh\nc d.sh\n", ["source a.sh", ". b.sh"]),
        ("lua", 'local a = require("a")\nlocal b = c("d")\n', ['local a = require("a")']),
        ("markdown", "import\n", []),
    ],
)
def test_imports(fence: str, text: str, expected: list[str]) -> None:
    place = document(text, fence)
    assert [place.slice(span) for span in imports(place)] == expected


@pytest.mark.parametrize(
    ("fence", "text", "expected"),
    [
        ("javascript", "'🦊';\nf(1;\n", [Problem(Span(8, 8), "missing", ")")]),
        ("python", "'🦊'; x = = 1\n", [Problem(Span(9, 10), "error", "=")]),
        ("python", "def f():\n    return 1\n", []),
    ],
)
def test_problems(fence: str, text: str, expected: list[Problem]) -> None:
    assert list(problems(document(text, fence))) == expected


@pytest.mark.parametrize(
    ("fence", "text", "expected"),
    [
        ("markdown", "🦊\n\n```python\ndef f(:\n```\n", [")"]),
        ("markdown", "```py title=x\nx = = 1\n```\n", ["="]),
        ("markdown", "```js\nf(1;\n```\n\n```json\n{]}\n```\n", [")", "]"]),
        (
            "markdown",
            "> - ```python\n>   if x:\n>       y()\n>   else:\n>       z()\n>   ```\n",
            [],
        ),
        ("markdown", "> ```python\n> x = = 1\n> ```\n", ["="]),
        ("markdown", "```\nx = = 1\n```\n\n```vala\n(\n```\n", []),
        ("markdown", "---\ntitle: [a\n---\n\nText.\n", ["title: [a"]),
        ("markdown", "---\ntitle: a\n---\n\nText.\n", []),
        ("html", "<script>f(1;</script>", [")"]),
        ("html", "<script defer type='module'>x = = 1</script>", ["="]),
        ("html", "<script type='application/ld+json'>{]}</script>", ["]"]),
        ("html", "<script type='text/template'>f(1;</script>", []),
        ("html", "<script lang='ts'>let a: number = 1;</script>", []),
        ("html", "<style>a { b: c; }</style>", []),
        ("html", "<style>a { b: c; </style>", ["}"]),
        ("html", "<script></script>", []),
    ],
)
def test_problems_in_embedded_code(fence: str, text: str, expected: list[str]) -> None:
    assert [problem.text for problem in problems(document(text, fence))] == expected


def test_problems_inside_a_problem_are_found_too() -> None:
    found = problems(document("function (\nlet x = ;\nclass {", "javascript"))
    assert len(found) > 1
    assert found == tuple(sorted(found, key=lambda problem: problem.span.start))


@pytest.mark.parametrize(
    ("text", "paragraph"),
    [
        ("# One\n\nSome‸ 🦊\ntext.\n\nMore.\n", "Some 🦊\ntext."),
        ("One.\n\nTwo‸.\n", "Two."),
        ("- One.\n- Tw‸o,\n  and more.\n", "Two,\n  and more."),
        ("One.\n‸\nTwo.\n", None),
        ("# O‸ne\n", None),
        ("```\no‸ne\n```\n", None),
    ],
)
def test_paragraph_at(text: str, paragraph: str | None) -> None:
    place, offset = marked(text, "markdown")
    found = paragraph_at(place, offset)
    assert (found and place.slice(found)) == paragraph


@pytest.mark.parametrize("mark", ["---", "+++"])
def test_front_matter(mark: str) -> None:
    place = document(f"{mark}\ntitle: One\n{mark}\n\n# One\n", "markdown")
    (found,) = captured(place, "prose", "front-matter")
    assert place.slice(found) == f"{mark}\ntitle: One\n{mark}"


def test_a_lone_surrogate_is_a_character_like_any_other() -> None:
    place = document("def f():\n    raise NotImplementedError('\ud800')\n\ndef g(): pass\n")
    assert [(scope.name, scope.stub) for scope in scopes(place)] == [("f", True), ("g", True)]


def test_in_an_unknown_language_nothing_is_found() -> None:
    place = open_document("file:///a.unknown", "def f():\n    return 1\n")
    assert place.language is None
    assert (scopes(place), imports(place), problems(place)) == ((), (), ())
    assert enclosing(place, Span(3, 3)) is None
    assert comment_at(place, 3) is None
    assert paragraph_at(place, 3) is None


def test_scopes_are_found_once_a_snapshot() -> None:
    place = document("def f():\n    return 1\n")
    assert scopes(place) is scopes(place)
