"""One TLS session in memory: encrypted bytes in and out on one side, clear ones on the other. It does no I/O.

pyOpenSSL makes the context and the connection, and does all that is rare. On the path of data its methods cost more
than the encryption: a small record in and one out takes 5.4 µs with them and 2.0 µs with OpenSSL's own functions, which
pyOpenSSL itself calls. So those are called here, on buffers that all sessions share. That is all this file takes from
pyOpenSSL's private names: `_lib`, `_ffi`, the three pointers of a connection, and that of a store
(tests/reactor/tls/test_session.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from OpenSSL import SSL, crypto

from ..loop import ticks

lib: Any = SSL._lib  # type: ignore[attr-defined]
ffi: Any = SSL._ffi  # type: ignore[attr-defined]

#: The most that one record carries: no read gives more, and a larger write is several records.
RECORD_SIZE = 16384
#: Room for a record with its head and what the ciphers add, and for the longest flight of a handshake.
_OUTPUT_SIZE = 256 * 1024

#: What a step came to, as OpenSSL numbers its errors.
DONE, FAILED, WANT_READ, WANT_CERTIFICATE, CLOSED = 0, 1, 2, 4, 6
_NAMES = {FAILED: FAILED, WANT_READ: WANT_READ, WANT_CERTIFICATE: WANT_CERTIFICATE, CLOSED: CLOSED}

_read, _write, _shake, _result = lib.SSL_read, lib.SSL_write, lib.SSL_do_handshake, lib.SSL_get_error
_feed, _take, _forget = lib.BIO_write, lib.BIO_read, lib.ERR_clear_error
_clear = ffi.new("char[]", RECORD_SIZE)
_clearBytes = ffi.buffer(_clear)
_output = ffi.new("char[]", _OUTPUT_SIZE)
_outputBytes = ffi.buffer(_output)


class Failure(NamedTuple):
    """An error of OpenSSL: number, name of the library ("SSL routines"), reason ("wrong version number")."""

    number: int
    library: str
    reason: str


class Hooks(Protocol):
    """What a server decides while it shakes hands."""

    def chooseCertificate(self) -> bool | None:
        """Put a context in the session's place. False refuses the connection; None: `TLSHandle.goOn` will tell."""

    def chooseProtocol(self, offered: list[bytes]) -> bytes | bool:
        """The application protocol; True for none at all, False refuses the connection."""


#: The hooks of sessions that shake hands, by the place of OpenSSL's object.
_hooked: dict[int, Hooks] = {}


def _place(pointer: Any) -> int:
    return int(ffi.cast("intptr_t", pointer))


def _onException(kind: Any, error: Any, traceback: Any) -> None:
    """A function of the program's raised inside OpenSSL: uncaught, as everywhere, and the connection is refused."""
    ticks.report(error)


@ffi.callback("int(SSL *, void *)", error=0, onerror=_onException)  # type: ignore[untyped-decorator]
def _onCertificate(pointer: Any, _: Any) -> int:
    hooks = _hooked.get(_place(pointer))
    chosen = True if hooks is None else hooks.chooseCertificate()
    return -1 if chosen is None else int(chosen)


@ffi.callback(  # type: ignore[untyped-decorator]
    "int(SSL *, const unsigned char **, unsigned char *, const unsigned char *, unsigned int, void *)",
    error=2,
    onerror=_onException,
)
def _onProtocols(pointer: Any, out: Any, outSize: Any, offered: Any, size: int, _: Any) -> int:
    hooks = _hooked.get(_place(pointer))
    names, places, place = [], [], 0
    while place < size:
        places.append(place + 1)
        names.append(bytes(ffi.buffer(offered + place + 1, offered[place])))
        place += offered[place] + 1
    chosen = True if hooks is None else hooks.chooseProtocol(names)
    if chosen is True or chosen is False:
        return 3 if chosen else 2  # SSL_TLSEXT_ERR_NOACK, SSL_TLSEXT_ERR_ALERT_FATAL
    out[0] = offered + places[names.index(chosen)]
    outSize[0] = len(chosen)
    return 0


@ffi.callback("int(SSL *, int *, void *)", error=0)  # type: ignore[untyped-decorator]
def _onServername(pointer: Any, alert: Any, _: Any) -> int:
    return 0  # SSL_TLSEXT_ERR_OK: a session of TLS 1.2 that is resumed knows the name then


