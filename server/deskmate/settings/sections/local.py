"""`[local]`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from deskmate.settings.engines import DEFAULT, ENGINES, describe_engines
from deskmate.settings.setting import setting


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """The model that runs on this machine, or on a server of the user's own."""

    engine: str = setting(
        DEFAULT,
        f"What runs the model: {describe_engines()}.",
        choices=lambda: tuple(ENGINES),
    )
    model: str = setting(
        "",
        "A name from `deskmate models list` or the path of a GGUF file; for `openai`, the name "
        "that the server uses; for `scripted`, the script. Empty: the best installed model.",
    )
    repack: bool = setting(
        True,
        "Answer with a copy of the model in a format that is faster on this machine, which "
        "`deskmate models install` and `deskmate engine bench` make where it is. Off: always with "
        "the file itself, and no copy is made.",
    )
    program: str = setting(
        "llama-server",
        "The program that the engine `llama_server` starts: a name on the PATH, or a file.",
    )
    model_type: str = setting(
        "",
        "The kind of model in a GGML file, such as `starcoder`, for `ctransformers`. A GGUF file "
        "contains this itself.",
    )
    url: str = setting(
        "",
        "The address of the server for the engine `openai`, such as `http://127.0.0.1:11434/v1`: "
        "on this machine or in your own network. A server on the internet goes into `cloud.url`.",
        begins=("http://", "https://"),
    )
    api_key: str = setting(
        "",
        "The server's API key, if it needs one; never shown or logged. Empty: the key that "
        "`deskmate key set` stored in the system's keyring.",
        secret=True,
    )
    threads: int = setting(
        0,
        "Threads that write an answer; 0 means what `deskmate engine bench` measured as fastest, "
        "otherwise one fewer than there are cores, because one thread too many slows all of them "
        "down. Cores that are busy for long are left alone.",
        within=(0, 1024),
    )
    threads_batch: int = setting(
        0,
        "Threads that read a prompt; 0 means as many as `local.threads` if that is set, otherwise "
        "what `deskmate engine bench` measured as fastest, or every core that is not busy.",
        within=(0, 1024),
    )
    context: int = setting(
        0,
        "Context window in tokens, for a request and its answer together; 0 means 8192, or 32768 "
        "with a GPU, or the model's own limit if that is smaller.",
        within=(0, 10_000_000),
    )
    slots: int = setting(
        0,
        "Requests that llama.cpp answers at the same time, each with its own context window; 0 "
        "means 2 with a GPU or at least 8 cores, otherwise 1.",
        within=(0, 64),
    )
    gpu_layers: int = setting(
        -1,
        "Layers of the model that llama.cpp moves to the GPU; -1 means as many as fit, 0 none.",
        within=(-1, 10_000),
    )
    kv_cache: Literal["auto", "f16", "q8_0", "q4_0"] = setting(
        "auto",
        "The type of llama.cpp's key-value cache; `auto` means `f16`, or `q8_0` when memory is "
        "short.",
    )
    flash_attention: Literal["auto", "on", "off"] = setting(
        "auto",
        "Flash attention in llama.cpp; `auto` turns it on where the machine and model support it.",
    )
    draft_model: str = setting(
        "",
        "A much smaller model (name or GGUF file) with the same vocabulary that drafts tokens for "
        "the main model to verify. Without one, drafts come from the code that an edit repeats.",
    )
    reasoning: Literal["off", "low", "high"] = setting(
        "off",
        "How long a reasoning model thinks before it answers: not at all, up to 1024 tokens, or up "
        "to 4096. The reasoning is shown as progress and is never part of an edit.",
    )
    slot_megabytes: int = setting(
        400,
        "Disk space for what llama.cpp has read of your files, so that the first action after a "
        "restart does not have to read them again. Only you can read it; `deskmate cache clear` "
        "empties it; 0 keeps nothing, and neither does `cache.megabytes = 0`.",
        within=(0, 1_000_000),
    )
    sleep_minutes: float = setting(
        30.0,
        "Minutes without a request after which llama.cpp releases the model's memory; the next "
        "request loads it again. 0 means never.",
        within=(0, 10_000),
    )
    share: bool = setting(
        True,
        "Keep the model in memory once for all your editors and terminals that run it with the "
        "same settings. Off: each of them loads its own.",
    )
    timeout: float = setting(
        60.0,
        "Seconds to wait for the next sign of life from the model before a request is given up.",
        within=(0.1, 86_400),
    )
    tries: int = setting(
        0,
        "How many more answers are asked for where one fails its checks; the first that passes is "
        "taken. 0 means up to 4, at once where the engine can; 1 means none. None is asked for "
        "after a minute, or 4,000 tokens.",
        within=(0, 32),
    )
    warm_up: bool = setting(
        True,
        "Let the model read the code while the code action menu is open, so that the action you "
        "choose starts at once. It gives way to everything else.",
    )
    preload: bool = setting(
        True,
        "Load the model in the background when the editor starts, so that the first action does "
        "not have to wait. Off: it is loaded by the first action.",
    )
