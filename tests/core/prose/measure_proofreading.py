"""What proofreading makes of learners' sentences, beside the rule checker alone, the model alone
and people:

    python tests/core/prose/measure_proofreading.py FOLDER FILE [--model NAME] [--minutes N]

FOLDER has the development half of JFLEG (Napoles, Sakaguchi and Tetreault 2017): `dev.src`, and
what four people made of it, `dev.ref0` to `dev.ref3`. Each of `--limit` sentences is proofread as
in an editor. What came of it is a line of JSON in FILE as soon as it is known, so that a run may be
stopped, and goes on when it is started once more.

Printed is the GLEU of each, in percent: how many of the words and phrases of people it has, less
those of the source that people changed. The last two lines compare a person with Deskmate.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import random
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from deskmate.actions.catalog import load_actions
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Edit, Span, apply_edits
from deskmate.engines.engine import Engine, Message, Prompt
from deskmate.engines.tiers import Tiers
from deskmate.errors import ModelMissing, Refused
from deskmate.evaluation.deskbench import rows
from deskmate.harper import client as rules
from deskmate.requests.pipeline import propose
from deskmate.requests.repair_loop import listen
from deskmate.requests.request import resolve
from deskmate.requests.workers.proofreading import correct_by_rules
from deskmate.settings.sources import load_settings

PROOFREAD = load_actions()[0]["proofread"]
WISH = next(wishes["proofread"] for _, wishes in rows() if "proofread" in wishes)


async def main() -> None:
    """Asks, and prints the scores."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--model", default="qwen2.5-coder-0.5b-instruct")
    parser.add_argument("--limit", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=30)
    given = parser.parse_args()
    sources, *people = (
        (given.folder / f"dev.{name}").read_text(encoding="utf-8").splitlines()
        for name in ("src", "ref0", "ref1", "ref2", "ref3")
    )
    chosen = random.Random(19).sample(range(len(sources)), given.limit)
    done = read_done(given.file, given.model)
    settings = load_settings()[0]
    tiers = Tiers(replace(settings, local=replace(settings.local, model=given.model)))
    until = time.monotonic() + 60 * given.minutes
    try:
        for at in chosen:
            if at in done:
                continue
            if time.monotonic() > until:
                print(f"{given.minutes:g} minutes are over; start it again to go on.")
                break
            done[at] = await proofread(join(sources[at]), await tiers.engine())
            line = json.dumps({"model": given.model, "at": at, **done[at]}, ensure_ascii=False)
            with given.file.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
    finally:
        await tiers.aclose()
    told = [at for at in chosen if at in done]
    print_scores(
        [done[at] for at in told],
        [[split(join(one[at])) for one in people] for at in told],
    )


def read_done(path: Path, model: str) -> dict[int, dict[str, str]]:
    """What a file says of the sentences that this model has read."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    found = [json.loads(line) for line in lines]
    return {one.pop("at"): one for one in found if one.pop("model") == model}


async def proofread(text: str, engine: Engine) -> dict[str, str]:
    """A sentence as each has it."""
    document = open_document("file:///project/text.md", text + "\n")
    request = resolve(PROOFREAD, document, Span(0, len(document.text)))
    reply, _, _ = await listen(
        engine,
        Prompt((Message("user", f"{WISH}\n\n{text}"),), max_tokens=256),
        lambda _: None,
        "writing",
    )
    try:
        deskmate = await propose(request, engine)
        said = deskmate.change.after if deskmate.change else document.text
    except Refused:
        said = document.text
    ruled = await correct_by_rules(request, ModelMissing("No model is asked here."))
    return {
        "source": text,
        "the rule checker's first suggestions": follow_checker(text),
        "rules": ruled.change.after.strip() if ruled.change else text,
        "bare": " ".join(reply.split()),
        "deskmate": said.strip(),
    }


def follow_checker(text: str) -> str:
    """What becomes of a sentence where each first suggestion is taken."""
    edits: list[Edit] = []
    for lint in sorted(rules.lint([text])[0], key=lambda one: one.span.start):
        if lint.suggestions and not (edits and lint.span.start < edits[-1].span.end):
            edits.append(Edit(lint.span, lint.suggestions[0]))
    return apply_edits(text, edits)


def join(sentence: str) -> str:
    """A sentence as people write it, whose words stand apart in JFLEG."""
    text = re.sub(r" (n['’]t|['’](?:s|m|d|re|ve|ll))\b", r"\1", f" {sentence.strip()} ")
    text = re.sub(r" ([,.;:!?)\]%])", r"\1", text)
    return re.sub(r"([(\[$]) ", r"\1", text).strip()


def split(sentence: str) -> list[str]:
    """The words and signs of a sentence."""
    return re.findall(r"\w+(?:[-.]\w+)*|['’]\w+|[^\w\s]", sentence)


def print_scores(done: Sequence[Mapping[str, str]], people: Sequence[Sequence[list[str]]]) -> None:
    """The GLEU of all, and of how many sentences each changed."""
    sources = [split(one["source"]) for one in done]
    print(f"{len(done)} sentences")
    for name in done[0]:
        said = [split(one[name]) for one in done]
        changed = sum(one != source for one, source in zip(said, sources, strict=True))
        print(f"{name}: {100 * score(sources, said, people):.1f}, {changed} changed")
    first = [one[0] for one in people]
    others = [one[1:] for one in people]
    print(f"a person, against the three others: {100 * score(sources, first, others):.1f}")
    alike = 100 * score(sources, [split(one["deskmate"]) for one in done], others)
    print(f"deskmate, against those three: {alike:.1f}")


def score(
    sources: Sequence[list[str]], said: Sequence[list[str]], people: Sequence[Sequence[list[str]]]
) -> float:
    """GLEU (Napoles, Sakaguchi, Post and Tetreault 2016) of the sentences together, 0 to 1: the
    mean of 200 turns, in each of which every sentence has the words of one person.
    """
    counts = [
        [count(source, one, person) for person in of]
        for source, one, of in zip(sources, said, people, strict=True)
    ]
    draw = random.Random(1)
    return sum(_mean([draw.choice(of) for of in counts]) for _ in range(TURNS)) / TURNS


TURNS = 200
LONGEST = 4
"""Words of a phrase."""


def count(source: list[str], said: list[str], person: list[str]) -> list[int]:
    """The words of what is said and of the person; then for phrases of each length how many are the
    person's, less those of the source alone, and how many there are.
    """
    found = [len(said), len(person)]
    for length in range(1, LONGEST + 1):
        ours, theirs = phrases(said, length), phrases(person, length)
        before = phrases(source, length)
        kept = {one: number for one, number in before.items() if one not in theirs}
        right = (ours & theirs).total() - (ours & Counter(kept)).total()
        found += [max(right, 0), max(len(said) + 1 - length, 0)]
    return found


def phrases(words: Sequence[str], length: int) -> Counter[tuple[str, ...]]:
    """Those of a length, each as often as it is there."""
    return Counter(zip(*(words[at:] for at in range(length)), strict=False))


def _mean(counts: Sequence[Sequence[int]]) -> float:
    ours, theirs, *pairs = (sum(column) for column in zip(*counts, strict=True))
    shares = [right / all_ for right, all_ in zip(pairs[::2], pairs[1::2], strict=True)]
    if not all(shares):
        return 0.0
    short = min(0.0, 1 - theirs / ours)
    return math.exp(short + sum(map(math.log, shares)) / LONGEST)


if __name__ == "__main__":
    asyncio.run(main())
