"""TypeScript as JavaScript that any Node.js runs: without types, with `require` and `exports`."""

from __future__ import annotations

import re

from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.queries import captured
from deskmate.core.text.text import Edit, Span, apply_edits


def as_javascript(text: str) -> str:
    """The same program, as well as that can be told: what is no TypeScript stays as it is, and
    fails where it is run. Files beside it are required with the suffix `.ts`.
    """
    text = _erased(text)
    declared = [(name, name) for name in _DECLARED.findall(text)]
    listed = [pair for names in _LISTED.findall(text) for pair in _renamed(names)]
    text = _DECLARED.sub(lambda found: found[0].replace("export", "", 1), text)
    text = _IMPORTED.sub(_required, _LISTED.sub("", text))
    return text + "".join(f"\nexports.{theirs} = {own};" for own, theirs in (*declared, *listed))


def _erased(text: str) -> str:
    kept = list[Span]()
    for span in captured(open_document("file:///x.ts", text), "erasable", "gone"):
        if not kept or kept[-1].end <= span.start:
            kept.append(span)
    return apply_edits(text, [Edit(span, "") for span in kept])


def _required(found: re.Match[str]) -> str:
    name = found["file"]
    if name.startswith("."):
        name = f"{name.removesuffix('.ts').removesuffix('.js')}.ts"
    names = ", ".join(": ".join(dict.fromkeys(one)) for one in _renamed(found["names"] or ""))
    bound = (found["whole"], found["names"] and f"{{ {names} }}")
    given = f'require("{name}");'
    return " ".join(f"const {one} = {given}" for one in bound if one) or given


def _renamed(names: str) -> list[tuple[str, str]]:
    """The names in braces, each as it is there and as it is to be called."""
    found = (name.split() for name in names.split(","))
    return [(words[0], words[-1]) for words in found if words]


_DECLARED = re.compile(
    r"^export\s+(?:async\s+)?(?:const|let|class|abstract\s+class|function\s*\*?)\s+(\w+)", re.M
)
_LISTED = re.compile(r"^export\s*\{([^}]*)\};?", re.M)
_IMPORTED = re.compile(
    r"^import\s*(?:(?:\*\s*as\s+)?(?P<whole>\w+)\s*,?\s*)?(?:\{(?P<names>[^}]*)\}\s*)?(?:from\s*)?"
    r"""["'](?P<file>[^"']+)["'];?""",
    re.M,
)
