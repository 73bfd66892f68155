"""http.ServerResponse: a server's response.

Follows `http.ServerResponse` of Node 26. Head and body are made by OutgoingMessage; here are the status line, the
interim responses (100, 102, 103 and other 1xx) and the link to the connection: a response has the socket
only during its turn, and releases it when finished.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ... import errors
from ...coercion import optionsOf
from ...reactor.loop import ticks
from ...validators import validateInteger, validateObject
from ..message.head import pairsOf
from ..message.outgoing import OutgoingMessage
from ..message.pieces import JOIN_LIMIT, joined
from ..wire.headers import checkValue, hasBadChar, learnName
from ..wire.status import BODILESS, STATUS_CODES, STATUS_LINES, statusLine

if TYPE_CHECKING:
    from ..message.incoming import IncomingMessage
    from .connection import ServerConnection

_Self = TypeVar("_Self", bound="ServerResponse")
Callback = Callable[..., object]

_acceptsChunks = re.compile(r"(?:^|\W)chunked(?:$|\W)", re.IGNORECASE | re.ASCII).search
#: What `\s` is in JavaScript, for a class of a pattern; Python's has more of the control characters.
_BLANK = "\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_isLink: Callable[[str], object] = re.compile(
    r'<[^>\r\n]*>(?:[%s]*;[%s]*[^;"%s]+(?:=(?:"[^;"%s]*"|[^;"%s]*))?)*'.replace("%s", _BLANK)
).fullmatch
_initMessage = OutgoingMessage.__init__
_textOf = STATUS_CODES.get  # what the program has put there counts
_LINK_FORM = 'must be an array or string of format "</styles.css>; rel=preload; as=style"'


class ServerResponse(OutgoingMessage):
    """The response to one request.

    Args:
        req: the request.
        options: as OutgoingMessage.
    Raises: TypeError for no request at all.
    Emits:
        close: the response is sent, or the connection broke before.
        finish: everything was passed to the operating system.
        drain, error, prefinish, socket, timeout: as OutgoingMessage.
    Node: https://nodejs.org/api/http.html#class-httpserverresponse
    """

    __slots__ = ("_connection_", "_expectContinue_", "req", "statusCode", "statusMessage")
    outputData: list[tuple[bytes, Callback | None]]
    outputSize: int

    _sent100 = False

    def __init__(self, req: IncomingMessage | Any, options: Mapping[str, Any] | None = None) -> None:
        _initMessage(self, options)  # `super()` takes a tenth of the time of all this
        #: The request. Node: https://nodejs.org/api/http.html#responsereq
        self.req: Any = req
        #: Node: https://nodejs.org/api/http.html#responsestatuscode
        self.statusCode: Any = 200
        #: None for the standard text of the code. Node: https://nodejs.org/api/http.html#responsestatusmessage
        self.statusMessage: str | None = None
        self._unwanted_ = 0
        self._expectContinue_ = False
        #: Of a response that a server made: what takes the socket back.
        self._connection_: ServerConnection | None = None
        try:
            method, version = req.method, req.httpVersion
        except AttributeError:  # by hand a response may be made for anything
            if req is None:
                raise errors.ERR_INVALID_ARG_TYPE("req", "IncomingMessage", req) from None
            method, version = getattr(req, "method", None), getattr(req, "httpVersion", None)
        if method == "HEAD":
            self._hasBody = False
        if version != "1.1" and isOlder(req):
            headers = getattr(req, "headers", None) or {}
            self.useChunkedEncodingByDefault: bool = _acceptsChunks(headers.get("te") or "") is not None
            self.shouldKeepAlive = False

    # -- the socket

    def assignSocket(self, socket: Any) -> None:
        """Give this response its turn on `socket`: what was written so far is sent.

        Raises: ERR_HTTP_SOCKET_ASSIGNED, ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/http.html#responseassignsocketsocket
        """
        if getattr(socket, "_httpMessage", None) is not None:
            raise errors.ERR_HTTP_SOCKET_ASSIGNED()
        if not hasattr(socket, "on"):
            raise errors.ERR_INVALID_ARG_TYPE("socket", "net.Socket", socket)
        socket._httpMessage = self
        # A server's connection notifies its response itself when the socket closes.
        if self._connection_ is None:
            socket.on("close", self._onSocketClose_)
        self.socket = socket
        if self._events:
            self.emit("socket", socket)
        if self.destroyed:
            socket.destroy(self._errored_)  # destroyed before its turn: this request gets no response
        else:
            self._flush()

    def detachSocket(self, socket: Any) -> None:
        """Release the socket.

        Raises: ERR_INTERNAL_ASSERTION when it is not this response's.
        Node: https://nodejs.org/api/http.html#responsedetachsocketsocket
        """
        if getattr(socket, "_httpMessage", None) is not self:
            raise errors.NodeError(
                errors.ERR_INTERNAL_ASSERTION("").message.lstrip("\n"), code="ERR_INTERNAL_ASSERTION"
            )
        if self._connection_ is None:
            socket.removeListener("close", self._onSocketClose_)
        socket._httpMessage = None
        self.socket: Any = None

    def _onSocketClose_(self) -> None:
        """The socket closed during this response's turn."""
        self._closeOnce_()

    def _onLastWritten_(self, error: BaseException | None = None) -> None:
        connection, socket = self._connection_, self.socket
        if connection is None or error is not None or (socket is not None and socket.errored is not None):
            super()._onLastWritten_(error)
        else:
            self._written_ = True
            if self._endCallbacks_ is not None:
                self._callEndCallbacks_()
            connection.answered(self)
            if self._events:
                self.emit("finish")

    def _holdForEnd_(self) -> bool:
        # A request that was piped or collected is answered when its 'end' comes. The send that this saves is a tenth of
        # the time of a POST (benchmarks/http: post).
        connection, req = self._connection_, self.req
        isScheduled = getattr(req, "_endScheduled_", False)
        if not isScheduled and (connection is None or connection._current is not req):
            return False
        if self.socket is None or self.socket.destroyed or self._piecesLength_ > JOIN_LIMIT:
            return False
        if self._piecesCallbacks_ is not None or self._needDrain_ or (self.outputData and not self._isHeld_):
            return False
        if connection is not None and connection.isEnding(req):
            self._hold_()
            connection.held = self  # the end of the request is in the segment being parsed
        elif isScheduled:
            self._hold_()
            ticks.nextTick(self._release_)
        else:
            return False
        return True

    def _onfault_(self) -> None:
        """A listener raised and no handler took the error: see `IncomingMessage._onfault_`."""
        if self._connection_ is None:
            super()._onfault_()
        else:
            self._connection_.giveUp(self.req)

    # -- the head

    def __repr__(self) -> str:
        """`<ServerResponse 200 to GET /path, finished>`."""
        name = type(self).__name__
        try:
            state = "finished" if self.writableFinished else "head sent" if self.headersSent else "nothing sent"
            asked = f"{self.req.method} {self.req.url}".encode("unicode_escape").decode()
            return f"<{name} {self.statusCode} to {asked}, {state}>"
        except AttributeError:  # half made
            return f"<{name}>"

    def writeHead(self: _Self, statusCode: Any, statusMessage: Any = None, headers: Any = None) -> _Self:
        """Fix status and headers; they are sent with the first piece of the body.

        Args:
            statusCode: 100 to 999.
            statusMessage: the reason phrase; may be left out.
            headers: a mapping, a flat list or a list of pairs. They replace headers of the same name that were set.
        Raises:
            ERR_HTTP_HEADERS_SENT, ERR_HTTP_INVALID_STATUS_CODE, ERR_INVALID_CHAR, and what `setHeader` raises.
        Node: https://nodejs.org/api/http.html#responsewriteheadstatuscode-statusmessage-headers
        """
        if self._header is not None:
            raise errors.ERR_HTTP_HEADERS_SENT("write")
        code = statusCode if type(statusCode) is int else _toStatus(statusCode)
        try:
            standard, line, hasBody = STATUS_LINES[code]
        except KeyError:
            if not 100 <= code <= 999:
                raise errors.ERR_HTTP_INVALID_STATUS_CODE(statusCode) from None
            standard, line, hasBody = None, "", code not in BODILESS
        # Mostly headers: `isinstance` takes long to tell what something is not.
        if type(statusMessage) is not dict and isinstance(statusMessage, str):
            text = statusMessage
        else:
            text = self.statusMessage or _textOf(code, "unknown")
            if headers is None:
                headers = statusMessage
        self.statusCode = code
        self.statusMessage = text
        if self._outHeaders_ is not None:
            self._override_(headers)
            headers = None
        if text is not standard:
            line = statusLine(code, text)
        if not hasBody:
            self._hasBody = False
        # A client that waits for "100 Continue" may still send its body: that must not be the next request.
        if self._expectContinue_ and not self._sent100:
            self.shouldKeepAlive: bool = False
        self._storeHeader(line, headers)
        return self

    def _override_(self, headers: Any) -> None:
        """Headers given to `writeHead` replace those that were set before."""
        if headers is None:
            return
        if not isinstance(headers, (list, tuple)):
            for name, value in pairsOf(headers):
                self.setHeader(name, value)
            return
        pairs = list(pairsOf(headers))
        for name, _ in pairs:
            self.removeHeader(name)
        for name, value in pairs:
            self.appendHeader(name, value)

    def _implicitHeader(self) -> None:
        self.writeHead(self.statusCode)

    # -- interim answers

    def writeInformation(self, statusCode: int, headers: Any = None, callback: Callback | None = None) -> bool:
        """Send an interim response, 1xx, with its own headers.

        Args:
            statusCode: 100 to 199, but not 101.
            headers: a mapping, a flat list or a list of pairs.
            callback: called when it was passed to the operating system.
        Raises:
            ERR_HTTP_HEADERS_SENT, ERR_OUT_OF_RANGE, ERR_HTTP_INVALID_STATUS_CODE, ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/http.html#responsewriteinformationstatuscode-headers-callback
        """
        if callback is None and callable(headers):
            headers, callback = None, headers
        self._checkInterim_()
        validateInteger(statusCode, "statusCode", 100, 199)
        if statusCode == 101:
            raise errors.ERR_HTTP_INVALID_STATUS_CODE(statusCode)
        lines = ""
        if headers is not None:
            if not isinstance(headers, (list, tuple)):
                validateObject(headers, "headers")
            for name, value in pairsOf(headers):
                lines += _interimLine(name, value, self._lenient_)
        text = STATUS_CODES.get(statusCode, "unknown")
        return self._transmit_([f"HTTP/1.1 {statusCode} {text}\r\n{lines}\r\n".encode("latin-1")], callback)

    def writeContinue(self, callback: Callback | None = None) -> None:
        """Tell the client to send the body.

        Raises: ERR_HTTP_HEADERS_SENT.
        Node: https://nodejs.org/api/http.html#responsewritecontinue
        """
        self._checkInterim_()
        self._transmit_([b"HTTP/1.1 100 Continue\r\n\r\n"], callback)
        self._sent100 = True

    def writeProcessing(self, callback: Callback | None = None) -> None:
        """Tell the client that the response takes time.

        Raises: ERR_HTTP_HEADERS_SENT.
        Node: https://nodejs.org/api/http.html#responsewriteprocessing
        """
        self._checkInterim_()
        self._transmit_([b"HTTP/1.1 102 Processing\r\n\r\n"], callback)

    def writeEarlyHints(self, hints: Mapping[str, Any], callback: Callback | None = None) -> None:
        """Tell the client what to load while it waits.

        Args:
            hints: headers; `link` is a Link value or a list of them, without it nothing is sent.
            callback: called when it was passed to the operating system.
        Raises:
            ERR_HTTP_HEADERS_SENT, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_HTTP_TOKEN,
            ERR_INVALID_CHAR.
        Node: https://nodejs.org/api/http.html#responsewriteearlyhintshints-callback
        """
        self._checkInterim_()
        validateObject(hints, "hints")
        hints = optionsOf(hints)
        link = hints.get("link")
        if link is None:
            return
        links = list(link) if isinstance(link, (list, tuple)) else [link]
        for each in links:
            if not isinstance(each, str) or not _isLink(each):
                raise errors.ERR_INVALID_ARG_VALUE("hints", each, _LINK_FORM)
        if not links:
            return
        if hasBadChar(", ".join(links)):
            raise errors.ERR_INVALID_CHAR("header content", "Link")
        lines = f"Link: {', '.join(links)}\r\n"
        for name, value in hints.items():
            if name != "link":
                lines += _interimLine(name, value, self._lenient_)
        self._transmit_([f"HTTP/1.1 103 Early Hints\r\n{lines}\r\n".encode("latin-1")], callback)

    def _checkInterim_(self) -> None:
        if self._header is not None:
            raise errors.ERR_HTTP_HEADERS_SENT("write")

    # -- the end

    def _transmit_(self, parts: list[bytes], callback: Callback | None) -> bool:
        # A chunk that nobody asks about and nothing waits before: past the socket's stream, which learns of it only if
        # the kernel does not take all of it. An event for one of many clients: 23 to 13 calls.
        socket, connection = self.socket, self._connection_
        if callback is None and self._piecesCallbacks_ is None and not self.outputData and connection is not None:
            takeover = connection.takeover
            data = parts[0] if len(parts) == 1 else joined(parts)
            if data is not None and takeover is not None and socket is not None and socket._httpMessage is self:
                # From the mark on it is False, with a 'drain' to come, which the stream sees to.
                isOut = takeover.writeNow(data) if len(data) < self._highWaterMark_ else None
                if isOut is not None:
                    self._isPlain_ = False
                    return isOut or socket.errored is None
                parts = [data]
        return super()._transmit_(parts, callback)

    def _takeFile_(self, fd: int, offset: int | None, size: int, callback: Callback) -> int | None:
        """Send a part of a file as it is, behind the head: as `Takeover.sendFile`.

        Only where the length of the body is known: a chunk of a file that has become shorter could not be ended.
        """
        socket, connection = self.socket, self._connection_
        if socket is None or socket._httpMessage is not self or self.finished or self.strictContentLength:
            return None
        if self._pieces_ or self.outputData or self._corked_ or connection is None or connection.takeover is None:
            return None
        if type(self).write is not OutgoingMessage.write or "write" in getattr(self, "__dict__", ()):
            return None
        if self._header is None:
            if not self.hasHeader("content-length"):
                return None
            self._implicitHeader()
        if not self._hasBody or self.chunkedEncoding:
            return None
        before = b"" if self._headerSent else self._header.encode("latin-1")
        taken = connection.takeover.sendFile(before, fd, offset, size, callback)
        if taken is not None:
            self._headerSent, self._isPlain_ = True, False
        return taken

    def _leave_(self, parts: list[bytes]) -> None:
        if self._piecesCallbacks_ is None and (self._isHeld_ or not self.outputData):
            rest = [data for data, _ in self.outputData] + parts
            whole = joined(rest)
            if whole:
                # Nothing else waits, so all that is left is one piece for the kernel, as of a plain response.
                self.outputData, self.outputSize = [], 0
                if self._sendWhole_(whole):
                    return
                parts = [whole]
        super()._leave_(parts)

    def _sendWhole_(self, whole: bytes) -> bool:
        """Write it straight to the kernel; the socket's stream only gets what the kernel does not accept."""
        connection = self._connection_
        takeover = connection.takeover if connection is not None and self.socket is not None else None
        isOut = takeover.writeNow(whole) if takeover is not None else None
        if isOut is None:
            return False
        if not isOut:
            takeover.callBack(self._onLastWritten_)  # type: ignore[union-attr]
        elif connection.isParsing and not self._events and self._endCallbacks_ is None:  # type: ignore[union-attr]
            connection._sent = self  # type: ignore[union-attr]
        else:
            ticks.nextTick(self._onLastWritten_)
        if self._events:
            self._finish()
        return True


def isOlder(req: Any) -> bool:
    """True for a request of a client before HTTP/1.1, or whose version is not set yet: for JavaScript `null < 1`."""
    numbers = (getattr(req, "httpVersionMajor", 1), getattr(req, "httpVersionMinor", 1))
    return any(number is None or number < 1 for number in numbers)


def _toStatus(value: Any) -> int:
    """JavaScript's `value | 0` for what may stand for a status: a float, or digits."""
    try:
        return int(float(value)) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else 0
    except (ValueError, OverflowError):
        return 0


def _interimLine(name: str, value: Any, lenient: bool) -> str:
    """A header of an interim response; a list becomes one line, as in JavaScript."""
    learnName(name)
    if isinstance(value, (list, tuple)):
        value = ",".join(checkValue(name, each, lenient) for each in value)
    return f"{name}: {checkValue(name, value, lenient)}\r\n"
