"""Ports in the primary, with workers in memory."""

from __future__ import annotations

import errno
import os
import select
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred

from nodecompat import net, nextTick, setImmediate
from nodecompat.cluster.emitter import ENDPOINT
from nodecompat.cluster.ports import Ports
from nodecompat.events import EventEmitter, once
from nodecompat.reactor import choose
from nodecompat.reactor.handle import Address

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
        self.handles: list[Any] = []
        self.arrived: Deferred[None] = Deferred()

    def send(self, message: Any, handle: Any = None, answer: Any = None) -> None:
        self.sent.append(message)
        self.handles.append(handle)
        if answer is not None:
            self.connections.append(answer)
            if not self.arrived.called:
                self.arrived.callback(None)


class Accepting(Worker):
    """Accepts what it is sent."""

    def send(self, message: Any, handle: Any = None, answer: Any = None) -> None:
        super().send(message, handle, answer)
        if answer is not None:
            nextTick(answer, {"accepted": True}, None)


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


@check
async def testWhoHasConnectedIsPassedOnBeforeThePortsAreRetiredAndNobodyElseConnects() -> None:
    ports, worker = Ports(lambda: True), Accepting()
    ports.ask(worker, QUERY)
    place = tuple(worker.sent[0]["sockname"][:2])
    clients = [socket.create_connection(place) for _ in range(3)]  # in the kernel's queue: the loop does not turn
    done: Deferred[None] = Deferred()
    ports.retire(lambda: done.callback(None))
    await done
    assert len(worker.connections) == 3
    ports.leave(worker)
    for each in clients:
        each.close()


@check
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux's socket filters")
async def testWhileWorkersTakeThoseWhoHaveConnectedNobodyElseConnects() -> None:
    ports, worker = Ports(lambda: False), Worker()
    ports.ask(worker, QUERY)
    with socket.socket(fileno=os.dup(worker.handles[0].fileno())) as copy, socket.socket() as late:
        copy.listen()
        place = copy.getsockname()
        with socket.create_connection(place):
            done: Deferred[None] = Deferred()
            ports.retire(lambda: done.callback(None))
            await done
            copy.accept()[0].close()
        late.setblocking(False)
        late.connect_ex(place)
        assert select.select([], [late], [], 0.01)[1] == []
    ports.leave(worker)


@check
async def testAPortMayWaitForItsNextWorker() -> None:
    ports, first, second = Ports(lambda: True), Worker(), Worker()
    ports.keeps = True
    ports.ask(first, QUERY)
    place = tuple(first.sent[0]["sockname"][:2])
    ports.leave(first)
    with socket.create_connection(place):
        ports.ask(second, QUERY)
        assert second.sent[0]["sockname"] == first.sent[0]["sockname"]
        await second.arrived
        second.connections[0]({"accepted": True}, None)
    ports.leave(second, second.sent[0]["key"])  # its server was closed
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(place)
    ports.ask(first, QUERY)
    ports.leave(first)
    ports.closeUnused()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(tuple(first.sent[-1]["sockname"][:2]))


@pytest.mark.parametrize("isInTurn", [True, False])
def testAnEndpointIsOpenedBeforeAWorkerAsks(isInTurn: bool, tmp_path: Path) -> None:
    ports, worker = Ports(lambda: isInTurn), Worker()
    place = f"unix:{tmp_path}/socket"
    assert ports.open("no:endpoint") == -errno.EINVAL
    assert ports.open(place) == Address(f"{tmp_path}/socket", 0, "pipe")
    ports.ask(worker, {**QUERY, "address": place, "port": -1, "addressType": ENDPOINT})
    assert worker.sent[0]["errno"] == 0
    ports.close()
    assert not (tmp_path / "socket").exists()


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


@pytest.mark.parametrize("isInTurn", [True, False])
def testAPortMayBeADescriptorOfThePrimary(isInTurn: bool) -> None:
    ports, worker = Ports(lambda: isInTurn), Worker()
    query = {"address": None, "port": -1, "addressType": "fd", "index": 0, "seq": 1}
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ports.ask(worker, {**query, "fd": listening.fileno()})
        assert worker.sent[-1]["errno"] == 0
        ports.close()
        assert listening.fileno() >= 0 and listening.getsockname(), "the primary's own stays open"
    reading, writing = os.pipe()
    ports.ask(worker, {**query, "fd": reading})
    assert worker.sent[-1]["errno"] < 0
    for each in (reading, writing):
        os.close(each)


@check
@pytest.mark.parametrize("isInTurn", [True, False])
async def testWhoAsksForAPortThatIsRetiringGetsItAnew(isInTurn: bool) -> None:
    """A worker that is forked while others leave: the port would close under it."""
    ports, old, new, gone = Ports(lambda: isInTurn), Accepting(), Accepting(), Accepting()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        query = {**QUERY, "port": probe.getsockname()[1]}
    ports.ask(old, query)
    retired: Deferred[None] = Deferred()
    ports.retire(lambda: retired.callback(None))
    ports.ask(gone, query)
    ports.ask(new, query)
    ports.leave(gone)
    assert new.sent == []
    await retired
    assert new.sent == []
    ports.leave(old)
    turn: Deferred[None] = Deferred()
    setImmediate(turn.callback, None)
    await turn
    assert [each["errno"] for each in new.sent] == [0] and gone.sent == []
    if isInTurn:
        with socket.create_connection((query["address"], query["port"])):
            await new.arrived
    ports.leave(new)


def testWithoutPortsThereIsNothingToRetire() -> None:
    done: list[str] = []
    Ports(lambda: True).retire(lambda: done.append("done"))
    assert done == ["done"]


@check
async def testWhoeverWaitsForAWorkerIsLeftWhenThePortCloses() -> None:
    ports, worker = Ports(lambda: True), Worker()
    ports.ask(worker, QUERY)
    name = worker.sent[0]["sockname"]
    ends = []
    for _ in range(2):
        client = net.connect(name[1], name[0])
        client.on("error", lambda: None)
        ends.append(once(client, "close"))
        await once(client, "connect")
    await worker.arrived  # the first is with the worker, which has not answered: the second waits
    while not next(iter(ports._ports.values()))._waiting:  # type: ignore[attr-defined]
        turn: Deferred[None] = Deferred()
        setImmediate(turn.callback, None)
        await turn
    ports.leave(worker)
    await ends[1]
    worker.handles[-1].close()
    await ends[0]
