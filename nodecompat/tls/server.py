"""Server: accepts encrypted connections."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS,
    ERR_TLS_HANDSHAKE_TIMEOUT,
    ERR_TLS_REQUIRED_SERVER_NAME,
)
from ..net.options import isBag, merge
from ..net.server import Server as NetServer
from ..timers.lists import IdleTimer
from ..validators import validateFunction, validateNumber, validateObject
from .alpn import givenProtocols
from .context import SecureContext, createSecureContext
from .failures import verifyError
from .options import TlsOptions, refuseMissing
from .socket import TLSSocket

#: Node's: milliseconds until a handshake must be done.
HANDSHAKE_TIMEOUT = 120_000
_SOCKET_OPTIONS = ("ALPNCallback", "ALPNProtocols", "SNICallback", "rejectUnauthorized", "requestCert", "highWaterMark")


class Server(NetServer):
    """A server of encrypted connections.

    Args: options: TlsOptions, as a mapping or as keywords; secureConnectionListener: for 'secureConnection'.
    Emits: secureConnection(socket), tlsClientError(error, socket), and what net.Server emits.
    Node: tls.html#class-tlsserver
    """

    __events__ = {
        **NetServer.__events__,
        "secureConnection": ("tlsSocket",),
        "tlsClientError": ("exception", "tlsSocket"),
    }

    def __init__(
        self,
        options: TlsOptions | Mapping[str, Any] | Callable[..., Any] | None = None,
        secureConnectionListener: Callable[..., Any] | None = None,
        **keywords: Any,
    ) -> None:
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
        timeout = given.get("handshakeTimeout")
        if timeout is not None:
            validateNumber(timeout, "options.handshakeTimeout")
        self._handshakeTimeout_ = HANDSHAKE_TIMEOUT if timeout is None else timeout
        self._shaking_: dict[TLSSocket, IdleTimer] = {}
        self._contexts_: list[tuple[re.Pattern[str], SecureContext]] = []
        self._tls_ = {name: given[name] for name in _SOCKET_OPTIONS if given.get(name) is not None}
        self._tls_["ALPNProtocols"] = givenProtocols(given.get("ALPNProtocols"))
        self._tls_.setdefault("SNICallback", self._contextFor_)
        self._tls_["pauseOnConnect"] = bool(given.get("pauseOnConnect"))
        self.setSecureContext(given)
        self.on("connection", self._onTCPConnection_)

    def setSecureContext(self, options: Mapping[str, Any]) -> None:
        """Use other keys and certificates from the next connection on. Node: tls.html#serversetsecurecontextoptions"""
        validateObject(options, "options")
        refuseMissing(options)
        given = {**options}
        if given.get("honorCipherOrder") is None:
            given["honorCipherOrder"] = True
        context = given.get("secureContext")
        self._sharedCredentials_ = context if context is not None else createSecureContext(given)

    def addContext(self, hostname: str, context: Any) -> None:
        """Use other keys for clients that ask for this name; `*` stands for one label. The last that fits counts.

        Args: context: SecureContextOptions or a SecureContext.
        Raises: ERR_TLS_REQUIRED_SERVER_NAME.
        Node: tls.html#serveraddcontexthostname-context
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
        """Not to be had: OpenSSL's function is not in pyOpenSSL. Node: tls.html#servergetticketkeys"""
        raise NotImplementedError("the keys of session tickets cannot be read: OpenSSL's function is not in pyOpenSSL")

    def setTicketKeys(self, keys: bytes) -> None:
        """Not to be had: OpenSSL's function is not in pyOpenSSL. Node: tls.html#serversetticketkeyskeys"""
        raise NotImplementedError("the keys of session tickets cannot be set: OpenSSL's function is not in pyOpenSSL")

    def _contextFor_(self, name: str, answer: Callable[..., None]) -> None:
        found = next((context for pattern, context in reversed(self._contexts_) if pattern.match(name)), None)
        answer(None, found)

    # -- connections

    def _onTCPConnection_(self, stream: Any) -> None:
        options = {**self._tls_, "secureContext": self._sharedCredentials_, "isServer": True, "server": self}
        socket = TLSSocket(stream, options)
        socket.server = self
        if self._handshakeTimeout_ > 0:
            timer = IdleTimer(lambda: socket._tlsFailed_(ERR_TLS_HANDSHAKE_TIMEOUT()))
            self._shaking_[socket] = timer
            timer.start(self._handshakeTimeout_)

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
        timer = self._shaking_.pop(socket, None)
        if timer is not None:
            timer.stop()


def _named(hostname: str, context: Any) -> tuple[re.Pattern[str], SecureContext]:
    pattern = re.escape(hostname).replace(r"\*", "[^.]*")
    made = context if isinstance(context, SecureContext) else createSecureContext(context)
    return re.compile(f"{pattern}\\Z", re.IGNORECASE), made


def createServer(
    options: TlsOptions | Mapping[str, Any] | Callable[..., Any] | None = None,
    secureConnectionListener: Callable[..., Any] | None = None,
    **keywords: Any,
) -> Server:
    """Make a Server.

    Args, Raises: as Server.
    Node: tls.html#tlscreateserveroptions-secureconnectionlistener
    """
    return Server(options, secureConnectionListener, **keywords)
