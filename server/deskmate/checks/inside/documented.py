"""Runs the examples in the documentation of one file, in a language that is compiled: `python -m
PACKAGE.documented FILE SYMBOL KEPT COMMAND…`. The command makes a program that calls what is
documented, and may keep in the folder KEPT what it makes of itself. It is said of each example by
itself whether that is so: `ok - half(4)`. One whose values are none of the function's types, or
nobody can tell, is none.
"""

from __future__ import annotations

import html
import re
import sys
from typing import Any

from .notation import NotUnderstood, read_arguments, read_results
from .promises import find_promises, is_near, open_output, tell
from .served import Served, freeze, make_programs

_PATIENCE = 3600
"""Seconds: whoever runs this has a limit of time."""


def main() -> None:
    """Says how it goes with each."""
    open_output()
    file, symbol, kept, *command = sys.argv[1:]
    path = [symbol] if symbol else []
    plan = make_programs(command, {"path": path, "texts": [file], "new": "", "compiled": kept})
    if "documented" not in plan:
        print(plan.get("problem"))
        return
    served = Served(plan["program"], plan["folder"])
    try:
        for one in plan["documented"]:
            says = read_javadoc(one["says"]) if plan["javadoc"] else one["says"]
            for call, words in find_examples(says, one["name"], one["owners"]).items():
                _try(served, one["callees"], call, words, nil_is_empty=not plan["javadoc"])
    finally:
        served.end()


def find_examples(
    says: str, name: str, owners: list[str]
) -> dict[str, tuple[list[str], list[str], str]]:
    """The calls of a function in what is said of it: the words of their arguments, those of what
    they give, and that as it stands there. Its `owners` may stand before the name.
    """
    says = says.replace("\r\n", "\n")
    owner = "|".join(map(re.escape, owners))
    called = rf"(?:(?:new\s+)?(?:\w+\.)*(?:{owner})(?:\(\))?\.)?{re.escape(name)}\("
    begins = re.compile(called)
    for pattern in _OTHERWISE:
        otherwise = re.compile(pattern.replace("CALL", rf"{called}.*\)"), re.M)
        says = otherwise.sub(r"\g<call> => \g<gives>", says)
    says = _PROMPT.sub("", says)

    def read_call(text: str) -> list[str]:
        begun = begins.match(text)
        return read_arguments(text[begun.end() : -1] if begun else "?")

    def is_call(text: str) -> bool:
        return _is_understood(lambda: read_call(text))

    def is_value(text: str) -> bool:
        return _is_understood(lambda: read_results(text))

    found = dict(find_promises(says, begins, is_call, is_value, "//"))
    return {call: (read_call(call), read_results(gives), gives) for call, gives in found.items()}


_OTHERWISE = (
    r"^[ \t]*>{1,3}[ \t]*(?P<call>CALL);?[ \t]*(?:(?://|#).*)?\n[ \t]*(?P<gives>\S.*)$",
    r"^[^\w\n]*(?:fmt\.Println|System\.out\.println)\((?P<call>CALL)\);?[ \t]*//"
    r"(?:[ \t]*(?:(?i:output|prints?)\b:?|[=-]>))?[ \t]*(?P<gives>\S.*)$",
    r"^[^\w\n]*(?:[\w<>\[\]., ?]+[ \t]+)?\w+[ \t]*:?=[ \t]*(?P<call>CALL);?[ \t]*//"
    r"(?:[ \t]*[=-]>)?[ \t]*(?P<gives>\S.*)$",
)
"""Lines that say the same as `CALL => VALUE`: behind a prompt, printed, and named."""
_PROMPT = re.compile(r"^[ \t]*>{1,3}", re.M)


def _is_understood(read: Any) -> bool:
    try:
        read()
    except NotUnderstood:
        return False
    return True


def _try(
    served: Served,
    callees: list[int],
    call: str,
    words: tuple[list[str], list[str], str],
    *,
    nil_is_empty: bool,
) -> None:
    arguments, results, gives = words
    for callee in callees:
        told = served.tell(" ".join(map(str, (callee, *arguments, *results))), _PATIENCE)
        if told == {"kind": "unfit"}:
            continue
        good = _is_good(told, results, nil_is_empty=nil_is_empty)
        if good is not None:
            tell(call, gives, _show(told), good)
        return


