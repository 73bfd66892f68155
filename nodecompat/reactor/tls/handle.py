"""TLSHandle: a stream handle over any other stream handle, which carries the encrypted bytes.

The owner sets `onsecure` and `onerror` besides a stream handle's callbacks, and calls `start` when the handle below is
connected. What is written before the handshake is done waits; nothing is read before.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Sequence
from typing import Any

from ..handle import EOF, PENDING, STREAM_CALLBACKS, Address, Buffer, StreamHandle
from ..loop import host, ticks
from ..tracing import hook
from .session import (
    CLEAR,
    CLEAR_BYTES,
    CLOSED,
    FAILED,
    OUTPUT,
    OUTPUT_BYTES,
    OUTPUT_SIZE,
    RECORD_SIZE,
    WANT_CERTIFICATE,
    WANT_READ,
    Failure,
    Session,
    decrypt,
    encrypt,
    put,
    take,
)

#: A peer that sends so many bytes behind the handshake, and none of them are data, is up to no good.
_MOST_WITHOUT_DATA = 256 * 1024
_NO_DATA = Failure(0, "SSL routines", "too many messages without data")
#: What a peer may let pile up of answers to its messages, in bytes.
_MOST_ANSWERS = 64 * 1024
#: What a write answers when OpenSSL could not encrypt it; `onerror` says why.
_BROKEN = -errno.EPROTO


class TLSHandle:
    """One end of a TLS connection, as a stream of clear bytes."""

    __slots__ = (
        *STREAM_CALLBACKS,
        "_fruitless",
        "_isBelow",
        "_isChoked",
        "_isClosed",
        "_isHeld",
        "_isReading",
        "_isSending",
        "_isShut",
        "isStarted",
        "_lastRead",
        "_mark",
        "_queue",
        "_queued",
        "_refusal",
        "_rest",
        "_waiting",
        "_writing",
        "bytesRead",
        "bytesWritten",
        "heard",
        "inner",
        "isCut",
        "isSecure",
        "onerror",
        "onmessage",
        "onsecure",
        "session",
    )
    #: See `tracing/handles.py`.
    tracedAs = "tls"
    onread: Callable[[bytes], object] | None
    onreadend: Callable[[int], object] | None
    onwrite: Callable[[int], object] | None
    onshutdown: Callable[[int], object] | None
    onconnect: Callable[[int], object] | None
    onclose: Callable[[], object] | None
    onfault: Callable[[], object] | None

    def __init__(self, inner: StreamHandle, session: Session) -> None:
        self.inner: Any = inner
        self.session = session
        for name in STREAM_CALLBACKS:
            setattr(self, name, None)
        #: `onsecure()`: the handshake is done.
        self.onsecure: Callable[[], object] | None = None
        #: `onerror(failure)`: the handshake, or what came behind it, was wrong. Nothing follows but `onclose`.
        self.onerror: Callable[[Failure | None], object] | None = None
        #: `onmessage()`: something came that is no data, such as a ticket.
        self.onmessage: Callable[[], object] | None = None
        self.isStarted: bool = False
        self.isSecure: bool = False
        #: The peer's data ended without the message that says so.
        self.isCut: bool = False
        self.bytesRead: int = 0
        self.bytesWritten: int = 0
        #: The owner wants data; there may be some that was not read out of the session; and the last read event.
        self._isReading = False
        self._rest = False
        self._lastRead: int | None = None
        #: Written before the handshake was done.
        self._waiting: list[Buffer] = []
        #: The size of the owner's write that is under way; whether the handle below has one, and what waits behind it.
        self._writing = 0
        self._isSending = False
        self._queue: list[Buffer] = []
        #: Answers of OpenSSL's own in the queue, in bytes; the peer is not read while there are too many.
        self._queued = 0
        self._isChoked = False
        #: Bytes that have come since `bytesRead` was `_mark`.
        self._fruitless = self._mark = 0
        self._isShut = False
        self._isClosed = False
        #: Called in place of `onerror`, see `refuse`.
        self._refusal: Callable[[], object] | None = None
        #: The owner has stopped what is sent, `_isSending` holds meanwhile; whether the handle below has a write.
        self._isHeld = self._isBelow = False
        #: What the peer has sent, as it came, until the handshake is done.
        self.heard: list[bytes] = []
        inner.onread = self._onInnerData
        inner.onreadend = self._onInnerEnd
        inner.onwrite = self._onInnerWrite
        inner.onclose = self._onInnerClose
        inner.onfault = self._onInnerFault

    @property
    def resourceName(self) -> str:
        return str(self.inner.resourceName)  # it is the one that keeps the program alive, as in Node

    def watch(self, tell: Callable[..., object] | None) -> None:
        """Tell the tracer of the handshake and of alerts, or no longer."""
        from .watching import watch

        watch(self.session, tell)

    # -- the handshake

    def start(self) -> None:
        """The handle below is connected: shake hands."""
        hook.attach(self)
        self.isStarted = True
        status = self.inner.readStart()
        if status:
            host.current().callSoon(lambda: ticks.call(self._onInnerEnd, status, handle=self))
        elif not self.session.isServer:
            if self.session.shakeHands() == FAILED or self._refusal is not None:
                self._failSoon()  # the options leave no version, cipher or group; or the owner has refused
            if self._refusal is None:
                self._flush()

    def goOn(self) -> None:
        """The certificate that the handshake waited for is there."""
        if not self._isClosed and not self.isSecure and self._shakeHands():
            self._readOut()

    def _shakeHands(self) -> bool:
        """One step. True when the connection is secure, and was not given up by `onsecure`."""
        result = self.session.shakeHands()
        if result == FAILED or self._refusal is not None:
            self._fail()
            return False
        if result in (WANT_READ, WANT_CERTIFICATE):
            self._flush()
            return False
        if result == CLOSED:
            self._onInnerEnd(EOF)
            return False
        self.isSecure = True
        self.session.shaken()
        if not self._isReading:
            self.inner.readStop()
        # Before the last message leaves, as in Node: an owner that closes the handle has not agreed to anything.
        if self.onsecure is not None:
            self.onsecure()
            ticks.drain(self)
        self.heard = []
        if self._isClosed:
            return False
        self._flush()
        waiting, self._waiting = self._waiting, []
        if waiting and not self._isClosed:
            status = self._encrypt(waiting)
            if status != PENDING:
                self._written(status)
        if self._isShut and not self._isClosed and not self._isSending:
            self._closeOurSide()
        return not self._isClosed

    def refuse(self, told: Callable[[], object]) -> None:
        """Of a hook that fails, before it tells OpenSSL: `told()` follows, and the peer gets no alert, as in Node."""
        self._refusal = told

    def _fail(self) -> None:
        self._failWith(self.session.failure())

    def _failSoon(self) -> None:
        """For a step whose caller does not expect to be called back."""
        failure = self.session.failure()  # now: OpenSSL has one queue for all
        ticks.nextTick(self._failWith, failure)

    def _failWith(self, failure: Failure | None) -> None:
        if self._isClosed:
            return
        if self._refusal is None:
            self._flush()  # the alert that tells the peer
        self.inner.readStop()
        self._isReading = False
        if self._refusal is not None:
            self._refusal()
        elif self.onerror is not None:
            self.onerror(failure)

    # -- data from the peer

    def readStart(self) -> int:
        if self._isClosed:
            return -errno.EBADF
        status: int = 0 if self._isChoked else self.inner.readStart()
        if status:
            return status
        if not self._isReading:
            self._isReading = True
            if self._rest:
                host.current().callSoon(lambda: ticks.call(self._readOut, handle=self))
        return 0

    def readStop(self) -> int:
        self._isReading = False
        if self.isSecure:
            self.inner.readStop()
        return 0

    def _onInnerData(self, data: bytes) -> None:
        session = self.session
        size = len(data)
        if (
            session.isAtHead
            and self._isReading
            and self.isSecure
            and not self._rest
            and size > 5
            and data[3] * 256 + data[4] + 5 == size
        ):
            # The usual chunk, one whole record: the session's `feed` and one `read` in one step, and there is no more.
            if put(session.input, data, size) != size:
                raise MemoryError
            count = decrypt(session.ssl, CLEAR, RECORD_SIZE)
            if count > 0:
                self.bytesRead += count
                onread = self.onread
                onread(CLEAR_BYTES[:count])  # type: ignore[misc]
            else:
                self._fruitless += size
                self._onNoData(session.noData(count))
            return
        self._fruitless += size
        session.feed(data)
        if self.isSecure:
            self._readOut()
        else:
            self.heard.append(data)
            if self._shakeHands():
                self._readOut()

    def _onNoData(self, result: bytes | int) -> None:
        """Of one whole record: it was a message, or OpenSSL had to be asked again."""
        if type(result) is bytes:
            self.bytesRead += len(result)
            self.onread(result)  # type: ignore[misc]
        else:
            self._readEvent(result)  # type: ignore[arg-type]

    def _readOut(self) -> None:
        """Give the owner what the session has, record by record."""
        self._rest = True
        left = sys.maxsize
        while self._isReading and not self._isClosed:
            data = self.session.read()
            if type(data) is not bytes:
                unread = self.session.unread()
                if data == WANT_READ and 0 < unread < left:
                    left = unread  # it shrinks, so this ends
                    self._onMessage()
                    ticks.drain(self)
                    continue
                self._rest = False
                self._readEvent(data)  # type: ignore[arg-type]
                return
            self.bytesRead += len(data)
            self.onread(data)  # type: ignore[misc]
            ticks.drain(self)

    def _readEvent(self, result: int) -> None:
        """The session has no clear bytes."""
        if result == FAILED:
            self._fail()
        elif result == CLOSED:
            if self.onmessage is not None:
                self.onmessage()  # tickets may have come just before
            self._endReading(EOF)
        else:
            self._onMessage()
            if self.bytesRead != self._mark:
                self._mark, self._fruitless = self.bytesRead, 0
            elif self._fruitless > _MOST_WITHOUT_DATA:
                self._failWith(_NO_DATA)
                return
            if self._lastRead is not None:
                self.isCut = self._lastRead == EOF
                self._endReading(self._lastRead)

    def _onMessage(self) -> None:
        """What was read was no data."""
        self._flush()  # an answer to it
        if self.onmessage is not None:
            self.onmessage()

    def _onInnerEnd(self, status: int) -> None:
        self._lastRead = status
        if self.isSecure and self._isReading:
            self._readOut()
        elif not self.isSecure:
            self._endReading(status)
        else:
            self._rest = True  # told when the owner reads on

    def _endReading(self, status: int) -> None:
        self._isReading = False
        self._lastRead = None
        self.inner.readStop()
        if self.onreadend is not None:
            self.onreadend(status)

    # -- data to the peer

    def write(self, data: Buffer) -> int:
        session = self.session
        if type(data) is bytes and self.isSecure and not self._isSending:
            size = len(data)
            if size and size <= session.recordSize:
                # What `writev` does, for one record and while the handle below takes more.
                if encrypt(session.ssl, data, size) != size:
                    self._failSoon()
                    return _BROKEN
                status: int = self.inner.write(OUTPUT_BYTES[: take(session.output, OUTPUT, OUTPUT_SIZE)])
                if not status:
                    self.bytesWritten += size
                elif status == PENDING:
                    self._isSending = True
                    self._writing = size
                return status
        return self.writev((data,))

    def writev(self, chunks: Sequence[Buffer]) -> int:
        if self.isSecure and not self._isClosed:
            status = self._encrypt(chunks)
            if not status:
                self.bytesWritten += sum(map(len, chunks))
            elif status == PENDING:
                self._writing = sum(map(len, chunks))
            return status
        if self._isClosed:
            return -errno.EBADF
        if not self.isStarted:
            return -errno.ENOTCONN
        self._writing = sum(map(len, chunks))
        self._waiting += chunks
        return PENDING

    def _encrypt(self, chunks: Sequence[Buffer]) -> int:
        data = self.session.encrypt(chunks)
        if data is None:
            self._failSoon()
            return _BROKEN
        return self._send(data) if data else 0

    def _flush(self) -> None:
        data = self.session.take()
        if data and self._send(data) == PENDING:  # if it is broken, the next read says so
            self._queued += len(data)
            if self._queued > _MOST_ANSWERS and self.isSecure:
                self._isChoked = True
                self.inner.readStop()

    def _send(self, data: Buffer) -> int:
        if self._isSending:
            self._queue.append(data)
            return PENDING
        status: int = self.inner.write(data)
        self._isSending = status == PENDING
        return status

    def hold(self) -> None:
        """Send nothing until `release`; what is written waits."""
        if not self._isHeld:
            self._isHeld, self._isBelow = True, self._isSending
            self._isSending = True

    def release(self) -> None:
        if self._isHeld:
            self._isHeld = False
            if not self._isBelow and not self._isClosed:
                self._onInnerWrite(0)

    def _onInnerWrite(self, status: int) -> None:
        if self._isHeld:
            self._isBelow = False
            return
        self._isSending = False
        self._queued = 0
        if self._isChoked:
            self._isChoked = False
            if self._isReading:
                self.inner.readStart()
        if self._queue and status == 0:
            data, self._queue = b"".join(self._queue), []
            status = self._send(data)
            if status == PENDING:
                return
        if self._isShut:
            self._closeOurSide()
        if self._writing and not self._waiting:
            self._written(status)

    def _written(self, status: int) -> None:
        """The owner's write is over."""
        size, self._writing = self._writing, 0
        if not status:
            self.bytesWritten += size
        if self.onwrite is not None:
            self.onwrite(status)

    @property
    def writeQueueSize(self) -> int:
        """Bytes that the owner has written and the kernel has not taken."""
        return self._writing

    def shutdown(self) -> int:
        if self._isClosed:
            return -errno.ENOTCONN
        self.inner.onshutdown = self._onInnerShutdown
        if self._isSending or self._waiting:
            self._isShut = True
            return 0
        return self._closeOurSide()

    def _closeOurSide(self) -> int:
        self._isShut = False
        if self.isSecure:
            self.session.close()
            self._flush()
        status: int = self.inner.shutdown()
        return status

    def _onInnerShutdown(self, status: int) -> None:
        if self.onshutdown is not None:
            self.onshutdown(status)

    # -- life

    def close(self) -> None:
        self._leave()
        self.inner.close()

    def _leave(self) -> None:
        self._isClosed = self._isSending = True  # nothing is sent any more
        self._isReading = False
        self._writing = 0
        self._waiting = []
        self._queue = []
        self.session.forgetHooks()

    def reset(self) -> int:
        self._leave()
        status: int = self.inner.reset()
        return status

    def _onInnerClose(self) -> None:
        onclose = self.onclose
        for name in STREAM_CALLBACKS:
            setattr(self, name, None)
        self.onsecure = self.onerror = self.onmessage = self._refusal = None
        if onclose is not None:
            onclose()

    def _onInnerFault(self) -> None:
        if self.onfault is not None:
            self.onfault()
        else:
            self.close()

    def ref(self) -> None:
        self.inner.ref()

    def unref(self) -> None:
        self.inner.unref()

    def hasRef(self) -> bool:
        return bool(self.inner.hasRef())

    def fileno(self) -> int:
        return int(self.inner.fileno())

    # -- the handle below

    def connect(self, address: str, port: int) -> int:
        self.inner.onconnect = self._onInnerConnect
        return int(self.inner.connect(address, port))

    def _onInnerConnect(self, status: int) -> None:
        if self.onconnect is not None:
            self.onconnect(status)

    def bind(self, address: str, port: int, ipv6Only: bool = False) -> int:
        return int(self.inner.bind(address, port, ipv6Only))

    def getsockname(self) -> Address | int:
        return self.inner.getsockname()  # type: ignore[no-any-return]

    def getpeername(self) -> Address | int:
        return self.inner.getpeername()  # type: ignore[no-any-return]

    def setNoDelay(self, enable: bool) -> int:
        return int(self.inner.setNoDelay(enable))

    def setKeepAlive(self, enable: bool, delay: int, interval: int = 1000, count: int = 10) -> int:
        return int(self.inner.setKeepAlive(enable, delay, interval, count))

    def setTypeOfService(self, value: int) -> int:
        return int(self.inner.setTypeOfService(value))

    def getTypeOfService(self) -> int:
        return int(self.inner.getTypeOfService())
