"""Request: what `fetch` sends. Node: https://nodejs.org/api/globals.html#request"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from twisted.internet.defer import Deferred

from ..abort import AbortController, AbortSignal
from ..errors import ERR_INVALID_URL, toText
from ..optionbags import check
from ..url import URL, asUrl
from .body import Body, givenAway
from .failures import typeError
from .headers import Headers, byteString, textPairs
from .referring import CLIENT

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..optionbags import Bag

_isMethod = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_NORMALIZED = ("DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT")
_FORBIDDEN = ("CONNECT", "TRACE", "TRACK")
#: What the named options may be; the first is the default.
_ACCEPTED = {
    "referrerPolicy": (
        "", "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin",
        "origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url",
    ),
    "mode": ("cors", "navigate", "same-origin", "no-cors"),
    "credentials": ("same-origin", "omit", "include"),
    "cache": ("default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"),
    "redirect": ("follow", "manual", "error"),
    "duplex": ("half",),
}  # fmt: skip
_DEFAULTS = {name: accepted[0] for name, accepted in _ACCEPTED.items()}
#: In this order they are looked at, before anything else is.
_CONVERTED = sorted([*_ACCEPTED, "headers", "method"])
#: What a Request made from another one has from it.
_COPIED = ("_method_", "_integrity_", "_keepalive_", "_referrer_", "_dispatcher_", "_choices_", "_signal_")


class RequestInit(TypedDict, total=False):
    """Options of Request and fetch.

    Options:
        body: Text, bytes, a Blob, FormData, URLSearchParams, a ReadableStream or an iterable of bytes; none by default.
        cache: "default", "no-store", "reload", "no-cache", "force-cache" or "only-if-cached": nothing is kept, whatever
            it says. "default" by default.
        credentials: "omit", "same-origin" or "include"; "same-origin" by default.
        dispatcher: A twisted.web IAgent, or a treq client, to send with; the pool of `fetch` by default. Not in Node.
        duplex: "half", which a body that is a stream needs; there is no default.
        headers: Headers, a mapping, or pairs; none by default.
        integrity: The hash that the body must have, such as "sha256-…"; "" by default.
        keepalive: What `request.keepalive` says; False by default.
        method: "GET" by default.
        mode: "cors", "no-cors" or "same-origin"; "cors" by default.
        redirect: "follow" (20 at most), "error" or "manual"; "follow" by default.
        referrer: A URL, "" for none; "about:client" by default.
        referrerPolicy: A policy such as "no-referrer" or "origin"; "" by default.
        signal: An AbortSignal that breaks it off; none by default.
        window: None, the default.
    """

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
    Node: https://nodejs.org/api/globals.html#request
    """

    _url_: URL
    _headers_: Headers | None = None
    # What most requests do not say.
    _method_ = "GET"
    _integrity_ = ""
    _keepalive_ = False
    _referrer_ = CLIENT
    _dispatcher_: Any = None
    _choices_ = _DEFAULTS
    _signal_: AbortSignal | None = None

    def __init__(self, input: Any, init: RequestInit | Bag | None = None, **keywords: Unpack[RequestInit]) -> None:
        check(RequestInit, init, keywords)
        self._take_(input, {**(init or {}), **keywords})

    def _take_(self, input: Any, options: Mapping[str, Any]) -> None:
        """What the constructor does with options whose names are known."""
        source = input if isinstance(input, Request) else None
        chosen = _converted(options) if options else {}
        self._url_ = source._url_ if source else _parse(input)
        if source is not None:
            for name in _COPIED:
                setattr(self, name, getattr(source, name))
            if options:
                self._referrer_ = CLIENT
                self._choices_ = {**self._choices_, "referrerPolicy": ""}
        if options:
            self._takeOptions_(options, chosen)
        elif source is not None and self._signal_ is not None:
            self._signal_ = AbortSignal.any([self._signal_])
        given = options.get("headers")
        if given is not None or source is not None:
            self._headers_ = Headers(source._headers_ if given is None and source else given)
        if options or source is not None:
            self._takeBody_(options, source)

    def _takeOptions_(self, options: Mapping[str, Any], chosen: Mapping[str, str]) -> None:
        if options.get("window") is not None:
            raise typeError("'window' option 'client' must be null")
        if options.get("referrer") is not None:
            self._referrer_ = _referrerOf(options["referrer"])
        if chosen:
            self._choices_ = {**self._choices_, **chosen}
        if chosen.get("mode") == "navigate":
            raise typeError("Request constructor: invalid request mode navigate.")
        if self._choices_["cache"] == "only-if-cached" and self._choices_["mode"] != "same-origin":
            raise typeError("'only-if-cached' can be set only with 'same-origin' mode")
        if options.get("integrity") is not None:
            self._integrity_ = toText(options["integrity"])
        if options.get("keepalive") is not None:
            self._keepalive_ = bool(options["keepalive"])
        if options.get("method") is not None:
            self._method_ = _methodOf(options["method"])
        if self._choices_["mode"] == "no-cors" and self._method_ not in ("GET", "HEAD", "POST"):
            raise typeError(f"'{self._method_} is unsupported in no-cors mode.")
        self._dispatcher_ = options.get("dispatcher", self._dispatcher_)
        self._signal_ = _signalOf(options.get("signal", self._signal_))

    def _takeBody_(self, options: Mapping[str, Any], source: Request | None) -> None:
        body = options.get("body")
        inherited = body is None and source is not None and source._hasBody_()
        if (body is not None or inherited) and self._method_ in ("GET", "HEAD"):
            raise typeError("Request with GET/HEAD method cannot have body.")
        if inherited:
            assert source is not None
            if source._isSourceless_:
                self._checkMode_()
            if source._isUnusable_():
                raise typeError("Cannot construct a Request with a Request object that has already been used.")
            self._content_, self._source_, self._stream_ = source._content_, source._source_, source._stream_
            self._isSourceless_, source._stream_ = source._isSourceless_, givenAway()
            source._isConsumed_ = True
            return
        self._adopt_(body)
        if self._isSourceless_:
            if self._keepalive_:
                raise typeError("keepalive")
            if options.get("duplex") is None:
                raise typeError("RequestInit: duplex option is required when sending a body.")
            self._checkMode_()

    def _checkMode_(self) -> None:
        if self._choices_["mode"] == "no-cors":
            raise typeError('If request is made from ReadableStream, mode should be "same-origin" or "cors"')

    @property
    def headers(self) -> Headers:
        """Its headers. Node: https://nodejs.org/api/globals.html#request"""
        if self._headers_ is None:
            self._headers_ = Headers()
        return self._headers_

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
    def isHistoryNavigation(self) -> bool:
        """False: there is no history."""
        return False

    @property
    def isReloadNavigation(self) -> bool:
        """False: nothing is reloaded."""
        return False

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
        """The whole body as a JSON value. Node: https://nodejs.org/api/globals.html#request"""
        return self._readJson_()

    def clone(self) -> Request:
        """A second request with the same body. Node: https://nodejs.org/api/globals.html#request"""
        if self._isUnusable_():
            raise typeError("unusable")
        other = Request.__new__(Request)
        other._url_ = self._url_
        for name in _COPIED:
            setattr(other, name, getattr(self, name))
        other._signal_ = None if self._signal_ is None else AbortSignal.any([self._signal_])
        other._headers_ = Headers(self._headers_)
        self._copyBodyTo_(other)
        return other

    def __repr__(self) -> str:
        return f"Request({self._method_} {self._url_!r})"


