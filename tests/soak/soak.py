"""`make soak`: actions of all kinds, with real models, on whatever source lies on this machine.

The small general model is the most incompetent at hand, and so the best adversary of the gate.
What must hold is counted: no document with a syntax error it did not have, no change outside the
span, no crash; no comment and no statement that is gone without a word, no string whose blanks have
changed. The rest (applied, repaired, refused, tokens a second) says how well a model does. What was
refused or changed can be kept, to be read.
"""

from __future__ import annotations

import argparse
import asyncio
import difflib
import json
import random
import re
import sys
import sysconfig
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from deskmate.actions.action import Action
from deskmate.actions.catalog import load_actions
from deskmate.core.syntax.comments import comments_in
from deskmate.core.syntax.document import Document, open_document
from deskmate.core.syntax.queries import problems, scopes
from deskmate.core.syntax.strings import long_strings
from deskmate.core.text.text import Span, apply_edits
from deskmate.engines.hosts.client import LocalEngine
from deskmate.engines.models.download import install
from deskmate.errors import ActionError, DeskmateError, Refused
from deskmate.requests.pipeline import propose
from deskmate.requests.proposal import Proposal
from deskmate.requests.request import Request, resolve

MODELS = ("smollm2-135m-instruct", "qwen2.5-coder-0.5b-instruct")
FOLDERS = (
    sysconfig.get_path("stdlib"),
    "/usr/lib/node_modules",
    "/usr/local/lib/node_modules",
    "/usr/include",
    "/usr/lib/ruby",
    "/usr/share",
    "/usr/lib/go",
    "/usr/local/go/src",
    str(Path.home() / ".cargo"),
    str(Path.home() / ".rustup"),
)
LARGEST = 60_000  # characters of a file; and a function of at most
LONGEST = 1_500  # characters: a small model rewrites no more in reasonable time


@dataclass
class Count:
    """What happened in the actions of one model."""

    outcomes: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    kept: list[dict[str, str]] = field(default_factory=list)
    tokens: int = 0
    seconds: float = 0.0


