"""Every setting: its type, its default, and what docs/settings.md says about it.

`settings_layers.py` makes them from raw values, which `settings_sources.py` finds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal


def _setting(
    default: Any,
    help: str,
    *,
    project: bool | Literal["earlier"] = False,
    secret: bool = False,
    within: tuple[float, float] | None = None,
    begins: tuple[str, ...] = (),
) -> Any:
    """A field with what is written about it in docs/settings.md and what its values must be. With
    "earlier" a project may choose only what stands before the user's value among the choices.
    """
    about = {"help": help, "project": project, "secret": secret, "within": within, "begins": begins}
    return field(default=default, repr=not secret, metadata=about)


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """The model that runs on this machine, or on a server of the user's own."""

    engine: Literal["llama_cpp", "llama_server", "ctransformers", "openai", "scripted"] = _setting(
        "llama_cpp",
        "What answers: the embedded llama.cpp, a llama-server of your own that Deskmate starts, "
        "ctransformers for models of before 2024, a server that speaks the OpenAI protocol at "
        "`local.url`, or the replies in a script (for tests).",
    )
    model: str = _setting(
        "",
        "A name from `deskmate models list` or the path of a GGUF file; for `openai` the name that "
        "the server knows; for `scripted` the script. Empty: the model that is installed.",
    )
    program: str = _setting(
        "llama-server",
        "What the engine `llama_server` starts: a name that is found on the PATH, or a file.",
    )
    model_type: str = _setting(
        "",
        "What kind of model a GGML file holds, such as `starcoder`, for `ctransformers`; a GGUF "
        "file says it itself.",
    )
    url: str = _setting(
        "",
        "Where the server of the engine `openai` listens, such as `http://127.0.0.1:11434/v1`: on "
        "this machine, or in your own network. One on the internet is for `cloud.url`.",
        begins=("http://", "https://"),
    )
    api_key: str = _setting(
        "",
        "The key of that server, where it asks for one; it is never shown or logged. Empty: what "
        "`deskmate key set` keeps for it in the system's keyring.",
        secret=True,
    )
    threads: int = _setting(
        0,
        "Threads that compute an answer; 0 is one less than there are cores, because one thread "
        "more than is free makes all of them slow.",
        within=(0, 1024),
    )
    context: int = _setting(
        0,
        "Tokens that a request and its answer may have together; 0 is 8192, or 32768 with a GPU, "
        "or what the model has if that is less.",
        within=(0, 10_000_000),
    )
    slots: int = _setting(
        0,
        "Requests that llama.cpp answers at the same time, each with a context of its own; 0 is 2 "
        "with a GPU or at least 8 cores, else 1.",
        within=(0, 64),
    )
    gpu_layers: int = _setting(
        -1,
        "Layers of the model that llama.cpp gives to the GPU; -1 is as many as fit, 0 is none.",
        within=(-1, 10_000),
    )
    kv_cache: Literal["auto", "f16", "q8_0", "q4_0"] = _setting(
        "auto",
        "The type of llama.cpp's key-value cache; `auto` is `f16`, or `q8_0` where memory is "
        "short.",
    )
    flash_attention: Literal["auto", "on", "off"] = _setting(
        "auto",
        "Flash attention of llama.cpp; `auto` is on where the machine and the model have it.",
    )
    draft_model: str = _setting(
        "",
        "A name or a GGUF file of a much smaller model with the same vocabulary, which proposes "
        "tokens that llama.cpp's model only checks. Without one, what an edit repeats of the code "
        "is proposed.",
    )
    reasoning: Literal["off", "low", "high"] = _setting(
        "off",
        "How much a model that can think does so before it answers: not at all, at most 1024 "
        "tokens or at most 4096. It is shown as progress and never part of an edit.",
    )
    sleep_minutes: float = _setting(
        30.0,
        "Minutes without a request after which llama.cpp gives the model's memory back; the next "
        "request loads it again. 0 is never.",
        within=(0, 10_000),
    )
    timeout: float = _setting(
        60.0,
        "Seconds without a sign of the model after which a request is given up.",
        within=(0.1, 86_400),
    )
    read_ahead: bool = _setting(
        True,
        "Let the model read the code while the menu of actions is open, so that the one that is "
        "chosen begins at once; it gives way to everything else.",
    )
    preload: bool = _setting(
        True,
        "Load the model in the background when the editor starts, so that the first action need "
        "not wait; off, it is loaded with the first action.",
    )


