"""Server: accepts encrypted connections."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ..errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS,
    ERR_TLS_HANDSHAKE_TIMEOUT,
    ERR_TLS_REQUIRED_SERVER_NAME,
    NodeError,
)
from ..events import EventEmitter
from ..net.channels import serverSocket
from ..net.options import isBag, merge
from ..net.server import Server as NetServer
from ..optionbags import check
from ..reactor.loop import host
from ..timers.lists import IdleTimer
from ..validators import validateFunction, validateInteger, validateNumber, validateObject, validateString
from .alpn import givenProtocols
from .context import SecureContext, createSecureContext
from .failures import verifyError
from .options import TlsOptions, Unavailable, refuseMissing
from .socket import TLSSocket

if TYPE_CHECKING:
    from typing import Literal

    from typing_extensions import Self, Unpack

    from ..events.listeners import Listener, Listener0, Listener1, Listener2, Listener3
    from ..net.options import DropArgument
    from ..net.socket import Socket
    from ..optionbags import Bag
    from ..reactor.handle import StreamHandle
    from ..symbols import Symbol

_absent: Any = object()
#: What a recording puts another function in the place of.
_emit = EventEmitter.emit
#: Node's: milliseconds until a handshake must be done.
HANDSHAKE_TIMEOUT = 120_000
#: Handshakes in progress at most. About 30 KB each.
MAX_HANDSHAKES = 5000
#: Milliseconds after which an unfinished handshake gives way to a new one, when there is no room.
_PATIENCE = 1000
_SOCKET_OPTIONS = (
    *("ALPNCallback", "ALPNProtocols", "SNICallback", "rejectUnauthorized", "requestCert", "highWaterMark"),
    *("pskCallback", "pskIdentityHint", "enableTrace"),
)


class Server(NetServer):
    """A server of encrypted connections.

    Args: options: TlsOptions, as a mapping or as keywords; secureConnectionListener: for 'secureConnection'.
    Emits: secureConnection(socket), tlsClientError(error, socket), keylog(line, socket),
        newSession(sessionId, sessionData, callback), OCSPRequest(certificate, issuer, callback),
        and what net.Server emits.
    Node: https://nodejs.org/api/tls.html#class-tlsserver
    """

    __events__: dict[str, tuple[str, ...]] = {
        **NetServer.__events__,
        "secureConnection": ("tlsSocket: TLSSocket",),
        "tlsClientError": ("exception: Any", "tlsSocket: TLSSocket"),
        "keylog": ("line: bytes", "tlsSocket: TLSSocket"),
        "newSession": ("sessionId: bytes", "sessionData: bytes", "callback: Callable[[], None]"),
        "OCSPRequest": ("certificate: bytes", "issuer: bytes | None", "callback: Callable[..., None]"),
    }

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal[
            "newListener",
            "removeListener",
            "close",
            "connection",
            "drop",
            "error",
            "listening",
            "secureConnection",
            "tlsClientError",
            "keylog",
            "newSession",
            "OCSPRequest",
        ]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener0)
        _F2 = TypeVar("_F2", bound=Listener1[Socket])
        _F3 = TypeVar("_F3", bound=Listener1[DropArgument])
        _F4 = TypeVar("_F4", bound=Listener1[Any])
        _F5 = TypeVar("_F5", bound=Listener1[TLSSocket])
        _F6 = TypeVar("_F6", bound=Listener2[Any, TLSSocket])
        _F7 = TypeVar("_F7", bound=Listener2[bytes, TLSSocket])
        _F8 = TypeVar("_F8", bound=Listener3[bytes, bytes, Callable[[], None]])
        _F9 = TypeVar("_F9", bound=Listener3[bytes, bytes | None, Callable[..., None]])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["close", "listening"], listener: Listener0) -> Self: ...
        @overload
        def on(self, eventName: Literal["connection"], listener: Listener1[Socket]) -> Self: ...
        @overload
        def on(self, eventName: Literal["drop"], listener: Listener1[DropArgument]) -> Self: ...
        @overload
        def on(self, eventName: Literal["error"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["secureConnection"], listener: Listener1[TLSSocket]) -> Self: ...
        @overload
        def on(self, eventName: Literal["tlsClientError"], listener: Listener2[Any, TLSSocket]) -> Self: ...
        @overload
        def on(self, eventName: Literal["keylog"], listener: Listener2[bytes, TLSSocket]) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["newSession"], listener: Listener3[bytes, bytes, Callable[[], None]]
        ) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["OCSPRequest"], listener: Listener3[bytes, bytes | None, Callable[..., None]]
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
        def on(self, eventName: Literal["drop"]) -> Callable[[_F3], _F3]: ...
        @overload
        def on(self, eventName: Literal["error"]) -> Callable[[_F4], _F4]: ...
        @overload
        def on(self, eventName: Literal["secureConnection"]) -> Callable[[_F5], _F5]: ...
        @overload
        def on(self, eventName: Literal["tlsClientError"]) -> Callable[[_F6], _F6]: ...
        @overload
        def on(self, eventName: Literal["keylog"]) -> Callable[[_F7], _F7]: ...
        @overload
        def on(self, eventName: Literal["newSession"]) -> Callable[[_F8], _F8]: ...
        @overload
        def on(self, eventName: Literal["OCSPRequest"]) -> Callable[[_F9], _F9]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    if TYPE_CHECKING:

        @overload
        def __init__(
            self,
            options: TlsOptions | Bag | None = None,
            secureConnectionListener: Listener1[TLSSocket] | None = None,
            **keywords: Unpack[TlsOptions],
        ) -> None: ...
        @overload
        def __init__(
            self, secureConnectionListener: Listener1[TLSSocket], /, **keywords: Unpack[TlsOptions]
        ) -> None: ...

    def __init__(self, options: Any = None, secureConnectionListener: Any = None, **keywords: Any) -> None:
        check(TlsOptions, options, keywords)
        if callable(options) and not isBag(options):
            options, secureConnectionListener = None, options
        elif options is not None and not isBag(options):
            raise ERR_INVALID_ARG_TYPE("options", "Object", options)
        given = merge(options, keywords)
        NetServer.__init__(self, given)
        self._initTLS_(given)
        if secureConnectionListener is not None:
            self.on("secureConnection", secureConnectionListener)

    def _initTLS_(self, given: Mapping[str, Any]) -> None:
        if given.get("ALPNCallback") is not None:
            validateFunction(given["ALPNCallback"], "options.ALPNCallback")
            if given.get("ALPNProtocols") is not None:
                raise ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS()
        if given.get("SNICallback") is not None:
            validateFunction(given["SNICallback"], "options.SNICallback")
        if given.get("pskCallback") is not None:
            validateFunction(given["pskCallback"], "options.pskCallback")
        if given.get("pskIdentityHint") is not None:
            validateString(given["pskIdentityHint"], "options.pskIdentityHint")
        most = given.get("maxHandshakes")
        if most is not None:
            validateInteger(most, "options.maxHandshakes", 1)
        self._maxHandshakes_ = MAX_HANDSHAKES if most is None else most
        timeout = given.get("handshakeTimeout")
        if timeout is not None:
            validateNumber(timeout, "options.handshakeTimeout")
        self._handshakeTimeout_ = HANDSHAKE_TIMEOUT if timeout is None else timeout
        #: Those that shake hands, the oldest first: when they began, and their time limit.
        self._shaking_: dict[TLSSocket, tuple[float, IdleTimer | None]] = {}
        self._contexts_: list[tuple[re.Pattern[str], SecureContext]] = []
        self._tls_ = {name: given[name] for name in _SOCKET_OPTIONS if given.get(name) is not None}
        self._tls_["ALPNProtocols"] = givenProtocols(given.get("ALPNProtocols"))
        self._isNamedByUs_ = self._tls_.setdefault("SNICallback", self._contextFor_) == self._contextFor_
        self._tls_["pauseOnConnect"] = bool(given.get("pauseOnConnect"))
        self.setSecureContext(given)
        self.on("connection", self._onTCPConnection_)
        self._ownListeners_ = self.listeners("connection")

    def setSecureContext(self, options: Mapping[str, Any]) -> None:
        """Use other keys and certificates from the next connection on.

        Node: https://nodejs.org/api/tls.html#serversetsecurecontextoptions
        """
        validateObject(options, "options")
        refuseMissing(options)
        given = {**options}
        if not given.get("crl"):
            given.pop("crl", None)  # createSecureContext refuses an empty one
        if given.get("honorCipherOrder") is None:
            given["honorCipherOrder"] = True
        context = given.get("secureContext")
        self._sharedCredentials_ = context if context is not None else createSecureContext(given)

    def addContext(self, hostname: str, context: Any) -> None:
        """Use other keys for clients that ask for this name; `*` stands for one label. The last that fits counts.

        Args: context: SecureContextOptions or a SecureContext.
        Raises: ERR_TLS_REQUIRED_SERVER_NAME.
        Node: https://nodejs.org/api/tls.html#serveraddcontexthostname-context
        """
        if not hostname:
            raise ERR_TLS_REQUIRED_SERVER_NAME()
        self._contexts_.append(_named(hostname, context))

    def _renew_(self, options: Mapping[str, Any], contexts: Iterable[tuple[str, Any]]) -> None:
        """Use these keys and certificates in place of all others, from the next connection on; or raise, and none."""
        named = [_named(*each) for each in contexts]
        self.setSecureContext(options)
        self._contexts_ = named

    def getTicketKeys(self) -> bytes:
        """Not to be had. Node: https://nodejs.org/api/tls.html#servergetticketkeys"""
        raise Unavailable("getTicketKeys()", "SSL_CTX_get_tlsext_ticket_keys")

    def setTicketKeys(self, keys: bytes) -> None:
        """Not to be had. Node: https://nodejs.org/api/tls.html#serversetticketkeyskeys"""
        raise Unavailable("setTicketKeys()", "SSL_CTX_set_tlsext_ticket_keys")

    if not TYPE_CHECKING:  # else: the events, above

        def on(self, eventName: Any, listener: Any = _absent) -> Any:
            """As emitter.on. Raises: ERR_FEATURE_UNAVAILABLE_ON_PLATFORM for 'resumeSession', which never comes."""
            if eventName == "resumeSession":
                raise Unavailable("the event 'resumeSession'", "SSL_CTX_sess_set_get_cb")
            return super().on(eventName) if listener is _absent else super().on(eventName, listener)

        addListener = on

    def _asks_(self) -> bool:
        """A client's name may choose its certificate, or the program has an OCSP response."""
        return bool(self._contexts_) or not self._isNamedByUs_ or self.listenerCount("OCSPRequest") > 0

    def _contextFor_(self, name: str, answer: Callable[..., None]) -> None:
        found = next((context for pattern, context in reversed(self._contexts_) if pattern.match(name)), None)
        answer(None, found)

    # -- connections

    def _admit_(self, handle: StreamHandle) -> None:
        """Encrypt the handle itself if nobody would see the socket below: a third of what a connection costs."""
        if self._tellsOfSockets_():
            super()._admit_(handle)
        else:
            self._secure_(None, handle)

    def _tellsOfSockets_(self) -> bool:
        """Somebody wants the TCP connections: with a listener, a channel, or a recording."""
        return (
            self.listeners("connection") != self._ownListeners_
            or type(self).emit is not _emit
            or "emit" in self.__dict__
            or serverSocket.hasSubscribers
        )

    def _onTCPConnection_(self, stream: Any) -> None:
        self._secure_(stream)

    def _secure_(self, stream: Any, handle: StreamHandle | None = None) -> None:
        options = {**self._tls_, "secureContext": self._sharedCredentials_, "isServer": True, "server": self}
        if handle is None:
            socket = TLSSocket(stream, options)
            socket.server = self
        else:
            socket = TLSSocket._encrypting_(handle, self._socketOptions_, options)
            self._own_(socket)
        if len(self._shaking_) >= self._maxHandshakes_ and not self._makeRoom_():
            socket._tlsFailed_(_tooMany(self._maxHandshakes_))
            return
        timer = None
        if self._handshakeTimeout_ > 0:
            timer = IdleTimer(lambda: socket._tlsFailed_(ERR_TLS_HANDSHAKE_TIMEOUT()))
            timer.start(self._handshakeTimeout_)
        self._shaking_[socket] = host.current().now(), timer

    def _makeRoom_(self) -> bool:
        """Give up the oldest handshake, unless it has just begun: silent clients must not keep out the others."""
        oldest, (began, _) = next(iter(self._shaking_.items()))
        if host.current().now() - began < _PATIENCE:
            return False
        oldest._tlsFailed_(_tooMany(self._maxHandshakes_))
        return True

    def _giveUpHandshakes_(self) -> None:
        """Destroy the connections that are not secure yet."""
        for socket in list(self._shaking_):
            socket.destroy()

    def _onSecureSocket_(self, socket: TLSSocket) -> None:
        self._verifyClient_(socket)
        if not socket.destroyed:
            self._onSocketOver_(socket)
            socket._isReleased_ = True
            self.emit("secureConnection", socket)

    def _verifyClient_(self, socket: TLSSocket) -> None:
        if not self._tls_.get("requestCert"):
            return
        session = socket._session_
        assert session is not None
        error: Any = verifyError(session.verifyResult())
        if error is None and session.connection.get_peer_certificate() is None:
            error = verifyError(2)  # X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, as Node says of no certificate at all
        if error is None:
            socket.authorized = True
            return
        socket.authorizationError = error.code
        if self._tls_.get("rejectUnauthorized") is not False:
            socket.destroy()

    def _onSocketOver_(self, socket: TLSSocket) -> None:
        """It is secure, or has failed: there is no time limit any more."""
        _, timer = self._shaking_.pop(socket, (0, None))
        if timer is not None:
            timer.stop()


