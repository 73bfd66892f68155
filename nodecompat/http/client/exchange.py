"""One request and its answer, told by plain calls: what `fetch` and the IAgent for Twisted stand on.

An exchange is a ClientRequest of the agent it is given, with the head exactly as its owner writes it. The owner is a
`Receiver`: it hears the head of the answer, the pieces of the body, then the end or one problem, and nothing
after that. The body comes only while the exchange is resumed.

    start ──> onResponse ──resume──> onData … ──> onEnd
       └──────────┴── onProblem        └── abort, discard: nothing more is told
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypedDict

from ...diagnostics_channel import channel
from ...errors import ERR_INVALID_HTTP_TOKEN, ERR_UNESCAPED_CHARACTERS
from ...reactor.loop import ticks
from ...timers.lists import Entry, current
from ..message.outgoing import OutgoingMessage
from ..wire.headers import (
    NAMES,
    checkValue,
    hasBadPathChar,
    isToken,
    learnName,
    validateHeaderName,
    validateHeaderValue,
)
from .answer import Answer
from .proxied import absolutePath, proxyOf
from .request import ClientRequest

if TYPE_CHECKING:
    from typing_extensions import NotRequired

    from ...timers.lists import Timers
    from .agent import Agent

#: Methods whose name needs no check.
_METHODS = frozenset(("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"))
#: Milliseconds until the head of the answer has come, and between two pieces of its body: undici's default for both.
PATIENCE = 300_000
#: Bytes of an unwanted body that are read to keep the connection; a longer one costs the connection.
DISCARD_LIMIT = 64 * 1024

#: Why there is no answer, where no exception tells: the other side has closed, or one of the limits has passed.
CLOSED, HEADERS_LATE, BODY_LATE, BAD_RESPONSE, BAD_UPGRADE = (
    "closed", "headersTimeout", "bodyTimeout", "badResponse", "badUpgrade",
)  # fmt: skip

_created = channel("http.client.request.created")


class Head(Protocol):
    """The headers of an answer. They are worked out when they are asked for: most owners look for one or two."""

    @property
    def rawHeaders(self) -> list[str]:
        """Names and values in turn."""

    def __contains__(self, name: object) -> bool:
        """Whether there is one of that name, in lower case."""


class Receiver(Protocol):
    """Who an exchange is for."""

    def onResponse(self, status: int, reason: str, head: Head) -> object:
        """The head has come; the reason's bytes as Latin-1."""

    def onData(self, data: bytes) -> object:
        """A piece of the body."""

    def onEnd(self) -> object:
        """The body is complete."""

    def onProblem(self, problem: BaseException | str) -> object:
        """The exchange has failed: an exception, or one of the names above."""


class BodySource(Protocol):
    """A request body that comes in pieces."""

    def start(self, write: Callable[[bytes], object], done: Callable[[BaseException | None], object]) -> object: ...
    def pause(self) -> object: ...
    def resume(self) -> object: ...
    def stop(self) -> object: ...


class Asked(TypedDict):
    """What is asked, and of whom."""

    agent: Agent
    #: "http:" or "https:".
    protocol: str
    #: A name or an address, without brackets.
    host: str
    port: int
    #: With the query.
    path: str
    #: Sent as it is given: `fetch` makes capitals only of the common ones.
    method: str
    #: Those of the current host, where they are known.
    timers: NotRequired[Timers]


