"""One action on many items, files or rows, several at a time; what is done stays done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Literal

from deskmate.cli.batch_journal import FINISHED, Entry, Journal, fingerprint
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.text.text import Span
from deskmate.core.text.uri import file_path
from deskmate.engines.tiers import Tiers
from deskmate.errors import ActionError, EngineError, ModelError, Refused
from deskmate.files.disk import ask_meanwhile, follow_links
from deskmate.files.leftovers import remove_leftovers
from deskmate.files.replace import WRITING
from deskmate.files.source import read_source, refuse_link_out, replace_source
from deskmate.requests.counting import describe_end, describe_refused
from deskmate.requests.pipeline import propose_in_tiers
from deskmate.requests.proposal import Proposal
from deskmate.requests.request import Request
from deskmate.requests.stats import Ended, count_all
from deskmate.settings.project import top_by_name

log = logging.getLogger(__name__)

Writing = Literal["in place", "elsewhere", "nowhere"]

GIVE_UP = 3
"""How many items the engine may fail on at the beginning: it is set up wrong, or has no model."""

_COUNTED = 100
"""How many that have ended are counted at a time."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to work on: its name, the file that it is, or is in, and its text where that is
    not the file's. `uri` says what kind of text it is.
    """

    name: str
    path: Path
    uri: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """Where results go: `folder` takes their place from `root`, None is the files themselves. What
    is made of one of the `crowded` files keeps all of its name.
    """

    writing: Writing
    root: Path
    folder: Path | None = None
    crowded: frozenset[Path] = frozenset()

    def find_place(self, path: Path, source: Path | None = None) -> Path:
        """Where a result goes that would be at `path`, made of `source` where that is another."""
        if source in self.crowded and self.writing == "elsewhere":
            path = path.with_name(f"{source.name}{path.suffix}") if source else path
        if self.folder is None:
            return path
        return self.folder / find_real(path).relative_to(self.root)


def find_real(path: Path) -> Path:
    """Where a file is when links are followed; a folder is looked at once for all of its files."""
    folder = path.parent.absolute()
    return follow_links(path) if path.is_symlink() else _find_real_folder(folder) / path.name


@lru_cache(maxsize=1024)
def _find_real_folder(folder: Path) -> Path:
    return follow_links(folder)


@lru_cache(maxsize=1024)
def _find_top(folder: Path) -> Path:
    return top_by_name(folder / "file")


Resolve = Callable[[Document, Span], Request]
"""The request for one item, all of whose text is worked on. Raises ActionError."""

OnEntry = Callable[[Entry, Proposal | None], None]
"""Is told of each item that has ended, and of the proposal where there is one."""


async def run_batch(
    items: Iterable[Item],
    resolve: Resolve,
    tiers: Tiers,
    journal: Journal,
    output: Output,
    jobs: int,
    on_entry: OnEntry,
) -> None:
    """Works on `items`, `jobs` of them at a time, in memory for no more than these. What the
    journal knows is not done again. Raises EngineError, ModelError where the engine keeps failing,
    OSError where nothing can be written.
    """
    todo = iter(items)
    batch = _Batch(resolve, tiers, journal, output, on_entry)
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(jobs):
                group.create_task(batch.work(todo))
    finally:
        await journal.flush()
        await batch.count()


class _Batch:
    def __init__(
        self,
        resolve: Resolve,
        tiers: Tiers,
        journal: Journal,
        output: Output,
        on_entry: OnEntry,
    ) -> None:
        self._begun_before = len(journal) > 0
        self._resolve = resolve
        self._tiers = tiers
        self._journal = journal
        self._output = output
        self._on_entry = on_entry
        self._failures = 0
        self._answered = False
        self._ended: list[Ended] = []

    async def work(self, todo: Iterator[Item]) -> None:
        """One item after the other, until there is none."""
        for item in todo:
            known = (
                await asyncio.to_thread(self._journal.get, item.name)
                if self._begun_before
                else None
            )
            if known and (item.text is None or _is_of(known, item.text)):
                if known.status in FINISHED:
                    continue
                if known.output:
                    remove_leftovers(Path(known.output).parent)
                if not await self._finish(known):
                    continue
            entry, proposal = await self._do(item)
            if entry.status == "ready":
                if entry.output:
                    await self._journal.put(entry)  # before the file is touched
                if reason := await self._finish(entry):
                    entry = replace(entry, status="failed", after="", reason=reason)
            if entry.status != "ready":
                await self._journal.put(entry)
                self._on_entry(entry, proposal)
            else:
                self._on_entry(replace(entry, status="done"), proposal)

    async def _finish(self, entry: Entry) -> str:
        """Writes a result that is known, unless it is there, and gives the reason where that cannot
        be. That it was written is known from the file, so nobody waits for the journal. Raises
        OSError where that is not for this file alone.
        """
        done = replace(entry, status="done", after="" if entry.output else entry.after)
        if not entry.output:
            await self._journal.put(done)
            return ""
        try:
            path = Path(entry.output)
            if not await ask_meanwhile(partial(_write, entry, path), path, WRITING):
                return _CHANGED
        except PermissionError as error:
            if self._output.folder is not None:
                raise
            return f"{error.strerror}: {entry.output}"
        self._journal.put(done)
        return ""

    async def _do(self, item: Item) -> tuple[Entry, Proposal | None]:
        """What comes of one item."""
        entry = Entry(item.name, "failed")
        try:
            text = await self._read(item)
            request = self._resolve(open_document(item.uri, text), Span(0, len(text)))
            proposal = await propose_in_tiers(request, self._tiers)
            if proposal.risks:  # nobody looks at each of a thousand files
                raise Refused(" ".join(proposal.risks), (), proposal.reply, proposal.model)
        except Refused as refused:
            await self.count(describe_refused(request.name, refused))
            return replace(entry, status="refused", reason=str(refused)), None
        except ActionError as error:
            return replace(entry, status="skipped", reason=str(error)), None
        except ModelError:
            raise
        except EngineError as error:
            self._failures += 1
            if self._failures >= GIVE_UP and not self._answered:
                raise
            return replace(entry, reason=str(error)), None
        except OSError as error:
            return replace(entry, reason=f"{error.strerror}: {item.path}"), None
        self._answered = True
        await self.count(describe_end(proposal))
        return await self._make_entry(item, text, proposal), proposal

    async def _read(self, item: Item) -> str:
        """The text of an item. Raises ActionError, DiskSilent."""
        path, in_place = item.path, self._output.writing == "in place"

        def read() -> str:
            if in_place:
                refuse_link_out(path, _find_top(path.parent))
            return _read_file(path)

        return await ask_meanwhile(read, path) if item.text is None else item.text

    async def count(self, ended: Ended | None = None) -> None:
        """Counts one more that has `ended`, several at a time; or those that are left."""
        self._ended += [ended] if ended else []
        if len(self._ended) >= _COUNTED or not ended:
            counted, self._ended = self._ended, []
            await asyncio.to_thread(count_all, counted)

    async def _make_entry(self, item: Item, text: str, proposal: Proposal) -> Entry:
        change = proposal.change
        after = proposal.shown if change is None else change.after
        reason = " ".join(proposal.remarks)
        entry = Entry(
            item.name,
            "ready",
            reason=reason,
            seconds=proposal.seconds,
            completion_tokens=proposal.usage.completion_tokens,
            after=after,
        )
        if self._output.folder is None and change and not change.create and after == text:
            return replace(entry, status="unchanged", after="", before=fingerprint(text))
        if item.text is not None:
            return replace(entry, before=fingerprint(text))
        if self._output.writing == "nowhere":
            return entry
        if change is None and self._output.folder is None:
            return entry
        made = change is None or change.create
        path = item.path.with_suffix(".md") if change is None else file_path(change.before.uri)
        path = self._output.find_place(path or item.path, item.path if made else None)
        before = fingerprint("" if change is None or change.create else change.before.text)
        if self._output.folder is not None:
            now = await ask_meanwhile(partial(read_source, path), path)
            before = fingerprint(now.text)
        return replace(entry, output=str(path), before=before)


def _write(entry: Entry, path: Path) -> bool:
    """Writes the result to its file, unless it is there; False where that has another text."""
    now = read_source(path)
    if now.exists and fingerprint(now.text) == fingerprint(entry.after):
        return True
    if now.exists and fingerprint(now.text) != entry.before:
        return False
    replace_source(now, entry.after)
    return True


def _is_of(entry: Entry, text: str) -> bool:
    """Whether an entry is about this text: a table may have got other rows since."""
    return fingerprint(text) in (entry.before, fingerprint(entry.after))


_CHANGED = "The file was changed meanwhile, so nothing was written."


def _read_file(path: Path) -> str:
    source = read_source(path)
    if not source.exists:
        raise ActionError(f"There is no file {path}.")
    return source.text
