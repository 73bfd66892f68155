"""Request: what `fetch` sends. Node: globals.html#request"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypedDict

from twisted.internet.defer import Deferred

from ..abort import AbortController, AbortSignal
from ..errors import ERR_INVALID_URL
from ..url import URL, asUrl
from .body import Body
from .failures import typeError
from .headers import Headers

_isMethod = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_NORMALIZED = ("DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT")
_FORBIDDEN = ("CONNECT", "TRACE", "TRACK")
#: What the named options may be; the first is the default.
_ACCEPTED = {
    "redirect": ("follow", "manual", "error"),
    "mode": ("cors", "navigate", "same-origin", "no-cors"),
    "cache": ("default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"),
    "credentials": ("same-origin", "omit", "include"),
    "duplex": ("half",),
    "referrerPolicy": (
        "", "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin",
        "origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url",
    ),
}  # fmt: skip
_DEFAULTS = {name: accepted[0] for name, accepted in _ACCEPTED.items()}


class RequestInit(TypedDict, total=False):
    """Options of Request and fetch. `dispatcher` is a twisted.web IAgent, or a treq client, to send with."""

    body: Any
    cache: str
    credentials: str
    dispatcher: Any
    duplex: str
    headers: Any
    integrity: str
    keepalive: bool
    method: str
    mode: str
    redirect: str
    referrer: str
    referrerPolicy: str
    signal: AbortSignal | None
    window: None


class Request(Body):
    """A request.

    Args:
        input: an absolute URL, or a Request to copy.
        init: RequestInit, as a mapping or as keywords.
    Raises:
        TypeError for a URL, method, body or option that is not allowed.
    Node: globals.html#request
    """

    _url_: URL
    _method_: str
    _integrity_: str
    _keepalive_: bool
    _dispatcher_: Any
    _choices_: dict[str, str]
    _signal_: AbortSignal | None

    def __init__(self, input: Any, init: RequestInit | Mapping[str, Any] | None = None, **keywords: Any) -> None:
        options: dict[str, Any] = {**(init or {}), **keywords}
        source = input if isinstance(input, Request) else None
        self._url_ = source._url_ if source else _parse(input)
        if options.get("window") is not None:
            raise typeError("'window' option 'client' must be null")
        self._choices_ = dict(source._choices_ if source else _DEFAULTS)
        for name in _ACCEPTED.keys() & options.keys():
            if options[name] is not None:
                self._choices_[name] = _choose(name, options[name])
        if options.get("mode") == "navigate":
            raise typeError("Request constructor: invalid request mode navigate.")
        if self._choices_["cache"] == "only-if-cached" and self._choices_["mode"] != "same-origin":
            raise typeError("'only-if-cached' can be set only with 'same-origin' mode")
        self._method_ = _methodOf(options["method"]) if options.get("method") else source._method_ if source else "GET"
        self._integrity_ = str(options.get("integrity", source._integrity_ if source else ""))
        self._keepalive_ = bool(options.get("keepalive", source._keepalive_ if source else False))
        self._referrer_ = _referrerOf(options, source)
        self._dispatcher_ = options.get("dispatcher", source._dispatcher_ if source else None)
        self._signal_ = _signalOf(options, source)
        given = options.get("headers")
        self.headers = Headers(source.headers if given is None and source else given)
        self._takeBody_(options, source)

    def _takeBody_(self, options: Mapping[str, Any], source: Request | None) -> None:
        body = options.get("body")
        inherited = body is None and source is not None and source._hasBody_()
        if (body is not None or inherited) and self._method_ in ("GET", "HEAD"):
            raise typeError("Request with GET/HEAD method cannot have body.")
        if inherited:
            assert source is not None
            if source._isUnusable_():
                raise typeError("Cannot construct a Request with a Request object that has already been used.")
            self._content_, self._source_, self._stream_ = source._content_, source._source_, source._stream_
            self._isSourceless_, source._stream_ = source._isSourceless_, None
            source._isConsumed_ = True
            return
        self._adopt_(body)
        if self._isSourceless_ and options.get("duplex") is None:
            raise typeError("RequestInit: duplex option is required when sending a body.")
        if self._isSourceless_ and self._keepalive_:
            raise typeError("keepalive")

    @property
    def method(self) -> str:
        """The method, in capitals if it is a common one."""
        return self._method_

    @property
    def url(self) -> str:
        """The URL."""
        return self._url_.href

    @property
    def signal(self) -> AbortSignal:
        """A signal that follows the given one."""
        if self._signal_ is None:  # nobody can abort it, but somebody wants to see it
            self._signal_ = AbortController().signal
        return self._signal_

    @property
    def redirect(self) -> str:
        """follow, error or manual."""
        return self._choices_["redirect"]

    @property
    def mode(self) -> str:
        """cors and the like, which is sent as Sec-Fetch-Mode."""
        return self._choices_["mode"]

    @property
    def cache(self) -> str:
        """The cache mode; there is no cache."""
        return self._choices_["cache"]

    @property
    def credentials(self) -> str:
        """The credentials mode; there are no cookies."""
        return self._choices_["credentials"]

    @property
    def referrerPolicy(self) -> str:
        """How much of `referrer` another origin is told; "" for strict-origin-when-cross-origin."""
        return self._choices_["referrerPolicy"]

    @property
    def duplex(self) -> str:
        """Always half."""
        return "half"

    @property
    def destination(self) -> str:
        """Always ""."""
        return ""

    @property
    def integrity(self) -> str:
        """The hashes one of which the body must have."""
        return self._integrity_

    @property
    def keepalive(self) -> bool:
        """As given; without effect, as in Node."""
        return self._keepalive_

    @property
    def referrer(self) -> str:
        """The referrer; about:client by default."""
        return self._referrer_

    def json(self) -> Deferred[Any]:
        """The whole body as a JSON value. Node: globals.html#request"""
        return self._readJson_()

    def clone(self) -> Request:
        """A second request with the same body. Node: globals.html#request"""
        if self._isUnusable_():
            raise typeError("unusable")
        other = Request.__new__(Request)
        for name in ("_url_", "_choices_", "_method_", "_integrity_", "_keepalive_", "_referrer_", "_dispatcher_"):
            setattr(other, name, getattr(self, name))
        other._signal_ = None if self._signal_ is None else AbortSignal.any([self._signal_])
        other.headers = Headers(self.headers)
        self._copyBodyTo_(other)
        return other

    def __repr__(self) -> str:
        return f"Request({self._method_} {self._url_!r})"


