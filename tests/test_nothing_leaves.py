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
from deskmate.engines.openai.engine import OpenAICompatible
from deskmate.errors import EngineUnavailable
from tried_hosts import Tried

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


async def test_no_engine_of_one_s_own_is_on_the_internet(nothing_leaves: Tried) -> None:
    engine = OpenAICompatible("http://example.org/v1")
    with pytest.raises(EngineUnavailable, match=r"example\.org/v1 is on the internet"):
        await engine.capabilities()
    host = OpenAICompatible("http://192.168.0.7/v1", reach="machine")
    with pytest.raises(EngineUnavailable, match="not on this machine"):
        await host.capabilities()
    assert nothing_leaves.hosts == []


CONNECTS = re.compile(
    r"^\s*(?:import|from) (socket|http|urllib\.request|urllib3|requests|httpx|aiohttp|smtplib"
    r"|ftplib|websockets?)\b|(open_connection|create_connection)\b",
    re.MULTILINE,
)

MAY = {
    "checks/jail.py": {"socket"},  # turns on the one interface of a network without anybody else
    "cloud/private_values.py": {"socket"},  # for the name of this machine, which is taken out
    "engines/hosts/llama_server.py": {"socket"},  # finds a free port
    "engines/hosts/sharing.py": {"open_connection"},  # to a host on this machine
    "engines/near.py": {"socket"},  # asks for the addresses of a name
    "engines/near_transport.py": {"create_connection"},  # to one that was looked at
    "engines/hosts/serving.py": {"http"},  # is a server, for this machine
}
"""Who could open a connection past `engines/http.py`, and what for. That nobody else has an HTTP
client, or an SDK that has one, is a contract in pyproject.toml.
"""


def test_who_can_open_a_connection() -> None:
    found = {
        path.relative_to(SERVER).as_posix(): {
            next(filter(None, found)) for found in CONNECTS.findall(path.read_text("utf-8"))
        }
        for path in SERVER.rglob("*.py")
    }
    assert {name: names for name, names in found.items() if names} == MAY
