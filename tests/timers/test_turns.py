"""What comes first in a turn of the loop, on a real reactor: what Node 26 did in the same programs, event by event.

Each program is the body of an I/O callback. `busy` waits until every timer that was set is due, so that the order does
not depend on the speed of the machine.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred

from nodecompat import events, net, process, queueMicrotask, setImmediate, setTimeout
from nodecompat.reactor.loop import host, ticks


class Turn:
    """The words of a program: they note what happens."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def tick(self, name: str) -> None:
        process.nextTick(self.log.append, name)

    def micro(self, name: str) -> None:
        queueMicrotask(lambda: self.log.append(name))

    def immediate(self, name: str) -> None:
        setImmediate(self.log.append, name)

    def timeout(self, name: str, delay: int = 1) -> None:
        setTimeout(self.log.append, delay, name)

    def raising(self, name: str) -> Callable[[], None]:
        def callback() -> None:
            self.log.append(f"throw {name}")
            raise ValueError(name)

        return callback

    def busy(self) -> None:
        until = time.monotonic() + 0.005
        while time.monotonic() < until:
            pass

    def onUncaught(self, error: BaseException) -> None:
        self.log.append(f"uncaught {error}")
        process.nextTick(self.log.append, "handler's tick")
        queueMicrotask(lambda: self.log.append("handler's microtask"))


HANDLER = ["handler's tick", "handler's microtask"]


def ioOrder(t: Turn) -> None:
    t.timeout("timeout", 0)
    t.immediate("immediate")
    t.tick("tick")
    t.micro("microtask")
    t.busy()


def timersBeforeNestedImmediates(t: Turn) -> None:
    setImmediate(lambda: (t.timeout("timeout"), t.busy(), t.immediate("immediate")))


def tickRaises(t: Turn) -> None:
    t.tick("t1")
    process.nextTick(t.raising("a"))
    t.tick("t2")
    t.micro("m1")
    t.immediate("i1")
    t.immediate("i2")
    process.nextTick(t.raising("b"))
    t.tick("t3")


def microtaskRaises(t: Turn) -> None:
    t.tick("t1")
    t.micro("m1")
    queueMicrotask(t.raising("a"))
    queueMicrotask(lambda: (t.log.append("m2"), t.tick("t-in-m2")))
    t.immediate("i1")
    queueMicrotask(t.raising("b"))
    t.micro("m3")


def callbackRaises(t: Turn) -> None:
    t.tick("t1")
    t.micro("m1")
    t.immediate("i1")
    t.immediate("i2")
    raise ValueError("a")


def callbackRaisesBeforeATimer(t: Turn) -> None:
    t.timeout("T")
    t.busy()
    raise ValueError("a")


def immediateRaises(t: Turn) -> None:
    def first() -> None:
        t.tick("t1")
        t.micro("m1")
        raise ValueError("a")

    setImmediate(first)
    t.immediate("i2")
    setImmediate(t.raising("b"))
    t.immediate("i3")


def lastImmediateRaises(t: Turn) -> None:
    def last() -> None:
        t.tick("t1")
        t.timeout("T")
        t.immediate("i")
        t.busy()
        raise ValueError("a")

    setImmediate(last)


def tickOfAnImmediateRaises(t: Turn) -> None:
    def first() -> None:
        process.nextTick(t.raising("a"))
        t.tick("t2")
        t.micro("m1")

    setImmediate(first)
    t.immediate("i2")
    setImmediate(t.tick, "t3")
    t.immediate("i3")


def tickOfTheLastImmediateRaises(t: Turn) -> None:
    def last() -> None:
        process.nextTick(t.raising("a"))
        t.tick("t2")
        t.timeout("T")
        t.immediate("i2")
        t.busy()

    setImmediate(last)


def timerRaises(t: Turn) -> None:
    def first() -> None:
        t.tick("t1")
        t.micro("m1")
        t.immediate("i1")
        raise ValueError("a")

    setTimeout(first, 1)
    setTimeout(lambda: (t.log.append("T2"), t.tick("t2")), 1)
    t.timeout("T3")
    t.busy()


def tickOfATimerRaises(t: Turn) -> None:
    def first() -> None:
        process.nextTick(t.raising("a"))
        t.tick("t1")
        t.micro("m1")
        t.immediate("i1")

    setTimeout(first, 1)
    setTimeout(lambda: (t.log.append("T2"), t.tick("t2")), 1)
    t.timeout("T3")
    t.busy()


def timerRaisesBeforeAnotherDuration(t: Turn) -> None:
    def first() -> None:
        t.tick("t1")
        t.immediate("i1")
        raise ValueError("a")

    setTimeout(first, 1)
    t.timeout("T2", 2)
    t.busy()


def tickOfTheLastTimerRaises(t: Turn) -> None:
    def last() -> None:
        process.nextTick(t.raising("a"))
        t.tick("t1")
        t.immediate("i1")
        t.immediate("i2")

    setTimeout(last, 1)
    t.busy()


