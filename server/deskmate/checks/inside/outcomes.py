"""What comes of a call: what it gives, raises and prints, and what it leaves of its arguments."""

from __future__ import annotations

import asyncio
import contextlib
import dis
import inspect
import io
import itertools
import math
import re
import reprlib
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .effects import Effect, Watch

ITEMS = 100
"""How much of what never ends is looked at."""

_DEPTH, _SIZE = 12, 2000


class TimedOut(BaseException):
    """A call takes too long."""


@dataclass
class Outcome:
    """`kind` is returned, raised, endless, unfit (the input is none that the code is made for) or
    effect; `value` is described, `shown` its text. What was raised `says` something, which is part
    of what the code does where it was `meant`. `left` are its arguments afterwards; `seconds` it
    took.
    """

    kind: str
    value: Any = None
    shown: str = ""
    says: str = ""
    meant: bool = False
    output: str = ""
    left: Any = None
    left_shown: tuple[str, ...] = ()
    seconds: float = 0.0


_UNFIT = (TypeError, AttributeError, NameError, RecursionError, MemoryError, NotImplementedError)
"""What says that an input is none for the code, where nobody raised it on purpose."""


def observe(call: Callable[[], Any], given: list[Any], watch: Watch, seconds: float) -> Outcome:
    """What comes of a call with the arguments `given`, within that much time of the processor. What
    goes to standard error is for people: it names lines of code.
    """
    said, started = io.StringIO(), time.perf_counter()
    outcome = Outcome("returned")
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
        try:
            with _limited(seconds):
                watch.on, watch.seen = True, ""
                result = _finish(call())
                watch.on = False
                if inspect.isroutine(result):
                    raise Effect("gives a function")
                outcome.value, outcome.shown = describe(result), _show(result)
        except TimedOut:
            outcome = Outcome("endless")
        except Effect as error:
            outcome = Outcome("effect", shown=str(error))
        except BaseException as error:
            watch.on = False
            outcome = _raised(error, seconds)
        finally:
            watch.on = False
    if watch.seen:  # though the code may have caught it
        outcome = Outcome("effect", shown=watch.seen)
    outcome.seconds = time.perf_counter() - started
    outcome.output = _steady(said.getvalue())
    with contextlib.suppress(Exception):
        outcome.left = tuple(describe(one) for one in given)
        outcome.left_shown = tuple(map(_show, given))
    return outcome


def _raised(error: BaseException, seconds: float) -> Outcome:
    name = type(error).__qualname__
    on_purpose = _is_on_purpose(error)
    if isinstance(error, _UNFIT) and not on_purpose:
        return Outcome("unfit", (name, ""), name)
    says = ""
    with contextlib.suppress(Exception, TimedOut), _limited(seconds):
        says = _cut(_steady(str(error)))
    shown = f"{name} ({says})" if says and on_purpose else name
    return Outcome("raised", (name,), shown, says, on_purpose)


def _is_on_purpose(error: BaseException) -> bool:
    """Whether a `raise` raised it, whose message is part of what the code does."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    code = trace.tb_frame.f_code.co_code
    return dis.opname[code[trace.tb_lasti]] == "RAISE_VARARGS"


def _finish(result: Any) -> Any:
    """What is awaited, and of what gives one after the other, all that it gives."""
    if inspect.isawaitable(result):
        return _wait(result)
    if hasattr(result, "__aiter__") and hasattr(result, "__anext__"):
        return Given(_wait(_collect(result)))
    if isinstance(result, Iterator):
        return Given(itertools.islice(result, ITEMS))
    return result


class Given(list):  # type: ignore[type-arg]
    """What an iterator gave."""

    def __repr__(self) -> str:
        return f"an iterator over {super().__repr__()}"


async def _collect(result: AsyncIterator[Any]) -> list[Any]:
    found: list[Any] = []
    async for one in result:
        found.append(one)
        if len(found) == ITEMS:
            break
    return found


def _wait(awaitable: Any) -> Any:
    async def finish() -> Any:
        return await awaitable

    try:
        return _LOOP.run_until_complete(asyncio.wait_for(finish(), 1))
    except asyncio.TimeoutError:  # another class before Python 3.11
        raise TimedOut from None


_LOOP = asyncio.new_event_loop()


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: Any) -> None:
        raise TimedOut

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@contextlib.contextmanager
def ending(seconds: float) -> Iterator[None]:
    """Ends what is done in here after so much time, wherever it is, by TimedOut."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: Any) -> None:
        raise TimedOut

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, max(0.001, seconds), _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def describe(value: Any) -> Any:
    """A value as plain tuples, in which the same is equal: the order of sets and dictionaries does
    not matter, an object is its class and a dictionary of what it has, and functions are alike.
    """
    left = [_SIZE]

    def walk(one: Any, above: tuple[int, ...]) -> Any:
        kind = type(one).__qualname__
        left[0] -= 1
        if left[0] < 0 or len(above) > _DEPTH or id(one) in above:
            return (kind, "…")
        if isinstance(one, str):
            return (kind, _steady(one))
        if one is None or isinstance(one, (bool, int, bytes, bytearray)):
            return (kind, one if not isinstance(one, bytearray) else bytes(one))
        if isinstance(one, (float, complex)):
            return (kind, one)
        above = (*above, id(one))
        if isinstance(one, dict):
            pairs = [(walk(key, above), walk(each, above)) for key, each in islice(one.items())]
            return (kind, *sorted(pairs, key=repr))
        if isinstance(one, (set, frozenset)):
            return (kind, *sorted((walk(each, above) for each in islice(one)), key=repr))
        if isinstance(one, (list, tuple)) or kind == "deque":
            return (kind, *(walk(each, above) for each in islice(one)))
        if inspect.isroutine(one):
            return ("function",)
        if isinstance(one, type):
            return (kind, one.__qualname__)
        if isinstance(one, BaseException):
            return (kind, walk(list(one.args), above))
        text = repr(one) if _is_installed(type(one)) else ""
        held = None if text and " at 0x" not in text else _held(one)
        if held is None:
            return (kind, _steady(text))
        return (kind, {name: walk(held[name], above) for name in sorted(held)})

    def islice(items: Iterable[Any]) -> Iterator[Any]:
        return itertools.islice(items, max(0, left[0]) + 1)

    return walk(value, ())


