"""A worker: asks the primary for its ports, and does what it is told.

Follows lib/internal/cluster/child.js of Node 26 by behaviour.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ..process import process
from ..reactor import choose
from .emitter import COMMAND, ENDPOINT, Cluster, Requests, Worker
from .handles import SharedServer, SharingFactory

#: What 'listening' tells of a family, or of what a worker has asked for.
_TYPES = {"IPv4": 4, "IPv6": 6, "pipe": -1, "fd": None}


class OwnWorker(Worker):
    """This process, in a worker."""

    exitedAfterDisconnect: bool

    def __init__(self, cluster: WorkerCluster, id: int) -> None:
        super().__init__(id=id, process=process, state="online")
        self._cluster_ = cluster

    def disconnect(self) -> Worker:
        self.exitedAfterDisconnect = True
        self._cluster_.leave(self._tell_)
        return self

    def _tell_(self) -> None:
        """Hang up when the primary knows that it is meant so."""
        self._cluster_.requests.send({"act": "leaving"}, None, lambda *_: self._cluster_.hangUp())

    def kill(self, signal: Any = "SIGTERM") -> None:
        self.exitedAfterDisconnect = True
        if not self.isConnected():
            process.exit(0)
        process.once("disconnect", lambda: process.exit(0))
        self._tell_()


class WorkerCluster(Cluster):
    """The module, in a worker."""

    def __init__(self, id: int) -> None:
        super().__init__(isPrimary=False)
        assert process.send is not None, "a worker has a channel"
        self.requests: Requests = Requests(process.send)
        self.worker: OwnWorker = OwnWorker(self, id)
        self._servers_: dict[str, SharedServer] = {}
        #: For each address how many of our servers listen on it: those on port 0 are told apart so.
        self._indexes_: dict[tuple[Any, ...], dict[int, Any]] = {}
        self._datagrams_: set[Any] = set()
        self._isLeaving_ = False
        #: Ends a server when the worker leaves; a supervisor's worker has a way of its own.
        self.closeServer: Callable[[Any, Callable[[], object]], object] = _close
        #: What else a supervisor asks for, by `act`: makes the answer.
        self.answers: dict[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {}
        #: What a supervisor's worker does before it closes the channel.
        self.farewell: Callable[[], object] = _nothing
        if choose.usePoller():
            choose.use(SharingFactory(choose.current(), self))
        events: Any = process  # 'internalMessage' is ours
        events.on("internalMessage", self._onInternal_)
        process.once("disconnect", self._onDisconnect_)
        self.requests.send({"act": "online"})

    # -- what handles call

    def ask(self, server: Any, query: Mapping[str, Any], answered: Callable[[Mapping[str, Any], Any], object]) -> None:
        """Ask the primary for a port."""
        place = (query.get("address"), query.get("port"), query.get("addressType"), query.get("fd"))
        taken = self._indexes_.setdefault(place, {})
        index = next(number for number in range(len(taken) + 1) if number not in taken)
        taken[index] = server
        self.requests.send({**_absolute(query), "act": "query", "index": index}, None, answered)

    def tell(self, message: Mapping[str, Any]) -> None:
        """Tell the primary."""
        if process.connected:
            self.requests.send(message)

    def opened(self, server: SharedServer, key: str) -> None:
        """A server has its port."""
        self._servers_[key] = server

    def tellListening(self, server: SharedServer) -> None:
        """A server listens, and its program knows."""
        query = _absolute(server.query)
        name = server.getsockname()
        kind = name.family if query["addressType"] == ENDPOINT and not isinstance(name, int) else query["addressType"]
        self.tell(
            {
                "act": "listening",
                "addressType": _TYPES.get(kind, kind),
                "address": query["address"],
                "port": query["port"] if isinstance(name, int) else -1 if name.family == "pipe" else name.port,
                "fd": query["fd"],
            }
        )

    def openedDatagram(self, socket: Any, query: Mapping[str, Any], key: str) -> None:
        """A datagram socket has its port."""
        self._datagrams_.add(socket)
        told = {"act": "listening", "addressType": query["addressType"], "address": query["address"], "fd": -1}
        socket.once("listening", lambda: self.tell({**told, "port": socket.address().port}))

        def closed() -> None:
            self._datagrams_.discard(socket)
            self.closed(socket)
            self.tell({"act": "close", "key": key})

        socket.once("close", closed)

    def closed(self, server: Any) -> None:
        """A server does not listen any more."""
        for key in [key for key, each in self._servers_.items() if each is server]:
            del self._servers_[key]
        for taken in self._indexes_.values():
            for index in [index for index, each in taken.items() if each is server]:
                del taken[index]

    # -- what the primary says

    def _onInternal_(self, message: Mapping[str, Any], handle: Any = None) -> None:
        if message.get("cmd") != COMMAND or self.requests.take(message, handle):
            return
        act = message.get("act")
        if act == "newconn":
            self._onConnection_(message, handle)
        elif act == "ping":
            self.tell({"ack": message["seq"]})
        elif act in self.answers:
            self.tell({"ack": message["seq"], **self.answers[act](message)})
        elif act == "disconnect":
            self.worker.exitedAfterDisconnect = True
            self.leave(self.hangUp, takesWaiting=True)

    def _onConnection_(self, message: Mapping[str, Any], descriptor: Any) -> None:
        server = self._servers_.get(message["key"])
        isFull = server is not None and _isFull(_serverBehind(server))
        isTaken = descriptor is not None and server is not None and server.isOpen and not isFull
        # Before the program sees it: the primary may pass on the next one.
        self.tell({"ack": message["seq"], "accepted": isTaken, "isFull": isFull})
        if isTaken and server is not None:
            server.take(descriptor)
        elif descriptor is not None:
            os.close(descriptor)

    def leave(self, done: Callable[[], object], takesWaiting: bool = False) -> None:
        """Close all servers, then `done()`.

        Args: takesWaiting: who has connected, and is not accepted yet, is accepted first: all workers may be leaving.
        """
        if self._isLeaving_:
            return
        self._isLeaving_ = True
        for socket in list(self._datagrams_):
            socket.close()
        waiting = {*self._servers_.values()}
        if not waiting:
            done()
            return

        def closed(handle: SharedServer) -> None:
            waiting.discard(handle)
            if not waiting:
                done()

        for handle in tuple(waiting):
            # The server behind the handle: its 'close' waits for its connections.
            server = _serverBehind(handle)
            if server is None:
                handle.close()
                closed(handle)
                continue
            handle.onretired = partial(self.closeServer, server, partial(closed, handle))
            if not takesWaiting or handle.retire():
                handle.onretired()

    def hangUp(self) -> None:
        """Close the channel."""
        if process.connected and process.disconnect is not None:
            self.farewell()
            process.disconnect()

    def _onDisconnect_(self) -> None:
        self.worker.emit("disconnect")
        if not self.worker.exitedAfterDisconnect:
            # The primary is gone: nobody would stop this process.
            process.exit(0)


def _absolute(query: Mapping[str, Any]) -> Mapping[str, Any]:
    """A path as one that the primary understands: it may be in another folder."""
    address = query.get("address")
    if query.get("addressType") != "pipe" or not address or address.startswith("\0"):
        return query
    return {**query, "address": os.path.abspath(address)}


def _serverBehind(handle: SharedServer) -> Any:
    return getattr(handle.onconnection, "__self__", None)


def _isFull(server: Any) -> bool:
    """Whether a connection that it cannot have now goes to another worker."""
    most = getattr(server, "maxConnections", None)
    return most is not None and server.connections >= most and not server.dropMaxConnection


def _close(server: Any, done: Callable[[], object]) -> None:
    server.close(lambda error=None: done())


def _nothing() -> None:
    pass
