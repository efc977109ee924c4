"""What a reply is to become, and what became of it: the values that go in and out of the gate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from deskmate.core.syntax.blocks import Block
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.lookup import WholeNames
from deskmate.core.syntax.queries import Scope
from deskmate.core.text.text import Edit, Span

Result = Literal[
    "replace",
    "insert",
    "docstring",
    "new-file",
    "show",
    "prose",
    "corrections",
    "translation",
    "digest",
    "structure",
    "front-matter",
    "records",
    "labels",
    "message",
    "convert",
    "clean",
]
IN_PARTS: tuple[Result, ...] = ("prose", "corrections", "translation", "labels")
"""Results that are made a part at a time, of which those that are done can be kept."""

WHOLE: tuple[Result, ...] = ("replace", "insert", "docstring", "new-file", "show")
"""Results that one reply makes: these may be too much for a small model."""

EXACT: tuple[Result, ...] = ("structure", "convert", "clean")
"""Results that no model makes."""

Form = Literal["line", "paragraphs", "bullets", "sections"]
"""What the text of a digest is made of."""
Part = Literal["text", "steps", "decisions", "tasks"]
"""What a part of an answer is made of, below its name."""
Putting = Literal["show", "top", "below", "replace"]
"""Where a digest goes: beside the editor, to the file's top, below its target, or in its place."""
Wish = Literal["", "local", "cloud"]
"""Where a request is to be answered, as far as somebody said so."""
Hard = Literal["", "architecture", "concurrency", "scope", "reasoning"]
"""In which way all requests of an action are hard for a local model."""
Wanted = Literal["function", "class", "code", "text"]


class ProjectNames(Protocol):
    """What the project around a document says of a name in it. It may read files."""

    def sees(self, name: str) -> bool:
        """Whether the document sees it without an import, as far as is known."""

    def declares(self, name: str) -> bool:
        """Whether a file declares it for all of the project."""

    def gives(self, name: str) -> bool:
        """Whether a file sets it for all of the project, or its tools are told that it is there."""

    def mentions(self, name: str) -> bool:
        """Whether another file of it has the name at all, or that cannot be told."""

    def statements(self, name: str) -> tuple[str, ...]:
        """The statements that may import it here."""

    def module_statements(self, name: str, member: str) -> tuple[str, ...]:
        """The statements that import modules of that name which have such a member."""

    @property
    def path(self) -> Path:
        """Where the document lies."""

    def whole(self, document: Document) -> WholeNames:
        """What names mean in the project with the document as it is given."""


@dataclass(frozen=True)
class Target:
    """Where a reply goes.

    `span` is what it replaces; for `insert` and `new-file` an empty place at the start of a line,
    for `docstring` the scope that is documented. `prefill` is what had been written for the model
    at the start of its answer. `name` is what is to be generated, or what tests are about;
    `imports` what they need to reach it, added where the reply forgets it, and the class that a
    new test file has around them; `footer` the main function that runs them, where there is one.
    `instruction` is what the user said besides.
    `qualified` are the names that tests in a package of their own reach by `qualifier` alone.
    `tested` is the file that tests are for, `names` what the project says of names, `alone` that no
    tests stand beside them. `wrong` are names and members that the code uses and that do not exist,
    which an answer is to mend. `parts` are those that an answer has, by their names. Where the
    document is a `block` of another, that is the `host`.
    """

    document: Document
    span: Span
    result: Result
    scope: Scope | None = None
    checks: tuple[str, ...] = ()
    prefill: str = ""
    wanted: Wanted = "code"
    name: str = ""
    imports: str = ""
    footer: str = ""
    instruction: str = ""
    qualifier: str = ""
    qualified: tuple[str, ...] = ()
    alone: bool = False
    tested: Document | None = None
    names: ProjectNames | None = None
    wrong: frozenset[str] = frozenset()
    parts: Mapping[str, Part] = field(default_factory=dict)
    block: Block | None = None

    @property
    def host(self) -> Document:
        """The document of the file that it is in."""
        return self.block.host if self.block else self.document

    @property
    def host_span(self) -> Span:
        """What it replaces of `host`."""
        return self.block.find_outer(self.span) if self.block else self.span

    @property
    def original(self) -> str:
        """The text that stands there now."""
        return self.document.slice(self.span)

    @property
    def may_shrink(self) -> bool:
        """Whether the user asked for less than there is."""
        return _LESS.search(self.instruction) is not None

    @property
    def is_about_comments(self) -> bool:
        """Whether the user asked for other comments than there are."""
        return _COMMENTS.search(self.instruction) is not None


_COMMENTS = re.compile(
    r"\b(?:comments?|commented|uncomment|todos?|fixmes?|remarks?|kommentare?|commentaires?"
    r"|comentarios?)\b",
    re.IGNORECASE,
)
"""Words of an instruction by which comments are the model's to change."""

_LESS = re.compile(
    r"\b(?:remov|delet|drop|strip|short|omit|eliminat|discard|get rid|cut\b|no longer|split|extract"
    r"|mov(?:e|ing)\b|inline|merge|stub|empty|unused|dead code|fewer|concise|redundan|duplicat)",
    re.IGNORECASE,
)
"""Words of an instruction by which code may become much less."""


_NOWHERE = Span(0, 0)


@dataclass(frozen=True)
class Accepted:
    """A reply that may stand.

    `edits` are minimal and against the target's document, `after` is the document with them.
    `replacement` is the code that came of the reply (for `show`, the text), which is the `span` of
    that document; `notes` say what was fixed, removed or left out, `warnings` what is worth a
    second look, and `again` what to ask the model for once more before it is taken as it is.
    """

    edits: tuple[Edit, ...]
    after: Document
    notes: tuple[str, ...]
    replacement: str
    warnings: tuple[str, ...] = ()
    span: Span = _NOWHERE
    again: str = ""


class Rejected(Exception):
    """The reply may not stand. Each finding is a sentence to put before the model."""

    def __init__(self, *findings: str) -> None:
        super().__init__(" ".join(findings))
        self.findings = findings
