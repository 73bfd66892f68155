"""Messages between two processes: `send`, 'message', 'disconnect', on either side.

A message is a line of JSON, as Node's are, so that either end may be Node. A message whose `cmd` begins with NODE_ is
for the modules themselves, and comes as 'internalMessage'. One that carries a socket or a server waits for the answer
that it has arrived (NODE_HANDLE_ACK), and all others behind it: the kernel drops descriptors that do not fit.

Follows Node 26 by behaviour. Differs: a line that is no JSON is an 'error', for it comes from another program.
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..coercion import optionsOf
from ..errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_IPC_CHANNEL_CLOSED,
    ERR_IPC_DISCONNECTED,
    ERR_MISSING_ARGS,
    errnoException,
)
from ..events import EventEmitter, fit
from ..reactor.handle import PENDING
from ..reactor.loop.ticks import nextTick
from ..stringify import jsonText
from ..symbols import Symbol
from ..validators import isTruthy, validateObject
from .handles import Parcel, parcel, unpack, validateHandle

if TYPE_CHECKING:
    from ..reactor.loop.channel import Channel

#: `send` says False when more bytes wait.
_PLENTY = 2 * 64 * 1024
#: How often a message whose descriptor was lost on the way is sent again.
_ATTEMPTS = 3
_ACK, _NACK = {"cmd": "NODE_HANDLE_ACK"}, {"cmd": "NODE_HANDLE_NACK"}
_INTERNAL = "NODE_"
#: A message that was not given.
missing: Any = object()


class Control(EventEmitter):
    """`process.channel`, `child.channel`: whether the channel keeps the program alive.

    Node: https://nodejs.org/api/process.html#processchannel
    """

    def __init__(self, channel: Channel) -> None:
        super().__init__()
        self._channel_ = channel
        self._count_ = 0
        self._isSet_ = False

    @property
    def fd(self) -> int:
        """The descriptor."""
        return self._channel_.fileno()

    def ref(self) -> None:
        """Let the channel keep the program alive. Node: https://nodejs.org/api/process.html#processchannelref"""
        self._isSet_ = True
        self._channel_.ref()

    def unref(self) -> None:
        """Do not let it. Node: https://nodejs.org/api/process.html#processchannelunref"""
        self._isSet_ = True
        self._channel_.unref()

    def refCounted(self) -> None:
        """One more listener needs it."""
        self._count_ += 1
        if self._count_ == 1 and not self._isSet_:
            self._channel_.ref()

    def unrefCounted(self) -> None:
        """One listener less."""
        self._count_ -= 1
        if self._count_ == 0 and not self._isSet_:
            self._channel_.unref()
            self.emit("unref")


