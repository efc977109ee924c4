"""Finished answers, kept on disk: what was asked before is answered at once.

The file is the user's alone and bounded in size; prompts are not in it, only their hashes. Nothing
here ever fails a request: where the disk is full or the file is damaged, the model is asked.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import replace
from pathlib import Path

from deskmate.engines.engine import Chunk, Engine, EngineWrapper, Prompt, Usage
from deskmate.files.database import Connection, shared_database

log = logging.getLogger(__name__)


class CachedEngine(EngineWrapper):
    """An engine that answers from `answers` what it was asked before.

    `identity` tells its model from others of the same name, so that none answers for another.
    """

    def __init__(self, engine: Engine, answers: Answers, identity: str) -> None:
        super().__init__(engine)
        self._answers = answers
        self._identity = identity

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The answer of then, where there is one; its usage is none, as nothing was computed."""
        if prompt.answers > 1 or prompt.raw:
            async with aclosing(self._engine.stream(prompt)) as chunks:
                async for chunk in chunks:
                    yield chunk
            return
        key = _key(self._identity, (await self.capabilities()).model, prompt)
        known = await asyncio.to_thread(self._answers.find, key)
        if known is not None:
            yield Chunk(known, finish="stop", usage=Usage())
            return
        pieces: list[str] = []
        finish = None
        async with aclosing(self._engine.stream(prompt)) as chunks:
            async for chunk in chunks:
                pieces.append(chunk.text)
                finish = chunk.finish or finish
                yield chunk
        if finish == "stop" and prompt.max_tokens:
            await asyncio.to_thread(self._answers.keep, key, "".join(pieces))


class Answers:
    """The file of answers, of about `limit` bytes at most; the longest unused go first. One that
    is larger is not kept.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self._database = shared_database(path, _TABLES, is_cache=True)
        self._limit = limit

    def find(self, key: str) -> str | None:
        """The answer that is kept under `key`."""
        try:
            with self._database.read() as file:
                row = file.execute("SELECT text FROM answers WHERE key = ?", (key,)).fetchone()
        except OSError as error:
            self._failed(error)
            return None
        if row is None:
            return None
        with suppress(OSError), self._database.write() as file:
            file.execute("UPDATE answers SET used = ? WHERE key = ?", (time.time(), key))
        return str(row[0])

    def keep(self, key: str, text: str) -> None:
        """Keeps an answer, and lets go of the longest unused where there is no room."""
        data = text.encode(errors="replace")
        size = len(data) + _BESIDE
        if size > self._limit:
            return
        try:
            with self._database.write() as file:
                row = (key, data.decode(), size, time.time())
                file.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", row)
                while (beyond := _total(file) - self._limit) > 0:
                    _drop(file, beyond)
        except OSError as error:
            self._failed(error)

    def clear(self) -> int:
        """Forgets everything; how many answers that were. Raises OSError."""
        count = self.count()
        self._database.clear()
        return count

    def count(self) -> int:
        """How many answers are kept."""
        try:
            with self._database.read() as file:
                return int(file.execute("SELECT count(*) FROM answers").fetchone()[0])
        except OSError as error:
            self._failed(error)
            return 0

    def _failed(self, error: Exception) -> None:
        log.info("The cache of answers cannot be used: %s", error)


_TABLES = (
    """
CREATE TABLE answers
  (key TEXT PRIMARY KEY, text TEXT NOT NULL, size INTEGER NOT NULL, used REAL NOT NULL)
""",
    "CREATE INDEX answers_used ON answers (used, size)",
)

_BESIDE = 350
"""Bytes that an answer takes in the file besides its text."""


def _total(file: Connection) -> int:
    """How many bytes the answers take."""
    return int(file.execute("SELECT total(size) FROM answers").fetchone()[0])


def _drop(file: Connection, beyond: int) -> None:
    """Lets the longest unused go, until about so many bytes are free."""
    keys, free = [], 0
    for key, size in file.execute("SELECT key, size FROM answers ORDER BY used LIMIT 1000"):
        keys.append((key,))
        free += size
        if free >= beyond:
            break
    file.executemany("DELETE FROM answers WHERE key = ?", keys)


def _key(identity: str, model: str, prompt: Prompt) -> str:
    """Who waits for the answer makes no difference to it."""
    asked = repr((identity, model, replace(prompt, priority="interactive")))
    return hashlib.sha256(asked.encode(errors="surrogatepass")).hexdigest()
