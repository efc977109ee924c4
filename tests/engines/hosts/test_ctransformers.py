"""The host of older models: what it refuses before that ends its process, and that it answers."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from deskmate.engines.engine import Message, Prompt
from deskmate.engines.hosts.client import LocalEngine
from deskmate.engines.hosts.templates import template_of
from deskmate.errors import EngineRejected, EngineUnavailable
from gguf_files import LLAMA, gguf
from older_models import gpt2

NEWER = 'which is newer than ctransformers. llama.cpp can run it: set `local.engine` to "llama_cpp"'

REFUSED: dict[str, tuple[bytes, str]] = {
    "another architecture": (
        gguf({**LLAMA, "general.architecture": "qwen2"}),
        f"model.bin is a model of the architecture qwen2, {NEWER}",
    ),
    "a vocabulary that would end the process": (
        gguf({**LLAMA, "tokenizer.ggml.model": "gpt2"}),
        f"model.bin is a model with a vocabulary of the kind gpt2, {NEWER}",
    ),
    "no weights": (gguf(), "ctransformers cannot load"),
    "half a file": (gguf()[:100], "model.bin is not a complete GGUF file"),
    "another kind of file": (b"PK\x03\x04", "model.bin is neither a GGUF nor a GGML file"),
    "an empty file": (b"", "model.bin is neither a GGUF nor a GGML file"),
    "a kind that is not set": (b"lmgg", "Set `local.model_type` to one of gpt2, gptj, gpt_neox,"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_it_cannot_load_is_a_sentence(name: str, tmp_path: Path) -> None:
    content, says = REFUSED[name]
    (tmp_path / "model.bin").write_bytes(content)
    engine = LocalEngine(tmp_path / "model.bin", host="ctransformers")
    with pytest.raises(EngineUnavailable) as failure:
        await engine.capabilities()
    assert says in str(failure.value)
    await engine.aclose()


async def test_where_it_is_not_installed_it_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ctransformers.py").write_text("raise ImportError")
    (tmp_path / "model.gguf").write_bytes(gguf())
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    engine = LocalEngine(tmp_path / "model.gguf", host="ctransformers")
    with pytest.raises(EngineUnavailable, match=r"pip install 'deskmate\[ctransformers\]'"):
        await engine.capabilities()
    await engine.aclose()


async def test_a_ggml_file_of_gpt_2_answers(tmp_path: Path) -> None:
    gpt2(tmp_path / "model.bin")
    engine = LocalEngine(tmp_path / "model.bin", host="ctransformers", model_type="gpt2")
    prompt = Prompt((Message("system", "Be brief."), Message("user", "Hi é 𝒳")), max_tokens=8)
    async with aclosing(engine.stream(prompt)) as chunks:
        [*_, last] = [chunk async for chunk in chunks]
    assert last.usage is not None
    assert last.usage.completion_tokens == 8
    await engine.aclose()


async def test_a_prompt_that_is_too_long_is_refused_and_the_next_one_works(tmp_path: Path) -> None:
    gpt2(tmp_path / "model.bin")
    engine = LocalEngine(tmp_path / "model.bin", host="ctransformers", model_type="gpt2")
    for text, refused in (("word " * 500, True), ("word", False)):
        prompt = Prompt((Message("user", text),), max_tokens=8)
        async with aclosing(engine.stream(prompt)) as chunks:
            if refused:
                with pytest.raises(EngineRejected, match="too long for the model"):
                    await anext(chunks)
            else:
                assert [chunk async for chunk in chunks][-1].finish
    await engine.aclose()


@pytest.mark.model
async def test_what_two_prompts_have_in_common_is_read_once(older_smollm: Path) -> None:
    engine = LocalEngine(older_smollm, host="ctransformers")
    common = "Here is a file:\n" + "\n".join(f"value_{n} = {n}" for n in range(40))
    usages = []
    for question in ("What is it?", "Is it good?"):
        prompt = Prompt((Message("user", common), Message("user", question)), max_tokens=4)
        async with aclosing(engine.stream(prompt)) as chunks:
            usages.append([chunk async for chunk in chunks][-1].usage)
    assert usages[0] is not None
    assert usages[1] is not None
    assert usages[0].cached_tokens == 0
    assert usages[1].cached_tokens > 0.9 * usages[1].prompt_tokens - 20
    await engine.aclose()


@pytest.mark.model
async def test_it_ends_before_a_stop_and_never_tells_the_beginning_of_one(
    older_smollm: Path,
) -> None:
    engine = LocalEngine(older_smollm, host="ctransformers")
    prompt = Prompt(
        (Message("user", "Count from 1 to 20."),), "1, 2, 3, 4,", stop=(" 7, 8",), max_tokens=40
    )
    async with aclosing(engine.stream(prompt)) as chunks:
        pieces = [chunk async for chunk in chunks]
    assert "".join(chunk.text for chunk in pieces) == " 5, 6,"
    assert pieces[-1].finish == "stop"
    await engine.aclose()


CHAT = [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}]
LLAMA_2 = "{{ bos_token }}{% for m in messages %}[{{ m.role }}] {{ m.content }}</s>{% endfor %}"
TOKENS = ("<unk>", "<s>", "</s>")
NUMBERS = {"tokenizer.ggml.bos_token_id": 1, "tokenizer.ggml.eos_token_id": 2}

TEMPLATES: dict[str, tuple[dict[str, Any], str]] = {
    "none": ({}, "S\n\n### Instruction:\nU\n\n### Response:\n"),
    "its own, after the token that begins every text": (
        {"tokenizer.chat_template": LLAMA_2, **NUMBERS},
        "[system] S</s>[user] U</s>",
    ),
    "its own, where no token begins every text": (
        {"tokenizer.chat_template": LLAMA_2, **NUMBERS, "tokenizer.ggml.add_bos_token": False},
        "<s>[system] S</s>[user] U</s>",
    ),
}


@pytest.mark.parametrize(("values", "text"), TEMPLATES.values(), ids=TEMPLATES)
def test_a_conversation_becomes_one_text(values: dict[str, Any], text: str) -> None:
    assert template_of(values, TOKENS)(CHAT) == text


def test_a_template_may_refuse() -> None:
    template = template_of({"tokenizer.chat_template": "{{ raise_exception('no') }}"}, TOKENS)
    with pytest.raises(ValueError, match="no"):
        template(CHAT)
