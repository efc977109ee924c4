"""Known good replies, damaged in random combinations, others at each run.

What must hold: no applied edit breaks the syntax, leaves its span or carries chat markup, and of
the replies that still hold the whole right answer 95 % end as the right edit. The figures are
printed (`pytest -rP tests/core/gate/test_damage.py`).
"""

from __future__ import annotations

import difflib
import html
import random
import re
import textwrap
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import cycle, islice

from test_gate import FOLDER, read_cases, target_of

from deskmate.core.gate.gate import Accepted, Rejected, Target, judge
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import flat
from deskmate.core.syntax.queries import imports, problems
from deskmate.core.syntax.tokens import shape

REPLIES = 1_000
SEED = random.SystemRandom().randrange(2**32)


@dataclass(frozen=True)
class Reply:
    """A reply on its way to be damaged. `whole` says that a reader would still find all of the
    right answer in it; `done` what was done to it.
    """

    target: Target
    code: str
    text: str = ""
    whole: bool = True
    cut: bool = False
    markup: tuple[str, ...] = ()
    done: tuple[str, ...] = ()


Damage = Callable[[Reply, random.Random], Reply]


@dataclass
class Figures:
    """What became of the replies."""

    replies: int = 0
    whole: int = 0
    right: int = 0
    refused: int = 0
    other: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)


def test_no_damage_gets_through() -> None:
    good = list(known_good())
    chance = random.Random(SEED)
    figures = Figures()
    for target, code, right in islice(cycle(good), REPLIES):
        reply = damaged(target, code, chance)
        figures.replies += 1
        figures.whole += reply.whole
        try:
            accepted = judge(reply.text, reply.target, cut=reply.cut)
        except Rejected:
            figures.refused += 1
            figures.missed.update(reply.done if reply.whole else ())
            continue
        check_is_harmless(accepted, reply)
        if shape(accepted.after) == right:
            figures.right += reply.whole
        elif reply.whole:
            figures.missed.update(reply.done)
            figures.others.update(reply.done)
            figures.other += 1
        else:
            figures.others.update(reply.done)
            figures.other += 1
    share = figures.right / figures.whole
    print(f"{figures.replies:,} damaged replies to {len(good)} requests, drawn from {SEED}")
    print(f"{figures.refused:,} refused")
    print(f"{figures.whole:,} still held the right answer: {share:.2%} ended as the right edit")
    print(f"{figures.other:,} ended as another edit that passes every check: {figures.others}")
    print(f"missed most: {figures.missed.most_common(8)}")
    assert share >= 0.95


def test_no_line_is_lost_without_a_word() -> None:
    """Lines amid unchanged ones, cut out of right replies, are put back, refused, or said."""
    good = list(known_good())
    chance = random.Random(SEED)
    seen = Counter[str]()
    for target, code, right in islice(cycle(good), CUTS):
        lines = code.split("\n")
        same = unchanged(target.original.split("\n"), lines)
        if not same:
            continue
        first, last = chance.choice(same)
        start = chance.randrange(first, last)
        end = chance.randrange(start + 1, last + 1)
        shorter = "\n".join(lines[:start] + lines[end:])
        try:
            accepted = judge(f"```\n{shorter}\n```", target)
        except Rejected:
            seen["refused"] += 1
            continue
        lost = said("\n".join(lines[start:end])) - said(accepted.after.text)
        told = any("nothing was written instead" in warning for warning in accepted.warnings)
        became = "put back" if shape(accepted.after) == right else "said" if told else "not lost"
        seen[became] += 1
        assert told or not lost, (shorter, accepted.after.text)
    print(seen)
    assert seen["refused"] and seen["put back"] and seen["said"]


CUTS = 600


