"""A request that is too hard for the local model, from the editor to the wire: what the user is
asked, what leaves, what comes back, and what is written down.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import pytest_asyncio
from lsp_editor import Editor, editing, plain, vscode
from lsprotocol.types import Command

from chat_server import ChatServer, Page
from chat_server import as_json as answer_json
from chat_server import stream as openai_says
from claude_server import MESSAGES, ClaudeServer
from claude_server import stream as claude_says

CODE = "def add(account, amount):\n    account.balance += amount\n"
HARD = "two clerks at the same time: an update gets lost"
TOKEN = "ghp_" + "a1B2c3D4e5" * 4


def block(operator: str) -> str:
    return f"```python\n{CODE.replace('+=', operator)}```"


@dataclass
class Pair:
    """An editor, with a cloud model that the user turned on."""

    editor: Editor
    server: ChatServer | ClaudeServer

    def says(self, *texts: str) -> None:
        """What the cloud model answers from now on."""
        if isinstance(self.server, ClaudeServer):
            self.server.pages[MESSAGES] = claude_says(*texts)
        else:
            self.server.pages["/v1/chat/completions"] = openai_says(*texts)

    def fails(self, page: Page) -> None:
        """How it fails from now on."""
        where = MESSAGES if isinstance(self.server, ClaudeServer) else "/v1/chat/completions"
        self.server.pages[where] = page

    @property
    def sent(self) -> list[Any]:
        """The requests for an answer that reached the cloud model."""
        return [one.body for one in self.server.asked if one.body is not None]

    async def configure(self, **sections: Any) -> None:
        """Sets settings of the user's, beside a local model by script and the cloud model."""
        log = await self.editor.script({"text": block("+= 1 *"), "again": True})
        claude = isinstance(self.server, ClaudeServer)
        cloud = {
            "engine": "anthropic" if claude else "openai",
            "url": self.server.url,
            "model": "big-1",
            "api_key": "a key",
            "input_price": 2,
            "output_price": 10,
        }
        settings: dict[str, Any] = {
            "local": {"engine": "scripted", "model": str(log.with_suffix(".toml"))},
            "cloud": cloud | sections.pop("cloud", {}),
        }
        await self.editor.configure(settings | sections)

    async def fixed(self, name: str = "bank.py", instruction: str = HARD, code: str = CODE) -> str:
        """The document after the fix."""
        uri = self.editor.open(name, code)
        result = await self.editor.run("fix-bug", uri, 5, instruction=instruction)
        assert result["status"] == "applied", result
        return self.editor.buffers[uri].text

    def ledger(self) -> list[tuple[str, str]]:
        """The outcomes that were written down, and what was taken out."""
        found = list(self.editor.folder.glob(".home/**/ledger.sqlite"))
        if not found:
            return []
        with closing(sqlite3.connect(found[0])) as file:
            return list(file.execute("SELECT outcome, redactions FROM requests"))


