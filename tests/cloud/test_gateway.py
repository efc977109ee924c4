"""The one gateway: what goes through it to a server, what comes back, and what is written down."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chat_server import ChatServer, Page
from chat_server import stream as says
from claude_server import MESSAGES, ClaudeServer, begin, failure, said, stream
from deskmate.actions.catalog import load_actions
from deskmate.cloud import gateway
from deskmate.cloud.gateway import Consent, Gateway, open_gateway
from deskmate.cloud.ledger import Entry, Ledger
from deskmate.cloud.payload import DATA, Whereabouts
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.engines.engine import Chunk, Engine, Message, Prompt
from deskmate.errors import BudgetSpent, EngineDeclined, EngineRejected, EngineUnavailable, NotSent
from deskmate.requests.pipeline import propose
from deskmate.requests.request import resolve
from deskmate.settings.project import Project, project_of
from deskmate.settings.schema import Settings
from deskmate.settings.sections.cloud import CloudSettings
from deskmate.settings.sections.ledger import LedgerSettings

TOKEN = "ghp_" + "a1B2c3D4e5" * 4
CONSENT = Consent("fix-bug", ("the local model found no answer", "asked for"))


@pytest.fixture
async def server() -> AsyncGenerator[ClaudeServer]:
    async with ClaudeServer() as server:
        yield server


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "state" / "ledger.sqlite")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "home" / "annegret" / "shop"
    root.mkdir(parents=True)
    where = Whereabouts(str(root), str(root.parent), "annegret", "annes-laptop")
    monkeypatch.setattr(gateway, "find_whereabouts", lambda root: where)
    return root


@pytest.fixture
def settings(server: ClaudeServer) -> Settings:
    cloud = CloudSettings(
        engine="anthropic",
        url=server.url,
        model="claude-test",
        api_key="k",
        reasoning="off",
        input_price=2,
        output_price=10,
    )
    return Settings(cloud=cloud)


def project_in(root: Path) -> Project | None:
    return project_of(root / "a.py", root)


Open = Callable[..., Engine]


@pytest.fixture
async def opened(settings: Settings, root: Path, ledger: Ledger) -> AsyncGenerator[Open]:
    engines: list[Engine] = []

    def open_it(settings: Settings = settings, **more: Any) -> Engine:
        engines.append(open_gateway(settings, CONSENT, project_in(root), ledger=ledger, **more))
        return engines[-1]

    yield open_it
    for engine in engines:
        await engine.aclose()


async def test_what_is_sent_and_what_comes_back(
    opened: Open, server: ClaudeServer, root: Path
) -> None:
    (root / ".env").write_text("CUSTOMER=Zweibrücken-77\nDEBUG=true\n", encoding="utf-8")
    code = (
        f'KEY = "{TOKEN}"\nPATH = "{root}/data.csv"\nWHO = "Zweibr\u200bücken-77"  # debug=true\n'
        f"# {root.parent}/notes of annegret on annes-laptop\n"
    )
    server.pages[MESSAGES] = stream('KEY = "REDACTED_3_GITH', "UB_TOKEN", '"\nREDACTED_1_PROJ', "…")
    answer = await ask(opened(), code)
    (body,) = server.messages()
    assert body["messages"] == [
        {
            "role": "user",
            "content": 'KEY = "REDACTED_1_GITHUB_TOKEN"\n'
            'PATH = "REDACTED_2_PROJECT_FOLDER/data.csv"\n'
            'WHO = "REDACTED_3_SECRET"  # debug=true\n'
            "# REDACTED_4_HOME_FOLDER/notes of REDACTED_5_USER_NAME on REDACTED_6_HOST_NAME\n",
        }
    ]
    assert body["system"] == DATA
    assert answer == 'KEY = "REDACTED_3_GITHUB_TOKEN"\nREDACTED_1_PROJ…'
    server.pages[MESSAGES] = stream('KEY = "REDACTED_1_GITH', "UB_TOKEN", '"\nREDACTED_2_PROJ', "…")
    assert await ask(opened(), code) == f'KEY = "{TOKEN}"\nREDACTED_2_PROJ…'


async def test_before_something_is_sent_nobody_is_asked_anything(
    opened: Open, server: ClaudeServer, settings: Settings, ledger: Ledger
) -> None:
    """The preview is what would be sent, to the letter; what a model can do is known here."""
    engine = opened()
    assert isinstance(engine, Gateway)
    preview = await engine.preview(prompt(f"use {TOKEN}"))
    assert (await engine.capabilities()).context == 128_000
    assert await engine.count_tokens("four") == 3
    assert server.asked == []
    assert list(ledger.read_entries()) == []
    assert preview.redactions == {"GITHUB_TOKEN": 1}
    assert preview.price == pytest.approx((preview.prompt_tokens * 2 + 100 * 10) / 1e6)
    server.pages[MESSAGES] = stream("Hi")
    await ask(engine, f"use {TOKEN}")
    (body,) = server.messages()
    assert preview.text == f"system: {body['system']}\n\nuser: {body['messages'][0]['content']}"


async def test_an_action_on_code_with_a_secret(
    opened: Open, server: ClaudeServer, root: Path, ledger: Ledger
) -> None:
    """From the document to the edit: the model sees a placeholder, the file keeps its secret."""
    text = f'def total(prices):\n    log("{TOKEN}")\n    return max(prices)\n'
    server.pages[MESSAGES] = stream(
        '```python\ndef total(prices):\n    log("REDACTED_1_GITHUB_TOKEN")\n'
        "    return sum(prices)\n```"
    )
    actions, _ = load_actions(())
    document = open_document((root / "shop.py").as_uri(), text)
    request = resolve(actions["fix-bug"], document, Span(5, 5), root=root)
    proposal = await propose(request, opened(shown=[(root / "shop.py").as_uri()]))
    assert proposal.change is not None
    assert proposal.change.after == text.replace("max", "sum")
    assert TOKEN not in json.dumps(server.messages())
    (entry,) = ledger.read_entries()
    assert (entry.outcome, entry.redactions) == ("answered", "1 github token")


@pytest.mark.parametrize(
    "changed", ["REDACTED_1_TOKEN", "redacted_1_github_token", "7_000_000_001"]
)
async def test_a_placeholder_that_the_model_changed_does_not_reach_the_file(
    changed: str, opened: Open, server: ClaudeServer, root: Path
) -> None:
    text = f'def total(prices):\n    log("{TOKEN}")\n    return max(prices)\n'
    reply = '```python\ndef total(prices):\n    log("{}")\n    return sum(prices)\n```'
    server.pages[MESSAGES] = [
        stream(reply.replace("{}", changed)),
        stream(reply.replace("{}", "REDACTED_1_GITHUB_TOKEN")),
    ]
    document = open_document((root / "shop.py").as_uri(), text)
    request = resolve(load_actions(())[0]["fix-bug"], document, Span(5, 5), root=root)
    proposal = await propose(request, opened())
    assert proposal.tried == (
        f"`{changed}` stands for nothing here; write each such word as it was given.",
    )
    assert proposal.change is not None
    assert proposal.change.after == text.replace("max", "sum")


async def test_what_was_taken_out_once_stays_out(
    opened: Open, server: ClaudeServer, root: Path
) -> None:
    """Also where the model's own answer, which is repeated to it, would not give it away."""
    text = 'def log_in():\n    password = "tomatoes"\n    return connect()\n'
    server.pages[MESSAGES] = [
        stream("```python\ndef log_in():\n    return connect('REDACTED_1_PASSWORD'\n```"),
        stream("```python\ndef log_in():\n    return connect('REDACTED_1_PASSWORD')\n```"),
    ]
    document = open_document((root / "shop.py").as_uri(), text)
    request = resolve(load_actions(())[0]["fix-bug"], document, Span(5, 5), root=root)
    proposal = await propose(request, opened())
    assert proposal.change is not None
    assert proposal.change.after == "def log_in():\n    return connect('tomatoes')\n"
    assert len(server.messages()) == 2
    assert "tomatoes" not in json.dumps(server.messages())


