"""What a model makes of the texts of `tests/cases/rewriting.toml`, as a user gets it:

    python tests/core/prose/measure_rewriting.py FILE [--model NAME] [--limit N] [--minutes N]

Each text is rewritten by its action, three tries and all checks as in an editor. What became of it
is a line of JSON in FILE as soon as it is known; what is there already is not asked again, so a run
may be stopped, and goes on when it is started once more. It ends by itself after `--minutes`.

Printed are the texts that were refused or lost a fact, what is left of a chat, and the shares: in
how many all facts were kept, in how many what is missing was said, how many were refused. A refusal
of a reply that has all facts has a `?`: a person says whether it was a false one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import time
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from deskmate.actions.catalog import load_actions
from deskmate.core.reply.chat import without_chat
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.engines.engine import Engine
from deskmate.engines.tiers import Tiers
from deskmate.errors import Refused
from deskmate.requests.pipeline import propose
from deskmate.requests.request import resolve
from deskmate.settings.schema import Settings

CASES = Path(__file__).parents[2] / "cases" / "rewriting.toml"
ACTIONS, _ = load_actions()


async def main() -> None:
    """Asks, and prints the shares."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--model", default="qwen2.5-coder-0.5b-instruct")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=30)
    given = parser.parse_args()
    cases = tomllib.loads(CASES.read_text(encoding="utf-8"))["text"]
    step = max(1, len(cases) // given.limit) if given.limit else 1
    done = read_done(given.file, given.model)
    todo = [case for case in cases[::step] if case["id"] not in done]
    print(f"{given.model}: {len(todo)} texts to ask for, {len(done)} known from {given.file}.")
    settings = Settings()
    tiers = Tiers(replace(settings, local=replace(settings.local, model=given.model)))
    until = time.monotonic() + 60 * given.minutes
    try:
        for number, case in enumerate(todo, 1):
            if time.monotonic() > until:
                print(f"{given.minutes:g} minutes are over; start it again to go on.")
                break
            began = time.monotonic()
            kind, told = await judge(case, await tiers.engine())
            seconds = round(time.monotonic() - began, 1)
            done[case["id"]] = {"model": given.model, "id": case["id"], "kind": kind, "told": told}
            with given.file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(done[case["id"]], ensure_ascii=False) + "\n")
            print(f"{number}/{len(todo)} {kind:8} {case['id']} ({seconds} s): {told}", flush=True)
    finally:
        await tiers.aclose()
    for kind in KINDS:
        count = sum(one["kind"] == kind for one in done.values())
        print(f"{kind}: {count} of {len(done)}")


KINDS = ("kept", "said", "unchanged", "refused", "refused?", "lost", "chat")


def read_done(path: Path, model: str) -> dict[str, dict[str, str]]:
    """What a file says of the texts that this model rewrote."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    found = (json.loads(line) for line in lines)
    return {one["id"]: one for one in found if one["model"] == model}


async def judge(case: dict[str, Any], engine: Engine) -> tuple[str, str]:
    """What became of a text, and its reason."""
    document = open_document("file:///project/text.md", case["text"] + "\n")
    request = resolve(ACTIONS[case["action"]], document, Span(0, len(document.text)))
    try:
        proposal = await propose(request, engine)
    except Refused as refused:
        missing = list_missing(case, refused.reply)
        return ("refused" if missing else "refused?"), f"{refused} {refused.reply!r}"
    text = proposal.change.after if proposal.change else document.text
    missing = list_missing(case, text)
    if without_chat(text, case["text"]).strip() != text.strip():
        return "chat", repr(text)
    if not missing:
        return ("unchanged" if text == document.text else "kept"), repr(text)
    return ("said" if proposal.warnings else "lost"), f"{', '.join(missing)} in {text!r}"


def list_missing(case: dict[str, Any], text: str) -> list[str]:
    """The facts that a text does not have."""
    return [one for one in case["facts"] if not re.search(one, text, re.IGNORECASE)]


if __name__ == "__main__":
    asyncio.run(main())
