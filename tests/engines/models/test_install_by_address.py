"""Models that no catalogue has: by their address on a hub, by a URL, and those that other programs
on this machine have fetched. The hub is a server of the tests.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskmate.engines.models.catalogue import (
    find,
    find_model,
    installed,
    is_installed,
    is_right,
    remove,
)
from deskmate.engines.models.download import OnProgress, install
from deskmate.engines.models.hub import find_quant, read_address
from deskmate.engines.models.resolve import resolve
from deskmate.errors import ModelError, ModelMissing
from deskmate.files import places
from gguf_files import LLAMA, gguf
from hub_server import HubServer

REVISION = "0123456789abcdef0123456789abcdef01234567"
CHAT = gguf({**LLAMA, "tokenizer.chat_template": "{{ messages }}"})
FIM = gguf({**LLAMA, "tokenizer.ggml.tokens": ("<PRE>", "<SUF>", "<MID>")})
REPO = "someone/Tiny-GGUF"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where models are installed in these tests, with nobody's token at hand."""
    monkeypatch.setattr(places, "folder", lambda kind: tmp_path / "data")
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "token"))
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "OLLAMA_MODELS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path / "data" / "models"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    with HubServer() as server:
        template = f"{server.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", server.url)
        monkeypatch.setattr("huggingface_hub.hf_api.ENDPOINT", server.url, raising=False)
        monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", template)
        server.put(REPO, REVISION, **{"Tiny-Q4_K_M.gguf": CHAT, "Tiny-Q8_0.gguf": CHAT + bytes(9)})
        server.put(REPO, REVISION, **{"mmproj-F16.gguf": b"eyes", "README.md": b"# Tiny"})
        yield server


def test_a_quantisation_of_a_repository(hub: HubServer, folder: Path) -> None:
    model = resolve(f"hf:{REPO}:q8_0")
    assert (model.title, model.licence, model.size) == (f"{REPO} Q8_0", "apache-2.0", len(CHAT) + 9)
    assert model.hub is not None
    assert model.hub.revision == REVISION
    assert model.context == 4096
    assert not (folder / model.file).exists()
    done = install(model)
    assert done.path == folder / "someone" / "Tiny-GGUF" / "Tiny-Q8_0.gguf" == find_model("")
    assert done.path.read_bytes() == CHAT + bytes(9)
    assert done.source == f"{hub.url} ({REPO})"
    assert find_model("Tiny-Q8_0") == done.path
    assert is_right(find("Tiny-Q8_0"))


@pytest.mark.parametrize(
    "beside",
    [
        *(
            "mmproj-F16.gguf",
            "mmproj-Tiny-Q8_0.gguf",
            "Tiny.mmproj-Q8_0.gguf",
            "eyes/MMPROJ-Q8_0.gguf",
        ),
        *(
            "Tiny-mmproj_Q8_0.gguf",
            "mtp-Tiny-Q8_0.gguf",
            "imatrix_Q8_0.gguf",
            "Tiny.imatrix-Q8_0.gguf",
        ),
    ],
)
def test_what_goes_with_a_model_is_none(beside: str, hub: HubServer) -> None:
    hub.put(REPO, REVISION, **{beside: CHAT})
    model = resolve(f"hf:{REPO}:Q8_0")
    assert model.hub and model.hub.file == "Tiny-Q8_0.gguf"


