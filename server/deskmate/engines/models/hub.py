"""What the Hugging Face hub says of a model at this moment: its files, their sizes and checksums,
its revision and its licence. It is asked only by the commands that install a model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from deskmate.engines.hosts.tuning import Tuning, memory_needed
from deskmate.engines.http import ask_once, make_download_client
from deskmate.engines.models.catalogue import HubFile, Model, Shard
from deskmate.engines.models.gguf import Metadata, read_beginning
from deskmate.errors import ModelError

if TYPE_CHECKING:
    from huggingface_hub import HfApi


class OutOfReach(ModelError):
    """A source of the model, or all of them, cannot be reached or does not have it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Which model of the hub is meant: `OWNER/REPO`, at a revision, one file or one quantisation of
    it; "" for what is not said.
    """

    repo: str
    revision: str = ""
    quant: str = ""
    file: str = ""


def read_address(text: str) -> Address:
    """The address in `OWNER/REPO[@REVISION][:QUANT]` or `OWNER/REPO[@REVISION]/FILE.gguf`. Raises
    ModelError for another text.
    """
    found = re.fullmatch(
        r"(?P<repo>[\w.-]+/[\w.-]+)(?:@(?P<revision>[\w./-]+?))?"
        r"(?:/(?P<file>[^:]+\.gguf)|:(?P<quant>[\w.-]+))?",
        text,
    )
    if found is None or {".", ".."} & set(found["repo"].split("/")):
        raise ModelError(
            f"`hf:{text}` names no model of the hub. Write hf:OWNER/REPO:QUANT, such as "
            "hf:unsloth/Qwen3.5-4B-GGUF:Q4_K_M."
        )
    return Address(**{name: value or "" for name, value in found.groupdict().items()})


def ask_hub(address: Address) -> Model:
    """The model at an address, as the hub says it is now; nothing is downloaded but the beginning
    of its file, for the memory that it takes.

    Raises ModelError, with what there is instead, where that is no model or not one alone; and
    OutOfReach where the hub cannot be reached.
    """
    from huggingface_hub import HfApi, constants

    check_reachable()
    use_our_client(constants.ENDPOINT)
    api = HfApi()
    try:
        info = api.model_info(address.repo, revision=address.revision or None)
        revision = str(info.sha)
        shards = _list_files(api, address.repo, revision)
    except Exception as error:  # its HTTP library's get through, and which that is differs
        raise explain(error, address.repo) from error
    first, *rest = choose(address, shards)
    card = info.card_data
    licence = card and (card.get("license_name") or card.get("license"))
    size = first.size + sum(shard.size for shard in rest)
    name = PurePosixPath(re.sub(r"-\d{5}-of-\d{5}\.gguf$", ".gguf", first.file)).stem
    metadata = read_header(address.repo, revision, first.file, size)
    return Model(
        name=name,
        title=f"{address.repo} {find_quant(first.file)}".strip(),
        file=str(PurePosixPath(address.repo, first.file)),
        size=size,
        sha256=first.sha256,
        licence=str(licence or "not said"),
        use="chosen",
        active=0.0,
        context=metadata.context if metadata else 0,
        memory=find_memory(metadata, size),
        about=f"installed from {address.repo}",
        hub=HubFile(address.repo, first.file, revision),
        rest=tuple(rest),
    )


def _list_files(api: HfApi, repo: str, revision: str) -> list[Shard]:
    """The GGUF files of a repository that answer by themselves."""
    from huggingface_hub.hf_api import RepoFile

    return [
        Shard(one.path, one.size, one.lfs.sha256 if one.lfs else "")
        for one in api.list_repo_tree(repo, recursive=True, revision=revision)
        if isinstance(one, RepoFile)
        and one.path.endswith(".gguf")
        and not goes_with_a_model(one.path)
        and is_safe(one.path)
    ]


def goes_with_a_model(path: str) -> bool:
    """Whether a file by its name is none itself, but its eyes, a draft, its importances."""
    return _BESIDES.search(PurePosixPath(path).name) is not None


_BESIDES = re.compile(r"(?:\b|_)(?:mmproj|imatrix)(?:\b|_)|^mtp-", re.IGNORECASE)


def is_safe(path: str) -> bool:
    """Whether what a server calls a file is a place below a folder of ours, on every system."""
    parts = path.split("/")
    return path.isprintable() and not {"", ".", ".."} & set(parts) and not _NO_NAME & set(path)


_NO_NAME = set(r'\:<>|"?*')


def choose(address: Address, files: list[Shard]) -> list[Shard]:
    """The files of the model that an address means, in order. Raises ModelError, with a list of
    what there is, where that is none, several, or one of which a file is missing.
    """
    models: dict[str, list[Shard]] = {}
    for shard in files:
        models.setdefault(re.sub(r"-\d{5}-of-\d{5}\.gguf$", ".gguf", shard.file), []).append(shard)
    if not models:
        raise ModelError(
            f"{address.repo} has no GGUF file, which is what llama.cpp reads. Look on the hub for "
            "a repository of the same model with GGUF in its name."
        )
    names = _matching(address, sorted(models))
    if len(names) != 1:
        listed = ", ".join(f"{find_quant(one) or one}" for one in names or sorted(models))
        which = "has several of these" if names else "has no such model"
        example = find_quant((names or sorted(models))[0])
        raise ModelError(
            f"{address.repo} {which}: {listed}. Say which one: hf:{address.repo}:{example}."
            if example
            else f"{address.repo} {which}: {listed}. Say which one: hf:{address.repo}/FILE."
        )
    found = sorted(models[names[0]], key=lambda shard: shard.file)
    split = re.search(r"-of-(\d{5})\.gguf$", found[0].file)
    if split and len(found) != int(split[1]):
        raise ModelError(
            f"{address.repo} has {len(found)} of the {int(split[1])} files of {names[0]}, so no "
            "engine can load it. Choose another one."
        )
    return found


def _matching(address: Address, names: list[str]) -> list[str]:
    """The models of a repository that an address may mean. As llama.cpp and Ollama do, it means
    Q4_K_M where it does not say, and there are several.
    """
    if address.file:
        whole = re.sub(r"-\d{5}-of-\d{5}\.gguf$", ".gguf", address.file)
        return [name for name in names if name == whole]
    if not address.quant and len(names) == 1:
        return names
    wanted = (address.quant or _USUAL).upper()
    found = [name for name in names if find_quant(name) == wanted]
    found = found or [name for name in names if wanted in _looser(name)]
    return found or ([] if address.quant else names)


_USUAL = "Q4_K_M"


def _looser(name: str) -> set[str]:
    """What else the quantisation of a file is called: without who made it, or as its folder."""
    label = find_quant(name)
    return {label.removeprefix("UD-"), *(part.upper() for part in PurePosixPath(name).parts[:-1])}


def find_quant(file: str) -> str:
    """The quantisation that a file's name says, such as `Q4_K_M` or `UD-Q4_K_XL`; "" for none."""
    stem = re.sub(r"(-\d{5}-of-\d{5})?\.gguf$", "", PurePosixPath(file).name)
    found = re.search(
        r"(?:^|[-._])((?:UD-)?(?:I?Q\d|TQ\d|MXFP\d|NVFP\d|BF16|F16|F32)[A-Z0-9_]*)$", stem, re.I
    )
    return found[1].upper() if found else ""


