"""A WebSocket connection behind its opening handshake: one class for both sides.

It has the bytes of a socket (`net/takeover.py`), tells its owner what comes, and frames what the owner sends:

    OPEN ──close, fault, the peer's close or end──> CLOSING ──the socket closes──> CLOSED

    our close frame     ──> (hasSentClose)      both: the handshake is complete; whoever must, ends the socket
    the peer's          ──> (hasReceivedClose)

What happens at the end of it is the owner's to say, because npm's `ws` and Node's client differ: the first echoes code
and reason and ends the socket, the second echoes the code and leaves the end to the server. Either way CLOSING lasts
`closeTimeout` at most: a peer that never answers, or answers and never leaves, is dropped.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Protocol

from ...errors import ERR_STREAM_DESTROYED
from ...net.takeover import takeBytes
from ...reactor.loop import ticks
from ...timers import Timeout, setTimeout
from .faults import ABNORMAL, WebSocketError
from .frames import BINARY, CLOSE, CONTINUATION, FIN, PONG, RSV1, TEXT, Reader, head
from .masking import mask

if TYPE_CHECKING:
    from .deflate import Deflater, Inflater

CONNECTING, OPEN, CLOSING, CLOSED = 0, 1, 2, 3
#: Milliseconds from the beginning of the closing handshake to the end of patience, as in `ws`.
CLOSE_TIMEOUT = 30_000
#: Answers to pings that the peer has not read; with one more it is dropped.
MAX_PENDING_PONGS = 60
#: Bytes of a message whose frame is remembered, for the case that it goes to others as well.
MAX_REMEMBERED = 64 * 1024


class Owner(Protocol):
    """Who has a connection. `onClosed` is the last call, and always comes."""

    def onMessage(self, data: Any, isBinary: bool) -> object: ...
    def onPing(self, data: bytes) -> object: ...
    def onPong(self, data: bytes) -> object: ...

    def onConclude(self, code: int, reason: bytes) -> object:
        """The peer closes; `close` answers."""

    def onFault(self, error: WebSocketError) -> object:
        """The peer has broken the protocol: `close`, then `end` or `destroy`."""

    def onClosed(self) -> object:
        """The socket is closed."""


class Connection:
    """Frames over a socket.

    Args:
        socket: a Duplex; its handshake is sent.
        head: bytes that have come behind the handshake.
        owner: who hears of what comes.
        isServer: whose frames are masked is the other one's.
        maxPayload, maxFragments: of a message; 0 is no limit.
        closeTimeout: milliseconds that closing may take.
        deflate: the two halves of permessage-deflate, where it was agreed.
        answersPings: send a pong for each ping.
        maxPendingPongs: how many of them may wait to be read; 0 is no limit.
    """

    __slots__ = (
        "_answersPings",
        "_closeTimeout",
        "_deflater",
        "_isCompressing",
        "_isServer",
        "_isWithin",
        "_maxPendingPongs",
        "_owner",
        "_pendingPongs",
        "_reader",
        "_takeover",
        "_timer",
        "code",
        "hasReceivedClose",
        "hasSentClose",
        "reason",
        "socket",
        "state",
    )
    code: int
    hasReceivedClose: bool
    hasSentClose: bool
    reason: bytes

    def __init__(
        self,
        socket: Any,
        head: bytes,
        owner: Owner,
        *,
        isServer: bool,
        maxPayload: int = 0,
        maxFragments: int = 0,
        closeTimeout: float = CLOSE_TIMEOUT,
        deflate: tuple[Inflater, Deflater] | None = None,
        answersPings: bool = True,
        maxPendingPongs: int = MAX_PENDING_PONGS,
    ) -> None:
        self.socket: Any = socket
        self.state: int = OPEN
        self.hasSentClose = self.hasReceivedClose = False
        #: What the peer's close frame has said.
        self.code, self.reason = ABNORMAL, b""
        self._owner: Owner | None = owner
        self._isServer = isServer
        self._closeTimeout = closeTimeout
        self._answersPings = answersPings
        self._maxPendingPongs = maxPendingPongs
        self._pendingPongs = 0
        self._timer: Timeout | None = None
        inflater: Inflater | None = None
        self._deflater: Deflater | None = None
        if deflate is not None:
            inflater, self._deflater = deflate
        #: A message of ours is under way, and it is compressed.
        self._isWithin = self._isCompressing = False
        self._reader = Reader(
            self,
            owner.onMessage,
            isServer=isServer,
            maxPayload=maxPayload,
            maxFragments=maxFragments,
            inflater=inflater,
        )
        if hasattr(socket, "setTimeout"):  # else it is a Duplex of some other kind
            socket.setTimeout(0)
            socket.setNoDelay(True)
        if head:
            socket.unshift(head)
        socket.on("close", self._onSocketClose)
        socket.on("end", self._onSocketEnd)
        socket.on("error", self._onSocketError)
        self._takeover = takeBytes(socket, self._reader.execute)

    # -- sending

    @property
    def bufferedAmount(self) -> int:
        """Bytes that wait for the kernel to take them."""
        return self.socket.writableLength if self.socket is not None else 0

    def send(
        self,
        data: bytes,
        isBinary: bool,
        isLast: bool = True,
        compress: bool = False,
        masked: bool | None = None,
        callback: Any = None,
    ) -> None:
        """Send a message, or its next fragment.

        Args:
            data: the payload.
            isLast: False if further fragments follow.
            compress: where that was agreed; looked at with the first fragment.
            masked: None for what the side has to do.
            callback: called when the kernel has it, or with an error.
        """
        first = FIN | BINARY if isBinary else FIN | TEXT
        if self._deflater is not None or self._isWithin or not isLast:
            first, data = self._part(first, data, isLast, compress)
        if masked or not self._isServer:
            self._sendFrame(first, data, callback, masked)
            return
        # The frame of a server is the same for every client, so one that goes to all is made once. What follows is
        # `_sendFrame` without its calls (benchmarks/websocket/messages.py).
        known, knownFirst, frame = _recent
        if data is not known or first != knownFirst:
            frame = _unmasked(first, data)
        sent = self._takeover.writeNow(frame)
        if sent is None:
            self._write(frame, callback)
        elif callback is not None:
            if sent:
                ticks.nextTick(callback, None)
            else:
                self._takeover.callBack(callback)

    def _part(self, first: int, data: bytes, isLast: bool, compress: bool) -> tuple[int, bytes]:
        """First byte and payload of what may be a fragment, or compressed."""
        if self._isWithin:
            first = FIN | CONTINUATION
        elif self._deflater is not None:
            self._isCompressing = compress and self._deflater.isWorthIt(data)
            if self._isCompressing:
                first |= RSV1
        self._isWithin = not isLast
        if self._isCompressing and self._deflater is not None:
            data = self._deflater.feed(data, isLast)
        return first if isLast else first & ~FIN, data

    def control(self, opcode: int, data: bytes, masked: bool | None = None, callback: Any = None) -> None:
        """Send a ping or a pong, of at most 125 bytes."""
        self._sendFrame(FIN | opcode, data, callback, masked)

    def _sendFrame(self, first: int, data: bytes, callback: Any, masked: bool | None = None) -> None:
        if self._write(self._frame(first, data, masked), callback) and callback is not None:
            ticks.nextTick(callback, None)

    def _frame(self, first: int, data: bytes, masked: bool | None = None) -> bytes:
        if not masked and (self._isServer or masked is False):
            return _unmasked(first, data)
        key = secrets.token_bytes(4)
        return head(first, len(data), True) + key + mask(data, key)

    def _write(self, frame: bytes, callback: Any) -> bool:
        """Whether the kernel has all of it. If not, the callback comes when it has; else it does not."""
        sent = self._takeover.writeNow(frame)
        if sent is None:
            if self.socket is not None and self.socket.writable:
                self.socket.write(frame, callback or _nothing)
            elif callback is not None:
                ticks.nextTick(callback, ERR_STREAM_DESTROYED("write"))
        elif not sent and callback is not None:
            self._takeover.callBack(callback)
        return sent is True

    # -- reading

    def pause(self) -> None:
        """Read no more: what follows waits in the kernel."""
        if self.socket is not None:
            self._takeover.stop()

    def resume(self) -> None:
        """Read on."""
        if self.socket is not None:
            self._takeover.start()

    def keepFragments(self, keep: bool) -> None:
        """Whether a binary message comes as the list of its fragments."""
        self._reader.keepsFragments = keep

    def onPing(self, data: bytes) -> None:
        if self._answersPings and not self.hasSentClose and not self.hasReceivedClose:
            self._answerPing(data)
        if self._owner is not None:
            self._owner.onPing(data)

    def _answerPing(self, data: bytes) -> None:
        if self._maxPendingPongs and self._pendingPongs >= self._maxPendingPongs:
            self.destroy()
        elif not self._write(self._frame(FIN | PONG, data), self._onPongSent):
            self._pendingPongs += 1

    def onPong(self, data: bytes) -> None:
        if self._owner is not None:
            self._owner.onPong(data)

    # -- the end

    def onConclude(self, code: int, reason: bytes) -> None:
        self.hasReceivedClose = True
        self.code, self.reason = code, reason
        ticks.nextTick(self._readOn)
        if self._owner is not None:
            self._owner.onConclude(code, reason)

    def onFault(self, error: WebSocketError) -> None:
        ticks.nextTick(self._readOn)
        if self._owner is not None:
            self._owner.onFault(error)

    def _readOn(self) -> None:
        """What follows is ignored, but the end of it must be seen, even by who had paused."""
        if self.state != CLOSED:
            self._takeover.start()

    def close(self, code: int | None = None, reason: bytes = b"") -> None:
        """Begin the closing handshake, or answer the peer's; no more than once."""
        if self.state != OPEN:
            return
        self.state = CLOSING
        payload = code.to_bytes(2, "big") + reason if code is not None else b""
        self.hasSentClose = True
        self._limit()
        self._sendFrame(FIN | CLOSE, payload, None)

    def end(self) -> None:
        """End the socket, behind what is on its way."""
        if self.socket is not None:
            self.state = CLOSING
            self._limit()
            self.socket.end()

    def destroy(self) -> None:
        """Drop the connection."""
        if self.socket is not None:
            self.state = CLOSING
            self.socket.destroy()

    def _limit(self) -> None:
        if self._timer is None and self.state == CLOSING:
            self._timer = setTimeout(self.destroy, self._closeTimeout)

    # -- events of the socket

    def _onSocketEnd(self) -> None:
        self.end()

    def _onSocketError(self, error: Any) -> None:
        self.destroy()

    def _onSocketClose(self) -> None:
        if self._timer is not None:
            self._timer.close()
        self.state = CLOSED
        self._reader.stop()
        self._takeover.forget()
        owner, self._owner, self.socket = self._owner, None, None  # each held the next
        if owner is not None:
            owner.onClosed()

    def _onPongSent(self, error: Any = None) -> None:
        self._pendingPongs -= 1


#: Payload, first byte and frame of the last message that was not masked.
_recent: tuple[bytes, int, bytes] = (b"", 0, b"")


def _unmasked(first: int, data: bytes) -> bytes:
    """A frame that is not masked. It is remembered until the next, unless it is so long that this would hold memory."""
    global _recent
    size = len(data)
    frame = (bytes((first, size)) if size < 126 else head(first, size, False)) + data
    if size <= MAX_REMEMBERED:
        _recent = data, first, frame
    return frame


def _nothing(error: Any = None) -> None:
    """For a frame that nobody waits for."""