def test_only_the_beginning_is_fetched_before_it_is_wanted(hub: HubServer) -> None:
    resolve(f"hf:{REPO}")
    asked = [one.split("?")[0].split(" ", 1)[1] for one in hub.asked if one.startswith("GET")]
    assert asked[-1] == f"/{REPO}/resolve/{REVISION}/Tiny-Q4_K_M.gguf 0-262143"
    assert len(asked) == 3  # the repository, its files, a header


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ("hf:someone/nothing", r"has no model someone/nothing, or it is private\. Look how"),
        (f"hf:{REPO}:Q2_K", r"has no such model: Q4_K_M, Q8_0\. Say which one: hf:someone/Tiny"),
        (f"hf:{REPO}/other.gguf", "has no such model: Q4_K_M, Q8_0"),
        ("hf:someone/weights", r"has no GGUF file, which is what llama\.cpp reads\. Look on"),
        ("hf:someone/several", r"has several of these: A\.gguf, B\.gguf\. Say"),
        ("hf:someone/half:Q4_K_M", r"has 1 of the 3 files of Half-Q4_K_M\.gguf, so no engine"),
        ("hf:someone", r"`hf:someone` names no model of the hub\. Write hf:OWNER/REPO:QUANT"),
        ("hf:../..:Q4_K_M", "names no model of the hub"),
    ],
)
def test_what_cannot_be_had_says_what_there_is(wanted: str, says: str, hub: HubServer) -> None:
    hub.put("someone/weights", REVISION, **{"model.safetensors": b"1"})
    hub.put("someone/several", REVISION, **{"A.gguf": CHAT, "B.gguf": CHAT})
    hub.put("someone/half", REVISION, **{"Half-Q4_K_M-00002-of-00003.gguf": CHAT})
    with pytest.raises(ModelError, match=says):
        resolve(wanted)


def test_shards_stay_together_as_llama_cpp_wants_them(hub: HubServer, folder: Path) -> None:
    first = gguf({**LLAMA, "split.count": 2, "tokenizer.chat_template": "x"}, tensor=False)
    names = ["Q4_K_M/Big-Q4_K_M-00001-of-00002.gguf", "Q4_K_M/Big-Q4_K_M-00002-of-00002.gguf"]
    hub.put("someone/big", REVISION, **dict(zip(names, (first, b"GGUF" * 999), strict=True)))
    steps: list[tuple[int, int, str]] = []
    done = install("hf:someone/big", lambda *step: steps.append(step))
    assert sorted(path.name for path in done.path.parent.glob("*.gguf")) == [
        "Big-Q4_K_M-00001-of-00002.gguf",
        "Big-Q4_K_M-00002-of-00002.gguf",
    ]
    assert done.path.name == "Big-Q4_K_M-00001-of-00002.gguf"
    assert steps[-1] == (len(first) + 3996, len(first) + 3996, "checking")
    model = find("Big-Q4_K_M")
    assert is_installed(model)
    assert is_right(model)
    done.path.with_name("Big-Q4_K_M-00002-of-00002.gguf").unlink()
    assert not is_installed(model)
    remove(model)
    assert not list(done.path.parent.glob("*.gguf"))
    with pytest.raises(ModelError, match="There is no model `Big-Q4_K_M`"):
        find("Big-Q4_K_M")


def test_shards_that_are_there_are_not_fetched_again(
    hub: HubServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 100)
    first = gguf({**LLAMA, "split.count": 2, "tokenizer.chat_template": "x"}, tensor=False)
    names = ["Big-Q4_K_M-00001-of-00002.gguf", "Big-Q4_K_M-00002-of-00002.gguf"]
    second = b"GGUF" * 99
    hub.put("someone/big", REVISION, **dict(zip(names, (first, second), strict=True)))
    model = resolve("hf:someone/big")
    full = shutil.disk_usage(folder.parent.parent)._replace(free=len(first) + len(second) - 1)
    with monkeypatch.context() as small:
        small.setattr(shutil, "disk_usage", lambda _: full)
        with pytest.raises(ModelError, match="MB are needed there"):
            install(model)
    with pytest.raises(Stopped):
        install(model, stop_at(len(first) + 150))
    damaged = f"/someone/big/resolve/{REVISION}/{names[1]}"
    hub.files[damaged] = second[:-1] + b"?"
    with pytest.raises(ModelError, match="its checksum is wrong, so it was deleted"):
        install(model)
    hub.files[damaged] = second
    hub.asked.clear()
    done = install(model)
    assert [path.read_bytes() for path, _, _ in done.model.files] == [first, second]
    assert [one for one in hub.asked if one.startswith("GET")] == [f"GET {damaged}"]


