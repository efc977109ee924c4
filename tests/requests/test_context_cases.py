"""What a model is shown beside the code: `tests/cases/context`, one case a heading: its files, each
a code block under its name, an action at the cursor (‸) of one of them with what the user says, and
the context, which `pytest --update` writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from _pytest.mark import ParameterSet

from deskmate.actions.catalog import load_actions
from deskmate.actions.pieces import fit_pieces
from deskmate.actions.prompt import CONTEXT_TOKENS
from deskmate.core.syntax.document import open_document
from deskmate.core.text.fence import fenced
from deskmate.core.text.text import Span
from deskmate.requests.request import resolve
from deskmate.settings.project import project_of

FOLDER = Path(__file__).parents[1] / "cases" / "context"
ACTIONS, _ = load_actions()
CURSOR = "‸"

CASE = re.compile(r"^## (?P<title>[^\n]*)\n(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
FILE = re.compile(
    r"^`(?P<name>[^`\n]+)`\n\n(?P<fence>```+)[\w+#-]*\n(?P<text>.*?)(?P=fence)\n",
    re.MULTILINE | re.DOTALL,
)
ASKED = re.compile(r"^(?P<action>[\w-]+)(?:: (?P<said>[^\n]+))? →\n(?P<context>.*)\Z", re.M | re.S)


class Case(NamedTuple):
    file: Path
    title: str
    body: str

    def asked(self) -> re.Match[str]:
        found = ASKED.search(self.body)
        assert found is not None, "a case ends with an action and →"
        return found

    def context(self, folder: Path) -> str:
        texts = {one["name"]: one["text"] for one in FILE.finditer(self.files())}
        for name, text in texts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace(CURSOR, ""), encoding="utf-8")
        name = next(name for name, text in texts.items() if CURSOR in text)
        at = texts[name].index(CURSOR)
        document = open_document((folder / name).as_uri(), texts[name].replace(CURSOR, ""))
        asked = self.asked()
        request = resolve(
            ACTIONS[asked["action"]],
            document,
            Span(at, at),
            instruction=asked["said"] or "",
            project=project_of(folder / name, folder),
            root=folder,
        )
        context = fit_pieces(request.pieces, CONTEXT_TOKENS)
        unknown = [f"Unknown: {', '.join(request.unknown)}\n"] if request.unknown else []
        return "\n".join([context.text, *unknown])

    def files(self) -> str:
        return self.body[: self.asked().start()]


def read() -> Iterator[Case]:
    for file in sorted(FOLDER.glob("*.md")):
        for found in CASE.finditer(file.read_text(encoding="utf-8")):
            yield Case(file, found["title"], found["body"])


def cases() -> Iterator[ParameterSet]:
    for case in read():
        yield pytest.param(case, id=f"{case.file.stem}: {case.title}")


@pytest.mark.parametrize("case", list(cases()))
def test_context(case: Case, tmp_path: Path, update: bool) -> None:
    said = case.asked()
    begun = case.body[: said.start("context")]
    new = f"{begun}\n{fenced(case.context(tmp_path), 'markdown')}\n\n"
    if update:
        text = case.file.read_text(encoding="utf-8")
        case.file.write_text(text.replace(case.body, new).rstrip() + "\n", encoding="utf-8")
    else:
        assert new.rstrip() == case.body.rstrip()
