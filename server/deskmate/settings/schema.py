"""Every setting: its type, its default, and what docs/settings.md says about it.

`resolve.py` makes them from raw values, which `sources.py` finds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from deskmate.settings.engines import DEFAULT, ENGINES, describe_engines

AS_LOCAL = "as local"
"""The larger model's engine where it is the other one's."""


def _setting(
    default: Any,
    help: str,
    *,
    project: bool | Literal["earlier", "inside"] = False,
    secret: bool = False,
    within: tuple[float, float] | None = None,
    begins: tuple[str, ...] = (),
    command: bool = False,
    choices: Callable[[], tuple[str, ...]] | None = None,
) -> Any:
    """A field with what is written about it in docs/settings.md and what its values must be. With
    "earlier" a project may choose only what stands before the user's value among the choices, with
    "inside" only a file in its own folder.
    A `command` is split into words as a shell would.
    `choices` gives those of a text that are known elsewhere.
    """
    about = {
        "help": help,
        "project": project,
        "secret": secret,
        "within": within,
        "begins": begins,
        "command": command,
        "choices": choices,
    }
    return field(default=default, repr=not secret, metadata=about)


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """The model that runs on this machine, or on a server of the user's own."""

    engine: str = _setting(
        DEFAULT,
        f"What runs the model: {describe_engines()}.",
        choices=lambda: tuple(ENGINES),
    )
    model: str = _setting(
        "",
        "A name from `deskmate models list` or the path of a GGUF file; for `openai`, the name "
        "that the server uses; for `scripted`, the script. Empty: the best installed model.",
    )
    program: str = _setting(
        "llama-server",
        "The program that the engine `llama_server` starts: a name on the PATH, or a file.",
    )
    model_type: str = _setting(
        "",
        "The kind of model in a GGML file, such as `starcoder`, for `ctransformers`. A GGUF file "
        "contains this itself.",
    )
    url: str = _setting(
        "",
        "The address of the server for the engine `openai`, such as `http://127.0.0.1:11434/v1`: "
        "on this machine or in your own network. A server on the internet goes into `cloud.url`.",
        begins=("http://", "https://"),
    )
    api_key: str = _setting(
        "",
        "The server's API key, if it needs one; never shown or logged. Empty: the key that "
        "`deskmate key set` stored in the system's keyring.",
        secret=True,
    )
    threads: int = _setting(
        0,
        "Threads used to compute an answer; 0 means one fewer than there are cores, because one "
        "thread too many slows all of them down.",
        within=(0, 1024),
    )
    context: int = _setting(
        0,
        "Context window in tokens, for a request and its answer together; 0 means 8192, or 32768 "
        "with a GPU, or the model's own limit if that is smaller.",
        within=(0, 10_000_000),
    )
    slots: int = _setting(
        0,
        "Requests that llama.cpp answers at the same time, each with its own context window; 0 "
        "means 2 with a GPU or at least 8 cores, otherwise 1.",
        within=(0, 64),
    )
    gpu_layers: int = _setting(
        -1,
        "Layers of the model that llama.cpp moves to the GPU; -1 means as many as fit, 0 none.",
        within=(-1, 10_000),
    )
    kv_cache: Literal["auto", "f16", "q8_0", "q4_0"] = _setting(
        "auto",
        "The type of llama.cpp's key-value cache; `auto` means `f16`, or `q8_0` when memory is "
        "short.",
    )
    flash_attention: Literal["auto", "on", "off"] = _setting(
        "auto",
        "Flash attention in llama.cpp; `auto` turns it on where the machine and model support it.",
    )
    draft_model: str = _setting(
        "",
        "A much smaller model (name or GGUF file) with the same vocabulary that drafts tokens for "
        "the main model to verify. Without one, drafts come from the code that an edit repeats.",
    )
    reasoning: Literal["off", "low", "high"] = _setting(
        "off",
        "How long a reasoning model thinks before it answers: not at all, up to 1024 tokens, or up "
        "to 4096. The reasoning is shown as progress and is never part of an edit.",
    )
    sleep_minutes: float = _setting(
        30.0,
        "Minutes without a request after which llama.cpp releases the model's memory; the next "
        "request loads it again. 0 means never.",
        within=(0, 10_000),
    )
    timeout: float = _setting(
        60.0,
        "Seconds to wait for the next sign of life from the model before a request is given up.",
        within=(0.1, 86_400),
    )
    tries: int = _setting(
        0,
        "How many more answers are asked for where one fails its checks; the first that passes is "
        "taken. 0 means up to 4, at once where the engine can; 1 means none. None is asked for "
        "after a minute, or 4,000 tokens.",
        within=(0, 32),
    )
    warm_up: bool = _setting(
        True,
        "Let the model read the code while the code action menu is open, so that the action you "
        "choose starts at once. It gives way to everything else.",
    )
    preload: bool = _setting(
        True,
        "Load the model in the background when the editor starts, so that the first action does "
        "not have to wait. Off: it is loaded by the first action.",
    )


