"""Node.js's networking API on Twisted: `from nodecompat import http, net, run`.

Each module of Node is a module here (`nodecompat.net`, `nodecompat.http`, `nodecompat.stream`, …); Node's globals
(`setTimeout`, `AbortController`, `process`, …) are names of the package itself. What is not used is not
imported: the names below load their module when they are first looked up.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

# Eagerly, because the module and the object share a name: importing the module later would hide the object.
from .process import process
from .version import __version__ as __version__

if TYPE_CHECKING:
    from .abort import AbortController, AbortSignal, DOMException
    from .blob import Blob, File
    from .buffer import Buffer, atob, btoa
    from .events import EventEmitter
    from .eventtarget import CustomEvent, Event, EventTarget
    from .perf_hooks import (
        Performance,
        PerformanceEntry,
        PerformanceMark,
        PerformanceMeasure,
        PerformanceObserver,
        PerformanceObserverEntryList,
        performance,
    )
    from .process import nextTick
    from .reactor.loop.coroutines import asFuture
    from .reactor.loop.guest import insideAsyncio
    from .reactor.loop.run import run
    from .stream.web import (
        ByteLengthQueuingStrategy,
        CompressionStream,
        CountQueuingStrategy,
        DecompressionStream,
        ReadableByteStreamController,
        ReadableStream,
        ReadableStreamBYOBReader,
        ReadableStreamBYOBRequest,
        ReadableStreamDefaultController,
        ReadableStreamDefaultReader,
        TextDecoderStream,
        TextEncoderStream,
        TransformStream,
        TransformStreamDefaultController,
        WritableStream,
        WritableStreamDefaultController,
        WritableStreamDefaultWriter,
    )
    from .timers import (
        clearImmediate,
        clearInterval,
        clearTimeout,
        queueMicrotask,
        setImmediate,
        setInterval,
        setTimeout,
    )
    from .url import URL, URLSearchParams
    from .util import TextDecoder, TextEncoder
    from .web import (
        CloseEvent,
        ErrorEvent,
        EventSource,
        FormData,
        Headers,
        MessageEvent,
        Request,
        Response,
        WebSocket,
        fetch,
    )

#: Node's globals and a few names of our own, and the module that has each.
_GLOBALS = {
    "AbortController": "abort",
    "AbortSignal": "abort",
    "Blob": "blob",
    "Buffer": "buffer",
    "ByteLengthQueuingStrategy": "stream.web",
    "CloseEvent": "web",
    "CompressionStream": "stream.web",
    "CountQueuingStrategy": "stream.web",
    "CustomEvent": "eventtarget",
    "DOMException": "abort",
    "DecompressionStream": "stream.web",
    "ErrorEvent": "web",
    "Event": "eventtarget",
    "EventEmitter": "events",
    "EventSource": "web",
    "EventTarget": "eventtarget",
    "File": "blob",
    "FormData": "web",
    "Headers": "web",
    "MessageEvent": "web",
    "Performance": "perf_hooks",
    "PerformanceEntry": "perf_hooks",
    "PerformanceMark": "perf_hooks",
    "PerformanceMeasure": "perf_hooks",
    "PerformanceObserver": "perf_hooks",
    "PerformanceObserverEntryList": "perf_hooks",
    "ReadableByteStreamController": "stream.web",
    "ReadableStream": "stream.web",
    "ReadableStreamBYOBReader": "stream.web",
    "ReadableStreamBYOBRequest": "stream.web",
    "ReadableStreamDefaultController": "stream.web",
    "ReadableStreamDefaultReader": "stream.web",
    "Request": "web",
    "Response": "web",
    "TextDecoder": "util",
    "TextDecoderStream": "stream.web",
    "TextEncoder": "util",
    "TextEncoderStream": "stream.web",
    "TransformStream": "stream.web",
    "TransformStreamDefaultController": "stream.web",
    "URL": "url",
    "URLSearchParams": "url",
    "WebSocket": "web",
    "WritableStream": "stream.web",
    "WritableStreamDefaultController": "stream.web",
    "WritableStreamDefaultWriter": "stream.web",
    "asFuture": "reactor.loop.coroutines",
    "atob": "buffer",
    "btoa": "buffer",
    "clearImmediate": "timers",
    "clearInterval": "timers",
    "clearTimeout": "timers",
    "fetch": "web",
    "insideAsyncio": "reactor.loop.guest",
    "nextTick": "process",
    "performance": "perf_hooks",
    "queueMicrotask": "timers",
    "run": "reactor.loop.run",
    "setImmediate": "timers",
    "setInterval": "timers",
    "setTimeout": "timers",
}
_MODULES = (
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "errors",
    "events",
    "fs",
    "health",
    "http",
    "https",
    "metrics",
    "net",
    "perf_hooks",
    "querystring",
    "readline",
    "stream",
    "string_decoder",
    "testing",
    "timers",
    "tls",
    "tracing",
    "url",
    "util",
    "websocket",
    "zlib",
)

__all__ = [
    "URL",
    "AbortController",
    "AbortSignal",
    "Blob",
    "Buffer",
    "ByteLengthQueuingStrategy",
    "CloseEvent",
    "CompressionStream",
    "CountQueuingStrategy",
    "CustomEvent",
    "DOMException",
    "DecompressionStream",
    "ErrorEvent",
    "Event",
    "EventEmitter",
    "EventSource",
    "EventTarget",
    "File",
    "FormData",
    "Headers",
    "MessageEvent",
    "Performance",
    "PerformanceEntry",
    "PerformanceMark",
    "PerformanceMeasure",
    "PerformanceObserver",
    "PerformanceObserverEntryList",
    "ReadableByteStreamController",
    "ReadableStream",
    "ReadableStreamBYOBReader",
    "ReadableStreamBYOBRequest",
    "ReadableStreamDefaultController",
    "ReadableStreamDefaultReader",
    "Request",
    "Response",
    "TextDecoder",
    "TextDecoderStream",
    "TextEncoder",
    "TextEncoderStream",
    "TransformStream",
    "TransformStreamDefaultController",
    "URLSearchParams",
    "WebSocket",
    "WritableStream",
    "WritableStreamDefaultController",
    "WritableStreamDefaultWriter",
    "asFuture",
    "atob",
    "btoa",
    "clearImmediate",
    "clearInterval",
    "clearTimeout",
    "fetch",
    "insideAsyncio",
    "nextTick",
    "performance",
    "process",
    "queueMicrotask",
    "run",
    "setImmediate",
    "setInterval",
    "setTimeout",
]


def __getattr__(name: str) -> Any:
    if name in _GLOBALS:
        value = getattr(importlib.import_module("." + _GLOBALS[name], __name__), name)
    elif name in _MODULES:
        value = importlib.import_module("." + name, __name__)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})
