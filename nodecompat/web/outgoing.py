"""A request body that is a stream: hands chunks to the exchange, and stops reading while the socket is full."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..encodings import encode
from ..stream import Readable


class OutgoingBody:
    """The `BodySource` of `reactor/httpclient.py` over a Readable."""

    def __init__(self, stream: Readable, length: int | None, onError: Callable[[BaseException], object]) -> None:
        self.length = length
        self._stream = stream
        self._onError = onError

    def start(self, write: Callable[[bytes], object], done: Callable[[BaseException | None], object]) -> None:
        def onData(chunk: Any) -> None:
            write(encode(chunk) if isinstance(chunk, str) else bytes(chunk))

        def onError(error: BaseException) -> None:
            self._onError(error)
            done(error)

        self._stream.on("error", onError)
        self._stream.on("end", lambda: done(None))
        self._stream.on("data", onData)

    def pause(self) -> None:
        self._stream.pause()

    def resume(self) -> None:
        self._stream.resume()

    def stop(self) -> None:
        self._stream.destroy()