@dataclass(frozen=True, slots=True)
class LargeSettings:
    """A larger model, for what the other one cannot do."""

    model: str = _setting(
        "",
        "A larger model, given as in `local.model`. Used for requests that are too hard for the "
        "first model, whose replies failed the checks, or on demand (`--large`). It is loaded when "
        "it is first needed, beside the first model.",
    )
    engine: str = _setting(
        AS_LOCAL,
        "What runs the larger model, as in `local.engine`.",
        choices=lambda: (AS_LOCAL, *ENGINES),
    )
    url: str = _setting(
        "",
        "The address of its server for `openai`. Empty: `local.url`.",
        begins=("http://", "https://"),
    )
    api_key: str = _setting("", "That server's API key, as in `local.api_key`.", secret=True)
    draft_model: str = _setting("", "Its draft model, as in `local.draft_model`.")


@dataclass(frozen=True, slots=True)
class CloudSettings:
    """A model that is not on this machine, and what it may cost."""

    engine: Literal["off", "anthropic", "openai"] = _setting(
        "off",
        "Whose models may answer a request that you allow to leave this machine: nobody's, "
        "Anthropic's Claude, or those of OpenAI or any server with its protocol at `cloud.url`.",
    )
    model: str = _setting(
        "",
        "The provider's name of the model. Empty: `claude-sonnet-5-5`, or `gpt-6.1-sol` for "
        "OpenAI.",
    )
    url: str = _setting(
        "", "The server's address. Empty: the provider's own.", begins=("http://", "https://")
    )
    api_key: str = _setting(
        "",
        "The API key; never shown or logged. Empty: what `cloud.key_command` prints, else what "
        "`deskmate key set` stored in the system's keyring, else, for the provider's own server, "
        "the environment variable ANTHROPIC_API_KEY or OPENAI_API_KEY.",
        secret=True,
    )
    key_command: str = _setting(
        "", "A command that prints the key, such as your password manager's."
    )
    context: int = _setting(
        0,
        "Context window in tokens, for a request and its answer together; 0 means the model's own.",
        within=(0, 10_000_000),
    )
    reasoning: Literal["off", "low", "high"] = _setting(
        "low", "How long the model thinks before it answers, as in `local.reasoning`."
    )
    timeout: float = _setting(
        120.0,
        "Seconds to wait for the next sign of life from the model before a request is given up.",
        within=(0.1, 86_400),
    )
    retries: int = _setting(
        2,
        "How often a request is sent again when the server was too busy.",
        within=(0, 10),
    )
    personal_data: Literal["redact", "send"] = _setting(
        "redact",
        "Whether e-mail addresses, phone numbers, and account and card numbers are replaced by "
        "placeholders. Secrets always are.",
    )
    internal_names: Literal["redact", "send"] = _setting(
        "redact",
        "Whether names of hosts in your network, private addresses, names of buckets, and whose "
        "home folder a path leads to are replaced by placeholders.",
    )
    day_budget: float = _setting(
        1.0,
        "The most that requests may cost per day, in US dollars; a request that would exceed it is "
        "not sent. 0 means no limit.",
        within=(0, 1_000_000),
    )
    month_budget: float = _setting(
        10.0, "The most that requests may cost per month, as above.", within=(0, 1_000_000)
    )
    input_price: float = _setting(
        0.0,
        "Price in US dollars per million input tokens, for a model whose price Deskmate does not "
        "know or for which you pay less.",
        within=(0, 100_000),
    )
    output_price: float = _setting(
        0.0, "Price in US dollars per million output tokens, as above.", within=(0, 100_000)
    )


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """What is noted of requests that leave this machine."""

    keep_payloads: bool = _setting(
        False,
        "Keep in the ledger what was sent and what came back, exactly as on the wire, that is, "
        "after redaction. Only you can read it; `deskmate ledger forget` deletes it.",
    )