@dataclass(frozen=True, slots=True)
class LargeSettings:
    """A larger model, for what the other one cannot do."""

    model: str = _setting(
        "",
        "A larger model, in the form of `local.model`, which is asked what is beyond the other "
        "one, where no answer of that may stand, or where it is asked for. It is loaded when it is "
        "first needed, beside the other one.",
    )
    engine: Literal[
        "as local", "llama_cpp", "llama_server", "ctransformers", "openai", "scripted"
    ] = _setting("as local", "What runs it, as in `local.engine`.")
    url: str = _setting(
        "",
        "Where its server listens, for `openai`, as `local.url`, which it is where this is empty.",
        begins=("http://", "https://"),
    )
    api_key: str = _setting("", "The key of that server, as in `local.api_key`.", secret=True)
    draft_model: str = _setting("", "Its draft model, as in `local.draft_model`.")


@dataclass(frozen=True, slots=True)
class CloudSettings:
    """A model that is not on this machine, and what it may cost."""

    engine: Literal["off", "anthropic", "openai"] = _setting(
        "off",
        "Whose models may be asked where a request is allowed to leave this machine: none, Claude, "
        "or those of OpenAI and of any server that speaks its protocol at `cloud.url`.",
    )
    model: str = _setting(
        "", "The model's own name. Empty: `claude-sonnet-5-5`, or `gpt-6.1-sol` of OpenAI's."
    )
    url: str = _setting(
        "", "Where the server is; empty: the provider's own.", begins=("http://", "https://")
    )
    api_key: str = _setting(
        "",
        "The key; it is never shown or logged. Empty: what `cloud.key_command` prints, or what "
        "`deskmate key set` keeps in the system's keyring, or ANTHROPIC_API_KEY or OPENAI_API_KEY "
        "of the environment for the provider's own server.",
        secret=True,
    )
    key_command: str = _setting(
        "", "A command that prints the key, such as that of a password manager."
    )
    context: int = _setting(
        0,
        "Tokens that a request and its answer may have together; 0 is what the model has.",
        within=(0, 10_000_000),
    )
    reasoning: Literal["off", "low", "high"] = _setting(
        "low", "How much the model thinks before it answers, as in `local.reasoning`."
    )
    timeout: float = _setting(
        120.0,
        "Seconds without a sign of the model after which a request is given up.",
        within=(0.1, 86_400),
    )
    retries: int = _setting(
        2,
        "How often a request is sent again that the server was too busy for.",
        within=(0, 10),
    )
    personal_data: Literal["redact", "send"] = _setting(
        "redact",
        "Whether e-mail addresses, phone numbers, account and card numbers are replaced by "
        "placeholders, as secrets always are.",
    )
    day_budget: float = _setting(
        1.0,
        "US dollars that requests may cost on one day; what would cost more is not sent. 0: no "
        "limit.",
        within=(0, 1_000_000),
    )
    month_budget: float = _setting(
        10.0, "US dollars that they may cost in one month, as above.", within=(0, 1_000_000)
    )
    input_price: float = _setting(
        0.0,
        "US dollars for a million tokens of a request, for a model whose price Deskmate does not "
        "know or you get for less.",
        within=(0, 100_000),
    )
    output_price: float = _setting(
        0.0, "US dollars for a million tokens of an answer, as above.", within=(0, 100_000)
    )


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """What is noted of requests that leave this machine."""

    keep_payloads: bool = _setting(
        False,
        "Keep in the ledger what was sent and what came back, as it was on the wire: without what "
        "was redacted. It is readable by you alone; `deskmate ledger forget` deletes it.",
    )


@dataclass(frozen=True, slots=True)
class RoutingSettings:
    """Which requests are beyond the local model, and what then."""

    mode: Literal["never", "ask", "auto"] = _setting(
        "ask",
        "What becomes of a request that is beyond the local model: it stays here, you are asked "
        "with the reasons, or it is sent. Without a cloud model that you have turned on, it always "
        "stays here, and nothing is asked.",
        project="earlier",
    )
    hard_from: float = _setting(
        1.0,
        "From which score on a request counts as beyond the local model; docs/privacy.md says what "
        "counts how much. Higher asks less often.",
        within=(0.1, 100),
    )
    large_from: float = _setting(
        1.0,
        "From which score on the larger local model is asked at once, where one is set, and not "
        "only where no answer of the other one may stand.",
        within=(0.1, 100),
    )
    wait: float = _setting(
        30.0,
        "Seconds for which the local answer is held back while you are asked; no answer by then is "
        "to stay local.",
        within=(0, 3600),
    )


@dataclass(frozen=True, slots=True)
class ActionSettings:
    """Which actions are offered."""

    disabled: tuple[str, ...] = _setting(
        (), "Ids of actions that are not offered, such as `write-tests`.", project=True
    )
    large: tuple[str, ...] = _setting(
        (),
        "Ids of actions that the larger model of `local_large` answers at once, where one is set; "
        "`deskmate eval` says which the other one is not good enough for.",
    )


