"""`deskmate run`: one action on one file, through the same pipeline as from an editor."""

from __future__ import annotations

import asyncio
import difflib
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from deskmate.actions.action import Action
from deskmate.actions.catalog import load_actions
from deskmate.actions.targets import offers
from deskmate.cli.diff import coloured, unified_diff
from deskmate.cli.progress import Progress, say
from deskmate.cli.project_actions import load_wanted
from deskmate.cli.screen import unguarded
from deskmate.cli.terminal import find_escalation_at_terminal, make_asking
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.target import IN_PARTS
from deskmate.core.text.safe import visible
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_path, file_uri
from deskmate.engines.tiers import Tiers
from deskmate.errors import ActionError, NotApplicable, Refused
from deskmate.files.source import (
    Place,
    parse_place,
    read_source,
    refuse_link_out,
    write_sources,
)
from deskmate.lsp.logs import log_to
from deskmate.requests.counting import count_proposal, count_refused
from deskmate.requests.pipeline import preview_prompt, propose_in_tiers
from deskmate.requests.proposal import FileChange, Proposal
from deskmate.requests.request import Request, resolve
from deskmate.settings.project import project_around, project_root, top_by_name
from deskmate.settings.sections.log import LogSettings
from deskmate.settings.sources import load_settings


def run(
    action_id: str,
    where: str,
    *,
    instruction: str = "",
    schema: str = "",
    large: bool = False,
    cloud: bool = False,
    write: bool = False,
    show_prompt: bool = False,
    yes: bool = False,
) -> None:
    """Runs an action at `FILE[:LINE[-LINE]]`, and prints what came of it: a diff, or Markdown. With
    `cloud` the user is asked whether it may go to the cloud model. With `show_prompt` the model is
    asked nothing, and what it would be shown is printed. A change that does something new, such as
    running a program, is written where the user agrees at the terminal or said `yes` before.

    Raises DeskmateError where nothing did, OSError where a file cannot be read or written.
    """
    place = parse_place(where)
    if write:
        refuse_link_out(place.path, top_by_name(place.path))
    if place.first is None and _converts(action_id, place.path):
        from deskmate.cli.convert_file import convert_file

        title = find_action(load_actions()[0], action_id).choice
        convert_file(place.path, title, instruction.strip(), write=write)
        return
    request = _resolve(
        action_id,
        place,
        instruction=instruction,
        schema=str(Path(schema).absolute()) if schema else "",
        large=large,
        wish="cloud" if cloud else "",
    )
    if show_prompt:
        print(asyncio.run(_preview(request)), end="")
        return
    proposal = propose_at_terminal(request)
    _write_exactly()
    if proposal.change is None:
        print(proposal.shown)
    else:
        for change in proposal.changes:
            _print_diff(change)
        if write:
            _confirm(proposal, yes)
            _write(proposal.changes)
    _summarize(proposal, write)


def _converts(action_id: str, path: Path) -> bool:
    """Whether this converts a table row by row."""
    from deskmate.cli.convert_file import is_for_rows

    action = load_actions()[0].get(action_id)
    return action is not None and action.result == "convert" and is_for_rows(path)


def _resolve(action_id: str, place: Place, **asked: Any) -> Request:
    """The request for an action at a place; what else was asked for is for `resolve` to know."""
    source = read_source(place.path)
    if not source.exists:
        raise ActionError(f"There is no file {place.path}.")
    root, project = project_root(source.path), project_around(source.path)
    settings, problems = load_settings(project.folders)
    actions, broken = load_wanted(root, action_id)
    for problem in (*problems, *broken):
        say(str(problem))
    _start_log(settings.log)
    document = open_document(file_uri(source.path), source.text)
    span = find_span(document, place)
    action = find_action(actions, action_id)
    try:
        return resolve(
            action, document, span, settings=settings, project=project, root=root, **asked
        )
    except NotApplicable:
        told = _explain_misfit(action, actions, document, span, place)
        raise ActionError(told) from None


def _start_log(settings: LogSettings) -> None:
    """Standard error is for the user here, so what is merely good to know goes to a file only."""
    quiet = settings.level == "info" and not settings.file
    log_to("warning" if quiet else settings.level, settings.file)


def find_span(document: Document, place: Place) -> Span:
    """The whole file, the lines that were given, or the cursor at the first character of one.

    Raises ActionError where there is no such line.
    """
    lines, text = document.lines, document.text
    if place.first is None or place.last is None:
        return Span(0, len(text))
    count = max(1, len(lines) - text.endswith(("\n", "\r")))
    for line in (place.first, place.last):
        if not 1 <= line <= count:
            raise ActionError(f"{place.path} has the lines 1 to {count}; there is no line {line}.")
    if place.last < place.first:
        raise ActionError(f"The lines {place.first}-{place.last} are the wrong way round.")
    start, end = lines.start(place.first - 1), lines.end(place.last - 1)
    if place.last > place.first:
        return Span(start, end)
    cursor = end - len(text[start:end].lstrip())
    return Span(cursor, cursor)