@dataclass(frozen=True, slots=True)
class RoutingSettings:
    """Which requests are too hard for the local model, and what then."""

    mode: Literal["never", "ask", "auto"] = _setting(
        "ask",
        "What happens to a request that is too hard for the local model: it stays local, you are "
        "asked and told why, or it is sent. Unless you have turned a cloud model on, every request "
        "stays local and you are not asked.",
        project="earlier",
    )
    hard_from: float = _setting(
        1.0,
        "The score from which a request counts as too hard for the local model; docs/privacy.md "
        "lists what adds to it. A higher value asks less often.",
        within=(0.1, 100),
    )
    large_from: float = _setting(
        1.0,
        "The score from which the larger local model, if there is one, is asked first, instead of "
        "only after the replies of the first model failed the checks.",
        within=(0.1, 100),
    )
    wait: float = _setting(
        30.0,
        "Seconds to wait for your answer before the local result is used.",
        within=(0, 3600),
    )


@dataclass(frozen=True, slots=True)
class ActionSettings:
    """Which actions are offered."""

    disabled: tuple[str, ...] = _setting(
        (), "Ids of actions that should not be offered, such as `write-tests`.", project=True
    )
    large: tuple[str, ...] = _setting(
        (),
        "Ids of actions that always go to the larger model of `local_large`, if there is one; "
        "`deskmate eval` shows which ones the first model is not good enough for.",
    )


@dataclass(frozen=True, slots=True)
class HoverSettings:
    """What is shown at the name that the mouse or the cursor rests on."""

    show: Literal["explanation", "all", "off"] = _setting(
        "explanation",
        "What a hover on a function or class shows: only the model's explanation, because another "
        "language server shows the rest; all, with signature, documentation and place of "
        "definition, for editors without another server; or nothing.",
        project=True,
    )
    disabled: tuple[str, ...] = _setting(
        (), "Languages without hovers, such as `python`.", project=True
    )
    budget_ms: int = _setting(
        0,
        "Milliseconds that a hover waits for an explanation that is not written yet. 0 means "
        "never: the explanation is written in the background, and the next hover shows it.",
        within=(0, 10_000),
    )
    prefetch: bool = _setting(
        False,
        "Write explanations for the code around the cursor while the model is idle, so that the "
        "first hover shows one. This keeps the processor busy, gives way to everything else, and "
        "pauses on battery power.",
    )