def _named(hostname: str, context: Any) -> tuple[re.Pattern[str], SecureContext]:
    pattern = re.escape(hostname).replace(r"\*", "[^.]*")
    made = context if isinstance(context, SecureContext) else createSecureContext(context)
    return re.compile(f"{pattern}\\Z", re.IGNORECASE), made


def _tooMany(most: int) -> NodeError:
    return NodeError(f"More than {most} TLS handshakes are in progress", code="ERR_TLS_TOO_MANY_HANDSHAKES")


if TYPE_CHECKING:

    @overload
    def createServer(
        options: TlsOptions | Bag | None = None,
        secureConnectionListener: Listener1[TLSSocket] | None = None,
        **keywords: Unpack[TlsOptions],
    ) -> Server: ...
    @overload
    def createServer(secureConnectionListener: Listener1[TLSSocket], /, **keywords: Unpack[TlsOptions]) -> Server: ...


def createServer(options: Any = None, secureConnectionListener: Any = None, **keywords: Any) -> Server:
    """Make a Server.

    Args: options: TlsOptions, as a mapping or as keywords; secureConnectionListener: for 'secureConnection'.
    Raises: as Server.
    Example:
        >>> # key and cert: the private key and the certificate of localhost, PEM
        >>> server = tls.createServer(lambda socket: socket.end("hello"), key=key, cert=cert).listen(8443)
        >>> client = tls.connect(8443, "localhost", ca=cert)
        >>> await events.once(client, "data")
        [b'hello']

    Node: https://nodejs.org/api/tls.html#tlscreateserveroptions-secureconnectionlistener
    """
    return Server(options, secureConnectionListener, **keywords)
