"""Asks for JSON that is as a schema has it: constrained where the engine can, always checked."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from deskmate.core.data.records import faults
from deskmate.core.reply.chat_markup import find_answer
from deskmate.core.target import Rejected
from deskmate.engines.engine import Engine, Message, Prompt, Usage
from deskmate.errors import EngineRejected, Refused
from deskmate.requests.repair_loop import OnUpdate, Update, add, listen

log = logging.getLogger(__name__)

SYSTEM = """\
You turn texts into data. You are given one instruction and one text. Answer with JSON only, with \
nothing before or after it. Take every value from the text as it is written there; where the text \
does not say, write null, and false for what it does not say is so. Make nothing up."""

TRIES = 3
"""How often the same is asked for."""

Check = Callable[[Any], Any]


class Structured:
    """Asks for JSON, and keeps what that cost and what was said last. `part` says how far it is."""

    def __init__(self, engine: Engine, on_update: OnUpdate) -> None:
        self._engine = engine
        self._on_update = on_update
        self._constrained = True
        self.part = ""
        self.usage = Usage()
        self.reply = ""
        self.tried: list[str] = []

    async def ask(
        self,
        asked: str,
        schema: dict[str, Any],
        tokens: int,
        check: Check = lambda value: value,
    ) -> Any:
        """What `check` makes of the answer, which is as `schema` has it. Raises Refused where no
        answer is, EngineError.
        """
        capabilities = await self._engine.capabilities()
        told = asked
        if not capabilities.json_schema:
            told += f"\n\nThe JSON must be as this schema has it: {json.dumps(schema)}"
        messages = (Message("system", SYSTEM), Message("user", told))
        prompt = Prompt(messages, max_tokens=tokens, schema=schema)
        findings: list[str] = []
        for attempt in range(TRIES):
            cut = await self._listen(prompt)
            try:
                value = _read(self.reply, cut, schema)
                if found := faults(value, schema):
                    raise Rejected(*found[:3])
                return check(value)
            except Rejected as rejected:
                log.debug("Rejected: %s\n%s", rejected, self.reply)
                findings.append(str(rejected))
                again = Message("user", f"That cannot be used: {rejected} Answer with JSON again.")
                more = (*messages, Message("assistant", self.reply), again)
                prompt = replace(prompt, messages=more, temperature=0.3 * (attempt + 1))
        self.tried += findings
        raise Refused(
            f"No usable answer after {TRIES} tries, so nothing was changed. {findings[-1]} "
            "A larger model or a smaller selection may help.",
            tuple(findings),
            self.reply,
            capabilities.model,
        )

    async def _listen(self, prompt: Prompt) -> bool:
        """Whether the answer was cut off. A schema that the engine cannot hold an answer to is left
        out: it is checked in any case.
        """
        if not self._constrained:
            prompt = replace(prompt, schema=None)
        try:
            self.reply, cut, usage = await self._hear(prompt)
        except EngineRejected as rejected:
            if prompt.schema is None or not re.search("(?i)schema|grammar", str(rejected)):
                raise
            log.info("The engine does not take this schema: %s", rejected)
            self._constrained = False
            return await self._listen(prompt)
        self.usage = add(self.usage, usage)
        return cut

    async def _hear(self, prompt: Prompt) -> tuple[str, bool, Usage]:
        def tell(update: Update) -> None:
            self._on_update(replace(update, part=self.part, text=""))

        return await listen(self._engine, prompt, tell, "writing")


def _read(reply: str, cut: bool, schema: dict[str, Any]) -> Any:
    """The value in a reply; of a list that was cut off, the items that are whole."""
    text = find_answer(reply).text.strip()
    fenced = re.search(r"```(?:json)?\s*\n(.*?)(?:\n```|\Z)", text, re.DOTALL)
    text = fenced[1] if fenced else text
    start = min((at for sign in "[{" if (at := text.find(sign)) >= 0), default=0)
    decoder = json.JSONDecoder()
    try:
        value, _ = decoder.raw_decode(text[start:])
    except RecursionError:
        raise Rejected("The reply is nested too deep.") from None
    except json.JSONDecodeError as error:
        whole = _items(text[start:]) if cut and text[start : start + 1] == "[" else []
        if not whole:
            raise Rejected(f"The reply is not JSON: {error.msg}.") from None
        return whole
    if schema.get("type") == "array" and isinstance(value, dict):
        inner = [one for one in value.values() if isinstance(one, list)]
        return inner[0] if len(value) == 1 and inner else [value]
    return value


def _items(text: str) -> list[Any]:
    """The items of a list whose end is missing."""
    decoder, at = json.JSONDecoder(), 1
    found: list[Any] = []
    while True:
        at += len(text[at:]) - len(text[at:].lstrip(" \t\r\n,"))
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return found
        found.append(item)
