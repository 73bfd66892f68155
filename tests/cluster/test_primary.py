"""The primary, where it is not compared with Node in tests/comparisons/cluster.py."""

from __future__ import annotations

import socket
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred

from nodecompat import nextTick
from nodecompat.cluster.emitter import COMMAND, SCHED_NONE, SCHED_RR
from nodecompat.cluster.primary import PrimaryCluster
from nodecompat.errors import ERR_FEATURE_UNAVAILABLE_ON_PLATFORM, ERR_INVALID_ARG_VALUE
from nodecompat.events import EventEmitter, once
from nodecompat.reactor import choose

check = pytest_twisted.ensureDeferred


@pytest.mark.parametrize("policy, expected", [("none", SCHED_NONE), ("rr", SCHED_RR), ("x", SCHED_RR)])
def testTheEnvironmentMayChooseThePolicy(policy: str, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_CLUSTER_SCHED_POLICY", policy)
    assert PrimaryCluster().schedulingPolicy == expected


@check
async def testSettingsAddUp() -> None:
    cluster = PrimaryCluster()
    told = once(cluster, "setup")
    cluster.setupPrimary(exec="a.py", silent=True)
    cluster.setupPrimary({"args": ["x"]})
    assert (await told)[0]["silent"] is True
    assert (cluster.settings["exec"], cluster.settings["args"]) == ("a.py", ["x"])


@pytest.mark.skipif(not choose.usePoller(), reason="ports cannot be shared without epoll")
def testTheFormOfV8IsRefused() -> None:
    cluster = PrimaryCluster()
    cluster.setupPrimary(exec="a.py", serialization="advanced", inspectPort=5)
    with pytest.raises(ERR_INVALID_ARG_VALUE):
        cluster.fork()


def testWithoutEpollThereAreNoWorkers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "usePoller", lambda: False)
    with pytest.raises(ERR_FEATURE_UNAVAILABLE_ON_PLATFORM):
        PrimaryCluster().fork()


class Child(EventEmitter):
    """A process in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Any] = []
        self.connected = True
        self.exitCode: int | None = None
        self.signalCode: str | None = None

    def send(self, message: Any, *rest: Any) -> bool:
        self.sent.append(message)
        if message.get("act") == "newconn":
            nextTick(self.emit, "internalMessage", {"cmd": COMMAND, "ack": message["seq"], "accepted": True}, None)
        elif message.get("act") == "disconnect":
            nextTick(self.emit, "told to leave")
        return True

    def end(self) -> None:
        self.connected, self.exitCode = False, 0
        self.emit("disconnect")
        self.emit("exit", 0, None)


class Forking(PrimaryCluster):
    """Its processes are in memory."""

    def _start_(self, id: int, env: Any) -> Any:
        return Child()


epoll = pytest.mark.skipif(not choose.usePoller(), reason="ports cannot be shared without epoll")


@epoll
def testTheCallbackOfDisconnectComesWhenTheLastHasEnded() -> None:
    cluster, called = Forking(), list[str]()
    first, second = cluster.fork(), cluster.fork()
    first.disconnect()
    assert list(cluster.workers) == [second.id]
    cluster.disconnect(lambda: called.append("all"))
    assert (cluster.workers, second.exitedAfterDisconnect) == ({}, True)
    second.process.end()
    assert called == []
    first.process.end()
    assert called == ["all"]


@check
@epoll
async def testWhoHasConnectedIsWithAWorkerBeforeAllLeave() -> None:
    cluster = Forking()
    child = cluster.fork().process
    query = {"address": "127.0.0.1", "port": 0, "addressType": 4, "fd": None, "index": 0, "seq": 1}
    child.emit("internalMessage", {"cmd": COMMAND, "act": "query", **query}, None)
    place = tuple(child.sent[0]["sockname"][:2])
    left = once(child, "told to leave")
    with socket.create_connection(place), socket.create_connection(place):  # the loop does not turn
        cluster.disconnect()
        await left
    assert [each.get("act") for each in child.sent[1:]] == ["newconn", "newconn", "disconnect"]


@check
async def testTheCallbackOfDisconnectMayTakeAnArgument() -> None:
    told: Deferred[Any] = Deferred()
    PrimaryCluster().disconnect(told.callback)
    assert await told is None
