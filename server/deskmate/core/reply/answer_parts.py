"""The parts that an answer promises, each below its name in bold or as a heading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from deskmate.core.target import Part


def list_missing(text: str, parts: Mapping[str, Part]) -> tuple[str, ...]:
    """The names of the parts that an answer does not have, or that have no steps where they should.
    A part may have another name, in another language for example, where there are as many as there
    are to be.
    """
    found = [*_find_parts(text)]
    renamed = len(found) >= len(parts)
    missing = []
    words = {name: _find_words(name) for name in parts}
    for name, kind in parts.items():
        own = words[name].difference(*(words[other] for other in parts if other != name))
        bodies = [body for title, body in found if 2 * len(own & _find_words(title)) >= len(own)]
        steps = bodies or ([body for _, body in found] if renamed else [])
        if not steps or (kind == "steps" and not any(map(_STEP.search, steps))):
            missing.append(name)
    return tuple(missing)


def _find_parts(text: str) -> Iterator[tuple[str, str]]:
    """Each name with what stands below it."""
    names = [*_NAME.finditer(text)]
    ends = [*(one.start() for one in names[1:]), len(text)]
    for name, end in zip(names, ends, strict=False):
        body = text[name.end() : end]
        if body.strip():
            yield next(filter(None, name.groups())), body


def _find_words(name: str) -> set[str]:
    return set(re.findall(r"\w{3,}", name.casefold()))


_NAME = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]+(.+?)[ \t#]*$|(?:[-*+]|\d+[.)])?[ \t]*\*\*(.{3,80}?):?\*\*:?)",
    re.MULTILINE,
)
_STEP = re.compile(r"^\s*(?:\d+[.)]|[-*+]|\**Step \d)", re.MULTILINE)
