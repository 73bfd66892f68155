"""What OpenSSL calls: functions of C that find the session they are about, and ask its `Hooks`.

A callback belongs to a context and is told the connection by its address, so sessions that want to be asked stand in a
table. Who is not in it costs a look-up. A callback is put into a context when the first session needs it; those that
OpenSSL copies when a connection is made (of known keys, of messages) only stand there meanwhile (`madeWith`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from OpenSSL import SSL

from ..loop import ticks

lib: Any = SSL._lib  # type: ignore[attr-defined]
ffi: Any = SSL._ffi  # type: ignore[attr-defined]

#: What a callback of the extension status_request answers (SSL_TLSEXT_ERR_…).
_OK, _FATAL, _NO_ANSWER = 0, 2, 3


class Hooks(Protocol):
    """What the owner of a session is asked while it shakes hands."""

    def chooseCertificate(self) -> bool | None:
        """Put a context in the session's place. False refuses the connection; None: `TLSHandle.goOn` will tell."""

    def chooseProtocol(self, offered: list[bytes]) -> bytes | bool:
        """The application protocol; True for none at all, False refuses the connection."""

    def onKeyLine(self, line: bytes) -> object:
        """A line of the log of keys, without its end. Asked for with `Session.logKeys`."""

    def clientKey(self, hint: str | None) -> tuple[bytes, bytes] | None:
        """A client's identity and key, None to refuse. Asked for with `knowsKey`."""

    def serverKey(self, identity: str) -> bytes | None:
        """The key of an identity, None to refuse. Asked for with `knowsKey`."""

    def certificateStatus(self) -> bytes | None:
        """A server's OCSP response. Asked for with `Session.useStatus`."""

    def onStatus(self, response: bytes | None) -> object:
        """A client's peer has sent an OCSP response, or none. Asked for with `Session.useStatus`."""

    def onMessage(self, isSent: bool, version: int, kind: int, data: bytes) -> object:
        """A message in clear, or the head of a record (OpenSSL's numbers of kinds). Asked for with `watches`."""


class Hooked(Protocol):
    """A session in the table."""

    isServer: bool
    hooks: Hooks | None


#: The sessions whose owners are asked, by the address of OpenSSL's object.
hooked: dict[int, Hooked] = {}


def place(pointer: Any) -> int:
    """The address of an object of OpenSSL's."""
    return int(ffi.cast("intptr_t", pointer))


def _hooks(pointer: Any) -> Hooks | None:
    session = hooked.get(place(pointer))
    return None if session is None else session.hooks


def _onException(kind: Any, error: Any, traceback: Any) -> None:
    """A function of the program's raised inside OpenSSL: uncaught, as everywhere, and the connection is refused."""
    ticks.report(error)


def _callback(kind: str, error: int | None = None) -> Callable[[Any], Any]:
    made: Callable[[Any], Any] = ffi.callback(kind, error=error, onerror=_onException)
    return made


@_callback("int(SSL *, void *)", 0)
def _onCertificate(pointer: Any, _: Any) -> int:
    hooks = _hooks(pointer)
    chosen = True if hooks is None else hooks.chooseCertificate()
    return -1 if chosen is None else int(chosen)


@_callback("int(SSL *, const unsigned char **, unsigned char *, const unsigned char *, unsigned int, void *)", _FATAL)
def _onProtocols(pointer: Any, out: Any, outSize: Any, offered: Any, size: int, _: Any) -> int:
    hooks = _hooks(pointer)
    names, places, at = [], [], 0
    while at < size:
        places.append(at + 1)
        names.append(bytes(ffi.buffer(offered + at + 1, offered[at])))
        at += offered[at] + 1
    chosen = True if hooks is None else hooks.chooseProtocol(names)
    if chosen is True or chosen is False:
        return _NO_ANSWER if chosen else _FATAL
    out[0] = offered + places[names.index(chosen)]
    outSize[0] = len(chosen)
    return _OK


@_callback("int(int, X509_STORE_CTX *)", 1)
def onVerify(isFine: int, _: Any) -> int:
    return 1  # the handshake goes on; `Session.verifyResult` tells afterwards


@_callback("void(SSL *, const char *)")
def _onKeyLine(pointer: Any, line: Any) -> None:
    hooks = _hooks(pointer)
    if hooks is not None:
        hooks.onKeyLine(ffi.string(line))