def test_terms_have_to_be_agreed_to_and_the_token_is_nobody_s_to_see(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "deskmate")
    hub.gated.add(REPO)
    with pytest.raises(ModelError, match=r"to those who have agreed .* set HF_TOKEN to a token"):
        install(f"hf:{REPO}")
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    with pytest.raises(ModelError, match="agreed to its terms") as refused:
        install(f"hf:{REPO}")
    assert "hf_wrong" not in f"{refused.value}{caplog.text}"
    monkeypatch.setenv("HF_TOKEN", "hf_right")
    done = install(f"hf:{REPO}")
    assert done.path.read_bytes() == CHAT
    assert hub.tokens == {"hf_wrong", "hf_right"}
    kept = b"".join(path.read_bytes() for path in done.path.parents[2].rglob("*") if path.is_file())
    assert b"hf_right" not in kept


def test_where_the_hub_sends_on_to_is_not_given_the_token(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_right")
    path = f"/{REPO}/resolve/{REVISION}/Tiny-Q4_K_M.gguf"
    with HubServer() as store:
        store.files["/x/y/z/main/blob"] = CHAT
        hub.elsewhere[path] = store.url.replace("127.0.0.1", "localhost") + "/x/y/z/main/blob"
        assert install(f"hf:{REPO}").path.read_bytes() == CHAT
        assert store.asked
        assert not store.tokens
    assert hub.tokens == {"hf_right"}


def test_a_wrong_file_is_not_kept(hub: HubServer, folder: Path) -> None:
    model = resolve(f"hf:{REPO}")
    path = f"/{REPO}/resolve/{REVISION}/Tiny-Q4_K_M.gguf"
    hub.files[path] = CHAT[:-1] + b"?"
    with pytest.raises(ModelError, match="its checksum is wrong, so it was deleted"):
        install(model)
    assert not is_installed(model)
    hub.files[path] = CHAT
    assert install(model).path.read_bytes() == CHAT


def test_an_interrupted_download_goes_on_and_a_newer_revision_begins_anew(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 100)
    with pytest.raises(Stopped):
        install(f"hf:{REPO}", stop_at(150))
    hub.asked.clear()
    with pytest.raises(Stopped):
        install(f"hf:{REPO}", stop_at(250))
    assert f"GET /{REPO}/resolve/{REVISION}/Tiny-Q4_K_M.gguf 100-" in hub.asked
    newer = gguf({**LLAMA, "general.name": "Newer", "tokenizer.chat_template": "x"})
    hub.put(REPO, "f" * 40, **{"Tiny-Q4_K_M.gguf": newer})
    assert install(f"hf:{REPO}").path.read_bytes() == newer


def test_a_newer_revision_takes_the_place_of_the_one_that_is_there(hub: HubServer) -> None:
    install(f"hf:{REPO}")
    hub.asked.clear()
    assert install(f"hf:{REPO}").source == ""
    newer = CHAT[:-1] + b"!"
    hub.put(REPO, "f" * 40, **{"Tiny-Q4_K_M.gguf": newer})
    done = install(f"hf:{REPO}")
    assert done.path.read_bytes() == newer
    assert [model.name for model in installed()] == ["Tiny-Q4_K_M"]


def test_what_is_no_model_is_not_installed(hub: HubServer, folder: Path) -> None:
    hub.put("someone/page", REVISION, **{"page.gguf": b"<!doctype html>"})
    with pytest.raises(ModelError, match="is not a GGUF file"):
        install("hf:someone/page")
    with pytest.raises(ModelMissing):
        find_model("")


def test_a_model_that_only_completes_answers_nothing(hub: HubServer) -> None:
    hub.put("someone/base", REVISION, **{"Base-Q8_0.gguf": FIM})
    assert install("hf:someone/base").model.use == "completing"
    with pytest.raises(ModelMissing):
        find_model("")
    install(f"hf:{REPO}")
    assert find_model("").name == "Tiny-Q4_K_M.gguf"


def test_an_address_of_the_hub_and_any_other(hub: HubServer, folder: Path) -> None:
    page = f"{hub.url}/{REPO}/blob/main/Tiny-Q8_0.gguf"
    assert resolve(page).hub == resolve(f"hf:{REPO}:Q8_0").hub
    with HubServer() as other:
        other.files["/x/y/z/main/mine.gguf"] = CHAT
        done = install(f"{other.url}/x/y/z/main/mine.gguf")
        assert done.path.read_bytes() == CHAT
        assert done.model.sha256 == hashlib.sha256(CHAT).hexdigest()
        assert not other.tokens
        other.asked.clear()
        assert install(f"{other.url}/x/y/z/main/mine.gguf").source == ""
        assert not other.asked
        with pytest.raises(ModelError, match="no address of a GGUF file"):
            resolve(f"{other.url}/mine.zip")
        with pytest.raises(ModelError, match=rf"{other.url} does not give it \(.*404"):
            install(f"{other.url}/x/y/z/main/other.gguf")


def test_two_models_of_one_name_have_two(hub: HubServer) -> None:
    hub.put("other/Tiny-GGUF", REVISION, **{"Tiny-Q4_K_M.gguf": CHAT + b"2"})
    one, two = install(f"hf:{REPO}").model, install("hf:other/Tiny-GGUF").model
    assert (one.name, two.name) == ("Tiny-Q4_K_M", "other-Tiny-Q4_K_M")
    assert is_right(one)
    assert is_right(two)


def test_several_of_one_name_in_a_repository_are_kept_apart(hub: HubServer, folder: Path) -> None:
    quants = ("Q4_K_M", "Q8_0", "F16")
    contents = [
        gguf({**LLAMA, "general.name": quant, "tokenizer.chat_template": "x"}) for quant in quants
    ]
    files = dict(zip((f"{one}/Tiny.gguf" for one in quants), contents, strict=True))
    hub.put("someone/folders", REVISION, **files)
    for _ in range(2):  # again, they are there already
        done = [install(f"hf:someone/folders:{one}") for one in quants]
        assert [one.path.read_bytes() for one in done] == contents
        names = {one.name for one in installed()}
        assert names == {"Tiny", "someone-Tiny", "someone-Tiny-2"}
    assert all(is_right(one) for one in installed())


def test_names_that_are_one_file_s_are_two_models(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path / "ollama"))
    put_in_ollama(tmp_path / "ollama", "library/tiny", "1b", CHAT)
    install("ollama:tiny:1b")
    hub.put("someone/tiny", REVISION, **{"Tiny-1B.gguf": CHAT})
    install("hf:someone/tiny")
    assert {one.name for one in installed()} == {"tiny:1b", "someone-Tiny-1B"}


