"""Spans for OpenTelemetry, of the requests that servers answer and clients make, through its API (the extra `otel`).

    from nodecompat import tracing
    tracing.start()

Ours, beside Node's API. The program brings a TracerProvider, as `opentelemetry-sdk` or `opentelemetry-instrument` sets
one up; without it the spans are nothing. Names and attributes are those of the semantic conventions for HTTP. The
context comes in with a request's `traceparent`, or whatever propagator is set, and leaves with the requests that are
made while it is in force; what carries it inside is OpenTelemetry's context variable, as AsyncLocalStorage's values go:
into what the 'request' listener calls, its coroutines, timers and ticks.

Everything is taken from the `diagnostics_channel`, and nothing of it runs before `start`.
"""

from __future__ import annotations

import weakref
from typing import Any

from . import async_hooks
from .diagnostics_channel import channel
from .errors import ERR_HTTP_HEADERS_SENT
from .http.client.request import urlOf
from .subscriptions import Subscriptions
from .version import __version__

try:
    from opentelemetry import context, propagate, trace
    from opentelemetry.trace import SpanKind, Status, StatusCode

    missing: str = ""
except ImportError:
    missing = "tracing needs opentelemetry-api: pip install 'nodecompat[otel]'"

#: Methods that are told as they are; any other is "_OTHER", so that nobody from outside can invent names.
_METHODS = frozenset(("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"))
_current: Tracing | None = None


class Tracing:
    """Makes the spans; `start` makes one of these.

    Args: tracerProvider: the global one if None.
    """

    def __init__(self, tracerProvider: Any = None) -> None:
        if missing:
            raise ModuleNotFoundError(missing, name="opentelemetry")
        self._tracer = trace.get_tracer("nodecompat", __version__, tracerProvider)
        #: The span of each request that is not over.
        self._spans: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()
        self._store = _Store()
        self._subscriptions = Subscriptions(
            {
                "http.server.request.start": self._onRequest,
                "http.server.response.finish": self._onAnswered,
                "http.client.request.created": self._onCreated,
                "http.client.response.finish": self._onResponse,
                "http.client.request.error": self._onError,
            }
        )
        self._subscriptions.start()
        #: Where the context comes into force: for what the 'request' listener calls.
        self._requests = channel("http.server.request.start")
        self._requests.bindStore(self._store, self._contextOf)
        async_hooks.inUse = True

    def stop(self) -> None:
        """Make no more spans."""
        self._requests.unbindStore(self._store)
        self._subscriptions.stop()

    # -- a server's

    def _onRequest(self, message: Any) -> None:
        req, res, socket = message["request"], message["response"], message["socket"]
        path, _, query = req.url.partition("?")
        host, port = _hostOf(req.headers.get("host") or "")
        attributes = {
            **_methodOf(req.method),
            "url.scheme": "https" if getattr(socket, "encrypted", False) else "http",
            "url.path": path,
            "url.query": query,
            "server.address": host,
            "server.port": port or socket.localPort,
            "client.address": socket.remoteAddress,
            "network.peer.address": socket.remoteAddress,
            "network.peer.port": socket.remotePort,
            "network.protocol.version": req.httpVersion,
            "user_agent.original": req.headers.get("user-agent"),
        }
        parent = propagate.extract(req.headers, context.Context())
        span = self._begin(attributes, SpanKind.SERVER, parent)
        self._spans[req] = span
        res.once("close", lambda: self._end(req, res))

    def _contextOf(self, message: Any) -> Any:
        span = self._spans.get(message["request"])
        parent = propagate.extract(message["request"].headers, context.Context())
        return context.get_current() if span is None else trace.set_span_in_context(span, parent)

    def _onAnswered(self, message: Any) -> None:
        span = self._spans.pop(message["request"], None)
        if span is not None:
            _answered(span, message["response"].statusCode, 500)
            span.end()

    def _end(self, req: Any, res: Any) -> None:
        """An answer that was not finished."""
        span = self._spans.pop(req, None)
        if span is not None:
            if res.headersSent:
                span.set_attribute("http.response.status_code", res.statusCode)
            span.set_attribute("error.type", "aborted")
            span.set_status(Status(StatusCode.ERROR))
            span.end()

    # -- a client's

    def _onCreated(self, message: Any) -> None:
        req = message["request"]
        url = urlOf(req)
        host, port = _hostOf(url.partition("://")[2].partition("/")[0])
        attributes = {
            **_methodOf(req.method),
            "url.full": url,
            "server.address": host,
            "server.port": port or (443 if req.protocol == "https:" else 80),
        }
        span = self._begin(attributes, SpanKind.CLIENT, context.get_current())
        self._spans[req] = span
        propagate.inject(req, trace.set_span_in_context(span), _setter)
        req.once("close", lambda: self._close(req))

    def _onResponse(self, message: Any) -> None:
        span, res = self._spans.get(message["request"]), message["response"]
        if span is not None:
            span.set_attribute("network.protocol.version", res.httpVersion)
            _answered(span, res.statusCode, 400)

    def _onError(self, message: Any) -> None:
        span, error = self._spans.get(message["request"]), message["error"]
        if span is not None:
            span.set_attribute("error.type", getattr(error, "code", None) or type(error).__name__)
            span.set_status(Status(StatusCode.ERROR, str(error)))

    def _close(self, req: Any) -> None:
        span = self._spans.pop(req, None)
        if span is not None:
            span.end()

    def _begin(self, attributes: dict[str, Any], kind: Any, parent: Any) -> Any:
        told = {name: value for name, value in attributes.items() if value not in (None, "")}
        method = told["http.request.method"]
        return self._tracer.start_span("HTTP" if method == "_OTHER" else method, parent, kind, told)


class _Store:
    """OpenTelemetry's context as a store of a channel."""

    def withScope(self, store: Any) -> _Scope:
        """Put the context in force; the result takes it back."""
        return _Scope(context.attach(store))


class _Scope:
    __slots__ = ("_token",)

    def __init__(self, token: Any) -> None:
        self._token = token

    def dispose(self) -> None:
        """Take the context back."""
        context.detach(self._token)


class _Setter:
    """How a propagator writes to a request."""

    def set(self, carrier: Any, key: str, value: str) -> None:
        """Set a header, unless the head has left: of a request whose headers were given as a list."""
        try:
            carrier.setHeader(key, value)
        except ERR_HTTP_HEADERS_SENT:
            pass


_setter: Any = _Setter()


def _methodOf(method: str) -> dict[str, str]:
    if method in _METHODS:
        return {"http.request.method": method}
    return {"http.request.method": "_OTHER", "http.request.method_original": method}


def _hostOf(authority: str) -> tuple[str, int]:
    """The name and the port of an authority, 0 without one."""
    host, colon, port = authority.rpartition(":")
    if not colon or not port.isdecimal():
        return authority.strip("[]"), 0
    return host.strip("[]"), int(port)


def _answered(span: Any, status: int, bad: int) -> None:
    span.set_attribute("http.response.status_code", status)
    if status >= bad:
        span.set_attribute("error.type", str(status))
        span.set_status(Status(StatusCode.ERROR))


def start(tracerProvider: Any = None) -> Tracing:
    """Begin to make spans, unless that was done.

    Args: tracerProvider: of OpenTelemetry; the global one if left out.
    Raises: ModuleNotFoundError, which names the extra, without opentelemetry-api.
    """
    global _current
    if _current is None:
        _current = Tracing(tracerProvider)
    return _current


def stop() -> None:
    """Make no more spans."""
    global _current
    if _current is not None:
        _current.stop()
        _current = None
