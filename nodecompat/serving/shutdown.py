"""Ends a server without losing work in progress, within a grace time.

In order: connections already in the backlog are accepted, then no more. Work in progress goes on; each response of an
http server says `Connection: close`. Idle connections stay open for `LINGER`, so that a request in flight is still
answered, then they are closed. What is left after the grace time is cut off.

A `net` server has no responses: its connections have the grace time to end by themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import net
from ..http.server.draining import HTTPDraining
from ..http.server.listener import ServerBase
from ..timers import clearInterval, clearTimeout, setInterval, setTimeout

#: How long an idle connection may still deliver a request, milliseconds: a few round trips on any network.
LINGER = 500.0
#: Milliseconds between checks for connections that became idle.
SWEEP_INTERVAL = 50.0


class Draining:
    """Tracks the connections of a server from the start, and ends the server.

    Create it before the server listens: it does not see earlier connections.
    """

    def __init__(self, server: net.Server) -> None:
        self.server = server
        #: Connections cut off after the grace time.
        self.cutOff: int = 0
        self._sockets: dict[Any, None] = {}
        self._timers: list[Any] = []
        self._sweep: Any = None
        self._http: Any = None
        self._callbacks: list[Callable[[], object]] | None = None
        self._over = False
        # Of a server that encrypts a connection counts when it is secure: before, it has nothing to lose.
        self._event = "secureConnection" if hasattr(server, "setSecureContext") else "connection"
        server.prependListener(self._event, self._track)  # type: ignore[call-overload]  # a tls.Server has both

    @property
    def connections(self) -> int:
        """How many there are."""
        return len(self._sockets)

    def _track(self, socket: Any) -> None:
        self._sockets[socket] = None
        socket.on("close", lambda: self._sockets.pop(socket, None))

    def end(self, grace: float, callback: Callable[[], object]) -> None:
        """Stop accepting; call back when no connection is left, soon after `grace` milliseconds at the latest."""
        if self._over:
            callback()
        elif self._callbacks is not None:
            self._callbacks.append(callback)
        else:
            self._callbacks = [callback]
            self._timers.append(setTimeout(self.cut, grace))
            self._beginHTTP(min(LINGER, grace / 2))
            self.server._retire_(self._onRetired)

    def _beginHTTP(self, linger: float) -> None:
        if isinstance(self.server, ServerBase):
            self._http = HTTPDraining(self.server)
            self._timers.append(setTimeout(self._startSweeping, linger))

    def _startSweeping(self) -> None:
        self._sweep = setInterval(self._http.closeQuiet, SWEEP_INTERVAL)
        self._http.closeQuiet()

    def _onRetired(self) -> None:
        if self._over:
            return
        self.server.once("close", self._finish)
        # Not the http server's method, which destroys idle connections at once.
        net.Server.close(self.server)

    def cut(self) -> None:
        """Destroy the remaining connections now."""
        if self._over:
            return
        self.cutOff += len(self._sockets)
        for socket in list(self._sockets):
            socket.destroy()
        giveUpHandshakes = getattr(self.server, "_giveUpHandshakes_", None)
        if giveUpHandshakes is not None:
            giveUpHandshakes()
        # Connections still being accepted are not waited for either.
        self._onRetired()

    def _finish(self) -> None:
        if self._over:
            return
        self._over = True
        for timer in self._timers:
            clearTimeout(timer)
        clearInterval(self._sweep)
        self.server.removeListener(self._event, self._track)  # type: ignore[arg-type]
        if self._http is not None:
            self._http.finish()
        callbacks, self._callbacks = self._callbacks or [], []
        for callback in callbacks:
            callback()
