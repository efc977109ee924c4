"""Which servers are the user's own: by their names, and by the addresses that they lead to."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from deskmate.engines import near
from deskmate.engines.http import ask_once, make_download_client, make_http_client
from deskmate.engines.near import find_addresses, is_near, is_this_machine
from deskmate.engines.openai.engine import OpenAICompatible
from deskmate.engines.table import create_engine
from deskmate.errors import EngineUnavailable
from deskmate.settings.sections.local import LocalSettings

HERE = f"""
http://127.0.0.1:11434/v1
http://127.1.2.3/v1
http://localhost:8080/v1
http://LOCALHOST/v1
http://localhost./v1
http://api.localhost/v1
http://0.0.0.0:8080/v1
http://[::1]:8080/v1
http://[::]:8080/v1
http://[::ffff:127.0.0.1]/v1
http://{socket.gethostname()}:11434/v1
"""

NEAR = """
http://10.1.2.3/v1
http://172.31.0.1/v1
http://192.168.178.20:11434/v1
http://[::ffff:192.168.1.1]/v1
http://169.254.10.1/v1
http://100.64.1.1/v1
http://[fd00::1]/v1
http://[fe80::1%25eth0]/v1
http://gpu:11434/v1
https://gpu.lan/v1
https://studio.local./v1
https://studio。local/v1
https://models.team.internal/v1
"""

FAR = """
https://api.openai.com/v1
https://openrouter.ai/api/v1
http://8.8.8.8/v1
http://134744072/v1
http://0x08080808/v1
http://172.32.0.1/v1
http://[2606:4700::1111]/v1
http://[::ffff:8.8.8.8]/v1
http://[2002:808:808::1]/v1
http://[64:ff9b::808:808]/v1
https://models.example.com/v1
https://local.example.com/v1
https://192.168.1.1.example.com/v1
http://user:127.0.0.1@api.example.com/v1
https://example。com/v1
https://example．com/v1
https://example｡com/v1
https://ｅｘａｍｐｌｅ.com/v1
http://localhost.example.com/v1
http:///v1
"""


@pytest.mark.parametrize("url", HERE.split())
def test_here(url: str) -> None:
    assert is_this_machine(url)
    assert is_near(url)


@pytest.mark.parametrize("url", NEAR.split())
def test_near(url: str) -> None:
    assert is_near(url)
    assert not is_this_machine(url)
    create_engine(LocalSettings(engine="openai", url=url))


@pytest.mark.parametrize("url", FAR.split())
def test_far(url: str) -> None:
    assert not is_near(url)
    with pytest.raises(EngineUnavailable, match=r"on the internet, so nothing is sent.*cloud\.url"):
        create_engine(LocalSettings(engine="openai", url=url))


class Resolver:
    """A name server that says what it is told, the next at each question."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in answer]


# What a name leads to, how far away it may be, and whether it is that near.
LED = [
    (["10.0.0.5"], "network", True),
    (["10.0.0.5", "fd00::5"], "network", True),
    (["8.8.8.8"], "network", False),
    (["10.0.0.5", "8.8.8.8"], "network", False),
    (["::ffff:8.8.8.8"], "network", False),
    (["64:ff9b::808:808"], "network", False),
    (["fe80::5%eth0"], "network", True),
    (["127.0.1.1"], "machine", True),
    (["10.0.0.5"], "machine", False),
    (["127.0.0.1", "10.0.0.5"], "machine", False),
]


@pytest.mark.parametrize("addresses, reach, near_enough", LED)
def test_the_address_decides(
    addresses: list[str], reach: near.Reach, near_enough: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near, "getaddrinfo", Resolver(addresses))
    if near_enough:
        assert find_addresses("gpu", 80, reach) == addresses
        return
    with pytest.raises(EngineUnavailable, match=r"gpu leads to \S+, which is"):
        find_addresses("gpu", 80, reach)


