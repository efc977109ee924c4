"""Values as documentation writes them, in Go, Java, Python or JSON, in words of which a program in
any language can make them. Each begins with the letter of its kind: `n` a whole number and `f` one
with a point, `s` a text and `c` one in single quotes, both in hexadecimal digits (all in capitals
where a type is said), `b1` true and `b0` false, `0` nothing, and before so many others `l` a list,
`t` one in round brackets, `r` several results, `o` an option, and `m` a map, of keys and values in
turn. `e` is an exception.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable


class NotUnderstood(Exception):
    """Nobody can tell which value that is."""


def read_results(text: str) -> list[str]:
    """The words of what a call gives: one value, several with commas between, or the name of an
    exception. Raises NotUnderstood.
    """
    if thrown := _THROWN.fullmatch(text):
        return [f"e{thrown[1]}"]
    words = read_arguments(text)
    if words[0] == "r0" or text.rstrip().endswith(","):
        raise NotUnderstood
    return words[1:] if words[0] == "r1" else words


def read_arguments(text: str) -> list[str]:
    """The words of what is between the brackets of a call. Raises NotUnderstood."""
    reader = _Reader(text)
    try:
        return reader.read_items("r", _END)
    except (RecursionError, ValueError):
        raise NotUnderstood from None


class _Reader:
    """A text, and how far it has been read."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What comes next, where that is such."""
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def need(self, pattern: re.Pattern[str]) -> None:
        """Takes it. Raises NotUnderstood where something else comes next."""
        if not self.take(pattern):
            raise NotUnderstood

    def read_value(self) -> list[str]:
        """One value."""
        is_typed = self.take(_CAST)
        words = self._read_untyped()
        return _say_type(words) if is_typed else words

    def _read_untyped(self) -> list[str]:
        for pattern, read in _SIMPLE:
            if found := self.take(pattern):
                return [read(found)]
        if self.take(_PRINTED):
            return ["o1", *self._read_printed()]
        if self.take(_OPTION):
            return self.read_items("o", _ROUND)
        if found := self.take(_CONVERSION):
            words = self.read_value()
            self.need(_ROUND)
            return _say_type(_read_digits(words) if found["number"] else words)
        if self.take(_MAP_OF):
            return _pair(self.read_items("m", _ROUND))
        if found := self.take(_LIST_OF):
            words = self.read_items("l", _ROUND)
            is_copy = found["copies"] and words[0] == "l1" and words[1][0] == "l"
            return words[1:] if is_copy else words
        if self.take(_EMPTY):
            return ["l0"]
        self.take(_TYPE)
        if self.take(_SQUARE_OPENS):
            return self.read_items("l", _SQUARE)
        if self.take(_ROUND_OPENS):
            words = self.read_items("t", _ROUND)
            return words[1:] if words[0] == "t1" else words
        self.need(_CURLY_OPENS)
        return self._read_curly()

    def _read_printed(self) -> list[str]:
        begun = self.at
        try:
            words = self.read_value()
            self.need(_SQUARE)
        except NotUnderstood:
            self.at = begun
            bare = self.take(_BARE)
            if not bare:
                raise
            return [_spell("s", bare[1])]
        return words

    def _read_curly(self) -> list[str]:
        if self.take(_CURLY):
            return ["m0"]
        begun = self.at
        self.read_value()
        has_keys = self.take(_COLON)
        self.at = begun
        return _pair(self.read_items("m", _CURLY)) if has_keys else self.read_items("l", _CURLY)

    def read_items(self, kind: str, end: re.Pattern[str]) -> list[str]:
        """Values up to the bracket, with commas between them, colons behind the keys of a map, or
        blanks as Go prints a list.
        """
        words: list[str] = []
        count, between = 0, _COMMA
        while not self.take(end):
            if count == 1 and end is _SQUARE and not _COMMA.match(self.text, self.at):
                between = _BLANK
            if count:
                self.need(_COLON if end is _CURLY and kind == "m" and count % 2 else between)
                if self.take(end):
                    break
            words += self.read_value()
            count += 1
        return [f"{kind}{count}", *words]