def unchanged(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """The stretches of new lines that stand in the old ones and have such lines around them."""
    here = [at for at, line in enumerate(new) if said(line)]
    there = [line for line in old if said(line)]
    a, b = (["".join(said(line)) for line in lines] for lines in (there, [new[at] for at in here]))
    blocks = difflib.SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return [(here[k + 1], here[k + n - 1]) for _, k, n in blocks if n > 2]


def said(text: str) -> Counter[str]:
    """The lines of code that say something; comments are looked after elsewhere."""
    lines = (" ".join(line.split()).rstrip(",;") for line in text.split("\n"))
    return Counter(
        line for line in lines if re.match(r"[^#/*-]*\w", line) and not FRAME.match(line)
    )


FRAME = re.compile(
    r"[{}\s]*(?:else|end|fi|done|then|do|try|finally)?:?[{}\s]*$|\"\"\"|[A-Z ]+\b|[^\"]*\"\"\"$"
)
"""What is no statement by itself, and what stands in strings of several lines."""


def known_good() -> list[tuple[Target, str, list[str]]]:
    found = []
    for file in sorted(FOLDER.glob("*/known-good.md")):
        for case in read_cases(file):
            target = target_of(case)
            right = judge(f"```\n{case.reply}\n```", target).after
            found.append((target, case.reply, shape(right)))
    return found


def check_is_harmless(accepted: Accepted, reply: Reply) -> None:
    """Read anew, without what the gate believes of it."""
    before, after = reply.target.document, accepted.after
    fresh = Document(after.uri, None, after.text, after.language)
    assert len(problems(fresh)) <= len(problems(before)), (reply.done, reply.text, after.text)
    places = [reply.target.span, *imports(before)]
    for edit in accepted.edits:
        inside = any(place.start <= edit.span.start <= place.end for place in places)
        assert inside or edit.text.lstrip().startswith(IMPORTS), (reply.done, edit)
    for mark in reply.markup:
        assert mark not in after.text or mark in before.text, (reply.done, after.text)


IMPORTS = ("import", "from", "use", "const")


def damaged(target: Target, code: str, chance: random.Random) -> Reply:
    """A reply after one to five accidents: to the code, to its wrapping, to what is around it."""
    reply = Reply(target, code)
    for damage in chance.sample(CODE, chance.choice((0, 1, 1, 2))):
        reply = tried(damage, reply, chance)
    reply = tried(chance.choice(WRAPPINGS), reply, chance)
    for damage in chance.sample(AROUND, chance.choice((0, 1, 1, 2))):
        reply = tried(damage, reply, chance)
    if chance.random() < 0.15:
        reply = tried(chance.choice(FATAL), reply, chance)
    return reply


def tried(damage: Damage, reply: Reply, chance: random.Random) -> Reply:
    after = damage(reply, chance)
    name = damage.__name__
    return after if after == reply else replace(after, done=(*reply.done, name))


def edited(reply: Reply, code: str) -> Reply:
    return replace(reply, code=code)


def lines_of(reply: Reply) -> list[str]:
    return reply.code.split("\n")


# To the code


def further_in(reply: Reply, chance: random.Random) -> Reply:
    return edited(reply, textwrap.indent(reply.code, chance.choice((" ", "  ", "    ", "\t"))))


def hanging(reply: Reply, chance: random.Random) -> Reply:
    """All but the first line as far in as the document has them."""
    first, *rest = lines_of(reply)
    return edited(reply, "\n".join([first, *("    " + line if line else line for line in rest)]))


def tabs(reply: Reply, chance: random.Random) -> Reply:
    code = re.sub(r"^(?: {4})+", lambda m: "\t" * (len(m[0]) // 4), reply.code, flags=re.M)
    return edited(reply, code)


def other_step(reply: Reply, chance: random.Random) -> Reply:
    """Two blanks for four, or four for two; strings of several lines keep their blanks."""
    if '"""' in reply.code.replace('"""The', "").replace('"""Reads', ""):
        return reply
    widths = [len(line) - len(line.lstrip(" ")) for line in lines_of(reply) if line.startswith(" ")]
    if not widths or any(line.startswith("\t") for line in lines_of(reply)):
        return reply
    step = min(widths)
    if step not in (2, 4) or any(width % step for width in widths):
        return reply
    new = {2: 4, 4: 2}[step]
    return edited(
        reply, re.sub(r"^ +", lambda m: " " * (len(m[0]) // step * new), reply.code, flags=re.M)
    )


def trailing_blanks(reply: Reply, chance: random.Random) -> Reply:
    blanks = ("", "  ", "\t")
    return edited(reply, "\n".join(line + chance.choice(blanks) for line in lines_of(reply)))


def blank_lines(reply: Reply, chance: random.Random) -> Reply:
    if '"""' in reply.code:
        return reply
    spread = (line + "\n" * (chance.random() < 0.2) for line in lines_of(reply))
    return edited(reply, "\n".join(spread))


def invisible(reply: Reply, chance: random.Random) -> Reply:
    signs = "\u200b\u200e\u2060\ufeff\u202a\u2066\xad"
    at = chance.randrange(len(reply.code))
    return edited(reply, reply.code[:at] + chance.choice(signs) + reply.code[at:])


def no_break_spaces(reply: Reply, chance: random.Random) -> Reply:
    return edited(reply, re.sub(r"^ +", lambda m: "\xa0" * len(m[0]), reply.code, flags=re.M))


def html_escapes(reply: Reply, chance: random.Random) -> Reply:
    if "&amp;" in reply.code:
        return reply
    return edited(reply, html.escape(reply.code, quote=chance.random() < 0.5))


def smart_quotes(reply: Reply, chance: random.Random) -> Reply:
    if "'" in reply.code or '"""' in reply.code or "`" in reply.code:
        return reply
    return edited(reply, re.sub(r'"([^"\n]*)"', r"“\1”", reply.code))


def line_numbers(reply: Reply, chance: random.Random) -> Reply:
    style = chance.choice(("{:3d} | ", "{}: ", "{:>4}\t", "L{}: "))
    first = chance.randrange(1, 200)
    numbered = (style.format(first + at) + line for at, line in enumerate(lines_of(reply)))
    return edited(reply, "\n".join(numbered))


def whole_file(reply: Reply, chance: random.Random) -> Reply:
    """The document with the right code in it, as the right edit leaves it."""
    if reply.code != reply.code.strip() or len(reply.done):
        return reply
    return edited(reply, judge(f"```\n{reply.code}\n```", reply.target).after.text.strip("\n"))


def example_below(reply: Reply, chance: random.Random) -> Reply:
    name, language = reply.target.name, reply.target.document.language
    if reply.target.scope is None or reply.target.scope.path or reply.done:
        return reply
    mark = language.line_comment if language else "#"
    return edited(reply, f"{reply.code}\n\n\n{mark} Example\n{name}()\n")


def without_decorators(reply: Reply, chance: random.Random) -> Reply:
    if reply.target.wanted != "function" or reply.done:
        return reply
    return edited(reply, re.sub(r"\A(?:(?:@|#\[).*\n|export )+", "", reply.code))


def as_diff(reply: Reply, chance: random.Random) -> Reply:
    if reply.done:
        return reply
    old = flat(reply.target.document, reply.target.span).split("\n")
    diff = list(difflib.unified_diff(old, lines_of(reply), "a", "b", lineterm="", n=3))
    return edited(reply, "\n".join(diff))


def search_replace(reply: Reply, chance: random.Random) -> Reply:
    if reply.done:
        return reply
    old = flat(reply.target.document, reply.target.span)
    return edited(reply, f"<<<<<<< SEARCH\n{old}\n=======\n{reply.code}\n>>>>>>> REPLACE")


CODE: list[Damage] = [
    further_in,
    hanging,
    tabs,
    other_step,
    trailing_blanks,
    blank_lines,
    invisible,
    no_break_spaces,
    html_escapes,
    smart_quotes,
    line_numbers,
    whole_file,
    example_below,
    without_decorators,
    as_diff,
    search_replace,
]


# To its wrapping


def fence(reply: Reply, chance: random.Random) -> Reply:
    language = reply.target.document.language
    names = ("", language.fence, *language.aliases, language.title) if language else ("",)
    mark = chance.choice(("```", "```", "```", "~~~", "````"))
    end = chance.choice(("\n", "\n", "\n", "", " \n"))
    return replace(reply, text=f"{mark}{chance.choice(names)}{end or chr(10)}{reply.code}\n{mark}")


def odd_fence(reply: Reply, chance: random.Random) -> Reply:
    info = chance.choice(("python:src/a.py", 'js title="a.js"', "{.go}", "txt", "code", "diff"))
    return replace(reply, text=f"```{info}\n{reply.code}\n```")


def unclosed_fence(reply: Reply, chance: random.Random) -> Reply:
    return replace(reply, text=f"```\n{reply.code}")


def end_on_last_line(reply: Reply, chance: random.Random) -> Reply:
    return replace(reply, text=f"```\n{reply.code.rstrip()}```")


def no_fence(reply: Reply, chance: random.Random) -> Reply:
    return replace(reply, text=reply.code)


def closing_fence_only(reply: Reply, chance: random.Random) -> Reply:
    return replace(reply, text=f"{reply.code}\n```")


def fence_in_list(reply: Reply, chance: random.Random) -> Reply:
    block = textwrap.indent(f"```\n{reply.code}\n```", "   ")
    return replace(reply, text=f"1. Open the file.\n2. Put this in:\n\n{block}\n\n3. Save it.")


def fence_in_fence(reply: Reply, chance: random.Random) -> Reply:
    return replace(reply, text=f"````markdown\nThe code:\n\n```\n{reply.code}\n```\n````")


def quoted(reply: Reply, chance: random.Random) -> Reply:
    block = textwrap.indent(f"```\n{reply.code}\n```", "> ", lambda line: True)
    return replace(reply, text=f"You asked for this:\n\n{block}")


def continued(reply: Reply, chance: random.Random) -> Reply:
    """The engine goes on from the fence and the signature that were written for it."""
    scope = reply.target.scope
    if scope is None or scope.kind != "function" or scope.body is None or reply.done:
        return fence(reply, chance)
    first = reply.code.split("\n")[0]
    if not first.endswith((":", "{")):
        return fence(reply, chance)
    target = replace(reply.target, prefill=f"```\n{first}")
    end = chance.choice(("\n```", "", "\n"))
    return replace(reply, target=target, text=reply.code.removeprefix(first) + end)


def prefill_ignored(reply: Reply, chance: random.Random) -> Reply:
    first = reply.code.split("\n")[0]
    target = replace(reply.target, prefill=f"```\n{first}")
    return replace(fence(reply, chance), target=target)


WRAPPINGS: list[Damage] = [
    fence,
    fence,
    fence,
    odd_fence,
    unclosed_fence,
    end_on_last_line,
    no_fence,
    closing_fence_only,
    fence_in_list,
    fence_in_fence,
    quoted,
    continued,
    prefill_ignored,
]


# To what is around it


def prose(reply: Reply, chance: random.Random) -> Reply:
    before = chance.choice(
        (
            "Here is the corrected code:\n\n",
            "Sure! I fixed the bug.\n\n### Solution\n\n",
            "I'm sorry for the confusion. Let me fix that.\n\n",
            "1. **Problem**: the result was wrong.\n2. **Fix**: see below.\n\n",
            "",
        )
    )
    after = chance.choice(
        (
            "\n\nThis version handles the edge case.",
            "\n\n**Changes:**\n- the condition\n- the loop (see `line 3`)",
            "\n\nNote that I have not tested it. Let me know if you need anything else!",
            "\n\nHope this helps! 😊",
            "",
        )
    )
    if "continued" in reply.done:
        before = ""
        after = after if reply.text.endswith("```") else ""
    return replace(reply, text=f"{before}{reply.text}{after}")


def thinking(reply: Reply, chance: random.Random) -> Reply:
    if "continued" in reply.done:
        return reply
    tag = chance.choice(("think", "thinking", "reasoning"))
    thought = chance.choice(
        ("The loop is off by one.", "Hm.\n\n```\nx = 1\n```\n\nNo, that is wrong.", "")
    )
    opening = chance.choice((f"<{tag}>\n", f"<{tag}>\n", ""))
    text = f"{opening}{thought}\n</{tag}>\n\n{reply.text}"
    return replace(reply, text=text, markup=(*reply.markup, f"</{tag}>"))


def chat_markup(reply: Reply, chance: random.Random) -> Reply:
    mark = chance.choice(END_MARKS)
    tail = chance.choice(("", "", "\n<|im_start|>user\nThanks!", "\n\nUser: and now?"))
    text = f"{reply.text}{mark}{tail}"
    return replace(reply, text=text, markup=(*reply.markup, mark, "<|im_start|>"))


END_MARKS = (
    "<|im_end|>",
    "<|endoftext|>",
    "</s>",
    "<|eot_id|>",
    "<end_of_turn>",
    "<｜end▁of▁sentence｜>",
)


def role_before(reply: Reply, chance: random.Random) -> Reply:
    if "continued" in reply.done:
        return reply
    mark = chance.choice(
        (
            "<|im_start|>assistant\n",
            "[/INST] ",
            "<|start_header_id|>assistant<|end_header_id|>\n\n",
            "<|channel|>analysis<|message|>Easy.<|end|><|start|>assistant<|channel|>final<|message|>",
            "Assistant: ",
            "### Response:\n",
        )
    )
    return replace(reply, text=mark + reply.text, markup=(*reply.markup, mark.strip()))


def crlf(reply: Reply, chance: random.Random) -> Reply:
    return replace(reply, text=reply.text.replace("\n", "\r\n"))


def bom(reply: Reply, chance: random.Random) -> Reply:
    return replace(reply, text="\ufeff" + reply.text)


def again_and_again(reply: Reply, chance: random.Random) -> Reply:
    if "continued" in reply.done:
        return reply
    return replace(reply, text="\n\n".join([reply.text] * chance.choice((2, 3, 6))))


def example_in_fence(reply: Reply, chance: random.Random) -> Reply:
    if not reply.text.rstrip().endswith(("```", "~~~")):
        return reply
    name = reply.target.name
    return replace(reply, text=f"{reply.text}\n\nUse it like this:\n\n```\n{name}(1, 2)\n```\n")


def shell_first(reply: Reply, chance: random.Random) -> Reply:
    if "continued" in reply.done:
        return reply
    return replace(reply, text=f"First:\n\n```bash\npip install it\n```\n\nThen:\n\n{reply.text}")


def original_first(reply: Reply, chance: random.Random) -> Reply:
    if "continued" in reply.done:
        return reply
    old = reply.target.original
    return replace(reply, text=f"The code was:\n\n```\n{old}\n```\n\nIt should be:\n\n{reply.text}")


AROUND: list[Damage] = [
    prose,
    prose,
    thinking,
    chat_markup,
    role_before,
    crlf,
    bom,
    again_and_again,
    example_in_fence,
    shell_first,
    original_first,
]


# What leaves no right answer


def cut_off(reply: Reply, chance: random.Random) -> Reply:
    at = chance.randrange(len(reply.text) // 4, max(len(reply.text) * 3 // 4, 2))
    return replace(reply, text=reply.text[:at], whole=False, cut=True)


def ended_early(reply: Reply, chance: random.Random) -> Reply:
    """The same, but the engine does not say so."""
    at = chance.randrange(len(reply.text) // 4, max(len(reply.text) * 3 // 4, 2))
    return replace(reply, text=reply.text[:at], whole=False)


def only_thinking(reply: Reply, chance: random.Random) -> Reply:
    return replace(reply, text=f"<think>\n{reply.text[: len(reply.text) // 2]}", whole=False)


def left_out(reply: Reply, chance: random.Random) -> Reply:
    lines = reply.text.split("\n")
    if len(lines) < 7:
        return reply
    mark = chance.choice(("# ... existing code ...", "// ... rest unchanged", "# rest of the code"))
    middle = len(lines) // 2
    text = "\n".join([*lines[: middle - 1], mark, *lines[middle + 1 :]])
    return replace(reply, text=text, whole=False)


def scrambled(reply: Reply, chance: random.Random) -> Reply:
    start = chance.randrange(len(reply.text))
    end = min(len(reply.text), start + chance.randrange(1, 30))
    return replace(reply, text=reply.text[:start] + reply.text[end:], whole=False)


FATAL: list[Damage] = [cut_off, ended_early, only_thinking, left_out, scrambled]