class _Request(ClientRequest):
    """A request whose head its owner has made, and whose answer comes to an exchange.

    In place of ClientRequest's reading of options, which is half of what a request costs (benchmarks/http/fetch.py).
    What it tells goes to the exchange without a listener; a program that got hold of it may listen all the same.
    """

    __slots__ = ("_exchange_",)

    def __init__(self, exchange: Exchange, asked: Asked, fields: str) -> None:
        OutgoingMessage.__init__(self)
        self._setDefaults_()
        self._exchange_ = exchange
        self.agent = asked["agent"]
        self.protocol, self.host, method = asked["protocol"], asked["host"], asked["method"]
        self.method, path = method, asked["path"]
        if method not in _METHODS and not isToken(method):
            raise ERR_INVALID_HTTP_TOKEN("Method", method)
        if hasBadPathChar(path):
            raise ERR_UNESCAPED_CHARACTERS("Request path")
        self._path_ = path
        self.shouldKeepAlive = exchange.isKept
        self.useChunkedEncodingByDefault = False
        self.maxHeadersCount = 0  # their size is limited
        if getattr(self.agent, "_proxy_", None) is not None:
            fields = self._throughProxy_(asked, fields)
        self._header = f"{method} {self._path_} HTTP/1.1\r\n{fields}\r\n"

    def _throughProxy_(self, asked: Asked, fields: str) -> str:
        proxy = proxyOf(self.agent, self.protocol, asked)
        if proxy is None:
            return fields
        self._path_ = absolutePath(self, {**asked, "defaultPort": 80})
        if proxy.authorization is None:
            return fields
        host, connection, rest = fields.split("\r\n", 2)
        return "\r\n".join((host, connection, f"proxy-authorization: {proxy.authorization}", rest))

    def setHeader(self, name: str, value: Any) -> _Request:
        """Add a header to those of its owner, before they leave."""
        if self._headerSent or self._header is None:
            return super().setHeader(name, value)
        validateHeaderName(name)
        validateHeaderValue(name, value)
        self._header = f"{self._header[:-2]}{name}: {value}\r\n\r\n"
        return self

    def start(self, asked: Asked, body: bytes | None) -> None:
        """Look for a connection; `body` is all of it, or None when it comes later."""
        if _created.hasSubscribers:  # before anything leaves: who hears it may set headers
            self._port_ = asked["port"]
            _created.publish({"request": self})
        if body is not None:
            # `end`, of a message of which nothing has left, and which has no socket.
            whole = self._header.encode("latin-1") + body  # type: ignore[union-attr]
            self._contentLength = len(body)
            self._isPlain_ = False
            self._headerSent = self.finished = True
            self._sendWhole_(whole)
        self.agent.addRequest(self, asked)

    def _flush(self) -> None:
        """As ClientRequest's, without the tick that tells of the end of the writing: nobody hears it."""
        takeover = self._connection_.takeover if self._connection_ is not None else None
        if takeover is None or not self.finished or self._written_ or self._events or len(self.outputData) != 1:
            super()._flush()
            return
        isOut = takeover.writeNow(self.outputData[0][0])
        if isOut is None:
            super()._flush()
            return
        if not isOut:
            takeover.callBack(self._onLastWritten_)
        self.outputData, self.outputSize = [], 0
        self._written_ = isOut
        self._finish()

    def emit(self, eventName: Any, *args: Any) -> bool:
        """To the exchange, then to listeners."""
        tell = _TOLD.get(eventName)
        if tell is not None:
            tell(self._exchange_, *args)
        if eventName in self._events or eventName.__class__ is not str:
            return super().emit(eventName, *args) or tell is not None
        return tell is not None

    def listenerCount(self, eventName: Any, listener: Any = None) -> int:
        """The exchange counts as a listener."""
        return super().listenerCount(eventName, listener) + (listener is None and eventName in _TOLD)

    def _makeResponse_(self, socket: Any) -> Answer:
        return Answer(socket, self._exchange_)


