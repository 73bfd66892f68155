"""One TLS session in memory: encrypted bytes in and out on one side, clear ones on the other. It does no I/O.

pyOpenSSL makes the context and the connection, and does all that is rare. On the path of data its methods cost more
than the encryption: a small record in and one out takes 5.4 µs with them and 2.0 µs with OpenSSL's own functions, which
pyOpenSSL itself calls. So those are called here, on buffers that all sessions share. That is all this file takes from
pyOpenSSL's private names: `_lib`, `_ffi`, the three pointers of a connection, and that of a store
(tests/reactor/tls/test_session.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from OpenSSL import SSL, crypto

from ..handle import Buffer
from .callbacks import Hooks, ffi, hooked, hookKeyLog, hookStatus, lib, madeWith, onVerify, place

#: The most that one record carries: no read gives more, and a larger write is several records.
RECORD_SIZE = 16384
#: Room for a record with its head and what the ciphers add, and for the longest flight of a handshake.
OUTPUT_SIZE = 256 * 1024
#: Bytes that a record has besides its data, at most.
_OVERHEAD = 256

#: What a step came to, as OpenSSL numbers its errors.
DONE, FAILED, WANT_READ, WANT_CERTIFICATE, CLOSED = 0, 1, 2, 4, 6
_NAMES = {FAILED: FAILED, WANT_READ: WANT_READ, WANT_CERTIFICATE: WANT_CERTIFICATE, CLOSED: CLOSED}

_shake, _result, _forget = lib.SSL_do_handshake, lib.SSL_get_error, lib.ERR_clear_error
_allocate = ffi.new_allocator(should_clear_after_alloc=False)
#: The path of data: OpenSSL's functions, called with a session's `ssl`, `input` and `output`, and the two buffers of
#: all sessions, each also as what can be sliced. `TLSHandle` takes the usual record through them in one step.
decrypt, encrypt, put, take = lib.SSL_read, lib.SSL_write, lib.BIO_write, lib.BIO_read
CLEAR: Any = ffi.new("char[]", RECORD_SIZE)
CLEAR_BYTES: Any = ffi.buffer(CLEAR)
OUTPUT: Any = ffi.new("char[]", OUTPUT_SIZE)
OUTPUT_BYTES: Any = ffi.buffer(OUTPUT)


class Failure(NamedTuple):
    """An error of OpenSSL: number, name of the library ("SSL routines"), reason ("wrong version number")."""

    number: int
    library: str
    reason: str


def shareStore(context: SSL.Context, store: crypto.X509Store) -> None:
    """Let a context trust whom a store of several contexts trusts, in place of its own."""
    lib.X509_STORE_up_ref(store._store)  # type: ignore[attr-defined, unused-ignore]
    lib.SSL_CTX_set_cert_store(context._context, store._store)  # type: ignore[attr-defined, unused-ignore]


class Session:
    """One end of a TLS connection."""

    #: See `tracing/handles.py`, which overrides each method that gives or takes clear bytes.
    tracedAs = "session"
    __slots__ = (
        "_context",
        "_failure",
        "_isKept",
        "_missing",
        "_place",
        "_shared",
        "_start",
        "connection",
        "hooks",
        "input",
        "isAtHead",
        "isServer",
        "output",
        "recordSize",
        "ssl",
    )

    def __init__(
        self,
        context: SSL.Context,
        isServer: bool,
        hooks: Hooks | None = None,
        *,
        knowsKey: bool = False,
        hint: bytes | None = None,
        watches: bool = False,
        name: bytes = b"",
    ) -> None:
        """
        Args:
            name: what a server's sessions are told apart by, if its context has no name for them: without one none is
                resumed.
            knowsKey: ask the hooks for keys that both sides know (PSK); `hint`: what a server tells its clients of it.
            watches: tell the hooks every message, as long as the connection lasts. It costs something for each record.
        """
        #: pyOpenSSL's object, for what is rare.
        self.connection: Any
        if name:
            # Not for good: it would become a part of what a client of this context saves, and refuses of other ones.
            lib.SSL_CTX_set_session_id_context(context._context, name, len(name))
        if knowsKey or watches:
            with madeWith(context, isServer, knowsKey, hint, watches):
                self.connection = SSL.Connection(context, None)
        else:
            self.connection = SSL.Connection(context, None)
        if name:
            lib.SSL_CTX_set_session_id_context(context._context, b"", 0)
        self.isServer: bool = isServer
        self._isKept = watches
        self._context = context
        #: What is done to a context that has callbacks all its connections share, also to one that comes later.
        self._shared: tuple[Callable[[SSL.Context], None], ...] = ()
        #: The most that is put into one record.
        self.recordSize: int = RECORD_SIZE
        if isServer:
            self.connection.set_accept_state()
        else:
            self.connection.set_connect_state()
            lib.SSL_set_verify(self.connection._ssl, SSL.VERIFY_NONE, onVerify)
            # `read` stops at each message that is no data, so that no ticket covers another. More may be `unread`.
            lib.SSL_clear_mode(self.connection._ssl, lib.SSL_MODE_AUTO_RETRY)
        #: OpenSSL's objects: the connection, what the peer has sent, and what is to be sent to it.
        self.ssl: Any = self.connection._ssl
        self.input: Any = self.connection._into_ssl
        self.output: Any = self.connection._from_ssl
        #: Of a record that is not whole: how much of its body is missing, or the part of its head that came.
        self._missing = 0
        self._start = b""
        #: There is no such part: the next byte is the first of a record.
        self.isAtHead: bool = True
        self._failure: Failure | None = None
        self.hooks = hooks
        self._place = place(self.ssl)
        if hooks is not None:
            hooked[self._place] = self

    def shaken(self) -> None:
        """The handshake is done: most need no hooks any more."""
        if not self._isKept:
            self.forgetHooks()

    def forgetHooks(self) -> None:
        """The connection is over, or needs no hooks."""
        if self.hooks is not None:
            self.hooks = None
            hooked.pop(self._place, None)

    # -- encrypted bytes

    def feed(self, data: bytes) -> None:
        """Take what the peer has sent."""
        size = len(data)
        if put(self.input, data, size) != size:
            raise MemoryError
        self.follow(data, size)

    def follow(self, data: bytes, size: int) -> None:
        """Know where the next record begins."""
        if self._start:
            data = self._start + data
            size = len(data)
            self._start = b""
        at = self._missing
        while at + 5 <= size:
            at += (data[at + 3] << 8 | data[at + 4]) + 5
        if at < size:
            self._start = data[at:]
            at = size
        self._missing = at - size
        self.isAtHead = not self._missing and not self._start

    def take(self) -> bytes:
        """What is to be sent to the peer, or nothing."""
        size = take(self.output, OUTPUT, OUTPUT_SIZE)
        if size <= 0:
            return b""
        data: bytes = OUTPUT_BYTES[:size]
        if size == OUTPUT_SIZE:
            data += self.take()
        return data

    # -- the handshake

    def shakeHands(self) -> int:
        """Go on with the handshake: DONE, WANT_READ, WANT_CERTIFICATE, CLOSED or FAILED."""
        _forget()
        result = _shake(self.ssl)
        if result == 1:
            _forget()  # what was wrong with a certificate stays in OpenSSL's queue, and would be somebody else's
            return DONE
        return self._why(result)

    # -- clear bytes

    def read(self) -> bytes | int:
        """The next clear bytes, at most one record; or WANT_READ, CLOSED or FAILED."""
        size = decrypt(self.ssl, CLEAR, RECORD_SIZE)
        if size > 0:
            data: bytes = CLEAR_BYTES[:size]
            return data
        return self.noData(size)

    def noData(self, size: int) -> bytes | int:
        """What `read` gives when `decrypt` has answered this, which is no size."""
        result = self._why(size)
        return self._readAgain() if result == FAILED else result

    def _readAgain(self) -> bytes | int:
        """Before OpenSSL 4 an error that somebody else has left in its queue counts as this session's: only once."""
        self._failure = failure()
        _forget()
        size = decrypt(self.ssl, CLEAR, RECORD_SIZE)
        if size > 0:
            return bytes(CLEAR_BYTES[:size])
        # Behind a fatal alert OpenSSL says that the peer has closed, which is no clean end.
        return WANT_READ if self._why(size) == WANT_READ else FAILED

    def encrypt(self, chunks: Sequence[Buffer]) -> Buffer | None:
        """The records that carry these bytes; None when OpenSSL FAILED. Several chunks are one, as in Node."""
        chunk = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        size = memoryview(chunk).nbytes
        if not size:
            return b""
        if size <= self.recordSize:
            if encrypt(self.ssl, chunk if type(chunk) is bytes else bytes(chunk), size) != size:
                return None
            record: bytes = OUTPUT_BYTES[: take(self.output, OUTPUT, OUTPUT_SIZE)]
            return record
        start = ffi.from_buffer(chunk)
        # Memory of its own that nobody clears before: to copy it out of the shared one costs a tenth of the whole.
        room = size + (size // self.recordSize + 2) * _OVERHEAD
        records, total = _allocate("char[]", room), 0
        # Record by record: OpenSSL's buffer in memory moves all that it holds when some of it is taken.
        for at in range(0, size, self.recordSize):
            count = min(size - at, self.recordSize)
            if encrypt(self.ssl, start + at, count) != count:
                return None
            taken = take(self.output, records + total, room - total)
            if taken > 0:
                total += taken
        made = memoryview(ffi.buffer(records, total))
        rest = self.take() if total == room else b""  # what waited before was more than there is room for
        return made if not rest else bytes(made) + rest

    def close(self) -> None:
        """Tell the peer that no more comes: `take` gives the message."""
        _forget()
        if lib.SSL_shutdown(self.ssl) < 0:
            _forget()

    # -- what is asked once

    def requestCertificate(self, isRequired: bool) -> None:
        """A server asks its client for a certificate. Whether it is good, `verifyResult` tells."""
        mode = SSL.VERIFY_PEER | (SSL.VERIFY_FAIL_IF_NO_PEER_CERT if isRequired else 0)
        lib.SSL_set_verify(self.ssl, mode, onVerify)

    def useContext(self, context: SSL.Context) -> None:
        """Another certificate, for the name that the client has asked for."""
        lib.SSL_set_SSL_CTX(self.ssl, context._context)
        self._context = context
        for share in self._shared:
            share(context)

    def logKeys(self) -> None:
        """Tell the hooks each line of the log of keys."""
        self._share(hookKeyLog)

    def useStatus(self) -> None:
        """Ask the server for an OCSP response; on a server, answer who asks. The hooks have it, or get it."""
        if not self.isServer:
            lib.SSL_set_tlsext_status_type(self.ssl, lib.TLSEXT_STATUSTYPE_ocsp)
        self._share(hookStatus)

    def _share(self, share: Callable[[SSL.Context], None]) -> None:
        if share not in self._shared:
            self._shared += (share,)
            share(self._context)

    def unread(self) -> int:
        """Bytes that the peer has sent and OpenSSL has not looked at."""
        return int(lib.BIO_get_mem_data(self.input, ffi.new("char **")))

    def verifyResult(self) -> int:
        """X509_V_OK (0), or why the peer's chain does not hold."""
        return int(lib.SSL_get_verify_result(self.ssl))

    def isReused(self) -> bool:
        """True when an earlier session was resumed."""
        return bool(lib.SSL_session_reused(self.ssl))

    def ticket(self) -> bytes | None:
        """The session as bytes (DER), to be resumed later."""
        pointer = lib.SSL_get_session(self.ssl)
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
        lib.SSL_set_session(self.ssl, pointer)
        lib.SSL_SESSION_free(pointer)
        return True

    def _why(self, result: int) -> int:
        return _NAMES.get(_result(self.ssl, result), FAILED)

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


def errorNumber(library: str, reason: str) -> int:
    """The number of an error that pyOpenSSL has told in words only; 0 if OpenSSL has no such words."""
    place = next((each << 23 for each in range(1, 128) if _text(lib.ERR_lib_error_string(each << 23)) == library), 0)
    if not place:
        return 0
    own, common = range(1, 1300), range(1 << 19, (1 << 19) + 300)
    each = (place | number for number in (*own, *common))
    return next((number for number in each if _text(lib.ERR_reason_error_string(number)) == reason), 0)


def _text(pointer: Any) -> str:
    return "" if pointer == ffi.NULL else ffi.string(pointer).decode("latin-1")