class Heard(ThreadingHTTPServer):
    """A server that remembers what it is asked, and sends everybody on to elsewhere."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.paths: list[str] = []
        self.hosts: list[str | None] = []
        self.elsewhere = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Heard

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        self.server.hosts.append(self.headers["Host"])
        self.send_response(302 if self.server.elsewhere else 200)
        if self.server.elsewhere:
            self.send_header("Location", self.server.elsewhere)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def server() -> Iterator[Heard]:
    yield from _serve()


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    for proxy in _serve():
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        yield proxy


def _serve() -> Iterator[Heard]:
    with Heard() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


NAMES = ["127.0.0.1", "localhost", "localhost.", "0.0.0.0", "[::ffff:127.0.0.1]", "gpu", "gpu.lan"]


@pytest.mark.parametrize("name", [*NAMES, socket.gethostname()])
async def test_what_is_near_is_asked_without_a_proxy(
    name: str, server: Heard, proxy: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near, "getaddrinfo", Resolver(["127.0.0.1"]))
    url = f"http://{name}:{server.server_port}/v1"
    assert ask_once(url, "network", timeout=20) == (200, b"")
    async with make_http_client(url, "network") as client:
        assert (await client.post(url, content=b"secret")).status_code == 200
    assert server.paths == ["/v1", "/v1"]
    assert server.hosts == [f"{name}:{server.server_port}"] * 2, "the name that it was asked by"
    assert proxy.paths == []


def test_what_is_far_is_asked_by_the_proxy(proxy: Heard) -> None:
    assert ask_once("http://example.org/x", "internet", timeout=20)[0] == 200
    assert proxy.paths == ["http://example.org/x"]


@pytest.mark.parametrize("proxy", ["socks5://user:secret@127.0.0.1:9", "ftp://127.0.0.1:9"])
def test_a_proxy_of_another_kind_is_said(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    makers: tuple[Callable[[str], object], ...] = (
        lambda url: make_http_client(url, "internet"),
        lambda url: ask_once(url, "internet", timeout=20),
        make_download_client,
    )
    for ask in makers:
        with pytest.raises(EngineUnavailable, match="and unset ALL_PROXY"):
            ask("https://example.org/x")
    assert make_http_client("http://127.0.0.1:9", "machine"), "no proxy is asked for that"


@pytest.mark.parametrize("url", ["http://gpu:one/v1", "http://gpu:99999/v1", "http://[::1/v1"])
async def test_what_is_no_address_is_said(url: str) -> None:
    with pytest.raises(EngineUnavailable, match="is not the address of a server"):
        await OpenAICompatible(url).capabilities()


@pytest.mark.parametrize("text", [None, "no certificate"])
def test_a_file_without_certificates_is_said(
    text: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "authority.pem"
    if text:
        path.write_text(text)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with pytest.raises(EngineUnavailable, match=r"SSL_CERT_FILE .* names .*authority\.pem, from"):
        make_http_client("https://example.org/v1", "internet")


async def test_a_name_is_asked_for_once_and_another_address_later_is_no_way_out(
    server: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolver = Resolver(["127.0.0.1"], ["8.8.8.8"])
    monkeypatch.setattr(near, "getaddrinfo", resolver)
    url = f"http://gpu:{server.server_port}/v1"
    async with make_http_client(url, "network") as client:
        assert (await client.get(url)).status_code == 200
        assert resolver.asked == ["gpu"]
        with pytest.raises(EngineUnavailable, match=r"gpu leads to 8\.8\.8\.8"):
            await client.get(url)
    assert server.paths == ["/v1"]


async def test_the_engine_says_so_and_does_not_ask_again(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = Resolver(["8.8.8.8"])
    monkeypatch.setattr(near, "getaddrinfo", resolver)
    engine = OpenAICompatible("http://gpu/v1")
    with pytest.raises(
        EngineUnavailable, match=r"gpu leads to 8\.8\.8\.8, which is on the internet"
    ):
        await engine.capabilities()
    await engine.aclose()


async def test_the_next_address_is_tried_where_nothing_listens(
    server: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near, "getaddrinfo", Resolver(["127.0.0.9", "127.0.0.1"]))
    url = f"http://gpu:{server.server_port}/v1"
    async with make_http_client(url, "network") as client:
        assert (await client.get(url)).status_code == 200


@pytest.mark.parametrize("elsewhere", ["http://127.0.0.1:1/", "https://example.org/"])
async def test_nobody_is_sent_on(server: Heard, elsewhere: str) -> None:
    server.elsewhere = elsewhere
    url = f"{server.url}/v1"
    assert ask_once(url, "machine", timeout=20)[0] == 302
    async with make_http_client(url, "network") as client:
        assert (await client.post(url, content=b"secret")).status_code == 302
    assert server.paths == ["/v1", "/v1"]
