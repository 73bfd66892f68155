"""A request body that comes in pieces: read as fast as the socket takes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred

from ..encodings import encode
from ..reactor.loop.promised import Promised
from ..stream.core.predicates import isWebReadable
from ..stream.core.promises import closeIterator, iterate, job, run
from ..stream.web.common import nothing
from .failures import RequestContentLengthMismatchError, typeError

Done = Callable[[BaseException | None], object]


class OutgoingBody:
    """The `BodySource` of an exchange, over anything that can be iterated asynchronously.

    Args:
        iterable: gives texts or bytes.
        length: how many bytes were promised; None when nothing was.
        onError: called with what the iterable fails with.
    """

    def __init__(self, iterable: Any, length: int | None, onError: Callable[[BaseException], object]) -> None:
        self.length = length
        self._iterable = iterable
        #: A stream of the web lets go of whoever waits for a chunk; any other iterator ends behind its next one.
        self._letsGo = isWebReadable(iterable)
        self._iterator: Any = None
        self._onError = onError
        self._isStopped = self._isPaused = self._isReading = False
        self._resumed: Deferred[None] | None = None

    def start(self, write: Callable[[bytes], object], done: Done) -> None:
        """Send it: `write` takes the pieces, `done` hears of the end."""
        job(self._send(write, done))

    async def _send(self, write: Callable[[bytes], object], done: Done) -> None:
        try:
            await self._sendAll(write)
        except Exception as error:
            if not self._isStopped:
                self._isStopped = True
                self._onError(error)
                done(error)
        else:
            if not self._isStopped:
                done(None)

    async def _sendAll(self, write: Callable[[bytes], object]) -> None:
        left = self.length
        self._iterator = self._iterable.values() if self._letsGo else iterate(self._iterable)
        while not self._isStopped:
            if self._isPaused:
                self._resumed = Promised()
                await self._resumed
                continue
            data = await self._next()
            if data is None or self._isStopped:
                break
            if left is not None:
                left -= len(data)
                if left < 0:
                    raise _mismatch()
            if data:
                write(data)
        if left and not self._isStopped:
            raise _mismatch()

    async def _next(self) -> bytes | None:
        self._isReading = True
        try:
            chunk = await self._iterator.__anext__()
        except StopAsyncIteration:
            return None
        finally:
            self._isReading = False
            if self._isStopped and not self._letsGo:
                self._close()
        if isinstance(chunk, str):
            return encode(chunk)
        if isinstance(chunk, (bytes, bytearray, memoryview)):
            return bytes(chunk)
        raise typeError(f"A body is made of texts and bytes, not of {type(chunk).__name__}")

    def pause(self) -> None:
        self._isPaused = True

    def resume(self) -> None:
        self._isPaused = False
        resumed, self._resumed = self._resumed, None
        if resumed is not None:
            resumed.callback(None)

    def stop(self) -> None:
        """Nobody wants the rest."""
        if self._isStopped:
            return
        self._isStopped = True
        if self._letsGo or not self._isReading:  # else when it has given what it was asked for
            self._close()
        self.resume()

    def _close(self) -> None:
        if self._iterator is not None:
            run(closeIterator(self._iterator)).addErrback(nothing)
        elif self._letsGo:
            self._iterable.cancel().addErrback(nothing)


def _mismatch() -> RequestContentLengthMismatchError:
    return RequestContentLengthMismatchError("Request body length does not match content-length header")
