"""A request body that is a stream: passes chunks to the exchange, and pauses while the socket is full."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..encodings import encode
from ..reactor.loop.ticks import queueMicrotask
from ..stream import Readable
from .failures import aborted


class OutgoingBody:
    """The `BodySource` of `reactor/twisted/httpclient.py` over a Readable."""

    def __init__(self, stream: Readable, length: int | None, onError: Callable[[BaseException], object]) -> None:
        self.length = length
        self._stream = stream
        self._onError = onError
        self._done: Callable[[BaseException | None], object] | None = None
        # From the start: it may fail before there is a connection.
        stream.on("error", self._fail)
        stream.on("close", self._onClose)
        if stream.destroyed:
            queueMicrotask(self._onClose)

    def start(self, write: Callable[[bytes], object], done: Callable[[BaseException | None], object]) -> None:
        def onData(chunk: Any) -> None:
            write(encode(chunk) if isinstance(chunk, str) else bytes(chunk))

        self._done = done
        self._stream.on("end", lambda: done(None))
        self._stream.on("data", onData)

    def _fail(self, error: BaseException) -> None:
        self._onError(error)
        if self._done is not None:
            self._done(error)

    def _onClose(self) -> None:
        if not self._stream.readableEnded:
            self._fail(self._stream.errored or aborted())

    def pause(self) -> None:
        self._stream.pause()

    def resume(self) -> None:
        self._stream.resume()

    def stop(self) -> None:
        self._stream.destroy()
