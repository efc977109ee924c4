"""A host whose model says the numbers from 0 on, as many as tokens are asked for, for tests of who
is answered when. In the folder of the model's file it writes to `hosts` the number of its process,
and to `log` what was `begun`, `ended` and `stopped`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

from deskmate.engines.hosts.host import Configuration, Endings, Report, Serving, main
from deskmate.engines.hosts.serving import Piece, Server
from deskmate.engines.hosts.tuning import Tuning


class Counting:
    """One request at a time is meant to be asked of it; it answers whatever it is asked."""

    context = 8192
    busy = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def tokenize(self, text: str) -> list[int]:
        return list(range(len(text)))

    def answer(self, request: dict[str, Any]) -> Generator[Piece, None, None]:
        name, how = request["messages"][0]["content"], "stopped"
        note(self._folder / "log", f"{name} begun")
        try:
            for number in range(request["max_tokens"]):
                yield Piece(f"{number} ")
                time.sleep(0.01)
            how = "ended"
            yield Piece(finish="stop")
        finally:
            note(self._folder / "log", f"{name} {how}")


def serve(configuration: Configuration, endings: Endings) -> tuple[Report, Serving | None]:
    folder = Path(configuration.model).parent
    note(folder / "hosts", str(os.getpid()))
    if "broken" in configuration.model:
        return Report(error="It cannot be loaded."), None
    server = Server(Counting(folder), configuration)
    return Report(server.url, tuning=Tuning(slots=1, context=8192)), server.serve_forever


def note(file: Path, line: str) -> None:
    with file.open("a", encoding="utf-8") as opened:
        opened.write(f"{line}\n")


if __name__ == "__main__":
    main(serve)
