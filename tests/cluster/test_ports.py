"""Ports in the primary, with workers in memory."""

from __future__ import annotations

import errno
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred

from nodecompat import net
from nodecompat.cluster.ports import Ports
from nodecompat.events import EventEmitter, once
from nodecompat.reactor import choose

check = pytest_twisted.ensureDeferred
pytestmark = pytest.mark.skipif(not choose.usePoller(), reason="ports cannot be shared without epoll")
QUERY = {"address": "127.0.0.1", "port": 0, "addressType": 4, "fd": None, "index": 0, "seq": 1}


class Worker(EventEmitter):
    """Answers what it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.requests = self
        self.sent: list[Any] = []
        self.connections: list[Any] = []
        self.arrived: Deferred[None] = Deferred()

    def send(self, message: Any, handle: Any = None, answer: Any = None) -> None:
        self.sent.append(message)
        if answer is not None:
            self.connections.append(answer)
            if not self.arrived.called:
                self.arrived.callback(None)


@check
async def testConnectionsGoInTurnAndOnFromAWorkerThatRefusesOrIsLost() -> None:
    ports = Ports(lambda: True)
    first, second = Worker(), Worker()
    ports.ask(first, QUERY)
    ports.ask(second, QUERY)
    name = first.sent[0]["sockname"]
    assert second.sent[0]["sockname"] == name
    clients = [net.connect(name[1], name[0]) for _ in range(2)]
    await first.arrived
    await second.arrived
    assert (len(first.connections), len(second.connections)) == (1, 1)
    first.connections[0]({"accepted": False}, None)  # to the next that is free: the same
    assert len(first.connections) == 2
    ports.leave(second)
    second.emit("disconnect")  # without an answer: its connection waits for a free worker
    first.connections[1]({"accepted": True}, None)
    assert len(first.connections) == 3
    for each in clients:
        each.destroy()
    ports.leave(first)
    refused = net.connect(name[1], name[0])
    assert (await once(refused, "error"))[0].code == "ECONNREFUSED"


def testAnAddressThatCannotBeHadIsAnAnswer() -> None:
    ports, worker = Ports(lambda: False), Worker()
    ports.ask(worker, {**QUERY, "address": "192.0.2.1"})
    assert worker.sent == [{"ack": 1, "errno": -errno.EADDRNOTAVAIL}]


def testASharedPortIsClosedByTheLast() -> None:
    ports = Ports(lambda: False)
    first, second = Worker(), Worker()
    for each in (first, second):
        ports.ask(each, {**QUERY, "addressType": "udp4"})
    key = first.sent[0]["key"]
    assert second.sent[0]["key"] == key
    ports.leave(first, key)
    ports.leave(first, key)
    ports.leave(second)
    ports.ask(first, {**QUERY, "addressType": "udp4"})  # anew
    assert first.sent[-1]["errno"] == 0
    ports.leave(first)
