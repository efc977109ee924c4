"""What a model or a file says, as text that does nothing: no image is loaded, no link hides where
it leads, no HTML, no character that cannot be seen, and an end.

Whoever renders Markdown reads it a little differently. So what comes out here is Markdown that all
read alike: a fence begins at the first column and nothing within may be taken for its end, a code
span ends in its line, and whatever else could begin something is escaped.
"""

from __future__ import annotations

import re

MOST = 100_000
"""Characters of one text that are shown."""

UNSEEN = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff"
)
"""Characters that steer what shows them, or hide in it, for a regular expression's brackets:
control and bidirectional characters, line ends of no format, tags, halves of a pair. Blank space,
`\\n` and what joins letters and emoji (U+200C, U+200D) are none.
"""


def safe_text(text: str, most: int = MOST) -> str:
    """Plain text for a message: what some editors would make a link there is none."""
    return _shorten(_LINK_IN_TEXT.sub("] (", _UNSEEN.sub("", text[: 2 * most])), most)


def safe_markdown(text: str, most: int = MOST) -> str:
    """Markdown that shows what `text` says, of at most about `most` characters."""
    safe = SafeMarkdown(most)
    return safe.feed(text[: 2 * most]) + safe.close()


class SafeMarkdown:
    """The same for Markdown that comes in pieces: what the pieces become, put together, is what the
    whole would become. What may yet begin something is held back until that is known.
    """

    def __init__(self, most: int = MOST) -> None:
        self._line = ""  # what of a line is held back
        self._begun = False  # whether its beginning is given already
        self._fence: _Fence | None = None
        self._left = most

    def feed(self, piece: str) -> str:
        """What can be shown now."""
        *lines, self._line = (self._line + _UNSEEN.sub("", piece)).split("\n")
        out = [self._give(line) + "\n" for line in lines]
        if not self._fence and (self._begun or not _MAY_BEGIN_FENCE.fullmatch(self._line)):
            end = _find_certain(self._line)
            if end:
                out.append(_escape(self._line, end))
                self._line, self._begun = self._line[end:], True
        return self._count("".join(out))

    def close(self) -> str:
        """What is left; a fence that is open is closed."""
        last = self._give(self._line) if self._line else ""
        self._line = ""
        if self._fence:
            last += ("\n" if last else "") + self._fence.marks
            self._fence = None
        return self._count(last) if self._left > 0 else ""

    def _give(self, line: str) -> str:
        """A whole line, or what of it is not given yet."""
        begun, self._begun = self._begun, False
        if begun:
            return _escape(line)
        fence = self._fence
        if fence and fence.quoted and ">" not in line[: len(fence.prefix)]:
            self._fence = None
            return f"{fence.marks}\n{self._give(line)}"
        if fence:
            line = fence.strip(line)
            mark = fence.marks[0]
            if re.fullmatch(rf" {{0,3}}{mark}{{{len(fence.marks)},}}[ \t]*", line):
                self._fence = None
                return fence.marks
            almost = re.match(rf"[ \t]{{0,3}}{mark}{{{len(fence.marks)}}}", line)
            return f"    {line}" if almost else line
        found = _FENCE.fullmatch(line)
        if not found:
            return _escape(line)
        self._fence = _Fence(found["prefix"], found["ticks"] or found["tildes"])
        info = _INFO.match(found["info"] or "")
        item = found["prefix"].rstrip()
        before = f"{item}\n" if item.strip("> \t") else ""
        return f"{before}{self._fence.marks}{info[0].strip() if info else ''}"

    def _count(self, text: str) -> str:
        """As much of it as there is room for."""
        if self._left <= 0:
            return ""
        if len(text) <= self._left:
            self._left -= len(text)
            return text
        whole = text[: self._left].rpartition("\n")[0]
        fence = f"\n{self._fence.marks}" if self._fence else ""
        self._left, self._fence = 0, None
        return f"{whole}{fence}\n\n{_CUT}\n"


class _Fence:
    """A fence that is open: its marks, and what stood before them in their line."""

    def __init__(self, prefix: str, marks: str) -> None:
        self.prefix = prefix
        self.marks = marks
        self.quoted = ">" in prefix
        inside = r"[ \t>]" if self.quoted else r"[ \t]"
        self._margin = re.compile(rf"{inside}{{0,{len(prefix)}}}")

    def strip(self, line: str) -> str:
        """The line without the margin that the list or quotation around the fence gives it."""
        found = self._margin.match(line)
        return line[found.end() :] if found else line


def _escape(line: str, end: int | None = None) -> str:
    """The line, or what is before `end` of it."""
    out, at = [], 0
    end = len(line) if end is None else end
    for found in _TOKEN.finditer(line):
        if found.start() >= end:
            break
        out += [line[at : found.start()], _replace(found)]
        at = found.end()
    return "".join([*out, line[at:end]])


