"""Bugs of each class, planted into the library for a moment: does the swarm find them, and how soon?

    python -m tools.swarm --planted

Each is a mutation of the library, never of the program that runs: a method replaced by one that goes wrong now and
then, by chances of its own seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from nodecompat import dgram
from nodecompat.http.server.connection import ServerConnection
from nodecompat.net.socket import Socket
from nodecompat.reactor.loop import ticks
from nodecompat.stream.core.writable import Writable
from nodecompat.web.websocket import _Hearing
from nodecompat.websocket.socket import _Owner
from tools import swarm

#: The most seeds that a bug may survive.
LIMIT = 2000
#: How often a planted bug strikes, where it could.
OFTEN = 0.2


@contextmanager
def replaced(owner: Any, name: str, make: Callable[[Any], Any]) -> Iterator[None]:
    """`owner.name` is `make(the real one)` for the time being."""
    real = getattr(owner, name)
    setattr(owner, name, make(real))
    try:
        yield
    finally:
        setattr(owner, name, real)


def _chance(seed: str) -> Callable[[], bool]:
    chances = random.Random(seed)
    return lambda: chances.random() < OFTEN


def lostChunk() -> Any:
    """A chunk that a socket has read is dropped."""
    strikes = _chance("lost")

    def make(real: Any) -> Any:
        def onread(self: Any, data: bytes) -> Any:
            return None if strikes() else real(self, data)

        return onread

    return replaced(Socket, "_onread_", make)


def doubleClose() -> Any:
    """'close' comes twice."""
    strikes = _chance("close")

    def make(real: Any) -> Any:
        def emit(self: Any, event: Any, *args: Any) -> Any:
            if event == "close" and isinstance(self, Socket) and strikes():
                real(self, event, *args)
            return real(self, event, *args)

        return emit

    return replaced(Socket, "emit", make)


def eventAfterClose() -> Any:
    """'end' comes after 'close'."""
    strikes = _chance("after")

    def make(real: Any) -> Any:
        def emit(self: Any, event: Any, *args: Any) -> Any:
            result = real(self, event, *args)
            if event == "close" and strikes():
                self.emit("end")
            return result

        return emit

    return replaced(Socket, "emit", make)


def callbackTwice() -> Any:
    """The callback of a write is called twice."""
    strikes = _chance("twice")

    def make(real: Any) -> Any:
        def write(self: Any, chunk: Any = None, encoding: Any = None, callback: Any = None) -> Any:
            given = encoding if callable(encoding) else callback
            if not callable(given) or not strikes():
                return real(self, chunk, encoding, callback)

            def twice(*args: Any) -> None:
                given(*args)
                given(*args)

            return real(self, chunk, twice) if callable(encoding) else real(self, chunk, encoding, twice)

        return write

    return replaced(Writable, "write", make)


_kept: list[Any] = []


def leak() -> Any:
    """A destroyed socket stays in memory."""
    strikes = _chance("leak")

    def make(real: Any) -> Any:
        def destroy(self: Any, *args: Any) -> Any:
            if strikes():
                _kept.append(self)
            return real(self, *args)

        return destroy

    return replaced(Socket, "_destroy", make)


def queuedResponseWithoutClose() -> Any:
    """A response that waits behind another one is forgotten when the connection fails."""

    def make(real: Any) -> Any:
        def onClose(self: Any, *args: Any) -> Any:
            self._outgoing = None
            return real(self, *args)

        return onClose

    return replaced(ServerConnection, "_onClose", make)


def wedgeByPipelining() -> Any:
    """The next response does not get the socket when the one before is done."""
    strikes = _chance("wedge")

    def make(real: Any) -> Any:
        def answered(self: Any, response: Any) -> Any:
            waiting = self._outgoing
            if waiting and strikes():
                self._outgoing = None
            return real(self, response)

        return answered

    return replaced(ServerConnection, "answered", make)


def lostMessage() -> Any:
    """A message of a WebSocket is not told to the program."""
    strikes = _chance("message")

    def make(real: Any) -> Any:
        def onMessage(self: Any, data: Any, isBinary: bool) -> Any:
            return None if strikes() else real(self, data, isBinary)

        return onMessage

    return replaced(_Hearing, "onMessage", make)


def closedForOneSide() -> Any:
    """The server's WebSocket is closed, and does not say so."""
    strikes = _chance("one side")

    def make(real: Any) -> Any:
        def onClosed(self: Any) -> Any:
            return None if strikes() else real(self)

        return onClosed

    return replaced(_Owner, "onClosed", make)


def alteredDatagram() -> Any:
    """A byte of a datagram is another."""
    strikes = _chance("datagram")

    def make(real: Any) -> Any:
        def onMessage(self: Any, data: bytes, *sender: Any) -> Any:
            return real(self, data[:-1] + bytes((data[-1] ^ 1,)) if data and strikes() else data, *sender)

        return onMessage

    return replaced(dgram.Socket, "_onMessage_", make)


def promiseBeforeTick() -> Any:
    """A tick waits behind the promises."""
    strikes = _chance("tick")

    def make(real: Any) -> Any:
        def nextTick(callback: Any, *args: Any) -> Any:
            return (ticks.queueMicrotask if strikes() else real)(callback, *args)

        return nextTick

    return replaced(ticks, "nextTick", make)


BUGS: dict[str, Callable[[], Any]] = {
    "lost chunk": lostChunk,
    "double close": doubleClose,
    "event after close": eventAfterClose,
    "callback twice": callbackTwice,
    "leak": leak,
    "queued response without 'close'": queuedResponseWithoutClose,
    "wedge by pipelining": wedgeByPipelining,
    "lost message": lostMessage,
    "closed for one side": closedForOneSide,
    "altered datagram": alteredDatagram,
    "promise before tick": promiseBeforeTick,
}
#: How a bug shows: the beginnings of the reports that are about it. What else it breaks does not count.
SIGNS: dict[str, tuple[str, ...]] = {
    "lost chunk": ("bytes",),
    "double close": ("close:",),
    "event after close": ("event after close:",),
    "callback twice": ("callback:",),
    "leak": ("leak:",),
    "queued response without 'close'": ("close: response",),
    "wedge by pipelining": ("never settled: pipelined", "never settled: request"),
    "lost message": ("message", "never settled: websocket"),
    "closed for one side": ("only one side closed:",),
    "altered datagram": ("datagram altered:",),
    "promise before tick": ("order:",),
}


def seedsUntilFound(name: str, limit: int = LIMIT) -> tuple[int, list[str]]:
    """How many seeds, one program each, until the bug shows, and what it broke; -1 and nothing if it does not."""
    with BUGS[name]():
        try:
            for seed in range(limit):
                outcome = swarm.play(swarm.programOf(f"{seed}.0"))
                broken = outcome.broken or (swarm.leaks(outcome.references) if name == "leak" else [])
                broken = [each for each in broken if each.startswith(SIGNS[name])]
                if broken:
                    return seed + 1, broken
        finally:
            _kept.clear()
    return -1, []


def main() -> int:
    """Print a line for each bug."""
    missed = 0
    for name in BUGS:
        count, broken = seedsUntilFound(name)
        missed += count < 0
        print(
            f"{name}: " + (f"found by seed {count}: {broken[0]}" if count > 0 else f"not found in {LIMIT} seeds"),
            flush=True,
        )
    return 1 if missed else 0
