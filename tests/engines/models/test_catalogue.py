"""The catalogue, and which file answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deskmate.engines.hosts.tuning import Machine, Tuning, memory_needed, tune
from deskmate.engines.models import catalogue as models
from deskmate.engines.models.catalogue import catalogue, find, find_model, installed, remove
from deskmate.engines.models.gguf import read_metadata
from deskmate.errors import ModelError, ModelMissing
from deskmate.files import places


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where models are installed in these tests."""
    monkeypatch.setattr(places, "folder", lambda kind: tmp_path)
    (tmp_path / "models").mkdir()
    return tmp_path / "models"


@pytest.mark.parametrize("model", catalogue(), ids=lambda model: model.name)
def test_every_model_can_be_had_and_is_complete(model: models.Model) -> None:
    assert model.hub or model.parts
    if not model.sha256:  # a recommendation
        assert model.hub
        assert model.hub.quant
        assert not model.parts
        assert not model.file
        return
    assert len(model.sha256) == 64
    assert not model.parts or sum(part.size for part in model.parts) == model.size
    assert all("==" in part.package for part in model.parts)
    assert model.hub is None or len(model.hub.revision) == 40
    assert model.licence
    assert find(model.name) is model


def test_the_default_is_the_small_coder() -> None:
    assert find("") == catalogue()[0] == find("qwen2.5-coder-0.5b-instruct")


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ModelError, match=r"no model `gpt`.* smollm2-135m-instruct"):
        find("gpt")


@pytest.mark.usefixtures("folder")
def test_with_nothing_installed_it_says_what_to_do() -> None:
    with pytest.raises(ModelMissing, match="`deskmate models install`"):
        find_model("")
    with pytest.raises(ModelMissing, match="`deskmate models install smollm2-135m-instruct`"):
        find_model("smollm2-135m-instruct")


def test_the_best_of_what_is_installed_answers(folder: Path) -> None:
    small, writing, tiny = map(find, ("", "qwen3-4b-instruct-2507", "smollm2-135m-instruct"))
    large = find("qwen2.5-coder-7b-instruct")
    for number, model in enumerate((tiny, writing, small, large), 1):
        pretend_installed(folder, model)
        assert installed()[0] == model
        assert len(installed()) == number
        assert find_model("") == find_model(model.name) == folder / model.file
    assert find_model(tiny.name) == folder / tiny.file


def test_one_is_removed_with_all_that_was_fetched_of_it(folder: Path) -> None:
    small, tiny = find(""), find("smollm2-135m-instruct")
    pretend_installed(folder, small)
    pretend_installed(folder, tiny)
    half = folder / f"{tiny.file}.download"
    half.mkdir()
    (half / "half").write_bytes(b"12345")
    assert remove(tiny) == tiny.size + 5
    assert [path.name for path in folder.iterdir()] == [small.file]
    with pytest.raises(ModelMissing, match=r"SmolLM2-135M-Instruct Q4_1 is not installed"):
        remove(tiny)


@pytest.mark.model
def test_the_memory_in_the_catalogue_is_what_is_needed(coder: Path, smollm: Path) -> None:
    for path in (coder, smollm):
        [model] = [one for one in catalogue() if one.file == path.name]
        metadata = read_metadata(path)
        tuning = tune(Tuning(), metadata, Machine(2, 10**11))
        assert memory_needed(tuning, metadata) / 1e9 == pytest.approx(model.memory, abs=0.06)
        assert metadata.context == model.context
        assert f"{metadata.path.stat().st_size}" == f"{model.size}"


def test_half_a_file_is_not_installed(folder: Path) -> None:
    (folder / catalogue()[0].file).write_bytes(b"GGUF")
    with pytest.raises(ModelMissing):
        find_model("")


def test_any_gguf_file_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "mine.gguf"
    mine.write_bytes(b"GGUF and more")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert find_model(str(mine)) == mine
    assert find_model("~/mine.gguf") == mine


@pytest.mark.parametrize("name", ["{}/mine.gguf", "~nobody-of-that-name/mine.gguf"])
def test_a_file_that_is_not_there(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such file, and no model of that name"):
        find_model(name.format(tmp_path))


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such file"):
        find_model(str(tmp_path))


def pretend_installed(folder: Path, model: models.Model) -> None:
    """A file of the right size that takes no room."""
    with (folder / model.file).open("wb") as file:
        file.truncate(model.size)


@pytest.mark.parametrize(
    ("given", "mended"),
    [
        ({}, "deskmate models rm one, then: deskmate models install one"),
        (
            {"use": "chosen", "hub": models.HubFile("a/b", "c/one.gguf")},
            "deskmate models rm one, then: deskmate models install hf:a/b/c/one.gguf",
        ),
        (
            {"use": "chosen", "url": "https://example.org/one.gguf"},
            "deskmate models rm one, then: deskmate models install https://example.org/one.gguf",
        ),
        (
            {"file": str(Path.cwd() / "one"), "about": "LM Studio's, used where it is"},
            "have LM Studio fetch it again",
        ),
    ],
)
def test_a_damaged_one_can_be_mended_by_what_is_said(given: dict[str, Any], mended: str) -> None:
    plain = replace(models.catalogue()[0], name="one", hub=None)
    assert models.how_to_mend(replace(plain, **given)) == mended
