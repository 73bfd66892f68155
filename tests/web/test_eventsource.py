"""EventSource beyond what comparisons/globals.py compares with Node: limits, back-pressure, what stays behind."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_twisted
from fetching import serving
from twisted.internet.defer import Deferred

from nodecompat import EventSource, process
from nodecompat.web import eventsource
from nodecompat.web.eventstream import EventStream


def _sending(*pieces: str) -> Any:
    """A handler that sends these and leaves the response open."""

    def handler(req: Any, res: Any) -> None:
        res.writeHead(200, {"content-type": "text/event-stream"})
        for piece in pieces:
            res.write(piece)

    return handler


@pytest_twisted.ensureDeferred
async def testAnEventThatIsTooLargeEndsIt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eventsource, "EventStream", lambda: EventStream(limit=100))
    states: Deferred[int] = Deferred()
    async with serving(_sending("data: " + "x" * 200)) as base:
        source = EventSource(base)
        source.onerror = lambda: states.callback(source.readyState)
        assert await states == EventSource.CLOSED


@pytest_twisted.ensureDeferred
async def testClosingEndsTheConnection() -> None:
    gone: Deferred[None] = Deferred()

    def handler(req: Any, res: Any) -> None:
        req.socket.on("close", lambda: gone.callback(None))
        _sending("data: a\n\n")(req, res)

    async with serving(handler) as base:
        source = EventSource(base)
        source.onmessage = lambda: source.close()
        await gone
    assert source.readyState == EventSource.CLOSED


@pytest_twisted.ensureDeferred
async def testAnEventInManyPieces() -> None:
    came: Deferred[str] = Deferred()
    async with serving(_sending(*"\ufeffdata: é€\r\n", *"data:2\r\n\r\n")) as base:
        source = EventSource(base)
        source.onmessage = lambda event: came.callback(event.data)
        assert await came == "é€\n2"
        source.close()


@pytest_twisted.ensureDeferred
async def testAListenerThatFailsDoesNotStopIt() -> None:
    faults: list[str] = []
    came: Deferred[str] = Deferred()

    def listener(event: Any) -> None:
        if event.data == "2":
            came.callback(event.data)
        raise RuntimeError(event.data)

    def onFault(error: BaseException) -> None:
        faults.append(str(error))

    process.on("uncaughtException", onFault)
    try:
        async with serving(_sending("data: 1\n\n", "data: 2\n\n")) as base:
            source = EventSource(base)
            source.onmessage = listener
            await came
            source.close()
    finally:
        process.off("uncaughtException", onFault)
    assert faults[:1] == ["1"]


@pytest_twisted.ensureDeferred
async def testTheHandlerOfErrorMayClose() -> None:
    states: list[int] = []
    closed: Deferred[None] = Deferred()
    requests: list[str] = []

    def handler(req: Any, res: Any) -> None:
        requests.append(req.url)
        res.writeHead(200, {"content-type": "text/event-stream"})
        res.end()

    async with serving(handler) as base:
        source = EventSource(base, node={"reconnectionTime": 0})

        def onError() -> None:
            states.append(source.readyState)
            source.close()
            closed.callback(None)

        source.onerror = onError
        await closed
    assert (states, requests) == ([EventSource.CONNECTING], ["/"])


@pytest_twisted.ensureDeferred
async def testADispatcherSendsTheRequest() -> None:
    treq = pytest.importorskip("treq", reason="treq is not installed: pip install treq")
    came: Deferred[str] = Deferred()
    async with serving(_sending("data: a\n\n")) as base:
        source = EventSource(base, node={"dispatcher": treq})
        source.onmessage = lambda event: came.callback(event.data)
        assert await came == "a"
        source.close()