def _parse(input: Any) -> URL:
    try:
        url = asUrl(input)
        parsed = URL(str(input) if url is None else url.href)
    except ERR_INVALID_URL as error:
        raise typeError(f"Failed to parse URL from {input}", error) from error
    if parsed.username or parsed.password:
        raise typeError(f"Request cannot be constructed from a URL that includes credentials: {input}")
    return parsed


def _choose(name: str, value: Any) -> str:
    if value not in _ACCEPTED[name]:
        accepted = sorted(_ACCEPTED[name], key=_orderOf(name).index)
        raise typeError(f"undefined: {value} is not an accepted type. Expected one of {', '.join(accepted)}.")
    return str(value)


def _orderOf(name: str) -> tuple[str, ...]:
    """The order in which Node's message lists the values."""
    orders = {
        "mode": ("navigate", "same-origin", "no-cors", "cors"),
        "credentials": ("omit", "same-origin", "include"),
    }
    return orders.get(name, _ACCEPTED[name])


def _methodOf(value: Any) -> str:
    method = str(value)
    if not _isMethod(method):
        raise typeError(f"'{method}' is not a valid HTTP method.")
    if method.upper() in _FORBIDDEN:
        raise typeError(f"'{method}' HTTP method is unsupported.")
    return method.upper() if method.upper() in _NORMALIZED or method.upper() == "PATCH" else method


def _referrerOf(options: Mapping[str, Any], source: Request | None) -> str:
    referrer = options.get("referrer")
    if referrer is None:
        return source._referrer_ if source else "about:client"
    if referrer == "":
        return ""
    try:
        parsed = URL(str(referrer))
    except ERR_INVALID_URL as error:
        raise typeError(f'Referrer "{referrer}" is not a valid URL.', error) from error
    return "about:client" if parsed.protocol == "about:" and parsed.pathname == "client" else parsed.href


def _signalOf(options: Mapping[str, Any], source: Request | None) -> AbortSignal | None:
    signal = options.get("signal", source._signal_ if source else None)
    if signal is None:
        return None
    if not isinstance(signal, AbortSignal):
        raise typeError(f'RequestInit: Expected signal ("{signal}") to be an instance of AbortSignal.')
    return AbortSignal.any([signal])
