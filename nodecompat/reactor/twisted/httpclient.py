"""One HTTP/1.1 request through a client of Twisted's, for `fetch` with a `dispatcher`: plain values and callbacks.

`send()` gives an `Exchange`; its receiver hears the head, the pieces of the body, then the end or one `Problem`. The
body comes only while the exchange is resumed. An exchange holds the program alive until it is over; a connection
that waits in a pool does not.

A dispatcher is an IAgent (`twisted.web.client.Agent`, `ProxyAgent`, treq.testing's) or has treq's API (a treq client
with its cookies and its pool, StubTreq, the module `treq`).
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

from twisted.internet import error as neterror
from twisted.internet.defer import Deferred, succeed
from twisted.internet.protocol import Protocol as TwistedProtocol
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError
from twisted.web.client import ResponseDone
from twisted.web.http import PotentialDataLoss
from twisted.web.http_headers import Headers
from twisted.web.iweb import UNKNOWN_LENGTH, IBodyProducer
from zope.interface import implementer

from ..handle import EOF
from ..loop import activity, faults, host, ticks
from .errors import toStatus

#: Milliseconds, undici's defaults: until the head of the answer has come, and between two pieces of the body.
HEADERS_TIMEOUT = 300_000
BODY_TIMEOUT = 300_000
#: Bytes of an unwanted body that are read to keep the connection; a longer one costs the connection.
DISCARD_LIMIT = 64 * 1024

HeaderList = list[tuple[bytes, bytes]]


class Problem(NamedTuple):
    """Why an exchange failed.

    `kind` is "connect", "lookup", "connectTimeout", "headersTimeout", "bodyTimeout", "closed" (the other side ended),
    "read" (the connection broke), "syntax" (not HTTP), "tls" or "other"; `status` is a negative errno where one is
    known; `code` is of TLS, "" where it has none.
    """

    kind: str
    status: int
    message: str
    host: str
    port: int
    code: str = ""


class Head:
    """The headers of an answer: names and values in turn. `name in head` takes a name in lower case."""

    def __init__(self, rawHeaders: list[str]) -> None:
        self.rawHeaders: list[str] = rawHeaders

    def __contains__(self, name: object) -> bool:
        return name in [each.lower() for each in self.rawHeaders[::2]]


class Receiver(Protocol):
    """The receiver of an exchange. Each method is called as a callback of the loop."""

    def onResponse(self, status: int, reason: str, head: Head) -> object: ...
    def onData(self, data: bytes) -> object: ...
    def onEnd(self) -> object: ...
    def onProblem(self, problem: Problem) -> object: ...


class BodySource(Protocol):
    """A request body that comes in pieces; `length` is None when it is not known."""

    length: int | None

    def start(self, write: Callable[[bytes], object], done: Callable[[BaseException | None], object]) -> object: ...
    def pause(self) -> object: ...
    def resume(self) -> object: ...
    def stop(self) -> object: ...


def send(
    receiver: Receiver,
    method: bytes,
    url: bytes,
    headers: HeaderList,
    body: bytes | BodySource | None,
    dispatcher: Any,
) -> Exchange:
    """Send a request through `dispatcher`. `url` is absolute, without fragment."""
    exchange = Exchange(receiver, url)
    exchange._start(dispatcher, method, headers, body)
    return exchange


class Exchange:
    """A request under way and its answer."""

    resourceName = "TCPSocketWrap"

    def __init__(self, receiver: Receiver, url: bytes) -> None:
        self._receiver = receiver
        self._url = url
        self._asked: Deferred[Any] | None = None
        self._response: Any = None
        self._body: _BodyProtocol | None = None
        self._timer: host.Alarm | None = None
        self._isOver = False

    def _start(self, agent: Any, method: bytes, headers: HeaderList, body: bytes | BodySource | None) -> None:
        rawHeaders = Headers()
        for name, value in headers:
            rawHeaders.addRawHeader(name, value)
        activity.hold(self)
        self._arm(HEADERS_TIMEOUT, "headersTimeout")
        try:
            self._asked = _ask(agent, method, self._url, rawHeaders, body)
        except Exception as error:
            self._asked = None
            ticks.queueMicrotask(self._fail, Failure(error))
            return
        if getattr(self._asked, "called", False):  # a test agent may answer at once, before our caller has this object
            ticks.queueMicrotask(self._listen)
        else:
            self._listen()

    def _listen(self) -> None:
        assert self._asked is not None
        self._asked.addCallbacks(self._onResponse, self._onFailure)
        self._asked.addErrback(_report)

    @property
    def isKept(self) -> bool:
        """Whether the connection outlives the answer: Twisted tells of a body that was cut off."""
        return True

    def resume(self) -> None:
        """Let the body come."""
        if self._isOver or self._response is None:
            return
        self._arm(BODY_TIMEOUT, "bodyTimeout")
        if self._body is None:
            self._body = _BodyProtocol(self)
            self._response.deliverBody(self._body)
        elif self._body.transport is not None:
            self._body.transport.resumeProducing()

    def pause(self) -> None:
        """Pause the body. A piece already received may still be delivered."""
        if self._body is not None and not self._isOver and self._body.transport is not None:
            self._disarm()
            self._body.transport.pauseProducing()

    def abort(self) -> None:
        """Close the connection. No more callbacks."""
        if self._isOver:
            return
        self._finish()
        if self._response is None:
            if self._asked is not None:
                self._asked.cancel()
            return
        if self._body is None:
            self._body = _BodyProtocol(self)
            self._response.deliverBody(self._body)
        if self._body.transport is not None:
            self._body.transport.loseConnection()

    def discard(self) -> None:
        """Discard the body: skip it if short, else close. No more callbacks."""
        if self._isOver or self._response is None:
            return
        self._finish()
        self._body = _Discard(self)
        self._response.deliverBody(self._body)

    def _onResponse(self, response: Any) -> None:
        self._response = response
        if self._isOver:  # aborted before the head arrived
            self._isOver = False
            self.abort()
            return
        self._disarm()
        raw: list[str] = []
        for name, values in response.headers.getAllRawHeaders():
            for value in values:
                raw += (name.decode("latin-1"), value.decode("latin-1"))
        ticks.call(self._receiver.onResponse, response.code, response.phrase.decode("latin-1"), Head(raw))

    def _onFailure(self, failure: Failure) -> None:
        if not self._isOver:
            ticks.call(self._fail, failure)

    def _onLost(self, reason: Failure) -> None:
        if self._isOver:
            return
        if reason.check(ResponseDone, PotentialDataLoss):
            self._finish()
            ticks.call(self._receiver.onEnd)
        else:
            ticks.call(self._fail, reason)

    def _fail(self, failure: Failure) -> None:
        if self._isOver:
            return
        self._finish()
        self._receiver.onProblem(_describe(failure, self._url))

    def _finish(self) -> None:
        self._isOver = True
        self._disarm()
        activity.release(self)

    def _arm(self, delay: int, kind: str) -> None:
        self._disarm()
        self._timer = host.current().callLater(delay, lambda: self._expire(kind))

    def _disarm(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()

    def _expire(self, kind: str) -> None:
        self._timer = None
        self.abort()
        name, port = _hostOf(self._url)
        ticks.call(self._receiver.onProblem, Problem(kind, -errno.ETIMEDOUT, "", name, port))


def _ask(agent: Any, method: bytes, url: bytes, headers: Headers, body: bytes | BodySource | None) -> Any:
    """Send through an agent, or through an object with treq's API, recognized by its method functions."""
    source = body if body is None or isinstance(body, bytes) else _Source(body)
    if not hasattr(agent, "patch"):
        return agent.request(method, url, headers, _Bytes(source) if isinstance(source, bytes) else source)
    # fetch handles redirects, and the body is read once. Bytes stay bytes: StubTreq accepts nothing else.
    options = {"headers": headers, "data": source, "allow_redirects": False, "unbuffered": True}
    return agent.request(method.decode("ascii"), url.decode("ascii"), **options)


