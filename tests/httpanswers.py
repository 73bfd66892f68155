"""Answers without a connection: what a response writes into a sink that stands for its socket."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from nodecompat.http.server.response import ServerResponse
from nodecompat.stream import Writable
from nodecompat.testing import network


def responseFor(method: str = "GET", version: tuple[int, int] = (1, 1), **options: Any) -> ServerResponse:
    """A response to a request as it might have come; it has no socket yet."""
    request = SimpleNamespace(method=method, httpVersionMajor=version[0], httpVersionMinor=version[1], headers={})
    response = ServerResponse(request, options)
    response.sendDate = False
    return response


def sinkFor(response: Any, received: list[bytes]) -> Writable:
    """A socket's stand-in that keeps what it is given."""

    def write(chunk: bytes, encoding: str, callback: Callable[[], object]) -> None:
        received.append(bytes(chunk))
        callback()

    sink = Writable(write=write)
    response.assignSocket(sink)
    return sink


def answer(handler: Callable[[Any], object], method: str = "GET", **options: Any) -> list[bytes]:
    """The writes that reach the socket when `handler` answers a request."""
    received: list[bytes] = []
    with network() as net:
        response = responseFor(method, **options)
        sinkFor(response, received)
        handler(response)
        net.run()
    return received
