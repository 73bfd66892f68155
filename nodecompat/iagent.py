"""nodecompat's http client as an IAgent of twisted.web: for treq, and for whatever else asks an Agent.

    from nodecompat.iagent import ClientAgent
    response = await treq.get("https://example.com/", agent=ClientAgent())

A request goes through this package's parser with its limits, through its pool, its proxies and its TLS policy, and
`nodecompat anatomy` draws it. What comes back is Twisted's: an IResponse, and failures of twisted.web and
twisted.internet. docs/treq.md has more.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from twisted.internet import error as neterror
from twisted.internet.defer import Deferred, fail, maybeDeferred
from twisted.internet.interfaces import IPushProducer
from twisted.internet.protocol import Protocol
from twisted.python.failure import Failure
from twisted.web.client import (
    RequestGenerationFailed,
    ResponseDone,
    ResponseFailed,
    ResponseNeverReceived,
)
from twisted.web.error import SchemeNotSupported
from twisted.web.http import PotentialDataLoss
from twisted.web.http_headers import Headers
from twisted.web.iweb import UNKNOWN_LENGTH, IAgent, IBodyProducer, IClientRequest, IResponse
from zope.interface import implementer

from .errors import HTTPParserError
from .http.client.agent import Agent
from .http.client.exchange import BODY_LATE, HEADERS_LATE, Exchange, Head
from .reactor.loop import ticks
from .reactor.loop.promised import Promised
from .web.pool import agentFor

__all__ = ["ClientAgent"]

#: Headers of the connection, which Twisted keeps to itself.
_OF_THE_CONNECTION = frozenset(
    (
        "content-length", "connection", "keep-alive", "te", "trailers", "transfer-encoding", "upgrade",
        "proxy-connection",
    )
)  # fmt: skip
_DEFAULT_PORTS = {"http": 80, "https": 443}
_NO_BODY = (204, 304)
#: Errors of connecting, by their codes.
_CONNECTING: dict[str, type[Exception]] = {
    "ECONNREFUSED": neterror.ConnectionRefusedError,
    "ENOTFOUND": neterror.DNSLookupError,
    "EAI_AGAIN": neterror.DNSLookupError,
    "ENETUNREACH": neterror.NoRouteError,
    "EHOSTUNREACH": neterror.NoRouteError,
    "ETIMEDOUT": neterror.TimeoutError,
    "UND_ERR_CONNECT_TIMEOUT": neterror.TimeoutError,
}


@implementer(IAgent)
class ClientAgent:
    """An IAgent over http.Agent and https.Agent.

    Args:
        agent: the http.Agent of requests to http URLs; without one, the default, they share fetch's connections.
        secureAgent: the https.Agent of requests to https URLs; likewise.
    Example:
        agent = ClientAgent(http.Agent(keepAlive=True, maxSockets=10))
        client = treq.client.HTTPClient(agent)
        text = await (await client.get("http://example.com/")).text()
    """

    def __init__(self, agent: Agent | None = None, secureAgent: Agent | None = None) -> None:
        self._agents = {"http": agent, "https": secureAgent}

    def request(
        self, method: bytes, uri: bytes, headers: Headers | None = None, bodyProducer: Any = None
    ) -> Deferred[Any]:
        """Send a request.

        Args:
            method, uri: as bytes; the URI is absolute.
            headers: of twisted.web, none by default. Host is added unless it is there.
            bodyProducer: an IBodyProducer; None, the default, for no body.
        Returns: a Deferred of an IResponse, when the head has come. To cancel it closes the connection. It fails with
            SchemeNotSupported for a URI of neither http nor https, with an error of twisted.internet where there is
            no connection, with ResponseNeverReceived or ResponseFailed where the answer does not come or is broken,
            and with RequestGenerationFailed where the producer fails.
        """
        parts = urlsplit(uri.decode("latin-1"))
        if parts.scheme not in self._agents:
            return fail(SchemeNotSupported(f"Unsupported scheme: {parts.scheme!r}"))
        asked = _Asked(_Request(method, uri, headers or Headers()))
        try:
            agent = self._agents[parts.scheme] or agentFor(parts.scheme + ":")
            asked.start(agent, parts, bodyProducer)
        except Exception as error:
            return fail(error)
        return asked.result


@implementer(IClientRequest)
class _Request:
    """What a response answers."""

    def __init__(self, method: bytes, absoluteURI: bytes, headers: Headers) -> None:
        self.method = method
        self.absoluteURI = absoluteURI
        self.headers = headers


class _Asked:
    """A request under way: the receiver of its exchange."""

    def __init__(self, request: _Request) -> None:
        self.request = request
        self.result: Deferred[Any] = Promised(self._onCancel)
        self._exchange: Exchange | None = None
        self._response: _Response | None = None
        self._producer: _Producer | None = None

    def start(self, agent: Agent, parts: Any, bodyProducer: Any) -> None:
        scheme: str = parts.scheme
        host, port = parts.hostname or "", parts.port or _DEFAULT_PORTS[scheme]
        name = f"[{host}]" if ":" in host else host
        given = self.request.headers
        sent: list[str] = []
        if not given.hasHeader(b"host"):
            sent += ("Host", name if port == _DEFAULT_PORTS[scheme] else f"{name}:{port}")
        for key, values in given.getAllRawHeaders():
            for value in values:
                sent += (key.decode("latin-1"), value.decode("latin-1"))
        isKept = b"close" not in (given.getRawHeaders(b"connection") or [])
        if not given.hasHeader(b"connection"):
            sent += ("Connection", "keep-alive")
        if bodyProducer is not None:
            self._producer = _Producer(bodyProducer, self._onBodyError)
            length = bodyProducer.length
            sent += ("Transfer-Encoding", "chunked") if length is UNKNOWN_LENGTH else ("Content-Length", str(length))
        elif self.request.method in (b"POST", b"PUT", b"PATCH"):
            sent += ("Content-Length", "0")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._exchange = Exchange(
            self,
            {
                "agent": agent,
                "protocol": f"{scheme}:",
                "host": host,
                "port": port,
                "path": path,
                "method": self.request.method.decode("latin-1"),
            },
            sent,
            self._producer,
            isKept,
        )

    def _onCancel(self, result: Deferred[Any]) -> None:
        assert self._exchange is not None, "it has begun"
        self._exchange.abort()

    def _onBodyError(self, failure: Failure) -> None:
        if self._exchange is not None:
            self._exchange.abort()
        self._fail(RequestGenerationFailed([failure]))

    def _fail(self, error: Exception) -> None:
        if self._response is not None:
            self._response._end(Failure(error))
        elif not self.result.called:
            self.result.errback(Failure(error))

    # -- callbacks of the exchange

    def onResponse(self, status: int, reason: str, head: Head) -> None:
        assert self._exchange is not None, "it has begun"
        self._response = _Response(self._exchange, self.request, status, reason, head.rawHeaders)
        if self.result.called:
            self._exchange.abort()
        else:
            self.result.callback(self._response)

    def onData(self, data: bytes) -> None:
        if self._response is not None:
            self._response._take(data)

    def onEnd(self) -> None:
        response = self._response
        if response is not None:
            isKnown = response.length is not UNKNOWN_LENGTH or response._isChunked
            response._end(Failure(ResponseDone() if isKnown else PotentialDataLoss()))

    def onProblem(self, problem: BaseException | str) -> None:
        code = getattr(problem, "code", None)
        if problem in (HEADERS_LATE, BODY_LATE):
            cause: Any = neterror.TimeoutError()
        elif isinstance(problem, str):
            cause = neterror.ConnectionLost(problem)
        elif isinstance(code, str) and code in _CONNECTING and self._response is None:
            self._fail(_CONNECTING[code](str(problem)))
            return
        else:
            cause = problem
        isAnswer = self._response is not None or isinstance(problem, HTTPParserError)
        self._fail((ResponseFailed if isAnswer else ResponseNeverReceived)([Failure(cause)]))


class _Producer:
    """An IBodyProducer as the source of a body; it is the consumer of what is produced, too."""

    def __init__(self, producer: IBodyProducer, onError: Any) -> None:
        self._producer: Any = producer
        self._onError = onError
        self._left = None if producer.length is UNKNOWN_LENGTH else producer.length
        self._isOver = False

    def start(self, write: Any, done: Any) -> None:
        self.write_ = write
        self._done = done
        maybeDeferred(self._producer.startProducing, self).addCallbacks(self._onProduced, self._onFailure)

    def write(self, data: bytes) -> None:
        """The next piece."""
        if self._isOver:
            return
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                self._onFailure(Failure(ValueError("the body is longer than its producer's length")))
                self._producer.stopProducing()
                return
        ticks.call(self.write_, data)

    def _onProduced(self, result: Any) -> None:
        if self._left:
            self._onFailure(Failure(ValueError("the body is shorter than its producer's length")))
        elif not self._isOver:
            self._isOver = True
            ticks.call(self._done, None)

    def _onFailure(self, failure: Failure) -> None:
        if not self._isOver:
            self._isOver = True
            ticks.call(self._onError, failure)

    def pause(self) -> None:
        self._producer.pauseProducing()

    def resume(self) -> None:
        if not self._isOver:
            self._producer.resumeProducing()

    def stop(self) -> None:
        if not self._isOver:
            self._isOver = True
            self._producer.stopProducing()


@implementer(IResponse)
class _Response:
    """An answer, with its body still to come."""

    def __init__(self, exchange: Exchange, request: _Request, status: int, reason: str, rawHeaders: list[str]) -> None:
        self.version = (b"HTTP", 1, 1)
        self.code = status
        self.phrase = reason.encode("latin-1")
        self.headers = Headers()
        self.request = request
        self.length: Any = 0 if request.method == b"HEAD" or status in _NO_BODY else UNKNOWN_LENGTH
        self.previousResponse: Any = None
        self._isChunked = False
        self._exchange = exchange
        self._protocol: Any = None
        self._reason: Failure | None = None
        for name, value in zip(rawHeaders[::2], rawHeaders[1::2], strict=True):
            key = name.lower()
            if key not in _OF_THE_CONNECTION:
                self.headers.addRawHeader(name.encode("latin-1"), value.encode("latin-1"))
            elif key == "transfer-encoding":
                self._isChunked = True
            elif key == "content-length" and self.length is UNKNOWN_LENGTH:
                self.length = int(value)

    def deliverBody(self, protocol: Protocol) -> None:
        """Give the body to a protocol: `dataReceived`, then `connectionLost` with ResponseDone or what went wrong."""
        self._protocol = protocol
        protocol.makeConnection(_Transport(self._exchange))
        if self._reason is not None:
            self._lose(self._reason)
        else:
            ticks.call(self._exchange.resume)

    def setPreviousResponse(self, response: Any) -> None:
        """The response that has led to this one."""
        self.previousResponse = response

    def _take(self, data: bytes) -> None:
        self._protocol.dataReceived(data)

    def _end(self, reason: Failure) -> None:
        self._reason = reason
        if self._protocol is not None:
            self._lose(reason)

    def _lose(self, reason: Failure) -> None:
        protocol, self._protocol = self._protocol, None
        protocol.connectionLost(reason)


@implementer(IPushProducer)
class _Transport:
    """What a protocol that receives a body can do to it."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.disconnecting = False

    def pauseProducing(self) -> None:
        ticks.call(self._exchange.pause)

    def resumeProducing(self) -> None:
        ticks.call(self._exchange.resume)

    def stopProducing(self) -> None:
        self.loseConnection()

    def loseConnection(self) -> None:
        """Close the connection."""
        self.disconnecting = True
        ticks.call(self._exchange.abort)

    abortConnection = loseConnection
