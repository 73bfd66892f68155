"""The part of the reactor that the layers above need."""

from __future__ import annotations

import time

import pytest_twisted
from program import python
from twisted.internet.defer import Deferred

from nodecompat.reactor.loop import host

check = pytest_twisted.ensureDeferred


@check
async def testSoonIsAfterWhatTheLoopDoesNow() -> None:
    log: list[str] = []
    done: Deferred[None] = Deferred()
    host.TwistedHost().callSoon(lambda: (log.append("soon"), done.callback(None)))
    log.append("now")
    await done
    assert log == ["now", "soon"]


@check
async def testLaterIsInMilliseconds() -> None:
    reactor = host.theReactor()
    before = reactor.seconds()
    alarm = host.TwistedHost().callLater(1500, lambda: None)
    try:
        assert 1.4 < alarm.getTime() - before < 10
    finally:
        alarm.cancel()
    assert alarm not in reactor.getDelayedCalls()


def testTheClockIsMonotonicMilliseconds() -> None:
    before = time.monotonic() * 1000
    assert before <= host.TwistedHost().now() <= time.monotonic() * 1000


def testAHostInForceIsReplacedAndPutBack() -> None:
    before, other = host.current(), host.TwistedHost()
    assert host.use(other) is before
    assert host.current() is other
    assert host.use(before) is other
    assert host.current() is before


def testTheReactorIsChosenByTheFirstWorkOnly() -> None:
    """An import must leave the program the choice of its reactor."""
    source = """
import sys
import nodecompat, nodecompat.http, nodecompat.dgram, nodecompat.timers
print("twisted.internet.reactor" in sys.modules)
from twisted.internet import selectreactor
selectreactor.install()
nodecompat.timers.setImmediate(lambda: print(type(nodecompat.reactor.loop.host.theReactor()).__name__))
nodecompat.run()
"""
    assert python("-c", source) == (0, "False\nSelectReactor\n", "")