def read_header(repo: str, revision: str, file: str, size: int) -> Metadata | None:
    """What the beginning of a file on the hub says of the model; None where it cannot be read."""
    from huggingface_hub import get_session, hf_hub_url
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]  # documented

    url = hf_hub_url(repo, file, revision=revision)
    headers = build_hf_headers() | {"Range": f"bytes=0-{_HEADER - 1}"}
    read = b""
    try:
        with get_session().stream("GET", url, headers=headers, timeout=_PATIENCE) as answer:
            if not answer.is_success:
                return None
            for piece in answer.iter_bytes():
                read += piece
                if len(read) >= _HEADER:
                    break
        return read_beginning(Path(file), read[:_HEADER], size)
    except ModelError:
        raise
    except Exception:  # which HTTP library it has differs by version; it is only for an estimate
        return None


_HEADER = 1 << 18  # bytes: all that stands before the vocabulary
_PATIENCE = 20.0  # seconds


def find_memory(metadata: Metadata | None, size: int) -> float:
    """About how many GB a model of `size` bytes takes with 8192 tokens of context."""
    plain = Tuning(context=8192, slots=1, kv_cache="f16")
    if metadata is None:
        metadata = Metadata(Path(), size, "", 0, {})
    return round(memory_needed(plain, metadata) / 1e9, 1)


def explain(error: Exception, what: str) -> ModelError:
    """What the hub's client raises, about a repository or a URL, as what the user can do."""
    from huggingface_hub import constants, errors

    status = getattr(getattr(error, "response", None), "status_code", 0)
    if isinstance(error, errors.RevisionNotFoundError):
        return ModelError(f"{what} has no such revision. Leave `@REVISION` out.")
    missing = isinstance(error, errors.RepositoryNotFoundError | errors.HFValidationError)
    if not isinstance(error, errors.GatedRepoError) and missing:
        return ModelError(_NO_REPO.format(repo=what, hub=constants.ENDPOINT))
    if status in _REFUSED:
        return ModelError(_GATED.format(repo=what, hub=constants.ENDPOINT))
    first = str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
    server = "/".join(what.split("/", 3)[:3]) if "://" in what else constants.ENDPOINT
    return OutOfReach(f"{server} does not give it ({first}).")


_REFUSED = (401, 403)
_GATED = (
    "{repo} is given only to those who have agreed to its terms. Do that at {hub}/{repo}, set "
    "HF_TOKEN to a token of that account, and run this again."
)
_NO_REPO = (
    "{hub} has no model {repo}, or it is private. Look how it is written; for a private one set "
    "HF_TOKEN to a token of an account that may read it."
)


def use_our_client(url: str) -> None:
    """Has the hub's library connect to the server at `url` as everything here does."""
    from huggingface_hub import constants, set_client_factory

    constants.HF_HUB_DISABLE_TELEMETRY = True  # it need not know what else runs here
    set_client_factory(lambda: make_download_client(url))


def check_reachable() -> None:
    """Raises OutOfReach where nothing answers at the hub: its own client would try for long."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        raise OutOfReach(f"{constants.ENDPOINT} cannot be reached: HF_HUB_OFFLINE is set.")
    try:
        ask_once(constants.ENDPOINT, "internet", timeout=_QUICK, method="HEAD")
    except OSError as error:
        raise OutOfReach(
            f"{constants.ENDPOINT} cannot be reached. Look at the connection; HTTPS_PROXY names a "
            "proxy, HF_ENDPOINT a mirror."
        ) from error


_QUICK = 5.0  # seconds
