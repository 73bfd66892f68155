"""The handle below a TLSSocket that was given a stream: any Duplex, as a stream handle.

Its bytes come by the seam that http uses as well (`net/takeover.py`), so a socket that nobody else reads costs nothing.
"""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from ..net.socket import Socket
from ..net.takeover import Takeover, takeBytes
from ..reactor.handle import EOF, PENDING, STREAM_CALLBACKS, UNSUPPORTED, Address, Buffer
from ..reactor.loop import ticks


class UnderlyingStream:
    """A stream handle over a Duplex."""

    __slots__ = (
        *STREAM_CALLBACKS,
        "_isClosed",
        "_isEnded",
        "_isGivenBack",
        "_isWriting",
        "_late",
        "_outcome",
        "_pending",
        "stream",
        "takeover",
    )
    resourceName = "JSStreamSocket"
    onread: Callable[[bytes], object] | None
    onreadend: Callable[[int], object] | None
    onwrite: Callable[[int], object] | None
    onshutdown: Callable[[int], object] | None
    onclose: Callable[[], object] | None

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        for name in STREAM_CALLBACKS:
            setattr(self, name, None)
        self._isEnded = False
        self._isClosed = False
        #: The owner has closed it, and waits for `onclose`.
        self._isGivenBack = False
        self._pending = 0
        #: Inside `stream.write`; what came of it, if that is known when it returns; and what the peer answered to it.
        self._isWriting = False
        self._outcome = PENDING
        self._late: deque[bytes] = deque()
        self.takeover: Takeover | None = None
        stream.on("end", self._onEnd)
        stream.on("close", self._onClose)

    # -- data

    def readStart(self) -> int:
        if self.takeover is None:
            # A socket never calls back inside `write`, so its bytes go straight to the owner.
            isSocket = isinstance(self.stream, Socket) and self.onread is not None
            self.takeover = takeBytes(self.stream, self.onread if isSocket else self._onData)  # type: ignore[arg-type]
        self.takeover.start()
        return 0

    def readStop(self) -> int:
        if self.takeover is not None and not self._isClosed:
            self.takeover.stop()
        return 0

    def _onData(self, data: bytes) -> None:
        if self._isWriting or self._late:
            # A stream in memory that answers inside `write`: no handle calls back into its caller.
            if not self._late:
                ticks.nextTick(self._deliverLate)
            self._late.append(data)
        elif self.onread is not None:
            self.onread(data)

    def _deliverLate(self) -> None:
        while self._late and self.onread is not None:
            self.onread(self._late.popleft())

    def _onEnd(self) -> None:
        self._endReading(EOF)

    def _endReading(self, status: int) -> None:
        if not self._isEnded:
            self._isEnded = True
            if self.onreadend is not None:
                self.onreadend(status)

    def write(self, data: Buffer) -> int:
        isOut = self.takeover.writeNow(data) if self.takeover is not None else None
        if isOut:
            return 0
        if isOut is None and (self.stream.destroyed or self.stream.writableEnded):
            return -errno.EPIPE
        self._pending = len(data)
        if isOut is None:
            self._isWriting, self._outcome = True, PENDING
            self.stream.write(bytes(data), None, self._onWritten)
            self._isWriting = False
            return self._outcome
        self.takeover.callBack(self._onWritten)  # type: ignore[union-attr]
        return PENDING

    def writev(self, chunks: Sequence[Buffer]) -> int:
        return self.write(b"".join(chunks))

    def _onWritten(self, error: BaseException | None = None) -> None:
        self._pending = 0
        status = 0 if error is None else -int(getattr(error, "errno", None) or errno.EPIPE)
        if self._isWriting:
            self._outcome = status
        elif self.onwrite is not None:
            self.onwrite(status)

    @property
    def writeQueueSize(self) -> int:
        return self._pending

    def shutdown(self) -> int:
        if self.stream.destroyed:
            return -errno.ENOTCONN
        self.stream.end(self._onShutdown)
        return 0

    def _onShutdown(self, error: BaseException | None = None) -> None:
        if self.onshutdown is not None:
            self.onshutdown(0)

    # -- life

    def close(self) -> None:
        self._isGivenBack = True
        self.stream.destroy()
        if self._isClosed:
            ticks.queueClosing(self._tellClose)

    def reset(self) -> int:
        if hasattr(self.stream, "resetAndDestroy") and not self._isClosed:
            self._isGivenBack = True
            self.stream.resetAndDestroy()
        else:
            self.close()
        return 0

    def _onClose(self, hadError: bool | None = None) -> None:
        self._isClosed = True
        if self.takeover is not None:
            self.takeover.forget()
            self.takeover = None
        self._endReading(EOF)
        # It would be a cycle with a stream that is over.
        self.stream.removeListener("end", self._onEnd)
        self.stream.removeListener("close", self._onClose)
        if self._isGivenBack and isinstance(self.stream, Socket):
            self._tellClose()
        elif self._isGivenBack:
            ticks.queueClosing(self._tellClose)  # behind the owner's 'error': this stream is not closed as a handle is

    def _tellClose(self) -> None:
        onclose = self.onclose
        for name in STREAM_CALLBACKS:
            setattr(self, name, None)
        if onclose is not None:
            onclose()

    def ref(self) -> None:
        if hasattr(self.stream, "ref"):
            self.stream.ref()

    def unref(self) -> None:
        if hasattr(self.stream, "unref"):
            self.stream.unref()

    def hasRef(self) -> bool:
        return not self._isClosed

    def fileno(self) -> int:
        handle = getattr(self.stream, "_handle", None)
        return -1 if handle is None else int(handle.fileno())

    # -- what only a socket has

    def connect(self, address: str, port: int) -> int:
        return -errno.EISCONN

    def bind(self, address: str, port: int, ipv6Only: bool = False) -> int:
        return -errno.EINVAL

    def getsockname(self) -> Address | int:
        return _address(self.stream, "local")

    def getpeername(self) -> Address | int:
        return _address(self.stream, "remote")

    def setNoDelay(self, enable: bool) -> int:
        return self._ask("setNoDelay", enable)

    def setKeepAlive(self, enable: bool, delay: int, interval: int = 1000, count: int = 10) -> int:
        return self._ask("setKeepAlive", enable, delay, interval, count)

    def setTypeOfService(self, value: int) -> int:
        return self._ask("setTypeOfService", value)

    def getTypeOfService(self) -> int:
        return int(self.stream.getTypeOfService()) if hasattr(self.stream, "getTypeOfService") else UNSUPPORTED

    def _ask(self, method: str, *args: Any) -> int:
        if not hasattr(self.stream, method):
            return UNSUPPORTED
        getattr(self.stream, method)(*args)
        return 0


def _address(stream: Any, end: str) -> Address | int:
    address = getattr(stream, f"{end}Address", None)
    if address is None:
        return -errno.ENOTCONN
    return Address(address, getattr(stream, f"{end}Port"), getattr(stream, f"{end}Family"))