@dataclass(frozen=True, slots=True)
class DocstringSettings:
    """How documentation is written, and when without being asked."""

    style: Literal["google", "numpy", "rest"] = _setting(
        "google", "The style of Python docstrings.", project=True
    )
    on_save: Literal["off", "changed", "all"] = _setting(
        "off",
        "Insert docstrings when a file is saved: for functions and classes changed since the file "
        "was opened, or for all. They are written in the background while you are not typing, and "
        "saving never waits: what is not ready comes with the next save. A docstring that you "
        "delete is not written again. Test files are left alone.",
    )
    disabled: tuple[str, ...] = _setting(
        (),
        "Languages in which no docstrings are inserted on save, such as `bash`.",
        project=True,
    )
    public_only: bool = _setting(
        True,
        "On save and for a whole file, document only public names: none that begins with `_`, and "
        "only what is marked public in languages that mark it.",
        project=True,
    )
    min_lines: int = _setting(
        3,
        "On save and for a whole file, document only functions and classes of at least this many "
        "lines.",
        project=True,
        within=(1, 10_000),
    )


@dataclass(frozen=True, slots=True)
class TextSettings:
    """How texts are proofread."""

    rules: bool = _setting(
        True,
        "Let rules find misspelled English words first, in milliseconds; the model then looks for "
        "what rules cannot see.",
        project=True,
    )
    diagnostics: bool = _setting(
        False,
        "Show what the rules find while you type, as hints with quick fixes; no model is involved.",
        project=True,
    )


@dataclass(frozen=True, slots=True)
class DataSettings:
    """What is extracted from texts and said of them."""

    schema: str = _setting(
        "",
        "A file with a JSON Schema, or with an example record, for extraction; a relative path is "
        "resolved in the project. Empty: the model chooses the fields unless you name them.",
        project="inside",
    )
    tags: tuple[str, ...] = _setting(
        (), "The tags to choose from. Empty: the model makes them up.", project=True
    )
    categories: tuple[str, ...] = _setting(
        (), "The categories to choose from. Empty: the model makes them up.", project=True
    )
    region: str = _setting(
        "",
        "The country, as a two-letter code such as `US`, for phone numbers without a country code. "
        "Empty: only numbers that begin with `+` are cleaned up.",
        project=True,
    )


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """What is kept of finished answers."""

    megabytes: int = _setting(
        64,
        "Disk space for finished answers and explanations, so that a repeated request is answered "
        "at once. Only you can read it; `deskmate cache clear` empties it; 0 keeps nothing.",
        within=(0, 100_000),
    )


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """What Deskmate knows of the project's files that are not open."""

    enabled: bool = _setting(
        True,
        "Keep an index of what the project's source files define, import and use, in the cache "
        "folder. A process of its own builds it with low priority and keeps it up to date. Without "
        "it, Deskmate follows a file's imports each time.",
    )


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """How answers are checked before they are proposed."""

    enabled: bool = _setting(
        True,
        "Have every answer on code in a project checked: by linters, compilers and type checkers "
        "that are installed, which run none of it, and with your leave by its tests. "
        "docs/checks.md says how.",
    )
    disabled: tuple[str, ...] = _setting(
        (),
        "Checks that should not be used: names such as `ruff` or `mypy`, `examples` for those in "
        "documentation, `tests` for the project's own.",
        project=True,
    )
    test_command: str = _setting(
        "",
        "The command that runs tests, such as `make test` or `pytest -q {files}`, where `{files}` "
        "are the test files that reach the code. Empty: what the project has, such as pytest, "
        "`go test` or `node --test`. It runs in a copy, and only where you allow that.",
        command=True,
    )
    seconds: float = _setting(
        10.0,
        "Seconds that one check may take; what takes longer says nothing.",
        within=(0.5, 3600),
    )


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What Deskmate notes down for whoever looks for a fault."""

    level: Literal["debug", "info", "warning", "error"] = _setting(
        "info", "The lowest level that is logged; only `debug` logs prompts and code."
    )
    file: str = _setting("", "The log file. Empty: standard error, which editors show.")


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
    index: IndexSettings = field(default_factory=IndexSettings)
    checks: CheckSettings = field(default_factory=CheckSettings)
    log: LogSettings = field(default_factory=LogSettings)
