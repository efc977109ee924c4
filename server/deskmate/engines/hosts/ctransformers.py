"""Models of before 2024, by ctransformers: Llama-2-class and Falcon as GGUF, and the older GGML
files of GPT-2, GPT-J, GPT-NeoX, MPT, Replit, StarCoder and Dolly. See `host.py` for what a host is.

ctransformers 0.2.27 ends the process on some files and says nothing of others, so a GGUF's metadata
is read first. It has no server: `serving.py` is one. One request is answered at a time.
"""

from __future__ import annotations

import codecs
import re
import threading
from collections.abc import Generator, Sequence
from ctypes import c_int
from pathlib import Path
from typing import Any

from deskmate.engines.hosts.host import Configuration, Endings, Report, Serving, main
from deskmate.engines.hosts.serving import Piece, Server
from deskmate.engines.hosts.templates import template_of
from deskmate.engines.hosts.tuning import Tuning, this_machine, tune
from deskmate.engines.models.gguf import Metadata, read_metadata
from deskmate.errors import ModelError

BATCH = 64
"""Tokens of a prompt that are read at once: a request is cancelled between two batches."""

LISTS = ("tokenizer.ggml.tokens", "tokenizer.ggml.token_type")
"""What is read of a vocabulary: the tokens that stand for no text must be known."""

ARCHITECTURES = ("llama", "falcon")
"""The kinds of GGUF that it knows."""

TYPES = ("gpt2", "gptj", "gpt_neox", "mpt", "replit", "starcoder", "dolly-v2", "llama", "falcon")
"""What it calls the kinds of GGML file, which do not say it themselves."""

OLD_CONTEXT = 2048
"""Tokens that models of that time have where the file does not say more."""


def serve(configuration: Configuration, endings: Endings) -> tuple[Report, Serving | None]:
    """Loads the model, and serves it."""
    try:
        from ctransformers.llm import LLM, Config  # type: ignore[import-untyped]
    except ImportError:
        return Report(error=_NOT_INSTALLED), None
    machine = this_machine()
    if not configuration.model:
        return Report(machine=machine), None
    path = Path(configuration.model)
    try:
        metadata = look_at(path, configuration.model_type)
    except (ModelError, OSError) as error:
        return Report(error=str(error)), None
    tuning = _tune(configuration.wanted, metadata, path)
    if not configuration.load:
        return Report(tuning=tuning, machine=machine), None
    settings = Config(
        context_length=tuning.context, batch_size=BATCH, threads=tuning.threads, gpu_layers=0
    )
    kind = "gguf" if metadata else configuration.model_type
    try:
        llm = LLM(str(path), kind, config=settings)
    except (RuntimeError, OSError, ValueError):
        return Report(error=_CANNOT_LOAD.format(model=path)), None
    server = Server(Model(llm, metadata), configuration)
    return Report(server.url, tuning=tuning, machine=machine), server.serve_forever


_NOT_INSTALLED = (
    "ctransformers is not installed. Install it with `pip install 'deskmate[ctransformers]'`, or "
    "unset `local.engine` to use llama.cpp, which runs all newer models."
)
_CANNOT_LOAD = (
    "ctransformers cannot load {model}: the file is damaged, of a kind that it does not know, or "
    'too large for this machine\'s memory. llama.cpp may: set `local.engine` to "llama_cpp".'
)


def look_at(path: Path, model_type: str) -> Metadata | None:
    """What a GGUF file says of itself; None for an older file of `model_type`.

    Raises ModelError, with the engine that can, where ctransformers cannot load it; OSError.
    """
    with path.open("rb") as file:
        magic = file.read(4)
    if magic == b"GGUF":
        metadata = read_metadata(path, LISTS)
        _check(metadata)
        return metadata
    if magic not in (b"lmgg", b"fmgg", b"tjgg"):  # ggml, ggmf and ggjt, the low byte first
        raise ModelError(f"{path} is neither a GGUF nor a GGML file. Set `local.model` to one.")
    if model_type not in TYPES:
        raise ModelError(
            f"{path} is a GGML file, which does not say what kind of model it is. Set "
            f"`local.model_type` to one of {', '.join(TYPES)}."
        )
    return None


def _check(metadata: Metadata) -> None:
    """Raises ModelError for what ctransformers cannot run, or what would end the process."""
    what = ""
    if metadata.architecture not in ARCHITECTURES:
        what = f"of the architecture {metadata.architecture or 'unknown'}"
    elif metadata.architecture == "llama" and metadata.vocabulary != "llama":
        what = f"with a vocabulary of the kind {metadata.vocabulary or 'unknown'}"
    if what:
        raise ModelError(
            f"{metadata.path} is a model {what}, which is newer than ctransformers. llama.cpp can "
            f'run it: set `local.engine` to "llama_cpp".'
        )


def _tune(wanted: Tuning, metadata: Metadata | None, path: Path) -> Tuning:
    """How it is run: on the CPU, a request at a time."""
    alone = Tuning(wanted.threads, wanted.context, 1, 0, "f16", "off")
    if metadata is None:
        size = path.stat().st_size
        metadata = Metadata(path, size, "", OLD_CONTEXT, {})
    return tune(alone, metadata, this_machine())


