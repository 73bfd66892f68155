"""The ports that workers share, in the primary.

Two ways. In turn (SCHED_RR): the primary accepts, and passes each connection to a worker that is free; a worker is free
again when it has answered. By themselves (SCHED_NONE, and datagrams always): each worker gets the listening descriptor,
and the kernel decides who accepts. docs/production.md has figures for both.

A port is closed when the last worker has left it. A supervisor keeps it, for the workers that come, and retires it at
its own end: what the kernel has connected by then is served before the workers leave.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ..diagnostics_channel import channel
from ..reactor import choose
from ..reactor.handle import PENDING, Address
from ..reactor.loop import ticks
from ..timers import clearTimeout, setTimeout
from .emitter import ENDPOINT

#: The kernel's queue of connections to accept.
_BACKLOG = 511
#: Milliseconds that a handshake may take which has begun.
HANDSHAKE = 2.0
#: Milliseconds after which a worker is asked again that had as many connections as it takes.
REST = 10.0
#: Milliseconds that workers may take to accept who has connected: one that hangs does not hold up the end.
EMPTYING = 1000.0
#: Errors of "::" where the system has no IPv6.
_NO_IPV6 = {-errno.EAFNOSUPPORT, -errno.EADDRNOTAVAIL, -errno.EINVAL}


#: Each port that is opened, as `port`.
opened: Any = channel("nodecompat.cluster.port")


class Ports:
    """All ports, by their key.

    Args: isInTurn: whether new ports of connections are served in turn.
    """

    def __init__(self, isInTurn: Callable[[], bool]) -> None:
        self._isInTurn = isInTurn
        self._ports: dict[str, Port] = {}
        #: Those that let nobody else connect, and the questions for their addresses, which they still have.
        self._retiring: dict[Port, list[tuple[Any, Mapping[str, Any]]]] = {}
        #: Whether a port stays open when the last of its workers is gone.
        self.keeps = False

    def ask(self, worker: Any, message: Mapping[str, Any]) -> None:
        """A worker wants to listen: answer it, when that is known."""
        port = self._port(message)
        if port in self._retiring:
            self._retiring[port].append((worker, message))
        else:
            port.join(worker, message["seq"])

    def _port(self, message: Mapping[str, Any]) -> Port:
        key = ":".join(str(message.get(name)) for name in ("address", "port", "addressType", "fd", "index"))
        port = self._ports.get(key)
        if port is None:
            isDatagram = str(message["addressType"]).startswith("udp")
            kind = TurnPort if self._isInTurn() and not isDatagram else SharedPort
            port = self._ports[key] = kind(key, message, lambda: self._onClosed(key))
            opened.publish({"port": port})
        return port

    def _onClosed(self, key: str) -> None:
        port = self._ports.pop(key, None)
        for worker, message in self._retiring.pop(port, ()) if port is not None else ():
            ticks.nextTick(self.ask, worker, message)  # its descriptor is closed by then

    def all(self) -> list[Port]:
        """Those that are open."""
        return [*self._ports.values()]

    def open(self, description: str) -> Address | int:
        """Listen at an endpoint before a worker asks for it. Returns where, or -errno."""
        port = self._port({"address": description, "port": -1, "addressType": ENDPOINT, "fd": None, "index": 0})
        if port.status:
            port.close()
            return port.status
        name: Address | int = port.name
        return name

    def leave(self, worker: Any, key: str | None = None) -> None:
        """A worker does not use a port, or any, any more."""
        if key is None:
            for port, asked in self._retiring.items():
                self._retiring[port] = [each for each in asked if each[0] is not worker]
        for each in [self._ports[key]] if key in self._ports else list(self._ports.values()) if key is None else []:
            if each.leave(worker) and not (self.keeps and key is None):
                each.close()

    def closeUnused(self) -> None:
        """Close the ports that were kept for workers that have not come."""
        for each in [each for each in self._ports.values() if not each.workers]:
            each.close()

    def close(self) -> None:
        """Close all."""
        for each in list(self._ports.values()):
            each.close()

    def retire(self, done: Callable[[], object]) -> None:
        """Let nobody else connect; `done()` when who has connected is with a worker, after EMPTYING at the latest."""
        waiting = {*self._ports.values()}
        for each in waiting:
            self._retiring.setdefault(each, [])
        if not waiting:
            done()
            return

        def retired(port: Port) -> None:
            if port in waiting:
                waiting.remove(port)
                if not waiting:
                    end()

        def end() -> None:
            waiting.clear()
            clearTimeout(timer)
            done()

        timer = setTimeout(end, EMPTYING)
        for each in tuple(waiting):
            each.retire(partial(retired, each))


class Port:
    """A port with the workers that use it."""

    def __init__(self, key: str, message: Mapping[str, Any], onclosed: Callable[[], object]) -> None:
        self.key = key
        self.workers: list[Any] = []
        self._onclosed = onclosed
        self._handle: Any = None
        self.status: int = self._open(message)

    @property
    def handle(self) -> Any:
        """What has the address; None if that could not be had."""
        return self._handle

    @property
    def held(self) -> int:
        """How many connections are accepted that no worker has."""
        return 0

    @property
    def name(self) -> Any:
        """Where it is: Address, or -errno."""
        return self._handle.getsockname()

    def _open(self, message: Mapping[str, Any]) -> int:
        """Take the address. Returns 0, PENDING or -errno."""
        raise NotImplementedError

    def _bind(self, message: Mapping[str, Any]) -> int:
        address, port = message["address"], message["port"]
        if address is not None or message["addressType"] not in (4, 6):
            return self._bindTo(address, port, message)
        status = self._bindTo("::", port, message)
        return self._bindTo("0.0.0.0", port, message) if status in _NO_IPV6 else status

    def _bindTo(self, address: str, port: int, message: Mapping[str, Any]) -> int:
        factory, kind = choose.current(), message["addressType"]
        handle: Any
        if kind == ENDPOINT:
            handle = choose.openEndpoint(address)
            status = handle if isinstance(handle, int) else 0
        elif message.get("fd") is not None:
            handle = factory.openServer(os.dup(message["fd"]))
            status = handle if isinstance(handle, int) else 0
        elif kind in ("udp4", "udp6"):
            handle = factory.udp("IPv6" if kind == "udp6" else "IPv4")
            status = handle.bind(address, port, message.get("ipv6Only", False), message.get("reuseAddr", False))
        else:
            handle = factory.pipeServer() if kind == "pipe" else factory.tcpServer()
            status = handle.bind(address, port, message.get("ipv6Only", False))
        if status:
            if not isinstance(handle, int):
                handle.close()
            return int(status)
        self._handle = handle
        return 0

    def join(self, worker: Any, request: int) -> None:
        """Answer a worker, which uses the port from now on."""
        if self.status:
            worker.requests.send({"ack": request, "errno": self.status})
            self.close()
            return
        self.workers.append(worker)
        self._admit(worker, request)

    def _admit(self, worker: Any, request: int) -> None:
        raise NotImplementedError

    def leave(self, worker: Any) -> bool:
        """A worker does not use it any more. True for the last one."""
        if worker not in self.workers:
            return False
        self.workers.remove(worker)
        return not self.workers

    def close(self) -> None:
        """Nobody uses it any more."""
        self._onclosed()
        if self._handle is not None:
            self._handle.close()

    def retire(self, done: Callable[[], object]) -> None:
        """Let nobody else connect; `done()` when who has connected is with a worker, or can be accepted by one."""
        raise NotImplementedError


class SharedPort(Port):
    """A bound descriptor that each worker gets."""

    def _open(self, message: Mapping[str, Any]) -> int:
        return self._bind(message)

    def _admit(self, worker: Any, request: int) -> None:
        worker.requests.send({"ack": request, "errno": 0, "key": self.key}, self._handle)

    def retire(self, done: Callable[[], object]) -> None:
        refuseNew = getattr(self._handle, "refuseNew", None)  # a datagram's has none
        if refuseNew is not None:
            refuseNew()
        setTimeout(done, HANDSHAKE)  # who is about to be connected is in the queue by then


class TurnPort(Port):
    """A listening port whose connections go to the workers in turn."""

    def __init__(self, key: str, message: Mapping[str, Any], onclosed: Callable[[], object]) -> None:
        self._free: deque[Any] = deque()
        self._waiting: deque[Any] = deque()
        #: Connections that are on their way to a worker.
        self._passing = 0
        #: Called when none waits.
        self._onserved: Callable[[], object] | None = None
        super().__init__(key, message, onclosed)

    def _open(self, message: Mapping[str, Any]) -> int:
        status = self._bind(message)
        if status:
            return status
        self._handle.onconnection = self._onConnection
        status = self._handle.listen(message.get("backlog") or _BACKLOG)
        if status == PENDING:
            status = -errno.ENOTSUP  # a Twisted port: it has no connections that could be passed on
        return int(status)

    @property
    def held(self) -> int:
        return len(self._waiting)

    def _admit(self, worker: Any, request: int) -> None:
        name = self.name
        where = list(name) if isinstance(name, Address) else None
        worker.requests.send({"ack": request, "errno": 0, "key": self.key, "sockname": where})
        self._free.append(worker)
        self._serve()

    def leave(self, worker: Any) -> bool:
        if worker in self._free:
            self._free.remove(worker)
        return super().leave(worker)

    def close(self) -> None:
        while self._waiting:
            self._waiting.popleft().close()
        super().close()

    def retire(self, done: Callable[[], object]) -> None:
        def retired() -> None:
            self._onserved = done
            self._serve()

        self._handle.onretired = retired
        if self._handle.retire():
            retired()

    def _onConnection(self, status: int, handle: Any) -> None:
        if handle is not None:
            self._waiting.append(handle)
            self._serve()

    def _serve(self) -> None:
        while self._free and self._waiting:
            self._pass(self._free.popleft(), self._waiting.popleft())
        onserved = self._onserved
        if onserved is not None and not (self._waiting or self._passing):
            self._onserved = None
            onserved()

    def _release(self, worker: Any) -> None:
        """A worker may have the next one."""
        if worker in self.workers and worker not in self._free:
            self._free.append(worker)
            self._serve()

    def _pass(self, worker: Any, handle: Any) -> None:
        def answered(message: Mapping[str, Any], _: Any) -> None:
            if not open_:
                return
            open_.clear()
            self._passing -= 1
            if message.get("accepted"):
                handle.close()
            else:  # it does not listen any more, or has as many as it takes
                self._waiting.appendleft(handle)
            if message.get("isFull"):
                setTimeout(self._release, REST, worker)
            else:
                self._release(worker)
            self._serve()

        def lost(*_: Any) -> None:
            answered({"accepted": False}, None)

        open_ = {handle}
        self._passing += 1
        worker.once("disconnect", lost)

        def done(message: Mapping[str, Any], thing: Any) -> None:
            worker.removeListener("disconnect", lost)
            answered(message, thing)

        worker.requests.send({"act": "newconn", "key": self.key}, handle, done)