async def test_the_ledger_says_what_left_and_not_what_it_said(
    opened: Open, server: ClaudeServer, ledger: Ledger, root: Path
) -> None:
    server.pages[MESSAGES] = stream("Hi", "!")
    await ask(opened(), f"use {TOKEN}")
    (entry,) = ledger.read_entries()
    price = entry.price
    assert price == pytest.approx((7 * 2 + 2 * 10) / 1e6)
    assert entry == Entry(
        time=entry.time,
        project=str(root),
        action="fix-bug",
        reasons="the local model found no answer; asked for",
        provider=server.url,
        model="claude-test",
        prompt_tokens=7,
        cached_tokens=2,
        completion_tokens=2,
        price=price,
        redactions="1 github token",
        outcome="answered",
    )
    assert ledger.sum_spent(entry.time[:10]) == entry.price
    if os.name == "posix":
        assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600
    assert b"Hi" not in ledger.path.read_bytes()


async def test_payloads_are_kept_where_that_is_set_and_without_what_was_redacted(
    opened: Open, server: ClaudeServer, ledger: Ledger, settings: Settings
) -> None:
    server.pages[MESSAGES] = stream("It is REDACTED_1_GITHUB_TOKEN.")
    keeping = replace(settings, ledger=LedgerSettings(keep_payloads=True))
    assert await ask(opened(keeping), f"use {TOKEN}") == f"It is {TOKEN}."
    (entry,) = ledger.read_entries()
    assert entry.request.endswith("user: use REDACTED_1_GITHUB_TOKEN")
    assert entry.answer == "It is REDACTED_1_GITHUB_TOKEN."
    assert TOKEN.encode() not in ledger.path.read_bytes()


