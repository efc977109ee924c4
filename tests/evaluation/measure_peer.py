"""Another program with the same model on the same tasks: aider (https://aider.chat), which writes
the whole file, is told of the bug as a user would tell it, and its edits are judged as ours are.

    python tests/evaluation/measure_peer.py AIDER --url http://127.0.0.1:8080/v1 --data FOLDER

AIDER is its program, installed in an environment of its own; the address is that of a server with
OpenAI's protocol, such as llama.cpp's `llama-server`. Prints a line for each task, and how many are
right.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from deskmate.checks.sandbox import Limits
from deskmate.evaluation.suites import find_tasks
from deskmate.evaluation.tasks import Outcome, Task, chosen


def main() -> None:
    """Exits where there are no tasks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("aider", type=Path)
    parser.add_argument("--url", required=True)
    parser.add_argument("--data", type=Path, required=True, help="where HumanEvalPack lies")
    parser.add_argument("--limit", type=int, default=12)
    options = parser.parse_args()
    tasks, _ = find_tasks(["fix"], options.data, run_code=True)
    right = 0
    picked = chosen(tasks, "unseen", options.limit, seed=1)
    for task in picked:
        started = time.monotonic()
        text = ask_peer(options.aider, options.url, task)
        seconds = time.monotonic() - started
        same = text == task.text
        reason = "the file is as it was" if same else asyncio.run(judge(task, text))
        right += not reason
        print(task.id, "right" if not reason else reason[:80], f"{seconds:.0f} s", flush=True)
    print(f"{right} of {len(picked)} right")


async def judge(task: Task, text: str) -> str:
    """What is wrong with the file, "" for nothing."""
    return (await task.judge(Outcome(text), Limits())).reason


def ask_peer(aider: Path, url: str, task: Task) -> str:
    """What the peer makes of the task's file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, task.document)
        path.write_text(task.text, encoding="utf-8")
        command = [
            *(str(aider), "--model", "openai/local", "--edit-format", "whole"),
            *("--no-git", "--yes-always", "--no-stream", "--no-check-update", "--no-pretty"),
            *("--no-show-model-warnings", "--analytics-disable", "--no-suggest-shell-commands"),
            *("--no-detect-urls", "--no-auto-lint", "--map-tokens", "0", "--timeout", "300"),
            *("--message", task.wish.partition(". ")[0] + ".", path.name),
        ]
        env = {**os.environ, "OPENAI_API_BASE": url, "OPENAI_API_KEY": "none", "HOME": folder}
        with suppress(subprocess.TimeoutExpired):  # what it has written by then counts
            subprocess.run(command, cwd=folder, env=env, capture_output=True, timeout=600)
        return path.read_text(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    main()
