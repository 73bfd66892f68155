"""What both sides share."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat.cluster.emitter import Cluster, Requests, Worker
from nodecompat.errors import ERR_METHOD_NOT_IMPLEMENTED
from nodecompat.events import EventEmitter


def testAnAnswerFindsItsRequestOnce() -> None:
    sent: list[Any] = []
    requests = Requests(lambda message, *rest: sent.append(message))
    got: list[Any] = []
    requests.send({"act": "a"})
    requests.send({"act": "b"}, None, lambda message, handle: got.append((message["ok"], handle)))
    assert sent == [{"cmd": "NODE_CLUSTER", "act": "a"}, {"cmd": "NODE_CLUSTER", "act": "b", "seq": 1}]
    assert not requests.take({"ack": 2}, None)
    assert not requests.take({"act": "c"}, None)
    assert requests.take({"ack": 1, "ok": True}, "handle")
    assert not requests.take({"ack": 1, "ok": True}, "handle")
    assert got == [(True, "handle")]


def testAWorkerIsWhatItsProcessIs() -> None:
    sent: list[Any] = []
    process: Any = EventEmitter()
    process.connected, process.exitCode, process.signalCode = True, None, None
    process.send = lambda *args: not sent.append(args)
    worker = Worker(id=1, process=process)
    assert (worker.isConnected(), worker.isDead(), worker.send("x")) == (True, False, True)
    process.signalCode, process.connected = "SIGKILL", False
    assert (worker.isConnected(), worker.isDead(), sent) == (False, True, [("x",)])


def testAWorkerForksNothing() -> None:
    cluster = Cluster(isPrimary=False)
    for call in (cluster.fork, cluster.setupPrimary, cluster.disconnect):
        with pytest.raises(ERR_METHOD_NOT_IMPLEMENTED):
            call()