async def test_where_something_is_left_nothing_is_sent(
    opened: Open, server: ClaudeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deskmate.cloud import payload
    from deskmate.cloud.redaction import Redacted

    blind = lambda texts, *_, **__: Redacted(tuple(texts), {})  # noqa: E731
    monkeypatch.setattr(payload, "redact", blind)
    with pytest.raises(NotSent, match=r"a last look found .* \(github token\)\. Select less"):
        await ask(opened(), f"use {TOKEN}")
    assert server.asked == []


@pytest.mark.parametrize(
    ("cloud", "sentence"),
    [
        ({"day_budget": 0.000_001}, r"of the \$0\.00 for this day are spent.*`cloud\.day_budget`"),
        ({"month_budget": 0.000_001}, r"for this month are spent.*`cloud\.month_budget`"),
        ({"input_price": 0.0, "output_price": 0.0}, r"what claude-test costs is not known.*Set"),
    ],
)
async def test_what_would_cost_more_than_is_left_is_not_sent(
    cloud: dict[str, float], sentence: str, opened: Open, server: ClaudeServer, settings: Settings
) -> None:
    tight = replace(settings, cloud=replace(settings.cloud, **cloud))  # type: ignore[arg-type]
    with pytest.raises(BudgetSpent, match=sentence):
        await ask(opened(tight), "Hello")
    assert server.asked == []


async def test_without_a_budget_a_model_of_unknown_price_may_be_asked(
    opened: Open, server: ClaudeServer, settings: Settings, ledger: Ledger
) -> None:
    none = {"day_budget": 0.0, "month_budget": 0.0, "input_price": 0.0, "output_price": 0.0}
    server.pages[MESSAGES] = stream("Hi")
    free = replace(settings, cloud=replace(settings.cloud, **none))  # type: ignore[arg-type]
    assert await ask(opened(free), "Hello") == "Hi"
    assert [entry.price for entry in ledger.read_entries()] == [None]


async def test_requests_at_the_same_time_keep_one_budget(
    opened: Open, server: ClaudeServer, settings: Settings
) -> None:
    """What is under way counts with the most that it can cost."""
    server.pages[MESSAGES] = Page((*begin(), 30.0))
    cost = (len(DATA) + 200) / 2 * 2e-6 + 100 * 10e-6
    tight = replace(settings, cloud=replace(settings.cloud, day_budget=1.5 * cost))
    first = asyncio.create_task(ask(opened(tight), "Hello"))
    while not server.messages():
        await asyncio.sleep(0.01)
    with pytest.raises(BudgetSpent):
        await ask(opened(tight), "Hello")
    first.cancel()
    await asyncio.wait([first])


async def test_what_cannot_be_written_down_is_not_sent(
    opened: Open, server: ClaudeServer, ledger: Ledger
) -> None:
    ledger.path.parent.write_text("no folder")
    with pytest.raises(NotSent, match="nothing is sent that cannot be recorded"):
        await ask(opened(), "Hello")
    assert server.asked == []


async def test_how_requests_end_is_in_the_ledger(
    opened: Open, server: ClaudeServer, ledger: Ledger
) -> None:
    engine = opened()
    server.pages[MESSAGES] = failure("authentication_error", "invalid x-api-key", 401)
    with pytest.raises(EngineRejected):
        await ask(engine, "Hello")
    server.pages[MESSAGES] = Page((*begin(), *said("Hi"), 30.0))
    async with aclosing(engine.stream(prompt("Hello"))) as chunks:
        await anext(chunks)
    server.pages[MESSAGES] = stream(reason="refusal")
    with pytest.raises(EngineDeclined):
        await ask(engine, "Hello")
    refused, cancelled, declined = ledger.read_entries()
    assert (refused.outcome, refused.price) == ("failed", 0)
    assert declined.outcome == "failed"
    assert (declined.price or 0) > 0
    assert cancelled.outcome == "cancelled"
    assert (cancelled.price or 0) > 0  # as much as it can have cost


@pytest.mark.parametrize("name", [".env", "app/server.key", "build/a.py", "../other/a.py"])
def test_files_that_never_leave_close_the_gateway(name: str, opened: Open, root: Path) -> None:
    (root / ".gitignore").write_text("build/\n")
    with pytest.raises(NotSent, match=r"never leaves this machine.*Ask the local model"):
        opened(shown=[(root / name).resolve().as_uri()])


@pytest.mark.parametrize(
    "uri",
    ["untitled:.env", "untitled:Untitled-1", "vscode-notebook-cell:/a/b.ipynb#W1", "git:/a.py"],
)
def test_what_is_no_file_of_a_project_stays(uri: str, opened: Open) -> None:
    with pytest.raises(NotSent, match=r"is not part of a project.*Save it in one"):
        opened(shown=[uri])


def test_the_gateway_is_closed_until_the_user_opens_it(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match=r"`cloud\.engine` is `off`"):
        open_gateway(Settings(), CONSENT, project_in(tmp_path))


async def test_openai_s_models_are_asked_through_the_same_gateway(
    settings: Settings, root: Path, ledger: Ledger
) -> None:
    async with ChatServer() as chat:
        chat.pages["/v1/chat/completions"] = says("Use REDACTED_1", "_GITHUB_TOKEN.")
        cloud = replace(settings.cloud, engine="openai", url=chat.url, model="tiny")
        engine = open_gateway(
            replace(settings, cloud=cloud), CONSENT, project_in(root), ledger=ledger
        )
        assert await ask(engine, f"use {TOKEN}") == f"Use {TOKEN}."
        await engine.aclose()
        sent = [one["content"] for one in chat.chats()[0]["messages"]]
        assert sent == [DATA, "use REDACTED_1_GITHUB_TOKEN"]
        assert TOKEN not in str(chat.asked)
    assert [entry.outcome for entry in ledger.read_entries()] == ["answered"]


async def test_a_schema_is_sent_without_secrets_too(opened: Open, server: ClaudeServer) -> None:
    server.pages[MESSAGES] = stream('{"a": "REDACTED_1_GITHUB_TOKEN"}')
    schema = {"type": "object", "properties": {"a": {"const": TOKEN}}}
    asked = replace(prompt("Hello"), schema=schema)
    assert await collect(opened(), asked) == f'{{"a": "{TOKEN}"}}'
    form = server.messages()[0]["output_config"]["format"]["schema"]
    assert form["properties"]["a"] == {"const": "REDACTED_1_GITHUB_TOKEN"}


def prompt(text: str) -> Prompt:
    return Prompt((Message("user", text),), max_tokens=100)


async def ask(engine: Engine, text: str) -> str:
    return await collect(engine, prompt(text))


async def collect(engine: Engine, asked: Prompt) -> str:
    async with aclosing(engine.stream(asked)) as chunks:
        found: list[Chunk] = [chunk async for chunk in chunks]
    return "".join(chunk.text for chunk in found)