def _is_good(told: Any, results: list[str], *, nil_is_empty: bool) -> bool | None:
    if not isinstance(told, dict):
        return False
    if told["kind"] not in _VERBS:
        return None
    if results[0][0] == "e" or told["kind"] != "returned":
        return results[0][1:] in told.get("classes", ())
    return agrees(freeze(told["value"]), freeze(told["wanted"]), nil_is_empty=nil_is_empty)


def _show(told: Any) -> str:
    if not isinstance(told, dict):
        return "the program ends"
    return f"{_VERBS[told['kind']]}{told['shown']}"


_VERBS = {"returned": "", "threw": "throws ", "panicked": "panics "}


def agrees(made: Any, wanted: Any, *, nil_is_empty: bool) -> bool | None:
    """Whether a value is what was promised, both as they are described; None where nobody can tell,
    since they are of different kinds.
    """
    made, wanted = _open(made), _open(wanted)
    if nil_is_empty:
        made, wanted = (None if one in _EMPTY else one for one in (made, wanted))
    if made is None or wanted is None:
        return made is wanted
    if _is_number(made) and _is_number(wanted):
        return is_near(made, wanted, repr(wanted)) if isinstance(wanted, float) else made == wanted
    if type(made) is not type(wanted):
        return None
    if not isinstance(made, tuple):
        is_address = isinstance(made, str) and _ADDRESS.search(made) and _ADDRESS.search(wanted)
        return True if made == wanted else None if is_address else False
    if made[0] != wanted[0] or made[0] not in _MANY:
        return True if made == wanted else None
    if len(made) != len(wanted):
        return False
    pairs = list(zip(made[1:], wanted[1:]))
    if made[0] == "map":
        pairs = [two for one in pairs for two in zip(*one)]
    inside = [agrees(*one, nil_is_empty=nil_is_empty) for one in pairs]
    return False if False in inside else None if None in inside else True


_ADDRESS = re.compile(r'[\w.$;\]]@[0-9a-f]+"?\Z')
_EMPTY = (("list",), ("map",))
_MANY = ("list", "map", "set", "results")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _open(value: Any) -> Any:
    """What is in it, where it says no more."""
    while isinstance(value, tuple) and value[0] in ("any", "pointer", "optional"):
        value = value[-1]
    if isinstance(value, tuple) and value[0] in ("float", "java.math.BigDecimal"):
        return float(value[1])
    if isinstance(value, tuple) and value[0] == "java.math.BigInteger":
        return int(value[1])
    return value


def read_javadoc(says: str) -> str:
    """What a comment of Java says, as it is read. A text with HTML in it may be meant as it stands
    or as it is shown, which nobody can tell.
    """
    says = _EDGES.sub("", says)
    parts = _INLINE.split(says)
    return "".join(_read_inline(one) if at % 2 else _read_html(one) for at, one in enumerate(parts))


_EDGES = re.compile(r"^[ \t]*(?:/\*+|\*+/|\*|/{2,3})[ \t]?|\*+/\s*\Z", re.M)
_BRACES = r"[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
_INLINE = re.compile(rf"\{{@(?:code|literal|snippet)\s+:?((?:{_BRACES})*)\}}")
_HTML_TEXT = re.compile(r"\"[^\"\n]*(?:&#?\w+;|</?\w)[^\"\n]*\"|'(?:&#?\w+;)'")
_CODE = re.compile(r"</?(?:code|tt|kbd)>", re.I)
_TAG = re.compile(r"</?(?:pre|p|br|[uod]l|li|d[td]|b|i|em|strong|blockquote|div)\b[^>\n]*>", re.I)
_LINK = re.compile(r"\{@link(?:plain)?\s+([^{}]*)\}")


def _read_inline(code: str) -> str:
    return code if "\n" in code else f"`{code}`"


def _read_html(text: str) -> str:
    text = _LINK.sub(r"\1", _HTML_TEXT.sub("…", text))
    return html.unescape(_TAG.sub("", _CODE.sub("`", text)))


if __name__ == "__main__":
    main()
