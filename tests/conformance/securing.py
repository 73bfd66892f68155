"""A factory whose streams are TLS over those of another one: for the checks of the handle interface."""

from __future__ import annotations

from typing import Any

from OpenSSL import SSL
from tls import certificates

from nodecompat.reactor.tls.handle import TLSHandle
from nodecompat.reactor.tls.session import Session
from nodecompat.tls import createSecureContext


def serverContext() -> SSL.Context:
    made = certificates.make()
    # No tickets: who does not read leaves them in the kernel, and its close is a reset then.
    return createSecureContext(cert=made.cert, key=made.key, maxVersion="TLSv1.2").context


class SecuredStream(TLSHandle):
    """Connected when the handshake is done."""

    def _onInnerConnect(self, status: int) -> None:
        if status:
            super()._onInnerConnect(status)
            return
        self.onsecure = lambda: self.onconnect and self.onconnect(0)
        self.start()

    def announceBy(self, onconnection: Any) -> None:
        self._flush()  # whatever becomes of it here, the client is connected
        onconnection(0, self)


class SecuredServer:
    """Announces its connections when the handshake is done."""

    def __init__(self, inner: Any, context: SSL.Context) -> None:
        self._inner = inner
        self._context = context
        self.onconnection: Any = None
        self.onclose: Any = None
        inner.onclose = self._onInnerClose
        inner.onconnection = self._onInnerConnection

    def _onInnerConnection(self, status: int, handle: Any) -> None:
        if handle is None:
            self.onconnection(status, None)
            return
        stream = SecuredStream(handle, Session(self._context, True))
        stream.onsecure = lambda: stream.announceBy(self.onconnection)
        stream.start()

    def _onInnerClose(self) -> None:
        onclose, self.onclose, self.onconnection = self.onclose, None, None
        onclose()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("onlisten", "onretired", "onfault"):
            setattr(self._inner, name, value)
        else:
            super().__setattr__(name, value)


class SecuringFactory:
    """Makes handles that shake hands by themselves."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._serverContext = serverContext()
        self._clientContext = SSL.Context(SSL.TLS_METHOD)

    def tcp(self) -> SecuredStream:
        return SecuredStream(self._inner.tcp(), Session(self._clientContext, False))

    def tcpServer(self) -> SecuredServer:
        return SecuredServer(self._inner.tcpServer(), self._serverContext)

    def anywhereServer(self) -> SecuredServer:
        return self.tcpServer()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