async def main() -> int:
    """Prints a line an action and the table; exit code 1 where something broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=18, help="for all models together")
    parser.add_argument("--actions", type=int, default=300, help="for all models together")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--models", nargs="*", default=MODELS)
    parser.add_argument("--edits", action="store_true", help="only actions that change a document")
    parser.add_argument("--keep", type=Path, help="a folder for what was refused and what changed")
    given = parser.parse_args()
    actions = [one for one in load_actions()[0].values() if one.edits or not given.edits]
    counts = {}
    for name in given.models:
        chance = random.Random(given.seed)
        files = find_files(chance)
        engine = LocalEngine(install(name).path, timeout=120)
        deadline = time.monotonic() + given.minutes * 60 / len(given.models)
        most = given.actions // len(given.models)
        counts[name] = await soak(engine, actions, files, chance, deadline, most)
        await engine.aclose()
        if given.keep:
            kept = "".join(f"{json.dumps(one)}\n" for one in counts[name].kept)
            (given.keep / f"{name}.jsonl").write_text(kept, encoding="utf-8")
    print(table(counts))
    return int(any(count.broken for count in counts.values()))


def find_files(chance: random.Random) -> dict[str, list[Path]]:
    """Source files by language, in a random order."""
    found: dict[str, list[Path]] = {}
    for folder in map(Path, FOLDERS):
        for path in folder.rglob("*") if folder.is_dir() else ():
            document = open_document(path.as_uri(), "") if path.suffix else None
            if document and document.language and path.is_file():
                found.setdefault(document.language.name, []).append(path)
    for files in found.values():
        files.sort()
        chance.shuffle(files)
    return found


async def soak(
    engine: LocalEngine,
    actions: list[Action],
    files: dict[str, list[Path]],
    chance: random.Random,
    deadline: float,
    most: int,
) -> Count:
    """Actions at random places until `deadline` or `most` of them."""
    count = Count()
    while sum(count.outcomes.values()) < most and time.monotonic() < deadline:
        name = chance.choice(sorted(files))
        request = next(requests(files[name][:200], actions, chance), None)
        if request is None:
            del files[name]
            continue
        where = f"{request.action.id} in {request.document.uri}"
        began = time.monotonic()
        try:
            proposal = await propose(request, engine)
            wrong = damage(request, proposal)
            outcome = "broken" if wrong else "repaired" if proposal.tried else "at once"
            count.broken += [f"{where}: {what}" for what in wrong]
            count.tokens += proposal.usage.completion_tokens
            count.seconds += time.monotonic() - began
            changed = proposal.change.after if proposal.change else ""
            said = (*proposal.remarks, *wrong)
            count.kept.append(describe(request, outcome, proposal.reply, *said, after=changed))
        except Refused as refused:
            outcome = "refused"
            count.kept.append(describe(request, outcome, refused.reply, str(refused)))
        except DeskmateError as error:
            outcome = type(error).__name__
        except Exception:
            outcome = "crashed"
            count.broken.append(f"{where}: {traceback.format_exc()}")
        count.outcomes[outcome] += 1
        count.languages[name] += 1
        print(f"{outcome:9} {time.monotonic() - began:5.1f} s  {where}", flush=True)
    return count


def describe(
    request: Request, outcome: str, reply: str, *said: str, after: str = ""
) -> dict[str, str]:
    """What came of a request, for somebody to judge."""
    return {
        "outcome": outcome,
        "action": request.action.id,
        "uri": request.document.uri,
        "text": request.target.original,
        "reply": reply,
        "said": "\n".join(said),
        "after": after,
    }


def requests(files: list[Path], actions: list[Action], chance: random.Random) -> Iterator[Request]:
    """Requests at random functions (or lines, where a language has none) of random files."""
    for _ in range(50):
        path = chance.choice(files)
        try:
            text = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if not 0 < len(text) < LARGEST:
            continue
        document = open_document(path.as_uri(), text)
        action = chance.choice(actions)
        span = place(document, chance)
        if span is None or (action.result == "new-file" and document.language is None):
            continue
        try:
            request = resolve(action, document, span, root=path.parent)
        except ActionError:
            continue
        if len(request.target.span) <= LONGEST:
            yield request


def place(document: Document, chance: random.Random) -> Span | None:
    """The beginning of a function, or three lines."""
    found = [scope for scope in scopes(document) if scope.kind == "function"]
    if found:
        at = chance.choice(found).head.start
        return Span(at, at)
    first = chance.randrange(len(document.lines))
    last = min(first + 2, len(document.lines) - 1)
    return Span(document.lines.start(first), document.lines.end(last))


def damage(request: Request, proposal: Proposal) -> list[str]:
    """What a proposal breaks that it must not."""
    change = proposal.change
    if change is None:
        return [] if proposal.shown.strip() else ["an empty explanation"]
    before, after = change.before, change.after
    wrong = []
    if apply_edits(before.text, change.edits) != after:
        wrong.append("the edits do not make the text that was checked")
    read = [open_document(before.uri, text, language_id=None) for text in (before.text, after)]
    if len(problems(read[1])) > len(problems(read[0])):
        wrong.append("a syntax error that was not there before")
    if before.uri == request.document.uri and request.action.result == "replace":
        start, end = request.target.span.start, len(before.text) - request.target.span.end
        head, tail = before.text[:start], before.text[len(before.text) - end :]
        kept = after.startswith(head) and after.endswith(tail)
        if not kept and "Added" not in " ".join(proposal.notes):
            wrong.append("a change outside the span")
        elif kept:
            new = Span(start, len(after) - end)
            wrong += losses(read[0], request.target.span, read[1], new, " ".join(proposal.remarks))
    if any(mark in after and mark not in before.text for mark in ("<|im_", "<think>", "[/INST]")):
        wrong.append("chat markup")
    return wrong


def losses(before: Document, old: Span, after: Document, new: Span, said: str) -> list[str]:
    """What a rewrite drops or changes without a word, as anybody would count it: comments whose
    words are nowhere, nor any like them, strings that differ in nothing but blanks, lines that
    nothing is like. What is quoted in `said` was said.
    """
    text = after.slice(new)
    wrong = []
    written = [after.slice(span) for span in comments_in(after, new)]
    for span in comments_in(before, old):
        words = re.findall(r"\w+", before.slice(span))
        first = before.slice(span).split("\n")[0].strip()
        there = " ".join(words) in " ".join(re.findall(r"\w+", text))
        reworded = difflib.get_close_matches(before.slice(span), written, 1, 0.7)
        if words and not there and not reworded and first[:40] not in said:
            wrong.append(f"a comment is gone without a word: {first}")
    strings = {squeeze(after.slice(one.span)): after.slice(one.span) for one in long_strings(after)}
    for string in long_strings(before, old):
        was = before.slice(string.span)
        now = strings.get(squeeze(was), was)
        if lead(was) != lead(now):
            wrong.append(f"a string has changed its blanks: {was[:60]!r}")
    noted = {at for span in comments_in(before, old) for at in rows(before, span)}
    lines = {
        row: before.text[before.lines.start(row) : before.lines.end(row)].strip()
        for row in rows(before, old)
        if row not in noted
    }
    fresh = [squeeze(line) for line in text.splitlines() if squeeze(line)]
    known = {squeeze(line) for line in lines.values()}
    missing = Counter(re.findall(r"\w+", " ".join(lines.values())))
    missing -= Counter(re.findall(r"\w+", text))
    lost = [
        line
        for line in lines.values()
        if 2 * (missing & Counter(words := re.findall(r"\w+", line))).total() > len(words)
        and re.search(r"\w{2}", line)
        and squeeze(line) not in "".join(fresh)
        and not difflib.get_close_matches(squeeze(line), fresh, 1, 0.5)
    ]
    if (
        len(lost) > len([line for line in fresh if line not in known])
        and "and nothing was" not in said
    ):
        wrong.append(f"statements are gone without a word: {lost}")
    return wrong


def squeeze(text: str) -> str:
    """A text without its blanks."""
    return re.sub(r"\s+", "", text)


def lead(text: str) -> list[int]:
    """How deep the lines of a string lie beside each other."""
    depths = [len(line) - len(line.lstrip()) for line in text.splitlines()[1:] if line.strip()]
    return [depth - min(depths) for depth in depths]


def rows(document: Document, span: Span) -> range:
    """The lines of a span."""
    lines = document.lines
    return range(lines.line_at(span.start), lines.line_at(max(span.start, span.end - 1)) + 1)


def table(counts: dict[str, Count]) -> str:
    """The figures as Markdown."""
    rows = [
        "| model | actions | applied or shown at once | after repair | refused | other | broken "
        "| tokens a second |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, count in counts.items():
        total = sum(count.outcomes.values()) or 1
        known = ("at once", "repaired", "refused")
        shares = [f"{100 * count.outcomes[key] / total:.0f} %" for key in known]
        other = total - sum(count.outcomes[key] for key in known)
        speed = count.tokens / count.seconds if count.seconds else 0.0
        rows.append(
            f"| {name} | {total} | {' | '.join(shares)} | {other} | {len(count.broken)} "
            f"| {speed:.0f} |"
        )
    for name, count in counts.items():
        spoken = ", ".join(f"{key} {value}" for key, value in count.languages.most_common())
        rows += ["", f"{name}: {spoken}."]
        rows += [f"- {what}" for what in count.broken]
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
