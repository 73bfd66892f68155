"""The connections of fetch: agents of its own, that keep idle connections as undici does.

    http://…   an http.Agent        https://…  an https.Agent, when there is one (`nodecompat[tls]`)

An idle connection lives 4 seconds, or as long as the server's `Keep-Alive: timeout` says less 2 seconds. A
connection that does not stand after 10 seconds is given up.

A connection goes from one request to the next in a few steps (benchmarks/http/fetch.py, a tenth of a request): its time
is the pool's and runs while it is idle, so that no read or write of a request starts a timer anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import inf
from typing import Any

from ..http.client.agent import Agent, wantedEnvironment
from ..reactor.loop import host
from ..timers import setTimeout
from ..timers.lists import IdleTimer, current
from .failures import ConnectTimeoutError

#: Milliseconds: undici's defaults.
CONNECT_TIMEOUT = 10_000
KEEP_ALIVE_TIMEOUT = 4_000
KEEP_ALIVE_MAX = 600_000
#: How much earlier than the server a connection is dropped.
KEEP_ALIVE_THRESHOLD = 2_000
#: Until the first probe of TCP.
PROBE_DELAY = 60_000

_findTimeout = re.compile(rb"\r\n(?i:keep-alive):[^\r]*?timeout=(\d+)").search


class Pooling(Agent):
    """What fetch's agents have in common."""

    def __init__(self, options: Mapping[str, Any] | None = None, /, **keywords: Any) -> None:
        given: dict[str, Any] = {**(options or {}), **keywords}
        given.update(keepAlive=True, keepAliveMsecs=PROBE_DELAY, scheduling="lifo", maxFreeSockets=inf)
        super().__init__(given)
        #: Of this host: each host has its own agents.
        self._timers_ = current()
        #: The sockets that were idle before, and what closes each when it is idle for too long.
        self._limits_: dict[Any, IdleTimer] = {}

    def addRequest(self, req: Any, options: Any, port: Any = None, localAddress: Any = None) -> None:
        """As Agent's. Without TLS, which has its own, `host` and `port` tell which connections will do."""
        name = f"{options['host']}:{options['port']}:"
        socket = self._takeFree_(name) if self.protocol == "http:" and name in self.freeSockets else None
        if socket is None:
            super().addRequest(req, options, port, localAddress)
            return
        req._poolOptions_ = options
        self.reuseSocket(socket, req)
        req.onSocket(socket)
        self.sockets.setdefault(name, []).append(socket)

    def createConnection(self, options: Mapping[str, Any], callback: Callable[..., Any] | None = None) -> Any:
        """As Agent's, with a limit to the time it takes.

        Node: https://nodejs.org/api/http.html#agentcreateconnectionoptions-callback
        """
        socket = super().createConnection(options, callback)
        if socket is not None and getattr(socket, "connecting", False):
            _limit(socket, options)
        return socket

    def keepSocketAlive(self, socket: Any) -> bool:
        """As Agent's, with undici's times. Node: https://nodejs.org/api/http.html#agentkeepsocketalivesocket"""
        duration = _durationOf(socket)
        if duration <= 0:
            return False
        socket.unref()
        limit = self._limits_.get(socket)
        if limit is None:
            limit = self._limits_[socket] = IdleTimer(socket.destroy)
        limit.start(duration)
        return True

    def reuseSocket(self, socket: Any, req: Any) -> None:
        """As Agent's. Node: https://nodejs.org/api/http.html#agentreusesocketsocket-request"""
        self._limits_[socket].stop()
        req.reusedSocket = True
        socket.ref()

    def removeSocket(self, socket: Any, options: Mapping[str, Any]) -> None:
        """As Agent's."""
        if socket.destroyed and socket in self._limits_:
            self._limits_.pop(socket).stop()
        super().removeSocket(socket, options)

    def _onFree_(self, socket: Any, options: Mapping[str, Any]) -> None:
        req = getattr(socket, "_httpMessage", None)
        if self.requests or req is None or not req.shouldKeepAlive or not socket.writable:
            super()._onFree_(socket, options)
        elif not self.keepSocketAlive(socket):
            socket.destroy()
        else:
            # Whether it has got what nobody asked for is seen when it is taken.
            socket._httpMessage = None
            name = options["_agentKey"]
            used = self.sockets[name]
            used.remove(socket)
            if not used:
                self.sockets.pop(name)
            self.freeSockets.setdefault(name, []).append(socket)


def _limit(socket: Any, options: Mapping[str, Any]) -> None:
    """Give a connection up that takes too long."""

    def expire() -> None:
        attempted = getattr(socket, "autoSelectFamilyAttemptedAddresses", None)
        where = (
            f"attempted addresses: {', '.join(attempted)}"
            if attempted
            else f"attempted address: {options.get('host')}:{options.get('port')}"
        )
        socket.destroy(ConnectTimeoutError(f"Connect Timeout Error ({where}, timeout: {CONNECT_TIMEOUT}ms)"))

    timer = setTimeout(expire, CONNECT_TIMEOUT)
    socket.once("secureConnect" if hasattr(socket, "secureConnecting") else "connect", timer.close)
    socket.once("close", lambda: timer.close())


def _durationOf(socket: Any) -> float:
    """How long a connection may be idle, by the answer that it has just brought."""
    request = getattr(socket, "_httpMessage", None)
    response = request.res if request is not None else None
    head = response._head_ if response is not None else None
    found = _findTimeout(head) if head is not None else None
    if found is None:
        return KEEP_ALIVE_TIMEOUT
    return min(int(found[1][:9]) * 1000 - KEEP_ALIVE_THRESHOLD, KEEP_ALIVE_MAX)


_agents: dict[str, Pooling] = {}
#: Whose sockets theirs are: a simulated network's are of no use in the next one.
_host: Any = None


def agentFor(protocol: str) -> Pooling:
    """The agent for "http:" or "https:".

    Raises: ModuleNotFoundError for https without `nodecompat[tls]`.
    """
    global _host
    if _host is not (here := host.current()):
        _host = here
        _agents.clear()
    agent = _agents.get(protocol)
    if agent is None:
        make: Any = _secure() if protocol == "https:" else Pooling
        agent = _agents[protocol] = make(proxyEnv=wantedEnvironment())
    return agent


def _secure() -> Any:
    from ..https import Agent as SecureAgent  # an optional dependency

    class SecurePooling(Pooling, SecureAgent):
        """Pooling over TLS."""

    return SecurePooling


def closeIdleConnections() -> None:
    """Close what is idle: for tests, and programs that are about to end."""
    for agent in _agents.values():
        for sockets in list(agent.freeSockets.values()):
            for socket in list(sockets):
                socket.destroy()


def destroy() -> None:
    """Close all connections and forget the agents; the next fetch begins anew."""
    agents = list(_agents.values())
    _agents.clear()
    for agent in agents:
        agent.destroy()
