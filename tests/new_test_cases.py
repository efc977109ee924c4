"""The cases of `tests/cases/new-tests`: projects, with a cursor, whose tests a model writes."""

from __future__ import annotations

import re
from pathlib import Path

from deskmate.actions.catalog import load_actions
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.requests.request import Request, resolve

CASES = Path(__file__).parent / "cases" / "new-tests"
WRITE_TESTS = load_actions()[0]["write-tests"]
FILES = re.compile(r"^`{5}(\S+)\n(.*?)^`{5}$", re.M | re.S)


def lay_out(given: str, root: Path) -> tuple[Request, str]:
    """The request of a case, whose files are in `root` then, and what the model says to it."""
    files = dict(FILES.findall(given))
    reply = files.pop("reply")
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("‸", ""), encoding="utf-8")
    name = next(name for name, text in files.items() if "‸" in text)
    at = files[name].index("‸")
    document = open_document((root / name).as_uri(), files[name].replace("‸", ""))
    return resolve(WRITE_TESTS, document, Span(at, at), root=root), reply
