"""WebSocket in the form of npm's package `ws`: an EventEmitter.

    CONNECTING ──handshake──> OPEN ──close, the peer's close, fault──> CLOSING ──> CLOSED

A WebSocketServer makes these, behind the handshake. The class that Node has as a global is `nodecompat.WebSocket`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..blob import Blob
from ..coercion import optionsOf
from ..errors import ERR_INVALID_ARG_TYPE, NodeError, NodeRangeError, NodeTypeError, numberText
from ..events import EventEmitter, fit
from ..eventtarget import AddEventListenerOptions, Event
from ..optionbags import check
from ..reactor.loop import ticks
from ..web.events import CloseEvent, ErrorEvent, MessageEvent
from .options import SendOptions
from .protocol import deflate
from .protocol.connection import CLOSE_TIMEOUT, CLOSED, CLOSING, CONNECTING, MAX_PENDING_PONGS, OPEN, Connection
from .protocol.faults import NO_STATUS, WebSocketError, isSendable
from .protocol.frames import PING, PONG
from .protocol.payload import toBytes

if TYPE_CHECKING:
    from typing import Literal, TypeVar, overload

    from typing_extensions import Self

    from ..events.listeners import Listener, Listener0, Listener1, Listener2
    from ..symbols import Symbol

#: `ws`' default limits.
MAX_PAYLOAD = 100 * 1024 * 1024
MAX_FRAGMENTS = 16 * 1024
_STATES = ("CONNECTING", "OPEN", "CLOSING", "CLOSED")
_SEND_OPTIONS = ("binary", "fin", "compress", "mask")
_BINARY_TYPES = ("nodebuffer", "arraybuffer", "fragments", "blob")


class WebSocket(EventEmitter):
    """One connection.

    Emits:
        message: data, isBinary; data is bytes also for a text, or what `binaryType` says.
        close: code, reason; always the last. 1005: the peer gave no code, 1006: it has not said that it closes.
        error: err, for a peer that breaks the protocol; its `code` is that of `ws`.
        ping, pong: data.
    Example:
        @server.on("connection")
        def onConnection(ws, req):
            ws.on("message", lambda data, isBinary: ws.send(data, {"binary": isBinary}))
    """

    CONNECTING, OPEN, CLOSING, CLOSED = CONNECTING, OPEN, CLOSING, CLOSED

    __events__: dict[str, tuple[str, ...]] = {
        "close": ("code: int", "reason: bytes"),
        "error": ("error: Any",),
        "message": ("data: Any", "isBinary: bool"),
        "open": (),
        "ping": ("data: bytes",),
        "pong": ("data: bytes",),
    }

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal["newListener", "removeListener", "close", "error", "message", "open", "ping", "pong"]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener2[int, bytes])
        _F2 = TypeVar("_F2", bound=Listener1[Any])
        _F3 = TypeVar("_F3", bound=Listener2[Any, bool])
        _F4 = TypeVar("_F4", bound=Listener0)
        _F5 = TypeVar("_F5", bound=Listener1[bytes])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["close"], listener: Listener2[int, bytes]) -> Self: ...
        @overload
        def on(self, eventName: Literal["error"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["message"], listener: Listener2[Any, bool]) -> Self: ...
        @overload
        def on(self, eventName: Literal["open"], listener: Listener0) -> Self: ...
        @overload
        def on(self, eventName: Literal["ping", "pong"], listener: Listener1[bytes]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["close"]) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["error"]) -> Callable[[_F2], _F2]: ...
        @overload
        def on(self, eventName: Literal["message"]) -> Callable[[_F3], _F3]: ...
        @overload
        def on(self, eventName: Literal["open"]) -> Callable[[_F4], _F4]: ...
        @overload
        def on(self, eventName: Literal["ping", "pong"]) -> Callable[[_F5], _F5]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    def __init__(self) -> None:
        super().__init__()
        self._connection_: Connection | None = None
        self._binaryType_ = "nodebuffer"
        self._protocol_ = self._extensions_ = self._url_ = ""
        self._isPaused_ = False
        #: Bytes that were sent too late, as `bufferedAmount` counts them.
        self._lost_ = 0
        self._hasFailed_ = False
        self._listening_: list[tuple[str, Any, Any, bool]] = []

    def _beginOver_(
        self,
        socket: Any,
        head: bytes,
        options: Mapping[str, Any],
        *,
        isServer: bool,
        protocol: str = "",
        agreed: deflate.Agreed | None = None,
    ) -> None:
        """The handshake is over."""
        packing = options.get("perMessageDeflate")
        halves = None
        if agreed is not None:
            self._extensions_ = deflate.NAME
            halves = deflate.halves(agreed, isServer, packing if isinstance(packing, Mapping) else {})
        self._protocol_ = protocol
        self._connection_ = Connection(
            socket,
            head,
            self._owner_(),
            isServer=isServer,
            maxPayload=options.get("maxPayload", MAX_PAYLOAD),
            maxFragments=options.get("maxFragments", MAX_FRAGMENTS),
            closeTimeout=options.get("closeTimeout", CLOSE_TIMEOUT),
            deflate=halves,
            answersPings=options.get("autoPong", True),
            maxPendingPongs=options.get("maxPendingAutoPongs", MAX_PENDING_PONGS),
        )
        self.emit("open")

    def _owner_(self) -> _Owner:
        return _Owner(self)

    # -- what it is

    @property
    def readyState(self) -> int:
        """CONNECTING, OPEN, CLOSING or CLOSED."""
        return CONNECTING if self._connection_ is None else self._connection_.state

    @property
    def binaryType(self) -> str:
        """What a binary message comes as: "nodebuffer" or "arraybuffer" (bytes), "fragments" (a list) or "blob"."""
        return self._binaryType_

    @binaryType.setter
    def binaryType(self, value: str) -> None:
        if value in _BINARY_TYPES:
            self._binaryType_ = value
            if self._connection_ is not None:
                self._connection_.keepFragments(value == "fragments")

    @property
    def bufferedAmount(self) -> int:
        """Bytes that wait to be sent, and those that were given too late."""
        return self._lost_ + (0 if self._connection_ is None else self._connection_.bufferedAmount)

    @property
    def extensions(self) -> str:
        """The names of the extensions that were agreed."""
        return self._extensions_

    @property
    def protocol(self) -> str:
        """The subprotocol that was agreed, or ""."""
        return self._protocol_

    @property
    def url(self) -> str:
        """What was connected to; "" on the side of the server."""
        return self._url_

    @property
    def isPaused(self) -> bool:
        """Whether `pause` was called."""
        return self._isPaused_

    # -- sending

    def send(self, data: Any = None, options: SendOptions | Mapping[str, Any] | Any = None, cb: Any = None) -> None:
        """Send a message.

        Args:
            data: a text, bytes, a Blob or a number; None is an empty message.
            options: SendOptions.
            cb: called when the kernel has it, or with an error.
        Raises: an error while it connects; ERR_INVALID_ARG_TYPE for other data.
        """
        if callable(options):
            options, cb = None, options
        if cb is not None:
            cb = fit(cb, 1)
        connection = self._connection_ or self._opened_()
        isBinary = not (isinstance(data, (str, int, float)) and not isinstance(data, bool))
        payload = data if data.__class__ is bytes else _payload(data)
        if connection.state != OPEN:
            self._sendAfterClose_(payload, cb)
        elif options is None:
            connection.send(payload, isBinary, True, True, None, cb)
        else:
            given: Mapping[str, Any] = options if options.__class__ is dict else optionsOf(options)
            if len(given) == 1 and "binary" in given:  # as a message is passed on
                binary = given["binary"]
                connection.send(payload, isBinary if binary is None else bool(binary), True, True, None, cb)
                return
            binary, isLast, compress, masked = map(given.get, _SEND_OPTIONS)
            connection.send(
                payload,
                isBinary if binary is None else bool(binary),
                isLast is None or bool(isLast),
                compress is None or bool(compress),
                masked,
                cb,
            )

    def ping(self, data: Any = None, mask: Any = None, cb: Any = None) -> None:
        """Send a ping.

        Args:
            data: at most 125 bytes, as of `send`.
            mask: None for what the side has to do.
            cb: called when the kernel has it, or with an error.
        Raises: an error while it connects, and for longer data.
        """
        self._control_(PING, data, mask, cb)

    def pong(self, data: Any = None, mask: Any = None, cb: Any = None) -> None:
        """Send a pong that no ping has asked for; arguments and errors as of `ping`."""
        self._control_(PONG, data, mask, cb)

    def _control_(self, opcode: int, data: Any, mask: Any, cb: Any) -> None:
        connection = self._opened_()
        if callable(data):
            data, mask, cb = None, None, data
        elif callable(mask):
            mask, cb = None, mask
        if cb is not None:
            cb = fit(cb, 1)
        payload = _payload(data)
        if connection.state != OPEN:
            self._sendAfterClose_(payload, cb)
            return
        if len(payload) > 125:
            raise NodeRangeError("The data size must not be greater than 125 bytes")
        connection.control(opcode, payload, mask, cb)

    def _opened_(self) -> Connection:
        if self._connection_ is None:
            raise NodeError("WebSocket is not open: readyState 0 (CONNECTING)")
        return self._connection_

    def _sendAfterClose_(self, payload: bytes, cb: Any) -> None:
        self._lost_ += len(payload)
        if cb is not None:
            state = self.readyState
            ticks.nextTick(cb, NodeError(f"WebSocket is not open: readyState {state} ({_STATES[state]})"))

    # -- reading

    def pause(self) -> None:
        """Read no more; what follows waits in the kernel."""
        if self._connection_ is not None and self._connection_.state != CLOSED:
            self._isPaused_ = True
            self._connection_.pause()

    def resume(self) -> None:
        """Read on."""
        if self._connection_ is not None and self._connection_.state != CLOSED:
            self._isPaused_ = False
            self._connection_.resume()

    # -- the end

    def close(self, code: int | None = None, data: Any = None) -> None:
        """Close: say it to the peer, wait until it says so too, at most for `closeTimeout`.

        Args:
            code: 1000 to 1014 but for 1004 to 1006, or 3000 to 4999.
            data: the reason, at most 123 bytes.
        Raises: a TypeError for another code or reason.
        """
        connection = self._connection_
        if connection is None or connection.state == CLOSED:
            return
        if connection.state == CLOSING:
            if connection.hasSentClose and connection.hasReceivedClose:
                connection.end()
            return
        connection.close(*_closing(code, data))

    def terminate(self) -> None:
        """Close at once, without a word to the peer."""
        if self._connection_ is not None:
            self._connection_.destroy()

    # -- as in a browser

    def addEventListener(self, type: str, handler: Any, options: Any = None, **keywords: Any) -> None:
        """Listen as in a browser: to "message", "close", "error" or "open", with an event as argument.

        Args: options: `once`.
        """
        check(AddEventListenerOptions, options, keywords)
        self._listen_(type, handler, bool(optionsOf(options, keywords).get("once")), False)

    def _listen_(self, type: str, handler: Any, once: bool, isAttribute: bool) -> None:
        if type not in _EVENTS or any(each[:2] == (type, handler) and not each[3] for each in self._listening_):
            return
        makeEvent, call = _EVENTS[type], handler if callable(handler) else handler.handleEvent

        def onEvent(*args: Any) -> object:
            event = makeEvent(self, *args)
            event._target_ = self
            return call(event)

        self._listening_.append((type, handler, onEvent, isAttribute))
        emitter: Any = self  # the event is one of four
        (emitter.once if once else emitter.on)(type, onEvent)

    def removeEventListener(self, type: str, handler: Any) -> None:
        """Remove what `addEventListener` has added."""
        self._unlisten_(type, handler, False)

    def _unlisten_(self, type: str, handler: Any, isAttribute: bool) -> None:
        for each in self._listening_:
            if each[0] == type and each[3] is isAttribute and (isAttribute or each[1] == handler):
                self._listening_.remove(each)
                EventEmitter.removeListener(self, type, each[2])
                return

    def _handler_(self, type: str) -> Any:
        return next((each[1] for each in self._listening_ if each[0] == type and each[3]), None)

    def _setHandler_(self, type: str, handler: Any) -> None:
        self._unlisten_(type, None, True)
        if callable(handler):
            self._listen_(type, handler, False, True)

    @property
    def onopen(self) -> Any:
        """The listener that was assigned."""
        return self._handler_("open")

    @onopen.setter
    def onopen(self, handler: Any) -> None:
        self._setHandler_("open", handler)

    @property
    def onmessage(self) -> Any:
        """The listener that was assigned."""
        return self._handler_("message")

    @onmessage.setter
    def onmessage(self, handler: Any) -> None:
        self._setHandler_("message", handler)

    @property
    def onerror(self) -> Any:
        """The listener that was assigned."""
        return self._handler_("error")

    @onerror.setter
    def onerror(self, handler: Any) -> None:
        self._setHandler_("error", handler)

    @property
    def onclose(self) -> Any:
        """The listener that was assigned."""
        return self._handler_("close")

    @onclose.setter
    def onclose(self, handler: Any) -> None:
        self._setHandler_("close", handler)


class _Owner:
    """What a connection tells becomes events. Apart, because these are no methods for a program to call."""

    __slots__ = ("_websocket",)

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket

    def onMessage(self, data: Any, isBinary: bool) -> None:
        websocket = self._websocket
        if isBinary and websocket._binaryType_ == "blob":
            data = Blob([data])
        websocket.emit("message", data, isBinary)

    def onPing(self, data: bytes) -> None:
        self._websocket.emit("ping", data)

    def onPong(self, data: bytes) -> None:
        self._websocket.emit("pong", data)

    def onConclude(self, code: int, reason: bytes) -> None:
        connection = self._websocket._opened_()
        connection.close(None if code == NO_STATUS else code, reason)
        connection.end()

    def onFault(self, error: WebSocketError) -> None:
        websocket = self._websocket
        connection = websocket._opened_()
        connection.close(error.status)
        try:
            if not websocket._hasFailed_:
                websocket._hasFailed_ = True
                websocket.emit("error", error)
        finally:
            connection.end()

    def onClosed(self) -> None:
        websocket = self._websocket
        connection = websocket._opened_()
        websocket.emit("close", connection.code, connection.reason)


def _closing(code: Any, data: Any) -> tuple[int | None, bytes]:
    """Code and reason of a close frame."""
    if code is None:
        return None, b""
    if isinstance(code, bool) or not isinstance(code, int) or not isSendable(code):
        raise NodeTypeError("First argument must be a valid error code number")
    if data is not None and not isinstance(data, (str, bytes, bytearray, memoryview)):
        raise NodeTypeError("Second argument must be a string or a Uint8Array")
    reason = toBytes(data) if data is not None else b""
    if len(reason) > 123:
        raise NodeRangeError("The message must not be greater than 123 bytes")
    return code, reason


def _payload(data: Any) -> bytes:
    if isinstance(data, bytes):
        return data
    if data is None:
        return b""
    if isinstance(data, bool):
        if data:
            raise ERR_INVALID_ARG_TYPE("data", ["string", "Buffer", "Blob"], data)
        return b""
    return toBytes(numberText(data) if isinstance(data, (int, float)) else data)


def _messageEvent(websocket: WebSocket, data: Any, isBinary: bool) -> MessageEvent:
    return MessageEvent("message", data=data if isBinary else data.decode())


def _closeEvent(websocket: WebSocket, code: int, reason: bytes) -> CloseEvent:
    connection = websocket._opened_()
    wasClean = connection.hasSentClose and connection.hasReceivedClose
    return CloseEvent("close", code=code, reason=reason.decode(), wasClean=wasClean)


def _errorEvent(websocket: WebSocket, error: Any) -> ErrorEvent:
    return ErrorEvent("error", error=error, message=str(getattr(error, "message", error)))


def _openEvent(websocket: WebSocket) -> Any:
    return Event("open")


_EVENTS: dict[str, Callable[..., Any]] = {
    "close": _closeEvent,
    "error": _errorEvent,
    "message": _messageEvent,
    "open": _openEvent,
}