PROGRAMS: dict[Callable[[Turn], Any], list[str]] = {
    ioOrder: ["tick", "microtask", "immediate", "timeout"],
    timersBeforeNestedImmediates: ["timeout", "immediate"],
    tickRaises: [
        *["t1", "throw a", "uncaught a", "i1", "t2", "throw b", "uncaught b", "i2", "t3"],
        *["handler's tick", "handler's tick", "m1", "handler's microtask", "handler's microtask"],
    ],
    microtaskRaises: [
        *["t1", "m1", "throw a", "uncaught a", "m2", "throw b", "uncaught b", "m3"],
        *["handler's microtask", "handler's microtask", "handler's tick", "t-in-m2", "handler's tick", "i1"],
    ],
    callbackRaises: ["uncaught a", "i1", "t1", "handler's tick", "m1", "handler's microtask", "i2"],
    callbackRaisesBeforeATimer: ["uncaught a", *HANDLER, "T"],
    immediateRaises: [
        *["uncaught a", "i2", "t1", "handler's tick", "m1", "handler's microtask"],
        *["throw b", "uncaught b", "i3", *HANDLER],
    ],
    lastImmediateRaises: ["uncaught a", "i", "t1", *HANDLER, "T"],
    tickOfAnImmediateRaises: [
        *["throw a", "uncaught a", "i2", "t2", "handler's tick", "m1", "handler's microtask", "t3", "i3"],
    ],
    tickOfTheLastImmediateRaises: ["throw a", "uncaught a", "T", "t2", *HANDLER, "i2"],
    timerRaises: ["uncaught a", "T2", "t1", "handler's tick", "t2", "m1", "handler's microtask", "T3", "i1"],
    tickOfATimerRaises: [
        *["throw a", "uncaught a", "T2", "t1", "handler's tick", "t2", "m1", "handler's microtask", "T3", "i1"],
    ],
    timerRaisesBeforeAnotherDuration: ["uncaught a", "t1", *HANDLER, "T2", "i1"],
    tickOfTheLastTimerRaises: ["throw a", "uncaught a", "i1", "t1", *HANDLER, "i2"],
}


async def play(program: Callable[[Turn], Any], enter: Callable[[Callable[[], None]], object]) -> list[str]:
    """Run the program from `enter` and wait until all that it set is done."""
    turn = Turn()
    done: Deferred[None] = Deferred()
    process.on("uncaughtException", turn.onUncaught)
    try:
        enter(lambda: program(turn))
        host.theReactor().callLater(0.03, done.callback, None)
        await done
    finally:
        process.off("uncaughtException", turn.onUncaught)
    return turn.log


def closing(server: net.Server) -> Deferred[None]:
    """Close the server and wait until it has."""
    closed: Deferred[None] = Deferred()
    server.close(lambda: closed.callback(None))
    return closed


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
@pytest_twisted.ensureDeferred
async def testATurnEnteredFromOutside(program: Callable[[Turn], Any]) -> None:
    """A callback of Twisted's, such as those of the bridge or of a thread."""

    def enter(callback: Callable[[], None]) -> None:
        host.theReactor().callLater(0, ticks.call, callback)

    assert await play(program, enter) == PROGRAMS[program]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
@pytest_twisted.ensureDeferred
async def testATurnOfASocket(program: Callable[[Turn], Any]) -> None:
    accepted: Deferred[net.Socket] = Deferred()
    listening: Deferred[None] = Deferred()
    server = net.createServer(accepted.callback)
    server.listen(0, "127.0.0.1", lambda: listening.callback(None))
    await listening
    with socket.create_connection(("127.0.0.1", server.address().port)) as client:
        peer = await accepted

        def enter(callback: Callable[[], None]) -> None:
            peer.on("data", callback)
            client.send(b"!")

        log = await play(program, enter)
        peer.destroy()
        await closing(server)
    assert log == PROGRAMS[program]


@pytest.mark.skipif(os.environ.get("NODECOMPAT_HANDLES") == "bridge", reason="the reactor hands out the bridge's I/O")
@pytest_twisted.ensureDeferred
async def testWhatATimerSendsArrivesBeforeItsImmediates() -> None:
    """Node: data, immediate: timers, then I/O, then immediates."""
    log: list[str] = []
    accepted: Deferred[net.Socket] = Deferred()
    done: Deferred[None] = Deferred()
    server = net.createServer(accepted.callback).listen(0, "127.0.0.1")
    await events.once(server, "listening")
    client = net.connect(server.address().port, "127.0.0.1")
    peer = await accepted
    peer.on("data", lambda data: log.append("data"))

    def onTimeout() -> None:
        client.write("!")
        setImmediate(lambda: (log.append("immediate"), setImmediate(done.callback, None)))

    client.on("connect", lambda: setTimeout(onTimeout, 1))
    await done
    client.destroy()
    peer.destroy()
    await closing(server)
    assert log == ["data", "immediate"]
