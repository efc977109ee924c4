"""Secrets that people leave in their files, from the request to the bytes that reach a provider's
server by its official SDK, and back.
"""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from planted import KINDS, NAMED_KINDS, NAMED_PLACES, PLACES, Chance, Place

from chat_server import Asked, ChatServer, Page
from chat_server import stream as openai_says
from claude_server import MESSAGES, ClaudeServer
from claude_server import stream as claude_says
from deskmate.actions.catalog import load_actions
from deskmate.actions.diagnostic import Diagnostic
from deskmate.cloud.gateway import Consent, open_gateway
from deskmate.cloud.ledger import Ledger
from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.queries import problems
from deskmate.core.text.text import Span
from deskmate.engines.engine import Message, Prompt
from deskmate.errors import Refused
from deskmate.requests.pipeline import propose
from deskmate.requests.request import resolve
from deskmate.settings.project import project_of
from deskmate.settings.schema import Settings
from deskmate.settings.sections.cloud import CloudSettings

CHAT = "/v1/chat/completions"


@pytest.fixture(params=[ClaudeServer, ChatServer])
async def server(request: pytest.FixtureRequest) -> AsyncGenerator[ChatServer]:
    async with request.param() as server:
        server.pages[MESSAGES] = server.pages[CHAT] = echo
        yield server


def echo(asked: Asked) -> Page:
    """A model that says what it was told by the user, in pieces that cut placeholders."""
    said = "\n".join(contents(asked.body))
    pieces = [said[at : at + 7] for at in range(0, len(said), 7)]
    return claude_says(*pieces) if asked.path == MESSAGES else openai_says(*pieces)


def contents(body: Any) -> list[str]:
    return [str(one["content"]) for one in body["messages"] if one["role"] == "user"]


def settings(server: ChatServer) -> Settings:
    cloud = CloudSettings(
        engine="anthropic" if isinstance(server, ClaudeServer) else "openai",
        url=server.url,
        model="m",
        api_key="k",
        day_budget=0,
        month_budget=0,
    )
    return Settings(cloud=cloud)


def planted(kind: str, places: tuple[Place, ...]) -> tuple[list[str], list[str]]:
    """Texts with a secret of this kind each, and the secrets."""
    chance, make = Chance(kind), KINDS.get(kind) or NAMED_KINDS[kind]
    secrets = [make(chance) for _ in places]
    texts = [
        one.text.replace("SECRET", secret) for one, secret in zip(places, secrets, strict=True)
    ]
    return texts, secrets


async def test_no_byte_of_a_secret_reaches_a_server(server: ChatServer, tmp_path: Path) -> None:
    """Secrets of twenty kinds, of 56 that are drawn anew, in code of twelve languages,
    configuration, comments, error messages, file names and instructions.
    """
    ledger = Ledger(tmp_path / "ledger.sqlite")
    gateway = open_gateway(settings(server), Consent("ask"), None, ledger=ledger)
    planted_ones: list[str] = []
    for kind in random.sample((*KINDS, *NAMED_KINDS), 20):
        places = PLACES if kind in KINDS else NAMED_PLACES
        texts, secrets = planted(kind, places)
        messages = tuple(Message("user", text) for text in texts)
        async with aclosing(gateway.stream(Prompt(messages, max_tokens=10_000))) as chunks:
            answer = "".join([chunk.text async for chunk in chunks])
        assert answer == "\n".join(texts), kind
        asked = server.asked.pop()
        assert not [secret for secret in secrets if secret.encode() in asked.raw], kind
        for place, before, after in zip(places, texts, contents(asked.body), strict=True):
            if not place.name.endswith(".txt"):
                assert mistakes(place, after) <= mistakes(place, before), after
        planted_ones += secrets
    await gateway.aclose()
    kept = (tmp_path / "ledger.sqlite").read_bytes()
    assert not [secret for secret in planted_ones if secret.encode() in kept]


def mistakes(place: Place, text: str) -> int:
    return len(problems(open_document(f"file:///{place.name}", text)))


TOKENS = ["ghp_" + str(number) * 4 + "a1B2c3D4" * 4 for number in range(6)]


async def test_nor_of_an_action_wherever_it_finds_them(server: ChatServer, tmp_path: Path) -> None:
    """In the code, a file's name, an instruction, a diagnostic, another file and the project."""
    code, name, wish, told, other, known = TOKENS
    (tmp_path / ".env").write_text(f"KEY={known}\n", encoding="utf-8")
    text = f'import rates\n\n\ndef total(prices):\n    log("{code}")\n    return rates.rate()\n'
    document = open_document((tmp_path / f"{name}.py").as_uri(), text)
    (tmp_path / "rates.py").touch()  # what is open counts in its place
    rates = open_document(
        (tmp_path / "rates.py").as_uri(), f'def rate(key="{other}"):\n    return 1\n'
    )
    start = text.index("def")
    actions, _ = load_actions(())
    asked = {
        "instruction": f"it is about {wish} and {known}",
        "diagnostics": (Diagnostic(Span(start, start + 3), f"cannot use {told}"),),
        "others": (rates,),
        "root": tmp_path,
    }
    explain, fix = (
        resolve(actions[name], document, Span(start, start), **asked)  # type: ignore[arg-type]
        for name in ("explain", "fix-bug")
    )
    ledger = Ledger(tmp_path / "ledger.sqlite")
    gateway = open_gateway(
        settings(server), Consent("explain"), project_of(tmp_path / "a.py", tmp_path), ledger=ledger
    )
    shown = (await propose(explain, gateway)).shown
    with pytest.raises(Refused):  # an echo fixes nothing
        await propose(fix, gateway)
    await gateway.aclose()
    wire = b"".join(one.raw for one in server.asked)
    for said in (
        b"it is about REDACTED",
        b"cannot use REDACTED",
        b'log(\\"REDACTED',
        b'key=\\"REDACTED',
    ):
        assert said in wire, said
    assert not [token for token in TOKENS if token.encode() in wire]
    assert code in shown  # the answer is about the file as it is
    assert "REDACTED" not in shown
