"""Whoever ends a command interrupts it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import pytest

from deskmate.cli.interrupts import ENDING, end_as_interrupted


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """As they are when a process starts; afterwards as they were."""
    if threading.current_thread() is not threading.main_thread():
        pytest.skip("another thread has no handlers")
    before = {one: signal.getsignal(one) for one in (*ENDING, signal.SIGINT)}
    for one in ENDING:
        signal.signal(one, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for one, handler in before.items():
        signal.signal(one, handler)


@pytest.mark.parametrize("sent", ENDING)
@pytest.mark.parametrize("interrupts", [signal.default_int_handler, signal.SIG_IGN])
def test_it_ends_as_interrupted_also_in_the_background(
    sent: signal.Signals, interrupts: signal.Handlers
) -> None:
    signal.signal(signal.SIGINT, interrupts)  # which a shell passes over for what it does not wait
    with pytest.raises(KeyboardInterrupt), end_as_interrupted():
        signal.raise_signal(sent)
    assert signal.getsignal(sent) is signal.SIG_DFL


@pytest.mark.parametrize("sent", ENDING)
def test_what_keeps_its_work_when_it_is_interrupted_keeps_it_then_too(sent: signal.Signals) -> None:
    seen: list[int] = []
    with end_as_interrupted():
        signal.signal(signal.SIGINT, lambda number, _: seen.append(number))
        signal.raise_signal(sent)
    assert seen == [signal.SIGINT]


@pytest.mark.parametrize("sent", ENDING)
def test_what_is_passed_over_stays_so(sent: signal.Signals) -> None:
    signal.signal(sent, signal.SIG_IGN)  # as `nohup` does
    with end_as_interrupted():
        signal.raise_signal(sent)
    assert signal.getsignal(sent) is signal.SIG_IGN