class Exchange(Entry):
    """A request under way and its answer; in the timers it stands for its own time limit.

    Args:
        receiver: who it is for.
        asked: what is asked, and of whom.
        headers: names and values in turn, as they are sent: host, connection, and what says where the body ends among
            them. Or the lines made of them, for a body that does not come in pieces.
        body: all of it, a BodySource, or None.
        keepsAlive: False to close the connection behind the answer.
    """

    __slots__ = (
        "_body",
        "_isOver",
        "_isSent",
        "_left",
        "_receiver",
        "_request",
        "_response",
        "_timers",
        "isKept",
    )

    def __init__(
        self,
        receiver: Receiver,
        asked: Asked,
        headers: list[str] | str,
        body: bytes | BodySource | None,
        keepsAlive: bool = True,
    ) -> None:
        self._receiver: Receiver | None = receiver
        #: Whether the connection outlives the answer, whose head has come.
        self.isKept: bool = keepsAlive
        self._request: _Request | None = None
        self._response: Answer | None = None
        self._body = body if body is not None and not isinstance(body, bytes) else None
        self._left = DISCARD_LIMIT
        self._isOver = self._isSent = False
        self._timers = asked.get("timers") or current()
        self._list_ = None
        # A head that cannot be sent, an agent that refuses: the caller has no exchange yet that it could be told of.
        try:
            self._start(asked, headers, body)
        except Exception as error:
            ticks.queueMicrotask(self._fail, error)

    def _start(self, asked: Asked, headers: list[str] | str, body: Any) -> None:
        request = self._request = _Request(self, asked, headers if isinstance(headers, str) else linesOf(headers))
        if self._body is None:
            request.start(asked, body or b"")
        else:
            request.chunkedEncoding = "transfer-encoding" in map(str.lower, headers[::2])
            request.on("socket", self._onSocket)
            request.start(asked, None)
        self._timers.start(self, PATIENCE)

    # -- what the owner calls

    def resume(self) -> None:
        """Let the body come."""
        response = self._response
        if not self._isOver and response is not None and not response.isFlowing:
            if self._list_ is not None:
                self._timers.refresh(self)
            else:  # its time has passed while nobody wanted anything
                self._timers.start(self, PATIENCE)
            response.resume()

    def pause(self) -> None:
        """Pause the body: the other side waits, however long."""
        if not self._isOver and self._response is not None:
            self._response.pause()

    def abort(self) -> None:
        """Close the connection. No more callbacks."""
        request = self._request
        if self._finish() is not None and request is not None:
            request.destroy()

    def discard(self) -> None:
        """Skip the body if it is short, else close the connection. No more callbacks."""
        response = self._response
        if self._isOver or response is None:
            return
        request = self._request
        self._finish()
        self._request = request
        response.resume()

    # -- sending a body in pieces

    def _onSocket(self, socket: Any) -> None:
        """Its source is asked only when there is a connection: if that fails, nothing of it is lost."""
        if getattr(socket, "connecting", False) or getattr(socket, "secureConnecting", False):
            socket.once("secureConnect" if hasattr(socket, "secureConnecting") else "connect", self._send)
        else:
            self._send()

    def _send(self) -> None:
        request, body = self._request, self._body
        if self._isOver or self._isSent or request is None or body is None:
            return
        self._isSent = True
        request.on("drain", body.resume)
        body.start(self._write, self._onBodyEnd)

    def _write(self, data: bytes) -> None:
        request, body = self._request, self._body
        if request is not None and body is not None and not request.destroyed and not request.write(data):
            body.pause()

    def _onBodyEnd(self, error: BaseException | None) -> None:
        request, self._body = self._request, None
        if request is None or request.destroyed:
            return
        if error is None:
            request.end()
        else:
            self.abort()  # the source's owner knows why

    # -- callbacks of the request

    def _onResponse(self, response: Answer) -> None:
        if self._isOver:
            return
        if response.statusCode == 101:
            self._refuse(BAD_UPGRADE)  # it does not even say to what
            return
        self._response = response
        assert self._request is not None and self._receiver is not None, "it is not over"
        assert response.statusCode is not None, "a response has one"
        self.isKept = self._request.shouldKeepAlive
        self._receiver.onResponse(response.statusCode, response.statusMessage or "", response)

    def _onInformation(self, information: Any) -> None:
        if information.statusCode == 100:
            self._refuse(BAD_RESPONSE)  # nobody has asked whether to go on

    def _onUpgrade(self, response: Any, socket: Any, head: bytes) -> None:
        socket.destroy()
        self._refuse(BAD_UPGRADE)

    # -- callbacks of the answer

    def onPiece(self, data: bytes) -> None:
        if self._receiver is not None:
            if self._list_ is not None:
                self._timers.refresh(self)
            self._receiver.onData(data)
            return
        self._left -= len(data)
        if self._left < 0 and self._request is not None:
            self._request.destroy()

    def onWhole(self) -> None:
        if self._body is not None:
            # The answer is complete, and the other side is no longer interested in the rest of the question.
            self._stopBody()
            if self._request is not None:
                self._request.destroy()
        receiver = self._finish()
        self._request = None
        if receiver is not None:
            receiver.onEnd()

    def onCut(self) -> None:
        self._fail(CLOSED)

    # -- failures

    def _onError(self, error: Any) -> None:
        if self._response is not None and self._response.complete:
            return  # what comes behind the answer costs the connection, not the answer
        self._fail(CLOSED if str(error) == "socket hang up" else error)

    def _fire_(self) -> None:
        """Nothing has come for too long; while the receiver wants nothing, that is nobody's fault."""
        if self._response is None:
            self._refuse(HEADERS_LATE)
        elif self._response.isFlowing:
            self._refuse(BODY_LATE)

    # -- the end

    def _refuse(self, why: str) -> None:
        receiver = self._receiver
        self.abort()
        if receiver is not None:
            receiver.onProblem(why)

    def _fail(self, problem: BaseException | str) -> None:
        receiver = self._finish()
        if receiver is not None:
            receiver.onProblem(problem)

    def _finish(self) -> Receiver | None:
        """It is over. Returns who is to hear of it, if nobody has; with whom it would be a cycle."""
        receiver, self._receiver = self._receiver, None
        self._isOver = True
        self._request = self._response = None
        if self._list_ is not None:
            self._timers.stop(self)
        if self._body is not None:
            self._stopBody()
        return receiver

    def _stopBody(self) -> None:
        body, self._body = self._body, None
        if body is not None:
            body.stop()


#: What a request tells its exchange.
_TOLD: dict[str, Callable[..., object]] = {
    "response": Exchange._onResponse,
    "error": Exchange._onError,
    "information": Exchange._onInformation,
    "upgrade": Exchange._onUpgrade,
}


def linesOf(headers: list[str]) -> str:
    """Names and values in turn as the lines of a head.

    Raises: ERR_INVALID_HTTP_TOKEN, ERR_INVALID_CHAR.
    """
    lines = ""
    for name, value in zip(headers[::2], headers[1::2], strict=True):
        if name not in NAMES:
            learnName(name)
        if not (value.isascii() and value.isprintable()):
            checkValue(name, value)
        lines += f"{name}: {value}\r\n"
    return lines