def _parse(input: Any) -> URL:
    try:
        url = None if type(input) is str else asUrl(input)
        parsed = URL(str(input) if url is None else url.href)
    except ERR_INVALID_URL as error:
        raise typeError(f"Failed to parse URL from {input}", error) from error
    if "@" in parsed.href and (parsed.username or parsed.password):
        raise typeError(f"Request cannot be constructed from a URL that includes credentials: {input}")
    return parsed


def _converted(options: Mapping[str, Any]) -> dict[str, str]:
    """The options that are one of a few words. Raises for the first that is of the wrong kind."""
    chosen = {}
    for name in _CONVERTED:
        value = options.get(name)
        if value is None:
            continue
        if name == "method":
            byteString(value)
        elif name == "headers":
            textPairs(value)
        else:
            chosen[name] = _choose(name, value)
    return chosen


def _choose(name: str, value: Any) -> str:
    text = toText(value)
    if text not in _ACCEPTED[name]:
        accepted = sorted(_ACCEPTED[name], key=_orderOf(name).index)
        raise typeError(f"undefined: {text} is not an accepted type. Expected one of {', '.join(accepted)}.")
    return text


def _orderOf(name: str) -> tuple[str, ...]:
    """The order in which Node's message lists the values."""
    orders = {
        "mode": ("navigate", "same-origin", "no-cors", "cors"),
        "credentials": ("omit", "same-origin", "include"),
    }
    return orders.get(name, _ACCEPTED[name])


def _methodOf(value: Any) -> str:
    method = toText(value)
    if not _isMethod(method):
        raise typeError(f"'{method}' is not a valid HTTP method.")
    if method.upper() in _FORBIDDEN:
        raise typeError(f"'{method}' HTTP method is unsupported.")
    return method.upper() if method.upper() in _NORMALIZED else method


def _referrerOf(referrer: Any) -> str:
    if referrer == "":
        return ""
    try:
        parsed = URL(str(referrer))
    except ERR_INVALID_URL as error:
        raise typeError(f'Referrer "{referrer}" is not a valid URL.', error) from error
    return CLIENT if parsed.protocol == "about:" and parsed.pathname == "client" else parsed.href


def _signalOf(signal: Any) -> AbortSignal | None:
    if signal is None:
        return None
    if not isinstance(signal, AbortSignal):
        raise typeError(f'RequestInit: Expected signal ("{signal}") to be an instance of AbortSignal.')
    return AbortSignal.any([signal])
