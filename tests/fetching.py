"""A nodecompat http server for the tests of fetch, on the real network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from twisted.internet.defer import Deferred

from nodecompat import events, http, net
from nodecompat.reactor.loop import host, ticks
from nodecompat.web import pool


@asynccontextmanager
async def serving(handler: Callable[[Any, Any], Any]) -> AsyncIterator[str]:
    """The base URL of an http server with this handler."""
    async with _listening(http.createServer(handler)) as (server, base):
        try:
            yield base
        finally:
            server.closeAllConnections()


@asynccontextmanager
async def answering(answer: bytes) -> AsyncIterator[str]:
    """The base URL of a server that sends these bytes when asked anything, and closes."""

    def onConnection(socket: Any) -> None:
        socket.on("error", lambda: None)
        socket.once("data", lambda: socket.end(answer))

    async with _listening(net.createServer(onConnection)) as (_, base):
        yield base


@asynccontextmanager
async def _listening(server: Any) -> AsyncIterator[tuple[Any, str]]:
    ready: Deferred[None] = Deferred()
    server.listen(0, "127.0.0.1", lambda: ready.callback(None))
    await ready
    try:
        yield server, f"http://127.0.0.1:{server.address().port}"
    finally:
        closed = events.once(server, "close")
        server.close()
        pool.closeIdleConnections()
        await closed


async def failure(awaitable: Any) -> Any:
    """What an operation fails with."""
    try:
        await awaitable
    except Exception as error:
        return error
    raise AssertionError("it did not fail")


def turn() -> Deferred[None]:
    """One turn of the reactor."""
    passed: Deferred[None] = Deferred()
    host.theReactor().callLater(0, ticks.call, passed.callback, None)
    return passed
