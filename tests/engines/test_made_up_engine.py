"""An engine is one module and one row: this one is added as docs/architecture.md says, and every
part that has to do with engines knows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deskmate.cli import doctor_engine
from deskmate.cli.doctor import examine
from deskmate.cli.finding import Finding
from deskmate.cli.main import main
from deskmate.engines.scripted import ScriptedEngine
from deskmate.engines.table import create_engine, describe_engine, identity
from deskmate.engines.tiers import large_settings
from deskmate.errors import EngineUnavailable
from deskmate.settings.engines import ENGINES, EngineRow, describe_engines
from deskmate.settings.resolve import keys
from deskmate.settings.schema import Settings
from deskmate.settings.sections.local import LocalSettings
from deskmate.settings.sections.local_large import LargeSettings

CODE = "def total(prices):\n    return max(prices)\n"
RIGHT = CODE.replace("max", "sum")
NEAR, FAR = "http://models.lan/v1", "https://models.example.org/v1"


def make_made_up(local: LocalSettings) -> ScriptedEngine:
    """It answers as a server at `local.url` would."""
    return ScriptedEngine([f"```python\n{RIGHT}```"], model=f"made up, {local.url}")


@pytest.fixture(autouse=True)
def row(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[EngineRow]:
    """The row, and a user who has chosen it."""
    row = EngineRow(f"{__name__}:make_made_up", "a made-up engine", needs="server")
    monkeypatch.setitem(ENGINES, "made_up", row)
    monkeypatch.setattr(doctor_engine, "detect", tuple)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("DESKMATE_LOCAL__ENGINE", "made_up")
    monkeypatch.setenv("DESKMATE_LOCAL__URL", NEAR)
    keys.cache_clear()
    yield row
    keys.cache_clear()


def test_an_action(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.py").write_text(CODE)
    assert main(["run", "fix-bug", "shop.py:1", "--write"]) == 0, capsys.readouterr()
    assert (tmp_path / "shop.py").read_text() == RIGHT


def found(folder: Path) -> dict[str, Finding]:
    return {one.about: one for one in examine(folder)}


def test_the_doctor(tmp_path: Path) -> None:
    engine = found(tmp_path)["engine"]
    assert engine.state == "ok"
    assert engine.what.startswith(f"{NEAR} answers, with made up, {NEAR} and 8,192 tokens")


def test_the_doctor_of_an_engine_that_needs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = EngineRow(f"{__name__}:make_made_up", "a made-up engine", needs="nothing")
    monkeypatch.setitem(ENGINES, "made_up", alone)
    assert found(tmp_path)["engine"].what.startswith("made_up answers, with made up")
    local = LocalSettings(engine="made_up", model="mine")
    assert describe_engine(local) == ("mine", "", "")
    assert identity(local) == "made_up mine off"


def test_the_status() -> None:
    local = LocalSettings(engine="made_up", model="mine", url=NEAR)
    assert describe_engine(local) == ("mine", "models.lan", "")
    model, host, problem = describe_engine(LocalSettings(engine="made_up", model="mine", url=FAR))
    assert (model, host) == ("mine", "models.example.org")
    assert f"{FAR} is on the internet" in problem


def test_its_url_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for url, why in ((FAR, "is on the internet"), ("", "`local.url` is empty")):
        with pytest.raises(EngineUnavailable, match=why):
            create_engine(LocalSettings(engine="made_up", url=url))
    monkeypatch.setenv("DESKMATE_LOCAL__URL", FAR)
    engine = found(tmp_path)["engine"]
    assert (engine.state, "is on the internet" in engine.what) == ("problem", True)


def test_the_settings_know_it() -> None:
    assert "`made_up`" in keys()["local.engine"].expected
    assert "`made_up`" in keys()["local_large.engine"].expected
    assert describe_engines().endswith(", or a made-up engine")
    large = LargeSettings(engine="made_up", url=NEAR)
    chosen = large_settings(Settings(local_large=large))
    assert chosen is not None
    assert chosen.engine == "made_up"
