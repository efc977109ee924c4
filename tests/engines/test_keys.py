"""Keys in the system's keyring, for which a small one stands in."""

from __future__ import annotations

import io
from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import NoKeyringError

from chat_server import ChatServer
from deskmate.cli.main import main
from deskmate.engines.keys import find_key, forget_key, keep_key
from deskmate.engines.table import create_engine
from deskmate.errors import DeskmateError
from deskmate.settings.sections.local import LocalSettings

URL = "https://models.example.com/v1"


class Drawer(KeyringBackend):
    """A keyring of this process."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._open()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._open()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]

    def _open(self) -> None:
        if self.locked:
            raise NoKeyringError("No recommended backend was available. Install one")


@pytest.fixture(autouse=True)
def drawer() -> Iterator[Drawer]:
    before, drawer = keyring.get_keyring(), Drawer()
    keyring.set_keyring(drawer)
    yield drawer
    keyring.set_keyring(before)


def test_a_key_is_for_one_server() -> None:
    assert keep_key(URL, "secret") == "https://models.example.com:443"
    assert find_key("https://models.example.com:443/other") == "secret"
    for other in ("http://models.example.com/v1", "https://models.example.com:8443/v1"):
        assert find_key(other) == ""
    assert forget_key(URL) == "https://models.example.com:443"
    assert find_key(URL) == ""
    with pytest.raises(DeskmateError, match="No key is stored for"):
        forget_key(URL)


def test_without_a_keyring_there_is_no_key_and_a_sentence(drawer: Drawer) -> None:
    drawer.locked = True
    assert find_key(URL) == ""
    with pytest.raises(DeskmateError, match=r"\(No recommended backend was available\)\. Set the"):
        keep_key(URL, "secret")


def test_what_is_no_server_is_said() -> None:
    with pytest.raises(DeskmateError, match="models is not the address of a server"):
        keep_key("models", "secret")


async def test_a_kept_key_is_sent_where_none_is_set() -> None:
    async with ChatServer() as chat:
        keep_key(chat.url, "kept")
        for setting, sent in (("", "Bearer kept"), ("set", "Bearer set")):
            engine = create_engine(LocalSettings(engine="openai", url=chat.url, api_key=setting))
            await engine.capabilities()
            await engine.aclose()
            assert chat.asked[-1].headers["authorization"] == sent


def test_the_command_keeps_and_forgets(
    drawer: Drawer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("secret\n"))
    assert main(["key", "set", URL]) == 0
    assert list(drawer.kept.values()) == ["secret"]
    assert main(["key", "rm", URL]) == 0
    assert not drawer.kept
    assert main(["key", "set", URL]) == 2  # nothing is left to read
    out, told = capsys.readouterr()
    assert "secret" not in out + told
    assert told == "deskmate: No key was entered, so nothing was stored.\n"