@ffi.callback("int(int, X509_STORE_CTX *)", error=1)  # type: ignore[untyped-decorator]
def _onVerify(isFine: int, _: Any) -> int:
    return 1  # the handshake goes on; `verifyResult` tells afterwards


def hook(context: SSL.Context) -> None:
    """Let the sessions of a server's context ask their hooks."""
    lib.SSL_CTX_set_cert_cb(context._context, _onCertificate, ffi.NULL)
    lib.SSL_CTX_set_tlsext_servername_callback(context._context, _onServername)
    lib.SSL_CTX_set_alpn_select_cb(context._context, _onProtocols, ffi.NULL)


def shareStore(context: SSL.Context, store: crypto.X509Store) -> None:
    """Let a context trust whom a store of several contexts trusts, in place of its own."""
    lib.X509_STORE_up_ref(store._store)  # type: ignore[attr-defined, unused-ignore]
    lib.SSL_CTX_set_cert_store(context._context, store._store)  # type: ignore[attr-defined, unused-ignore]


class Session:
    """One end of a TLS connection."""

    __slots__ = ("_failure", "_in", "_missing", "_out", "_ssl", "_start", "connection", "hooks", "isServer")

    def __init__(self, context: SSL.Context, isServer: bool, hooks: Hooks | None = None) -> None:
        #: pyOpenSSL's object, for what is rare.
        self.connection: Any = SSL.Connection(context, None)
        self.isServer = isServer
        if isServer:
            self.connection.set_accept_state()
        else:
            self.connection.set_connect_state()
            lib.SSL_set_verify(self.connection._ssl, SSL.VERIFY_NONE, _onVerify)
        self._ssl, self._in, self._out = (
            self.connection._ssl,
            self.connection._into_ssl,
            self.connection._from_ssl,
        )
        #: Of a record that is not whole: how much of its body is missing, or the part of its head that came.
        self._missing = 0
        self._start = b""
        self._failure: Failure | None = None
        self.hooks = hooks
        if hooks is not None:
            _hooked[_place(self._ssl)] = hooks

    def forgetHooks(self) -> None:
        """The handshake is over, or the connection."""
        if self.hooks is not None:
            self.hooks = None
            _hooked.pop(_place(self._ssl), None)

    # -- encrypted bytes

    def feed(self, data: bytes) -> bool:
        """Take what the peer has sent. True when it is one whole record: then one `read` is enough."""
        size = len(data)
        if _feed(self._in, data, size) != size:
            raise MemoryError
        if not self._missing and not self._start and size > 5 and (data[3] << 8 | data[4]) + 5 == size:
            return True
        self._follow(data, size)
        return False

    def _follow(self, data: bytes, size: int) -> None:
        """Know where the next record begins."""
        if self._start:
            data = self._start + data
            size = len(data)
            self._start = b""
        place = self._missing
        while place + 5 <= size:
            place += (data[place + 3] << 8 | data[place + 4]) + 5
        if place < size:
            self._start = data[place:]
            place = size
        self._missing = place - size

    def take(self) -> bytes:
        """What is to be sent to the peer, or nothing."""
        size = _take(self._out, _output, _OUTPUT_SIZE)
        if size <= 0:
            return b""
        data: bytes = _outputBytes[:size]
        if size == _OUTPUT_SIZE:
            data += self.take()
        return data

    # -- the handshake

    def shakeHands(self) -> int:
        """Go on with the handshake: DONE, WANT_READ, WANT_CERTIFICATE, CLOSED or FAILED."""
        _forget()
        result = _shake(self._ssl)
        return DONE if result == 1 else self._why(result)

    # -- clear bytes

    def read(self) -> bytes | int:
        """The next clear bytes, at most one record; or WANT_READ, CLOSED or FAILED."""
        size = _read(self._ssl, _clear, RECORD_SIZE)
        if size > 0:
            data: bytes = _clearBytes[:size]
            return data
        result = self._why(size)
        return self._readAgain() if result == FAILED else result

    def _readAgain(self) -> bytes | int:
        """Before OpenSSL 4 an error that somebody else has left in its queue counts as this session's: only once."""
        self._failure = failure()
        _forget()
        size = _read(self._ssl, _clear, RECORD_SIZE)
        if size > 0:
            return bytes(_clearBytes[:size])
        return self._why(size)

    def encryptOne(self, data: bytes) -> bytes | None:
        """The record that carries at least one byte and at most RECORD_SIZE; None when OpenSSL FAILED."""
        size = len(data)
        if _write(self._ssl, data, size) != size:
            return None
        record: bytes = _outputBytes[: _take(self._out, _output, _OUTPUT_SIZE)]
        return record

    def encrypt(self, chunks: Sequence[Any]) -> bytes | None:
        """The records that carry these bytes; None when OpenSSL FAILED."""
        records: list[bytes] = []
        total = 0
        for chunk in chunks:
            size = len(chunk) if type(chunk) is bytes else memoryview(chunk).nbytes
            start: Any = chunk if size <= RECORD_SIZE and type(chunk) is bytes else ffi.from_buffer(chunk)
            # Record by record: OpenSSL's buffer in memory moves all that it holds when some of it is taken.
            for place in range(0, size, RECORD_SIZE):
                count = min(size - place, RECORD_SIZE)
                if _write(self._ssl, start if not place else start + place, count) != count:
                    return None
                total += _take(self._out, _output + total, _OUTPUT_SIZE - total)
                if total > _OUTPUT_SIZE // 2:
                    records.append(_outputBytes[:total])
                    total = 0
        if not records:
            data: bytes = _outputBytes[:total]
            return data
        return b"".join((*records, _outputBytes[:total]))

    def close(self) -> None:
        """Tell the peer that no more comes: `take` gives the message."""
        _forget()
        if lib.SSL_shutdown(self._ssl) < 0:
            _forget()

    # -- what is asked once

    def requestCertificate(self, isRequired: bool) -> None:
        """A server asks its client for a certificate. Whether it is good, `verifyResult` tells."""
        mode = SSL.VERIFY_PEER | (SSL.VERIFY_FAIL_IF_NO_PEER_CERT if isRequired else 0)
        lib.SSL_set_verify(self._ssl, mode, _onVerify)

    def useContext(self, context: SSL.Context) -> None:
        """Another certificate, for the name that the client has asked for."""
        lib.SSL_set_SSL_CTX(self._ssl, context._context)

    def verifyResult(self) -> int:
        """X509_V_OK (0), or why the peer's chain does not hold."""
        return int(lib.SSL_get_verify_result(self._ssl))

    def isReused(self) -> bool:
        """True when an earlier session was resumed."""
        return bool(lib.SSL_session_reused(self._ssl))

    def ticket(self) -> bytes | None:
        """The session as bytes (DER), to be resumed later."""
        pointer = lib.SSL_get_session(self._ssl)
        if pointer == ffi.NULL:
            return None
        size = lib.i2d_SSL_SESSION(pointer, ffi.NULL)
        if size <= 0:
            return None
        data = ffi.new("unsigned char[]", size)
        lib.i2d_SSL_SESSION(pointer, ffi.new("unsigned char **", data))
        return bytes(ffi.buffer(data, size))

    def resume(self, ticket: bytes) -> bool:
        """Offer the server to resume a session. False when the bytes are none."""
        data = ffi.new("unsigned char[]", ticket)
        pointer = lib.d2i_SSL_SESSION(ffi.NULL, ffi.new("const unsigned char **", data), len(ticket))
        if pointer == ffi.NULL:
            _forget()
            return False
        lib.SSL_set_session(self._ssl, pointer)
        lib.SSL_SESSION_free(pointer)
        return True

    def _why(self, result: int) -> int:
        return _NAMES.get(_result(self._ssl, result), FAILED)

    def failure(self) -> Failure | None:
        """Why the last step FAILED. None when OpenSSL does not say."""
        found, self._failure = failure() or self._failure, None
        _forget()
        return found


def failure() -> Failure | None:
    """Take the oldest error out of OpenSSL's queue."""
    number = lib.ERR_get_error()
    if not number:
        return None
    return Failure(number, _text(lib.ERR_lib_error_string(number)), _text(lib.ERR_reason_error_string(number)))


def _text(pointer: Any) -> str:
    return "" if pointer == ffi.NULL else ffi.string(pointer).decode("latin-1")