class Model:
    """The loaded model: prompts in, pieces of text out, one request after the other."""

    def __init__(self, llm: Any, metadata: Metadata | None) -> None:
        values = metadata.values if metadata else {}
        tokens = values.get(LISTS[0], ())
        kinds = values.get(LISTS[1], ())
        self._llm = llm
        self._alone = threading.Lock()
        self._special = {
            text: token
            for token, (text, kind) in enumerate(zip(tokens, kinds, strict=False))
            if kind == _CONTROL and text
        }
        self._split = re.compile("|".join(map(re.escape, self._special)) or r"(?!)")
        self._bare = values.get("tokenizer.ggml.add_space_prefix") is False
        begins = values.get("tokenizer.ggml.add_bos_token", metadata is not None)
        self._begin = [llm.bos_token_id] if begins else []
        self._template = template_of(values, tokens)
        self.context = int(llm.context_length)
        if self.context <= 0:
            self.context = OLD_CONTEXT
        self.busy = False

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        """The tokens of a text; with `special`, what stands for none is read as such."""
        if not special:
            return self._plain(text)
        found, at = list[int](), 0
        for match in self._split.finditer(text):
            found += [*self._plain(text[at : match.start()]), self._special[match.group()]]
            at = match.end()
        return found + self._plain(text[at:])

    def answer(self, request: dict[str, Any]) -> Generator[Piece, None, None]:
        """Answers one request, as long as somebody takes the pieces. Raises ValueError for one
        that cannot be.
        """
        prompt = self._prompt(request["messages"])
        most = int(request.get("max_tokens") or 0)
        if len(prompt) + most >= self.context:
            raise ValueError(
                f"the prompt has {len(prompt)} tokens and the answer {most}, which exceeds the "
                f"context of {self.context}"
            )
        with self._alone:
            self.busy = True
            try:
                yield from self._answer(prompt, most, request)
            finally:
                self.busy = False

    def _answer(
        self, prompt: list[int], most: int, request: dict[str, Any]
    ) -> Generator[Piece, None, None]:
        unread = list(self._llm.prepare_inputs_for_generation(prompt, reset=True))
        cached = len(prompt) - len(unread)
        for at in range(0, len(unread), BATCH):
            yield Piece(read=(len(prompt), cached, cached + at))
            self._llm.eval(unread[at : at + BATCH])
        told, count, finish = _Told(request.get("stop") or ()), 0, "length"
        sampling = _sampling(request)
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while count < most:
            token = self._llm.sample(**sampling)
            if self._llm.is_eos_token(token):
                finish = "stop"
                break
            count += 1
            text = told.take(decoder.decode(self._llm.detokenize([token], decode=False)))
            yield Piece(text)
            if told.stopped:
                finish = "stop"
                break
            self._llm.eval([token])
        usage = {
            "prompt_tokens": len(prompt),
            "completion_tokens": count,
            "total_tokens": len(prompt) + count,
            "prompt_tokens_details": {"cached_tokens": cached},
        }
        yield Piece(told.rest(), finish=finish, usage=usage)

    def _prompt(self, messages: Sequence[dict[str, Any]]) -> list[int]:
        """The tokens of a conversation; where its last turn is the model's, that is continued."""
        turns = [{"role": one["role"], "content": str(one["content"])} for one in messages]
        prefill = turns.pop()["content"] if turns[-1]["role"] == "assistant" else ""
        text = self._template(turns) + prefill
        return self._begin + self.tokenize(text, special=True)

    def _plain(self, text: str) -> list[int]:
        """Without the space that vocabularies of that time put before every text, where the model
        was made without it.
        """
        if not text:
            return []
        if not self._bare:
            return self._raw(text)
        tokens, before = self._raw(_MARK + text), b""
        for at, token in enumerate(tokens):
            before += self._llm.detokenize([token], decode=False)
            if before.strip(b" ") == _MARK.encode():
                return tokens[at + 1 :]
        return self._raw(text)

    def _raw(self, text: str) -> list[int]:
        """As `LLM.tokenize`, which takes no more room than the text has characters: too little."""
        data = text.replace("\0", " ").encode("utf-8", "replace")
        room = (c_int * (len(data) + 2))()
        count = self._llm.ctransformers_llm_tokenize(data, False, room)
        return list(room[:count])


_CONTROL = 3  # the kind of a token that stands for no text
_MARK = "\x01"  # a token of its own, which no text joins


def _sampling(request: dict[str, Any]) -> dict[str, Any]:
    """The most likely token always, where the temperature is 0."""
    temperature = float(request.get("temperature") or 0)
    seed = int(request.get("seed") or 0)
    likely = {"top_k": 40, "top_p": 0.95} if temperature else {"top_k": 1, "top_p": 1.0}
    return {**likely, "temperature": temperature or 1.0, "repetition_penalty": 1.0, "seed": seed}


class _Told:
    """The text of an answer up to the first of its stops; the beginning of one is held back."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = [stops] if isinstance(stops, str) else list(stops)
        self._held = ""
        self.stopped = False

    def take(self, text: str) -> str:
        """What can be told now."""
        self._held += text
        ends = [self._held.find(stop) for stop in self._stops if stop in self._held]
        if ends:
            self.stopped, self._held = True, self._held[: min(ends)]
            return self.rest()
        longest = max(
            (
                size
                for stop in self._stops
                for size in range(1, len(stop))
                if self._held.endswith(stop[:size])
            ),
            default=0,
        )
        end = len(self._held) - longest
        told, self._held = self._held[:end], self._held[end:]
        return told

    def rest(self) -> str:
        """What was held back."""
        told, self._held = self._held, ""
        return told


if __name__ == "__main__":
    main(serve)