def _pair(words: list[str]) -> list[str]:
    count = int(words[0][1:])
    if count % 2:
        raise NotUnderstood
    return [f"m{count // 2}", *words[1:]]


def _say_type(words: list[str]) -> list[str]:
    return [words[0][0].upper() + words[0][1:], *words[1:]] if words[0][0] in "nfsc" else words


def _read_digits(words: list[str]) -> list[str]:
    """The number that a text says."""
    if words[0][0] != "s":
        return words
    return read_arguments(bytes.fromhex(words[0][1:]).decode("utf-8"))[1:]


def _spell(kind: str, text: str) -> str:
    return kind + text.encode("utf-16", "surrogatepass").decode("utf-16").encode("utf-8").hex()


def _read_text(found: re.Match[str]) -> str:
    text = found[0].strip()
    if text[0] == "`":
        return _spell("s", text[1:-1])
    if not _ESCAPED.fullmatch(text):
        raise NotUnderstood
    said: str = ast.literal_eval(text)
    if _PLAIN_ESCAPE.search(text):  # that of a letter which needs none: it is meant as it stands
        raise NotUnderstood
    is_character = text[0] == "'" and len(said) == 1
    return _spell("sc"[is_character], said)


def _read_whole(found: re.Match[str]) -> str:
    number = int(found["digits"].replace("_", ""), 0 if found["base"] else 10)
    if not number and found["sign"] == "-":
        return "f-0.0"
    return f"{'N' if found['typed'] else 'n'}{-number if found['sign'] == '-' else number}"


def _read_point(found: re.Match[str]) -> str:
    number = float(found["digits"].replace("_", ""))
    return f"{'F' if found['typed'] else 'f'}{-number if found['sign'] == '-' else number!r}"


def _read_constant(found: re.Match[str]) -> str:
    word = _CONSTANTS[found["name"]]
    if found["sign"] != "-" or word[0] not in "nf":
        return word
    return word[0] + (word[2:] if word[1] == "-" else f"-{word[1:]}")


_CONSTANTS = {
    **dict.fromkeys(("true", "True", "TRUE", "Boolean.TRUE"), "b1"),
    **dict.fromkeys(("false", "False", "FALSE", "Boolean.FALSE"), "b0"),
    **dict.fromkeys(("nil", "null", "None"), "0"),
    **dict.fromkeys(("Optional.empty()", "Optional.empty"), "o0"),
    **dict.fromkeys(("NaN", "math.NaN()", "Double.NaN", "Float.NaN"), "fnan"),
    **dict.fromkeys(("Inf", "Infinity", "∞", "math.Inf(1)", "Double.POSITIVE_INFINITY"), "finf"),
    **dict.fromkeys(("math.Inf(-1)", "Double.NEGATIVE_INFINITY"), "f-inf"),
    **{f"math.MaxInt{size}": f"n{2 ** (size - 1) - 1}" for size in (8, 16, 32, 64)},
    **{f"math.MinInt{size}": f"n{-(2 ** (size - 1))}" for size in (8, 16, 32, 64)},
    **{f"math.MaxUint{size}": f"n{2**size - 1}" for size in (8, 16, 32, 64)},
    **{
        f"{name}.{limit}_VALUE": f"n{value}"
        for name, size in {"Byte": 8, "Short": 16, "Integer": 32, "Long": 64}.items()
        for limit, value in {"MIN": -(2 ** (size - 1)), "MAX": 2 ** (size - 1) - 1}.items()
    },
}
"""What has a name, as words."""


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{pattern})")


