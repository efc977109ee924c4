"""A cloud model from the command line, as it is typed: asked at a terminal, what is sent, and what
is done without one.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from chat_server import ChatServer
from chat_server import stream as says
from command_line import SHOP, Project

pytestmark = pytest.mark.skipif(os.name == "nt", reason="terminals are other things there")

CHAT = "/v1/chat/completions"
PACK = Path(__file__).parents[1] / "evaluation" / "pack"
LOCALLY = "```python\ndef total(prices):\n    return min(prices)\n```\n"
REMOTELY = "```python\ndef total(prices):\n    return sum(prices)\n```\n"
HERE, THERE = "+    return min(prices)", "+    return sum(prices)"
FIX = ("run", "fix-bug", "shop.py:2", "--cloud")


@pytest.fixture
async def server(project: Project) -> AsyncGenerator[ChatServer]:
    project.script({"text": LOCALLY, "again": True})
    async with ChatServer() as server:
        server.pages[CHAT] = says(REMOTELY)
        for name, value in {
            "engine": "openai",
            "url": server.url,
            "model": "big-1",
            "api_key": "k",
            "input_price": "2",
            "output_price": "10",
        }.items():
            project.variables[f"DESKMATE_CLOUD__{name.upper()}"] = value
        project.variables["XDG_STATE_HOME"] = str(project.home)
        yield server


def typed(project: Project, arguments: tuple[str, ...], *answers: str) -> str:
    """All that is seen on a terminal where the command runs and these are typed, each when the
    question is put.
    """
    import pty

    terminal, inside = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "deskmate", *arguments],
        cwd=project.root,
        env={**project.environment(), "TERM": "dumb"},
        stdin=inside,
        stdout=inside,
        stderr=inside,
    )
    os.close(inside)
    seen, todo = "", list(answers)
    with contextlib.suppress(OSError):  # how Linux says that the other end is closed
        while piece := os.read(terminal, 4096):
            seen += piece.decode()
            if todo and seen.endswith(("Enter to stay local: ", "Enter for no: ")):
                os.write(terminal, f"{todo.pop(0)}\n".encode())
                seen += "\n"
    os.close(terminal)
    assert process.wait(60) == 0, seen
    assert not todo, seen
    return seen


async def at_terminal(project: Project, arguments: tuple[str, ...], *answers: str) -> str:
    return await asyncio.to_thread(typed, project, arguments, *answers)


async def test_send(project: Project, server: ChatServer) -> None:
    seen = await at_terminal(project, FIX, "1")
    assert "Fix bug: you asked for it. Send it to http://127.0.0.1:" in seen
    assert "with text from shop.py for up to $0.0" in seen
    assert "  1  Send\r\n  2  Stay local\r\n  3  See what is sent\r\n" in seen
    assert THERE in seen
    assert len(server.chats()) == 1
    told = project.deskmate("ledger").stdout
    assert "fix-bug  big-1 (http://127.0.0.1:" in told
    assert "    answered, 7 + 1 tokens, $0.0000; project; nothing taken out; why: you asked" in told


@pytest.mark.parametrize("answer", ["", "2", "9", "no"])
async def test_anything_else_stays_local(project: Project, server: ChatServer, answer: str) -> None:
    assert HERE in await at_terminal(project, FIX, answer)
    assert server.asked == []


async def test_see_what_is_sent_then_send(project: Project, server: ChatServer) -> None:
    seen = await at_terminal(project, FIX, "3", "1")
    assert "What is sent to http://127.0.0.1:" in seen
    assert "return max(prices)" in seen
    assert THERE in seen


async def test_always_for_this_project_asks_no_more_not_even_where_nobody_could_be(
    project: Project, server: ChatServer
) -> None:
    await at_terminal(project, FIX, "4")
    done = await asyncio.to_thread(project.deskmate, *FIX)
    assert THERE in done.stdout
    assert len(server.chats()) == 2
    listed = project.deskmate("consent", "list").stdout
    assert listed.startswith("always to http://127.0.0.1:")
    assert project.deskmate("consent", "revoke").stdout.startswith("Forgot 1 decision;")
    done = await asyncio.to_thread(project.deskmate, *FIX)
    assert HERE in done.stdout
    assert len(server.chats()) == 2


async def test_a_package_keeps_what_its_repository_says(
    project: Project, server: ChatServer
) -> None:
    package = project.root / "packages" / "web"
    (package / "gen").mkdir(parents=True)
    (project.root / ".git").mkdir(exist_ok=True)
    (package / "package.json").write_text("{}")
    (project.root / ".gitignore").write_text("gen/\n")
    (project.root / ".env").write_text("SMTP_PASSWORD=tomatoes\n")
    for name in ("gen/shop.py", "shop.py"):
        (package / name).write_text(SHOP + "# tomatoes\n")
    project.variables["DESKMATE_ROUTING__MODE"] = "auto"
    where = "packages/web/gen/shop.py:2"
    done = await asyncio.to_thread(project.deskmate, "run", "fix-bug", where, "--cloud")
    assert "shop.py never leaves this machine" in done.stderr
    where = "packages/web/shop.py"
    server.pages[CHAT] = says("It adds them up.")
    await asyncio.to_thread(project.deskmate, "ask", "what does it do?", where, "--cloud")
    assert len(server.chats()) == 1
    assert "REDACTED_1_SECRET" in str(server.chats())
    assert "tomatoes" not in str(server.chats())
    log = "token = ghp_" + "0aZ9" * 9 + "\nERROR: it failed\n"
    await asyncio.to_thread(project.deskmate, "ask", "why?", "--cloud", piped=log)
    assert "ERROR: it failed" in str(server.chats())
    assert "0aZ9" not in str(server.chats())
    (project.root / ".deskmate").mkdir(exist_ok=True)
    (project.root / ".deskmate" / "settings.toml").write_text('[routing]\nmode = "never"\n')
    await asyncio.to_thread(project.deskmate, "ask", "what does it do?", where, "--cloud")
    assert len(server.chats()) == 2


async def test_without_a_terminal_nobody_can_be_asked_so_it_stays_local(
    project: Project, server: ChatServer
) -> None:
    done = await asyncio.to_thread(project.deskmate, *FIX)
    assert HERE in done.stdout
    assert "It was answered here: nobody can be asked here. Run it in a terminal" in done.stderr
    assert server.asked == []
    told = project.deskmate("ledger").stdout
    assert "stayed here, because you forbid it" in told
    assert told.endswith("Nothing has left this machine.\n")


async def test_a_question(project: Project, server: ChatServer) -> None:
    server.pages[CHAT] = says("It adds them up.")
    seen = await at_terminal(project, ("ask", "what does it do?", "shop.py", "--cloud"), "1")
    assert "Ask: you asked for it. Send it to" in seen
    assert "It adds them up." in seen


async def test_control_c_at_the_question_ends_it(project: Project, server: ChatServer) -> None:
    import pty
    import signal

    terminal, inside = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "deskmate", *FIX],
        cwd=project.root,
        env=project.environment(),
        stdin=inside,
        stdout=inside,
        stderr=inside,
    )
    os.close(inside)
    seen = ""
    while not seen.endswith("Enter to stay local: "):
        seen += (await asyncio.to_thread(os.read, terminal, 4096)).decode()
    process.send_signal(signal.SIGINT)
    assert await asyncio.to_thread(process.wait, 20) == 130
    os.close(terminal)
    assert server.asked == []
    assert Path(project.shop).read_text(encoding="utf-8") == SHOP


EVAL = ("eval", "fix", "--data", str(PACK), "--run-code", "--limit", "2", "--against", "cloud")


async def test_eval_against_the_cloud_asks_once_and_keeps_ledger_and_budget(
    project: Project, server: ChatServer
) -> None:
    seen = await at_terminal(project, EVAL, "yes")
    assert "Send 2 tasks, one after the other, to http://127.0.0.1:" in seen
    rows = [line.split() for line in seen.splitlines() if line.startswith("fix ")]
    assert {"cloud", "deskmate"} <= {row[1] for row in rows}
    assert len(server.chats()) >= 2
    assert project.deskmate("ledger").stdout.count("eval  big-1") == len(server.chats())


async def test_eval_against_the_cloud_sends_nothing_without_a_yes(
    project: Project, server: ChatServer
) -> None:
    done = await asyncio.to_thread(project.deskmate, *EVAL)
    assert done.returncode == 2
    assert "Nothing was sent, because you did not agree." in done.stderr
    project.variables["DESKMATE_CLOUD__ENGINE"] = "off"
    done = await asyncio.to_thread(project.deskmate, *EVAL)
    assert "No cloud model may be asked: set `cloud.engine`" in done.stderr
    assert server.asked == []
