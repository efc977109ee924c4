"""From the settings to an engine elsewhere, and where its key comes from."""

from __future__ import annotations

import shlex
import sys

import keyring
import pytest

from chat_server import ChatServer
from claude_server import ClaudeServer
from deskmate.cloud.anthropic.engine import Claude
from deskmate.cloud.providers import create_cloud_engine, provider
from deskmate.engines.openai.engine import OpenAICompatible
from deskmate.errors import EngineUnavailable
from deskmate.settings.sections.cloud import CloudSettings


@pytest.fixture(autouse=True)
def nothing_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_password", lambda service, name: None)
    for name in ("ANTHROPIC_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def test_nobody_is_asked_unless_that_is_set() -> None:
    with pytest.raises(EngineUnavailable, match=r"`cloud\.engine` is `off`\. Set it to"):
        create_cloud_engine(CloudSettings())


def test_the_providers_and_their_models() -> None:
    claude = provider(CloudSettings(engine="anthropic"))
    assert (claude.title, claude.url) == ("Anthropic", "https://api.anthropic.com")
    assert claude.model == "claude-sonnet-5-5"
    ours = provider(CloudSettings(engine="openai", url="https://models.example.com/v1", model="m"))
    assert (ours.title, ours.model, ours.variable) == ("https://models.example.com/v1", "m", "")


def test_a_provider_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = CloudSettings(engine="anthropic")
    with pytest.raises(EngineUnavailable, match=r"no key for Anthropic.*ANTHROPIC_API_KEY"):
        create_cloud_engine(settings)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k")
    assert isinstance(create_cloud_engine(settings), Claude)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert isinstance(create_cloud_engine(CloudSettings(engine="openai")), OpenAICompatible)


def prints(text: str, code: int = 0) -> str:
    """A command that does."""
    script = f"print({text!r}); raise SystemExit({code})"
    return shlex.join([sys.executable, "-c", script])


KEYS = {
    "set": (CloudSettings(api_key="set", key_command=prints("printed")), "set"),
    "printed": (CloudSettings(key_command=prints("printed")), "printed"),
    "none": (CloudSettings(), "none"),
}


@pytest.mark.parametrize("name", KEYS)
async def test_where_the_key_comes_from(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never from the environment for a server that is not the provider's own."""
    monkeypatch.setenv("OPENAI_API_KEY", "of OpenAI")
    settings, expected = KEYS[name]
    async with ChatServer() as chat:
        engine = create_cloud_engine(replaced(settings, "openai", chat.url))
        await engine.capabilities()
        await engine.aclose()
        assert {one.headers["authorization"] for one in chat.asked} == {f"Bearer {expected}"}


async def test_claude_gets_its_key_the_same_way() -> None:
    async with ClaudeServer() as server:
        settings = replaced(KEYS["printed"][0], "anthropic", server.url)
        engine = create_cloud_engine(settings)
        await engine.capabilities()
        await engine.aclose()
        assert server.asked[0].headers["authorization"] == "Bearer printed"


@pytest.mark.parametrize("command", [prints("sk-secret", 1), "/no/such/program", "'"])
def test_a_command_that_fails_is_said_without_what_it_said(command: str) -> None:
    with pytest.raises(EngineUnavailable, match=r"`cloud\.key_command` gives no key") as failed:
        create_cloud_engine(CloudSettings(engine="openai", key_command=command))
    assert "sk-secret" not in str(failed.value)


def test_keys_are_not_shown() -> None:
    assert "secret" not in repr(CloudSettings(api_key="secret"))


def replaced(settings: CloudSettings, engine: str, url: str) -> CloudSettings:
    values = {name: getattr(settings, name) for name in CloudSettings.__slots__}
    return CloudSettings(**{**values, "engine": engine, "url": url})
