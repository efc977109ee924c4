"""`[cloud]`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from deskmate.settings.setting import setting


@dataclass(frozen=True, slots=True)
class CloudSettings:
    """A model that is not on this machine, and what it may cost."""

    engine: Literal["off", "anthropic", "openai"] = setting(
        "off",
        "Whose models may answer a request that you allow to leave this machine: nobody's, "
        "Anthropic's Claude, or those of OpenAI or any server with its protocol at `cloud.url`.",
    )
    model: str = setting(
        "",
        "The provider's name of the model. Empty: `claude-sonnet-5-5`, or `gpt-6.1-sol` for "
        "OpenAI.",
    )
    url: str = setting(
        "", "The server's address. Empty: the provider's own.", begins=("http://", "https://")
    )
    api_key: str = setting(
        "",
        "The API key; never shown or logged. Empty: what `cloud.key_command` prints, else what "
        "`deskmate key set` stored in the system's keyring, else, for the provider's own server, "
        "the environment variable ANTHROPIC_API_KEY or OPENAI_API_KEY.",
        secret=True,
    )
    key_command: str = setting(
        "", "A command that prints the key, such as your password manager's."
    )
    context: int = setting(
        0,
        "Context window in tokens, for a request and its answer together; 0 means the model's own.",
        within=(0, 10_000_000),
    )
    reasoning: Literal["off", "low", "high"] = setting(
        "low", "How long the model thinks before it answers, as in `local.reasoning`."
    )
    timeout: float = setting(
        120.0,
        "Seconds to wait for the next sign of life from the model before a request is given up.",
        within=(0.1, 86_400),
    )
    retries: int = setting(
        2,
        "How often a request is sent again when the server was too busy.",
        within=(0, 10),
    )
    personal_data: Literal["redact", "send"] = setting(
        "redact",
        "Whether e-mail addresses, phone numbers, and account and card numbers are replaced by "
        "placeholders. Secrets always are.",
    )
    internal_names: Literal["redact", "send"] = setting(
        "redact",
        "Whether names of hosts in your network, private addresses, names of buckets, and whose "
        "home folder a path leads to are replaced by placeholders.",
    )
    day_budget: float = setting(
        1.0,
        "The most that requests may cost per day, in US dollars; a request that would exceed it is "
        "not sent. 0 means no limit.",
        within=(0, 1_000_000),
    )
    month_budget: float = setting(
        10.0, "The most that requests may cost per month, as above.", within=(0, 1_000_000)
    )
    input_price: float = setting(
        0.0,
        "Price in US dollars per million input tokens, for a model whose price Deskmate does not "
        "know or for which you pay less.",
        within=(0, 100_000),
    )
    output_price: float = setting(
        0.0, "Price in US dollars per million output tokens, as above.", within=(0, 100_000)
    )
