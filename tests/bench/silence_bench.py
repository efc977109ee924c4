"""The longest silence: a request every 20 ms while everything else happens to one document.

How long the server does not answer is given beside the same for a bare echo in the same run, for
each kind of document that once held it up; and what the longest step of its event loop took of the
processor, which is what the server itself adds, however busy the machine is.

    python tests/bench/silence_bench.py --record

keeps them for docs/reliability.md.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1] / "growth"))  # where pytest finds them by itself

from figures import find_load, record
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


async def silences() -> list[dict[str, Any]]:
    """Prints the table, the worst first, and gives its rows; all times in milliseconds."""
    rows: list[dict[str, Any]] = []
    for kind in KINDS:
        given, length = TEXTS[kind], LARGE.get(kind, LENGTH)
        with tempfile.TemporaryDirectory() as folder:
            uri = (Path(folder) / given["file"]).as_uri()
            async with serve_watched(Path(folder)) as watched:
                echo = await find_longest(watched.client, asyncio.sleep(1))
                work = use(watched.client, uri, make_text(kind, length))
                longest = await find_longest(watched.client, work)
            step = max(seconds for seconds, _ in watched.steps)
            held = max((seconds for seconds, _ in watched.holds), default=0.0)
            found = {"step": step, "held": held, "silence": longest, "echo": echo}
            figures = {name: round(seconds * 1000) for name, seconds in found.items()}
            rows.append({"text": kind, "characters": length, **figures})
    rows.sort(key=lambda row: -row["step"])
    print(f"\n{'A request every 20 ms':46}{'step':>9}{'held':>9}{'silence':>12}{'echo':>9}")
    for row in rows:
        name = f"{row['text']}, {row['characters']:,} characters"
        print(f"  {name:44}" + "".join(f"{row[one]:>6} ms " for one in figures))
    return rows


if __name__ == "__main__":
    measured = asyncio.run(silences())
    if "--record" in sys.argv:
        record("silence", measured, find_load())
