"""Every engine that may answer on this machine or in the user's network: one row says all of it.

The settings, their documentation, the editors' lists, `deskmate doctor`, `deskmate status` and
whoever makes an engine read these rows; no other place names an engine to treat it in its own way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class EngineRow:
    """One engine. `make` is `module:function`, which makes it of `LocalSettings`; the module is
    imported when it is first wanted. `about` goes on after "What runs the model: ".

    `needs` is what `local.model` and `local.url` have to name: a `model` of the catalogue or in a
    file, a `server` in the user's own network, a `script`, or `nothing`. One with a `host` has
    `deskmate.engines.hosts.HOST` load the model in a child process, for which it may be loaded
    ahead; `runs` is what that runs, in words, with `{program}` for `local.program`, and `package`
    what it came with where it is no program. Whether the models of the `catalogue` run in it.
    Answers are kept on disk where they are `kept`.
    """

    make: str
    about: str
    needs: Literal["model", "server", "script", "nothing"]
    host: str = ""
    runs: str = ""
    package: str = ""
    catalogue: bool = False
    kept: bool = True


_HOSTED = "deskmate.engines.hosts.client:make_hosted"

_EMBEDDED = EngineRow(
    _HOSTED,
    "the built-in llama.cpp",
    needs="model",
    host="llama_cpp",
    runs="the embedded llama.cpp",
    package="xllamacpp",
    catalogue=True,
)

AUTO = "auto"
"""The engine that stands for the fastest llama.cpp that is here, and so for another one."""

ENGINES: dict[str, EngineRow] = {
    AUTO: replace(
        _EMBEDDED,
        about="the llama.cpp that `deskmate engine bench` found clearly fastest on this machine, "
        "the built-in one until then",
    ),
    "llama_cpp": _EMBEDDED,
    "llama_server": EngineRow(
        _HOSTED,
        "a llama-server of your own that Deskmate starts",
        needs="model",
        host="llama_server",
        runs="{program}, which Deskmate starts",
        catalogue=True,
    ),
    "ctransformers": EngineRow(
        _HOSTED,
        "ctransformers for models from before 2024",
        needs="model",
        host="ctransformers",
        runs="ctransformers",
        package="ctransformers",
    ),
    "openai": EngineRow(
        "deskmate.engines.openai.engine:make_local",
        "a server that speaks the OpenAI protocol at `local.url`",
        needs="server",
    ),
    "scripted": EngineRow(
        "deskmate.engines.scripted:make_scripted",
        "scripted replies (for tests)",
        needs="script",
        kept=False,
    ),
}
"""The first is the default."""

DEFAULT = next(iter(ENGINES))


def unused(engine: str) -> str:
    """That a model which is installed here does not answer with that engine, and what to do."""
    return (
        f"`local.engine` is `{engine}`, which answers with models of its own, so one that Deskmate "
        "installs would not be used. Unset `local.engine` to have it answer; a server's own model "
        "is chosen by `local.model`."
    )


def describe_engines() -> str:
    """What each of them is, in one sentence."""
    *others, last = (row.about for row in ENGINES.values())
    return f"{', '.join(others)}, or {last}"