@_callback("unsigned int(SSL *, const char *, char *, unsigned int, unsigned char *, unsigned int)", 0)
def _onClientKey(pointer: Any, hint: Any, identity: Any, most: int, key: Any, mostKey: int) -> int:
    hooks = _hooks(pointer)
    text = None if hint == ffi.NULL else ffi.string(hint).decode("utf-8", "replace")
    found = None if hooks is None else hooks.clientKey(text)
    if found is None or len(found[0]) >= most or len(found[1]) > mostKey:
        return 0
    ffi.memmove(identity, found[0] + b"\0", len(found[0]) + 1)
    ffi.memmove(key, found[1], len(found[1]))
    return len(found[1])


@_callback("unsigned int(SSL *, const char *, unsigned char *, unsigned int)", 0)
def _onServerKey(pointer: Any, identity: Any, key: Any, most: int) -> int:
    hooks = _hooks(pointer)
    try:
        name = ffi.string(identity).decode()
    except UnicodeDecodeError:
        return 0  # a ticket of TLS 1.3, which comes in the same place
    found = None if hooks is None else hooks.serverKey(name)
    if found is None or len(found) > most:
        return 0
    ffi.memmove(key, found, len(found))
    return len(found)


@_callback("int(SSL *, void *)", _FATAL)
def _onStatus(pointer: Any, _: Any) -> int:
    session = hooked.get(place(pointer))
    if session is None or session.hooks is None:
        return _NO_ANSWER
    if not session.isServer:
        found = ffi.new("unsigned char **")
        size = lib.SSL_get_tlsext_status_ocsp_resp(pointer, found)
        session.hooks.onStatus(bytes(ffi.buffer(found[0], size)) if size > 0 else None)
        return 1
    response = session.hooks.certificateStatus()
    if not response:
        return _NO_ANSWER
    copy = lib.OPENSSL_malloc(len(response))  # OpenSSL frees it
    ffi.memmove(copy, response, len(response))
    lib.SSL_set_tlsext_status_ocsp_resp(pointer, copy, len(response))
    return _OK


@_callback("void(int, int, int, const void *, size_t, SSL *, void *)")
def _onMessage(isSent: int, version: int, kind: int, data: Any, size: int, pointer: Any, _: Any) -> None:
    hooks = _hooks(pointer)
    if hooks is not None:
        hooks.onMessage(bool(isSent), version, kind, bytes(ffi.buffer(data, size)))


def hookCertificate(context: SSL.Context) -> None:
    """Let the sessions of a server's context ask their hooks for a certificate."""
    lib.SSL_CTX_set_cert_cb(context._context, _onCertificate, ffi.NULL)


def hookHello(context: SSL.Context) -> None:
    """Let the sessions of a server's context ask their hooks for a protocol."""
    lib.SSL_CTX_set_alpn_select_cb(context._context, _onProtocols, ffi.NULL)


def hookKeyLog(context: SSL.Context) -> None:
    """Tell the hooks of a context's sessions each line of the log of keys."""
    lib.SSL_CTX_set_keylog_callback(context._context, _onKeyLine)


def hookStatus(context: SSL.Context) -> None:
    """Let the sessions of a context send, or take, an OCSP response."""
    lib.SSL_CTX_set_tlsext_status_cb(context._context, _onStatus)


@contextmanager
def madeWith(context: SSL.Context, isServer: bool, knowsKey: bool, hint: bytes | None, watches: bool) -> Iterator[None]:
    """A connection that is made meanwhile has these callbacks; later ones of the same context have not."""
    pointer = context._context
    setKey = lib.SSL_CTX_set_psk_server_callback if isServer else lib.SSL_CTX_set_psk_client_callback
    if knowsKey:
        setKey(pointer, _onServerKey if isServer else _onClientKey)
    if hint is not None:
        lib.SSL_CTX_use_psk_identity_hint(pointer, hint)
    if watches:
        lib.SSL_CTX_set_msg_callback(pointer, _onMessage)
    try:
        yield
    finally:
        if knowsKey:
            setKey(pointer, ffi.NULL)
        if hint is not None:
            lib.SSL_CTX_use_psk_identity_hint(pointer, ffi.NULL)
        if watches:
            lib.SSL_CTX_set_msg_callback(pointer, ffi.NULL)