@pytest.mark.parametrize(
    "path", ["../x.gguf", "a/../../x.gguf", "/x.gguf", "a//x.gguf", "a\\x.gguf"]
)
def test_a_file_never_lies_outside_of_its_repository(path: str, hub: HubServer) -> None:
    hub.put("someone/bad", REVISION, **{path: CHAT})
    with pytest.raises(ModelError, match="has no GGUF file"):
        install("hf:someone/bad")


def test_where_nobody_says_checksums_what_came_is_known_by_its_own(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 100)
    hub.says_checksums = False
    first = gguf({**LLAMA, "split.count": 2, "tokenizer.chat_template": "x"}, tensor=False)
    names = ["Big-Q4_K_M-00001-of-00002.gguf", "Big-Q4_K_M-00002-of-00002.gguf"]
    hub.put("someone/big", REVISION, **dict(zip(names, (first, b"GGUF" * 999), strict=True)))
    with pytest.raises(Stopped):
        install("hf:someone/big", stop_at(150))
    newer = first.replace(b"llama", b"LLAMA")
    hub.put("someone/big", "f" * 40, **dict(zip(names, (newer, b"GGUF" * 999), strict=True)))
    done = install("hf:someone/big")
    assert [path.read_bytes() for path, _, _ in done.model.files] == [newer, b"GGUF" * 999]
    model = find("Big-Q4_K_M")
    assert all(checksum for _, _, checksum in model.files)
    assert is_right(model)
    hub.asked.clear()
    assert install("hf:someone/big").source == ""
    done.path.with_name(names[1]).write_bytes(b"BAD!" * 999)
    assert not is_right(model)


