"""Handles over a Twisted transport that a test drives."""

from __future__ import annotations

from typing import Any

from conformance.worlds import Recorded
from twisted.internet.testing import StringTransport

from nodecompat.reactor.handle import STREAM_CALLBACKS
from nodecompat.reactor.twisted.ports import HandleFactory


class Transport(StringTransport):
    """A StringTransport that can end one direction and asks its producer to pause when it is full."""

    limit = 100
    ended = False

    def writeSequence(self, data: Any) -> None:
        super().writeSequence(data)
        if len(self.value()) > self.limit and self.producer is not None:
            self.producer.pauseProducing()

    def drain(self) -> None:
        self.clear()
        self.producer.resumeProducing()

    def loseWriteConnection(self) -> None:
        self.ended = True


def connected(log: list[Any], transport: Any) -> tuple[Recorded, Any]:
    """A handle over a transport, by way of a HandleFactory, and the protocol that the transport drives."""
    made: list[Recorded] = []

    def onConnection(status: int, handle: Any) -> None:
        assert status == 0
        made.append(Recorded(handle, "peer", log, STREAM_CALLBACKS))

    protocol = HandleFactory(onConnection).buildProtocol(None)
    protocol.makeConnection(transport)
    return made[0], protocol
