"""Changes code together with what uses it: part by part, each through the gate as it would go by
itself, and one proposal of all of them or none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from deskmate.actions.catalog import use_action
from deskmate.actions.pieces import Piece, Place, Worth
from deskmate.actions.prompt import describe
from deskmate.core.syntax.document import Document
from deskmate.core.syntax.indent import flat
from deskmate.core.syntax.queries import enclosing
from deskmate.core.syntax.references import find_references
from deskmate.core.syntax.signatures import signature
from deskmate.core.text.anchor import Anchor
from deskmate.core.text.differences import minimal_edits
from deskmate.core.text.text import Edit, Span
from deskmate.core.text.uri import file_path
from deskmate.engines.engine import Engine, Usage
from deskmate.errors import ActionError, Refused
from deskmate.files.source import read_source, refuse_protected
from deskmate.requests.context import find_here
from deskmate.requests.proposal import FileChange, Proposal
from deskmate.requests.repair_loop import OnUpdate, Update, add
from deskmate.requests.request import Request, find_project, resolve
from deskmate.requests.uses import Use, Uses, find_name, find_uses
from deskmate.requests.workers.coding import write_code
from deskmate.settings.project import Project, placed_in

MOST = 12
"""Pieces of code that are changed with another: each takes an answer of the model."""


async def change_together(
    request: Request, engine: Engine, on_update: OnUpdate, stop: asyncio.Event
) -> Proposal:
    """The target as the user wants it, and what uses it so that it fits: changes of all their
    files. Without an instruction the target stays as it is.

    Raises ActionError where a file may not be written or too much uses it, Refused where one part
    has no usable answer, EngineError.
    """
    project, path = find_project(request), file_path(request.document.uri)
    if path is None:
        raise ActionError("Save the file first: what uses this code is looked for in its project.")
    if project is None:
        raise ActionError("The file lies in no project, so nobody can tell what uses this code.")
    uses = await asyncio.to_thread(_find_uses, request, project)
    # Judges look at one file, and what uses the target does not fit before all of it is done.
    settings = request.settings
    settings = replace(settings, checks=replace(settings.checks, enabled=False))
    unjudged = replace(request, settings=settings)
    parts = await asyncio.to_thread(_Parts, unjudged, project, path)
    await asyncio.to_thread(parts.read, uses.found)
    number = len(uses.found) + bool(request.instruction)
    for at, use in enumerate((None, *uses.found) if request.instruction else uses.found):
        part = await asyncio.to_thread(parts.resolve, use) if use else parts.request
        place = use.path if use else parts.path
        name = describe(part.target)
        name = f"{name} in {await asyncio.to_thread(project.name, place)}" if use else name
        said = f"{at + 1} of {number}, {name}"

        def report(update: Update, said: str = said) -> None:
            on_update(replace(update, text="", part=said))

        try:
            parts.take(place, name, await write_code(part, engine, report, stop))
        except Refused as refused:
            told = f"{name[0].upper()}{name[1:]} could not be changed with the rest. {refused}"
            refused.args = (told,)
            raise
    return await asyncio.to_thread(parts.make_proposal, request, uses)


def _find_uses(request: Request, project: Project) -> Uses:
    """What uses the target. Raises ActionError where that is too much, or nothing is to be done."""
    target, name = request.target, find_name(request.target)
    here = find_here(target.document, request.others, project)
    assert here is not None, "a file of a project has a place in it"
    uses = find_uses(target, here, MOST)
    if len(uses.found) > MOST or uses.many:
        raise ActionError(
            f"More than {MOST} functions use `{name}`, or may, too many to be changed at once. "
            "Change it so that they may stay as they are, by Refactor with an instruction."
        )
    if not uses.found and not request.instruction:
        raise ActionError(
            f"Nothing that is known of this project uses `{name}`. Say by an instruction what is "
            "to be changed."
        )
    return uses


class _Parts:
    """The parts that are done, and the files as they are with them."""

    def __init__(self, request: Request, project: Project, path: Path) -> None:
        self.request, self.path = request, placed_in(path)
        self._project = project
        opened = (request.document, *request.others)
        self._open = {placed_in(at): one for one in opened if (at := file_path(one.uri))}
        self._before: dict[Path, Document] = {}
        self._now: dict[Path, Document] = {}
        self._edits: dict[Path, list[Edit]] = {}
        self._done: list[Proposal] = []
        self._changed: list[str] = []
        self._kept: list[str] = []

    def read(self, uses: Iterable[Use]) -> None:
        """Takes the target's file and those of `uses` as they are. Raises ActionError where one may
        not be written, or is being changed.
        """
        found = {self.path: self.request.document} | {one.path: one.document for one in uses}
        for path, document in found.items():
            refuse_protected(path, self._project.top)
            if path not in self._open and read_source(path).text != document.text:
                raise ActionError(f"{path} is changing just now. Run the action again.")
            self._before[path] = self._now[path] = self._open.get(path, document)

    def resolve(self, use: Use) -> Request:
        """The request to fit a piece of code to the target as it is by now."""
        others = {**self._open, **self._now}
        request = resolve(
            use_action(),
            self._now[use.path],
            self._follow(use.path, use.span),
            settings=self.request.settings,
            instruction=self.request.instruction,
            others=tuple(one for path, one in others.items() if path != use.path),
            project=self.request.project,
            root=self.request.root,
            routed=False,
        )
        target = request.target
        if use.declares:
            checks = tuple(one for one in target.checks if one != "same-signature")
            target = replace(target, checks=checks)
        pieces = (self._show_target(use.path), *request.pieces)
        return replace(request, target=target, pieces=pieces)

    def _show_target(self, seen_from: Path) -> Piece:
        document = self._now[self.path]
        own = seen_from == self.path
        return Piece(
            name=describe(self.request.target),
            title="As it is now" if own else f"As it is now, in {self._project.name(self.path)}",
            text=flat(document, self._follow(self.path, self.request.target.span)),
            fence=document.language.fence if document.language else "",
            worth=Worth.RULES,
            place=Place.POINTED_AT,
            uri="" if own else document.uri,
        )

    def take(self, path: Path, name: str, proposal: Proposal) -> None:
        """Adds a part that is done, in the file at `path`."""
        change = proposal.change
        assert change is not None, "code is a change"
        self._done.append(proposal)
        if not change.edits or (not self.request.instruction and self._is_dropped(change)):
            self._kept.append(name)
            return
        self._changed.append(name)
        before = change.before
        self._now[path] = Document(before.uri, before.version, change.after, before.language)
        # From the last on, so that none of them moves another.
        ordered = sorted(change.edits, key=lambda one: one.span, reverse=True)
        self._edits.setdefault(path, []).extend(ordered)

    def _is_dropped(self, change: FileChange) -> bool:
        """Whether code does without the target now: nobody asked for that."""
        after = Document(change.before.uri, None, change.after, change.before.language)
        used = (
            find_references(one, find_name(self.request.target)) for one in (change.before, after)
        )
        before, now = map(len, used)
        return now < before

    def _follow(self, path: Path, span: Span) -> Span:
        """Where a span of a file lies with the parts that are done."""
        anchor = Anchor(span)
        for edit in self._edits.get(path, ()):
            anchor = anchor.after(edit)
        return anchor.span

    def make_proposal(self, request: Request, uses: Uses) -> Proposal:
        """All parts as one."""
        first, *further = [
            FileChange(before, minimal_edits(before.text, now.text), now.text)
            for before, now in zip(self._before.values(), self._now.values(), strict=True)
            if before.text != now.text
        ] or [FileChange(request.document, (), request.document.text)]
        usage = Usage()
        for one in self._done:
            usage = add(usage, one.usage)
        changed = f"Changed: {', '.join(self._changed) or 'nothing'}."
        notes = (changed, *(note for one in self._done for note in one.notes), UNTRIED)
        told = (warning for one in self._done for warning in one.warnings)
        return Proposal(
            request,
            change=first,
            further=tuple(further),
            notes=tuple(dict.fromkeys(notes)),
            warnings=tuple(dict.fromkeys((*told, *self._list_doubts(uses)))),
            left_out=tuple(dict.fromkeys(name for one in self._done for name in one.left_out)),
            model=self._done[-1].model,
            usage=usage,
            reply="\n\n".join(one.reply for one in self._done),
            tried=tuple(finding for one in self._done for finding in one.tried),
        )

    def _list_doubts(self, uses: Uses) -> Iterator[str]:
        name = find_name(self.request.target)
        if uses.unsure:
            files = ", ".join(map(self._project.name, uses.unsure))
            yield f"`{name}` in {files} may mean this too and was left as it is: look there."
        if self._kept and self._has_new_head():
            kept = ", ".join(self._kept)
            yield f"The head of `{name}` is another, and the model left as it is: {kept}."

    def _has_new_head(self) -> bool:
        old, before, now = self.request.target.scope, self.request.document, self._now[self.path]
        span = self._follow(self.path, self.request.target.span)
        new = enclosing(now, span, (old.kind,)) if old else None
        return bool(old and new and signature(before, old) != signature(now, new))


UNTRIED = "Neither tests nor other judges looked at it, for they look at one file at a time."
