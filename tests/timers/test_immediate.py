"""setImmediate and its object."""

from __future__ import annotations

from typing import Any

from nodecompat import process
from nodecompat.reactor.loop import activity
from nodecompat.testing import Network
from nodecompat.timers import clearImmediate, setImmediate


def testRunsWithItsArgumentsInOrder(net: Network, log: list[Any]) -> None:
    setImmediate(lambda *args: log.append(args), 1, 2)
    setImmediate(log.append, "second")
    assert log == []
    net.run()
    assert log == [(1, 2), "second"]


def testTicksRunBetweenImmediates(net: Network, log: list[Any]) -> None:
    setImmediate(process.nextTick, log.append, "tick")
    setImmediate(log.append, "second")
    net.run()
    assert log == ["tick", "second"]


def testAnImmediateOfAnImmediateWaitsForTheNextTurn(net: Network, log: list[Any]) -> None:
    setImmediate(setImmediate, log.append, "inner")
    net.clock.step()
    assert log == []
    net.run()
    assert log == ["inner"]


def testAClearedImmediateNeverRuns(net: Network, log: list[Any]) -> None:
    clearImmediate(setImmediate(log.append, "cleared"))
    with setImmediate(log.append, "disposed"):
        pass
    setImmediate(lambda: clearImmediate(last))
    last = setImmediate(log.append, "cleared by its neighbour")
    net.run()
    assert log == []
    assert not activity.isAlive()


def testAnErrorLeavesTheOthers(net: Network, log: list[Any]) -> None:
    setImmediate(lambda: 1 / 0)
    setImmediate(log.append, "second")
    net.run()
    assert log == ["second"]
    assert [type(error) for error in net.faults] == [ZeroDivisionError]
    net.faults.clear()


def testRefAndUnref(net: Network) -> None:
    immediate = setImmediate(lambda: None)
    assert (immediate.hasRef(), process.getActiveResourcesInfo()) == (True, ["Immediate"])
    assert immediate.unref() is immediate
    assert (immediate.hasRef(), process.getActiveResourcesInfo()) == (False, [])
    assert immediate.ref() is immediate
    assert process.getActiveResourcesInfo() == ["Immediate"]
    assert "refed" in repr(immediate)
    net.run()
    assert process.getActiveResourcesInfo() == []
    immediate.unref().ref()
    assert not activity.isAlive()


def testAfterItHasRunItHoldsNothing(net: Network, log: list[Any]) -> None:
    immediate = setImmediate(lambda: log.append(immediate.hasRef()))
    cleared = setImmediate(print)
    clearImmediate(cleared)
    net.run()
    assert (log, immediate.ref().hasRef(), cleared.hasRef()) == ([False], False, False)


def testItsCallbackDoesNotCountItself(net: Network, log: list[Any]) -> None:
    setImmediate(lambda: log.extend(process.getActiveResourcesInfo()))
    setImmediate(lambda: None)
    net.run()
    assert log == ["Immediate"]


def testACoroutineFunctionMayBeTheCallback(net: Network, log: list[Any]) -> None:
    async def callback() -> None:
        log.append("ran")
        raise ValueError("async")

    process.once("unhandledRejection", lambda reason: log.append(str(reason)))
    setImmediate(callback)
    net.run()
    assert log == ["ran", "async"]
