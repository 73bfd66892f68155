"""WebSocket: the client that is a global in Node.

    CONNECTING ──handshake──> OPEN ──close, the server's close, fault──> CLOSING ──the socket closes──> CLOSED

Differs: a server that does not end the connection behind the closing handshake is left after 30 seconds.
Node: https://nodejs.org/api/globals.html#class-websocket
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from ..abort import DOMException
from ..blob import Blob
from ..coercion import PRIMITIVES, optionsOf, toNumber
from ..errors import NodeError, toText
from ..eventtarget import Event, EventTarget
from ..optionbags import check
from ..symbols import Symbol
from ..texts import wellFormed
from ..url import URL, asUrl
from ..websocket.protocol import deflate
from ..websocket.protocol.connection import CLOSED, CLOSING, CONNECTING, OPEN, Connection
from ..websocket.protocol.faults import ABNORMAL, NO_STATUS, NORMAL, WebSocketError
from ..websocket.protocol.headers import isToken
from ..websocket.protocol.payload import textBytes, toBytes
from .events import CloseEvent, ErrorEvent, MessageEvent
from .failures import typeError
from .opening import Opening

#: undici's defaults: bytes of a message, and its parts.
MAX_PAYLOAD = 128 * 1024 * 1024
MAX_FRAGMENTS = 131_072
_REASON_BYTES = 123
_BUFFERS = (bytes, bytearray, memoryview)

_absent: Any = object()


class WebSocketInit(TypedDict, total=False):
    """Options of WebSocket.

    Options:
        dispatcher: An http.Agent or https.Agent to connect with; its option `webSocket` may have `maxPayloadSize`,
            `maxFragments`. By default a connection of its own.
        headers: Further headers of the request: Headers, a mapping, or pairs; none by default.
        protocols: One or several subprotocols, in the order of preference; none by default.
    """

    dispatcher: Any
    headers: Any
    protocols: Any


class WebSocket(EventTarget):
    """A connection to a WebSocket server. It opens by itself.

    Args:
        url: ws:, wss:, http: or https:, without a fragment.
        protocols: a subprotocol, several, or WebSocketInit, as a mapping or as keywords.
    Emits:
        open: an Event.
        message: a MessageEvent; `data` is a text, or what `binaryType` says.
        error: an ErrorEvent, before a 'close' that is not clean.
        close: a CloseEvent, always the last.
    Raises: a DOMException (SyntaxError) for a URL or subprotocols that cannot be; a TypeError for arguments of other
        types.
    Example:
        ws = WebSocket("wss://example.com/chat")
        ws.onopen = lambda: ws.send("hello")
        ws.onmessage = lambda event: print(event.data)
    Node: https://nodejs.org/api/globals.html#class-websocket
    """

    CONNECTING, OPEN, CLOSING, CLOSED = CONNECTING, OPEN, CLOSING, CLOSED

    def __init__(self, url: Any = _absent, protocols: Any = None, **keywords: Any) -> None:
        super().__init__()
        if url is _absent:
            raise typeError("WebSocket constructor: 1 argument required, but 0 found.")
        options = _optionsOf(protocols, keywords)
        self._url_ = _urlOf(url)
        names = _protocolsOf(options.get("protocols"))
        self._binaryType_ = "blob"
        self._protocol_ = self._extensions_ = ""
        self._state_ = CONNECTING
        self._bufferedAmount_ = 0
        self._handlers_: dict[str, Any] = {}
        self._connection_: Connection | None = None
        self._agent_ = options.get("dispatcher")
        self._opening_: Opening | None = Opening(
            _Hearing(self), self._url_, names, options.get("headers"), self._agent_
        )

    @property
    def readyState(self) -> int:
        """CONNECTING, OPEN, CLOSING or CLOSED."""
        return self._state_ if self._connection_ is None else self._connection_.state

    @property
    def bufferedAmount(self) -> int:
        """Bytes of messages that the kernel has not taken."""
        return self._bufferedAmount_

    @property
    def url(self) -> str:
        """What is connected to."""
        return self._url_.href

    @property
    def extensions(self) -> str:
        """What the server has answered about extensions."""
        return self._extensions_

    @property
    def protocol(self) -> str:
        """The subprotocol that the server has chosen, or ""."""
        return self._protocol_

    @property
    def binaryType(self) -> str:
        """What a binary message comes as: "blob", or "arraybuffer", which is bytes."""
        return self._binaryType_

    @binaryType.setter
    def binaryType(self, value: str) -> None:
        self._binaryType_ = value if value == "arraybuffer" else "blob"

    def send(self, data: Any = _absent) -> None:
        """Send a message.

        Args: data: bytes-like or a Blob, which is a binary message; anything else is sent as a text.
        Raises: a DOMException (InvalidStateError) while it connects.
        """
        if data is _absent:
            raise typeError("WebSocket.send: 1 argument required, but 0 found.")
        isBinary = isinstance(data, (*_BUFFERS, Blob))
        payload = toBytes(data) if isBinary else textBytes(_textOf(data))
        if self.readyState == CONNECTING:
            raise DOMException("Sent before connected.", "InvalidStateError")
        connection = self._connection_
        if connection is None or connection.state != OPEN:
            return
        self._bufferedAmount_ += len(payload)
        connection.send(payload, isBinary, callback=lambda error=None: self._onSent_(len(payload)))

    def _onSent_(self, size: int) -> None:
        self._bufferedAmount_ -= size

    def close(self, code: Any = None, reason: Any = None) -> None:
        """Close: say it to the server, and wait until it says so too.

        Args:
            code: 1000, or 3000 to 4999.
            reason: a text of at most 123 bytes.
        Raises: a DOMException (InvalidAccessError, SyntaxError) for another code or reason.
        """
        number = None if code is None else _clamped(code)
        words = b"" if reason is None else textBytes(_textOf(reason))
        if number is not None and number != NORMAL and not 3000 <= number <= 4999:
            raise DOMException("invalid code", "InvalidAccessError")
        if len(words) > _REASON_BYTES:
            raise DOMException(f"Reason must be less than 123 bytes; received {len(words)}", "SyntaxError")
        if self._connection_ is not None:
            self._connection_.close(NORMAL if number is None and words else number, words)
        elif self._state_ == CONNECTING:
            self._giveUp_(NodeError("WebSocket was closed before the connection was established"))
            self._state_ = CLOSING  # as in Node, where it is never CLOSED

    # -- the handlers

    def _setHandler_(self, type: str, handler: Any) -> None:
        before = self._handlers_.pop(type, None)
        if before is not None:
            self.removeEventListener(type, before)
        if handler is None or isinstance(handler, PRIMITIVES):
            return
        self._handlers_[type] = handler  # whatever it is, as in Node
        if callable(handler):
            self.addEventListener(type, handler)

    @property
    def onopen(self) -> Any:
        """The listener that was assigned."""
        return self._handlers_.get("open")

    @onopen.setter
    def onopen(self, handler: Any) -> None:
        self._setHandler_("open", handler)

    @property
    def onerror(self) -> Any:
        """The listener that was assigned."""
        return self._handlers_.get("error")

    @onerror.setter
    def onerror(self, handler: Any) -> None:
        self._setHandler_("error", handler)

    @property
    def onclose(self) -> Any:
        """The listener that was assigned."""
        return self._handlers_.get("close")

    @onclose.setter
    def onclose(self, handler: Any) -> None:
        self._setHandler_("close", handler)

    @property
    def onmessage(self) -> Any:
        """The listener that was assigned."""
        return self._handlers_.get("message")

    @onmessage.setter
    def onmessage(self, handler: Any) -> None:
        self._setHandler_("message", handler)

    # -- the end

    def _giveUp_(self, why: BaseException | None) -> None:
        """There is no connection."""
        opening, self._opening_ = self._opening_, None
        if opening is not None:
            opening.stop()
        self._state_ = CLOSED
        self._conclude_(ABNORMAL, "", False, why)

    def _conclude_(self, code: int, reason: str, wasClean: bool, why: BaseException | None = None) -> None:
        if code == ABNORMAL:
            self.dispatchEvent(ErrorEvent("error", error=typeError("", why)))
        self.dispatchEvent(CloseEvent("close", wasClean=wasClean, code=code, reason=reason))


class _Hearing:
    """What the handshake and the connection tell becomes events."""

    __slots__ = ("_origin", "_websocket", "_why")

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._origin = websocket._url_.origin
        self._why: BaseException | None = None

    def onOpened(self, socket: Any, head: bytes, protocol: str, extensions: str, agreed: deflate.Agreed | None) -> None:
        websocket = self._websocket
        limits = getattr(websocket._agent_, "options", {}).get("webSocket") or {}
        websocket._opening_ = websocket._agent_ = None
        websocket._protocol_, websocket._extensions_ = protocol, extensions
        websocket._connection_ = Connection(
            socket,
            head,
            self,
            isServer=False,
            maxPayload=limits.get("maxPayloadSize", MAX_PAYLOAD),
            maxFragments=limits.get("maxFragments", MAX_FRAGMENTS),
            deflate=None if agreed is None else deflate.halves(agreed, False, {}),
        )
        websocket.dispatchEvent(Event("open"))

    def onRefused(self, why: BaseException) -> None:
        self._websocket._giveUp_(why)

    def onMessage(self, data: Any, isBinary: bool) -> None:
        websocket = self._websocket
        if websocket.readyState != OPEN:
            return
        if not isBinary:
            data = data.decode().removeprefix("\ufeff")
        elif websocket._binaryType_ == "blob":
            data = Blob([data])
        websocket.dispatchEvent(MessageEvent("message", {"data": data, "origin": self._origin}))

    def onPing(self, data: bytes) -> None:
        """Answered already."""

    def onPong(self, data: bytes) -> None:
        """Nobody has asked."""

    def onConclude(self, code: int, reason: bytes) -> None:
        connection = self._websocket._connection_
        if connection is not None:
            connection.close(None if code == NO_STATUS else code)

    def onFault(self, error: WebSocketError) -> None:
        self._why = error
        connection = self._websocket._connection_
        if connection is not None:
            connection.close(error.status, textBytes(error.reason))
            connection.destroy()

    def onClosed(self) -> None:
        connection = self._websocket._connection_
        if connection is not None:
            wasClean = connection.hasSentClose and connection.hasReceivedClose
            reason = connection.reason.decode().removeprefix("\ufeff")
            self._websocket._conclude_(connection.code, reason, wasClean, self._why)


# -- conversions


def _optionsOf(protocols: Any, keywords: Mapping[str, Any]) -> dict[str, Any]:
    """WebSocketInit, whatever form it has."""
    check(WebSocketInit, protocols, keywords)
    isList = isinstance(protocols, PRIMITIVES) or (
        isinstance(protocols, Iterable) and not isinstance(protocols, Mapping)
    )
    if isList:
        return {**keywords, "protocols": protocols}
    options = optionsOf(protocols, keywords)
    if options.get("dispatcher") is not None and not hasattr(options["dispatcher"], "addRequest"):
        raise typeError("The dispatcher of a WebSocket is an http.Agent or https.Agent")
    return options


def _protocolsOf(value: Any) -> list[str]:
    if value is None:
        names = []
    elif isinstance(value, PRIMITIVES) or not isinstance(value, Iterable):
        names = [_textOf(value)]
    else:
        names = [_textOf(each) for each in value]
    if len({name.lower() for name in names}) != len(names) or not all(map(isToken, names)):
        raise DOMException("Invalid Sec-WebSocket-Protocol value", "SyntaxError")
    return names


def _urlOf(value: Any) -> URL:
    given = asUrl(value)
    text = wellFormed(_textOf(value if given is None else given.href))
    try:
        url = URL(text)
    except NodeError as error:
        raise DOMException(f"TypeError: {error.message}", "SyntaxError") from None
    if url.protocol in ("http:", "https:"):
        url.protocol = "ws:" if url.protocol == "http:" else "wss:"
    if url.protocol not in ("ws:", "wss:"):
        raise DOMException("expected a ws: or wss: url", "SyntaxError")
    if url.hash or url.href.endswith("#"):
        raise DOMException("hash", "SyntaxError")
    return url


def _textOf(value: Any) -> str:
    if isinstance(value, Symbol):
        raise typeError("Cannot convert a Symbol value to a string")
    return toText(value)


def _clamped(code: Any) -> int:
    """The nearest number of 16 bits; of two, the even one."""
    number = toNumber(code)
    return 0 if math.isnan(number) else round(min(max(number, 0), 65535))