@dataclass(frozen=True, slots=True)
class HoverSettings:
    """What is shown at the name that the mouse or the cursor rests on."""

    show: Literal["explanation", "all", "off"] = _setting(
        "explanation",
        "What a hover shows of a function or class of the file: the model's explanation alone, "
        "since another language server shows the rest; all, with the signature, the documentation "
        "and where it is defined, for editors that have no other; or nothing.",
        project=True,
    )
    disabled: tuple[str, ...] = _setting(
        (), "Languages in which a hover shows nothing, such as `python`.", project=True
    )
    budget_ms: int = _setting(
        0,
        "Milliseconds that a hover waits for an explanation that is not there yet. With 0 it never "
        "does: the explanation is written in the background, and the next hover shows it.",
        within=(0, 10_000),
    )
    prefetch: bool = _setting(
        False,
        "Explain what stands around the cursor while nothing else is to do, so that its first "
        "hover shows it. It keeps the processor busy, gives way to everything else, and rests "
        "while the machine runs on its battery.",
    )


@dataclass(frozen=True, slots=True)
class DocstringSettings:
    """How documentation is written, and when without being asked."""

    style: Literal["google", "numpy", "rest"] = _setting(
        "google", "The style of Python docstrings.", project=True
    )
    on_save: Literal["off", "changed", "all"] = _setting(
        "off",
        "Put documentation in when a file is saved: of the functions and classes that were changed "
        "since it was opened, or of all. It is written in the background while you do not type, "
        "and saving never waits for it: what is not ready comes with the next save. One that you "
        "delete is not written again. Files of tests are left alone.",
    )
    disabled: tuple[str, ...] = _setting(
        (),
        "Languages in which none is put in when a file is saved, such as `bash`.",
        project=True,
    )
    public_only: bool = _setting(
        True,
        "On save and for a whole file, document only what others may use: no name that begins "
        "with `_`, and what the language calls public where it does.",
        project=True,
    )
    min_lines: int = _setting(
        3,
        "On save and for a whole file, document only functions and classes of at least so many "
        "lines.",
        project=True,
        within=(1, 10_000),
    )


@dataclass(frozen=True, slots=True)
class TextSettings:
    """How texts are proofread."""

    rules: bool = _setting(
        True,
        "Rules find misspelled English words first, in milliseconds; the model finds what rules "
        "cannot see.",
        project=True,
    )
    diagnostics: bool = _setting(
        False,
        "Show what the rules find while you write, as hints with quick fixes; no model is asked.",
        project=True,
    )


@dataclass(frozen=True, slots=True)
class DataSettings:
    """What is extracted from texts and said of them."""

    schema: str = _setting(
        "",
        "The file of a JSON Schema, or of an example record, for what is extracted; a relative "
        "path is one in the project. Empty: the model chooses the fields, if you name none.",
        project=True,
    )
    tags: tuple[str, ...] = _setting(
        (), "The tags that there are. Empty: the model makes them up.", project=True
    )
    categories: tuple[str, ...] = _setting(
        (), "The categories that there are. Empty: the model makes them up.", project=True
    )
    region: str = _setting(
        "",
        "The country, as two letters such as `US`, of phone numbers without one. Empty: only those "
        "that begin with `+` are cleaned up.",
        project=True,
    )


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """What is kept of finished answers."""

    megabytes: int = _setting(
        64,
        "Room on disk for finished answers and explanations: what was asked before is answered at "
        "once. It is readable by you alone; `deskmate cache clear` empties it; 0 keeps nothing.",
        within=(0, 100_000),
    )


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What Deskmate notes down for whoever looks for a fault."""

    level: Literal["debug", "info", "warning", "error"] = _setting(
        "info", "The least that is logged; only `debug` logs prompts and code."
    )
    file: str = _setting("", "A file for the log; empty: standard error, which editors show.")


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, resolved. What each means stands in its field's help."""

    local: LocalSettings = field(default_factory=LocalSettings)
    local_large: LargeSettings = field(default_factory=LargeSettings)
    cloud: CloudSettings = field(default_factory=CloudSettings)
    ledger: LedgerSettings = field(default_factory=LedgerSettings)
    routing: RoutingSettings = field(default_factory=RoutingSettings)
    actions: ActionSettings = field(default_factory=ActionSettings)
    hover: HoverSettings = field(default_factory=HoverSettings)
    docstrings: DocstringSettings = field(default_factory=DocstringSettings)
    text: TextSettings = field(default_factory=TextSettings)
    data: DataSettings = field(default_factory=DataSettings)
    cache: CacheSettings = field(default_factory=CacheSettings)
    log: LogSettings = field(default_factory=LogSettings)