@pytest_asyncio.fixture(
    loop_scope="module",
    params=[(vscode, ClaudeServer), (plain, ChatServer)],
    ids=["claude", "openai"],
)
async def pair(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncGenerator[Pair, None]:
    capabilities, serving = request.param
    async with serving() as server, editing(tmp_path, capabilities()) as editor:
        found = Pair(editor, server)
        found.says(block("-="))
        await found.configure()
        yield found


async def test_send(pair: Pair) -> None:
    pair.editor.answers = ["Send"]
    assert "-=" in await pair.fixed()
    (question,) = pair.editor.questions
    assert question.startswith("Fix bug: a local model may not do it well: what goes wrong only")
    assert f"Send it to {pair.server.url} (big-1)? It is up to" in question
    assert "tokens with text from bank.py for up to $0.0" in question
    choices = ["Send", "Stay local", "See what is sent"]
    assert pair.editor.buttons[0][:3] == choices
    assert len(pair.sent) == 1
    assert pair.ledger() == [("answered", "")]


async def test_a_secret_stays_here_and_in_the_file(pair: Pair) -> None:
    code = f'{CODE}    log("{TOKEN}")\n'
    new = code.replace(TOKEN, "REDACTED_1_GITHUB_TOKEN").replace("+=", "-=")
    pair.says(f"```python\n{new}```")
    pair.editor.answers = ["Send"]
    assert await pair.fixed(code=code) == code.replace("+=", "-=")
    assert "taken out: 1 github token" in pair.editor.questions[0]
    assert "REDACTED_1_GITHUB_TOKEN" in json.dumps(pair.sent)
    assert TOKEN not in json.dumps(pair.sent)
    assert pair.ledger() == [("answered", "1 github token")]


async def test_stay_local(pair: Pair) -> None:
    pair.editor.answers = ["Stay local"]
    assert "+= 1 *" in await pair.fixed()
    assert pair.server.asked == []
    assert pair.ledger() == [("declined", "")]


async def test_a_dialog_that_is_closed_stays_local(pair: Pair) -> None:
    pair.editor.answers = [""]
    assert "+= 1 *" in await pair.fixed()
    assert pair.server.asked == []


async def test_no_answer_stays_local(pair: Pair) -> None:
    await pair.configure(routing={"wait": 2})
    assert "+= 1 *" in await pair.fixed()
    assert len(pair.editor.questions) == 1
    assert pair.server.asked == []
    pair.editor.answer = "Send"  # too late
    await pair.editor.escalate()
    assert pair.server.asked == []
    assert pair.ledger() == [("declined", "")]


async def test_an_everyday_request_is_not_asked_about(pair: Pair) -> None:
    assert "+= 1 *" in await pair.fixed(instruction="use a better name")
    assert (pair.editor.questions, pair.ledger()) == ([], [])


async def test_the_second_entry_of_the_menu_proposes_it(pair: Pair) -> None:
    uri = pair.editor.open("bank.py", CODE)
    fixes = ["quickfix", "refactor"]  # a menu has no room for it before “More…”
    offered = {one.title: one for one in await pair.editor.actions(uri, 5, only=fixes)}
    entry: Any = offered["Fix bug with the cloud model"]
    assert "Proofread with the cloud model" not in offered
    command: Any = entry if isinstance(entry, Command) else entry.command
    (arguments,) = command.arguments
    pair.editor.answers = ["Send"]
    await pair.editor.command("deskmate.run", {**arguments, "wait": True})
    assert "-=" in pair.editor.buffers[uri].text
    assert pair.editor.questions[0].startswith("Fix bug: you asked for it. Send it to")
    await pair.configure(routing={"mode": "never"})
    assert "Fix bug with the cloud model" not in [
        one.title for one in await pair.editor.actions(uri, 5, only=fixes)
    ]


async def test_the_same_again_after_it_was_undone_is_asked_about(pair: Pair) -> None:
    await pair.fixed(instruction="use a better name")
    uri = pair.editor.uri("bank.py")
    text = pair.editor.buffers[uri].text
    pair.editor.type(uri, 0, CODE, delete=len(text))
    pair.editor.answers = ["Stay local"]
    await pair.editor.run("fix-bug", uri, 5, instruction="use a better name")
    assert "you took the local model's answer back" in pair.editor.questions[0]


async def test_what_is_sent_can_be_seen_first_to_the_letter(pair: Pair) -> None:
    pair.editor.answers = ["See what is sent", "Send"]
    assert "-=" in await pair.fixed()
    assert len(pair.editor.questions) == 2
    assert "See what is sent" not in pair.editor.buttons[1]
    shown = shown_text(pair.editor)
    (body,) = pair.sent
    texts = [body.get("system", ""), *(one["content"] for one in body["messages"])]
    assert all(texts[1:])
    assert all(part in shown for text in texts for part in text.split("\n\n"))


def shown_text(editor: Editor) -> str:
    """What was opened for the user to read, or told in a message."""
    opened = [Path(file_of(item.uri)) for item in editor.client.shown_documents]
    told = [item.message for item in editor.client.messages]
    return "\n".join([path.read_text(encoding="utf-8") for path in opened] + told)


def file_of(uri: str) -> str:
    return unquote(urlsplit(uri).path)


async def test_always_for_this_project_asks_no_more_and_never_takes_it_back(pair: Pair) -> None:
    pair.editor.answers = ["Always for this project"]
    assert "-=" in await pair.fixed("one.py")
    assert "-=" in await pair.fixed("two.py")
    assert len(pair.editor.questions) == 1
    assert len(pair.sent) == 2
    (kept,) = pair.editor.folder.glob(".home/**/consent.json")
    assert json.loads(kept.read_text(encoding="utf-8"))[0]["choice"] == "always"
    kept.write_text("[]", encoding="utf-8")
    pair.editor.answers = ["Never for this project"]
    assert "+= 1 *" in await pair.fixed("three.py")
    assert "+= 1 *" in await pair.fixed("four.py", f"@cloud {HARD}")
    assert len(pair.editor.questions) == 2
    assert len(pair.sent) == 2
    outcomes = [outcome for outcome, _ in pair.ledger()]
    assert outcomes == ["answered", "answered", "declined", "forbidden"]


async def test_a_budget_is_kept_and_the_user_may_go_beyond_it(pair: Pair) -> None:
    await pair.configure(cloud={"day_budget": 0.000_001})
    pair.editor.answers = ["Stay local"]
    assert "+= 1 *" in await pair.fixed("one.py")
    assert "of the $0.00 for this day are spent" in pair.editor.questions[0]
    assert pair.server.asked == []
    pair.editor.answers = ["Send, over budget"]
    assert "-=" in await pair.fixed("two.py")
    assert len(pair.sent) == 1


async def test_a_cloud_that_fails_leaves_the_answer_to_the_local_model(pair: Pair) -> None:
    pair.fails(answer_json({"error": {"type": "authentication_error", "message": "no"}}, 401))
    pair.editor.answers = ["Send"]
    assert "+= 1 *" in await pair.fixed()
    assert len(pair.sent) == 1
    assert pair.ledger() == [("failed", "")]


@pytest.mark.parametrize("name", [".env.py", "build/bank.py", "keys/id_rsa"])
async def test_a_file_that_never_leaves_is_not_asked_about(pair: Pair, name: str) -> None:
    (pair.editor.folder / ".gitignore").write_text("build/\n.env.py\n", encoding="utf-8")
    uri = pair.editor.open(name, CODE)
    result = await pair.editor.run("fix-bug", uri, 5, instruction=f"@cloud {HARD}")
    assert "never leaves this machine" in result["message"]
    assert (pair.editor.questions, pair.server.asked) == ([], [])
    assert pair.ledger() == [("stopped", "")]


async def test_a_project_can_forbid_it_and_turn_nothing_on(pair: Pair) -> None:
    (pair.editor.folder / ".deskmate").mkdir()
    settings = '[routing]\nmode = "never"\n[cloud]\nurl = "http://203.0.113.1"\n'
    (pair.editor.folder / ".deskmate" / "settings.toml").write_text(settings, encoding="utf-8")
    await pair.configure(routing={"mode": "auto"})
    assert "+= 1 *" in await pair.fixed(instruction=f"@cloud {HARD}")
    assert (pair.editor.questions, pair.server.asked) == ([], [])
    assert pair.ledger() == [("forbidden", "")]


async def test_a_package_of_it_can_forbid_it_too_at_any_time(pair: Pair) -> None:
    await pair.configure(routing={"mode": "auto"})
    assert "-=" in await pair.fixed("shop/one.py", instruction=f"@cloud {HARD}")
    settings = pair.editor.folder / "shop" / ".deskmate" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('[routing]\nmode = "never"\n', encoding="utf-8")
    assert "+= 1 *" in await pair.fixed("shop/src/two.py", instruction=f"@cloud {HARD}")
    assert len(pair.sent) == 1


@pytest.mark.parametrize("uri", ["untitled:.env", "untitled:Untitled-1"])
async def test_what_is_no_file_stays(pair: Pair, uri: str) -> None:
    await pair.configure(routing={"mode": "auto"})
    pair.editor.open(uri, CODE)
    result = await pair.editor.run("fix-bug", uri, 5, instruction=f"@cloud {HARD}")
    assert "is not part of a project" in result["message"]
    given = {"question": f"@cloud {HARD}?", "uri": uri, "wait": True}
    assert (
        "is not part of a project" in (await pair.editor.command("deskmate.ask", given))["message"]
    )
    assert pair.server.asked == []


async def test_what_would_not_come_back_whole_stays(pair: Pair) -> None:
    pair.editor.answers = ["Send"]
    uri = pair.editor.open("bank.py", CODE.replace("\n    ", "\n    # a\u00admount\n    "))
    result = await pair.editor.run("fix-bug", uri, 5, instruction=f"@cloud {HARD}")
    assert "characters in it that nobody sees" in result["message"]
    assert pair.server.asked == []


async def test_a_question_goes_the_same_way(pair: Pair) -> None:
    uri = pair.editor.open("bank.py", CODE)
    pair.editor.answers = ["Send", "Send"]
    question = "which isolation level do we need so that no update gets lost?"
    given = {"question": question, "uri": uri, "wait": True}
    result = await pair.editor.command("deskmate.ask", given)
    assert result["status"] == "shown", result
    assert pair.editor.questions[0].startswith("Ask: a local model may not do it well")
    assert len(pair.sent) == 1
    given = {"question": "what is this?", "uri": uri, "wait": True, "cloud": True}
    await pair.editor.command("deskmate.ask", given)
    assert pair.editor.questions[1].startswith("Ask: you asked for it.")
    assert len(pair.sent) == 2


async def test_an_editor_with_a_place_of_its_own_is_told_all_of_it(tmp_path: Path) -> None:
    capabilities = vscode()
    capabilities.experimental = {"deskmate": {"consent": True}}
    async with ChatServer() as server, editing(tmp_path, capabilities) as editor:
        pair = Pair(editor, server)
        pair.says(block("-="))
        await pair.configure()
        editor.answers = ["Send"]
        assert "-=" in await pair.fixed(code=f'{CODE}    log("{TOKEN}")\n')
        (asked,) = editor.consents
        assert asked["title"] == "Fix bug"
        assert asked["reasons"][0].startswith("what goes wrong only")
        assert (asked["provider"], asked["model"], asked["files"]) == (
            server.url,
            "big-1",
            ["bank.py"],
        )
        assert asked["redactions"] == "1 github token"
        assert "See what is sent" not in asked["choices"]
        (body,) = pair.sent
        texts = [one["content"] for one in body["messages"]]
        assert all(text in asked["text"] for text in texts)
        assert editor.questions == []


async def test_and_closes_it_when_nobody_waits_any_more(tmp_path: Path) -> None:
    capabilities = vscode()
    capabilities.experimental = {"deskmate": {"consent": True}}
    async with ChatServer() as server, editing(tmp_path, capabilities) as editor:
        pair = Pair(editor, server)
        await pair.configure(routing={"wait": 2})
        assert "+= 1 *" in await pair.fixed()
        await editor.escalate()
        asked, over = editor.consents
        assert over == {"id": asked["id"]}
        editor.answers = ["Send"]  # too late
        await editor.escalate()
        assert server.asked == []
