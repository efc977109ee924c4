"""What models leave in a reply besides the answer: thinking, chat markup, invisible characters.

The patterns are data. Nothing is taken away that the original text has too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from unicodedata import category, name


@dataclass(frozen=True, slots=True)
class Answer:
    """What was meant to be read. `thinking` is thought that never ended, and so may hold the
    answer; `notes` say what was taken away; `continued` that it begins with a prefill.
    """

    text: str
    thinking: str = ""
    notes: tuple[str, ...] = ()
    continued: bool = False


def find_answer(reply: str, original: str = "") -> Answer:
    """The answer in a reply, with `\\n` line ends, without thinking, chat markup and characters
    that nobody sees, except where `original` has them.
    """
    text = re.sub(r"\r\n?|\u2028|\u2029|\x85", "\n", reply.removeprefix("\ufeff"))
    text, broken = _without_invisible(_ANSI.sub("", text), original)
    answer = _after_thinking(Answer(text, notes=broken), original)
    return _without_markup(answer, original)


def find_markup(text: str, original: str = "") -> str:
    """The first piece of chat markup or thinking in `text` that `original` has not; or ""."""
    for pattern in (*_MARKUP, _THINK_TAG):
        for match in pattern.finditer(text):
            if match[0].strip() not in original and not _quoted(match) and not _is_tag(match):
                return match[0].strip()
    return ""


def _after_thinking(answer: Answer, original: str) -> Answer:
    final = [*_FINAL_CHANNEL.finditer(answer.text)]
    if final and final[-1][0].strip() not in original:
        text = answer.text[final[-1].end() :]
        return replace(answer, text=text, notes=(*answer.notes, _THOUGHT))
    text, thought = answer.text, False
    while opening := _opening(text, original):
        closing = _closing(text, opening)
        if closing is None:
            unfinished = text[opening.end() :]
            return Answer(text[: opening.start()], unfinished, (*answer.notes, _THOUGHT))
        text, thought = text[: opening.start()] + text[closing.end() :], True
    stray = [*_THINK_CLOSE.finditer(text)]
    if stray and stray[-1][0] not in original:
        text, thought = text[stray[-1].end() :], True
    return replace(answer, text=text, notes=(*answer.notes, _THOUGHT) if thought else answer.notes)


def _opening(text: str, original: str) -> re.Match[str] | None:
    return next((m for m in _THINK_OPEN.finditer(text) if m[0].strip() not in original), None)


def _closing(text: str, opening: re.Match[str]) -> re.Match[str] | None:
    return _THINK_CLOSE.search(text, opening.end())


def _without_markup(answer: Answer, original: str) -> Answer:
    """Cut at the first mark behind which another turn begins, without the marks before it."""
    text, notes = answer.text, answer.notes
    taken: list[str] = []

    def take(match: re.Match[str]) -> str:
        if match[0].strip() in original or _quoted(match) or _is_tag(match):
            return match[0]
        taken.append(match[0].strip())
        return "\n" if "\n" in match[0] else ""

    text = _TURN_BEGINS.sub(take, text)
    for end in _TURN_ENDS.finditer(text):
        if end[0].strip() in original or _quoted(end) or _is_tag(end):
            continue
        if text[: end.start()].strip(" \n`~") and not _GOES_ON.match(text, end.end()):
            taken.append(end[0].strip())
            text = text[: end.start()]
            break
    for pattern in _MARKUP:
        text = pattern.sub(take, text)
    if taken:
        notes = (*notes, f"Removed chat markup ({', '.join(dict.fromkeys(taken))}).")
    return replace(answer, text=text, notes=notes)


def _without_invisible(text: str, original: str) -> tuple[str, tuple[str, ...]]:
    """The text without characters that nobody sees, and with plain spaces."""
    if text.isascii() and text.isprintable():
        return text, ()
    out: list[str] = []
    taken: dict[str, int] = {}
    for at, character in enumerate(text):
        if not _odd(character):
            out.append(character)
            continue
        around = text[max(0, at - 1) : at + 2]
        if around in original or _joins(character, text, at):
            out.append(character)
            continue
        taken[character] = taken.get(character, 0) + 1
        if category(character) == "Zs":
            out.append(" ")
    said = ", ".join(f"{name(c, f'U+{ord(c):04X}').lower()} ({n})" for c, n in taken.items())
    return "".join(out), (f"Removed invisible characters: {said}.",) if taken else ()


def _quoted(match: re.Match[str]) -> bool:
    """Whether it is a string of its own in code that is about such marks."""
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    return before == after and before in ("'", '"', "`") and not match[0].startswith("\n")


def _is_tag(match: re.Match[str]) -> bool:
    """Whether `</s>` ends what an `<s>` began: text that is struck out."""
    opened = match.string.find("<s>")
    return "</s>" in match[0] and 0 < opened < match.start()


def _odd(character: str) -> bool:
    if character in " \n\t" or " " < character < "\x7f":
        return False
    return category(character) in ("Cc", "Cf", "Zs", "Zl", "Zp")


def _joins(character: str, text: str, at: int) -> bool:
    """Whether a joiner stands between letters or signs that need it: emoji, Persian, Hindi."""
    if character not in "\u200c\u200d" or not 0 < at < len(text) - 1:
        return False
    return ord(text[at - 1]) > 0x2FF and ord(text[at + 1]) > 0x2FF


_THOUGHT = "Left out the model's thinking."

_THINK = r"think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis|seed:think"
_THINK_OPEN = re.compile(
    rf"^[ \t]*(?:<(?:{_THINK})>|\[THINK\]|◁think▷|<\|begin_of_thought\|>)", re.MULTILINE
)
_THINK_CLOSE = re.compile(rf"</(?:{_THINK})>|\[/THINK\]|◁/think▷|<\|end_of_thought\|>")
_THINK_TAG = re.compile(r"</?(?:think|thinking|thought|reasoning)>|\[/?THINK\]|◁/?think▷")
_FINAL_CHANNEL = re.compile(
    r"<\|channel\|>\s*final\s*(?:<\|constrain\|>\s*\w+\s*)?<\|message\|>|\bassistantfinal(?=[\s`A-Z])"
)

_ROLE = r"(?:assistant|user|system|model|tool|developer)"
_TURN_BEGINS = re.compile(
    r"\A(?:\s*(?:"
    r"<\|(?:im_start|start|start_header_id|header_start)\|>\s*" + _ROLE + r"?\s*"
    r"(?:<\|(?:im_sep|end_header_id|header_end)\|>)?"
    r"(?:<\|channel\|>\s*\w+\s*)?(?:<\|message\|>)?"
    r"|<start_of_turn>\s*" + _ROLE + r"?"
    r"|<\|assistant\|>|<｜Assistant｜>|<\|ASSISTANT\|>|\[/INST\]|</?s>|<bos>|<\|begin_of_text\|>"
    r"|<\|im_end\|>|<\|eot_id\|>|<\|end\|>"
    r"|(?:#+\s*)?(?:Assistant|ASSISTANT|Response|Answer|AI):(?=\s)"
    r"|#+\s*(?:Response|Answer|Output):?[ \t]*(?=\n)"
    r"))+"
)
"""What comes before the first word of an answer."""

_TURN_ENDS = re.compile(
    r"<\|im_start\|>(?!\s*assistant)|<\|start_header_id\|>(?!\s*assistant)"
    r"|<\|(?:im_end|endoftext|end_of_text|eot_id|eom_id|end_of_turn|return"
    r"|call|user|system|eos|file_sep|fim_middle|fim_prefix|fim_suffix)\|>"
    r"|<\|end\|>|<｜end▁of▁sentence｜>|<｜User｜>|<end_of_turn>|<start_of_turn>|<eos>|<EOT>"
    r"|<\|(?:end_of_role|start_of_role)\|>|<\|END_OF_TURN_TOKEN\|>"
    r"|</s>[ \t]*(?=\n|\Z|`|\[INST\]|<)|\[INST\]|<<SYS>>"
    r"|^(?:#{2,}[ \t]*(?:Human|User|Instruction|Question|Input):|Human:|USER:)",
    re.MULTILINE,
)
"""Behind these the model talks to itself."""

_GOES_ON = re.compile(r"[^\s<`~\[]")
"""What follows a mark that leaked into the middle of a line."""

_MARKUP = (
    re.compile(
        r"<\|im_start\|>\s*assistant\b|<\|start_header_id\|>\s*assistant\s*<\|end_header_id\|>"
    ),
    re.compile(r"<\|[A-Za-z_][\w/ ]{0,30}\|>|<｜[^<>｜\n]{1,40}｜>"),
    re.compile(r"</?(?:start_of_turn|end_of_turn|bos|eos|pad|unk|EOT|SYS)>|<</?SYS>>"),
    re.compile(r"\[/?INST\]|\[/?(?:AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]"),
    re.compile(r"^[ \t]*</?(?:tool_call|tool_response|answer)>[ \t]*$", re.MULTILINE),
    re.compile(r"<fim_(?:prefix|suffix|middle|pad)>"),
    re.compile(r"(?<=[\s;})`])</s>[ \t]*$|\A\s*<s>|^</?s>$", re.MULTILINE),
)
"""What never belongs in a file, unless it is there already."""

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