def test_a_download_goes_on_only_with_what_is_at_the_same_url(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 100)
    other = gguf({**LLAMA, "general.name": "Other", "tokenizer.chat_template": "x"})
    with HubServer() as server:
        server.files |= {"/a/x/y/main/model.gguf": CHAT, "/b/x/y/main/model.gguf": other}
        with pytest.raises(Stopped):
            install(f"{server.url}/a/x/y/main/model.gguf", stop_at(150))
        two = install(f"{server.url}/b/x/y/main/model.gguf")
        one = install(f"{server.url}/a/x/y/main/model.gguf")
        assert (one.path.read_bytes(), two.path.read_bytes()) == (CHAT, other)
        assert "GET /a/x/y/main/model.gguf 100-" in server.asked
        with pytest.raises(ModelError, match="no address of a GGUF file"):
            resolve(f"{server.url}/a%5C..%5Cmodel.gguf")


@pytest.mark.parametrize("content", [CHAT, CHAT[:-9]], ids=["all of it", "more than there is"])
def test_what_had_come_whole_from_a_url_is_not_asked_for_beyond_its_end(content: bytes) -> None:
    with HubServer() as server:
        server.files["/x/y/z/main/model.gguf"] = CHAT
        with pytest.raises(Stopped):
            install(f"{server.url}/x/y/z/main/model.gguf", stop_when("checking"))
        server.files["/x/y/z/main/model.gguf"] = content
        assert install(f"{server.url}/x/y/z/main/model.gguf").path.read_bytes() == content


def test_a_model_of_ollama_s_is_used_where_it_is(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = put_in_ollama(tmp_path / "ollama", "library/tiny", "1b", CHAT)
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path / "ollama"))
    for name in ("ollama:tiny:1b", "tiny:1b"):
        done = install(name)
        assert done.path == blob == find_model("")
        assert (done.model.licence, done.source) == ("Apache License", "")
    assert is_right(done.model)
    assert remove(find("tiny:1b")) == 0
    assert blob.exists()
    with pytest.raises(ModelMissing):
        find_model("")
    with pytest.raises(
        ModelError, match=r"no model `big` on this disk; it has tiny:1b\. `ollama p"
    ):
        resolve("ollama:big")
    put_in_ollama(tmp_path / "ollama", "library/tuned", "latest", CHAT, adapter=True)
    with pytest.raises(ModelError, match="a model with an adapter"):
        resolve("ollama:tuned")
    for damaged in ("{", '{"layers": [{"mediaType": 5, "digest": "x"}]}'):
        manifest = tmp_path / "ollama/manifests/registry.ollama.ai/library/tuned/latest"
        manifest.write_text(damaged)
        with pytest.raises(ModelError, match=r"cannot be read\. `ollama pull tuned`"):
            resolve("ollama:tuned")
    for licence in (tmp_path / "ollama/blobs").iterdir():
        if licence != blob:
            licence.unlink()
    assert resolve("ollama:tiny:1b").licence == "not said"


