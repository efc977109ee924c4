"""What came of a request: a plain value, whoever made it."""

from __future__ import annotations

from dataclasses import dataclass, field

from deskmate.actions.prompt import describe
from deskmate.checks.verdict import Judgement
from deskmate.core.syntax.document import Document
from deskmate.core.text.text import Edit
from deskmate.engines.engine import Usage
from deskmate.requests.figures import Figures
from deskmate.requests.request import Request
from deskmate.routing.policy import Route


@dataclass(frozen=True, slots=True)
class FileChange:
    """Edits of one file, against `before`; `create` where the file does not exist yet."""

    before: Document
    edits: tuple[Edit, ...]
    after: str
    create: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A reply that passed the gate: a change of a file, or Markdown to show.

    A worker makes it of its request: `further` are changes of other files, which are made with the
    `change`, all of them or none; `notes` say what the gate fixed, `warnings` what is worth a
    second look, `left_out` which context did not fit the budget, `judgement` what is known of what
    it does. `model` is "" where none was
    asked; `reply` is what it said, `tried` what the replies before that failed on. The pipeline
    adds the `risks`, which the user has to see before it is applied, the time that it took in
    `seconds`, the `route`, and `elsewhere`, the provider of a model that is not on this machine, if
    one answered.
    """

    request: Request
    change: FileChange | None = None
    further: tuple[FileChange, ...] = ()
    shown: str = ""
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    judgement: Judgement = field(default_factory=Judgement)
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    reply: str = ""
    tried: tuple[str, ...] = ()
    seconds: float = 0.0
    route: Route = field(default_factory=lambda: Route("local"))
    elsewhere: str = ""

    @property
    def changes(self) -> tuple[FileChange, ...]:
        """The change and all that are made with it."""
        return (self.change, *self.further) if self.change is not None else ()

    @property
    def crosses_files(self) -> bool:
        """Whether what uses the code is changed with it, in other files than its own."""
        own = self.request.document.uri
        together = self.request.action.together
        return together and any(one.before.uri != own for one in self.changes)

    @property
    def target(self) -> str:
        """What was worked on, in words."""
        return describe(self.request.target)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the user should know of it, in sentences."""
        unseen = f"The model did not see, for lack of room: {', '.join(self.left_out)}."
        known = [one for one in (self.evidence, unseen if self.left_out else "") if one]
        return (*self.risks, *self.warnings, *self.notes, *known)

    @property
    def evidence(self) -> str:
        """What is known of what it does, in a line; "" where it is not for judges."""
        return self.judgement.evidence

    @property
    def figures(self) -> Figures:
        """What it took."""
        return Figures(
            model=self.model,
            elsewhere=self.elsewhere,
            attempts=len(self.tried) + 1,
            prompt_tokens=self.usage.prompt_tokens,
            completion_tokens=self.usage.completion_tokens,
            seconds=self.seconds,
            proof=self.judgement.proof,
            judges=", ".join(self.judgement.passed),
        )
