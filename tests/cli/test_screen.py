"""Nothing that a file or a model says steers a terminal, whichever command prints it."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskmate.cli.main import main
from deskmate.cli.progress import say
from deskmate.cli.screen import guard_screen, unguarded
from deskmate.core.text.safe import visible

BAD = "\x1b]0;title\x07\x1b[31mred\x9b2J a\u202eb"
SHOWN = r"\x1b]0;title\x07\x1b[31mred\x9b2J a\u{202e}b"


class Terminal(io.StringIO):
    """A screen that remembers all that reaches it."""

    def isatty(self) -> bool:
        return True


@contextmanager
def on_terminal() -> Iterator[Terminal]:
    terminal = Terminal()
    with redirect_stdout(terminal), redirect_stderr(terminal):
        yield terminal


def log() -> None:
    logger = logging.Logger("screen")
    logger.addHandler(logging.StreamHandler())
    logger.error("%s", BAD)


PRINTED: dict[str, Callable[[], object]] = {
    "print": lambda: print(BAD),
    "a sentence for the user": lambda: say(BAD),
    "write": lambda: sys.stdout.write(BAD),
    "writelines": lambda: sys.stdout.writelines([BAD]),
    "the log": log,
}


@pytest.mark.parametrize("case", PRINTED)
def test_whatever_is_printed_shows_what_would_steer(case: str) -> None:
    with on_terminal() as terminal:
        with guard_screen():
            PRINTED[case]()
        assert sys.stdout is terminal, "and is as it was afterwards"
    assert terminal.getvalue().strip() == SHOWN


# What is run with a file, a model or a question that has such a name.
COMMANDS = {
    "run": ["run", "explain", f"{BAD}.py:1"],
    "run an action": ["run", BAD, "x.py:1"],
    "ask": ["ask", "why?", f"{BAD}.py"],
    "models path": ["models", "path", BAD],
    "arguments": ["run", f"--{BAD}"],
    "consent": ["consent", "revoke", BAD],
    "batch": ["batch", "explain", f"{BAD}.py"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_tells_of_odd_names_in_words(command: str) -> None:
    with on_terminal() as terminal, suppress(SystemExit):
        main(COMMANDS[command])
    said = terminal.getvalue()
    assert said and not set(said) & {"\x1b", "\x07", "\x9b", "\u202e"}, said


def test_a_file_gets_it_exactly() -> None:
    file = io.StringIO()
    with redirect_stdout(file), guard_screen():
        print(BAD, end="")
    assert file.getvalue() == BAD


def test_what_is_ours_may_steer() -> None:
    with on_terminal() as terminal, guard_screen():
        print("\r\x1b[32mok\x1b[0m", end="", file=unguarded(sys.stdout))
        assert not hasattr(sys.stdout, "fileno"), "nobody writes past it, or colours what it says"
    assert terminal.getvalue() == "\r\x1b[32mok\x1b[0m"


@given(st.text(st.characters(codec=None), max_size=200))
def test_what_is_left_is_seen(text: str) -> None:
    for character in visible(text).replace("\r\n", "\n"):
        assert character in "\n\t" or character.isprintable() or ord(character) >= 0xA0


def test_what_steers_nothing_is_as_it_was() -> None:
    text = "tab\there\nred, é, 𝒳, 👩\u200d💻\r\n"
    assert visible(text) == text
    assert visible("\rover") == "\\x0dover"