@pytest.mark.parametrize(
    ("files", "models"),
    [
        ({}, ".lmstudio/models"),
        ({}, ".cache/lm-studio/models"),
        ({".lmstudio-home-pointer": "{home}/studio\n"}, "studio/models"),
        ({".lmstudio/settings.json": '{{"downloadsFolder": "{home}/large disk"}}'}, "large disk"),
        ({".lmstudio/settings.json": '["damaged'}, ".lmstudio/models"),
        ({".lmstudio/settings.json": '{{"downloadsFolder": 5}}'}, ".lmstudio/models"),
    ],
)
def test_a_model_of_lm_studio_s_is_used_where_it_is(
    tmp_path: Path, files: dict[str, str], models: str
) -> None:
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content.format(home=tmp_path.as_posix()))
    place = tmp_path / models / "someone" / "Tiny-GGUF"
    place.mkdir(parents=True)
    (place / "Tiny-Q4_K_M.gguf").write_bytes(CHAT)
    (place / "mmproj-Tiny.gguf").write_bytes(b"eyes")
    assert install(f"lmstudio:{REPO}").path == place / "Tiny-Q4_K_M.gguf" == find_model("")
    with pytest.raises(ModelError, match=r"on this disk; it has someone/Tiny-GGUF\."):
        resolve("lmstudio:someone/else")


@pytest.mark.parametrize(
    ("file", "quant"),
    [
        ("Qwen3.5-4B-Q4_K_M.gguf", "Q4_K_M"),
        ("Qwen3.6-35B-A3B-UD-Q4_K_XL.gguf", "UD-Q4_K_XL"),
        ("qwen2.5-coder-1.5b-q8_0.gguf", "Q8_0"),
        ("gpt-oss-20b-mxfp4.gguf", "MXFP4"),
        ("x/Big-IQ2_XXS-00001-of-00009.gguf", "IQ2_XXS"),
        ("SmolLM2-135M-Instruct.Q4_1.gguf", "Q4_1"),
        ("model.gguf", ""),
    ],
)
def test_the_quantisation_that_a_name_says(file: str, quant: str) -> None:
    assert find_quant(file) == quant


def test_addresses() -> None:
    address = read_address("a/b.c-GGUF@v1:UD-Q4_K_XL")
    assert (address.repo, address.revision, address.quant) == ("a/b.c-GGUF", "v1", "UD-Q4_K_XL")
    address = read_address("a/b/UD/c-00001-of-00002.gguf")
    assert (address.repo, address.file) == ("a/b", "UD/c-00001-of-00002.gguf")


def put_in_ollama(
    folder: Path, name: str, tag: str, content: bytes, *, adapter: bool = False
) -> Path:
    """A model as Ollama keeps it; where its weights lie."""
    layers = [("model", content), ("license", b"\n   Apache License\n  2.0\n")]
    layers += [("adapter", b"more")] if adapter else []
    listed = []
    for kind, data in layers:
        digest = hashlib.sha256(data).hexdigest()
        (folder / "blobs").mkdir(parents=True, exist_ok=True)
        (folder / "blobs" / f"sha256-{digest}").write_bytes(data)
        media = f"application/vnd.ollama.image.{kind}"
        listed.append({"mediaType": media, "digest": f"sha256:{digest}", "size": len(data)})
    manifest = folder / "manifests" / "registry.ollama.ai" / name / tag
    manifest.parent.mkdir(parents=True, exist_ok=True)
    manifest.write_text(json.dumps({"schemaVersion": 2, "layers": listed}))
    return folder / "blobs" / f"sha256-{hashlib.sha256(content).hexdigest()}"


class Stopped(Exception):
    """What a cancelled job raises in the callback."""


def stop_when(wanted: str) -> OnProgress:
    def on_progress(now: int, total: int, doing: str) -> None:
        if doing == wanted:
            raise Stopped

    return on_progress


def stop_at(size: int) -> OnProgress:
    def on_progress(now: int, total: int, doing: str) -> None:
        if now >= size:
            raise Stopped

    return on_progress
