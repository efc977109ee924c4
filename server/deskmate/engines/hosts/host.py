"""What every host is: a process of its own that serves one model on 127.0.0.1, so that nothing it
does can end the editor's.

`python -m deskmate.engines.hosts.NAME` reads a `Configuration` as one line of JSON on standard
input, and answers with one line on standard output: a `Report`. It ends when standard input does,
so with its parent, however that ends. Its log goes to standard error.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from deskmate.engines.hosts.tuning import Gpu, Machine, Tuning


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a host is told at its start: the model's file, what to call it, the key that requests
    have to carry, and what is set of its tuning. After `sleep` seconds without a request the
    model's memory is given back, and taken again for the next one (-1: never). With `load` off the
    host only says what it would do; the model may then be missing ("").

    `program` is what the host runs and `model_type` the kind of a model whose file does not say it,
    where the host asks for them. In the folder `slots` a host may save what the model has read (""
    for nowhere). The kinds of `drafts` it finds
    itself. `build` tells the engine that it runs from others.
    """

    model: str
    name: str
    key: str = ""
    wanted: Tuning = field(default_factory=Tuning)
    draft_model: str = ""
    sleep: int = -1
    program: str = ""
    model_type: str = ""
    slots: str = ""
    drafts: tuple[str, ...] = ()
    build: str = ""
    load: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """What a host answers: where the model is served and how it is run, or the `error`, a sentence
    for the user. A token of a prompt takes `token_bytes` where it can be saved (0: it cannot).
    """

    url: str = ""
    error: str = ""
    tuning: Tuning | None = None
    machine: Machine | None = None
    token_bytes: int = 0


Serving = Callable[[], None]
"""Serves, and comes back only where there is nothing more to serve."""

Endings = list[Callable[[], None]]
"""What is to be done before the process ends with its parent."""

Serve = Callable[[Configuration, Endings], tuple[Report, Serving | None]]


def main(serve: Serve) -> None:
    """Serves one model until standard input ends. `serve` loads it, and comes back with what to
    tell the parent and what then serves, None where there is nothing to serve.
    """
    os.umask(0o077)  # what is written is the user's alone
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the parent
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what else is printed is log
    line = sys.stdin.buffer.readline()
    if not line:
        return
    configuration, endings = read_configuration(line), Endings()
    if configuration.load:
        threading.Thread(target=_end_with_parent, args=(endings,), daemon=True).start()
    if configuration.load and configuration.slots:
        with suppress(OSError):  # then nothing is saved
            Path(configuration.slots).mkdir(parents=True, exist_ok=True)
    report, serving = serve(configuration, endings)
    print(json.dumps(asdict(report)), file=answer, flush=True)
    if serving is not None:
        serving()
    sys.stderr.flush()
    os._exit(0 if serving is None else 1)  # the thread reads still


def _end_with_parent(endings: Endings) -> None:
    sys.stdin.buffer.read()
    for end in endings:
        end()
    os._exit(0)  # at once: nothing here needs saving, and a request may be running


def read_configuration(line: bytes) -> Configuration:
    """A `Configuration` as its parent wrote it."""
    return make_configuration(json.loads(line))


def make_configuration(given: dict[str, Any]) -> Configuration:
    """A `Configuration` of what `asdict` made of it."""
    return Configuration(**{**given, "wanted": Tuning(**given["wanted"])})


def read_report(line: bytes) -> Report:
    """A `Report` as a host wrote it."""
    return make_report(json.loads(line))


def make_report(given: dict[str, Any]) -> Report:
    """A `Report` of what `asdict` made of it."""
    if given["machine"] is not None:
        gpus = tuple(Gpu(**gpu) for gpu in given["machine"].pop("gpus"))
        given["machine"] = Machine(**given["machine"], gpus=gpus)
    if given["tuning"] is not None:
        given["tuning"] = Tuning(**given["tuning"])
    return Report(**given)
