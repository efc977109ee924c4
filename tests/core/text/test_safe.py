"""What a model or a file says is only text: whoever renders it loads nothing and hides nothing."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from deskmate.core.text.safe import UNSEEN, SafeMarkdown, safe_markdown, safe_text

# Markdown, and what is shown of it.
SHOWN = {
    "an image": (
        "Look: ![a cat](https://x.example/u?u=1)",
        "Look: a cat (https://x.example/u?u=1)",
    ),
    "an image without words": ("![](https://x.example/u)", "https://x.example/u"),
    "an image of the project": ("![cat](docs/cat.png)", "cat (docs/cat.png)"),
    "a link": ("the [docs](https://x.example 'Docs').", "the docs (https://x.example)."),
    "a link with code": ("[`run`](https://x.example)", "`run` (https://x.example)"),
    "a link that says another address": (
        "[https://good.example](https://bad.example)",
        "https://good.example (https://bad.example)",
    ),
    "a link into the project": ("[map](docs/map.md#here)", "[map](docs/map.md#here)"),
    "a link out of the project": ("[x](../../etc/passwd)", "x (../../etc/passwd)"),
    "a command": ("[Fix it](command:rm?%22x%22)", "Fix it (command:rm?%22x%22)"),
    "a command in brackets": ("<command:rm> <vscode://x/y>", "command:rm vscode://x/y"),
    "a file": (
        "[x](file:///etc/passwd) [y](/etc/passwd)",
        "x (file:///etc/passwd) y (/etc/passwd)",
    ),
    "data": ("[x](data:text/html,hi)", "x (data:text/html,hi)"),
    "an entity for a letter": ("[x](&#99;ommand:rm)", "x (&#99;ommand:rm)"),
    "an address": ("<https://x.example/a>", "https://x.example/a"),
    "a definition": (
        "[see][a]\n\n[a]: https://x.example",
        "[see][a]\n\n\\[a\\]: https://x.example",
    ),
    "an image in a link": (
        "[![b](i.png)](https://x.example)",
        "\\[b (i.png) \\](https://x.example)",
    ),
    "HTML behind an address": (
        "https://x.y<b> <https://x.y>[",
        "https://x.y \\<b> https://x.y \\[",
    ),
    "marks that would close around an address": (
        "<<command:x>> <![](u:x)>",
        "\\<command:x> \\<u:x>",
    ),
    "a label that would be an address": ("[a][(x)](u:y)", "[a] (x) (u:y)"),
    "an address in brackets": ("[https://x.y]<b>", "\\[https://x.y ]\\<b>"),
    "HTML": ("<img src=x> a < b, List<int>", "\\<img src=x> a < b, List\\<int>"),
    "a comment": ("<!-- x -->", "\\<!-- x -->"),
    "code": ("`a[0]` `a<b>` `f(x)`", "`a[0]` `a<b>` `f(x)`"),
    "a link in code": ("`[a](command:x)`", "\\`a (command:x) \\`"),
    "code that a table divides": ("| `a | ![](u:x) | b` |", "| \\`a | u:x | b\\` |"),
    "code that does not end": ("a ` b\n![](u:x) ` c", "a \\` b\nu:x \\` c"),
    "a fence": ("```html\n<b>![](x)</b>\n```\nend", "```html\n<b>![](x)</b>\n```\nend"),
    "a fence that does not end": ("```\n<b>", "```\n<b>\n```"),
    "a fence that some take for its end": ("```\n```~\n<b>\n```", "```\n    ```~\n<b>\n```"),
    "a fence in a list": ("1. x\n   ```c\n   a<b>\n   ```\n2. y", "1. x\n```c\na<b>\n```\n2. y"),
    "a fence that begins an item": ("- ```\n<b>", "-\n```\n<b>\n```"),
    "a fence in a quotation": ("> ```\n> a\n![](u:x)", "```\na\n```\nu:x"),
    "subscripts": ("arr[0]: the first, f[0](x) calls", "arr[0]: the first, f[0](x) calls"),
    "what is not seen": ("a\u202eb\x1b[31mc\u200bd\x07", "ab\\[31mcd"),
    "joined letters": ("👩\u200d💻 می\u200cخواهم", "👩\u200d💻 می\u200cخواهم"),
}


@pytest.mark.parametrize("case", SHOWN)
def test_what_is_shown(case: str) -> None:
    text, shown = SHOWN[case]
    assert safe_markdown(text) == shown


MARKS = """
![ [ ] ]( ) ( ]: [a] [a]: ![a] <b> <!-- --> <https://x.y> <x:y> ` `` ``` ```` ~~~ ```py ~ | > - *
1. + # \\ ! < : a b_ 0 <a| https://x.y command:z docs/a.md ![](https://x.y) [a](command:z) &lt;
&#91; = ---
"""
BLANKS = ["\n", "\n\n", " ", "    ", "\t", "\r", "\r\n", "\n```\n", "\n    ", "| - |\n", "\n- "]
STEERING = ["\x1b]8;;u:x\x07", "\u202e", "\u2066"]
PIECES = st.lists(st.sampled_from([*MARKS.split(), *BLANKS, *STEERING]), max_size=40).map("".join)


@given(PIECES)
def test_nothing_is_loaded_and_nothing_hidden(text: str) -> None:
    safe = safe_markdown(text)
    assert not re.search(f"[{UNSEEN}]", safe)
    for token in _tokens(safe):
        assert token.type not in ("image", "html_inline", "html_block"), (text, safe)
        if token.type == "link_open":
            href = str(token.attrs["href"])
            assert re.fullmatch(r"#?[\w.-][\w./#-]*", href) and ".." not in href, (text, safe)


def _tokens(markdown: str) -> list:  # type: ignore[type-arg]
    parsed = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    found = parsed.parse(markdown)
    return [*found, *(child for token in found for child in token.children or ())]


@given(PIECES, st.lists(st.integers(0, 300)))
def test_pieces_become_what_the_whole_becomes(text: str, cuts: list[int]) -> None:
    stream = SafeMarkdown()
    pieces = [text[a:b] for a, b in pairwise([0, *sorted(cuts), len(text) + 300])]
    assert "".join(map(stream.feed, pieces)) + stream.close() == safe_markdown(text)


@given(PIECES)
def test_a_second_time_changes_nothing_that_would_bite(text: str) -> None:
    once = safe_markdown(text)
    assert {token.type for token in _tokens(safe_markdown(once))}.isdisjoint(
        {"image", "html_inline"}
    )


def test_prose_is_shown_while_it_is_written() -> None:
    stream = SafeMarkdown()
    words = ["It", "adds", "`a`", "and", "b[0]", "to", "the", "list,", "3", "<", "4.", ""]
    given = [stream.feed(f"{word} ") for word in words]
    assert [piece.strip() for piece in given if piece.strip()] == [word for word in words if word]


def test_a_long_text_ends_with_a_sentence() -> None:
    text = "```\n" + "word\n" * 1000
    safe = safe_markdown(text, 100)
    assert safe.endswith("word\n```\n\n… (the rest is too long to show)\n")
    assert len(safe) < 150
    assert safe_text("x" * 99, 10) == "xxxxxxxxxx … (the rest is too long to show)"


# What a message says, and what is shown of it: editors make links of `[text](address)` there, too.
TOLD = {
    "[Fix](command:rm) it": "[Fix] (command:rm) it",
    "f[0](x) in \x1b]0;title\x07a\u202ecod.exe": "f[0](x) in ]0;titleacod.exe",
    "two\nlines": "two\nlines",
}


@pytest.mark.parametrize("text", TOLD)
def test_a_message_is_plain(text: str) -> None:
    assert safe_text(text) == TOLD[text]


@pytest.mark.parametrize(
    "text",
    ["[", "`", "![](", "[a](", "<", "` `` ", "[`", "\\", "> ", "[a](b 'c ", "<a:", "- ```\n"],
)
def test_the_work_grows_with_the_text(text: str) -> None:
    """By what the tokens look at: none may read far more than a line holds."""
    from time import process_time

    def cost(times: int) -> float:
        begun = process_time()
        safe_markdown(text * times)
        return process_time() - begun

    cost(100)
    small = min(cost(2_000) for _ in range(5))
    assert min(cost(16_000) for _ in range(2)) < 40 * max(small, 0.0005)