class Conversation:
    """One end of a channel, on behalf of a ChildProcess or of `process`, whose events it emits.

    Args:
        target: emits 'message', 'internalMessage', 'disconnect', 'error'.
        channel: open.
        over: called when the channel is closed.
    """

    def __init__(self, target: EventEmitter, channel: Channel, over: Callable[[], object]) -> None:
        self._target = target
        self._channel = channel
        self._over = over
        self.control: Control | None = Control(channel)
        self.connected: bool = True
        self._partial: list[bytes] = []
        #: Descriptors that have come, and whose message has not.
        self._descriptors: deque[int] = deque()
        #: Messages for which nobody listens yet.
        self._unheard: list[tuple[Any, Any]] = []
        #: What was sent with a descriptor and is not acknowledged yet, and what waits behind it.
        self._underWay: tuple[Parcel, int] | None = None
        self._waiting: deque[tuple[Any, Any, bool, Any]] | None = None
        self._callbacks: deque[Callable[[None], object] | None] = deque()
        #: Closed, but for what the kernel has not taken yet.
        self._isEnding = False
        channel.onread = self._onRead
        channel.onend = self._onEnd
        channel.onwrite = self._onWrite
        target.on("newListener", self._onListener)
        channel.readStart()

    # -- sending

    def send(self, message: Any, sendHandle: Any, options: Any, callback: Any) -> bool:
        """See `ChildProcess.send`."""
        if callable(sendHandle) and options is None and not hasattr(sendHandle, "fileno"):
            sendHandle, callback = None, sendHandle
        elif callable(options) and callback is None:
            options, callback = None, options
        elif options is not None:
            validateObject(options, "options")
        given = optionsOf(options)
        if self.connected:
            return self.post(message, sendHandle, isTruthy(given.get("keepOpen")), callback)
        return refuse(self._target, callback)

    def post(self, message: Any, thing: Any = None, keepOpen: bool = False, callback: Any = None) -> bool:
        """Send; an answer to the other end's modules as well."""
        if message is missing:
            raise ERR_MISSING_ARGS("message")
        if callable(message) or isinstance(message, Symbol):
            raise ERR_INVALID_ARG_TYPE("message", ["string", "object", "number", "boolean"], message)
        if thing is not None:
            validateHandle(thing)
        if self._waiting is not None:
            self._waiting.append((message, thing, keepOpen, callback))
            return len(self._waiting) == 1
        package = None if thing is None else parcel(message, thing, keepOpen)
        return self._write(message if package is None else package.message, package, callback)

    def _write(self, message: Any, package: Parcel | None, callback: Any, attempt: int = 1) -> bool:
        status = self._channel.write(_encoded(message), None if package is None else package.descriptor)
        if package is not None and status >= 0:
            self._underWay = (package, attempt)
            if self._waiting is None:
                self._waiting = deque()
        elif package is not None:
            package.delivered()
        if status == PENDING:
            self._callbacks.append(None if callback is None else fit(callback, 1))
        elif status < 0:
            error = errnoException(status, "write")
            if callback is None:
                nextTick(self._target.emit, "error", error)
            else:
                nextTick(fit(callback, 1), error)
        elif callback is not None:
            nextTick(fit(callback, 1), None)
        return self._channel.writeQueueSize < _PLENTY

    def _onWrite(self, status: int) -> None:
        callback = self._callbacks.popleft()
        if callback is not None:
            callback(None)  # even if the peer went away before it read this: 'disconnect' says so
        if self._isEnding and not self._channel.writeQueueSize:
            self._isEnding = False
            self._finish()

    def _onAnswer(self, isThere: bool) -> None:
        if self._underWay is None:
            return
        (package, attempt), self._underWay = self._underWay, None
        if not isThere and attempt <= _ATTEMPTS:
            self._write(package.message, package, None, attempt + 1)
            return
        package.delivered()
        waiting, self._waiting = self._waiting, None
        for each in waiting or ():
            self.post(*each)
        if not self.connected and self.control is not None and self._waiting is None:
            self._close()

    # -- receiving

    def _onListener(self, name: Any, listener: Any = None) -> None:
        if name == "message":
            nextTick(self._deliverUnheard)

    def _deliverUnheard(self) -> None:
        if self._unheard and self._target.listenerCount("message"):
            unheard, self._unheard = self._unheard, []
            for message, thing in unheard:
                self._deliver(message, thing)

    def _onRead(self, data: bytes, descriptors: list[int]) -> None:
        self._descriptors.extend(descriptors)
        *lines, rest = data.split(b"\n")
        for line in lines:
            self._partial.append(line)
            whole = b"".join(self._partial)
            self._partial.clear()
            self._onLine(whole)
        if rest:
            self._partial.append(rest)

    def _onLine(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except ValueError as error:
            nextTick(self._target.emit, "error", error)
            return
        command = message.get("cmd") if isinstance(message, dict) else None
        if not isinstance(command, str) or not command.startswith(_INTERNAL):
            self._take(message, None)
        elif command == "NODE_HANDLE":
            self._onHandle(message)
        elif command in ("NODE_HANDLE_ACK", "NODE_HANDLE_NACK"):
            self._onAnswer(command == "NODE_HANDLE_ACK")
        else:
            self._take(message, None)

    def _onHandle(self, message: Mapping[str, Any]) -> None:
        if not self._descriptors:
            self._channel.write(_encoded(_NACK))  # dropped by the kernel: too many are open
            return
        self._channel.write(_encoded(_ACK))
        unpack(message, self._descriptors.popleft(), lambda thing: self._take(message.get("msg"), thing))

    def _take(self, message: Any, thing: Any) -> None:
        if self.control is not None:
            nextTick(self._deliver, message, thing)

    def _deliver(self, message: Any, thing: Any) -> None:
        command = message.get("cmd") if isinstance(message, dict) else None
        if isinstance(command, str) and command.startswith(_INTERNAL):
            self._target.emit("internalMessage", message, thing)
        elif self._target.listenerCount("message"):
            self._target.emit("message", message, thing)
        else:
            self._unheard.append((message, thing))

    # -- the end

    def disconnect(self) -> None:
        """See `ChildProcess.disconnect`."""
        if not self.connected:
            self._target.emit("error", ERR_IPC_DISCONNECTED())
            return
        self.connected = False
        if self._waiting is None:  # else when all of it is sent
            self._close()

    def _onEnd(self, status: int) -> None:
        if self.control is None:
            return
        self.connected = False
        # What waits for an answer will not get one.
        self._waiting = None
        self._close()

    def _close(self) -> None:
        """No message comes any more; those that have come are told first."""
        self.control = None
        if self._underWay is not None:
            self._underWay[0].delivered()
            self._underWay = None
        nextTick(self._finish)

    def _finish(self) -> None:
        if self._channel.writeQueueSize:  # the peer is slow: what was sent before goes out before the end
            self._isEnding = True
            return
        self._channel.close()
        for fd in self._descriptors:
            os.close(fd)
        self._descriptors.clear()
        self._target.removeListener("newListener", self._onListener)
        self._target.emit("disconnect")
        nextTick(self._over)


def refuse(target: EventEmitter, callback: Any) -> bool:
    """`send` without a channel."""
    error = ERR_IPC_CHANNEL_CLOSED()
    if callback is not None:
        nextTick(fit(callback, 1), error)
    else:
        nextTick(target.emit, "error", error)
    return False


def _encoded(message: Any) -> bytes:
    """A line of JSON. What Python's own encoder takes, it does in a tenth of the time."""
    try:
        text = json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode() + b"\n"
    except (TypeError, ValueError):
        return (jsonText(message) or "null").encode() + b"\n"
