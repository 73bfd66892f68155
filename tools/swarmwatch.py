"""What the swarm watches: emitters, callbacks, promises, and the order in which they come. Holds none of them.

The rules stand in `swarm.py`; a rule that is broken is a line in `Watch.broken`.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable
from typing import Any

from nodecompat import nextTick, queueMicrotask, setImmediate, setTimeout
from nodecompat.testing import Network

_PATTERN = bytes((each * 7 + each // 251) % 256 for each in range(1 << 17))

#: Events that say nothing any more after 'close'. Node itself emits 'unpipe' and 'prefinish' there.
_PUBLIC = frozenset(
    (
        "connect",
        "data",
        "drain",
        "end",
        "error",
        "finish",
        "listening",
        "pause",
        "ready",
        "readable",
        "request",
        "resume",
        "response",
        "secureConnect",
        "timeout",
        "close",
        "message",
        "open",
        "ping",
        "pong",
        "connection",
    )
)
#: Node's order of what one callback of the loop queues: all ticks, then the promises, then the ticks of these.
_ORDER = ["tick", "second tick", "tick of a tick", "promise", "promise of a promise", "tick of a promise"]


class Watch:
    """What became of the emitters and callbacks of one run. Holds none of them."""

    def __init__(self) -> None:
        self.broken: list[str] = []
        self.references: list[tuple[str, weakref.ref[Any]]] = []
        self._closed: dict[str, int] = {}
        self._ended: set[str] = set()
        self._once: dict[str, int] = {}
        self._optional: set[str] = set()
        self._open: dict[str, None] = {}
        self._names = itertools.count()
        self.failed: set[str] = set()
        #: The names of those that have closed.
        self.over: set[str] = set()
        self._pairs: dict[str, dict[str, bool]] = {}
        self._later: list[Callable[[], object]] = []
        self._queued: str = ""

    def breach(self, rule: str, detail: str) -> None:
        """A rule is broken."""
        self.broken.append(f"{rule}: {detail}")

    def emitter(self, name: str, made: Any) -> str:
        """Watch every event of `made`."""
        name = f"{name}#{next(self._names)}"
        emit = type(made).emit
        self._closed[name] = 0
        reference = weakref.ref(made)
        self.references.append((name, reference))

        def watched(event: Any, *args: Any) -> Any:
            self._onEvent(name, event)
            return emit(reference(), event, *args)

        def onClose(*args: Any) -> None:
            self._closed[name] += 1
            self.over.add(name)

        made.emit = watched
        made.on("close", onClose)
        return name

    def target(self, name: str, made: Any) -> str:
        """Watch every event of an EventTarget."""
        name = f"{name}#{next(self._names)}"
        dispatch = type(made).dispatchEvent
        self._closed[name] = 0
        reference = weakref.ref(made)
        self.references.append((name, reference))

        def watched(event: Any) -> Any:
            self._onEvent(name, event.type)
            if event.type == "close":
                self._closed[name] += 1
                self.over.add(name)
            return dispatch(reference(), event)

        made.dispatchEvent = watched
        return name

    def _onEvent(self, name: str, event: Any) -> None:
        if event not in _PUBLIC:
            return
        if self._closed[name]:
            self.breach("event after close", f"{name} emits {event!r}")
        if event == "data" and name in self._ended:
            self.breach("data after end", name)
        if event == "end":
            self._ended.add(name)
        elif event == "error":
            self.failed.add(name)

    def once(self, name: str, then: Callable[..., Any] | None = None) -> Callable[..., Any]:
        """A callback that must be called exactly once."""
        name = f"{name}#{next(self._names)}"
        self._once[name] = 0

        def called(*args: Any) -> None:
            self._once[name] += 1
            if then is not None:
                then(*args)

        return called

    def atMost(self, name: str) -> Callable[..., Any]:
        """A callback that is called once, or never when the message is lost: as in Node, of http's messages."""
        called = self.once(name)
        name = next(reversed(self._once))
        self._optional.add(name)
        return called

    def begin(self, name: str) -> str:
        """Something that must be settled."""
        name = f"{name}#{next(self._names)}"
        self._open[name] = None
        return name

    def settle(self, name: str) -> None:
        """It is."""
        self._open.pop(name, None)

    def open(self, pair: str, side: str) -> None:
        """One side of a connection is open."""
        self._pairs.setdefault(pair, {})[side] = True

    def closed(self, pair: str, side: str) -> None:
        """It is closed."""
        self._pairs[pair][side] = False

    def later(self, check: Callable[[], object]) -> None:
        """Something to check when everything must be settled."""
        self._later.append(check)

    def probe(self, name: str) -> None:
        """Check Node's order of what is queued here, in a callback that the loop calls."""
        if self._queued:
            self.breach("order", f"the ticks of {self._queued} have not run before {name}")
        self._queued = name
        order: list[str] = []

        def tick() -> None:
            self._queued = ""
            order.append("tick")
            nextTick(order.append, "tick of a tick")

        def promise() -> None:
            order.append("promise")
            nextTick(order.append, "tick of a promise")
            queueMicrotask(lambda: order.append("promise of a promise"))

        def check(what: str) -> None:
            order.append(what)
            expected = [*_ORDER, "immediate", "timer", "second timer"][: len(order)]
            if order != expected:
                self.breach("order", f"{name}: {order}")

        queueMicrotask(promise)
        nextTick(tick)
        nextTick(order.append, "second tick")
        setTimeout(self.once("timer", lambda: check("timer")), 1)
        setTimeout(self.once("timer", lambda: check("second timer")), 1)
        setImmediate(self.once("immediate", lambda: check("immediate")))

    def checkSettled(self) -> None:
        """Nobody waits for anything, and who has closed is not alone in it."""
        for pair, sides in self._pairs.items():
            if len(set(sides.values())) > 1:
                self.breach("only one side closed", f"connection {pair}: {sides}")
        for check in self._later:
            check()
        for name in self._open:
            self.breach("never settled", name)

    def checkEnd(self, network: Network) -> None:
        """Everything is over."""
        for name, count in self._closed.items():
            if count != 1:
                self.breach("close", f"{name} closed {count} times")
        for name, count in self._once.items():
            if count > 1 or (not count and name not in self._optional):
                self.breach("callback", f"{name} called {count} times")
        for fault in network.faults:
            self.breach("exception", repr(fault))
        network.faults.clear()
        for line in network.waiting():
            self.breach("alive", line)
        for handle in network.handles:
            self.breach("handle left", handle.describe())


def pattern(start: int, size: int) -> bytes:
    """The bytes of every stream, by their place in it."""
    return _PATTERN[start : start + size]
