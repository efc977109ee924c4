"""What goes into the work on a request and what comes of it, whoever does it: plain values."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deskmate.actions.catalog import Action
from deskmate.actions.targets import Diagnostic
from deskmate.core.syntax.document import Document
from deskmate.core.target import Target, Wish
from deskmate.core.text.text import Edit, Span
from deskmate.engines.engine import Engine, Usage
from deskmate.requests.repair_loop import OnUpdate
from deskmate.routing.facts import Tried
from deskmate.settings.schema import DataSettings


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, all of it by value: nothing here changes while the model answers.

    `others` are the other open documents, for context. `root` is the project's folder;
    `docstrings` the style of documentation, where the language has several. With `large` the
    larger model is asked at once. `schema` is a JSON Schema of records, or the path of one;
    `rules`: what can be told without a model is told so first; `data` are the settings about data.
    `tried` is what became of the same request before; `wish` where the user wants it answered.
    """

    action: Action
    document: Document
    span: Span
    instruction: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    others: tuple[Document, ...] = ()
    root: Path | None = None
    docstrings: str = ""
    large: bool = False
    schema: Any = None
    rules: bool = True
    data: DataSettings = field(default_factory=DataSettings)
    tried: Tried = ""
    wish: Wish = ""


@dataclass(frozen=True, slots=True)
class FileChange:
    """Edits of one file, against `before`; `create` where the file does not exist yet."""

    before: Document
    edits: tuple[Edit, ...]
    after: str
    create: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """A request, what of its document it is about, and the instruction in words. `stop` is set when
    the user wants what is done so far and no more.
    """

    request: Request
    target: Target
    instruction: str
    engine: Engine
    on_update: OnUpdate
    stop: asyncio.Event


@dataclass(frozen=True, slots=True)
class Done:
    """What came of the work: a change, or Markdown to show. `notes` and `warnings` are sentences,
    `left_out` is context that did not fit; `reply` is what the model said last, `tried` what each
    reply before failed on. `model` is "" where none was asked.
    """

    change: FileChange | None = None
    shown: str = ""
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    reply: str = ""
    tried: tuple[str, ...] = ()
