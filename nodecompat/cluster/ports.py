"""The ports that workers share, in the primary.

Two ways. In turn (SCHED_RR): the primary accepts, and passes each connection to a worker that is free; a worker is free
again when it has answered. By themselves (SCHED_NONE, and datagrams always): each worker gets the listening descriptor,
and the kernel decides who accepts. docs/production.md has figures for both.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from ..reactor import choose
from ..reactor.handle import PENDING, Address

#: The kernel's queue of connections to accept.
_BACKLOG = 511
#: Errors of "::" where the system has no IPv6.
_NO_IPV6 = {-errno.EAFNOSUPPORT, -errno.EADDRNOTAVAIL, -errno.EINVAL}


class Ports:
    """All ports, by their key.

    Args: isInTurn: whether new ports of connections are served in turn.
    """

    def __init__(self, isInTurn: Callable[[], bool]) -> None:
        self._isInTurn = isInTurn
        self._ports: dict[str, Port] = {}

    def ask(self, worker: Any, message: Mapping[str, Any]) -> None:
        """A worker wants to listen: answer it, when that is known."""
        key = ":".join(str(message.get(name)) for name in ("address", "port", "addressType", "fd", "index"))
        port = self._ports.get(key)
        if port is None:
            isDatagram = str(message["addressType"]).startswith("udp")
            kind = TurnPort if self._isInTurn() and not isDatagram else SharedPort
            port = self._ports[key] = kind(key, message, lambda: self._ports.pop(key, None))
        port.join(worker, message["seq"])

    def leave(self, worker: Any, key: str | None = None) -> None:
        """A worker does not use a port, or any, any more. The last one closes it."""
        for each in [self._ports[key]] if key in self._ports else list(self._ports.values()) if key is None else []:
            each.leave(worker)


class Port:
    """A port with the workers that use it."""

    def __init__(self, key: str, message: Mapping[str, Any], onclosed: Callable[[], object]) -> None:
        self.key = key
        self.workers: list[Any] = []
        self._onclosed = onclosed
        self._handle: Any = None
        self.status: int = self._open(message)

    def _open(self, message: Mapping[str, Any]) -> int:
        """Take the address. Returns 0, PENDING or -errno."""
        raise NotImplementedError

    def _bind(self, message: Mapping[str, Any]) -> int:
        address, port = message["address"], message["port"]
        status = self._bindTo(address, port, message)
        if status in _NO_IPV6 and address == "::":
            status = self._bindTo("0.0.0.0", port, message)
        return status

    def _bindTo(self, address: str, port: int, message: Mapping[str, Any]) -> int:
        factory, kind = choose.current(), message["addressType"]
        if message.get("fd") is not None:
            handle: Any = factory.openServer(os.dup(message["fd"]))
            if isinstance(handle, int):
                return handle
            status = 0
        elif kind in ("udp4", "udp6"):
            handle = factory.udp("IPv6" if kind == "udp6" else "IPv4")
            status = handle.bind(address, port, message.get("ipv6Only", False), message.get("reuseAddr", False))
        else:
            handle = factory.pipeServer() if kind == "pipe" else factory.tcpServer()
            status = handle.bind(address, port, message.get("ipv6Only", False))
        if status:
            handle.close()
            return int(status)
        self._handle = handle
        return 0

    def join(self, worker: Any, request: int) -> None:
        """Answer a worker, which uses the port from now on."""
        if self.status:
            worker.requests.send({"ack": request, "errno": self.status})
            self._onclosed()
            return
        self.workers.append(worker)
        self._admit(worker, request)

    def _admit(self, worker: Any, request: int) -> None:
        raise NotImplementedError

    def leave(self, worker: Any) -> None:
        """A worker does not use it any more."""
        if worker not in self.workers:
            return
        self.workers.remove(worker)
        if not self.workers:
            self._onclosed()
            self._handle.close()


class SharedPort(Port):
    """A bound descriptor that each worker gets."""

    def _open(self, message: Mapping[str, Any]) -> int:
        return self._bind(message)

    def _admit(self, worker: Any, request: int) -> None:
        worker.requests.send({"ack": request, "errno": 0, "key": self.key}, self._handle)


class TurnPort(Port):
    """A listening port whose connections go to the workers in turn."""

    def __init__(self, key: str, message: Mapping[str, Any], onclosed: Callable[[], object]) -> None:
        self._free: deque[Any] = deque()
        self._waiting: deque[Any] = deque()
        super().__init__(key, message, onclosed)

    def _open(self, message: Mapping[str, Any]) -> int:
        status = self._bind(message)
        if status:
            return status
        self._handle.onconnection = self._onConnection
        status = self._handle.listen(message.get("backlog") or _BACKLOG)
        if status == PENDING:
            status = -errno.ENOTSUP  # a Twisted port: it has no connections that could be passed on
        if status:
            self._handle.close()
        return int(status)

    def _admit(self, worker: Any, request: int) -> None:
        name = self._handle.getsockname()
        where = list(name) if isinstance(name, Address) else None
        worker.requests.send({"ack": request, "errno": 0, "key": self.key, "sockname": where})
        self._free.append(worker)
        self._serve()

    def leave(self, worker: Any) -> None:
        if worker in self._free:
            self._free.remove(worker)
        if self.workers == [worker]:
            while self._waiting:
                self._waiting.popleft().close()
        super().leave(worker)

    def _onConnection(self, status: int, handle: Any) -> None:
        if handle is not None:
            self._waiting.append(handle)
            self._serve()

    def _serve(self) -> None:
        while self._free and self._waiting:
            self._pass(self._free.popleft(), self._waiting.popleft())

    def _pass(self, worker: Any, handle: Any) -> None:
        def answered(message: Mapping[str, Any], _: Any) -> None:
            if not open_:
                return
            open_.clear()
            if message.get("accepted"):
                handle.close()
            else:  # it does not listen any more
                self._waiting.appendleft(handle)
            if worker in self.workers:
                self._free.append(worker)
            self._serve()

        def lost(*_: Any) -> None:
            answered({"accepted": False}, None)

        open_ = {handle}
        worker.once("disconnect", lost)

        def done(message: Mapping[str, Any], thing: Any) -> None:
            worker.removeListener("disconnect", lost)
            answered(message, thing)

        worker.requests.send({"act": "newconn", "key": self.key}, handle, done)
