"""Connections whose PROXY header has not come yet."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat.reactor.proxyprotocol.pending import HEADER_TIMEOUT, PendingConnections
from nodecompat.testing import Network


class Connection:
    """A connection that says when it is given up."""

    def __init__(self, log: list[Any], name: str = "connection") -> None:
        self._log = log
        self._name = name

    def giveUp(self) -> None:
        self._log.append(self._name)


@pytest.fixture
def pending(net: Network) -> PendingConnections:
    return PendingConnections()


def testALateHeaderCostsTheConnection(net: Network, pending: PendingConnections, log: list[Any]) -> None:
    pending.add(Connection(log))
    net.advance(HEADER_TIMEOUT - 1)
    assert log == []
    net.advance(1)
    assert log == ["connection"]
    assert not pending.whenDone(lambda: None)


def testAHeaderThatHasComeStopsTheClock(net: Network, pending: PendingConnections, log: list[Any]) -> None:
    connection = Connection(log)
    pending.add(connection)
    pending.discard(connection)
    net.advance(HEADER_TIMEOUT)
    assert log == []


def testDiscardingTwiceIsNothing(net: Network, pending: PendingConnections, log: list[Any]) -> None:
    connection = Connection(log)
    pending.add(connection)
    pending.discard(connection)
    pending.discard(connection)
    assert log == []


@pytest.mark.parametrize("how", ["header", "late"])
def testWhenDoneComesAfterTheLast(net: Network, pending: PendingConnections, log: list[Any], how: str) -> None:
    """Soon, not within: the last connection is announced first."""
    first, last = Connection(log, "first"), Connection(log, "last")
    pending.add(first)
    pending.add(last)
    assert pending.whenDone(lambda: log.append("done"))
    pending.discard(first)
    net.run()
    assert log == []
    if how == "late":
        net.advance(HEADER_TIMEOUT)
        assert log == ["last", "done"]
    else:
        pending.discard(last)
        assert log == []
        net.run()
        assert log == ["done"]


def testWhenDoneOfNothingIsNow(pending: PendingConnections, log: list[Any], net: Network) -> None:
    assert not pending.whenDone(lambda: log.append("done"))
    net.run()
    assert log == []


def testCloseDropsAllAndTellsNobody(net: Network, pending: PendingConnections, log: list[Any]) -> None:
    pending.add(Connection(log, "a"))
    pending.add(Connection(log, "b"))
    pending.whenDone(lambda: log.append("done"))
    pending.close()
    net.advance(HEADER_TIMEOUT)
    assert log == ["a", "b"]
