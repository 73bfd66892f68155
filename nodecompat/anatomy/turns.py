"""Turns of the loop: the program's timers, immediates, ticks and microtasks as entries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..reactor.loop import ticks
from ..timers.immediate import Immediate
from ..timers.timeout import Timeout
from .recorder import Recorder, sourceOf

#: `around(kind, name, detail, lane, side, source, function, *args)`: records a call into the program, and makes it.
Around = Callable[..., Any]


class Turns:
    """Replaces the functions that call the program back."""

    def __init__(self, recorder: Recorder, around: Around) -> None:
        self._recorder = recorder
        self._around = around

    def start(self, replace: Callable[[Any, str, Any], None]) -> None:
        """Install the replacements."""
        replace(Timeout, "_fire_", self._recording("timer", "timer", "_onTimeout", Timeout._fire_))
        replace(Immediate, "_run_", self._recording("timer", "setImmediate", "_onImmediate", Immediate._run_))
        replace(ticks.loop, "watcher", self._runTick)

    def _recording(self, kind: str, name: str, attribute: str, real: Callable[[Any], None]) -> Callable[[Any], None]:
        around, recorder = self._around, self._recorder

        def fire(timer: Any) -> None:
            callback = getattr(timer, attribute, None)
            source, own = sourceOf(callback)
            if callback is None or own or source is None:
                real(timer)
            else:
                around(kind, name, _short(source.function), recorder.home, recorder.side, source, real, timer)

        return fire

    def _runTick(self, queue: Any, callNext: Callable[[Any], bool]) -> bool:
        source, own = sourceOf(queue[0][0])
        if own or source is None:
            return callNext(queue)
        name = "microtask" if queue is ticks.microtasks else "nextTick"
        home = self._recorder.home
        # `callNext` reports what the callback raises and never raises itself.
        isFine: bool = self._around("tick", name, _short(source.function), home, None, source, callNext, queue)
        return isFine


def _short(name: str) -> str:
    return name.rpartition("<locals>.")[2]
