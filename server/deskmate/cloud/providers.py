"""Which engine answers from elsewhere, by whose key. Only the gateway, `deskmate.cloud.gateway`,
imports this: a contract in pyproject.toml says so.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from deskmate.cloud.anthropic.engine import Claude
from deskmate.engines.engine import Engine
from deskmate.engines.keys import find_key
from deskmate.engines.openai.engine import OpenAICompatible
from deskmate.errors import EngineUnavailable
from deskmate.settings.sections.cloud import CloudSettings


@dataclass(frozen=True, slots=True)
class Provider:
    """Who answers: at which address, with which model and with the key of which variable, where
    nothing else is set.
    """

    title: str
    url: str
    model: str
    variable: str


PROVIDERS: Mapping[str, Provider] = {
    "anthropic": Provider(
        "Anthropic", "https://api.anthropic.com", "claude-sonnet-5-5", "ANTHROPIC_API_KEY"
    ),
    "openai": Provider("OpenAI", "https://api.openai.com/v1", "gpt-6.1-sol", "OPENAI_API_KEY"),
}


def provider(cloud: CloudSettings) -> Provider:
    """Who would answer, by these settings. Raises EngineUnavailable where they say nobody."""
    if cloud.engine == "off":
        raise EngineUnavailable(
            "No cloud model may be asked: `cloud.engine` is `off`. Set it to "
            "`anthropic` or `openai` in your own settings if you want that."
        )
    usual = PROVIDERS[cloud.engine]
    return Provider(
        title=usual.title if not cloud.url else cloud.url,
        url=cloud.url or usual.url,
        model=cloud.model or usual.model,
        variable=usual.variable if not cloud.url or cloud.url == usual.url else "",
    )


def create_cloud_engine(cloud: CloudSettings) -> Engine:
    """The engine of `cloud.engine`, not connected yet. Raises EngineUnavailable."""
    who = provider(cloud)
    key = _find_key(cloud, who)
    if cloud.engine == "anthropic":
        return Claude(
            who.model,
            url=who.url,
            api_key=key,
            context=cloud.context,
            reasoning=cloud.reasoning,
            timeout=cloud.timeout,
            retries=cloud.retries,
        )
    return OpenAICompatible(
        who.url,
        api_key=key,
        model=who.model,
        context=cloud.context,
        reasoning=cloud.reasoning,
        timeout=cloud.timeout,
        retries=cloud.retries,
        section="cloud",
        reach="internet",
        curious=not who.variable,  # a provider's own server is known
    )


def _find_key(cloud: CloudSettings, who: Provider) -> str:
    """The key, from where the user keeps it. Raises EngineUnavailable where there is none for the
    provider's own server; any other may do without.
    """
    key = cloud.api_key or _run_key_command(cloud.key_command) or find_key(who.url)
    if not key and who.variable:
        key = os.environ.get(who.variable, "")
        if not key:
            raise EngineUnavailable(
                f"There is no key for {who.title}. `deskmate key set {who.url}` keeps yours in the "
                f"system's keyring; or set {who.variable} in the environment of your editor."
            )
    return key


def _run_key_command(command: str) -> str:
    """What a command of the user's prints. Raises EngineUnavailable where it fails; what it says
    then is not shown, as that may be half a key.
    """
    if not command:
        return ""
    try:
        done = subprocess.run(
            shlex.split(command, posix=os.name == "posix"),
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=True,
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise EngineUnavailable(
            f"`cloud.key_command` gives no key ({type(error).__name__}). Run it in a shell to see "
            f"why."
        ) from None
    return done.stdout.strip()


_PATIENCE = 30.0
"""Seconds that the command has: the user may have to unlock something."""
