"""The catalogue, and which file answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.engines import models
from deskmate.engines.models import catalogue, find, find_model, installed
from deskmate.errors import ModelError, ModelMissing


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where models are installed in these tests."""
    monkeypatch.setattr(models, "user_data_path", lambda *_, **__: tmp_path)
    (tmp_path / "models").mkdir()
    return tmp_path / "models"


@pytest.mark.parametrize("model", catalogue(), ids=lambda model: model.name)
def test_every_model_can_be_had_and_is_complete(model: models.Model) -> None:
    assert model.hub or model.parts
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


def test_with_nothing_installed_it_says_what_to_do() -> None:
    with pytest.raises(ModelMissing, match="`deskmate models install`"):
        find_model("")
    with pytest.raises(ModelMissing, match="`deskmate models install smollm2-135m-instruct`"):
        find_model("smollm2-135m-instruct")


def test_what_is_installed_answers_and_the_default_before_all(folder: Path) -> None:
    coder, *_, small = catalogue()
    pretend_installed(folder, small)
    assert installed() == (small,)
    assert find_model("") == folder / small.file
    pretend_installed(folder, coder)
    assert find_model("") == find_model(coder.name) == folder / coder.file
    assert find_model(small.name) == folder / small.file


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


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such file, and no model of that name"):
        find_model(str(tmp_path / "mine.gguf"))


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such file"):
        find_model(str(tmp_path))


def pretend_installed(folder: Path, model: models.Model) -> None:
    """A file of the right size that takes no room."""
    with (folder / model.file).open("wb") as file:
        file.truncate(model.size)