class _BodyProtocol(TwistedProtocol):
    """Receives the body of a response."""

    transport: Any

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def dataReceived(self, data: bytes) -> None:
        exchange = self._exchange
        if not exchange._isOver:
            exchange._arm(BODY_TIMEOUT, "bodyTimeout")
            ticks.call(exchange._receiver.onData, data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._exchange._onLost(reason)


class _Discard(_BodyProtocol):
    """Skips a short body."""

    _left = DISCARD_LIMIT

    def dataReceived(self, data: bytes) -> None:
        self._left -= len(data)
        if self._left < 0 and self.transport is not None:
            self.transport.loseConnection()


@implementer(IBodyProducer)
class _Bytes:
    """A complete request body."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.length = len(data)

    def startProducing(self, consumer: Any) -> Deferred[None]:
        consumer.write(self._data)
        return succeed(None)

    def pauseProducing(self) -> None: ...

    def resumeProducing(self) -> None: ...

    def stopProducing(self) -> None: ...


@implementer(IBodyProducer)
class _Source:
    """A request body that comes in pieces."""

    def __init__(self, source: BodySource) -> None:
        self._source = source
        self.length: Any = UNKNOWN_LENGTH if source.length is None else source.length
        self._done: Deferred[None] = Deferred()
        self._isStopped = False

    def startProducing(self, consumer: Any) -> Deferred[None]:
        ticks.call(self._source.start, consumer.write, self._finish)
        return self._done

    def _finish(self, error: BaseException | None) -> None:
        done = self._done
        # After stopProducing it must stay silent: what it said would be logged as an error that nobody raised.
        if not done.called and not self._isStopped:
            # The stream's owner reports the failure to the receiver; here it only ends the request.
            done.callback(None) if error is None else done.errback(error)

    def pauseProducing(self) -> None:
        ticks.call(self._source.pause)

    def resumeProducing(self) -> None:
        ticks.call(self._source.resume)

    def stopProducing(self) -> None:
        self._isStopped = True
        ticks.call(self._source.stop)


# -- errors


def _report(failure: Failure) -> None:
    """An exception of the receiver's own."""
    error: Any = failure.value  # None only in a Failure that was never raised
    faults.report(error)


def _hostOf(url: bytes) -> tuple[str, int]:
    parts = urlsplit(url.decode("ascii", "replace"))
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _describe(failure: Failure, url: bytes) -> Problem:
    """A failure of Twisted's client as plain values."""
    error: Any = failure.value
    while getattr(error, "reasons", None):  # wrapped failures: the first says why
        first = error.reasons[0]
        error = first.value if isinstance(first, Failure) else first
    status = toStatus(error)
    kind = _kindOf(error, status)
    message = str(error)
    code = getattr(error, "code", "") if kind == "tls" else ""
    if isinstance(error, NotImplementedError):
        message += "; https needs pip install 'nodecompat[tls]'"
    elif kind == "tls" and not code and error.args and isinstance(error.args[0], list) and error.args[0]:
        message = error.args[0][-1][-1]  # the last entry of OpenSSL's queue: (library, function, reason)
        code = "ERR_SSL_" + message.upper().replace(" ", "_")
    return Problem(kind, status, message, *_hostOf(url), code)


def _kindOf(error: BaseException, status: int) -> str:
    if isinstance(error, neterror.DNSLookupError):
        return "lookup"
    if isinstance(error, (neterror.TimeoutError, neterror.ConnectingCancelledError)):
        return "connectTimeout"
    if isinstance(error, (neterror.ConnectError, neterror.NoRouteError)):
        return "connect"
    if isinstance(error, ParseError):
        return "syntax"
    if status == EOF:
        return "closed"
    if isinstance(error, neterror.ConnectionLost):
        return "read"
    return "tls" if type(error).__module__.startswith("OpenSSL") else "other"
