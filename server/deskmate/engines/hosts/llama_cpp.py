"""llama.cpp's own server in a process of its own, so that nothing it does can end the editor's.

`python -m deskmate.engines.hosts.llama_cpp` reads a `Configuration` as one line of JSON on standard
input, and answers with one line on standard output: `{"url": …}` once the model is loaded, or
`{"error": …}`, a sentence for the user. It ends when standard input does, so with its parent,
however that ends. llama.cpp's log goes to standard error.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import dataclass
from typing import Any

DRAFT = 64
"""Tokens that n-gram speculation proposes at once."""

BATCH = DRAFT + 8
"""Tokens of a prompt that are read at once. A request is cancelled between two batches, so a small
one is worth more than the 2 % that a large one is faster; llama.cpp aborts if a draft does not fit.
"""

PROMPT_CACHE_MIB = 512
"""Memory for the prompts of files that were worked on before; llama.cpp's own default is 8 GiB."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a host is told at its start. `context` is capped at what the model has."""

    model: str
    name: str
    key: str
    threads: int
    context: int


def main() -> None:
    """Serves one model until standard input ends."""
    os.environ["GGML_NO_BACKTRACE"] = "1"  # else a crash starts a debugger and takes seconds
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the parent
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what else is printed is log
    line = sys.stdin.buffer.readline()
    if not line:
        return
    _end_with_parent_while_loading()
    message, server = _serve(Configuration(**json.loads(line)))
    print(json.dumps(message), file=answer, flush=True)
    if server is not None:
        sys.stdin.buffer.read()
        os._exit(0)  # at once: nothing here needs saving, and a request may be running


def _end_with_parent_while_loading() -> None:
    """llama.cpp holds the interpreter while it loads, so no thread of ours could see the end of
    standard input. The system can: from here on anything that happens to it is a deadly signal.
    Where there is no such signal, the process ends once the model is loaded.
    """
    if sys.platform != "win32":
        import fcntl
        import select

        fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
        if select.select([0], [], [], 0)[0]:  # it has ended already
            os._exit(0)


def _serve(configuration: Configuration) -> tuple[dict[str, str], Any]:
    """What to tell the parent, and the server if there is one."""
    try:
        import xllamacpp  # type: ignore[import-untyped]
    except ImportError as error:
        return {"error": _cannot_import(str(error))}, None
    try:
        server = xllamacpp.Server(_parameters(xllamacpp, configuration))
    except RuntimeError:
        return {"error": _CANNOT_LOAD.format(model=configuration.model)}, None
    return {"url": server.listening_address}, server


_CANNOT_LOAD = (
    "llama.cpp cannot load {model}: the file is damaged, of a kind that it does not know, or too "
    "large for this machine's memory. Set `local.model` to another one; set `log.level` to `debug` "
    "to see llama.cpp's reasons."
)


def _cannot_import(reason: str) -> str:
    if "libgomp" in reason:
        return (
            "llama.cpp needs the system's library libgomp.so.1, which is missing here. On Debian "
            "and Ubuntu: apt install libgomp1."
        )
    return (
        f"llama.cpp cannot be started here ({reason}). Install Deskmate again, or set "
        f'`local.engine` to "openai" and use a server of your own.'
    )


def _parameters(llama: Any, configuration: Configuration) -> Any:
    parameters = llama.CommonParams()
    parameters.model.path = configuration.model
    parameters.model_alias = {configuration.name}
    parameters.n_ctx = configuration.context
    parameters.n_parallel = 1
    parameters.n_batch = parameters.n_ubatch = BATCH
    parameters.cpuparams.n_threads = configuration.threads
    parameters.cache_ram_mib = PROMPT_CACHE_MIB
    # Edits repeat most of what they read, so drafts from the prompt itself double the speed.
    parameters.speculative.types = [llama.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_MOD]
    parameters.speculative.ngram_mod.n_max = DRAFT
    # Only this machine, only with the key, and no web page.
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [configuration.key]
    parameters.cors_origins = "http://127.0.0.1"
    parameters.cors_origins_explicit = True
    parameters.cors_credentials = False
    parameters.ui = False
    return parameters


if __name__ == "__main__":
    main()
