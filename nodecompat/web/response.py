"""Response: an answer, from `fetch` or made by hand. Node: https://nodejs.org/api/globals.html#response"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypedDict

from ..coercion import toUint32
from ..errors import ERR_INVALID_URL, NodeRangeError
from ..optionbags import check
from ..url import URL
from .body import Body
from .failures import typeError
from .headers import Headers, byteString, textPairs
from .incoming import IncomingBody

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..http.client.exchange import Head
    from ..optionbags import Bag

_isReason = re.compile(r"[\t\x20-\x7e\x80-\xff]*").fullmatch
NULL_BODY_STATUS = (101, 103, 204, 205, 304)
REDIRECT_STATUS = (301, 302, 303, 307, 308)


class ResponseInit(TypedDict, total=False):
    """Options of Response.

    Options:
        status: 200 to 599; 200 by default.
        statusText: The words beside it; "" by default.
        headers: Headers, a mapping, or pairs; none by default.
    """

    status: int
    statusText: str
    headers: Any


class _Json:
    """`Response.json(data, init)` makes a response, `response.json()` reads one: JavaScript has room for both."""

    def __get__(self, instance: Response | None, owner: type[Response]) -> Any:
        return owner._ofJson_ if instance is None else instance._readJson_


class Response(Body):
    """A response.

    Args:
        body: a text, bytes, a Blob, FormData, a ReadableStream or another async iterable of bytes, or None.
        init: ResponseInit, as a mapping or as keywords.
    Raises:
        RangeError for a status outside 200 to 599; TypeError for a body where the status allows none.
    Node: https://nodejs.org/api/globals.html#response
    """

    _headers_: Headers | None = None
    #: Where they come from, until then.
    _head_: Head | None = None

    def __init__(
        self, body: Any = None, init: ResponseInit | Bag | None = None, **keywords: Unpack[ResponseInit]
    ) -> None:
        check(ResponseInit, init, keywords)
        options: dict[str, Any] = {**(init or {}), **keywords}
        given = options.get("headers")
        if given is not None:
            textPairs(given)
        self._status_ = toUint32(options.get("status", 200)) % 65536
        text = byteString(options.get("statusText", ""))
        if not 200 <= self._status_ <= 599:
            raise NodeRangeError('init["status"] must be in the range of 200 to 599, inclusive.')
        if not _isReason(text):
            raise typeError("Invalid statusText")
        self._statusText_ = text
        self._type_ = "default"
        self._urls_: list[str] = []
        self._headers_ = Headers(given)
        if body is not None and self._status_ in NULL_BODY_STATUS:
            raise typeError(f"Response constructor: Invalid response status code {self._status_}")
        self._adopt_(body)

    #: Of the class: `Response.json(data, init)`, a response with that JSON; of an object: its body's value.
    json: _Json = _Json()

    @classmethod
    def _ofJson_(cls, data: Any, init: ResponseInit | Bag | None = None, **keywords: Unpack[ResponseInit]) -> Response:
        """A response with a value as JSON.

        Args: data: what JSON can hold. init: ResponseInit, as a mapping or as keywords.
        Raises: TypeError for what JSON cannot hold.
        Node: https://nodejs.org/api/globals.html#response
        """
        try:
            text = json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise typeError("Value is not JSON serializable", error) from error
        response = cls(text.encode("utf-8", "replace"), init, **keywords)
        if not response.headers.has("content-type"):
            response.headers.set("content-type", "application/json")
        return response

    @staticmethod
    def error() -> Response:
        """A response that stands for a network error. Node: https://nodejs.org/api/globals.html#response"""
        response = Response()
        response._type_, response._status_ = "error", 0
        response.headers._isImmutable_ = True
        return response

    @staticmethod
    def redirect(url: Any, status: int = 302) -> Response:
        """A response that redirects. Node: https://nodejs.org/api/globals.html#response"""
        try:
            location = URL(str(url)).href
        except ERR_INVALID_URL as error:
            raise typeError(f"Failed to parse URL from {url}", error) from error
        if status not in REDIRECT_STATUS:
            raise NodeRangeError(f"Invalid status code {status}")
        response = Response(status=status, headers={"location": location})
        response.headers._isImmutable_ = True
        return response

    @property
    def headers(self) -> Headers:
        """Its headers. Those of an answer are worked out when somebody asks for them, and cannot be changed."""
        headers = self._headers_
        if headers is None:
            headers = self._headers_ = Headers()
            if self._head_ is not None:
                headers._receive_(self._head_.rawHeaders)
                self._head_ = None
            headers._isImmutable_ = True
        return headers

    @property
    def type(self) -> str:
        """basic, cors, opaque, default or error."""
        return self._type_

    @property
    def url(self) -> str:
        """Where it came from, after redirects; "" if constructed."""
        return self._urls_[-1].partition("#")[0] if self._urls_ else ""

    @property
    def redirected(self) -> bool:
        """Whether redirects were followed."""
        return len(self._urls_) > 1

    @property
    def status(self) -> int:
        """The status code."""
        return self._status_

    @property
    def ok(self) -> bool:
        """Whether the status is 200 to 299."""
        return 200 <= self._status_ <= 299

    @property
    def statusText(self) -> str:
        """The text beside the status."""
        return self._statusText_

    def clone(self) -> Response:
        """A second response with the same body. Node: https://nodejs.org/api/globals.html#response"""
        if self._isUnusable_():
            raise typeError("Response.clone: Body has already been consumed.")
        other = Response.__new__(Response)
        other._status_, other._statusText_, other._type_ = self._status_, self._statusText_, self._type_
        other._urls_ = list(self._urls_)
        other._headers_ = Headers(self.headers)
        other._headers_._isImmutable_ = self.headers._isImmutable_
        self._copyBodyTo_(other)
        return other

    def __del__(self) -> None:
        # A response that nobody can read any more must not keep its connection waiting.
        if not self._isConsumed_ and self._stream_ is None and isinstance(self._source_, IncomingBody):
            self._source_.abandon()

    def __repr__(self) -> str:
        return f"Response(status={self._status_}, url={self.url!r})"


def received(status: int, reason: str, head: Head | None, urls: list[str]) -> Response:
    """A network response, without its body. `reason`: its bytes as Latin-1; `head`: its headers, if it has any."""
    response = Response.__new__(Response)
    text = reason if reason.isascii() else reason.encode("latin-1").decode("utf-8", "replace")
    response._status_, response._statusText_ = status, text
    response._type_, response._urls_ = "basic", urls
    response._head_ = head
    return response


def opaque(urls: list[str]) -> Response:
    """A network response of which nothing may be told."""
    response = received(0, "", None, urls)
    response._type_ = "opaque"
    return response
