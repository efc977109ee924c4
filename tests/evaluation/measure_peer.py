"""Other programs with the same model on the same tasks, judged as Deskmate is: aider
(https://aider.chat), which writes whole files and is told of the task as a user would tell it, and
Deskmate as it was at an earlier commit.

    python tests/evaluation/measure_peer.py aider PROGRAM --model NAME --url http://127.0.0.1:8080/v1
    python tests/evaluation/measure_peer.py before OLD/bin/deskmate …

PROGRAM is how it is started, in an environment that has what it needs. The address is that of a
server with OpenAI's protocol, such as llama.cpp's `llama-server`, that has the model loaded. Of
each task that the record has no result of by the program it keeps one there; it stops where the
program fails.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from deskmate.checks.sandbox import Limits
from deskmate.core.syntax.document import open_document
from deskmate.core.syntax.queries import problems
from deskmate.evaluation.quality import Recorded
from deskmate.evaluation.running import Result
from deskmate.evaluation.runs import version
from deskmate.evaluation.suites import find_tasks
from deskmate.evaluation.tasks import Outcome, Task, Verdict, chosen

RECORD = Path(__file__).parents[2] / "docs/quality.jsonl"
PATIENCE = 600
"""Seconds after which a program is ended; what it has written by then counts."""


def main() -> int:
    """Exit code 1 where a suite or its data is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer", choices=COMMANDS)
    parser.add_argument("program", type=shlex.split)
    parser.add_argument("--model", required=True, help="as the catalogue calls it")
    parser.add_argument("--url", default="http://127.0.0.1:8080/v1")
    parser.add_argument("--data", type=Path, required=True, help="where HumanEvalPack lies")
    parser.add_argument("--suites", nargs="*", default=["fix", "generate"])
    parser.add_argument("--limit", type=int, default=0, help="so many tasks")
    parser.add_argument("--minutes", type=float, default=56)
    parser.add_argument("--record", type=Path, default=RECORD)
    options = parser.parse_args()
    lines = options.record.read_text(encoding="utf-8").splitlines()
    known = {
        (one.result.suite, one.result.task)
        for one in map(Recorded.read, lines)
        if (one.model, one.result.arm) == (options.model, options.peer)
    }
    tasks, left_out = find_tasks(options.suites, options.data, run_code=True)
    for reason in left_out:
        print(f"Left out: {reason}", file=sys.stderr)
    ends = time.monotonic() + options.minutes * 60
    for task in chosen(tasks, "unseen", options.limit, seed=1):
        if time.monotonic() > ends:
            break
        if (task.suite, task.id) in known:
            continue
        result = measure(options, task)
        with options.record.open("a", encoding="utf-8", newline="\n") as file:
            file.write(Recorded(options.model, version(), result).line())
        print(f"{task.suite} {task.id}: {result.reason or 'right'}", file=sys.stderr)
    return 0 if tasks else 1


def measure(options: argparse.Namespace, task: Task) -> Result:
    """What the program makes of the task, and what that is worth."""
    started = time.monotonic()
    outcome = ask_peer(options, task)
    seconds = time.monotonic() - started
    changed = outcome.text != task.text or bool(outcome.made)
    verdict = asyncio.run(judge(task, outcome)) if changed else Verdict("It is as it was.")
    broken = len(broken_at(task, outcome.text)) > len(broken_at(task, task.text))
    return Result(
        task=task.id,
        suite=task.suite,
        action=task.action,
        language=task.language,
        arm=options.peer,
        status="applied" if changed else "refused",
        right=not verdict.reason,
        well_formed=verdict.well_formed and not broken,
        tries=1,
        completion_tokens=0,
        seconds=seconds,
        first=0.0,
        reason=" ".join(verdict.reason.split())[:160],
        counts=verdict.counts,
    )


async def judge(task: Task, outcome: Outcome) -> Verdict:
    """What the suite says of it."""
    return await task.judge(outcome, Limits(seconds=60))


def broken_at(task: Task, text: str) -> list[object]:
    """The syntax errors of the task's file with this text."""
    return [*problems(open_document(f"file:///{task.document}", text))]


def ask_peer(options: argparse.Namespace, task: Task) -> Outcome:
    """The task's file afterwards, and the files that the program made beside it."""
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as folder:
        before = {**task.files, task.document: task.text}
        for name, text in before.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        command, env = COMMANDS[options.peer](options, task, Path(home))
        env = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, **env}
        with suppress(subprocess.TimeoutExpired):
            whole = [*options.program, *command]
            ran = subprocess.run(
                whole, cwd=folder, env=env, capture_output=True, text=True, timeout=PATIENCE
            )
            if ran.returncode > 1 or "Traceback (most recent call last)" in ran.stderr:
                sys.exit(f"It cannot be measured: {ran.stderr.strip().splitlines()[-1:]}")
        after = {
            path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8", errors="replace")
            for path in Path(folder).rglob("*")
            if path.is_file() and not any(part[0] == "." for part in path.relative_to(folder).parts)
        }
    made = {name: text for name, text in after.items() if before.get(name) != text}
    return Outcome(made.pop(task.document, task.text), made)


Command = tuple[list[str], Mapping[str, str]]
"""What stands behind the program, and what its environment has."""


def command_aider(options: argparse.Namespace, task: Task, home: Path) -> Command:
    """It is told what it is to do with the file, and shown all of it."""
    asked = task.wish.partition(". ")[0] + "."
    flags = """--model openai/local --edit-format whole --no-git --yes-always --no-stream
    --no-pretty --no-check-update --no-show-model-warnings --analytics-disable
    --no-suggest-shell-commands --no-detect-urls --no-auto-lint --map-tokens 0 --timeout 300"""
    env = {
        "OPENAI_API_BASE": options.url,
        "OPENAI_API_KEY": "none",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }
    return [*flags.split(), "--message", asked, task.document], env


def command_before(options: argparse.Namespace, task: Task, home: Path) -> Command:
    """Its action, at the line of the task."""
    settings = home / "deskmate" / "settings.toml"
    settings.parent.mkdir()
    local = {"engine": "openai", "url": options.url, "model": options.model}
    text = "".join(f'{key} = "{value}"\n' for key, value in local.items())
    settings.write_text(f"[local]\n{text}context = 8192\n", encoding="utf-8")
    line = task.text.count("\n", 0, task.span.start) + 1
    more = ["--instruction", task.instruction] if task.instruction else []
    return ["run", task.action, f"{task.document}:{line}", "--write", *more], {}


COMMANDS: Mapping[str, Callable[[argparse.Namespace, Task, Path], Command]] = {
    "aider": command_aider,
    "before": command_before,
}


if __name__ == "__main__":
    sys.exit(main())
