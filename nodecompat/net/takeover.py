"""The one way for another package to the bytes of a stream: http on both sides, what an upgrade gives back, tls.

`takeBytes(stream, consume)` gives every byte of a Duplex to `consume`. There are two ways, and the stream changes from
one to the other by itself:

    direct    handle ──> consume                      a Socket that nobody else reads
    through   handle ──> stream ──'data'──> consume   a listener of the program's for 'data' or 'readable', or no handle

The consumer listens for 'data' from the beginning, as in Node: what is buffered already, and what a program pushes or
unshifts, comes to it that way. So the first byte that is read can be put back and the socket given to http.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..events.listeners import Entry
from ..events.own import addOwn
from ..stream.core.state import BUSY, nop
from .socket import Socket
from .states import CONNECTED

if TYPE_CHECKING:
    from ..reactor.handle import Buffer
    from ..stream import Duplex


class Takeover:
    """A stream whose bytes one consumer has taken."""

    __slots__ = (
        "_consume",
        "_isOurs",
        "_isPaused",
        "_isShared",
        "_own",
        "_socket",
        "isDirect",
        "isExclusive",
        "stream",
    )

    def __init__(self, stream: Duplex, consume: Callable[[bytes], object]) -> None:
        self.stream: Any = stream
        self._consume = consume
        #: The stream if it has, or will have, a handle.
        self._socket: Any = stream if isinstance(stream, Socket) else None
        #: What the program has put on that socket itself; to ask it each time takes longer than all else here.
        self._own: dict[str, Any] = {} if self._socket is None else self._socket.__dict__
        #: Its class writes as the package does.
        cls: Any = type(stream)
        self._isOurs: bool = self._socket is not None and cls.write is ownWrite and cls._write is _send
        #: The program has listened for the bytes: from then on they go through the stream.
        self._isShared = self._socket is None
        #: The handle's bytes go to the consumer.
        self.isDirect: bool = False
        self._isPaused = False
        #: Set while what comes is not for a listener of the program: it would end nothing.
        self.isExclusive: bool = False
        onData = self._onData
        if addOwn(stream, (("data", Entry(onData, None, onData)),)):
            stream._onDataListener_()
        if self._socket is not None:
            self._socket._takeover_ = self
            self._tryDirect()

    @property
    def owner(self) -> Any:
        """Whose method the consumer is."""
        return getattr(self._consume, "__self__", None)

    # -- reading

    def start(self) -> None:
        """Resume reading."""
        if not self.stream._flowing_:
            self.stream.resume()

    def stop(self) -> None:
        """Pause: further bytes wait in the kernel."""
        self.stream.pause()

    def isStopped(self) -> bool:
        """True while the stream is paused, by whomever."""
        return self.stream._flowing_ is False

    def release(self) -> None:
        """Give the bytes back to the stream."""
        socket = self._socket
        if socket is not None:
            self._leaveHandle()
            socket._takeover_ = None
        self.stream.removeListener("data", self._onData)

    def forget(self) -> None:
        """The stream is closed: together they would be a cycle."""
        if self._socket is not None:
            self._socket._takeover_ = None
        self._isShared, self.isDirect = True, False
        self.stream = self._socket = None
        self._own = {}
        self._consume = _nobody

    def _onData(self, data: bytes) -> None:
        if not self._isShared:
            self._tryDirect()
        self._consume(data)

    def _tryDirect(self) -> None:
        socket = self._socket
        handle, events = socket._handle, socket._events
        if handle is None or handle.onread != socket._onread_ or socket._readLength_ or "readable" in events:
            return  # it connects still, has the option `onread`, or holds bytes that come first
        listeners = events.get("data")
        if listeners is None or all(each.matches(self._onData) for each in listeners.entries()):
            self.isDirect = True
            self.aim()

    # -- callbacks of the socket

    def aim(self) -> None:
        """Its idle timer was set or removed."""
        if self.isDirect and self._socket._handle is not None:
            self._socket._handle.onread = self._consume if self._socket._idleTimer_ is None else self._touchAndConsume

    def share(self) -> None:
        """Another listener wants the bytes, too."""
        if not self.isExclusive:
            self._leaveHandle()

    def _leaveHandle(self) -> None:
        self._isShared = True
        if self.isDirect:
            self.isDirect = False
            if self._socket._handle is not None:
                self._socket._handle.onread = self._socket._onread_
            if self._isPaused:
                self._socket._readGate_ &= ~BUSY  # so that its next `_read` starts the handle

    def pause(self) -> None:
        """It is paused."""
        if self.isDirect and self._socket._handle is not None:
            self._isPaused = True
            self._socket._handle.readStop()

    def resume(self) -> None:
        """It flows again."""
        if self.isDirect and self._socket._handle is not None:
            self._isPaused = False
            self._socket._handle.readStart()

    def _touchAndConsume(self, data: bytes) -> None:
        self._socket._touch_()
        self._consume(data)

    # -- writing

    def isAtRest(self) -> bool:
        """True while the stream is open, and has written all and told so."""
        return self.stream is not None and not (self.stream._writeGate_ or self.stream._needDrain_)

    def destroySoon(self) -> None:
        """Close the stream once everything is sent."""
        if self._socket is not None:
            self._socket.destroySoon()
        elif self.stream is not None:
            self.stream.end()

    def writeNow(self, data: Buffer) -> bool | None:
        """Give bytes to the kernel at once, past the state of the stream.

        Returns:
            True: the kernel has taken all of it. False: the rest is under way; `callBack` says whom to tell. None:
            nothing was done, because the stream has no handle, other bytes wait in it, or the program has put a
            `write` or `_write` of its own in the way: on the socket, or on its class before it was taken over. Then
            use `stream.write`.
        """
        socket = self._socket
        if socket is None or socket._writeGate_ or socket._writeLength_ or socket._connectState_ != CONNECTED:
            return None
        own = self._own
        if not self._isOurs or "write" in own or "_write" in own:
            return None
        if socket._idleTimer_ is not None:
            socket._touch_()
        status = socket._handle.write(data)
        if not status:
            return True
        socket._notWrittenNow_(status, len(data), nop)
        return False

    def callBack(self, callback: Callable[..., Any]) -> None:
        """Call it when what the last `writeNow` has left is out, or with an error."""
        self._socket._writeCallback_ = callback

    def sendFile(
        self, before: bytes, fd: int, offset: int | None, size: int, callback: Callable[..., object]
    ) -> int | None:
        """`writeNow` of bytes and a part of a file: see `Socket._takeFile_`."""
        return None if self._socket is None else self._socket._takeFile_(fd, offset, size, callback, before)


def _nobody(data: bytes) -> None:
    """Whoever had taken the bytes of a stream that is closed."""


takeBytes = Takeover

#: What a program may put a function of its own in the place of. A recording (`anatomy`) puts its function here as well:
#: for what the package itself writes it does nothing else.
ownWrite: Callable[..., bool] = Socket.write
_send = Socket._write
