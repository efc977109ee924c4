"""`deskmate ask`: a question, answered as it is written."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from deskmate.cli.last_conversation import keep_conversation, read_conversation
from deskmate.cli.progress import Progress, say
from deskmate.cli.run import find_span
from deskmate.cli.standard_input import read_piped
from deskmate.cli.terminal import find_escalation_at_terminal
from deskmate.core.syntax.document import open_document
from deskmate.core.target import Wish
from deskmate.core.text.uri import file_uri
from deskmate.engines.tiers import Tiers
from deskmate.errors import ActionError, explain_os_error
from deskmate.files.source import parse_place, read_source
from deskmate.requests.counting import count_answered
from deskmate.requests.question import (
    Answered,
    Question,
    add_named,
    answer_in_tiers,
    resolve_question,
)
from deskmate.requests.repair_loop import Update
from deskmate.requests.retrieval import Source
from deskmate.settings.project import project_around
from deskmate.settings.sources import load_settings


def ask(
    question: str,
    places: Sequence[str],
    *,
    large: bool = False,
    cloud: bool = False,
    follows: bool = False,
) -> None:
    """Prints the answer to a question about `FILE[:LINE[-LINE]]`s and what is piped in, piece by
    piece. One that `follows` goes on with the last conversation in the project.

    Raises DeskmateError, OSError where a file cannot be read.
    """
    path = parse_place(places[0]).path.absolute() if places else Path.cwd() / "x"
    sources = [_open_source(place) for place in places]
    project = project_around(path)
    settings, problems = load_settings(project.folders)
    for problem in problems:
        say(str(problem))
    wish: Wish = "cloud" if cloud else ""
    asked = resolve_question(
        question,
        sources,
        settings=settings,
        wish=wish,
        project=project,
        large=large,
        earlier=read_conversation(project.folder) if follows else (),
    )
    asked = replace(asked, piped=read_piped())  # last, since it waits for a command
    answered = asyncio.run(_ask(add_named(asked, ())))
    count_answered(answered)
    say(f"{answered.figures} by {answered.model}." if answered.model else f"{answered.figures}.")
    for note in answered.notes:
        say(note)
    try:
        keep_conversation(project.folder, answered.turns if settings.cache.megabytes else ())
    except OSError as error:
        say(f"A question with `--continue` cannot follow: {explain_os_error(error)}")


def _open_source(where: str) -> Source:
    place = parse_place(where)
    source = read_source(place.path)
    if not source.exists:
        raise ActionError(f"There is no file {place.path}.")
    document = open_document(file_uri(source.path), source.text)
    return Source(document, find_span(document, place))


async def _ask(question: Question) -> Answered:
    progress = Progress("ask")

    def update(update: Update) -> None:
        if update.text:
            progress.clear()
            print(update.text, end="", flush=True)
        elif not update.completion_tokens or update.thought:
            progress.update(update)

    tiers = Tiers(question.settings)
    try:
        escalation = await find_escalation_at_terminal(question, progress.hold)
        return await answer_in_tiers(question, tiers, update, escalation)
    finally:
        progress.clear()
        try:
            print()  # which fails where nobody reads on
        finally:
            await tiers.aclose()
