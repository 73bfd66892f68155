"""The primary: forks workers, and owns the ports that they share.

Follows lib/internal/cluster/primary.js of Node 26 by behaviour.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from .. import child_process
from ..coercion import optionsOf
from ..errors import ERR_FEATURE_UNAVAILABLE_ON_PLATFORM, ERR_INTERNAL_ASSERTION
from ..events import fit
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
        super().__init__(id=id, process=child)
        self._cluster_ = cluster
        self.requests: Requests = Requests(child.send)
        child.on("internalMessage", self._onInternal_)
        self.on("message", self._onMessage_)
        child.once("exit", self._onExit_)
        child.once("disconnect", self._onDisconnect_)

    def disconnect(self) -> Worker:
        self._leaves_()
        self._dismiss_()
        return self

    def _leaves_(self) -> None:
        """It does not count as a worker any more."""
        self.exitedAfterDisconnect = True
        self._cluster_.workers.pop(self.id, None)

    def _dismiss_(self) -> None:
        """Let it close what it listens on."""
        self.requests.send({"act": "disconnect"})
        self._cluster_.ports.leave(self)

    def _onMessage_(self, message: Any, handle: Any) -> None:
        self._cluster_.emit("message", self, message, handle)

    def _onExit_(self, code: int | None, signal: str | None) -> None:
        if not self.isConnected():
            self._cluster_.ports.leave(self)
            self._cluster_._forget_(self)
        self.exitedAfterDisconnect = bool(self.exitedAfterDisconnect)
        self.state = "dead"
        self.emit("exit", code, signal)
        self._cluster_.emit("exit", self, code, signal)

    def _onDisconnect_(self) -> None:
        self._cluster_.ports.leave(self)
        if self.isDead():
            self._cluster_._forget_(self)
        self.exitedAfterDisconnect = bool(self.exitedAfterDisconnect)
        self.state = "disconnected"
        self.emit("disconnect")
        self._cluster_.emit("disconnect", self)

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
    workers: dict[int, PrimaryWorker]  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__(isPrimary=True)
        policy = os.environ.get("NODE_CLUSTER_SCHED_POLICY", "")
        self.schedulingPolicy: int = _POLICIES.get(policy, SCHED_RR)
        #: `schedulingPolicy` as it was when the settings were made.
        self._policy_: int | None = None
        self.ports: ports.Ports = ports.Ports(lambda: (self._policy_ or self.schedulingPolicy) == SCHED_RR)
        #: What else a supervisor wants to hear from its workers, by `act`: called with the worker and the message.
        self.heard: dict[str, Callable[[Worker, Mapping[str, Any]], object]] = {}
        self._lastId_ = 0
        #: Workers whose process has not ended, or whose channel is open; some are not in `workers` any more.
        self._living_: set[Worker] = set()
        #: Callbacks of `disconnect`, with the workers that they wait for.
        self._waiting_: list[tuple[set[Worker], Callable[[], object]]] = []

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
        if self._policy_ is None:
            self._policy_ = self.schedulingPolicy
            if self._policy_ not in _POLICIES.values():
                raise ERR_INTERNAL_ASSERTION(f"Bad cluster.schedulingPolicy: {self._policy_}")
        nextTick(self.emit, "setup", self.settings)

    def fork(self, env: Mapping[str, Any] | None = None) -> Worker:
        if not choose.usePoller():
            raise ERR_FEATURE_UNAVAILABLE_ON_PLATFORM("cluster.fork()")
        self.setupPrimary()
        self._lastId_ += 1
        worker = PrimaryWorker(self, self._lastId_, self._start_(self._lastId_, env))
        nextTick(self.emit, "fork", worker)
        self.workers[worker.id] = worker
        self._living_.add(worker)
        return worker

    def _start_(self, id: int, env: Mapping[str, Any] | None) -> Any:
        settings: dict[str, Any] = dict(self.settings)
        program, args = settings.pop("exec"), settings.pop("args")
        settings.pop("inspectPort", None)
        options = {**settings, "env": {**process.env, **(env or {}), "NODE_UNIQUE_ID": str(id)}}
        return child_process.fork(program, args, options)

    def _forget_(self, worker: Worker) -> None:
        """It has ended, and its channel is closed."""
        self.workers.pop(worker.id, None)
        self._living_.discard(worker)
        waiting, self._waiting_ = self._waiting_, []
        for workers, callback in waiting:
            workers.discard(worker)
            if workers:
                self._waiting_.append((workers, callback))
            else:
                callback()

    def disconnect(self, callback: Callable[[], object] | None = None) -> None:
        if callback is not None and self._living_:
            self._waiting_.append(({*self._living_}, fit(callback, 0)))
        elif callback is not None:
            nextTick(fit(callback, 0))
        leaving = [each for each in self.workers.values() if each.isConnected()]
        for each in leaving:
            each._leaves_()
        if leaving:
            self.ports.retire(partial(_dismissAll, leaving))


def _dismissAll(workers: list[PrimaryWorker]) -> None:
    for each in workers:
        each._dismiss_()
