"""Chat templates, for an engine that has none of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def template_of(
    values: Mapping[str, Any], tokens: Sequence[str]
) -> Callable[[Sequence[Mapping[str, str]]], str]:
    """What makes one text of a conversation: the template in the metadata of a model, or what those
    without one were most often trained with. It raises ValueError for what it does not allow.
    """
    source = values.get("tokenizer.chat_template")
    if not source:
        return _instructions
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.globals["raise_exception"] = _refuse
    template = environment.from_string(source)
    named = {
        f"{name}_token": tokens[values[f"tokenizer.ggml.{name}_token_id"]]
        for name in ("bos", "eos")
        if f"tokenizer.ggml.{name}_token_id" in values
    }
    named.setdefault("bos_token", "")
    if values.get("tokenizer.ggml.add_bos_token", True):
        named["bos_token"] = ""  # it is there already

    def render(messages: Sequence[Mapping[str, str]]) -> str:
        return str(template.render(messages=messages, add_generation_prompt=True, **named))

    return render


def _refuse(reason: str) -> None:
    raise ValueError(reason)


def _instructions(messages: Sequence[Mapping[str, str]]) -> str:
    """The form of Alpaca, which most models without a template were trained with."""
    names = {"user": "### Instruction:\n", "assistant": "### Response:\n", "system": ""}
    turns = [f"{names[one['role']]}{one['content']}\n\n" for one in messages]
    return "".join(turns) + names["assistant"]
