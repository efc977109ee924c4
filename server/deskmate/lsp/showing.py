"""Markdown for the user to read, by the best means that the editor has."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import tempfile
import textwrap
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskmate.core.text.safe import safe_markdown, safe_text
from deskmate.core.text.uri import file_uri
from deskmate.files.disk import ask
from deskmate.files.places import place
from deskmate.lsp.client import Client

if TYPE_CHECKING:
    from deskmate.requests.repair_loop import Update

log = logging.getLogger(__name__)

KEPT = 20
"""How many shown files stay in the cache folder; an editor may have the newest of them open."""


WIDTH = 72
"""Characters in a line of shown prose."""

INTERVAL = 0.05
"""Seconds between two pieces of a stream: a fast model sends hundreds a second, and each costs the
editor more than it cost the model.
"""


class Stream:
    """An answer that is shown while it is written; `page` is what the editor is told of it. Does
    nothing where the editor cannot.
    """

    def __init__(self, client: Client, page: Mapping[str, Any]) -> None:
        self._client = client
        self._page = page
        self._stage = ""
        self._text = ""
        self._sent = 0.0
        self._later: asyncio.TimerHandle | None = None
        self._begun = False

    def add(self, update: Update) -> None:
        """Sends the next piece; a second attempt is set apart from the first by a rule."""
        if not self._client.streams or not update.text:
            return
        again = update.stage == "repairing" and self._stage not in ("", update.stage)
        self._stage = update.stage
        self._begun = True
        self._text += f"\n\n---\n\n{update.text}" if again else update.text
        wait = self._sent + INTERVAL - time.monotonic()
        if wait <= 0:
            self._send()
        elif self._later is None:  # the next piece may be long in coming
            self._later = asyncio.get_running_loop().call_later(wait, self._send)

    def complete(self, markdown: str) -> None:
        """Sends all of it where no piece came: what is put together of parts is there at once."""
        if self._client.streams and not self._begun:
            self._text = markdown

    def close(self) -> None:
        """Says that no piece follows, however it ended."""
        if self._client.streams:
            self._send()
            self._client.stream(self._page, "", done=True)

    def _send(self) -> None:
        """Sends what came since the last time."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
        if self._text:
            self._client.stream(self._page, self._text, done=False)
        self._text, self._sent = "", time.monotonic()


async def show(client: Client, title: str, markdown: str) -> None:
    """Shows finished Markdown: in a file that the editor opens, or else in a message."""
    title = safe_text(title)
    page = safe_markdown(f"# {title}\n\n{wrap(markdown).strip()}\n")
    try:
        path = await asyncio.to_thread(ask, partial(_write, title, page), place("shown"))
    except OSError as error:
        log.warning("Nothing can be kept in the cache folder: %s", error)
    else:
        if await client.show_file(file_uri(path)):
            return
    client.say(f"{title}\n\n{markdown.strip()}")


def wrap(markdown: str) -> str:
    """The same Markdown with prose in lines of at most `WIDTH` characters, for editors that show
    what is in a line only as far as the window goes.
    """
    lines, fence = [], ""
    for line in markdown.split("\n"):
        mark = re.match(r"\s*(`{3,}|~{3,})", line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        if fence or mark or len(line) <= WIDTH or re.match(r" {4}|\t|\s*[|#]", line):
            lines.append(line)
            continue
        begin = re.match(r"\s*(?:(?:[-*+>]|\d+[.)])\s+)*", line)
        indent = re.sub(r"[^>\s]", " ", begin[0]) if begin else ""
        lines += textwrap.wrap(line, WIDTH, subsequent_indent=indent, **_WHOLE_WORDS)
    return "\n".join(lines)


_WHOLE_WORDS: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}


def _write(title: str, text: str) -> Path:
    folder = place("shown")
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.glob("*.md"), key=os.path.getmtime)[: 1 - KEPT]:
        old.unlink(missing_ok=True)
    name = re.sub(r"\W+", "-", title).strip("-").lower()
    handle, path = tempfile.mkstemp(prefix=f"{name}-", suffix=".md", dir=folder)
    os.close(handle)
    Path(path).write_text(text, encoding="utf-8", errors="replace")
    return Path(path)
