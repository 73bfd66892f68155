"""The poller: dispatch, what a batch may do to itself, its place in the reactor, forks."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from program import finish, start

from nodecompat.reactor.descriptor import poller
from nodecompat.reactor.descriptor.poller import EVENTS_PER_WAKEUP, READABLE, WRITABLE, Poller
from nodecompat.reactor.loop import faults, ticks
from nodecompat.testing import network


class FakeReactor:
    """Knows which readers it has."""

    def __init__(self) -> None:
        self.readers: list[Any] = []

    def addReader(self, reader: Any) -> None:
        self.readers.append(reader)

    def removeReader(self, reader: Any) -> None:
        self.readers.remove(reader)


class Watched:
    """One end of a socket pair whose events go into a log; the other end is `far`."""

    def __init__(self, watching: Poller, name: str, log: list[Any], interest: int = READABLE) -> None:
        self.near, self.far = socket.socketpair()
        self.near.setblocking(False)
        self.name, self.log, self.poller, self.interest = name, log, watching, interest
        self.onEvent: Any = lambda: None
        assert watching.register(self.near.fileno(), interest, self.handle) == 0

    def handle(self, mask: int) -> None:
        self.log.append(self.name)
        if mask & READABLE:
            try:
                self.near.recv(100)
            except BlockingIOError:
                self.log.append("nothing to read")
                return
        self.onEvent()

    def forget(self) -> None:
        self.poller.unregister(self.near.fileno())
        self.near.close()

    def close(self) -> None:
        if self.near.fileno() >= 0:
            self.forget()
        self.far.close()


@pytest.fixture
def reactor() -> FakeReactor:
    return FakeReactor()


@pytest.fixture
def net() -> Iterator[Any]:
    with network() as made:
        yield made


@pytest.fixture
def polling(reactor: FakeReactor, net: Any) -> Iterator[Poller]:
    made = Poller(reactor)
    yield made
    made.connectionLost(None)


@pytest.fixture
def watch(polling: Poller, log: list[Any]) -> Iterator[Any]:
    made: list[Watched] = []

    def watch(name: str, interest: int = READABLE) -> Watched:
        made.append(Watched(polling, name, log, interest))
        return made[-1]

    yield watch
    for each in made:
        each.close()


def testReactorKnowsItWhileSomethingIsWatched(reactor: FakeReactor, polling: Poller, watch: Any) -> None:
    assert reactor.readers == []
    first, second = watch("a"), watch("b")
    assert reactor.readers == [polling]
    first.forget()
    assert reactor.readers == [polling]
    second.forget()
    assert reactor.readers == []


def testHandlersAreCalled(polling: Poller, watch: Any, log: list[Any]) -> None:
    a, b = watch("a"), watch("b")
    for each in (a, b):
        each.far.send(b"x")
    polling.doRead()
    assert sorted(log) == ["a", "b"]
    polling.doRead()
    assert len(log) == 2


def testInterestCanChange(polling: Poller, watch: Any, log: list[Any]) -> None:
    a = watch("a")
    polling.doRead()
    a.onEvent = lambda: polling.modify(a.near.fileno(), READABLE)
    assert polling.modify(a.near.fileno(), READABLE | WRITABLE) == 0
    polling.doRead()
    assert log == ["a"]


def testWhatIsNoDescriptorIsAnErrno(polling: Poller) -> None:
    assert polling.register(99999, READABLE, print) < 0


def testUnregisteredInTheBatchIsNotCalled(polling: Poller, watch: Any, log: list[Any]) -> None:
    a, b = watch("a"), watch("b")
    for each, other in ((a, b), (b, a)):
        each.far.send(b"x")
        each.onEvent = other.forget
    polling.doRead()
    assert len(log) == 1


def testDescriptorReusedInTheBatch(polling: Poller, watch: Any, log: list[Any]) -> None:
    """The new owner of a number is called for the old one's event: a hint that costs it one EAGAIN."""
    pair = [watch("a"), watch("b")]

    def replace(old: Watched) -> None:
        descriptor = old.near.fileno()
        old.forget()
        assert watch("new").near.fileno() == descriptor

    for each, other in (pair, pair[::-1]):
        each.far.send(b"x")
        each.onEvent = lambda other=other: replace(other)
    polling.doRead()
    assert log[0] in ("a", "b")
    assert log[1:] == ["new", "nothing to read"]


