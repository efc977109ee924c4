"""What of a document a model is shown at a cursor, and how little of it a further key changes."""

from __future__ import annotations

import pytest

from deskmate.core.syntax.document import Document, open_document
from deskmate.core.text.text import Edit, Span
from deskmate.engines.models.fim import FimTokens
from deskmate.requests.window import Size, Window, open_window, word_prompt

TOKENS = FimTokens("<P>", "<S>", "<M>", "<R>", "<F>")
SIZE = Size(before=400, after=200, near=0, reach=200)
LINES = "".join(f"value_{number} = {number}\n" for number in range(100))
AT = LINES.index("value_50")


def opened(text: str) -> Document:
    return open_document("file:///a.py", text)


def prompt(window: Window, document: Document, offset: int) -> str:
    return word_prompt(window, document, offset, TOKENS, "shop", "a.py")[0]


def test_each_key_adds_only_itself() -> None:
    document, offset = opened(LINES), AT
    window = open_window(document, offset, SIZE)
    before = prompt(window, document, offset)
    for letter in "total = (value_1 + value_2)\nother = 1":
        document = document.changed(Edit(Span(offset, offset), letter))
        offset += 1
        assert window.holds(document, offset, SIZE)
        now = prompt(window, document, offset)
        assert now.startswith(before[:-1])  # the blank that goes with the word behind it
        before = now


def test_the_window_moves_in_steps() -> None:
    document = opened(LINES)
    offsets = [document.lines.start(line) for line in range(60, 90)]
    starts = {open_window(document, offset, SIZE).start for offset in offsets}
    assert len(starts) <= 4
    for offset in offsets:
        window = open_window(document, offset, SIZE)
        assert SIZE.before // 2 - len("value_99 = 99\n") <= len(window.before) <= SIZE.before
        assert len(window.after) <= SIZE.after


@pytest.mark.parametrize("edit", [Edit(Span(AT - 5, AT - 4), "x"), Edit(Span(AT + 5, AT + 6), "x")])
def test_what_is_edited_around_it_opens_another(edit: Edit) -> None:
    document = opened(LINES)
    window = open_window(document, AT, SIZE)
    assert not window.holds(document.changed(edit), AT, SIZE)
    assert not window.holds(document, AT - 1, SIZE)


def test_a_word_that_is_half_written_is_left_to_the_model() -> None:
    document = opened("def add(a, b):\n    ret\n")
    offset = document.text.index("ret") + 3
    window = open_window(document, offset, SIZE)
    raw, begun = word_prompt(window, document, offset, TOKENS, "shop", "a.py")
    assert (raw, begun) == ("<P>def add(a, b):\n<S>\n<M>   ", " ret")


def test_a_tab_is_left_to_the_model_as_a_blank_is() -> None:
    document = opened("func f() {\n\t\t\n}\n")
    offset = document.text.index("\t") + 2
    window = open_window(document, offset, SIZE)
    raw, begun = word_prompt(window, document, offset, TOKENS, "shop", "a.go")
    assert (raw, begun) == ("<P>func f() {\n<S>\n}\n<M>\t", "\t")


def test_the_tokens_of_the_model_are_no_text_of_a_file() -> None:
    document = opened("MARK = '<M>'\nx = ")
    window = open_window(document, len(document.text), SIZE)
    assert prompt(window, document, len(document.text)).count("<M>") == 1


def test_a_line_without_end_is_shown_in_part() -> None:
    document = opened("x = [" + "1, " * 100_000)
    raw = prompt(open_window(document, len(document.text), SIZE), document, len(document.text))
    assert len(raw) < 2 * SIZE.before
