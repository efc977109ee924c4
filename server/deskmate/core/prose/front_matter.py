"""The front matter of a Markdown file: YAML between two lines of `---`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from deskmate.core.data.formats import read_data, write_data
from deskmate.core.data.yaml_text import write_yaml_flow
from deskmate.core.text.text import Edit, Span, apply_edits, line_end
from deskmate.errors import ActionError


def front_matter(text: str) -> Span | None:
    """Where the YAML stands, without the lines around it; None where there is none."""
    found = _FRONT.match(text)
    return Span(*found.span(1)) if found else None


_FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n((?:.*\n)*?)---[ \t]*(?:\r?\n|\Z)")


def set_keys(text: str, values: Mapping[str, Any]) -> tuple[Edit, ...]:
    """The edits that give keys of the front matter these values; every other line stays as it is.

    Raises ActionError where the front matter is none, or cannot be changed without loss.
    """
    span = front_matter(text)
    if span is None:
        raise ActionError("This file has no front matter between two lines of `---`.")
    inside, end = text[span.start : span.end], line_end(text)
    before = read_data(inside, "yaml") if inside.strip() else {}
    if not isinstance(before, dict):
        raise ActionError("The front matter is not a list of `key: value` lines.")
    edits = []
    for key, value in values.items():
        line = _line(key, value)
        place = _place(inside, key)
        if place is None:
            edits.append(Edit(Span(len(inside), len(inside)), line + end))
        elif before[key] != value:
            edits.append(Edit(place, line))
    edits = _joined(edits)
    try:
        kept = read_data(apply_edits(inside, edits), "yaml") == {**before, **values}
    except ActionError:
        kept = False
    if not kept:
        raise ActionError("The front matter cannot be changed without loss; edit it by hand.")
    return tuple(Edit(edit.span.shifted(span.start), edit.text) for edit in edits)


def _line(key: str, value: Any) -> str:
    if isinstance(value, list):
        return f"{key}: {write_yaml_flow(value)}"
    return write_data({key: value}, "yaml").strip()


def _place(inside: str, key: str) -> Span | None:
    """The lines of a key, without the last line end."""
    more = r"(?:(?:\r?\n[ \t]*)*\r?\n(?:[ \t]+\S[^\r\n]*|-[ \t][^\r\n]*))*"
    found = re.search(rf"^([\"']?){re.escape(key)}\1[ \t]*:[^\r\n]*{more}", inside, re.M)
    return Span(*found.span()) if found else None


def _joined(edits: list[Edit]) -> list[Edit]:
    """With what is added at the end as one edit."""
    ends = [edit for edit in edits if not len(edit.span)]
    inner = sorted((edit for edit in edits if len(edit.span)), key=lambda edit: edit.span)
    if not ends:
        return inner
    return [*inner, Edit(ends[0].span, "".join(edit.text for edit in ends))]
