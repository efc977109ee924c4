"""That the guard of these tests, `nothing_leaves`, holds; and who knows how to connect at all."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from command_line import Project
from conftest import Tried
from deskmate.engines.openai.engine import OpenAICompatible
from deskmate.errors import EngineUnavailable

SERVER = Path(__file__).parents[1] / "server" / "deskmate"


def test_no_connection_and_no_question_for_an_address(nothing_leaves: Tried) -> None:
    with pytest.raises(OSError, match=r"to 192\.0\.2\.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(OSError, match=r"to example\.org"):
        urllib.request.urlopen("http://example.org")
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
        pytest.raises(OSError, match=r"to 192\.0\.2\.2"),
    ):
        datagrams.sendto(b"secret", ("192.0.2.2", 53))
    assert nothing_leaves.hosts == ["192.0.2.1", "example.org", "192.0.2.2"]
    nothing_leaves.clear()  # which would fail this test, as it does every other


def test_not_by_a_process_that_a_test_starts(nothing_leaves: Tried, project: Project) -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    for environment in (os.environ, project.environment()):
        ran = subprocess.run(
            [sys.executable, "-c", code], env=dict(environment), capture_output=True, text=True
        )
        assert "a test opens a connection to 192.0.2.1" in ran.stderr
    assert nothing_leaves.hosts == ["192.0.2.1", "192.0.2.1"]
    nothing_leaves.clear()


async def test_not_by_an_engine_either(nothing_leaves: Tried) -> None:
    engine = OpenAICompatible("http://192.0.2.1/v1")
    with pytest.raises(EngineUnavailable):
        await engine.capabilities()
    assert set(nothing_leaves.hosts) == {"192.0.2.1"}
    nothing_leaves.clear()


CONNECTS = re.compile(
    r"^\s*(?:import|from) (socket|http|urllib\.request|requests|httpx2?|openai|anthropic|aiohttp"
    r"|ssl|smtplib|ftplib|websockets?)\b",
    re.MULTILINE,
)

MAY = {
    "actions/test_files.py": {"urllib.request"},  # for the paths in URIs
    "door.py": {"socket"},  # for the name of this machine, which is taken out
    "engines/anthropic.py": {"anthropic", "httpx2"},  # of which the door alone makes use
    "engines/anthropic_failures.py": {"anthropic", "httpx2", "ssl"},
    "engines/connections.py": {"httpx2", "ssl"},
    "engines/detecting.py": {"http"},  # servers of this machine
    "engines/download_sources.py": {"urllib.request"},  # models, when the user installs one
    "engines/hosts/llama_server.py": {"socket", "urllib.request"},  # a child process
    "engines/hosts/serving.py": {"http"},  # is the child process
    "engines/openai_compatible.py": {"openai"},
    "engines/openai_failures.py": {"openai"},
    "engines/openai_servers.py": {"openai"},
}
"""Who knows how to open a connection, and what for."""


def test_who_can_open_a_connection() -> None:
    found = {
        path.relative_to(SERVER).as_posix(): set(CONNECTS.findall(path.read_text("utf-8")))
        for path in SERVER.rglob("*.py")
    }
    assert {name: names for name, names in found.items() if names} == MAY
