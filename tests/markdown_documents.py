"""Markdown of every construct, made up at random: `document` is a strategy of hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

WORDS = (
    "The",
    "server",
    "recieve",
    "a",
    "item",
    "its",
    "naïve",
    "日本語",
    "Qwen",
    "3",
    "wich",
    "is",
)
KEPT = (
    "`pip install x`",
    "``a ` b``",
    "[the docs](https://e.org/a_b?c=1 'T')",
    "[a **bold** word](x.md)",
    "[ref][1]",
    "[short]",
    "[^2]",
    "![alt text](a.png)",
    "<https://auto.org>",
    "https://bare.org/x_y?z=1",
    "me@example.org",
    "<b>",
    "<br/>",
    "<!-- a comment -->",
    "$x^2 + y_1$",
    "{{ name }}",
    "{% raw %}",
    "${HOME}",
    "%s",
    "%(count)d",
    "\\*",
    "&amp;",
    ":smile:",
    "#123",
    "@user",
    "*emphasis*",
    "**strong words**",
    "_under_",
    "~~gone~~",
    '"a quotation, as it were"',
)
inline = st.lists(st.sampled_from((*WORDS, *WORDS, *WORDS, *KEPT)), min_size=1, max_size=9).map(
    " ".join
)
ends = st.sampled_from(("", ".", "!", ":"))
line = st.builds(lambda text, end: text + end, inline, ends)
paragraph = st.lists(line, min_size=1, max_size=3).flatmap(
    lambda lines: st.sampled_from(("\n", "  \n", "\\\n")).map(lambda end: end.join(lines))
)


def indented(text: str, first: str, rest: str) -> str:
    return first + text.replace("\n", f"\n{rest}")


block = st.one_of(
    paragraph,
    st.builds(lambda level, text: f"{'#' * level} {text}", st.integers(1, 6), line),
    st.builds(lambda text: f"{text}\n=====", line),
    st.builds(
        lambda items, mark: "\n".join(
            indented(item, f"{mark} ", " " * (len(mark) + 1)) for item in items
        ),
        st.lists(paragraph, min_size=1, max_size=3),
        st.sampled_from(("-", "*", "+", "1.", "2)", "- [ ]")),
    ),
    st.builds(lambda a, b: f"- {a}\n  - {b}\n    > {a}", line, line),
    st.builds(lambda text: indented(text, "> ", "> "), paragraph),
    st.builds(lambda a, b: f"| {a} | {b} |\n|---|:-:|\n| {b} | {a} |", line, line),
    st.builds(lambda text: f"```sh\n{text}\n```", line),
    st.builds(lambda text: f"    {text}", line),
    st.builds(lambda text: f"<div>\n{text}\n</div>", line),
    st.builds(lambda text: f"[^2]: {text}", line),
    st.just("[1]: https://e.org 'T'"),
    st.just("$$\nx = y\n$$"),
    st.just("---"),
)
document = st.builds(
    lambda front, blocks, end: (front + "\n\n".join(blocks) + "\n").replace("\n", end),
    st.sampled_from(("", "---\ntitle: teh title\ntags: [a, b]\n---\n\n")),
    st.lists(block, min_size=1, max_size=4),
    st.sampled_from(("\n", "\n", "\r\n")),
)
