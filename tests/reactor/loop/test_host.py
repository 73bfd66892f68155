"""The part of the reactor that the layers above need."""

from __future__ import annotations

import time

import pytest
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


IN_THREAD = """
import asyncio, threading
from nodecompat import nextTick, run, setTimeout
def call():
    try:
        nextTick(print, "never")
    except RuntimeError as error:
        print(error, flush=True)
        import os
        os._exit(0)
def main():
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
"""


def testAnotherThreadThanTheReactorsIsToldWhatToCall() -> None:
    source = (
        IN_THREAD + "from twisted.internet import reactor\nreactor.callLater(0, main)\nsetTimeout(int, 2000)\nrun()"
    )
    text = "called from a thread that is not the reactor's: use twisted.internet.reactor.callFromThread(function)\n"
    assert python("-c", source) == (0, text, "")


def testAnotherThreadThanTheLoopsIsToldWhatToCall() -> None:
    source = (
        IN_THREAD
        + """
async def begin():
    setTimeout(int, 1)
    await asyncio.sleep(0.01)
    main()
asyncio.run(begin())
"""
    )
    text = "called from a thread that is not the loop's: use loop.call_soon_threadsafe(function)\n"
    assert python("-c", source) == (0, text, "")


def testTrioIsToldWhereWeRun() -> None:
    pytest.importorskip("trio", reason="needs trio: pip install trio")
    source = """
import trio
from nodecompat import net
async def main():
    net.createServer().listen(0)
trio.run(main)
"""
    code, _, err = python("-c", source)
    assert code == 1
    assert "RuntimeError: this package runs on Twisted's reactor or asyncio's loop, and a trio program has" in err
