"""WebSocketServer in the form of npm's package `ws`.

    http.Server ──'upgrade'──> handleUpgrade ──> completeUpgrade ──'headers'──> 101 ──> 'connection'
                                    └── no handshake, or not wanted ──> 'wsClientError', else an answer with an error

It is a listener of an http server: its own (`port`), one that is given (`server`), or none (`noServer`: the program
calls `handleUpgrade` itself).
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableSet
from typing import TYPE_CHECKING, Any

from .. import http
from ..coercion import optionsOf
from ..errors import NodeError, NodeTypeError
from ..events import EventEmitter, fit
from ..events.listeners import arity
from ..optionbags import check
from ..reactor.loop import ticks
from ..validators import isTruthy
from .handshake import Handshake, Refused, refuse
from .options import ServerOptions
from .socket import WebSocket

if TYPE_CHECKING:
    from typing import Literal, TypeVar, overload

    from typing_extensions import Self

    from ..events.listeners import Listener, Listener0, Listener1, Listener2, Listener3
    from ..http import IncomingMessage
    from ..optionbags import Bag
    from ..symbols import Symbol

_RUNNING, _CLOSING, _CLOSED = range(3)
_ONE_OF = 'One and only one of the "port", "server", or "noServer" options must be specified'
#: Sockets that are WebSockets already.
_upgraded: weakref.WeakSet[Any] = weakref.WeakSet()


class WebSocketServer(EventEmitter):
    """Accepts WebSocket connections.

    Args:
        options: ServerOptions, as a mapping or as keywords.
        callback: a listener of 'listening' of a server with `port`.
    Emits:
        connection: ws, req.
        listening; error: err; both of the http server.
        headers: headers, req, before the handshake is answered; lines may be added to the list.
        wsClientError: err, socket, req, for a request that is no handshake; the listener must close the socket.
        close: after `close`, when no connection is left.
    Raises: a TypeError unless one of `port`, `server` and `noServer` is given.
    Example:
        server = WebSocketServer(port=8080)

        @server.on("connection")
        def onConnection(ws):
            ws.on("message", lambda data: ws.send(data))
    """

    __events__: dict[str, tuple[str, ...]] = {
        "close": (),
        "connection": ("websocket: WebSocket", "request: IncomingMessage"),
        "error": ("error: Any",),
        "headers": ("headers: list[str]", "request: IncomingMessage"),
        "listening": (),
        "wsClientError": ("error: NodeError", "socket: Any", "request: IncomingMessage"),
    }

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal[
            "newListener",
            "removeListener",
            "close",
            "connection",
            "error",
            "headers",
            "listening",
            "wsClientError",
        ]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener0)
        _F2 = TypeVar("_F2", bound=Listener2[WebSocket, IncomingMessage])
        _F3 = TypeVar("_F3", bound=Listener1[Any])
        _F4 = TypeVar("_F4", bound=Listener2[list[str], IncomingMessage])
        _F5 = TypeVar("_F5", bound=Listener3[NodeError, Any, IncomingMessage])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["close", "listening"], listener: Listener0) -> Self: ...
        @overload
        def on(self, eventName: Literal["connection"], listener: Listener2[WebSocket, IncomingMessage]) -> Self: ...
        @overload
        def on(self, eventName: Literal["error"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["headers"], listener: Listener2[list[str], IncomingMessage]) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["wsClientError"], listener: Listener3[NodeError, Any, IncomingMessage]
        ) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["close", "listening"]) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["connection"]) -> Callable[[_F2], _F2]: ...
        @overload
        def on(self, eventName: Literal["error"]) -> Callable[[_F3], _F3]: ...
        @overload
        def on(self, eventName: Literal["headers"]) -> Callable[[_F4], _F4]: ...
        @overload
        def on(self, eventName: Literal["wsClientError"]) -> Callable[[_F5], _F5]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    def __init__(
        self,
        options: ServerOptions | Bag | None = None,
        callback: Callable[..., object] | None = None,
        **keywords: Any,
    ) -> None:
        super().__init__()
        check(ServerOptions, options, keywords)
        given = {name: value for name, value in optionsOf(options, keywords).items() if value is not None}
        hasPort, server, isApart = "port" in given, given.get("server"), isTruthy(given.get("noServer"))
        if [hasPort, server is not None, isApart].count(True) != 1:
            raise NodeTypeError(_ONE_OF)
        #: What the server was made with.
        self.options: dict[str, Any] = given
        packing = given.get("perMessageDeflate")
        self._packing_: Mapping[str, Any] | None = {} if packing is True else (packing or None)
        #: The open connections in the order in which they came, unless `clientTracking` is False.
        self.clients: MutableSet[WebSocket] | None = _Clients() if given.get("clientTracking", True) else None
        self._state_ = _RUNNING
        self._isEmptying_ = False
        self._isOwn_ = hasPort
        if hasPort:
            server = http.createServer(_refuseRequest)
            where: Any = {name: given[name] for name in ("port", "host", "backlog") if name in given}
            server.listen(where, callback) if callback is not None else server.listen(where)
        self._server_: Any = server
        self._hearing_: tuple[tuple[str, Any], ...] = ()
        if server is not None:
            self._hearing_ = (
                ("listening", lambda: self.emit("listening")),
                ("error", lambda error: self.emit("error", error)),
                ("upgrade", self._onUpgrade_),
            )
            for event, listener in self._hearing_:
                server.on(event, listener)

    def address(self) -> Any:
        """Where the http server listens; None before and after.

        Raises: an error with `noServer`.
        """
        if self.options.get("noServer"):
            raise NodeError('The server is operating in "noServer" mode')
        return self._server_.address() if self._server_ is not None else None

    def close(self, cb: Callable[..., object] | None = None) -> None:
        """Accept no further connections; open ones stay open. A given http server goes on without this one.

        Args: cb: called with 'close', and with an error if the server was closed before.
        """
        if self._state_ == _CLOSED:
            if cb is not None:
                self.once("close", lambda: fit(cb, 1)(NodeError("The server is not running")))
            ticks.nextTick(self._emitClose_)
            return
        if cb is not None:
            self.once("close", cb)
        if self._state_ == _CLOSING:
            return
        self._state_ = _CLOSING
        server, self._server_ = self._server_, None
        if server is not None:
            for event, listener in self._hearing_:
                server.removeListener(event, listener)
        if self._isOwn_:
            server.close(lambda *_: self._emitClose_())
        elif self.clients:
            self._isEmptying_ = True
        else:
            ticks.nextTick(self._emitClose_)

    def shouldHandle(self, req: Any) -> bool:
        """Whether a request is for this server: its path is the option `path`. A subclass may decide otherwise."""
        path = self.options.get("path")
        return not path or req.url.partition("?")[0] == path

    def handleUpgrade(self, req: Any, socket: Any, head: bytes, cb: Callable[..., object]) -> None:
        """Answer the handshake of a client.

        Args:
            req, socket, head: what 'upgrade' of an http server brings.
            cb: called with the WebSocket and the request, if there is one.
        """
        onError = socket.destroy
        socket.on("error", onError)
        try:
            handshake = Handshake(req)
            if not self.shouldHandle(req):
                refuse(socket, 400)
                return
            handshake.readProtocols()
            if self._packing_ is not None:
                handshake.readExtensions(self._packing_)
        except Refused as refused:
            self._refuse_(refused, socket, req)
            return

        def proceed() -> None:
            self._complete_(handshake, req, socket, head, onError, cb)

        self._verify_(handshake, req, socket, proceed)

    def _onUpgrade_(self, req: Any, socket: Any, head: bytes) -> None:
        self.handleUpgrade(req, socket, head, lambda ws, req: self.emit("connection", ws, req))

    def _refuse_(self, refused: Refused, socket: Any, req: Any) -> None:
        if self.listenerCount("wsClientError"):
            self.emit("wsClientError", NodeError(refused.message), socket, req)
        else:
            refuse(socket, refused.status, refused.message, refused.headers)

    def _verify_(self, handshake: Handshake, req: Any, socket: Any, proceed: Callable[[], None]) -> None:
        verify = self.options.get("verifyClient")
        if not verify:
            proceed()
            return
        isSecure = bool(getattr(req.socket, "authorized", False) or getattr(req.socket, "encrypted", False))
        info = {"origin": handshake.origin, "secure": isSecure, "req": req}

        def onVerified(verified: Any, code: Any = None, message: Any = None, headers: Any = None) -> None:
            if isTruthy(verified):
                proceed()
            else:
                refuse(socket, code or 401, message, headers)

        if arity(verify)[0] == 2:
            verify(info, onVerified)
        else:
            onVerified(fit(verify, 1)(info))

    def _complete_(
        self, handshake: Handshake, req: Any, socket: Any, head: bytes, onError: Any, cb: Callable[..., object]
    ) -> None:
        if not socket.readable or not socket.writable:
            socket.destroy()  # the client has gone already
            return
        if socket in _upgraded:
            raise NodeError(
                "server.handleUpgrade() was called more than once with the same socket, possibly due to a"
                " misconfiguration"
            )
        if self._state_ != _RUNNING:
            refuse(socket, 503)
            return
        websocket: WebSocket = self.options.get("WebSocket", WebSocket)()
        protocol = self._choose_(handshake.protocols, req)
        lines = handshake.answer(protocol)
        self.emit("headers", lines, req)
        socket.write("\r\n".join([*lines, "", ""]).encode("latin-1", "replace"))
        socket.removeListener("error", onError)
        _upgraded.add(socket)
        websocket._beginOver_(socket, head, self.options, isServer=True, protocol=protocol, agreed=handshake.agreed)
        clients = self.clients
        if clients is not None:
            clients.add(websocket)
            websocket.once("close", lambda: self._forget_(websocket))
        fit(cb, 2)(websocket, req)

    def _choose_(self, protocols: list[str], req: Any) -> str:
        if not protocols:
            return ""
        choose = self.options.get("handleProtocols")
        chosen: Any = fit(choose, 2)(protocols, req) if choose else protocols[0]
        return chosen or ""

    def _forget_(self, websocket: WebSocket) -> None:
        if self.clients is not None:
            self.clients.discard(websocket)
            if self._isEmptying_ and not self.clients:
                ticks.nextTick(self._emitClose_)

    def _emitClose_(self) -> None:
        self._state_ = _CLOSED
        self.emit("close")


class _Clients(MutableSet[WebSocket]):
    """A set in the order of insertion, as JavaScript's are: a broadcast reaches those first who came first."""

    def __init__(self, clients: Iterable[WebSocket] = ()) -> None:
        self._clients = dict.fromkeys(clients)

    def __contains__(self, client: object) -> bool:
        return client in self._clients

    def __iter__(self) -> Iterator[WebSocket]:
        return iter(self._clients)

    def __len__(self) -> int:
        return len(self._clients)

    def add(self, client: WebSocket) -> None:
        self._clients[client] = None

    def discard(self, client: WebSocket) -> None:
        self._clients.pop(client, None)

    def __repr__(self) -> str:
        return f"{{{', '.join(map(repr, self._clients))}}}"


def _refuseRequest(req: Any, res: Any) -> None:
    """A server of its own serves nothing else."""
    body = http.STATUS_CODES[426]
    res.writeHead(426, {"Content-Length": len(body), "Content-Type": "text/plain"})
    res.end(body)
