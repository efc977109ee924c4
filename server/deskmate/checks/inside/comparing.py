"""Calls code as it is and as it would be with the same inputs, and looks for one that tells the two
apart.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, ModuleType
from typing import Any

from hypothesis import HealthCheck, Phase, given, reject, settings

from .callables import Callee, NotCompared, find_callees
from .differences import find_difference
from .effects import Watch, find_effect, find_state
from .inputs import Call, Sources, make
from .outcomes import Outcome, TimedOut, describe, ending, observe
from .strategies import register
from .unordered import goes_through_sets

_PATIENCE = 0.5
"""Seconds of the processor after which an input is none for the code as it is."""

_SLOWER = 20
"""How many times longer than the code as it is the new one may take, if it ends."""

_ENDLESS = 5
"""Inputs that take longer after which no others are tried."""

_TWICE = 10
"""Inputs with which it is tried whether the code gives the same twice."""


def compare(
    old: ModuleType,
    control: ModuleType,
    new: ModuleType,
    path: list[str],
    sources: Sources,
    seconds: float,
    inputs: int,
    say: Callable[..., None],
) -> dict[str, Any]:
    """How many inputs gave the same, how many lines they reach of how many, and what was `left`
    out; each input that tells the two apart is said. `control` is the old text, loaded as the new
    one is: where that differs, too, it is not the text that does it. Raises NotCompared where
    nothing was compared.
    """
    watch, left = Watch(), list[str]()
    told = {"compared": 0, "reached": 0, "lines": 0}
    callees = find_callees(old, path, sources)
    for callee in callees:
        comparison = _Comparison(callee, old, control, new, sources, watch, say)
        try:
            comparison.run(seconds / len(callees), -(-inputs // len(callees)))
        except NotCompared as reason:
            left.append(f"{'it' if len(callees) == 1 else f'`{callee.name}`'} {reason}")
        if comparison.found:
            break
        if not comparison.reason:
            told["compared"] += len(comparison.compared)
            told["reached"] += len(comparison.lines & callee.lines)
            told["lines"] += len(callee.lines)
    return {**told, "left": left}


class _Comparison:
    """One callee in both modules."""

    def __init__(
        self,
        callee: Callee,
        old: ModuleType,
        control: ModuleType,
        new: ModuleType,
        sources: Sources,
        watch: Watch,
        say: Callable[..., None],
    ) -> None:
        self.compared: set[str] = set()
        self.lines: set[int] = set()
        self.found = False
        self.reason = ""
        self._callee, self._old, self._control, self._new = callee, old, control, new
        self._sources, self._watch, self._say = sources, watch, say
        self._returned = False
        self._endless = 0
        self._end = 0.0
        self._state = find_state(callee.function, sources.folder)
        self._unordered = goes_through_sets(callee.function)

    def run(self, seconds: float, inputs: int) -> None:
        """Tries inputs until one tells the two apart. Raises NotCompared."""
        self._end = time.monotonic() + seconds
        self._sources.named = True
        self.reason = find_effect(self._callee.function, self._sources.folder)
        for call in self._callee.ready:
            self._try(call)
        for wide, share in ((False, 0.75), (True, 0.25)):
            if not self.found:
                self._search(wide, round(inputs * share))
        if not self.found and not self.compared:
            self._sources.named = False
            self._search(False, inputs)
        if self.reason:
            raise NotCompared(self.reason)
        if not self.found and not self._returned:
            self.reason = "gives nothing with any input that could be made"
            if self._endless >= _ENDLESS:
                self.reason = "takes too long"
            raise NotCompared(self.reason)

    def _search(self, wide: bool, inputs: int) -> None:
        if time.monotonic() > self._end:
            return
        self._sources.wide = wide
        register(self._sources, self._callee.function)

        def check(call: Call) -> None:
            fits = self._try(call)
            if self.found and fits is None:
                raise _Differs
            if not fits:
                reject()

        search = settings(
            max_examples=max(1, inputs),
            database=None,
            deadline=None,
            derandomize=True,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        )
        try:
            with ending(self._end - time.monotonic()):
                search(given(self._callee.find_strategy())(check))()
        except (_Differs, TimedOut):
            return
        except Exception as error:  # of Hypothesis: what it makes of our giving up, or no inputs
            if not self.compared and not self.reason:
                self._say(note=f"{type(error).__name__}: {error}")

    def _try(self, call: Call) -> bool | None:
        """Whether an input is one for the code; None where it tells the two apart."""
        if self.reason or time.monotonic() > self._end or self._endless >= _ENDLESS:
            return True
        text = self._callee.show(call)
        if text in self.compared:
            return True
        before = self._observe(self._old, call, _PATIENCE)
        if before.kind == "effect":
            self.reason = before.shown
        self._endless += before.kind == "endless"
        if self.reason or before.kind in ("unfit", "endless"):
            return False
        patience = _PATIENCE if self.found else 3 * _PATIENCE  # the first is to be sure
        after = self._observe(self._new, call, patience)
        if after.kind == "endless" and patience < _SLOWER * before.seconds:
            return True
        differ = find_difference(before, after, unordered=self._unordered)
        if differ or len(self.compared) < _TWICE:
            for module in (self._control, self._old):
                again = self._observe(module, call, patience)
                if find_difference(before, again, unordered=self._unordered):
                    self.reason = "does not give the same twice"
                    return False
        if differ and after.kind == "unfit" and not call.sure:
            return False
        if differ:
            self.found = True
            self._say(call=text, before=differ[0], now=differ[1])
            return None
        self.compared.add(text)
        self._returned = self._returned or before.kind == "returned"
        return True

    def _observe(self, module: ModuleType, call: Call, seconds: float) -> Outcome:
        try:
            args = [make(one, module, self._sources) for one in call.args]
            named = {name: make(one, module, self._sources) for name, one in call.named}
        except BaseException:
            return Outcome("unfit")
        state = self._describe_state()

        def run() -> Any:
            return self._callee.call(module, args, named)

        given_to = [*args, *named.values()]
        with _imported(module):
            if module is not self._old:
                return observe(run, given_to, self._watch, seconds)
            with self._tracing():
                outcome = observe(run, given_to, self._watch, seconds)
        if state != self._describe_state():
            self.reason = "changes globals"
        return outcome

    def _describe_state(self) -> list[Any]:
        return [describe(namespace.get(name)) for namespace, name in self._state]

    @contextmanager
    def _tracing(self) -> Iterator[None]:
        """Notes which of its lines are reached."""

        def look(frame: FrameType, event: str, given: Any) -> Any:
            if frame.f_code not in self._callee.code:
                return None
            if event == "line":
                self.lines.add(frame.f_lineno)
            return look

        before = sys.gettrace()
        sys.settrace(look)
        try:
            yield
        finally:
            sys.settrace(before)


@contextmanager
def _imported(module: ModuleType) -> Iterator[None]:
    """While this is the module of its name."""
    before = sys.modules[module.__name__]
    sys.modules[module.__name__] = module
    try:
        yield
    finally:
        sys.modules[module.__name__] = before


class _Differs(Exception):
    """An input tells the two apart."""
