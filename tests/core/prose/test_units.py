"""Whatever Markdown and whatever a model says: what is no prose stays byte for byte."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deskmate.core.prose.edits import correct, rewrite
from deskmate.core.prose.replies import usual_width
from deskmate.core.prose.units import protected, shape, units
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.target import Rejected
from deskmate.core.text.text import Edit, Span, apply_edits
from markdown_documents import WORDS, document, indented, paragraph

NASTY = (
    "`code1`",
    "`code9`",
    "](link1)",
    "](http://evil.example)",
    "[x](y)",
    "`rm -rf`",
    "\n# Heading\n",
    "\n- item",
    "\n\nAnother paragraph.",
    "|",
    "<script>",
    "$",
    "*",
    "_",
    "**",
    "[",
    "]",
    "\\",
    "<!--",
    "```",
    "> ",
    "{{",
    "https://evil.example/x",
    "---",
    "=====",
    "1.",
    "\u200b",
    "\r",
    "<think>hm</think>",
    "[^9]",
    "![",
    "~~",
    "receive",
    "an",
    "which",
)


@st.composite
def replies(draw: st.DrawFn, marked: str) -> str:
    """What a model may make of a text: words and marks lost, doubled, fixed or made up."""
    words = marked.split(" ")
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(words)))
        match draw(st.sampled_from(("drop", "double", "add", "fix"))):
            case "drop" if at < len(words):
                del words[at]
            case "double" if at < len(words):
                words.insert(at, words[at])
            case "add":
                words.insert(at, draw(st.sampled_from(NASTY)))
            case _:
                words = [word.replace("recieve", "receive") for word in words]
    text = draw(st.sampled_from((" ", " ", "\n"))).join(words)
    around = draw(
        st.sampled_from(("", "", "", "```\n{}\n```", '"{}"', "Corrected text: {}", "# {}"))
    )
    return around.replace("{}", text) or text


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_a_model_says_what_is_no_prose_stays(data: st.DataObject) -> None:
    before = open_document("file:///text.md", data.draw(document), language_id="markdown")
    found = units(before, Span(0, len(before.text)))
    width = usual_width(found)
    edits: list[Edit] = []
    for unit in found:
        reply = data.draw(replies(unit.marked))
        try:
            if data.draw(st.booleans()):
                edits += correct(before, unit, reply).edits
            else:
                edits += rewrite(before, unit, reply, width).edits
        except Rejected:
            continue
    after = open_document(
        "file:///text.md", apply_edits(before.text, edits), language_id="markdown"
    )
    assert shape(after) == shape(before)
    assert skeleton(after) == skeleton(before)


plain = st.lists(
    st.builds(
        lambda text, first, rest: indented(text.replace("\\\n", "\n"), first, rest),
        paragraph,
        st.sampled_from(("", "", "- ", "  * ", "1. ")),
        st.sampled_from(("", "  ", "    ")),
    ),
    min_size=1,
    max_size=4,
).map("\n\n".join)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_so_it_is_in_plain_text(data: st.DataObject) -> None:
    before = open_document("file:///text.txt", data.draw(plain))
    found = units(before, Span(0, len(before.text)))
    edits: list[Edit] = []
    for unit in found:
        reply = data.draw(replies(unit.marked))
        try:
            edits += rewrite(before, unit, reply, usual_width(found)).edits
        except Rejected:
            continue
    after = open_document("file:///text.txt", apply_edits(before.text, edits))
    assert shape(after) == shape(before)
    assert skeleton(after) == skeleton(before)


def wrapped(words: list[str], begin: str, rest: str, end: str = "") -> str:
    """Words on lines of three, each behind what a comment has there."""
    lines = [" ".join(words[at : at + 3]) for at in range(0, len(words), 3)]
    return begin + f"\n{rest}".join(lines) + end


IN_CODE = (
    *WORDS,
    *WORDS,
    "`x`",
    "snake_case",
    "camelCase",
    "call()",
    "https://e.org/a",
    "{@link A}",
)
code_words = st.lists(st.sampled_from(IN_CODE), min_size=1, max_size=9)
pieces = {
    "text.py": (
        st.builds(lambda text: wrapped(text, "# ", "# "), code_words),
        st.builds(
            lambda text: wrapped(text, 'def f():\n    """', "    ", '"""\n    x = 1'), code_words
        ),
        st.builds(lambda text: wrapped(text, "x = 1  # ", "# "), code_words),
        st.builds(lambda text: wrapped(text, "# - ", "#   "), code_words),
        st.sampled_from(("x = 'recieve'", "#!/bin/x", "# noqa: E501", "# type: ignore")),
    ),
    "text.ts": (
        st.builds(lambda text: wrapped(text, "/** ", " * ", " */"), code_words),
        st.builds(lambda text: wrapped(text, "// ", "// "), code_words),
        st.builds(lambda text: wrapped(text, "/**\n * @param a ", " *   ", "\n */"), code_words),
        st.sampled_from(
            ("const x = `recieve`;", "f(/* wich is */ 1);", "// eslint-disable-line x")
        ),
    ),
    "text.rst": (
        st.builds(lambda text: wrapped(text, "", ""), code_words),
        st.builds(lambda text: wrapped(text, "- ", "  "), code_words),
        st.builds(lambda text: wrapped(text, ".. note::\n\n   ", "   "), code_words),
        st.builds(lambda text: wrapped(text, ".. code-block:: sh\n\n   ", "   "), code_words),
        st.builds(lambda text: wrapped(text[:3], "", "", f"\n{'=' * 40}"), code_words),
        st.sampled_from(
            (":ref:`a`", ">>> recieve", "=== ===\na   b\n=== ===", "See::\n\n   recieve")
        ),
    ),
    "text.tex": (
        st.builds(lambda text: wrapped(text, "", ""), code_words),
        st.builds(lambda text: wrapped(text[:3], r"\section{", "", "}"), code_words),
        st.builds(lambda text: wrapped(text, r"\item ", "  "), code_words),
        st.builds(lambda text: wrapped(text, "", "", " % recieve"), code_words),
        st.sampled_from(
            (
                r"\begin{equation} recieve \end{equation}",
                r"See~\ref{a} and \emph{wich}.",
                "% wich",
                "$$a$$",
            )
        ),
    ),
}


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_so_it_is_in_comments_and_in_other_markup(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([*pieces]))
    text = "\n\n".join(data.draw(st.lists(st.one_of(*pieces[name]), min_size=1, max_size=4)))
    before = open_document(f"file:///{name}", text + "\n")
    found = units(before, Span(0, len(before.text)))
    edits: list[Edit] = []
    for unit in found:
        reply = data.draw(replies(unit.marked))
        try:
            done = correct(before, unit, reply) if data.draw(st.booleans()) else None
            edits += (done or rewrite(before, unit, reply, usual_width(found))).edits
        except Rejected:
            continue
    after = open_document(before.uri, apply_edits(before.text, edits))
    assert skeleton(after) == skeleton(before)
    assert tokens(after) == tokens(before)


def tokens(document: Document) -> list[str]:
    """The code of a document, without comments and what documentation says."""
    if document.tree is None:
        return []
    found, todo = list[str](), [document.tree.root_node]
    while todo:
        node = todo.pop()
        if node.children and node.type != "string":
            todo += node.children
        elif node.type != "comment" and not (
            node.parent and node.parent.type == "expression_statement"
        ):
            found.append(document.slice(document.span_of(node)))
    return found


def skeleton(document: Document) -> tuple[str, Counter[str]]:
    """Everything in a document but its prose, and what is kept in that. Short lines may be one text
    or each their own, as their words say, so those count as one piece here, and so do the lines
    among them that have a number and no word.
    """
    text, at = "", 0
    kept = Counter[str]()
    for unit in units(document, Span(0, len(document.text))):
        between = document.text[at : unit.span.start]
        kept += Counter(protected(between)) + Counter(protected(unit.text))
        text += without_kept(between) + "‸"
        at = unit.span.end
    rest = document.text[at:]
    return PIECE.sub("‸", text + without_kept(rest)), kept + Counter(protected(rest))


def without_kept(text: str) -> str:
    for one in protected(text):
        text = text.replace(one, "¤", 1)
    return text


MARGIN = r"[ \t>#/*%]*"
NUMBERS = r"\d[\d .!:a¤]*"
PIECE = re.compile(
    rf"(?:^(?:{MARGIN}{NUMBERS}\n)+{MARGIN})?‸(?:\n{MARGIN}(?:‸|{NUMBERS}$))*", re.MULTILINE
)