def testExceptionDoesNotLoseTheBatch(
    polling: Poller, watch: Any, log: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[Any] = []
    monkeypatch.setattr(faults, "report", lambda error, handle: reported.append((type(error), handle)))
    both = [watch("a"), watch("b")]
    for each in both:
        each.far.send(b"x")
        each.onEvent = lambda: 1 / 0
    polling.doRead()
    assert sorted(log) == ["a", "b"]
    assert {kind for kind, _ in reported} == {ZeroDivisionError}
    assert {handle for _, handle in reported} == set(both)


def testATurnIsNodes(polling: Poller, watch: Any, log: list[Any]) -> None:
    """Each callback is followed by its ticks, the batch by the checks, then the closings."""

    def onEvent() -> None:
        ticks.queueClosing(log.append, "closing")
        ticks.queueCheck(log.append, "check")
        ticks.queueMicrotask(log.append, "microtask")
        ticks.nextTick(log.append, "tick")

    for name in "ab":
        each = watch(name)
        each.onEvent = onEvent
        each.far.send(b"x")
    polling.doRead()
    assert [entry for entry in log if entry not in "ab"] == ["tick", "microtask"] * 2 + ["check"] * 2 + ["closing"] * 2
    assert log[1:3] == ["tick", "microtask"]


def testTicksFromBeforeTheTurnRunFirst(polling: Poller, watch: Any, log: list[Any]) -> None:
    watch("a").far.send(b"x")
    ticks.nextTick(log.append, "tick")
    polling.doRead()
    assert log == ["tick", "a"]


def testDeferredRunsInALaterTurn(polling: Poller, net: Any, log: list[Any]) -> None:
    polling.defer(log.append, "deferred")
    assert log == []
    net.run()
    assert log == ["deferred"]


def testDeferredInATurnRunsBeforeItsChecks(polling: Poller, watch: Any, log: list[Any]) -> None:
    def onEvent() -> None:
        polling.defer(log.append, "deferred")
        ticks.queueCheck(log.append, "check")

    each = watch("a")
    each.onEvent = onEvent
    each.far.send(b"x")
    polling.doRead()
    assert log == ["a", "deferred", "check"]


def testTheReactorGetsItsTurn(polling: Poller, watch: Any, log: list[Any]) -> None:
    """A descriptor that is ready for ever does not keep doRead from returning."""
    watch("a", WRITABLE)
    polling.doRead()
    assert 0 < len(log) <= EVENTS_PER_WAKEUP
    log.clear()

    def again() -> None:
        log.append("again")
        polling.defer(again)

    polling.defer(again)
    polling.doRead()
    assert 0 < len(log) <= EVENTS_PER_WAKEUP * 2


def testTheEndOfTheReactorClosesHandles(reactor: FakeReactor, polling: Poller, watch: Any) -> None:
    a, b = watch("a"), watch("b")
    polling.connectionLost(None)
    assert (a.near.fileno(), b.near.fileno()) == (-1, -1)
    assert reactor.readers == []


def testImportHasNoSideEffect() -> None:
    """Neither descriptor nor thread, and no reactor."""
    source = """
import os, sys, threading
before = set(os.listdir("/proc/self/fd"))
from nodecompat.reactor.descriptor import server as acceptor
from nodecompat.reactor.twisted import ports as bridge
from nodecompat.reactor import choose
from nodecompat.reactor.descriptor import pipe
from nodecompat.reactor.descriptor import poller
from nodecompat.reactor.descriptor import tcp
assert "twisted.internet.reactor" not in sys.modules
choose.current()
print(set(os.listdir("/proc/self/fd")) - before, threading.active_count())
"""
    assert finish(start("-c", source)) == (0, "set() 1\n", "")


FORK = """
import os, socket, sys
from nodecompat.reactor.descriptor import poller
from twisted.internet import reactor

here, there = socket.socketpair()

class Handle:
    interest = poller.READABLE
    def handle(self, mask):
        print(name, here.recv(10).decode(), flush=True)
        reactor.stop()

name = "parent"
polling = poller.current()
handle = Handle()
polling.register(here.fileno(), handle.interest, handle.handle)
"""


@pytest.mark.parametrize("name", ["epoll", "poll", "select", "asyncio"])
def testDaemonHasASetOfItsOwn(name: str) -> None:
    """As twistd does it: the application is loaded, the process forks, the child runs the reactor."""
    install = f"from twisted.internet import {name}reactor\n{name}reactor.install()\n"
    source = (
        install
        + FORK
        + """
before = polling._epoll.fileno()
if os.fork():
    os.wait()
    # Nothing was lost in the parent: its set still has the socket, which the child has read.
    there.send(b"again")
    assert polling._epoll.poll(1) == [(here.fileno(), 1)]
else:
    name = "child"
    assert polling.forked
    reactor.callWhenRunning(there.send, b"hello")
    reactor.run()
    assert not polling.forked
    os._exit(0)
"""
    )
    assert finish(start("-c", source)) == (0, "child hello\n", "")


def testChildThatDoesNotPollLeavesTheParentAlone() -> None:
    source = (
        FORK
        + """
pid = os.fork()
if pid == 0:
    os._exit(0)
os.waitpid(pid, 0)
there.send(b"hello")
reactor.run()
"""
    )
    assert finish(start("-c", source)) == (0, "parent hello\n", "")


def testThereIsOnePollerForTheReactor() -> None:
    assert poller.current() is poller.current()
