"""fetch: one Request to one Response, through redirects.

Follows the fetch of Node 26, which is undici's. Each hop is an exchange of the http client (`http/client/exchange.py`)
over fetch's own connections (`pool.py`), or one of Twisted's where a `dispatcher` is given.
Node: https://nodejs.org/api/globals.html#fetch
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from ..abort import AbortSignal
from ..errors import ERR_INVALID_URL
from ..http.client.exchange import Asked, Exchange, Head
from ..optionbags import check
from ..reactor.loop import ticks
from ..reactor.loop.promised import Promised
from ..reactor.twisted import httpclient
from ..timers.callbacks import kept
from ..url import URL
from ..url.whatwg import targetOf
from .dataurl import readDataUrl
from .decoding import acceptedOver, decoderFor
from .failures import (
    HTTPParserError,
    InvalidArgumentError,
    NotSupportedError,
    RequestContentLengthMismatchError,
    aborted,
    abortReason,
    causeOf,
    fetchFailed,
)
from .headers import Headers
from .incoming import IncomingBody
from .integrity import matchesIntegrity
from .outgoing import OutgoingBody
from .pool import agentFor
from .referring import CLIENT, isTrustworthy, referrerFor
from .request import Request, RequestInit
from .response import NULL_BODY_STATUS, REDIRECT_STATUS, Response, opaque, received

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..optionbags import Bag

MAX_REDIRECTS = 20
#: Ports of services that must not be contacted by accident (the Fetch standard's list).
BAD_PORTS = frozenset(
    (
        0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
        110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530,
        531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190,
        5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
    )
)  # fmt: skip
#: Of the methods, those that say how long their body is even when there is none.
_EXPECT_BODY = frozenset(("PUT", "POST", "PATCH", "QUERY", "PROPFIND", "PROPPATCH"))
_DEFAULTS = (("accept", "*/*"), ("accept-language", "*"), ("referer", ""))
_DEFAULT_PORTS = {"http:": 80, "https:": 443}
#: Headers that a program may not give, and those that are made from what it has given, or dropped.
_REFUSED = frozenset(("transfer-encoding", "keep-alive", "upgrade"))
_NOT_SENT = frozenset(("host", "connection", "content-length"))
#: Those of a request without any: they are copied before they are changed.
_NONE = Headers()
_findControl = re.compile(r"[^\t\x20-\x7e\x80-\xff]").search
#: Fields dropped with the body of a request, and fields hidden from another origin.
_BODY_FIELDS = ("content-encoding", "content-language", "content-location", "content-type", "content-length")
_PRIVATE_FIELDS = ("authorization", "proxy-authorization", "cookie", "host")


def fetch(input: Any, init: RequestInit | Bag | None = None, **keywords: Unpack[RequestInit]) -> Deferred[Response]:
    """Send a request; gives its response as soon as the head has come.

    Args:
        input: an absolute URL (http, https, data), or a Request.
        init: RequestInit, as a mapping or as keywords. A body that is a stream or an async iterable needs
            `duplex="half"`; it is read as fast as the server takes it.
    Returns:
        A Deferred of a Response; cancelling it aborts the request. It fails with a TypeError "fetch failed" whose
        `cause` says why, with the reason of `signal`, or with what Request raises. A status like 404 is no failure.
    Differs:
        `dispatcher` is an IAgent of twisted.web or a treq client; HTTP/2 is not spoken.
    Example:
        >>> server = http.createServer(lambda request, response: response.end('{"isFine": true}')).listen(8000)
        >>> response = await fetch("http://localhost:8000/", headers={"accept": "application/json"})
        >>> response.status, await response.json()
        (200, {'isFine': True})

    Node: https://nodejs.org/api/globals.html#fetch
    """
    check(RequestInit, init, keywords)
    return _Fetch().start(input, {**(init or {}), **keywords})


class _Fetch:
    """One fetch: the receiver of each exchange until the response has come; then its body takes over."""

    _request: Request

    def __init__(self) -> None:
        self._result: Deferred[Response] | None = Promised(self._onCancel)
        self._isSettled = False
        self._signal: AbortSignal | None = None
        self._exchange: Any = None
        self._body: IncomingBody | None = None
        self._outgoing: OutgoingBody | None = None
        self._urls: list[str] = []

    def start(self, input: Any, options: Mapping[str, Any]) -> Deferred[Response]:
        """Begin; gives what `fetch` returns."""
        assert self._result is not None, "it has not begun"
        result = self._result
        try:
            request = self._request = Request.__new__(Request)
            request._take_(input, options)
        except Exception as error:
            self._reject(error)
            return result
        self._method, self._content, self._url = request._method_, request._content_, request._url_
        self._source = request._stream_ or request._source_ if self._content is None else None
        self._headers = request._headers_ or _NONE
        self._hasOwnHeaders = False
        #: A redirect has led to another origin; nothing of its answer may be told.
        self._isForeign = self._isOpaque = False
        self._referrer = request._referrer_
        if isinstance(input, Request) and (self._content is not None or self._source is not None):
            input._isConsumed_ = True
        signal = self._signal = request._signal_
        if signal is not None:
            if signal.aborted:
                self._onAbort()
                return result
            signal.addEventListener("abort", self._onAbort)
        #: With the caller's AsyncLocalStorage, which each hop is made in. Of the class: bound it would be a cycle.
        self._dispatchKept = kept(_Fetch._dispatch)
        ticks.queueMicrotask(self._dispatchKept, self)
        return result

    # -- the result

    def _resolve(self, response: Response) -> None:
        if not self._isSettled:
            self._isSettled = True
            ticks.queueMicrotask(self._fire, response)

    def _reject(self, error: BaseException) -> None:
        if not self._isSettled:
            self._isSettled = True
            self._over()
            ticks.queueMicrotask(self._fire, error)

    def _fire(self, outcome: Any) -> None:
        result, self._result = self._result, None  # it may cancel this fetch: together they would be a cycle
        if result is None or result.called:
            return
        if isinstance(outcome, BaseException):
            result.errback(outcome)
        else:
            result.callback(outcome)

    def _over(self) -> None:
        """Past the point where it can be aborted."""
        if self._signal is not None:
            self._signal.removeEventListener("abort", self._onAbort)

    def _onAbort(self) -> None:
        assert self._signal is not None, "it has aborted"
        self._stop(abortReason(self._signal))

    def _onCancel(self, result: Deferred[Response]) -> None:
        self._isSettled = True
        self._stop(aborted())
        result.errback(aborted())

    def _stop(self, reason: BaseException) -> None:
        if self._body is not None:
            self._body.fail(reason)
        elif self._exchange is not None:
            self._exchange.abort()
        if self._outgoing is not None:
            self._outgoing.stop()
        elif self._source is not None:
            OutgoingBody(self._source, None, _nothing).stop()
        self._over()
        self._reject(reason)

    # -- sending

    def _dispatch(self) -> None:
        if self._isSettled:
            return
        url = self._url
        self._urls.append(url.href)
        try:
            protocol = url.protocol
            if protocol not in ("http:", "https:"):
                self._answerLocally(url)
            else:
                self._send(url, protocol)
        except Exception as error:
            self._reject(fetchFailed(error))  # whatever it is: a promise that never settles would be worse

    def _send(self, url: URL, protocol: str) -> None:
        host, hostname, digits, path = targetOf(url)
        port = int(digits) if digits else _DEFAULT_PORTS[protocol]
        if port in BAD_PORTS:
            self._reject(fetchFailed("bad port"))
            return
        request = self._request
        isKept, length = self._checked() if self._headers._fields_ else (self._method != "HEAD", None)
        body: Any = self._content
        if self._source is not None:
            body = self._outgoing = OutgoingBody(self._source, length, self._onBodyError)
        elif self._content is not None and length is not None and length != len(self._content):
            raise RequestContentLengthMismatchError("Request body length does not match content-length header")
        connection = "keep-alive" if isKept else "close"
        agent = agentFor(protocol) if request._dispatcher_ is None else None
        headers: list[str] | str
        if agent is not None and body is None and not self._headers._fields_ and self._referrer in ("", CLIENT):
            # The likely case: a body that is none, and nothing of the program's in the head.
            self._referrer = ""
            mode = request._choices_["mode"] if isTrustworthy(protocol, hostname) else ""
            usual = _usualLines(mode, request._choices_["cache"], protocol)
            headers = f"host: {host}\r\nconnection: {connection}\r\n{usual}"
            if self._method in _EXPECT_BODY:
                headers += "content-length: 0\r\n"
        else:
            headers = ["host", host, "connection", connection, *self._fields(url, request)]
            if agent is None:
                self._exchange = self._sendByTwisted(url, headers, body, request._dispatcher_)
                return
            if self._source is not None:
                headers += ("transfer-encoding", "chunked") if length is None else ("content-length", str(length))
            elif self._content or self._method in _EXPECT_BODY:
                headers += ("content-length", str(len(self._content or b"")))
        asked: Asked = {
            "agent": agent,
            "protocol": protocol,
            "host": hostname,
            "port": port,
            "path": path,
            "method": self._method,
            "timers": agent._timers_,
        }
        self._exchange = Exchange(self, asked, headers, body, isKept)

    def _sendByTwisted(self, url: URL, headers: list[str], body: Any, dispatcher: Any) -> Any:
        """Through a dispatcher; Twisted adds the body's framing."""
        target = f"{url.origin}{url.pathname}{url.search}".encode("ascii")
        names, values = headers[::2], headers[1::2]
        fields = [(name.encode("ascii"), value.encode("latin-1")) for name, value in zip(names, values, strict=True)]
        return httpclient.send(self, self._method.encode("ascii"), target, fields, body, dispatcher)

    def _fields(self, url: URL, request: Request) -> list[str]:
        """Names and values in turn as they are sent, without what says where the message goes and where it ends."""
        headers = self._headers
        added = {}
        referrer = referrerFor(self._referrer, request.referrerPolicy, url)
        self._referrer = referrer or ""  # the next hop is told no more than this one
        if referrer is not None:
            added["referer"] = referrer
        if "range" in headers._fields_:
            added["accept-encoding"] = "identity"  # a part of an encoded body cannot be decoded
        given, names = headers._fields_, headers._names_
        # Whoever could read along is not told for what the request is.
        mode = request._choices_["mode"] if isTrustworthy(url.protocol, url.hostname) else ""
        sent: list[str] = []
        for key, values in given.items():
            if mode and key == "sec-fetch-mode":
                sent += (key, mode)
            elif key not in _NOT_SENT:
                if key in added:
                    values = [*values, added[key]]
                value = values[0] if len(values) == 1 else ("; " if key == "cookie" else ", ").join(values)
                sent += (names.get(key, key), value)
        for key, value in _usual(mode, request._choices_["cache"], url.protocol):
            if key not in given and (text := added.get(key, value)):
                sent += (key, text)
        return sent

    def _checked(self) -> tuple[bool, int | None]:
        """Whether the connection stays, and how long the body is said to be. Raises for what may not be sent."""
        isKept, length = self._method != "HEAD", None
        for key, values in self._headers._fields_.items():
            text = ", ".join(values)
            if not (text.isascii() and text.isprintable()) and _findControl(text):
                raise InvalidArgumentError(f"invalid {self._headers._names_.get(key, key)} header")
            if key in _REFUSED:
                raise InvalidArgumentError(f"invalid {key} header")
            if key == "expect":
                raise NotSupportedError("expect header not supported")
            if key == "connection":
                isKept = isKept and "close" not in map(str.strip, text.lower().split(","))
            elif key == "content-length":
                if not (text.isascii() and text.isdigit()):
                    raise InvalidArgumentError("invalid content-length header")
                length = int(text[-18:]) if len(text.lstrip("0")) <= 18 else sys.maxsize  # no body is longer
        return isKept, length

    def _onBodyError(self, error: BaseException) -> None:
        if self._exchange is not None:
            self._exchange.abort()
        if self._body is not None:
            self._body.fail(fetchFailed(error))
        self._reject(fetchFailed(error))

    # -- the response: the Receiver of the exchange

    def onResponse(self, status: int, reason: str, head: Head) -> None:
        if status < 100:
            self._exchange.abort()
            self._reject(fetchFailed(HTTPParserError("Invalid status code")))
            return
        try:
            if status in REDIRECT_STATUS and self._request.redirect == "error":
                self._refuse("unexpected redirect")
            elif status in REDIRECT_STATUS and self._request.redirect == "follow" and "location" in head:
                self._follow(status, received(status, reason, head, []).headers["location"])
            else:
                self._respond(status, reason, head)
        except Exception as error:
            self._exchange.abort()
            self._reject(fetchFailed(error))

    def onData(self, data: bytes) -> None:
        if self._body is not None:
            self._body.onData(data)

    def onEnd(self) -> None:
        if self._body is not None:
            self._body.onEnd()

    def onProblem(self, problem: Any) -> None:
        if self._body is not None:
            self._body.onProblem(problem)
        else:
            self._reject(fetchFailed(causeOf(problem)))

    def _refuse(self, why: str) -> None:
        self._exchange.discard()
        self._reject(fetchFailed(why))

    def _respond(self, status: int, reason: str, head: Head) -> None:
        integrity = self._request._integrity_
        response = received(status, reason, head, self._urls)
        if self._isForeign:
            response._type_ = "cors"
        if self._isOpaque:
            response = opaque(self._urls)
        if self._method == "HEAD" or status in NULL_BODY_STATUS or self._isOpaque:
            self._exchange.discard()
            self._over()
            if integrity:
                self._reject(fetchFailed(""))
            self._resolve(response)
            return
        decoder = decoderFor(response.headers["content-encoding"]) if "content-encoding" in head else None
        onOver = None if self._signal is None else self._over
        body = self._body = IncomingBody(self._exchange, decoder, head, onOver)
        if integrity:
            whole: Deferred[bytes] = body.collect(_content)
            whole.addCallbacks(lambda content: self._verify(response, content), self._onUnverified)
            return
        response._source_ = body
        self._resolve(response)
        # A short body is read from the socket at once, wanted or not, which frees its connection for the next request.
        body.start()

    def _verify(self, response: Response, content: bytes) -> None:
        if matchesIntegrity(content, self._request._integrity_):
            response._content_ = content
            self._resolve(response)
        else:
            self._reject(fetchFailed("integrity mismatch"))

    def _onUnverified(self, failure: Any) -> None:
        self._reject(fetchFailed(failure.value))

    # -- redirects

    def _follow(self, status: int, location: str) -> None:
        try:
            url = URL(location.encode("latin-1").decode("utf-8", "replace"), self._url.href)
        except ERR_INVALID_URL as error:
            self._exchange.discard()
            self._reject(fetchFailed(error))
            return
        why = self._refusal(status, url)
        if why is not None:
            self._refuse(why)
            return
        if (status in (301, 302) and self._method == "POST") or (status == 303 and self._method not in ("GET", "HEAD")):
            self._method, self._content, self._source = "GET", None, None
            self._drop(_BODY_FIELDS)
        if url.origin != self._url.origin:
            self._drop(_PRIVATE_FIELDS)
        if not url.hash and self._url.hash:
            url.hash = self._url.hash
        self._url = url
        self._isForeign = self._isForeign or url.origin != self._request._url_.origin
        self._isOpaque = self._isForeign and self._request.mode == "no-cors"
        self._exchange.discard()
        self._outgoing = None
        self._dispatchKept(self)

    def _refusal(self, status: int, url: URL) -> str | None:
        """Why a redirect is not followed."""
        if url.protocol not in ("http:", "https:"):
            return "URL scheme must be a HTTP(S) scheme"
        if len(self._urls) > MAX_REDIRECTS:
            return "redirect count exceeded"
        mode = self._request.mode
        if mode == "cors" and (url.username or url.password):  # the origin of a program is nobody's
            return 'cross origin not allowed for request mode "cors"'
        if status != 303 and self._source is not None:
            return ""  # a stream cannot be sent a second time
        if mode == "same-origin" and url.origin != self._request._url_.origin:
            return 'request mode cannot be "same-origin"'
        return None

    def _drop(self, names: tuple[str, ...]) -> None:
        if not self._hasOwnHeaders:
            self._headers, self._hasOwnHeaders = Headers(self._headers), True  # the program may still hold its Request
        for name in names:
            self._headers.delete(name)

    # -- other schemes

    def _answerLocally(self, url: URL) -> None:
        reasons = {"about:": "about scheme is not supported", "file:": "not implemented... yet..."}
        if url.protocol != "data:":
            self._reject(fetchFailed(reasons.get(url.protocol, "unknown scheme")))
            return
        answer = readDataUrl(url)
        if answer is None:
            self._reject(fetchFailed("failed to fetch the data URL"))
            return
        response = received(200, "OK", None, self._urls)
        response.headers._receive_(["content-type", answer[0]])
        response._content_ = answer[1]
        self._over()
        self._resolve(response)


def _usual(mode: str, caching: str, protocol: str) -> Iterator[tuple[str, str]]:
    """What is sent unless the program has given it, and it is not empty."""
    yield from _DEFAULTS
    yield "sec-fetch-mode", mode
    yield "user-agent", "node"
    if caching == "no-cache":
        yield "cache-control", "max-age=0"
    elif caching in ("no-store", "reload"):
        yield "pragma", "no-cache"
        yield "cache-control", "no-cache"
    yield "accept-encoding", acceptedOver(protocol)


@cache
def _usualLines(mode: str, caching: str, protocol: str) -> str:
    """`_usual` as the lines of a head: of the few words that these three can be."""
    return "".join([f"{key}: {value}\r\n" for key, value in _usual(mode, caching, protocol) if value])


def _content(content: bytes) -> bytes:
    return content


def _nothing(error: BaseException) -> None:
    """For a source that is only to be let go."""