def find_action(actions: Mapping[str, Action], action_id: str) -> Action:
    """The action of that id. Raises ActionError that names the nearest."""
    if action_id in actions:
        return actions[action_id]
    near = difflib.get_close_matches(action_id, actions, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(actions)}."
    raise ActionError(f"There is no action {action_id}. {hint}")


def _explain_misfit(
    action: Action, actions: Mapping[str, Action], document: Document, span: Span, place: Place
) -> str:
    if not document.text.strip():
        return f"{place.path} is empty."
    where = f"line {place.first} of {place.path}" if place.first else f"{place.path} as a whole"
    others = ", ".join(offer.action.id for offer in offers(actions.values(), document, span))
    hint = "" if place.first else f" Or name a line, as in {place.path}:12."
    return f"{action.id} does not apply to {where}. Available: {others or 'nothing'}.{hint}"


async def _preview(request: Request) -> str:
    tiers = Tiers(request.settings)
    try:
        return await preview_prompt(request, tiers)
    finally:
        await tiers.aclose()


def propose_at_terminal(request: Request) -> Proposal:
    """The proposal, or Refused, counted; the engine ends with it, however it ends. Raises
    KeyboardInterrupt after a Ctrl-C by which nothing is done that could be kept.
    """
    try:
        return asyncio.run(_propose(request))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _propose(request: Request) -> Proposal:
    progress = Progress(request.title)
    tiers = Tiers(request.settings)
    try:
        with _watch_interrupts(request.action) as stop:
            request = replace(request, ask_to_run=make_asking(progress.hold))
            escalation = await find_escalation_at_terminal(request, progress.hold)
            proposal = await propose_in_tiers(request, tiers, progress.update, stop, escalation)
    except Refused as refused:
        await asyncio.to_thread(count_refused, request.name, refused)
        raise
    finally:
        progress.clear()
        await tiers.aclose()
    await asyncio.to_thread(count_proposal, proposal)
    return proposal


@contextmanager
def _watch_interrupts(action: Action) -> Iterator[asyncio.Event]:
    """An event that the first Ctrl-C sets where what is done by then can be kept."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    if action.result not in IN_PARTS:
        yield stop
        return

    def interrupted(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        loop.call_soon_threadsafe(stop.set)

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def _write_exactly() -> None:
    """A diff that goes to a file or a program is bytes for bytes what the change is, and so are the
    names in it.
    """
    if isinstance(sys.stdout, TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape", newline="\n")


def _print_diff(change: FileChange) -> None:
    diff = unified_diff(
        change.before.text, change.after, _shorten_name(change), created=change.create
    )
    if sys.stdout.isatty() and _has_colours():
        print(coloured(visible(diff)), end="", file=unguarded(sys.stdout))
    else:
        print(diff, end="")


def _has_colours() -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return os.name != "nt" or "WT_SESSION" in os.environ


def _confirm(proposal: Proposal, yes: bool) -> None:
    """Raises Refused where the user wants no change with risks written, or cannot be asked."""
    if yes or not proposal.risks:
        return
    risks = " ".join(proposal.risks)
    if sys.stdin.isatty() and sys.stderr.isatty():
        print(f"{risks} Write it? Yes, or Enter for no: ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() in ("y", "yes"):
            return
        raise Refused("Nothing was written, as you decided.", (), proposal.reply, proposal.model)
    raise Refused(
        f"{risks} Nothing was written; look at the change above, and add --yes to write it.",
        (),
        proposal.reply,
        proposal.model,
    )


def _write(changes: Iterable[FileChange]) -> None:
    write_sources([(_find_path(one), one.before.text, one.after) for one in changes])


def _summarize(proposal: Proposal, write: bool) -> None:
    by = f" by {proposal.model}" if proposal.model else ""
    say(f"{proposal.request.title}, {proposal.target}: {proposal.figures}{by}.")
    for remark in proposal.remarks:
        say(remark)
    for change in proposal.changes:
        name = _shorten_name(change)
        say(f"Wrote {name}." if write else f"{name} is as it was; --write makes the change.")


def _find_path(change: FileChange) -> Path:
    path = file_path(change.before.uri)
    assert path is not None, "the command line opens files only"
    return path


def _shorten_name(change: FileChange) -> str:
    """The file's name as seen from here, with slashes, as diffs have it."""
    path = _find_path(change)
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # on another drive
        return path.as_posix()
