"""fetch: one Request to one Response, through redirects.

Follows the fetch of Node 26. Differs: header names go out as Twisted writes them (`User-Agent`); a GET on a pooled
connection that the server just closed is sent again; brotli is neither requested nor decoded.
Node: globals.html#fetch
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twisted.internet.defer import Deferred

from ..errors import ERR_INVALID_URL, NodeError
from ..reactor.loop import ticks
from ..reactor.twisted import httpclient
from ..reactor.twisted.httpclient import Exchange, HeaderList, Problem
from ..stream import Readable
from ..url import URL
from .dataurl import readDataUrl
from .decoding import DecodingError, decoderFor
from .failures import aborted, abortReason, causeOf, fetchFailed
from .headers import Headers
from .incoming import IncomingBody
from .outgoing import OutgoingBody
from .request import Request, RequestInit
from .response import NULL_BODY_STATUS, REDIRECT_STATUS, Response, received

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
_DEFAULTS = (("accept", "*/*"), ("accept-language", "*"), ("sec-fetch-mode", "cors"), ("user-agent", "node"))
#: Fields dropped with the body of a request, and fields hidden from another origin.
_BODY_FIELDS = ("content-encoding", "content-language", "content-location", "content-type", "content-length")
_PRIVATE_FIELDS = ("authorization", "proxy-authorization", "cookie", "host")


def fetch(input: Any, init: RequestInit | Mapping[str, Any] | None = None, **keywords: Any) -> Deferred[Response]:
    """Send a request; gives its response as soon as the head has come.

    Args:
        input: an absolute URL (http, https, data), or a Request.
        init: RequestInit, as a mapping or as keywords.
    Returns:
        A Deferred of a Response; cancelling it aborts the request. It fails with a TypeError "fetch failed" whose
        `cause` says why, with the reason of `signal`, or with what Request raises. A status like 404 is no failure.
    Differs:
        `response.body` is a `stream.Readable`; `dispatcher` is an IAgent or a treq client.
    Node: globals.html#fetch
    """
    running = _Fetch()
    running.start(input, {**(init or {}), **keywords})
    return running.result


class _Fetch:
    """One fetch: the receiver of each exchange until the response has come; then its body takes over."""

    def __init__(self) -> None:
        self.result: Deferred[Response] = Deferred(self._onCancel)
        self._isSettled = False
        self._exchange: Exchange | None = None
        self._body: IncomingBody | None = None
        self._urls: list[str] = []

    def start(self, input: Any, options: Mapping[str, Any]) -> None:
        try:
            self._request = request = Request(input, options)
        except Exception as error:
            self._reject(error)
            return
        self._method, self._content, self._url = request.method, request._content_, request._url_
        self._headers = Headers(request.headers)
        self._stream = self._outgoing(request._stream_) if request._content_ is None and request._stream_ else None
        if isinstance(input, Request) and (self._content is not None or self._stream is not None):
            input._isConsumed_ = True
        if request.signal.aborted:
            self._onAbort()
            return
        request.signal.addEventListener("abort", self._onAbort)
        ticks.queueMicrotask(self._dispatch)

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
        if not self.result.called:
            self.result.errback(outcome) if isinstance(outcome, BaseException) else self.result.callback(outcome)

    def _over(self) -> None:
        """Past the point where it can be aborted."""
        request = getattr(self, "_request", None)
        if request is not None:
            request.signal.removeEventListener("abort", self._onAbort)

    def _onAbort(self) -> None:
        self._stop(abortReason(self._request.signal))

    def _onCancel(self, result: Deferred[Response]) -> None:
        self._isSettled = True
        self._stop(aborted())
        result.errback(aborted())

    def _stop(self, reason: BaseException) -> None:
        if self._body is not None:
            self._body.destroy(reason)
        elif self._exchange is not None:
            self._exchange.abort()
        if self._request._stream_ is not None:
            self._request._stream_.destroy()
        self._over()
        self._reject(reason)

    # -- sending

    def _dispatch(self) -> None:
        if self._isSettled:
            return
        url = self._url
        self._urls.append(url.href)
        if url.protocol not in ("http:", "https:"):
            self._answerLocally(url)
        elif url.port and int(url.port) in BAD_PORTS:
            self._reject(fetchFailed("bad port"))
        else:
            self._send(url)

    def _send(self, url: URL) -> None:
        body: Any = self._stream or self._content
        if self._stream is None and not self._lengthFits():
            return
        target = f"{url.origin}{url.pathname}{url.search}".encode("ascii")
        method = self._method.encode("ascii")
        self._exchange = httpclient.send(self, method, target, self._fields(url), body, self._request._dispatcher_)

    def _outgoing(self, stream: Readable) -> OutgoingBody:
        length = self._headers.get("content-length")
        return OutgoingBody(stream, int(length) if length and length.isdigit() else None, self._onBodyError)

    def _lengthFits(self) -> bool:
        length = self._headers.get("content-length")
        if length is None or length == str(len(self._content or b"")):
            return True
        cause = NodeError(
            "Request body length does not match content-length header", code="UND_ERR_REQ_CONTENT_LENGTH_MISMATCH"
        )
        self._reject(fetchFailed(cause))
        return False

    def _fields(self, url: URL) -> HeaderList:
        """The header as sent; Twisted adds the body's framing."""
        given = Headers(self._headers)
        fields = [("host", given.get("host") or url.host), ("connection", given.get("connection") or "keep-alive")]
        for name in ("host", "connection", "content-length", "transfer-encoding"):
            given.delete(name)
        fields += given.entries()
        fields += [(name, value) for name, value in _DEFAULTS if not given.has(name)]
        if not given.has("accept-encoding"):
            # A range of an encoded body cannot be decoded.
            fields.append(("accept-encoding", "identity" if given.has("range") else "gzip, deflate"))
        return [(name.encode("ascii"), value.encode("latin-1")) for name, value in fields]

    def _onBodyError(self, error: BaseException) -> None:
        if self._exchange is not None:
            self._exchange.abort()
        self._reject(fetchFailed(error))

    # -- the response: the Receiver of the exchange

    def onResponse(self, status: int, reason: bytes, headers: HeaderList) -> None:
        fields = Headers()
        for name, value in headers:
            fields._fields_.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        location = fields.get("location")
        if status in REDIRECT_STATUS and self._request.redirect == "error":
            self._refuse("unexpected redirect")
        elif status in REDIRECT_STATUS and location is not None and self._request.redirect == "follow":
            self._follow(status, location)
        else:
            self._respond(status, reason, fields)

    def onData(self, data: bytes) -> None:
        if self._body is not None:
            self._body.onData(data)

    def onEnd(self) -> None:
        if self._body is not None:
            self._body.onEnd()

    def onProblem(self, problem: Problem) -> None:
        if self._body is not None:
            self._body.onProblem(problem)
        else:
            self._reject(fetchFailed(causeOf(problem)))

    def _refuse(self, why: str) -> None:
        assert self._exchange is not None
        self._exchange.discard()
        self._reject(fetchFailed(why))

    def _respond(self, status: int, reason: bytes, fields: Headers) -> None:
        assert self._exchange is not None
        response = received(status, reason, fields, self._urls)
        if self._method == "HEAD" or status in NULL_BODY_STATUS:
            self._exchange.discard()
            self._over()
            self._resolve(response)
            return
        try:
            decoder = decoderFor(fields.get("content-encoding"))
        except DecodingError as error:
            self._exchange.abort()
            self._reject(fetchFailed(error))
            return
        self._body = IncomingBody(self._exchange, decoder, self._over)
        response._stream_ = self._body
        self._resolve(response)
        # A short body is read from the socket at once, wanted or not, which frees its connection for the next request.
        self._body.read(0)

    # -- redirects

    def _follow(self, status: int, location: str) -> None:
        assert self._exchange is not None
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
            self._method, self._content, self._stream = "GET", None, None
            self._drop(_BODY_FIELDS)
        if url.origin != self._url.origin:
            self._drop(_PRIVATE_FIELDS)
        if not url.hash and self._url.hash:
            url.hash = self._url.hash
        self._url = url
        self._exchange.discard()
        self._dispatch()

    def _refusal(self, status: int, url: URL) -> str | None:
        """Why a redirect is not followed."""
        if url.protocol not in ("http:", "https:"):
            return "URL scheme must be a HTTP(S) scheme"
        if len(self._urls) > MAX_REDIRECTS:
            return "redirect count exceeded"
        if (url.username or url.password) and url.origin != self._url.origin:
            return 'cross origin not allowed for request mode "cors"'
        if status != 303 and self._stream is not None:
            return "a stream cannot be sent a second time"
        return None

    def _drop(self, names: tuple[str, ...]) -> None:
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
        response = received(200, b"OK", Headers({"content-type": answer[0]}), self._urls)
        response._content_ = answer[1]
        self._over()
        self._resolve(response)