def _replace(found: re.Match[str]) -> str:
    kind = found.lastgroup
    text = found[0]
    if kind == "code":
        # A pipe ends code where a table is, struck words may, and long marks are read in two ways.
        doubtful = "|" in text or text.startswith("``") or "](" in text
        if doubtful and _DANGEROUS.search(text):
            return _escape(text.replace("`", "\\`"))
        return text
    if kind == "link":
        shown = _show_link(found)
        joins = found.string[: found.start()][-1:] == "]" and shown[:1] in ("(", ":")
        return f" {shown}" if joins else shown
    if kind in ("auto", "url"):
        return f"{_ODD.sub(lambda odd: f'%{ord(odd[0]):02X}', found[kind])}{_set_apart(found)}"
    if kind == "stray":
        at_end = found.end() == len(found.string)
        bites = text[0] in "`[" or text == "![" or not at_end
        return re.sub(r"[`~\[\]<]", r"\\\g<0>", text) if bites else text
    return text


def _show_link(found: re.Match[str]) -> str:
    """A link or an image as text, unless it leads into the project."""
    label = _escape(found["label"]).strip()
    address = (found["angled"] or found["plain"] or "").strip()
    if found[0][0] != "!" and label and _INSIDE.fullmatch(address) and ".." not in address:
        return f"[{label}]({address})"
    address = _ODD.sub(lambda odd: f"%{ord(odd[0]):02X}", address)
    if not address or not label or label == address:
        return f"{label or address}{_set_apart(found)}"
    return f"{label} ({address}){_set_apart(found)}"


def _set_apart(found: re.Match[str]) -> str:
    """A blank behind an address where an escape follows in the same word: some would take the
    escape for a part of the address, and not for one.
    """
    return " " if _ESCAPE_AHEAD.match(found.string, found.end()) else ""


_ESCAPE_AHEAD = re.compile(r"[^\s\\<`\[\]|]{0,300}[\\<`\[\]|]")


def _find_certain(line: str) -> int:
    """Up to where the line stays what it is, whatever follows: after a whole word."""
    certain = at = 0
    for found in _TOKEN.finditer(line):
        certain = max(certain, line.rfind(" ", at, found.start()) + 1)
        if found.lastgroup == "stray":
            return certain
        at = found.end()
    return max(certain, line.rfind(" ", at) + 1)


def visible(text: str) -> str:
    """Text for a terminal: what would steer it, or is not seen, by its number."""
    return _STEERING.sub(_spell, text)


def _spell(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{{{code:x}}}"


def _shorten(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()} {_CUT}"


_CUT = "… (the rest is too long to show)"

_UNSEEN = re.compile(f"[{UNSEEN}]")

_STEERING = re.compile(rf"(?!\r\n)[{UNSEEN}]")

_LINK_IN_TEXT = re.compile(r"\]\((?=\s*[A-Za-z][\w+.-]*:)")

_LEAD = r"[ \t]*(?:(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t])|\[[ xX]\](?=[ \t]))[ \t]*)*"
"""What a line in a list or in a quotation begins with."""

_FENCE = re.compile(
    rf"(?P<prefix>{_LEAD})(?:(?P<ticks>`{{3,}})(?P<info>[^`]*)|(?P<tildes>~{{3,}}).*)"
)

_MAY_BEGIN_FENCE = re.compile(rf"[\s>*+\-\d.)\[\]xX`~]*|{_LEAD}(?:`{{3}}|~{{3}}).*")

_INFO = re.compile(r"[ \t]*[\w+#.-]{1,40}")

_TOKEN = re.compile(
    r"""
      (?P<escape> \\[!-/:-@\[-`{-~] )
    | (?P<code> (?P<run>`++) (?:.{1,400}?) (?<!`) (?P=run) (?!`) )
    | (?P<link> !?\[ (?P<label>(?:[^\[\]`\\]|\\.|`[^`]{0,200}`){0,500}+) \]\( [ \t]*
        (?: <(?P<angled>[^<>]*)> | (?P<plain>[^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*) )
        (?: [ \t]+ (?: "[^"]*" | '[^']*' | \([^()]*\) ) )? [ \t]* \) )
    | < (?P<auto> [A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]* | [^\s<>@]{1,100}@[^\s<>]{1,200} ) >
    | (?P<url> (?i:(?:https?|ftp)://|www\.) [^\s<>`\\\[\]|]+ )
    | (?P<index> (?<=[^\W_])\[(?![^\]]{0,500}(?:://|www\.)) [^\[\]`<\\]{0,100}\](?!\()
        | !?\[(?![^\]]{0,500}(?:://|www\.)) [^\[\]`<\\]{0,500}\](?![(:]) )
    | (?P<stray> `+ | ~+(?=`) | ~+$ | <(?=[A-Za-z/!?<\[]) | <$ | \](?=[(:]) | \]$
        | !?\[ | !$ | \\$ )
    """,
    re.VERBOSE,
)
"""What could begin something, whole; and, as `stray`, what is whole nowhere in its line."""

_DANGEROUS = re.compile(r"\]\(|<[A-Za-z/!?]|!\[")

_INSIDE = re.compile(r"#?[\w.-][\w./-]*(?:#[\w-]*)?")
"""An address within the project: no scheme, no host, not from the root."""

_ODD = re.compile(r"[\\`<>\[\]|\"*\s]")