_SIGN, _ENDS = "(?P<sign>[-+]?)", r"(?![\w.]*\w)"
_NAMES = "|".join(map(re.escape, sorted(_CONSTANTS, key=len, reverse=True)))
_WHOLE = r"(?P<digits>(?P<base>0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+)|0|[1-9][\d_]*)"
_POINT = r"(?P<digits>(?:\d[\d_]*\.[\d_]*|\.\d+|\d+(?=[eEfFdD]))(?:[eE][-+]?\d+)?)"
_SIMPLE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_compile(r'"(?!"")(?:\\.|[^"\\\n])*"' r"|'(?!'')(?:\\.|[^'\\\n])*'|`[^`\n]*`"), _read_text),
    (_compile(rf"{_SIGN}{_WHOLE}(?P<typed>[lL]?){_ENDS}(?!\.)"), _read_whole),
    (_compile(rf"{_SIGN}{_POINT}(?P<typed>[fFdD]?){_ENDS}"), _read_point),
    (_compile(rf"{_SIGN}(?P<name>{_NAMES}){_ENDS}(?![(\[{{])"), _read_constant),
)
_ESCAPED = re.compile(
    r"(?:[^\\]|\\(?:[abfnrtv\\'\"]|0(?!\d)|[0-3][0-7]{2}|x[0-7][\da-fA-F]|u[\da-fA-F]{4}"
    r"|U[\da-fA-F]{8}))*"
)
_PLAIN_ESCAPE = re.compile(r"\\u00(?:[2-6][\da-fA-F]|7[\da-eA-E])")
_THROWN = re.compile(
    r"\s*(?:(?:an?|the)\s+)?`*(?:[a-z]\w*\.)*([A-Z]\w*(?:Exception|Error))`*\s*", re.ASCII
)
_BOXES = "Integer|Long|Short|Byte|Double|Float|Character|Boolean"
_CAST = _compile(
    r"\(\s*(?:int|long|short|byte|char|double|float|boolean|(?:[a-z]\w*\.)*[A-Z]\w*)(?:\[\s*\])*"
    r"\s*\)\s*(?=[\w\"'({\[.+-])"
)
_CONVERSION = _compile(
    rf"(?:\[\](?:byte|rune)|u?int(?:8|16|32|64)?|float(?:32|64)|byte|rune"
    rf"|(?:{_BOXES}|BigInteger|BigDecimal)\.valueOf|new\s+(?:{_BOXES})"
    r"|(?P<number>new\s+Big(?:Integer|Decimal)))\("
)
_OPTION = _compile(r"Optional(?:Int|Long|Double)?\.(?:of(?:Nullable)?|empty)\(")
_PRINTED = _compile(r"Optional(?:Int|Long|Double)?\[")
_BARE = _compile(r"([^\W\d][\w ]*)\]")
_MAP_OF = _compile(
    r"(?:[a-z]\w*\.)*(?:(?:Immutable)?Map\.of|(?:Collections\.)?emptyMap"
    r"|new\s+(?:Linked)?(?:Hash|Tree)Map)(?:<[^()]*>)?\("
)
_LIST_OF = _compile(
    r"(?:(?P<copies>new\s+(?:ArrayList|LinkedList|ArrayDeque|(?:Linked)?HashSet|TreeSet)"
    r"|(?:Immutable)?(?:List|Set|SortedSet)\.copyOf)"
    r"|(?:[a-z]\w*\.)*(?:(?:Immutable)?(?:List|Set|SortedSet)\.of|\w*Stream\.of|(?:\w+\.)?(?:asList"
    r"|newArrayList|newHashSet|singletonList|singleton|emptyList|emptySet)))(?:<[^()]*>)?\("
)
_EMPTY = _compile(r"new\s+[\w.]+\s*\[\s*0\s*\](?!\s*[\[{])")
_TYPE = _compile(
    r"(?:new\s+)?(?:(?:\[[\w.]*\]|map\[[\w.]+\]|\*)+[\w.]+(?:\{\})?"
    r"|[\w.]+(?:<[\w<>?, .]*>)?(?:\[\s*\])+)\s*(?=\{)"
)
_END, _COMMA, _COLON, _BLANK = map(_compile, (r"\Z", ",", ":", r"(?<=\s)"))
_SQUARE_OPENS, _SQUARE, _CURLY_OPENS, _CURLY = map(_compile, (r"\[", r"\]", r"\{", r"\}"))
_ROUND_OPENS, _ROUND = map(_compile, (r"\(", r"\)"))
