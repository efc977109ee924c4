"""`deskmate models install` with an address: what it shows, what it asks, what it keeps."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from command_line import Project
from deskmate.cli import install_model
from deskmate.cli.main import main
from deskmate.engines.builds.comparing import Comparison
from deskmate.engines.hosts.tuning import Machine
from deskmate.engines.models import catalogue as models
from deskmate.engines.models import download, resolve
from deskmate.engines.models.catalogue import HubFile, find
from deskmate.engines.models.speed import Speed
from deskmate.files import places
from gguf_files import LLAMA, gguf
from hub_server import HubServer

REPO = "someone/Tiny-GGUF"
CHAT = gguf({**LLAMA, "tokenizer.chat_template": "{{ messages }}"})


@pytest.fixture
def asking(project: Project) -> Project:
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "OLLAMA_MODELS"):
        project.variables.pop(name, None)
    return project


def test_it_says_what_it_is_and_downloads_nothing_unasked(asking: Project) -> None:
    with HubServer() as hub:
        hub.put(REPO, "f" * 40, **{"Tiny-Q4_K_M.gguf": CHAT, "Tiny-Q8_0.gguf": CHAT})
        hub.licences[REPO] = "mit"
        asking.variables.update({"HF_ENDPOINT": hub.url, "HF_TOKEN": "hf_right"})
        refused = asking.deskmate("models", "install", f"hf:{REPO}:q8_0")
        asked = len(hub.asked)
        done = asking.deskmate("models", "install", f"hf:{REPO}:q8_0", "--yes")
        listed = asking.deskmate("models", "list")
        verified = asking.deskmate("models", "verify")

    assert refused.returncode == 1
    assert asked == 4  # whether it is there, the repository, its files, a header
    assert refused.stdout.splitlines() == [
        f"{REPO} Q8_0",
        "  size      0.0 GB",
        "  memory    about 0.8 GB with 8192 tokens of context",
        "  licence   mit",
        f"  from      {REPO}, revision ffffffffffff",
        "Nothing was downloaded; `--yes` installs it without a question.",
    ]
    assert done.returncode == 0, done.stderr
    assert "It answers from now on; `local.model` chooses another, here `Tiny-Q8_0`." in done.stdout
    file = next(Path(asking.home).rglob("Tiny-Q8_0.gguf"))
    assert file.read_bytes() == CHAT
    assert "\nTiny-Q8_0 " in listed.stdout
    assert verified.stdout == "Tiny-Q8_0: right\n"
    assert "hf_right" not in f"{refused}{done}{listed}"


NOT_OF_USE = (
    "`local.engine` is `openai`, which answers with models of its own, so one that Deskmate "
    "installs would not be used. Unset `local.engine` to have it answer; a server's own model is "
    "chosen by `local.model`.\n"
)


@pytest.mark.parametrize("named", [["qwen2.5-coder-1.5b-instruct"], []], ids=["named", "the best"])
def test_a_model_that_no_engine_would_use_is_asked_about(asking: Project, named: list[str]) -> None:
    asking.variables["DESKMATE_LOCAL__ENGINE"] = "openai"
    with HubServer() as hub:
        asking.variables["HF_ENDPOINT"] = hub.url
        refused = asking.deskmate("models", "install", *named)
        assert not hub.asked
    assert (refused.returncode, refused.stderr) == (1, NOT_OF_USE)
    assert refused.stdout == "Nothing was downloaded; `--yes` installs it without a question.\n"


def test_a_model_that_only_the_larger_engine_uses_is_of_use(asking: Project) -> None:
    asking.variables["DESKMATE_LOCAL__ENGINE"] = "openai"
    asking.variables["DESKMATE_LOCAL_LARGE__ENGINE"] = "llama_cpp"
    asking.variables["DESKMATE_LOCAL_LARGE__MODEL"] = "Tiny-Q8_0"
    with HubServer() as hub:
        hub.put(REPO, "f" * 40, **{"Tiny-Q8_0.gguf": CHAT})
        asking.variables["HF_ENDPOINT"] = hub.url
        done = asking.deskmate("models", "install", f"hf:{REPO}:q8_0", "--yes")
    assert done.returncode == 0, done.stderr
    assert "would not be used" not in done.stderr


@pytest.fixture
def small_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """A catalogue of two: a default that is pinned, and a better one that is not; nothing is
    installed, and the machine is a fast one.
    """
    with HubServer() as hub:
        template = f"{hub.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", hub.url)
        monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", template)
        hub.put("a/small", "1" * 40, **{"small.gguf": CHAT})
        hub.put("a/better", "2" * 40, **{"better-Q4_K_M.gguf": CHAT + b"2"})
        small = replace(
            find(""),
            name="small",
            title="Small",
            file="small.gguf",
            size=len(CHAT),
            sha256=hashlib.sha256(CHAT).hexdigest(),
            hub=HubFile("a/small", "small.gguf", "1" * 40),
            parts=(),
        )
        hub_file = HubFile("a/better", quant="Q4_K_M")
        better = replace(
            small, name="better", title="Better", file="", sha256="", hub=hub_file, active=1.5
        )
        for module in (models, download, resolve):
            monkeypatch.setattr(module, "catalogue", lambda: (small, better))
        monkeypatch.setattr(places, "folder", lambda kind: tmp_path)
        monkeypatch.setattr(
            install_model, "this_machine", lambda: (Machine(8, 0, (), 16 * 10**9), 10**12)
        )
        fast = Speed(1000, 100, 0.5, 0.5, "small")
        monkeypatch.setattr(install_model, "measure_installed", lambda: fast)
        yield hub


def test_without_a_name_the_small_one_comes_first_and_the_better_one_is_asked_about(
    small_world: HubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "install"]) == 0
    out, _ = capsys.readouterr()
    assert "Small is installed from" in out
    assert "With small it reads 1000 and writes 100 tokens a second now." in out
    assert "Better would answer better: about 1 s for a fix; " in out
    assert out.endswith("Nothing was downloaded; `--yes` installs it without a question.\n")
    assert [model.name for model in models.installed()] == ["small"]

    assert main(["models", "install", "--yes"]) == 0
    out, _ = capsys.readouterr()
    assert "Better is installed from" in out
    assert [model.name for model in models.installed()] == ["better", "small"]

    assert main(["models", "install"]) == 0
    out, _ = capsys.readouterr()
    assert out.endswith("No other model answers better within 15 s here than better.\n")


def test_another_revision_is_asked_about_too(
    small_world: HubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "install", "hf:a/better", "--yes"]) == 0
    newer = CHAT + b"3"  # as large as the one that is there
    small_world.put("a/better", "3" * 40, **{"better-Q4_K_M.gguf": newer})
    assert main(["models", "install", "hf:a/better"]) == 1
    out, _ = capsys.readouterr()
    assert out.endswith("Nothing was downloaded; `--yes` installs it without a question.\n")
    assert main(["models", "install", "hf:a/better", "--yes"]) == 0
    assert find("better-Q4_K_M").path.read_bytes() == newer


def test_what_has_come_of_one_can_be_deleted(
    small_world: HubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    small_world.put("a/large", "4" * 40, **{"Large-Q4_K_M.gguf": CHAT})

    def stop(done: int, total: int, doing: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download.install("hf:a/large", stop)
    begun = models.models_dir() / "a" / "large" / "Large-Q4_K_M.gguf.download"
    assert list(begun.iterdir())
    assert main(["models", "list"]) == 0
    assert "begun      `deskmate models rm Large-Q4_K_M` deletes it" in capsys.readouterr()[0]
    assert main(["models", "rm", "Large-Q4_K_M"]) == 0
    assert capsys.readouterr()[0].startswith("Deleted what had come of Large-Q4_K_M: ")
    assert not begun.exists()


def test_a_better_one_that_cannot_be_had_leaves_the_small_one(
    small_world: HubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in [one for one in small_world.files if "better" in one]:
        del small_world.files[path]
    assert main(["models", "install", "--yes"]) == 0
    _, told = capsys.readouterr()
    assert "It is not installed: " in told
    assert "has no model a/better, or it is private" in told
    assert [model.name for model in models.installed()] == ["small"]


@pytest.mark.parametrize(
    ("watched", "comes", "said"),
    [
        (False, AssertionError("in a script nothing is measured"), ""),
        (True, KeyboardInterrupt(), "No copy was made; `deskmate engine bench` does it.\n"),
        (True, OSError("full"), "No copy was made: full\n"),
        (True, Comparison(failures=["No room."]), "No copy was made: No room.\n"),
    ],
    ids=["nobody watches", "Ctrl+C", "an error", "it cannot be made"],
)
def test_a_copy_is_made_where_somebody_watches_and_the_model_stays(
    small_world: HubServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    watched: bool,
    comes: BaseException | Comparison,
    said: str,
) -> None:
    async def make_copy(*_: object) -> Comparison:
        if isinstance(comes, BaseException):
            raise comes
        return comes

    monkeypatch.setattr(install_model, "make_copy", make_copy)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: watched)
    assert main(["models", "install", "hf:a/better", "--yes"]) == 0
    assert capsys.readouterr()[1].endswith(said)
    assert [model.name for model in models.installed()] == ["better-Q4_K_M"]