def _steady(text: str) -> str:
    """A text without addresses in memory and lines of code, which are others each time; a very long
    one as it is.
    """
    if len(text) > _LONG:
        return text
    text = _ADDRESS.sub("at 0x", text)
    return _TRACE.sub("Traceback:\n", text)


_LONG = 1 << 20

_AGAIN = 0.5
"""Seconds after which it is ended once more, where a call took that for its own end."""

_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")
_TRACE = re.compile(r"Traceback \(most recent call last\):\n(?:[ ].*\n)+")


def _is_installed(kind: type) -> bool:
    """Whether a class is none of a project's: what it has may be a matter of its own."""
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return file is None or "site-packages" in file or file.startswith((sys.prefix, sys.base_prefix))


def _held(value: Any) -> dict[str, Any] | None:
    """What an object has."""
    slots = [one.__dict__.get("__slots__", ()) for one in type(value).__mro__]
    names = [name for one in slots for name in ([one] if isinstance(one, str) else one)]
    names = [name for name in names if name not in ("__dict__", "__weakref__")]
    held = {name: getattr(value, name) for name in names if hasattr(value, name)}
    if hasattr(value, "__dict__"):
        held.update(vars(value))
    return held if names or hasattr(value, "__dict__") else None


def same(one: Any, other: Any, scale: float) -> bool:
    """Whether two described values are the same; numbers with a point may be off by a billionth of
    their `scale`, which is what another order of adding up makes of them. What an object keeps to
    itself may have another name.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        return all(
            same(one[name], other[name], scale)
            if name in one and name in other
            else name.startswith("_")
            for name in one.keys() | other.keys()
        )
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(same(a, b, scale) for a, b in zip(one, other))
    if isinstance(one, complex) and isinstance(other, complex):
        return same(one.real, other.real, scale) and same(one.imag, other.imag, scale)
    if isinstance(one, float) and isinstance(other, float):
        if math.isnan(one) or math.isnan(other):
            return math.isnan(one) and math.isnan(other)
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9 * scale)
    return type(one) is type(other) and bool(one == other)


def sort_all(described: Any, listed: tuple[str, ...] = ("list", "deque", "Given", "tuple")) -> Any:
    """What is described without the order of lists, and of a tuple that is all there is."""
    if isinstance(described, tuple):
        inside = [sort_all(one, listed[:3]) for one in described]
        return tuple(sorted(inside, key=repr) if described and described[0] in listed else inside)
    if isinstance(described, dict):
        return {name: sort_all(one, listed[:3]) for name, one in described.items()}
    return described


def find_scale(described: Any) -> float:
    """The largest number with a point in what is described, and 0 where there is none."""
    if isinstance(described, tuple):
        return max((find_scale(one) for one in described), default=0.0)
    if isinstance(described, dict):
        return find_scale(tuple(described.values()))
    if isinstance(described, float) and math.isfinite(described):
        return abs(described)
    return 0.0


def _show(value: Any) -> str:
    try:
        return _cut(_SHORT.repr(value) if not isinstance(value, Given) else repr(value))
    except Exception:
        return f"a {type(value).__qualname__}"


def _cut(text: str) -> str:
    text = text.replace("\n", " ")
    return text if len(text) <= _WIDE else f"{text[:_WIDE]}…"


_WIDE = 120
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _WIDE
_SHORT.maxlist = _SHORT.maxdict = _SHORT.maxtuple = _SHORT.maxset = 20
