"""The question whether a request may leave this machine, at a terminal."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from functools import partial

from deskmate.checks.consent import CHOICES, AskToRun, RunQuestion
from deskmate.requests.consent_question import ConsentQuestion, User, find_escalation
from deskmate.requests.escalation import Escalation
from deskmate.requests.question import Question
from deskmate.requests.request import Request

Held = Callable[[], AbstractContextManager[None]]
"""Keeps everything else from being written to the terminal."""


async def find_escalation_at_terminal(asked: Request | Question, held: Held) -> Escalation:
    """Where a request may go that is too hard for this machine, as whoever sits at the terminal
    wants it, who may think for as long as they like; where there is none, nobody can be asked.
    """
    asks = sys.stdin.isatty() and sys.stderr.isatty()
    user = User(_say, _show, partial(_choose, held) if asks else None)
    escalation = await find_escalation(asked, user)
    return replace(escalation, settings=replace(escalation.settings, wait=_A_DAY))


_A_DAY = 86_400.0


def make_asking(held: Held) -> AskToRun | None:
    """Asks whoever sits at the terminal whether a project's tests may be run; None where nobody
    does.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None

    async def ask(question: RunQuestion) -> str | None:
        return await _choose_of(held, question.words, tuple(CHOICES), "for not now")

    return ask


async def ask_to_agree(words: str) -> bool:
    """Whether the user says yes to that; where there is no terminal, they do not."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    print(f"{words} Yes, or Enter for no: ", end="", file=sys.stderr, flush=True)
    return (await _read_line()).strip().lower() in ("y", "yes")


async def choose_at_terminal(
    held: Held, words: str, choices: tuple[str, ...], none: str
) -> str | None:
    """Which of the choices is taken, "" for none; None where nobody sits at a terminal."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    return await _choose_of(held, words, choices, none)


async def _choose(held: Held, question: ConsentQuestion) -> str | None:
    return await _choose_of(held, question.words, question.choices, "to stay local") or None


async def _choose_of(held: Held, words: str, choices: tuple[str, ...], none: str) -> str:
    with held():
        _say(words)
        for number, choice in enumerate(choices, 1):
            _say(f"  {number}  {choice}")
        print(f"Number, or Enter {none}: ", end="", file=sys.stderr, flush=True)
        said = (await _read_line()).strip()
    return dict(enumerate(choices, 1)).get(int(said), "") if said.isdecimal() else ""


async def _read_line() -> str:
    """What is typed. The thread is one that Ctrl-C leaves behind, for nothing ends its waiting."""
    loop = asyncio.get_running_loop()
    typed: asyncio.Future[str] = loop.create_future()

    def give(line: str) -> None:
        if not typed.done():
            typed.set_result(line)

    def read() -> None:
        line = sys.stdin.readline()
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(give, line)

    threading.Thread(target=read, daemon=True).start()
    return await typed


async def _show(title: str, text: str) -> None:
    _say(f"{title}:\n{text}")


def _say(message: str) -> None:
    print(message, file=sys.stderr)
