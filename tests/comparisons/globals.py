"""Comparisons of Node's globals: what of the web is a name of the package.

Thousands of random programs stand beside them: web/test_programs.py (Headers, Request, Response),
web/test_eventstream.py (what EventSource reads), stream/web/test_programs.py (streams).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import fetching
import inventory
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from nodecompat import (
    AbortController,
    AbortSignal,
    Blob,
    ByteLengthQueuingStrategy,
    CloseEvent,
    CompressionStream,
    CountQueuingStrategy,
    CustomEvent,
    DecompressionStream,
    DOMException,
    ErrorEvent,
    Event,
    EventSource,
    EventTarget,
    File,
    FormData,
    Headers,
    MessageEvent,
    ReadableByteStreamController,
    ReadableStream,
    ReadableStreamBYOBReader,
    ReadableStreamBYOBRequest,
    ReadableStreamDefaultController,
    ReadableStreamDefaultReader,
    Request,
    Response,
    TextDecoder,
    TextDecoderStream,
    TextEncoder,
    TextEncoderStream,
    TransformStream,
    TransformStreamDefaultController,
    WebSocket,
    WritableStream,
    WritableStreamDefaultController,
    WritableStreamDefaultWriter,
    clearImmediate,
    clearInterval,
    clearTimeout,
    fetch,
    process,
    queueMicrotask,
    setImmediate,
    setInterval,
    setTimeout,
)
from nodecompat.errors import NodeError
from nodecompat.stream.core.promises import run as begin

_WORKERS = "there are no workers to talk to: Python's threads share their objects"
_TIMINGS = "fetch keeps no timings; the channels `undici:…` of `diagnostics_channel` tell of its steps"
_CRYPTOGRAPHY = "`cryptography` does it; `nodecompat.crypto` has what the network needs"
LEFT_OUT = {
    **dict.fromkeys(("BroadcastChannel*", "MessageChannel*", "MessagePort*"), _WORKERS),
    "structuredClone": "`copy.deepcopy` does it",
    **dict.fromkeys(
        (
            "Performance.clearResourceTimings",
            "Performance.markResourceTiming",
            "Performance.onresourcetimingbufferfull",
            "Performance.setResourceTimingBufferSize",
            "PerformanceResourceTiming*",
        ),
        _TIMINGS,
    ),
    **dict.fromkeys(("Crypto", "Crypto.*", "CryptoKey*", "SubtleCrypto*"), _CRYPTOGRAPHY),
    **dict.fromkeys(
        ("Storage*", "localStorage", "sessionStorage"), "a page's storage; `sqlite3` and `shelve` keep data"
    ),
    **dict.fromkeys(("Navigator*", "navigator"), "`platform` and `os` tell about the machine"),
    "QuotaExceededError*": "nothing here has a quota",
    "URLPattern*": "ada has it, its Python package has it not",
    "Request.attribute": "a mistake of Node's: it is always undefined",
}


def compared() -> set[str]:
    """What the inventories of other modules have, and the names that random programs use."""
    found = {
        name
        for module in ("url", "util", "buffer", "perf_hooks")
        for name in inventory.names(module)
        if inventory.reasonFor(module, name) is None and inventory.isCompared(module, name)
    }
    # tests/web/test_programs.py compares every name that its own list has.
    programs = {
        "Headers": "append set delete get has getSetCookie keys values entries forEach",
        "Request": "body bodyUsed method url headers mode cache credentials referrer referrerPolicy redirect integrity "
        "keepalive duplex signal destination clone text json arrayBuffer bytes blob formData",
        "Response": "body bodyUsed status ok statusText headers type url redirected error redirect clone text json "
        "arrayBuffer bytes blob formData",
    }
    found |= {f"{kind}.{name}" for kind, names in programs.items() for name in names.split()}
    # `toJSON` is PerformanceEntry's. str() is compared in the place of `toString`; and the module `crypto` stands where
    # Node has an object of that name.
    found |= {"PerformanceMark.toJSON", "PerformanceMeasure.toJSON"}
    return found | {"URL.toString", "URLSearchParams.toString", "crypto"}


# -- EventSource


@asynccontextmanager
async def _serving(answers: list[dict[str, Any]]) -> AsyncIterator[tuple[str, list[Any], Callable[..., None]]]:
    """Answers one request after the other with `answers`, then with 204. What is noted has no port."""
    found: list[Any] = []
    waiting = [*answers]

    def handler(req: Any, res: Any) -> None:
        answer = waiting.pop(0) if waiting else {}
        headers = req.headers
        found.append(
            ["request", req.url, headers.get("accept"), headers.get("last-event-id"), headers.get("cache-control")]
        )
        res.statusCode = answer.get("status", 204)
        if type := answer.get("type", "text/event-stream"):
            res.setHeader("content-type", type)
        if answer.get("location"):
            res.setHeader("location", answer["location"])
        for piece in answer.get("pieces", []):
            res.write(piece)
        if answer.get("isCut"):
            res.write(" ", lambda: req.socket.destroy())
        else:
            res.end()

    async with fetching.serving(handler) as base:

        def log(*entry: Any) -> None:
            found.append([each.replace(base, "BASE") if isinstance(each, str) else each for each in entry])

        yield base, found, log


async def _eventsOf(
    answers: list[dict[str, Any]],
    path: str = "/",
    errors: int = 9,
    types: Iterable[str] = (),
    isClosing: bool = False,
) -> list[Any]:
    """Everything an EventSource tells until it is closed, or until there were so many errors."""
    done: Deferred[None] = Deferred()
    async with _serving(answers) as (base, found, log):
        source = EventSource(base + path, node={"reconnectionTime": 1})
        log("made", source.readyState, source.url, source.withCredentials)
        source.onopen = lambda event: log(event.type, type(event).__name__, source.readyState)

        def note(event: Any) -> None:
            about = (event.data, event.lastEventId, event.origin, source.readyState)
            log(event.type, type(event).__name__, *about)
            if isClosing:
                source.close()
                log("closed", source.readyState)
                setTimeout(lambda: done.callback(None), 5)

        source.onmessage = note
        for each in types:
            source.addEventListener(each, note)

        def onError(event: Any) -> None:
            nonlocal errors
            log(event.type, type(event).__name__, event.bubbles, event.cancelable, source.readyState)
            errors -= 1
            if errors == 0:
                source.close()
            if source.readyState == EventSource.CLOSED:
                done.callback(None)

        source.onerror = onError
        await done
    return found


def _each(functions: Iterable[Callable[[], Any]]) -> list[Any]:
    found: list[Any] = []
    for run in functions:
        try:
            found.append(run())
        except NodeError as error:
            found.append([error.name, error.message, getattr(error, "code", None)])
    return found


def eventSourceReceives() -> Awaitable[Any]:
    pieces = ["id: 7\nretry: 2\ndata: a\n\nevent: x\ndata: b\ndata\n\n", ": only\nid: 8\n\ndata: lost"]
    return _eventsOf([{"status": 200, "pieces": pieces}], types=["x"])


def eventSourceIsCutOff() -> Awaitable[Any]:
    cut = {"status": 200, "pieces": ["data: a\n\n"], "isCut": True}
    return _eventsOf([cut, {"status": 200, "pieces": ["id: é€\n\n"]}])


async def eventSourceHasAnotherType() -> Any:
    pieces = ["data: a\n\n"]
    return [
        await _eventsOf([{"status": 200, "type": "text/plain", "pieces": pieces}]),
        await _eventsOf([{"status": 200, "type": ""}]),
        await _eventsOf([{"status": 200, "type": "Text/Event-Stream ; charset=x", "pieces": pieces}]),
        await _eventsOf([{"status": 200, "type": "text/event-streams", "pieces": pieces}]),
    ]


async def eventSourceHasAnotherStatus() -> Any:
    return [
        await _eventsOf([{"status": status, "pieces": ["data: a\n\n"] if status == 201 or status >= 400 else []}])
        for status in (201, 204, 205, 304, 400, 404, 500, 503, 599)
    ]


async def eventSourceIsRedirected() -> Any:
    answer = {"status": 200, "pieces": ["data: a\n\n"]}
    found = [
        await _eventsOf([{"status": status, "location": "/there"}, answer], path="/here")
        for status in (301, 302, 303, 307, 308)
    ]
    broken = await _eventsOf([{"status": 302, "location": "http://["}], errors=1)
    return [*found, broken, await _eventsOf([{"status": 302}])]


def eventSourceIsClosed() -> Awaitable[Any]:
    return _eventsOf([{"status": 200, "pieces": ["data: a\n\n"]}], isClosing=True)


async def eventSourceFindsNobody() -> Any:
    async with _serving([]) as (base, found, _):
        pass
    done: Deferred[None] = Deferred()
    source = EventSource(base, withCredentials=True, node={"reconnectionTime": 1})
    found.append(source.withCredentials)

    def onError() -> None:
        found.append(source.readyState)
        if len(found) == 4:
            source.close()
            done.callback(None)

    source.addEventListener("error", onError)
    await done
    return found


async def eventSourceOfADataUrl() -> Any:
    found: list[Any] = []
    done: Deferred[None] = Deferred()
    source = EventSource("data:text/event-stream,id:1%0Adata: x%0A%0A")
    source.onmessage = lambda event: found.append([event.data, event.origin, event.lastEventId])

    def onError() -> None:
        found.append(source.readyState)
        source.close()
        done.callback(None)

    source.onerror = onError
    await done
    return found


def eventSourceArguments() -> Any:
    def made(*args: Any) -> Any:
        source = EventSource(*args)
        source.close()
        return [source.url, source.withCredentials, source.readyState]

    refused: list[list[Any]] = [
        [],
        [""],
        ["/x"],
        ["http://["],
        ["undefined"],
        ["http://a.test/", 5],
        ["http://a.test/", "x"],
        ["http://a.test/", True],
        ["http://a.test/", {"node": 5}],
    ]
    accepted: list[list[Any]] = [
        ["http://a.test:80/#f"],
        ["ftp://a.test"],
        ["http://u:p@a.test/", None],
        ["http://a.test/é", {"withCredentials": "x"}],
        ["http://a.test/", {"node": {"reconnectionTime": "x"}}],
    ]
    calls = [*(lambda args=args: made(*args) for args in [*refused, *accepted])]
    return _each([*calls, lambda: [EventSource.CONNECTING, EventSource.OPEN, EventSource.CLOSED, EventSource.OPEN]])


def eventSourceHandlers() -> Any:
    source: Any = EventSource("http://127.0.0.1:1/")
    source.close()
    found: list[Any] = [source.onmessage, source.onopen, source.onerror]

    def noting(name: str) -> Callable[[], None]:
        return lambda: found.append(name)

    def dispatch() -> None:
        source.dispatchEvent(MessageEvent("message"))
        found.append("|")

    a, b, c = map(noting, "abc")
    source.onmessage = a
    source.addEventListener("message", b)
    source.onmessage = c
    dispatch()
    source.onmessage = b
    dispatch()
    source.onmessage = None
    dispatch()
    source.onmessage = {"handleEvent": a}
    dispatch()
    source.onmessage = 5
    found.append(source.onmessage)
    source.onmessage = "x"
    found.append(source.onmessage)
    return found


# -- events


def events() -> Any:
    init = {"bubbles": True, "cancelable": 1, "composed": "x", "detail": 5}
    found: list[Any] = []
    target = EventTarget()

    def look(event: Any) -> None:
        mine = (event.target is target, event.currentTarget is target, event.srcElement is target)
        found.append([*mine, event.eventPhase, len(event.composedPath())])

    for event in (Event("a"), Event("a", init), CustomEvent("a", init), CustomEvent("a")):
        look(event)
        options = (event.bubbles, event.cancelable, event.composed)
        about = [event.type, *options, event.isTrusted, getattr(event, "detail", None)]
        found.append([*about, "number" if isinstance(event.timeStamp, float) else "?"])
        target.addEventListener("a", look, {"once": True})
        found.append(target.dispatchEvent(event))
        look(event)
        event.preventDefault()
        found.append([event.defaultPrevented, event.returnValue])
        event.initEvent("b", True, True)
        found.append([event.type, event.bubbles, event.cancelable, event.cancelBubble])
        event.stopPropagation()
        found.append(event.cancelBubble)
    return [*found, Event.NONE, Event.CAPTURING_PHASE, Event.AT_TARGET, Event.BUBBLING_PHASE]


def eventTargets() -> Any:
    found: list[Any] = []
    target = EventTarget()

    def a(event: Event) -> None:
        found.append("a")
        event.preventDefault()

    def handleEvent(event: Event) -> None:
        found.append("b")
        event.stopImmediatePropagation()

    target.addEventListener("x", a)
    target.addEventListener("x", a)
    target.addEventListener("x", a, True)
    target.addEventListener("x", {"handleEvent": handleEvent}, {"once": True})
    target.addEventListener("x", lambda: found.append("c"))
    found += [target.dispatchEvent(Event("x", cancelable=True)), target.dispatchEvent(Event("x"))]
    target.removeEventListener("x", a)
    found.append(target.dispatchEvent(Event("x")))
    target.removeEventListener("x", a, {"capture": True})
    found.append(target.dispatchEvent(Event("x")))
    return found


def eventArguments() -> Any:
    target: Any = EventTarget()
    make: Any = Event
    makeCustom: Any = CustomEvent
    makeMessage: Any = MessageEvent
    makeClose: Any = CloseEvent
    makeError: Any = ErrorEvent
    return _each(
        [
            lambda: make(),
            lambda: make("x", 5),
            lambda: makeCustom(),
            lambda: target.addEventListener("x"),
            lambda: target.addEventListener("x", 5),
            lambda: target.dispatchEvent({}),
            lambda: makeMessage(),
            lambda: makeMessage("x", 5),
            lambda: makeClose("x", "y"),
            lambda: makeError(),
        ]
    )


def messageEvents() -> Any:
    event = MessageEvent("x", {"data": [1], "origin": "o", "lastEventId": 7, "bubbles": True})
    made = [event, MessageEvent("y"), event.initMessageEvent("z", True, True, "d", "p", "i")]
    return [
        [e.type, e.data, e.origin, e.lastEventId, e.source, e.ports, e.bubbles, e.cancelable]
        for e in made
    ]  # fmt: skip


def closeEvents() -> Any:
    inits: list[Any] = [{}, {"wasClean": 1, "code": 70000, "reason": "r"}, {"code": -1}, {"code": "5"}]
    made = [CloseEvent("close", init) for init in inits]
    return [[event.wasClean, event.code, event.reason] for event in made]


def errorEvents() -> Any:
    whole = {"message": "m", "filename": "f", "lineno": 2, "colno": 3, "error": "e"}
    made = [ErrorEvent("error", init) for init in ({}, whole, {"lineno": -1, "colno": 2**33})]
    return [[event.message, event.filename, event.lineno, event.colno, event.error] for event in made]


# -- AbortController, DOMException, timers


def aborting() -> Any:
    found: list[Any] = []
    controller = AbortController()
    signal = controller.signal
    both = AbortSignal.any([signal, AbortController().signal])
    found.append(signal.onabort)
    signal.onabort = lambda event: found.append([event.type, event.isTrusted, signal.aborted, both.aborted])
    both.addEventListener("abort", lambda: found.append(both.reason))
    signal.throwIfAborted()
    found += [signal.aborted, signal.reason]
    controller.abort("why")
    controller.abort("again")
    for each in (AbortSignal.abort(), AbortSignal.abort(5)):
        reason: Any = each.reason
        name = getattr(reason, "name", reason)
        found.append([each.aborted, name, getattr(reason, "message", None), getattr(reason, "code", None)])
    try:
        AbortSignal.abort().throwIfAborted()
    except Exception as error:
        found.append(error)
    return found


async def abortingInTime() -> Any:
    signal = AbortSignal.timeout(1)
    awake = setInterval(lambda: None, 100)
    done: Deferred[None] = Deferred()
    signal.addEventListener("abort", lambda: done.callback(None))
    await done
    clearInterval(awake)
    reason: Any = signal.reason
    return [reason.name, reason.message, reason.code]


def domExceptions() -> Any:
    given: list[list[Any]] = [
        [],
        ["m"],
        ["m", "AbortError"],
        ["m", "Nothing"],
        ["m", {"name": "DataCloneError", "cause": "c"}],
        ["m", "TimeoutError"],
    ]
    made = [DOMException(*args) for args in given]
    return [
        *([error.name, error.message, error.code] for error in made),
        DOMException.INDEX_SIZE_ERR,
        DOMException.DOMSTRING_SIZE_ERR,
        DOMException.HIERARCHY_REQUEST_ERR,
        DOMException.WRONG_DOCUMENT_ERR,
        DOMException.INVALID_CHARACTER_ERR,
        DOMException.NO_DATA_ALLOWED_ERR,
        DOMException.NO_MODIFICATION_ALLOWED_ERR,
        DOMException.NOT_FOUND_ERR,
        DOMException.NOT_SUPPORTED_ERR,
        DOMException.INUSE_ATTRIBUTE_ERR,
        DOMException.INVALID_STATE_ERR,
        DOMException.SYNTAX_ERR,
        DOMException.INVALID_MODIFICATION_ERR,
        DOMException.NAMESPACE_ERR,
        DOMException.INVALID_ACCESS_ERR,
        DOMException.VALIDATION_ERR,
        DOMException.TYPE_MISMATCH_ERR,
        DOMException.SECURITY_ERR,
        DOMException.NETWORK_ERR,
        DOMException.ABORT_ERR,
        DOMException.URL_MISMATCH_ERR,
        DOMException.QUOTA_EXCEEDED_ERR,
        DOMException.TIMEOUT_ERR,
        DOMException.INVALID_NODE_TYPE_ERR,
        DOMException.DATA_CLONE_ERR,
    ]


async def timers() -> Any:
    begun: Deferred[None] = Deferred()
    setImmediate(lambda: begun.callback(None))  # not in a microtask: those would come before the tick
    await begun
    found: list[Any] = []
    done: Deferred[Any] = Deferred()
    count = 0
    clearTimeout(setTimeout(lambda: found.append("never"), 1))
    clearImmediate(setImmediate(lambda: found.append("never")))
    queueMicrotask(lambda: found.append("microtask"))
    process.nextTick(lambda value: found.append(value), "tick")
    setImmediate(lambda value: found.append(value), "immediate")

    def onInterval() -> None:
        nonlocal count
        found.append("interval")
        count += 1
        if count == 2:
            clearInterval(interval)
            setTimeout(lambda *args: done.callback([*found, *args]), 2, "timeout", 2)

    interval = setInterval(onInterval, 1)
    return await done


# -- fetch


def forms() -> Any:
    form = FormData()
    form.append("a", "1")
    form.append("a", 2)
    form.append("b", Blob(["x"], {"type": "text/plain"}), "name")
    form.append("c", File(["y"], "own", {"lastModified": 5}))
    blob: Any = form.get("b")
    file: Any = form.get("c")
    found: list[Any] = [form.get("a"), form.getAll("a"), form.get("none"), form.has("a"), form.has("z"), form.keys()]
    found += [blob.name, file.name, file.lastModified]
    form.set("a", "only")
    form.delete("b")
    form.forEach(lambda value, name: found.append([name, "string" if isinstance(value, str) else "object"]))
    found += [form.keys(), len([*form.values()]), len([*form.entries()]), [name for name, _ in list(form)]]
    return found


def headersAreIterable() -> Any:
    headers = Headers([["B", "1"], ["a", "2"], ["set-cookie", "x"], ["Set-Cookie", "y"]])
    return [list(headers), headers.keys(), headers.values(), headers.entries(), headers.getSetCookie()]


async def fetches() -> Any:
    answer = {"status": 200, "type": "text/plain", "pieces": ["é", "€"]}
    async with _serving([answer]) as (base, found, log):
        response = await fetch(base + "/x?y#z", headers={"accept": "text/x"})
        log(response.status, response.ok, response.url, response.headers.get("content-type"), response.bodyUsed)
        text = "".join([text async for text in response.textStream()])
        log(text, response.bodyUsed, isinstance(response, Response))
        request = Request(base, method="POST", body="b€")
        text = "".join([text async for text in request.textStream()])
        log(text, request.bodyUsed, request.isReloadNavigation, request.isHistoryNavigation)
        try:
            await fetch(base, method="a b")
        except NodeError as error:
            log(error.name, error.message)
    return found


async def blobTexts() -> Any:
    return "".join([text async for text in Blob(["a", "é€"]).textStream()])


# -- streams


def constructors() -> Any:
    make: dict[str, Any] = {
        kind.__name__: kind
        for kind in (ReadableStreamDefaultReader, ReadableByteStreamController, ReadableStreamBYOBRequest)
    }
    for kind in (ReadableStreamDefaultController, WritableStreamDefaultController, TransformStreamDefaultController):
        make[kind.__name__] = kind
    found = _each(
        [
            lambda: ReadableStream({"type": "x"}),
            lambda: ReadableStream({"type": "bytes"}, {"size": lambda: None}),
            lambda: ReadableStream({"type": "bytes", "autoAllocateChunkSize": 0}),
            lambda: ReadableStream().getReader({"mode": "byob"}),
            lambda: ReadableStreamBYOBReader(ReadableStream()),
            lambda: ReadableStreamBYOBReader(5),  # type: ignore[arg-type]
            lambda: make["ReadableStreamDefaultReader"](5),
            lambda: make["ReadableByteStreamController"](),
            lambda: make["ReadableStreamBYOBRequest"](),
            lambda: make["ReadableStreamDefaultController"](),
            lambda: make["WritableStreamDefaultController"](),
            lambda: make["TransformStreamDefaultController"](),
            lambda: WritableStreamDefaultWriter(5),  # type: ignore[arg-type]
            lambda: CountQueuingStrategy(),
            lambda: ByteLengthQueuingStrategy({}),
            lambda: CompressionStream("x"),
            lambda: DecompressionStream("undefined"),
            lambda: TextDecoderStream("x"),
        ]
    )
    return [[name, message.partition("Received ")[0], code] for name, message, code in found]


def strategies() -> Any:
    made = (CountQueuingStrategy({"highWaterMark": 3}), ByteLengthQueuingStrategy({"highWaterMark": 5}))
    return [[each.highWaterMark, each.size(bytes(7))] for each in made]


async def _messageOf(deferred: Any) -> str:
    """What a promise fails with."""
    try:
        await deferred
    except Exception as error:
        return str(error)
    return "it did not fail"


def _hooks(kept: list[Any], **hooks: Any) -> dict[str, Any]:
    """Hooks, and a `start` that keeps the controller."""
    return {"start": kept.append, **hooks}


async def readableStreams() -> Any:
    found: list[Any] = []
    kept: list[Any] = []
    hooks = _hooks(kept, pull=lambda: found.append("pull"), cancel=found.append)
    stream = ReadableStream(hooks, CountQueuingStrategy({"highWaterMark": 2}))
    controller = kept.pop()
    found += [stream.locked, controller.desiredSize]
    controller.enqueue("a")
    reader = stream.getReader()
    found += [stream.locked, controller.desiredSize, await reader.read()]
    waiting = reader.read()
    controller.enqueue("b")
    found.append(await waiting)
    controller.close()
    await reader.closed
    found.append(await reader.read())
    reader.releaseLock()
    await ReadableStream({"cancel": found.append}).cancel("why")
    left, right = ReadableStream.from_(["x", "y"]).tee()
    found += [chunk async for chunk in left.values()]
    found += [chunk async for chunk in right]
    last = ReadableStream(_hooks(kept)).getReader()
    kept.pop().error(Exception("broken"))
    found += [await _messageOf(last.read()), await _messageOf(last.closed)]
    await ReadableStream().getReader().cancel()
    return found


async def byteStreams() -> Any:
    found: list[Any] = []
    kept: list[Any] = []
    stream = ReadableStream(_hooks(kept, type="bytes", autoAllocateChunkSize=4))
    controller = kept.pop()
    own = stream.getReader(mode="byob")
    first = own.read(bytearray(8), min=3)
    request = controller.byobRequest
    request.view[0] = 65
    request.respond(1)
    found += [request.view, controller.desiredSize]
    controller.byobRequest.view[:] = b"B" * len(controller.byobRequest.view)
    controller.byobRequest.respondWithNewView(controller.byobRequest.view[:3])
    result = await first
    found += [result.value, result.done]
    own.releaseLock()
    reader = stream.getReader()
    following = reader.read()
    found.append(len(controller.byobRequest.view))
    controller.enqueue(b"C")
    found.append((await following).value)
    controller.close()
    await reader.closed
    broken = ReadableStream(_hooks(kept, type="bytes")).getReader(mode="byob")
    kept.pop().error(Exception("broken"))
    outcomes = (broken.read(bytearray(1)), broken.closed, broken.cancel())
    return [*found, *[await _messageOf(each) for each in outcomes]]


async def writableStreams() -> Any:
    found: list[Any] = []
    kept: list[Any] = []

    def onAbort(reason: Any) -> None:
        found.extend([reason, kept[-1].signal.aborted])

    hooks = _hooks(kept, write=found.append, close=lambda: found.append("close"), abort=onAbort)
    stream = WritableStream(hooks)
    writer = stream.getWriter()
    found += [stream.locked, writer.desiredSize]
    await writer.ready
    await writer.write("a")
    writer.releaseLock()
    await stream.close()
    await WritableStream(_hooks(kept, abort=onAbort)).abort("why")
    last = WritableStream(_hooks(kept)).getWriter()
    kept[-1].error(Exception("broken"))
    found += [await _messageOf(last.write("x")), await _messageOf(last.closed), await _messageOf(last.close())]
    return [*found, await last.abort()]


async def transformStreams() -> Any:
    kept: list[Any] = []
    stream = TransformStream(
        _hooks(
            kept,
            transform=lambda chunk, controller: controller.enqueue(chunk.upper()),
            flush=lambda controller: controller.enqueue("end"),
        )
    )
    found: list[Any] = [kept[0].desiredSize]
    found += [chunk async for chunk in ReadableStream.from_(["a", "b"]).pipeThrough(stream)]
    ended = TransformStream({"start": lambda controller: controller.terminate()})
    found += [await ended.readable.getReader().read(), await _messageOf(ended.writable.getWriter().write("x"))]
    broken = TransformStream({"start": lambda controller: controller.error(Exception("broken"))})
    found.append(await _messageOf(broken.readable.getReader().read()))
    await ReadableStream.from_(["p"]).pipeTo(WritableStream({"write": found.append}))
    return found


async def textStreams() -> Any:
    decoder = TextDecoderStream("utf-16le", {"fatal": True, "ignoreBOM": True})
    return [
        *(TextEncoderStream().encoding, decoder.encoding, decoder.fatal, decoder.ignoreBOM),
        TextDecoderStream().encoding,
        await _through(TextEncoderStream(), "a", "", "é€", "\ud83d", "\ude00", "\ud83d", "x", "\ud83d", 5),
        await _through(TextEncoderStream(), "\ud83d"),
        await _through(TextDecoderStream(), b"\xef", b"\xbb\xbfa", b"\xe2\x82", b"\xac", b"\xff\xe2"),
        await _through(decoder, b"a", b"\0b\0"),
        await _through(TextDecoderStream("utf-8", {"fatal": True}), b"\xe2\x82", b"a"),
        await _through(TextDecoderStream("utf-8", {"fatal": True}), b"\xe2\x82"),
        await _through(TextDecoderStream("latin1"), b"\x80"),
    ]


def textCoders() -> Any:
    decoder = TextDecoder("utf-8", {"fatal": True, "ignoreBOM": True})
    about = [decoder.encoding, decoder.fatal, decoder.ignoreBOM]
    return [*about, decoder.decode(b"\xef\xbb\xbfx"), TextEncoder().encoding]


async def webSockets() -> Any:
    done: Deferred[None] = Deferred()
    socket = WebSocket("ws://127.0.0.1:1/x", "p")
    found: list[Any] = [WebSocket.CONNECTING, WebSocket.OPEN, WebSocket.CLOSING, WebSocket.CLOSED]
    found += [socket.readyState, socket.url, socket.extensions, socket.protocol]
    found += [socket.bufferedAmount, socket.binaryType]
    found += [socket.onopen, socket.onmessage, socket.onerror, socket.onclose]
    try:
        socket.send("early")
    except NodeError as error:
        found.append(error.name)

    def onClose(event: Any) -> None:
        found.append([event.type, event.code, event.wasClean, socket.readyState, socket.binaryType])
        socket.close()
        done.callback(None)

    socket.binaryType = "arraybuffer"
    socket.onopen = socket.onmessage = lambda: found.append("never")
    socket.onerror = lambda event: found.append([event.type, socket.readyState])
    socket.onclose = onClose
    await done
    return found


async def compressionStreams() -> Any:
    found: list[Any] = []
    for format in ("gzip", "deflate", "deflate-raw", "brotli"):
        packed = await _through(CompressionStream(format), b"hello", b"\0\0")
        found.append(b"".join(await _through(DecompressionStream(format), *packed)).decode("latin-1"))
        whole = b"".join(packed)
        found += [
            await _failure(DecompressionStream(format), whole[:-2]),
            await _failure(CompressionStream(format), 5),
        ]
    for format in ("gzip", "deflate", "deflate-raw"):
        packed = await _through(CompressionStream(format), b"a")
        found.append(await _failure(DecompressionStream(format), *packed, b"x"))
        found.append(await _failure(DecompressionStream(format), b"nonsense"))
    return [*found, await _failure(DecompressionStream("gzip"))]


async def _through(pair: Any, *chunks: Any) -> list[Any]:
    """What comes out when these go in; the last is an error, if there was one."""
    found: list[Any] = []

    async def write() -> None:
        writer = pair.writable.getWriter()
        try:
            for chunk in chunks:
                await writer.write(chunk)
            await writer.close()
        finally:
            writer.releaseLock()

    writing = begin(write())
    writing.addErrback(found.append)
    try:
        async for chunk in pair.readable:
            found += [chunk]
    except Exception as error:
        failure: Any = error
    else:
        failure = None
    await writing
    came: list[Any] = [each for each in found if not isinstance(each, Failure)]
    failures = [each.value for each in found if isinstance(each, Failure)]
    return [*came, *([failure] if failure is not None else failures)]


async def _failure(pair: Any, *chunks: Any) -> list[Any]:
    """The error that comes out when these go in."""
    error = (await _through(pair, *chunks))[-1]
    return [error.name, error.code, error.message.partition("Received ")[0]]
