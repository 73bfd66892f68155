"""The primary: forks workers, and owns the ports that they share.

Follows lib/internal/cluster/primary.js of Node 26 by behaviour.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from .. import child_process
from ..coercion import optionsOf
from ..errors import ERR_FEATURE_UNAVAILABLE_ON_PLATFORM
from ..optionbags import check
from ..process import process
from ..reactor import choose
from ..reactor.loop.ticks import nextTick
from . import ports
from .emitter import COMMAND, SCHED_NONE, SCHED_RR, Cluster, ClusterSettings, ListeningAddress, Requests, Worker

_POLICIES = {"none": SCHED_NONE, "rr": SCHED_RR}


class PrimaryWorker(Worker):
    """A worker, in the primary."""

    exitedAfterDisconnect: bool

    def __init__(self, cluster: PrimaryCluster, id: int, child: Any) -> None:
        super().__init__(id, child)
        self._cluster_ = cluster
        self.requests: Requests = Requests(child.send)
        self.state: str = "none"
        child.on("internalMessage", self._onInternal_)
        child.on("message", self._onMessage_)
        child.on("error", lambda error: self.emit("error", error))
        child.once("exit", self._onExit_)
        child.once("disconnect", self._onDisconnect_)

    def disconnect(self) -> Worker:
        self.exitedAfterDisconnect = True
        self.requests.send({"act": "disconnect"})
        self._cluster_.ports.leave(self)
        self._cluster_._forgetIfGone_(self)
        return self

    def kill(self, signal: Any = "SIGTERM") -> None:
        self.process.kill(signal)

    def _onMessage_(self, message: Any, handle: Any) -> None:
        self._cluster_.emit("message", self, message, handle)  # first, as in Node
        self.emit("message", message, handle)

    def _onExit_(self, code: int | None, signal: str | None) -> None:
        if not self.isConnected():
            self._cluster_.ports.leave(self)
            self._cluster_._dropWorker_(self)
        self.exitedAfterDisconnect = bool(self.exitedAfterDisconnect)
        self.state = "dead"
        self.emit("exit", code, signal)
        self._cluster_.emit("exit", self, code, signal)

    def _onDisconnect_(self) -> None:
        self._cluster_.ports.leave(self)
        if self.isDead():
            self._cluster_._dropWorker_(self)
        self.exitedAfterDisconnect = bool(self.exitedAfterDisconnect)
        self.state = "disconnected"
        self.emit("disconnect")
        self._cluster_.emit("disconnect", self)
        self._cluster_._forgetIfGone_(self)

    def _onInternal_(self, message: Any, handle: Any) -> None:
        if message.get("cmd") != COMMAND or self.requests.take(message, handle):
            return
        action = getattr(self, f"_on_{message.get('act')}_", None)
        if action is not None:
            action(message)
        elif message.get("act") in self._cluster_.heard:
            self._cluster_.heard[message["act"]](self, message)

    # -- what a worker tells, by `act`

    def _on_online_(self, message: Mapping[str, Any]) -> None:
        self.state = "online"
        self.emit("online")
        self._cluster_.emit("online", self)

    def _on_listening_(self, message: Mapping[str, Any]) -> None:
        self.state = "listening"
        address = ListeningAddress(*map(message.get, ("addressType", "address", "port", "fd")))
        self.emit("listening", address)
        self._cluster_.emit("listening", self, address)

    def _on_query_(self, message: Mapping[str, Any]) -> None:
        if not self.exitedAfterDisconnect:
            self._cluster_.ports.ask(self, message)

    def _on_close_(self, message: Mapping[str, Any]) -> None:
        self._cluster_.ports.leave(self, message["key"])

    def _on_leaving_(self, message: Mapping[str, Any]) -> None:
        self.exitedAfterDisconnect = True
        self._cluster_.ports.leave(self)
        self.requests.send({"ack": message["seq"]})


class PrimaryCluster(Cluster):
    """The module, in the primary."""

    settings: ClusterSettings

    def __init__(self) -> None:
        super().__init__(isPrimary=True)
        policy = os.environ.get("NODE_CLUSTER_SCHED_POLICY", "")
        self.schedulingPolicy: int = _POLICIES.get(policy, SCHED_RR)
        self.ports: ports.Ports = ports.Ports(lambda: self.schedulingPolicy == SCHED_RR)
        #: What else a supervisor wants to hear from its workers, by `act`: called with the worker and the message.
        self.heard: dict[str, Callable[[Worker, Mapping[str, Any]], object]] = {}
        self._lastId_ = 0
        self._leaving_: list[Callable[[], object]] = []

    def setupPrimary(self, settings: ClusterSettings | None = None, /, **keywords: Any) -> None:
        check(ClusterSettings, settings, keywords)
        given = optionsOf(settings, keywords)
        before: dict[str, Any] = {
            "args": sys.argv[1:],
            "exec": os.path.abspath(sys.argv[0]) if sys.argv and sys.argv[0] else "",
            "execArgv": [],
            "silent": False,
        }
        self.settings = {**before, **self.settings, **given}  # type: ignore[typeddict-item]
        nextTick(self.emit, "setup", self.settings)

    def fork(self, env: Mapping[str, Any] | None = None) -> Worker:
        if not choose.usePoller():
            raise ERR_FEATURE_UNAVAILABLE_ON_PLATFORM("cluster.fork()")
        self.setupPrimary()
        self._lastId_ += 1
        worker = PrimaryWorker(self, self._lastId_, self._start_(self._lastId_, env))
        nextTick(self.emit, "fork", worker)
        self.workers[worker.id] = worker
        return worker

    def _start_(self, id: int, env: Mapping[str, Any] | None) -> Any:
        settings: dict[str, Any] = dict(self.settings)
        program, args = settings.pop("exec"), settings.pop("args")
        settings.pop("inspectPort", None)
        options = {**settings, "env": {**process.env, **(env or {}), "NODE_UNIQUE_ID": str(id)}}
        return child_process.fork(program, args, options)

    def _dropWorker_(self, worker: Worker) -> None:
        self.workers.pop(worker.id, None)
        if not self.workers and self._leaving_:
            callbacks, self._leaving_ = self._leaving_, []
            for callback in callbacks:
                callback()

    def _forgetIfGone_(self, worker: Worker) -> None:
        if worker.isDead() and not worker.isConnected():
            self._dropWorker_(worker)
        elif self._leaving_ and not any(each.isConnected() for each in self.workers.values()):
            callbacks, self._leaving_ = self._leaving_, []
            for callback in callbacks:
                callback()

    def disconnect(self, callback: Callable[[], object] | None = None) -> None:
        if callback is not None:
            self._leaving_.append(callback)
        connected = [each for each in list(self.workers.values()) if each.isConnected()]
        for worker in connected:
            worker.disconnect()
        if not connected and self._leaving_:
            callbacks, self._leaving_ = self._leaving_, []
            for each in callbacks:
                nextTick(each)
