"""`deskmate batch`: one action on many files, or on the rows of a table."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from glob import glob
from pathlib import Path
from typing import Any

from deskmate.actions.action import Action
from deskmate.cli.batch_journal import FINISHED, Journal
from deskmate.cli.batch_report import Report
from deskmate.cli.batch_runner import Item, Output, Resolve, Writing, find_real, run_batch
from deskmate.cli.progress import say
from deskmate.cli.project_actions import load_wanted
from deskmate.cli.run import find_action
from deskmate.cli.table_rows import TABLES, read_rows, write_rows
from deskmate.core.data.raw_rows import Row
from deskmate.core.syntax.document import Document
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_path, file_uri
from deskmate.engines.pace import MOST, PacedEngine
from deskmate.engines.tiers import Tiers
from deskmate.errors import ActionError, DeskmateError, EngineError, ModelError
from deskmate.files.database import Damaged
from deskmate.files.disk import follow_links
from deskmate.files.source import refuse_link_out
from deskmate.requests.pipeline import WITHOUT_MODEL
from deskmate.requests.request import Request, resolve
from deskmate.settings.project import Project, project_around, project_root, top_by_name
from deskmate.settings.schema import Settings
from deskmate.settings.sources import load_settings

_BY_RULES = 16
"""Files at a time where no model is asked: the disk is what they wait for."""

SAMPLES = 3
"""How many changes `--dry-run` shows."""


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    action: str
    patterns: tuple[str, ...]
    instruction: str = ""
    schema: str = ""
    column: str = ""
    out: str = ""
    write: bool = False
    dry_run: bool = False
    jobs: int = 0
    resume: bool = False
    restart: bool = False
    large: bool = False
    format: str = "text"


def batch(options: Options) -> bool:
    """Runs a batch; whether every item went well. Raises DeskmateError, OSError."""
    paths = _find_paths(options.patterns, options.out)
    root = project_root(paths[0])
    settings, problems = load_settings(project_around(paths[0]).folders)
    actions, broken = load_wanted(root, options.action)
    for problem in (*problems, *broken):
        say(str(problem))
    action = find_action(actions, options.action)
    _check(options, action, paths)
    resolve_item = partial(
        _resolve,
        action,
        settings=settings,
        instruction=options.instruction,
        root=root,
        large=options.large,
        schema=str(Path(options.schema).absolute()) if options.schema else "",
    )
    folder = Path(options.out).absolute() if options.out else None
    if options.column and options.write:  # a table is written as a whole in the end
        for path in paths:
            refuse_link_out(path, top_by_name(path))
    writing: Writing = "in place" if options.write else "elsewhere" if folder else "nowhere"
    output = Output(writing, _find_root(paths), folder, frozenset(_find_crowded(paths)))
    count = _count(options, paths)
    journal = Journal(_make_key(options), anew=options.restart or options.dry_run)
    try:
        _resume(journal, options)
        report = Report(
            len(journal),
            count,
            as_json=options.format == "jsonl",
            dry_run=options.dry_run,
            rows=bool(options.column),
        )
        items = _list_items(options, paths)
        if options.dry_run:
            items = _limit(items, report)
        jobs = 1 if options.dry_run else options.jobs  # one after the other, it can stop in time
        asyncio.run(_run(items, action, resolve_item, settings, jobs, journal, output, report))
        if options.column and not options.dry_run:
            for path in paths:
                column = options.column if action.edits else action.id
                result = partial(_find_result, action, journal, path)
                for number in write_rows(path, output.find_place(path), column, result):
                    say(f"Row {number} of {path} is as it was: its encoding lacks a character.")
        good = report.summarize(journal)
    except Damaged as error:
        journal.close()
        raise ActionError(f"{error}, so the batch stopped. --restart starts over.") from error
    except BaseException as error:
        known = len(journal)
        journal.close(delete=not known or options.dry_run)
        ended = isinstance(error, (KeyboardInterrupt, EngineError, ModelError, OSError))
        if known and ended and not options.dry_run:
            say(f"Stopped after {known} of {count}; --resume continues from there.")
        raise
    journal.close(delete=good or options.dry_run)
    return good


def _resolve(action: Action, document: Document, span: Span, **asked: Any) -> Request:
    """The request for one item, in the project of its file. Raises ActionError, as for an action
    that changes files which may be items of their own.
    """
    if action.together:
        raise ActionError(f"{action.id} changes several files at once; `deskmate run` does that.")
    path = file_path(document.uri)
    project = _find_project(path.parent) if path else None
    return resolve(action, document, span, project=project, **asked)


@lru_cache(maxsize=1024)
def _find_project(folder: Path) -> Project:
    """The project of the files in a folder, which a batch does not look for at each."""
    return project_around(folder / "file")


async def _run(
    items: Iterator[Item],
    action: Action,
    resolve_item: Resolve,
    settings: Settings,
    jobs: int,
    journal: Journal,
    output: Output,
    report: Report,
) -> None:
    tiers = Tiers(settings, partial(PacedEngine, most=jobs, on_pause=report.pause))
    try:
        if not jobs and action.result not in WITHOUT_MODEL:
            capabilities = await (await tiers.engine()).capabilities()
            jobs = MOST if capabilities.scales else capabilities.slots
        await run_batch(items, resolve_item, tiers, journal, output, jobs or _BY_RULES, report.add)
    except* (DeskmateError, OSError) as group:
        raise _find_first(group) from None
    finally:
        report.clear()
        await tiers.aclose()


def _find_first(group: BaseExceptionGroup[Exception]) -> Exception:
    error = group.exceptions[0]
    return _find_first(error) if isinstance(error, BaseExceptionGroup) else error


def _find_paths(patterns: Sequence[str], out: str) -> list[Path]:
    """The files, in order, each once however it is named; results that an earlier run left in `out`
    are none. A pattern that a shell has expanded is a file's name.
    """
    found: dict[Path, Path] = {}
    for pattern in patterns:
        names = [pattern] if Path(pattern).exists() else _match(pattern)
        for path in (Path(name) for name in names if Path(name).is_file()):
            found.setdefault(find_real(path), path)
    paths = [*found.values()]
    if out and not _is_around_all(folder := follow_links(Path(out)), paths):
        kept = [path for real, path in found.items() if not real.is_relative_to(folder)]
        if len(kept) < len(paths):
            say(f"{len(paths) - len(kept)} files in {out} are results, and left out.")
        paths = kept
    if not paths:
        raise ActionError(f"No file matches {', '.join(patterns)}. Put patterns between quotes.")
    return paths


def _is_around_all(folder: Path, paths: Iterable[Path]) -> bool:
    return all(follow_links(path).is_relative_to(folder) for path in paths)


def _find_root(paths: Sequence[Path]) -> Path:
    """The folder that results keep their places from: this one, or the one that has all files."""
    here = Path.cwd().resolve()
    links = {follow_links(path).parent for path in paths if path.is_symlink()}
    folders = {follow_links(parent) for parent in {path.parent for path in paths}} | links
    if all(folder.is_relative_to(here) for folder in folders):
        return here
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:
        raise ActionError("The files are on several drives: run it once for each.") from None


def _find_crowded(paths: Sequence[Path]) -> Iterator[Path]:
    """The files that another one beside them differs from by its suffix only."""
    seen, several = set[str](), set[str]()
    for path in paths:
        stem = str(path.absolute().with_suffix(""))
        (several if stem in seen else seen).add(stem)
    return (path for path in paths if str(path.absolute().with_suffix("")) in several)


def _match(pattern: str) -> list[str]:
    return sorted(glob(pattern, recursive=True))  # noqa: PTH207 - Path takes no absolute pattern


def _check(options: Options, action: Action, paths: Sequence[Path]) -> None:
    """Raises ActionError where what is asked for cannot be meant."""
    if options.column and [path for path in paths if path.suffix.lower() not in TABLES]:
        raise ActionError(f"--column is for the rows of tables: files in {', '.join(TABLES)}.")
    if options.jobs < 0:
        raise ActionError("--jobs is a number from 1 on.")
    chosen = [options.write, bool(options.out), options.dry_run]
    if sum(chosen) > 1:
        raise ActionError("--write, --out and --dry-run cannot be combined.")
    if not any(chosen) and not (action.shows and not options.column):
        raise ActionError(
            "Say what becomes of the results: --dry-run shows the first, --out DIR writes them to "
            "another folder, --write to the files themselves."
        )


def _make_key(options: Options) -> list[str]:
    """What tells this batch from another."""
    told = [options.action, *options.patterns, options.instruction, options.schema, options.column]
    return [str(Path.cwd()), *told, options.out, str(options.write), str(options.dry_run)]


def _resume(journal: Journal, options: Options) -> None:
    """What failed is tried again. Raises ActionError where it is not said what is to happen."""
    if options.restart or options.dry_run:
        journal.forget("ready", *FINISHED)
    elif len(journal) and not options.resume:
        raise ActionError(
            f"An earlier run of this batch did not finish ({len(journal)} items are known). "
            "--resume continues and retries what failed; --restart starts over."
        )
    journal.forget("failed", "refused")


def _count(options: Options, paths: Sequence[Path]) -> int:
    """How many items there are. Raises ActionError where a table has not the column."""
    if not options.column:
        return len(paths)
    count = 0
    for path in paths:
        known: dict[str, None] = {}
        before = count
        for row in read_rows(path):
            known |= dict.fromkeys(row.columns())
            count += options.column in row.columns()
        if known and count == before:
            names = ", ".join(known)
            raise ActionError(f"{path.name} has no column {options.column}; it has {names}.")
    return count


def _list_items(options: Options, paths: Sequence[Path]) -> Iterator[Item]:
    for path in paths:
        if not options.column:
            yield Item(path.as_posix(), path, file_uri(find_real(path)))
            continue
        for number, row in enumerate(read_rows(path), 1):
            if options.column not in row.columns():
                continue  # in JSON Lines each has keys of its own
            uri = file_uri(follow_links(path).parent / f"{path.stem}-{number}.md")
            yield Item(f"{path.as_posix()}:{number}", path, uri, row.get(options.column))


def _limit(items: Iterator[Item], report: Report) -> Iterator[Item]:
    """Until enough changes have been shown."""
    for item in items:
        if report.shown >= SAMPLES:
            return
        yield item


def _find_result(action: Action, journal: Journal, path: Path, number: int, row: Row) -> str | None:
    """What became of a row; None where it is as it was."""
    entry = journal.get(f"{path.as_posix()}:{number}")
    if entry is None or entry.status != "done":
        return None
    return entry.after if action.edits else entry.after.strip()
