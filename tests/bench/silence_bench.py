"""The longest silence: a request every 20 ms while everything else happens to one document.

How long the server does not answer is given beside the same for a bare echo in the same run, for
each kind of document that once held it up; and what the longest step of its event loop took of the
processor, which is what the server itself adds, however busy the machine is.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "growth"))  # where pytest finds them by itself

from growing_texts import TEXTS, make_text
from silence import find_longest, serve_watched, use

LENGTH = 20_000
"""Characters of a document; LARGE of those that are in one piece."""

LARGE = {
    "statements": 1_000_000,
    "paragraphs": 1_000_000,
    "rows": 1_000_000,
    "one-line-of-javascript": 1_000_000,
}

KINDS = (
    "statements",
    "paragraphs",
    "rows",
    "one-line-of-javascript",
    "functions-in-python",
    "functions-in-functions",
    "brackets",
    "open-brackets",
    "one-line-of-words",
    "a-log",
    "parameters",
    "open-links",
    "one-word",
)


async def silences() -> None:
    """Prints the table, the worst first."""
    found = []
    for kind in KINDS:
        given, length = TEXTS[kind], LARGE.get(kind, LENGTH)
        with tempfile.TemporaryDirectory() as folder:
            uri = (Path(folder) / given["file"]).as_uri()
            async with serve_watched(Path(folder)) as watched:
                echo = await find_longest(watched.client, asyncio.sleep(1))
                work = use(watched.client, uri, make_text(kind, length))
                longest = await find_longest(watched.client, work)
            step = max(seconds for seconds, _ in watched.steps)
            found.append((step, longest, echo, f"{kind}, {length:,} characters"))
    print(f"\n{'A request every 20 ms':46}{'step':>9}{'silence':>12}{'echo':>9}   step ≤ 50 ms")
    for step, longest, echo, name in sorted(found, reverse=True):
        figures = (step, longest, echo)
        print(f"  {name:44}" + "".join(f"{one * 1000:>6.0f} ms " for one in figures))


if __name__ == "__main__":
    asyncio.run(silences())
